/** Every shared parameter: its default, what it takes, and how it is refused. */
import { describe, expect, it } from '@jest/globals';
import { buildCatalogue, type Reference } from '../../src/kpi/catalogue.ts';
import { type Fault, isFault, problemOf } from '../../src/web/fault.ts';
import { type Bounds, type Parameters, type Question, readQuestion, viewOf } from '../../src/web/question.ts';

const NOTHING: Reference = {
  agencies: [],
  aliases: [],
  successions: [],
  regions: [],
  services: [],
  procedureCodes: [],
  leads: [],
  eligibility: [],
  catalogues: ['essential-25', 'essential-53'].map(code => ({
    code,
    nameVi: code,
    nameEn: code,
    document: '',
    includes: [],
  })),
  items: [],
  reportingRules: [],
  indexComponents: [],
  indicators: [],
  qualityRules: [],
};

/** 1 July 2023, 00:30 in Hanoi: still June in London. */
const NOW = Date.parse('2023-06-30T17:30:00Z');
const BOUNDS: Bounds = {
  catalogue: buildCatalogue(NOTHING),
  published: ['2023-01', '2023-02', '2023-03', '2023-04'],
  now: NOW,
  drafts: false,
};

const read = (given: Parameters, bounds: Partial<Bounds> = {}): Question | Fault =>
  readQuestion(given, { ...BOUNDS, ...bounds });

function asked(given: Parameters, bounds: Partial<Bounds> = {}): Question {
  const question = read(given, bounds);
  if (isFault(question)) throw new Error(`refused: ${question.fault}`);
  return question;
}

function refused(
  given: Parameters,
  bounds: Partial<Bounds> = {},
): { fault: string; parameter?: string; status: number } {
  const answer = read(given, bounds);
  if (!isFault(answer)) throw new Error('was answered');
  const { parameter } = answer;
  const { status } = problemOf(answer, 'vi');
  return { fault: answer.fault, status, ...(parameter === undefined ? {} : { parameter }) };
}

describe('a question', () => {
  it('is about the latest published month, the 25 services and the provinces unless it says otherwise', () => {
    expect(asked({})).toMatchObject({
      lang: 'vi',
      asOf: null,
      period: { id: '2023-04' },
      periodGiven: false,
      catalogue: 'essential-25',
      boundaries: null,
      kind: 'province',
      view: null,
      indicator: 'end_to_end_completion',
      withoutVertical: false,
    });
  });

  it('takes an empty field of a form for one that was not given', () => {
    expect(asked({ period: '', as_of: '', boundaries: '', kind: '' }).period?.id).toBe('2023-04');
  });

  it('has no period while nothing is published', () => {
    expect(asked({}, { published: [] }).period).toBeNull();
  });

  it.each(['2023-Q1', '2023-YTD-04', '2023-02'])('is about %s when all its months are published', period => {
    expect(asked({ period }).period?.id).toBe(period);
  });

  it.each(['2023-Q2', '2023-H1', '2022-12', '2023-05'])(
    'is refused for %s, which is not published',
    period => {
      expect(refused({ period })).toEqual({ fault: 'unpublished_period', parameter: 'period', status: 404 });
    },
  );

  it('of the operator may be about a month that is not published', () => {
    expect(asked({ period: '2023-05' }, { drafts: true }).period?.id).toBe('2023-05');
  });

  it('counts months by the day in Hanoi', () => {
    expect(refused({ period: '2023-07' }).fault).toBe('unpublished_period');
    expect(refused({ period: '2023-08' })).toEqual({
      fault: 'future_period',
      parameter: 'period',
      status: 400,
    });
    expect(refused({ period: '2023-08' }, { drafts: true }).fault).toBe('future_period');
  });

  it.each([
    ['period', '2023-13'],
    ['period', '2023-Q5'],
    ['catalogue', 'essential-99'],
    ['catalogue', 'toString'],
    ['boundaries', '2023-02-30'],
    ['as_of', 'yesterday'],
    ['as_of', '2023-01-01T00:00:00'],
    ['kind', 'enterprise'],
    ['view', 'all'],
    ['indicator', 'constructor'],
    ['lang', 'fr'],
    ['vertical', 'yes'],
  ])('names the parameter %s when it cannot be %s', (parameter, value) => {
    expect(refused({ [parameter]: value })).toEqual({ fault: 'unknown_value', parameter, status: 400 });
  });

  it.each(['period', 'catalogue', 'boundaries', 'as_of', 'kind', 'view', 'indicator', 'lang', 'vertical'])(
    'is refused when %s is given twice',
    parameter => {
      expect(refused({ [parameter]: ['a', 'a'] })).toEqual({
        fault: 'repeated_parameter',
        parameter,
        status: 400,
      });
    },
  );

  it('is refused as of an instant that is still to come', () => {
    expect(refused({ as_of: '2023-07-01T01:00:00+07:00' })).toMatchObject({
      fault: 'future_as_of',
      parameter: 'as_of',
    });
    expect(asked({ as_of: '2023-07-01T00:30:00+07:00' }).asOf).toBe(NOW);
  });

  it('understands an offset whose plus sign an address turned into a space', () => {
    expect(asked({ as_of: '2023-07-01T00:30:00 07:00' }).asOf).toBe(NOW);
  });
});

describe('the view', () => {
  it('is the sector for ministries and the own figures for everybody else', () => {
    expect(viewOf(asked({}), 'ministry')).toBe('sector');
    expect(viewOf(asked({}), 'province')).toBe('own');
    expect(viewOf(asked({}), 'enterprise')).toBe('own');
    expect(viewOf(asked({ view: 'own' }), 'ministry')).toBe('own');
  });

  it('of a province is never the sector', () => {
    expect(viewOf(asked({ view: 'sector' }), 'province')).toMatchObject({
      fault: 'sector_of_provinces',
      parameter: 'view',
    });
  });
});

describe('a refusal', () => {
  it('is a problem document in the language of the page, with a long value cut short', () => {
    const fault = read({ catalogue: 'x'.repeat(500) }) as Fault;
    const problem = problemOf(fault, 'en');
    expect(problem).toMatchObject({ status: 400, parameter: 'catalogue', title: 'Unknown value' });
    expect(problem.detail).toContain('essential-25, essential-53');
    expect(problem.detail.length).toBeLessThan(250);
  });
});
