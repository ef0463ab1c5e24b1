/** Directives done of directives due, by hand: 21 of 46, who is asked, what silence is, and what a merger adds up. */
import { describe, expect, it } from '@jest/globals';
import type { Directive, Progress } from '../../src/kpi/directive.ts';
import { NATIONAL, traceRate } from '../../src/kpi/lineage.ts';
import { type Day, type Month, periodOfMonth } from '../../src/kpi/month.ts';
import { rankPeriod } from '../../src/kpi/ranking.ts';
import { tallyIndicator } from '../../src/kpi/tally.ts';
import { factsOf, frameOn, REAL } from './country.ts';

const done = (doneOn: Day | null): Progress => ({ status: 'done', doneOn, note: '' });
const UNDER_WAY: Progress = { status: 'in_progress', doneOn: null, note: '' };

let made = 0;
function task(lead: string, deadline: Day | null, progress: Progress | null): Directive {
  return {
    ...{ id: `T-${made++}`, document: '99/TB-VPCP', clause: '', title: 'Việc', lead, coordinating: [] },
    ...{ deadline, recurring: '', measurableTarget: '', progress },
  };
}
const tasks = (many: number, ...of: Parameters<typeof task>): Directive[] =>
  Array.from({ length: many }, () => task(...of));

const count = (directives: Directive[], month: Month, boundaries: Day = '2022-08-31') =>
  tallyIndicator(
    REAL,
    factsOf({}, [], directives),
    'directives_done',
    periodOfMonth(month),
    frameOn(boundaries),
  );
const parts = (directives: Directive[], month: Month, agency: string, boundaries?: Day) => {
  const { numerator, denominator } = count(directives, month, boundaries).groups.get(agency) ?? {};
  return [numerator, denominator];
};

describe('directives done of directives due', () => {
  const ministry = [
    ...tasks(20, 'bca', '2022-07-31', done('2022-07-20')),
    task('bca', '2022-08-31', done('2022-08-31')),
    task('bca', '2022-08-31', done('2022-09-01')),
    ...tasks(14, 'bca', '2022-06-30', UNDER_WAY),
    ...tasks(10, 'bca', '2022-05-31', null),
    ...tasks(5, 'bca', '2022-09-01', done('2022-08-01')),
    ...tasks(3, 'bca', null, done(null)),
  ];

  it('are 21 of 46 at the end of August: 45.7 %, and 27 of 51 a month later', () => {
    expect(parts(ministry, '2022-08', 'bca')).toEqual([21, 46]);
    expect(Math.round((21 / 46) * 1000)).toBe(457);
    // Tasks due on the first of September enter with it; the late one is done by then.
    expect(parts(ministry, '2022-09', 'bca', '2022-09-30')).toEqual([27, 51]);
    // In July 20 + 14 + 10 were due, of which 20 were done.
    expect(parts(ministry, '2022-07', 'bca', '2022-07-31')).toEqual([20, 44]);
  });

  it('are covered by those whose progress is reported, done or not', () => {
    expect(count(ministry, '2022-08').groups.get('bca')).toMatchObject({ rowsIn: 36, rows: 46 });
    // In July 20 + 14 of the 44 due had told; the two due at the end of August do not count yet.
    expect(count(ministry, '2022-07', '2022-07-31').national).toMatchObject({ rowsIn: 34, rows: 44 });
  });

  it('count a completion without a day in every month', () => {
    expect(parts([task('btp', '2022-03-31', done(null))], '2022-03', 'btp')).toEqual([1, 1]);
  });

  it('are nothing, not 0, where no progress of any task due is reported', () => {
    const silent = [
      ...tasks(3, 'btp', '2022-07-31', null),
      task('btp', '2022-12-31', done('2022-08-01')),
      task('vpcp', '2022-12-31', done('2022-08-01')),
    ];
    const { groups, national } = count(silent, '2022-08');
    expect(groups.get('btp')).toMatchObject({
      ...{ numerator: null, denominator: null, expected: 3, rowsIn: 0, rows: 3 },
    });
    expect(national).toMatchObject({ numerator: null, returned: false });
    const { notRanked } = rankPeriod(
      REAL,
      factsOf({}, [], silent),
      ...(['directives_done', 'ministry', periodOfMonth('2022-08'), frameOn('2022-08-31')] as const),
    );
    const reasons = new Map(notRanked.map(n => [n.agency, n.reason]));
    expect([reasons.get('btp'), reasons.get('vpcp')]).toEqual(['no_return', 'nothing_to_divide']);
    expect(parts([...silent, task('btp', '2022-08-31', UNDER_WAY)], '2022-08', 'btp')).toEqual([0, 4]);
  });

  it('of a group of addressees count for the country alone', () => {
    const { groups, national } = count(
      [...ministry, ...tasks(2, 'all-ministries', '2022-08-01', done('2022-08-02'))],
      '2022-08',
    );
    expect([...groups.keys()]).not.toContain('all-ministries');
    expect(national).toMatchObject({ numerator: 23, denominator: 48 });
  });

  it('add up under the agency that two leads have merged into', () => {
    const both = [task('btc', '2024-12-31', done('2024-12-01')), task('bkhdt', '2024-12-31', null)];
    expect(parts(both, '2024-12', 'btc', '2024-12-31')).toEqual([1, 1]);
    expect(parts(both, '2024-12', 'bkhdt', '2024-12-31')).toEqual([null, null]);
    expect(parts(both, '2025-06', 'btc-2025', '2025-06-30')).toEqual([1, 2]);
    // Split among several, nobody answers for its tasks; the country still does.
    const gone = count([task('bldtbxh', '2023-08-31', done(null))], '2025-06', '2025-06-30');
    expect([gone.groups.get('bldtbxh')?.numerator ?? null, gone.national.numerator]).toEqual([null, 1]);
  });

  it('open into the very tasks, of an agency whose progress is unknown for the country alone', () => {
    const all = [...ministry, ...tasks(2, 'btp', '2022-08-01', null)];
    const trace = (agency: string) =>
      traceRate(
        REAL,
        factsOf({}, [], all),
        ...(['directives_done', periodOfMonth('2022-08'), frameOn('2022-08-31'), agency] as const),
        { service: null, month: null, reporter: null },
      );
    expect(trace('bca')).toMatchObject({ numerator: 21, denominator: 46 });
    expect(trace('bca').parts.map(p => p.task?.lead)).toEqual(Array(46).fill('bca'));
    expect(trace('btp').parts).toEqual([]);
    expect(trace(NATIONAL)).toMatchObject({ numerator: 21, denominator: 48 });
  });
});
