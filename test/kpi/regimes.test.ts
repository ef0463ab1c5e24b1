/** Definitions that change: which one a period uses, what it then counts, and that nothing is compared across. */
import { describe, expect, it } from '@jest/globals';
import { type Period, parsePeriod } from '../../src/kpi/month.ts';
import { buildRanking } from '../../src/kpi/ranking.ts';
import { tallyIndicator } from '../../src/kpi/tally.ts';
import { spansText } from '../../src/words/definitions.ts';
import { type Cells, cellOf, counts, factsOf, frameOn, REAL, realBut, status } from './country.ts';

const period = (id: string): Period => parsePeriod(id) as Period;

/** Birth registration can be delivered as a full process, death registration cannot. */
const KNOWN = realBut(r => ({
  eligibility: [
    ...r.eligibility.filter(e => e.service !== 'dk-khai-tu'),
    { service: 'dk-khai-tu', validFrom: null, validTo: null, eligible: false },
  ],
}));

const done = (n: number, resolved: number) =>
  cellOf([counts({ resolved_on_time: resolved, resolved_end_to_end: n })]);
const month: Cells = { 'ha-noi': { 'dk-khai-sinh': done(60, 100), 'dk-khai-tu': done(10, 50) } };
const facts = factsOf({ '2026-05': month, '2026-06': month, '2026-07': month, '2026-08': month });

const count = (id: string) => {
  const at = period(id);
  const { indicator, national } = tallyIndicator(
    ...([KNOWN, facts, 'end_to_end_completion', at, frameOn('2026-08-31')] as const),
  );
  return [indicator.version, national.numerator, national.denominator];
};

describe('dossiers completed end to end', () => {
  it('count all dossiers resolved until June 2026, those of eligible services from July on', () => {
    expect(count('2026-06')).toEqual([1, 70, 150]);
    expect(count('2026-07')).toEqual([2, 60, 100]);
  });

  it('of a period that spans the change follow the definition of its last day in every month', () => {
    // January to June by the old definition; to July and later by the new one, May and June included.
    expect(count('2026-YTD-06')).toEqual([1, 140, 300]);
    expect(count('2026-YTD-08')).toEqual([2, 240, 400]);
    expect(count('2026-H1')).toEqual([1, 140, 300]);
  });

  it('have no change of rank from the last month of one definition to the first of the next', () => {
    const change = (id: string) =>
      buildRanking(
        ...([KNOWN, facts, 'end_to_end_completion', 'province', period(id), frameOn('2026-08-31')] as const),
      ).ranked.map(r => r.change && r.change.rank);
    expect([change('2026-06'), change('2026-07'), change('2026-08')]).toEqual([[0], [null], [0]]);
  });
});

describe('services', () => {
  const statuses = [
    status('bca', 'ho-chieu', '2022-07-01', 4),
    status('bca', 'con-dau-moi', '2022-07-01', 3),
    status('bca', 'ho-chieu', '2022-08-15', 'partial'),
  ];
  const of = (id: string) => {
    const { indicator, groups } = tallyIndicator(
      ...([REAL, factsOf({}, statuses), 'level_3_4_completion', period(id), frameOn('2022-12-31')] as const),
    );
    return [indicator.version, groups.get('bca')?.numerator];
  };

  it('go by levels up to July 2022 and by modes from August on, neither translated into the other', () => {
    expect(of('2022-07')).toEqual([1, 2]);
    expect(of('2022-08')).toEqual([2, 1]);
    expect(of('2022-Q3')).toEqual([2, 1]);
  });
});

describe('a page says', () => {
  const refs = [
    { id: 'end_to_end_completion', version: 2 },
    { id: 'online_dossiers', version: 1 },
  ];
  it('by which definition a period is counted that began under another, and nothing otherwise', () => {
    const names = ['Dossiers completed end to end', 'Hồ sơ hoàn thành toàn trình'];
    expect(spansText('en', REAL, refs, period('2026-YTD-07'))).toContain(names[0]);
    expect(spansText('vi', REAL, refs, period('2026-YTD-07'))).toContain(names[1]);
    expect(spansText('vi', REAL, refs, period('2026-YTD-07'))).not.toContain('tiếp nhận trực tuyến');
    expect(spansText('en', REAL, refs, period('2026-Q3'))).toBe('');
    expect(spansText('en', REAL, refs, period('2026-07'))).toBe('');
  });
});
