/** Scorecard, breakdown and overview over a small country whose every sum can be worked out by hand. */
import { describe, expect, it } from '@jest/globals';
import { breakDown, membersOf, standingOf } from '../../src/kpi/breakdown.ts';
import { buildCatalogue, type Catalogue, type PublicService } from '../../src/kpi/catalogue.ts';
import type { Cell, Frame } from '../../src/kpi/facts.ts';
import { KEPT_SUMS, type Sums } from '../../src/kpi/figure.ts';
import { type Month, type Period, parsePeriod } from '../../src/kpi/month.ts';
import { buildOverview } from '../../src/kpi/overview.ts';
import { buildScorecard, trendMonths } from '../../src/kpi/scorecard.ts';
import type { Status } from '../../src/kpi/status.ts';
import { type Cells, factsOf, REAL } from './country.ts';

const agency = (
  code: string,
  kind: 'province' | 'ministry',
  validFrom: string | null,
  validTo: string | null,
) => ({
  ...{ code, kind, nameVi: code, nameEn: code, shortVi: code, gsoCode: '', egovCode: '' },
  ...{ validFrom, validTo },
});
const open = { validFrom: null, validTo: null };

/** East and west become one on 2025-07-01; the ministry leads a local and a central service. */
const COUNTRY: Catalogue = buildCatalogue({
  agencies: [
    agency('east', 'province', null, '2025-06-30'),
    agency('west', 'province', null, '2025-06-30'),
    agency('south', 'province', null, null),
    agency('union', 'province', '2025-07-01', null),
    agency('ministry', 'ministry', null, null),
  ],
  aliases: [],
  successions: ['east', 'west'].map(predecessor => ({
    ...{ predecessor, successor: 'union', date: '2025-07-01', kind: 'merge' as const },
  })),
  regions: [],
  services: [
    { code: 'local', nameVi: 'local', nameEn: 'local', implementedAt: ['commune'], named: true },
    { code: 'central', nameVi: 'central', nameEn: 'central', implementedAt: ['central'], named: true },
    { code: 'place-3', nameVi: 'place 3', nameEn: 'place 3', implementedAt: [], named: false },
  ],
  procedureCodes: [],
  leads: ['local', 'central'].map(service => ({ service, agency: 'ministry', branch: '', ...open })),
  eligibility: [],
  catalogues: [{ code: 'all', nameVi: 'all', nameEn: 'all', document: '', includes: ['items'] }],
  items: ['local', 'central', 'place-3'].map((service, i) => ({
    catalogue: 'items',
    service,
    position: i + 1,
    ...open,
  })),
  reportingRules: [{ windowVi: '', windowEn: '', deadlineDay: 5, ...open }],
  indexComponents: [],
  indicators: REAL.indicators,
  qualityRules: REAL.qualityRules,
});

const PERIOD = parsePeriod('2025-06') as Period;

/** One row: online of received, done end to end of resolved (null: left blank), pending in time and overdue. */
function cell(
  online: number,
  received: number,
  done: number | null,
  resolved: number,
  pending = [0, 0],
): Cell {
  const sums = Object.fromEntries(KEPT_SUMS.map(s => [s.name, 0])) as Sums;
  const [inTime = 0, overdue = 0] = pending;
  Object.assign(sums, { rows: 1, received_online: online, received, resolved, deadline_rows: 1 });
  Object.assign(sums, { deadline_resolved_in_time: resolved, deadline_pending_in_time: inTime });
  sums.deadline_pending_overdue = overdue;
  if (done !== null)
    Object.assign(sums, { end_to_end_rows: 1, end_to_end_done: done, end_to_end_resolved: resolved });
  return { sums, receivedAt: 0 };
}

const frame = (change: Partial<Frame> = {}): Frame => ({
  ...{ catalogue: 'all', view: 'own' as const, boundaries: '2025-06-30', withoutVertical: false },
  ...change,
});
const status = (code: string, service: string, mode: Status['mode']): Status => ({
  ...{ agency: code, service, asOf: '2025-01-01', level: null, mode },
});
const service = (code: string) => COUNTRY.serviceByCode.get(code) as PublicService;

const JUNE: Cells = {
  east: { local: cell(60, 100, 40, 80, [10, 10]) },
  west: { local: cell(10, 100, null, 60) },
  south: { local: cell(5, 20, 4, 20) },
  ministry: { central: cell(50, 50, 50, 50) },
};
const MAY: Cells = { east: { local: cell(30, 100, 20, 80) }, west: { local: cell(20, 100, 60, 80) } };

describe('a scorecard', () => {
  const known = factsOf({ '2025-05': MAY, '2025-06': JUNE }, [
    status('east', 'local', 'full'),
    status('west', 'local', 'partial'),
    status('ministry', 'local', 'full'),
  ]);
  const card = (code: string, change: Partial<Frame> = {}, months: Month[] = ['2025-05', '2025-06']) =>
    buildScorecard(COUNTRY, known, code, PERIOD, frame(change), months);
  const line = (code: string, id: string, change: Partial<Frame> = {}) =>
    card(code, change).lines.find(l => l.indicator.id === id);

  it('shows rate, rank, change of rank and the country beside it', () => {
    expect(line('east', 'online_dossiers')).toMatchObject({
      rank: 1,
      rankedOf: 2,
      change: { rank: 0 },
      reason: null,
    });
    expect(line('east', 'online_dossiers')).toMatchObject({ tally: { numerator: 60, denominator: 100 } });
    expect(line('east', 'online_dossiers')?.national).toMatchObject({ numerator: 125, denominator: 270 });
  });

  it('keeps a blank out of numerator and denominator and says so in the coverage', () => {
    expect(line('west', 'end_to_end_completion')).toMatchObject({ rank: null, reason: 'nothing_to_divide' });
    expect(line('west', 'end_to_end_completion')?.tally).toMatchObject({
      numerator: null,
      rowsIn: 0,
      rows: 1,
    });
    expect(card('west').rows[0]?.endToEnd).toEqual({ numerator: null, denominator: null });
    expect(card('west').rows[0]?.online).toEqual({ numerator: 10, denominator: 100 });
  });

  it('shows a rate that is too small to be ranked, with its interval', () => {
    const few = line('south', 'online_dossiers');
    expect(few).toMatchObject({
      rank: null,
      reason: 'below_minimum',
      tally: { numerator: 5, denominator: 20 },
    });
    expect(few?.low).toBeCloseTo(0.1119, 4);
    expect(few?.high).toBeCloseTo(0.4687, 4);
  });

  it('adds predecessors up on later boundaries, back through the trend', () => {
    const union = card('union', { boundaries: '2025-07-01' });
    const trend = union.trend.find(t => t.indicator === 'online_dossiers');
    expect(trend?.points.map(p => [p.month, p.tally.numerator, p.tally.denominator])).toEqual([
      ['2025-05', 50, 200],
      ['2025-06', 70, 200],
    ]);
    expect(union.rows[0]).toMatchObject({
      received: 200,
      online: { numerator: 70, denominator: 200 },
      due: true,
    });
    expect(union.coverage).toEqual({ returns: 2, due: 2 });
  });

  it('shows the lowest of several members as how a service is delivered', () => {
    expect(card('union', { boundaries: '2025-07-01' }).rows[0]?.standing).toMatchObject({ mode: 'partial' });
  });

  it('of a ministry shows the whole sector, or only what it handles itself', () => {
    const sector = card('ministry', { view: 'sector' });
    expect(sector.coverage).toEqual({ returns: 4, due: 4 });
    expect(sector.rows.map(r => [r.service.code, r.received])).toEqual([
      ['local', 220],
      ['central', 50],
    ]);
    const own = card('ministry');
    expect(own.rows.map(r => [r.service.code, r.received, r.due])).toEqual([
      ['local', null, false],
      ['central', 50, true],
    ]);
  });

  it('of an agency that is not there on these boundaries is empty, not an error', () => {
    const gone = card('union');
    expect(gone.coverage).toEqual({ returns: 0, due: 0 });
    expect(gone.lines.every(l => l.rank === null && l.reason === 'nothing_to_divide')).toBe(true);
    expect(gone.rows).toEqual([]);
  });
});

describe('a breakdown', () => {
  it('adds flows over months and takes stocks from the last', () => {
    const months = {
      '2025-05': { east: { local: cell(1, 2, 1, 2, [7, 3]) } },
      '2025-06': JUNE,
      '2025-04': {},
    };
    const quarter = parsePeriod('2025-Q2') as Period;
    const east = breakDown(COUNTRY, factsOf(months), quarter, frame(), code =>
      code === 'east' ? code : null,
    ).get('east');
    expect(east).toMatchObject({
      received: 102,
      onTime: { numerator: 2 + 80 + 10, denominator: 2 + 80 + 20 },
    });
  });

  it('leaves services outside the catalogue aside, unless there is no catalogue', () => {
    const odd = factsOf({ '2025-06': { east: { other: cell(1, 1, 1, 1) } } });
    expect(breakDown(COUNTRY, odd, PERIOD, frame(), c => c).size).toBe(0);
    expect(breakDown(COUNTRY, odd, PERIOD, null, c => c).get('east')?.received).toBe(1);
  });
});

describe('how a service stands with a group', () => {
  const book = factsOf({}, [status('east', 'local', 'full')]).statuses;
  const standing = (group: string, code: string, boundaries = '2025-06-30') =>
    standingOf(COUNTRY, book, membersOf(COUNTRY, group, PERIOD, boundaries), service(code), '2025-06-30');

  it('is told apart from not having to deliver it and from having reported nothing', () => {
    expect(standing('east', 'local')).toMatchObject({ mode: 'full' });
    expect(standing('east', 'central')).toBe('not_due');
    expect(standing('west', 'local')).toBe('no_return');
    expect(standing('ministry', 'place-3')).toBe('not_due');
  });

  it('leaves members out that never reported any status', () => {
    expect(standing('union', 'local', '2025-07-01')).toMatchObject({ mode: 'full', agency: 'east' });
  });
});

describe('the overview', () => {
  const overview = (months: Record<Month, Cells>) =>
    buildOverview(COUNTRY, factsOf(months), PERIOD, frame(), trendMonths(Object.keys(months), PERIOD));

  it('sets every indicator beside the period before', () => {
    const online = overview({ '2025-05': MAY, '2025-06': JUNE }).headlines.find(
      h => h.indicator.id === 'online_dossiers',
    );
    expect(online?.tally).toMatchObject({ numerator: 125, denominator: 270 });
    expect(online?.before).toMatchObject({ numerator: 50, denominator: 200 });
  });

  it('compares with nothing when the period before is not shown', () => {
    expect(overview({ '2025-06': JUNE }).headlines.every(h => h.before === null)).toBe(true);
  });

  it('lists nobody among the best and the slowest at once', () => {
    const { best, slowest } = overview({ '2025-05': MAY, '2025-06': JUNE });
    expect(best.map(r => r.agency)).toEqual(['east']);
    expect(slowest).toEqual([]);
  });

  it('names offices whose returns are missing', () => {
    const { missing, coverage } = overview({ '2025-06': { east: JUNE.east as Record<string, Cell> } });
    expect(missing.map(m => m.agency).sort()).toEqual(['ministry', 'south', 'west']);
    expect(coverage).toEqual({ returns: 1, due: 4 });
  });
});

describe('the months of a trend', () => {
  it('are at most 24, end with the period, and are only those that may be seen', () => {
    const all = Array.from(
      { length: 40 },
      (_, i) => `${2020 + Math.floor(i / 12)}-${String((i % 12) + 1).padStart(2, '0')}`,
    );
    const months = trendMonths(all, parsePeriod('2022-12') as Period);
    expect(months).toHaveLength(24);
    expect([months[0], months.at(-1)]).toEqual(['2021-01', '2022-12']);
    expect(trendMonths(['2022-01', '2022-03', '2022-05'], parsePeriod('2022-03') as Period)).toEqual([
      '2022-01',
      '2022-03',
    ]);
  });
});
