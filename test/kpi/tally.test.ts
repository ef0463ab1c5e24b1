/** Sums: blanks, stocks, deadlines and views by worked example; national totals under every boundary date. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { deadline } from '../../src/kpi/catalogue.ts';
import { type Cell, type Facts, reportersIn, type View } from '../../src/kpi/facts.ts';
import type { Counts } from '../../src/kpi/figure.ts';
import { INDICATOR_IDS, type IndicatorId } from '../../src/kpi/indicators.ts';
import { addDays, type Period, parsePeriod } from '../../src/kpi/month.ts';
import { tallyIndicator } from '../../src/kpi/tally.ts';
import { type Cells, cellOf, counts, factsOf, frameOn, REAL, status } from './country.ts';

const period = (text: string): Period => parsePeriod(text) as Period;
const parts = (t: { numerator: number | null; denominator: number | null } | undefined) =>
  t && [t.numerator, t.denominator];
const national = (facts: Facts, id: IndicatorId, month: string, view: View = 'own') =>
  tallyIndicator(REAL, facts, id, period(month), frameOn('2022-07-31', { view })).national;

describe('a blank', () => {
  const rows = [
    counts({ resolved_early: 50, resolved_on_time: 40, resolved_late: 10, results_digitised: 60 }),
    counts({ resolved_early: 500, resolved_on_time: 400, resolved_late: 100, results_digitised: null }),
    counts({ resolved_early: 5, resolved_on_time: 4, resolved_late: 1, results_digitised: 0 }),
  ];
  const facts = factsOf({ '2022-07': { 'ha-noi': { 'dk-khai-sinh': cellOf(rows) } } });

  it('keeps its row out of both sums of the rate that needs it, and is no zero', () => {
    // (60 + 0) ÷ (100 + 10); the thousand resolved of the blank row stay outside: not 60 ÷ 1110.
    const tally = national(facts, 'results_digitised', '2022-07');
    expect(parts(tally)).toEqual([60, 110]);
    expect([tally.rowsIn, tally.rows]).toEqual([2, 3]);
  });

  it('does not touch a rate that does not need it', () => {
    // Early and on time of all three rows, nothing pending: (90 + 900 + 9) ÷ (100 + 1000 + 10).
    expect(parts(national(facts, 'on_time', '2022-07'))).toEqual([999, 1110]);
  });

  it('in either count of a rate of two keeps the row out', () => {
    const of = (fee: number | null, paid: number | null) =>
      factsOf({
        '2022-07': {
          'ha-noi': {
            'dk-khai-sinh': cellOf([
              counts({ fee_due: 10, paid_online: 5 }),
              counts({ fee_due: fee, paid_online: paid }),
            ]),
          },
        },
      });
    expect(parts(national(of(4, 2), 'online_payment', '2022-07'))).toEqual([7, 14]);
    expect(parts(national(of(4, null), 'online_payment', '2022-07'))).toEqual([5, 10]);
    expect(parts(national(of(null, 2), 'online_payment', '2022-07'))).toEqual([5, 10]);
  });

  it('everywhere leaves nothing, not zero', () => {
    const none = factsOf({
      '2022-07': { 'ha-noi': { 'dk-khai-sinh': cellOf([counts({ ratings: null })]) } },
    });
    expect(parts(national(none, 'satisfaction', '2022-07'))).toEqual([null, null]);
    expect(parts(national(factsOf({}), 'online_dossiers', '2022-07'))).toEqual([null, null]);
  });
});

describe('several months', () => {
  const month = (named: Partial<Counts>): Cells => ({
    'ha-noi': { 'dk-khai-sinh': cellOf([counts(named)]) },
  });
  const quarter = factsOf({
    '2022-07': month({ resolved_on_time: 100, resolved_late: 10, pending_on_time: 30, pending_overdue: 7 }),
    '2022-08': month({ resolved_on_time: 200, resolved_late: 20, pending_on_time: 40, pending_overdue: 8 }),
    '2022-09': month({ resolved_on_time: 300, resolved_late: 30, pending_on_time: 50, pending_overdue: 9 }),
  });
  it('add flows up and take pending from the last one alone', () => {
    // On time: 600 + 50 pending in September ÷ 660 resolved + 59 pending in September.
    expect(parts(national(quarter, 'on_time', '2022-Q3'))).toEqual([650, 719]);
    // Overdue: 60 late + 9 ÷ the same.
    expect(parts(national(quarter, 'overdue', '2022-Q3'))).toEqual([69, 719]);
    expect(parts(national(quarter, 'on_time', '2022-08'))).toEqual([240, 268]);
  });
});

describe('a return', () => {
  const late = deadline(REAL, '2022-07');
  const at = (receivedAt: number): Facts =>
    factsOf({ '2022-07': { 'ha-noi': { 'dk-khai-sinh': cellOf([counts({})], receivedAt) } } });
  const hanoi = (facts: Facts, id: IndicatorId) =>
    parts(tallyIndicator(REAL, facts, id, period('2022-07'), frameOn('2022-07-31')).groups.get('ha-noi'));

  it('is punctual up to the last millisecond of the 5th, and late from the first of the 6th', () => {
    expect(hanoi(at(late - 1), 'reporting_punctuality')).toEqual([1, 23]);
    expect(hanoi(at(late), 'reporting_punctuality')).toEqual([0, 23]);
    expect(hanoi(at(late), 'reporting_completeness')).toEqual([1, 23]);
  });

  it('that is not due counts its dossiers, but as no return', () => {
    const cell = cellOf([counts({ received_online: 40, received_direct: 10 })]);
    const facts = factsOf({ '2022-07': { 'ha-noi': { 'cap-dien-moi': cell } } });
    expect(hanoi(facts, 'reporting_completeness')).toEqual([0, 23]);
    expect(hanoi(facts, 'online_dossiers')).toEqual([40, 50]);
  });
});

describe('the sector of a ministry', () => {
  const facts = factsOf({
    '2025-02': {
      'ha-noi': { 'doi-gplx': cellOf([counts({ received_online: 60, received_direct: 40 })]) },
      bgtvt: { 'doi-gplx': cellOf([counts({ received_online: 5, received_direct: 5 })]) },
    },
    '2025-03': { 'ha-noi': { 'doi-gplx': cellOf([counts({ received_online: 70, received_direct: 30 })]) } },
  });
  const sector = (month: string, boundaries: string) =>
    tallyIndicator(REAL, facts, 'online_dossiers', period(month), frameOn(boundaries, { view: 'sector' }))
      .groups;

  it('holds all dossiers of what it leads in that month, not of what it leads today', () => {
    expect(parts(sector('2025-02', '2025-02-28').get('bgtvt'))).toEqual([65, 110]);
    expect(parts(sector('2025-02', '2025-02-28').get('bca'))).toEqual([null, null]);
    expect(parts(sector('2025-03', '2025-03-31').get('bca'))).toEqual([70, 100]);
    // On later boundaries February belongs to the ministry that took the lead of then over whole.
    expect(parts(sector('2025-02', '2025-07-01').get('bxd-2025'))).toEqual([65, 110]);
    expect(parts(sector('2025-Q1', '2025-03-31').get('bca'))).toEqual([70, 100]);
  });

  it('in the own view is only what the ministry handles itself', () => {
    const own = tallyIndicator(REAL, facts, 'online_dossiers', period('2025-02'), frameOn('2025-02-28'));
    expect(parts(own.groups.get('bgtvt'))).toEqual([5, 10]);
    expect(parts(own.national)).toEqual([65, 110]);
  });
});

describe('online services with dossiers', () => {
  const cell = (online: number) => cellOf([counts({ received_online: online, received_direct: 1 })]);
  const statuses = [
    status('bca', 'ho-chieu', '2022-09-01', 'full'),
    status('bca', 'con-dau-moi', '2022-09-01', 'partial'),
    status('bca', 'dk-xe-may', '2022-09-01', 'information'),
  ];
  const of = (cells: Cells, view: View) => {
    const facts = factsOf({ '2022-09': cells }, statuses);
    return tallyIndicator(
      REAL,
      facts,
      'services_with_dossiers',
      period('2022-09'),
      frameOn('2022-09-30', { view }),
    );
  };

  it('are those used by anybody in the sector, and by the ministry itself in its own view', () => {
    const cells = { bca: { 'ho-chieu': cell(0) }, 'ha-noi': { 'ho-chieu': cell(9), 'dk-xe-may': cell(9) } };
    // Online: passports and seals. Dossiers online: passports in Hà Nội only; vehicles are not online.
    expect(parts(of(cells, 'sector').groups.get('bca'))).toEqual([1, 2]);
    expect(parts(of(cells, 'own').groups.get('bca'))).toEqual([0, 2]);
    expect(parts(of(cells, 'own').national)).toEqual([1, 2]);
  });

  it.each(['own', 'sector'] as const)('are nothing, not zero, while no return is in (%s)', view => {
    expect(parts(of({}, view).groups.get('bca'))).toEqual([null, null]);
    expect(parts(of({}, view).national)).toEqual([null, null]);
  });

  it('of a sector are nothing while only other sectors sent returns', () => {
    const births = { 'ha-noi': { 'dk-khai-sinh': cell(9) } };
    expect(of(births, 'sector').groups.get('bca')).toMatchObject({ numerator: null, returned: false });
  });
});

function entry<T>(of: Record<string, Record<string, T>>, key: string): Record<string, T> {
  const there = of[key] ?? {};
  of[key] = there;
  return there;
}

describe('the country', () => {
  const SERVICES = ['dk-khai-sinh', 'doi-gplx', 'ho-chieu', 'cap-dien-moi', 'bhxh-mot-lan'];
  const MONTHS = ['2025-02', '2025-03', '2025-06', '2025-07', '2026-05'];
  const cell = fc
    .record({
      online: fc.nat(50),
      direct: fc.nat(50),
      late: fc.nat(9),
      done: fc.option(fc.nat(9)),
      at: fc.nat(),
    })
    .map(({ online, direct, late, done, at }) =>
      cellOf(
        [
          counts({
            ...{
              received_online: online,
              received_direct: direct,
              resolved_on_time: 20,
              resolved_late: late,
            },
            ...{ resolved_end_to_end: done, pending_on_time: done, pending_overdue: 3 },
          }),
        ],
        Date.parse('2025-03-01T00:00:00Z') + at * 10,
      ),
    );
  /** Offices by their place among those that report in the month, so that every month has its own. */
  const months = fc.array(
    fc.record({
      month: fc.constantFrom(...MONTHS),
      offices: fc.array(fc.tuple(fc.nat(200), fc.constantFrom(...SERVICES), cell), { maxLength: 12 }),
    }),
    { minLength: 1, maxLength: 4 },
  );
  const day = fc.integer({ min: 0, max: 1800 }).map(n => addDays('2022-01-10', n));

  it('is identical on every boundary date, and the sum of all its groups', () => {
    const asked = fc.record({
      id: fc.constantFrom(...INDICATOR_IDS),
      view: fc.constantFrom<View>('own', 'sector'),
      when: fc.constantFrom(...MONTHS, '2025-Q1', '2025-H1', '2025-YTD-07'),
      catalogue: fc.constantFrom('essential-25', 'essential-53'),
    });
    fc.assert(
      fc.property(months, asked, day, day, (given, { id, view, when, catalogue }, one, other) => {
        const cells: Record<string, Record<string, Record<string, Cell>>> = {};
        for (const { month, offices } of given) {
          const reporters = reportersIn(REAL, month);
          for (const [place, service, figures] of offices) {
            const code = reporters[place % reporters.length]?.code as string;
            const byAgency = entry(cells, month);
            entry(byAgency, code)[service] = figures;
          }
        }
        const facts = factsOf(cells, [status('bca', 'ho-chieu', '2024-01-01', 'full')]);
        const on = (boundaries: string) =>
          tallyIndicator(REAL, facts, id, period(when), frameOn(boundaries, { view, catalogue }));
        const [first, second] = [on(one), on(other)];
        expect(second.national).toEqual(first.national);
        // Services of the country are counted by their lead, each once; all else adds up from the groups.
        if (first.indicator.kind !== 'dossiers' && first.indicator.kind !== 'returns') return;
        for (const { groups, national } of [first, second]) {
          for (const part of ['numerator', 'denominator', 'returns', 'due', 'rowsIn', 'rows'] as const) {
            const sum = [...groups.values()].reduce((total, t) => total + (t[part] ?? 0), 0);
            expect(sum).toBe(national[part] ?? 0);
          }
        }
      }),
      { seed: 1, numRuns: 150 },
    );
  });
});
