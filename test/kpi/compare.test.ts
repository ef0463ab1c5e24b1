/** Warnings from history, each beside a case that is alike but innocent. */
import { describe, expect, it } from '@jest/globals';
import { compareWithLast } from '../../src/kpi/compare.ts';
import { COUNTS, type CountName, NOT_REPORTED } from '../../src/kpi/figure.ts';
import { noFindings, type Warning, type WarningCode } from '../../src/kpi/finding.ts';
import { addRow, type HeldCell, newHeldCell } from '../../src/kpi/held.ts';
import { distanceFrom, medianOf } from '../../src/kpi/jump.ts';
import { addMonths } from '../../src/kpi/month.ts';
import { type PastSums, sumsOfHeld } from '../../src/kpi/past.ts';
import { rulesOn } from '../../src/kpi/quality-rules.ts';
import { buildStatusBook } from '../../src/kpi/status.ts';
import { findJumps, findUnused, suspectsIn, unusedIn } from '../../src/kpi/unusual.ts';
import { realCatalogue } from '../sample/sheets.ts';

const catalogue = await realCatalogue();
const RULES = rulesOn(catalogue, '2023-07-31');
const MONTH = '2023-07';
const SERVICES = ['dk-khai-sinh', 'dk-khai-tu', 'dk-ket-hon', 'dk-tam-tru'];
type Change = Partial<Record<CountName, number | null>>;

/** Counts of a return that fits together, none of them round; `n` makes them different from one another. */
function counts(n: number, change: Change = {}): (number | null)[] {
  const all: Record<CountName, number | null> = {
    received_online: 61 + n,
    received_direct: 41,
    carried_over: 11,
    online_full: 45 + n,
    online_partial: 16,
    resolved_early: 31 + n,
    resolved_on_time: 51,
    resolved_late: 13,
    resolved_end_to_end: 39,
    pending_on_time: 13,
    pending_overdue: 5,
    fee_due: 21,
    paid_online: 12,
    files_digitised: 71,
    results_digitised: 82,
    data_reused: 33,
    ratings: 25,
    satisfied: 24,
    ...change,
  };
  return COUNTS.map(name => all[name]);
}

function cell(rows: (number | null)[][], whole = true): HeldCell {
  const held = newHeldCell(2, whole);
  for (const row of rows)
    addRow(
      held,
      Int32Array.from(row, count => count ?? NOT_REPORTED),
      0,
    );
  return held;
}

type Rows = Record<string, HeldCell>;
const file = (agencies: Record<string, Rows>, month = MONTH) => ({
  services: new Map(
    Object.entries(agencies).map(([a, rows]) => [`${month}|${a}`, new Map(Object.entries(rows))]),
  ),
  units: new Map(),
});
/** What the database would hold after such a file. */
const storedAs = (agencies: Record<string, Rows>, month = addMonths(MONTH, -1)): Map<string, PastSums> =>
  new Map(
    Object.entries(agencies).flatMap(([a, rows]) =>
      Object.entries(rows).map(([s, c]) => [`${month}|${a}|${s}`, sumsOfHeld(c)] as const),
    ),
  );
const rowsOf = (n: (i: number) => (number | null)[]): Rows =>
  Object.fromEntries(SERVICES.map((s, i) => [s, cell([n(i)])]));

function warningsOf(agencies: Record<string, Rows>, stored: Map<string, PastSums>, month = MONTH): Warning[] {
  const warnings = noFindings<WarningCode>();
  compareWithLast(catalogue, file(agencies, month), stored, warnings);
  return warnings.listed;
}
const codes = (warnings: Warning[]): string[] => warnings.map(w => w.code);

describe('carried over', () => {
  const last = {
    'ha-noi': { 'dk-khai-sinh': cell([counts(0, { pending_on_time: 9, pending_overdue: 2 })]) },
  };

  it('that is what was pending the month before is silent', () => {
    expect(warningsOf({ 'ha-noi': { 'dk-khai-sinh': cell([counts(1)]) } }, storedAs(last))).toEqual([]);
  });

  it('that is not is named with both numbers', () => {
    const now = { 'ha-noi': { 'dk-khai-sinh': cell([counts(1, { carried_over: 12 })]) } };
    expect(warningsOf(now, storedAs(last))).toEqual([
      {
        row: 2,
        column: 'carried_over',
        value: '12',
        code: 'carried_over_mismatch',
        details: { agency: 'ha-noi', service: 'dk-khai-sinh', last: '2023-06', carried: '12', pending: '11' },
      },
    ]);
  });

  it('is not judged when either month left it blank, or the month before is missing', () => {
    const blank = { 'ha-noi': { 'dk-khai-sinh': cell([counts(1, { carried_over: null })]) } };
    expect(warningsOf(blank, storedAs(last))).toEqual([]);
    const unsaid = { 'ha-noi': { 'dk-khai-sinh': cell([counts(0, { pending_overdue: null })]) } };
    const now = { 'ha-noi': { 'dk-khai-sinh': cell([counts(1, { carried_over: 12 })]) } };
    expect(warningsOf(now, storedAs(unsaid))).toEqual([]);
    expect(warningsOf(now, new Map())).toEqual([]);
  });

  it('of units is added up; a file of a few of the units is not measured against all of them', () => {
    const units = (n: number, carried: number) =>
      cell(
        Array.from({ length: n }, () => counts(1, { carried_over: carried })),
        false,
      );
    const before = { 'ha-noi': { 'dk-khai-sinh': units(10, 3) } };
    expect(warningsOf({ 'ha-noi': { 'dk-khai-sinh': units(10, 18) } }, storedAs(before))).toEqual([]);
    const found = warningsOf({ 'ha-noi': { 'dk-khai-sinh': units(10, 17) } }, storedAs(before));
    expect(found[0]?.details).toMatchObject({ carried: '170', pending: '180', units: '10' });
    expect(warningsOf({ 'ha-noi': { 'dk-khai-sinh': units(3, 17) } }, storedAs(before))).toEqual([]);
  });

  it('of a merged province is the sum of its predecessors, unless one of them sent nothing', () => {
    const [month, day] = ['2025-07', '2025-07-01'];
    const heirs = catalogue.successions.filter(s => s.date === day && s.kind !== 'split');
    const heir =
      heirs.find(h => heirs.filter(o => o.successor === h.successor).length === 3)?.successor ?? '';
    const three = heirs.filter(h => h.successor === heir).map(h => h.predecessor);
    const before = Object.fromEntries(three.map(code => [code, { 'dk-khai-sinh': cell([counts(0)]) }]));
    const now = (carried: number) => ({
      [heir]: { 'dk-khai-sinh': cell([counts(1, { carried_over: carried })]) },
    });
    expect(warningsOf(now(54), storedAs(before, '2025-06'), month)).toEqual([]);
    const [found] = warningsOf(now(18), storedAs(before, '2025-06'), month);
    expect(found?.details).toMatchObject({ pending: '54', from: three.join('|') });
    const two = Object.fromEntries(Object.entries(before).slice(1));
    expect(warningsOf(now(18), storedAs(two, '2025-06'), month)).toEqual([]);
  });
});

describe('a return copied forward', () => {
  const same = (i: number) => counts(i, { carried_over: 18 });

  it('is named once for the agency', () => {
    const found = warningsOf({ 'ha-noi': rowsOf(same) }, storedAs({ 'ha-noi': rowsOf(same) }));
    expect(found).toMatchObject([
      { code: 'copied_forward', row: null, details: { agency: 'ha-noi', last: '2023-06', services: '4' } },
    ]);
  });

  it('needs every service to be the same, and three of them to be in use', () => {
    const other = rowsOf(i => counts(i, { carried_over: 18, ...(i === 3 ? { satisfied: 23 } : {}) }));
    expect(codes(warningsOf({ 'ha-noi': other }, storedAs({ 'ha-noi': rowsOf(same) })))).toEqual([]);
    const idle = rowsOf(i => (i < 2 ? same(i) : COUNTS.map(() => 0)));
    expect(codes(warningsOf({ 'ha-noi': idle }, storedAs({ 'ha-noi': idle })))).toEqual([]);
    const inUse = rowsOf(i => (i < 3 ? same(i) : COUNTS.map(() => 0)));
    expect(warningsOf({ 'ha-noi': inUse }, storedAs({ 'ha-noi': inUse }))).toMatchObject([
      { code: 'copied_forward', details: { services: '3' } },
    ]);
  });
});

describe('round numbers', () => {
  it('are told by their share among counts of ten and more', () => {
    const tens = rowsOf(i => counts(i).map(n => (n === null ? null : Math.round(n / 10) * 10)));
    const [found] = warningsOf({ 'ha-noi': tens }, new Map());
    expect(found).toMatchObject({ code: 'round_numbers', details: { agency: 'ha-noi' } });
    expect(Number(found?.details.round)).toBe(Number(found?.details.counts));
    expect(warningsOf({ 'ha-noi': rowsOf(i => counts(i)) }, new Map())).toEqual([]);
  });

  it('are half of at least twenty counts; those below ten do not count', () => {
    /** A return of two services: so many counts that are round, so many that are not, the rest too small. */
    const judged = (round: number, other: number) => {
      const all = Array.from({ length: 2 * COUNTS.length }, (_, i) =>
        i < round ? 10 * (i + 1) : i < round + other ? 11 + 10 * i : 0,
      );
      const [first, second] = [all.slice(0, COUNTS.length), all.slice(COUNTS.length)];
      return warningsOf(
        { 'ha-noi': { 'dk-khai-sinh': cell([first]), 'dk-khai-tu': cell([second]) } },
        new Map(),
      );
    };
    expect(judged(10, 10)).toMatchObject([{ details: { round: '10', counts: '20', month: MONTH } }]);
    expect(judged(9, 11)).toEqual([]);
    expect(judged(19, 0)).toEqual([]);
    expect(judged(20, 0)).toMatchObject([{ details: { round: '20', counts: '20' } }]);
  });
});

describe('a longer history', () => {
  /** Received by an agency month by month, oldest first, the last one in the file. */
  function judged(histories: Record<string, number[]>, change: Change = {}) {
    const stored = new Map<string, PastSums>();
    const now: Record<string, Rows> = {};
    for (const [agency, received] of Object.entries(histories)) {
      for (const [i, n] of received.entries()) {
        const at = cell([
          counts(0, { received_online: 0, received_direct: n, carried_over: null, ...change }),
        ]);
        if (i === received.length - 1) now[agency] = { 'dk-khai-sinh': at };
        else
          stored.set(`${addMonths(MONTH, i + 1 - received.length)}|${agency}|dk-khai-sinh`, sumsOfHeld(at));
      }
    }
    const warnings = noFindings<WarningCode>();
    const { past, compared } = compareWithLast(catalogue, file(now), stored, warnings);
    const suspects = suspectsIn(compared, past);
    return { past, compared, suspects, warnings };
  }
  function jumps(histories: Record<string, number[]>): Warning[] {
    const { past, compared, suspects, warnings } = judged(histories);
    findJumps(compared, suspects, past, warnings);
    return warnings.listed.filter(w => w.code === 'jump');
  }
  const steady = [100, 110, 95, 104, 90, 99];

  it('makes a jump of twenty times stand out, with its evidence, and a collapse too', () => {
    expect(jumps({ 'ha-noi': [...steady, 2000] })).toMatchObject([
      { column: 'service', details: { received: '2000', median: '100', months: '6' } },
    ]);
    expect(jumps({ 'ha-noi': [...steady, 2] })).toHaveLength(1);
  });

  it('is silent about ordinary movement, small counts and short histories', () => {
    expect(jumps({ 'ha-noi': [...steady, 240] })).toEqual([]);
    expect(jumps({ 'ha-noi': [1, 0, 2, 1, 0, 1, 25] })).toEqual([]);
    expect(jumps({ 'ha-noi': [100, 110, 95, 2000] })).toEqual([]);
  });

  /** So many months of one count, then another in the file. */
  const run = (months: number, count: number, then: number): number[] => [
    ...Array.from({ length: months }, () => count),
    then,
  ];

  it('calls six robust standard deviations a jump, up and down', () => {
    // Six months of 99: the median of count + 1 is 100, the deviation 0, so the least that is believed holds,
    // √(0,25² + 1/100) = 0,26926. Six of them are e^1,61555 = 5,0306 times the median.
    expect(jumps({ 'ha-noi': run(6, 99, 502) })).toEqual([]); // ln 5,03 / 0,26926 = 5,9996
    expect(jumps({ 'ha-noi': run(6, 99, 503) })).toMatchObject([{ details: { z: '6.0', median: '99' } }]);
    expect(jumps({ 'ha-noi': run(6, 99, 19) })).toEqual([]); // ln 0,20 / 0,26926 = -5,977
    expect(jumps({ 'ha-noi': run(6, 99, 18) })).toMatchObject([{ details: { z: '-6.2' } }]);
  });

  it('measures by how far the office moves anyhow, and lets no odd month widen that', () => {
    // Half, once and twice the median: half of the months are ln 2 away from it, 1,4826 · ln 2 = 1,0277.
    const restless = [49, 99, 199, 49, 99, 199];
    expect(jumps({ 'ha-noi': [...restless, 2000] })).toEqual([]); // ln 20,01 / 1,0277 = 2,9
    expect(jumps({ 'ha-noi': [...restless, 60_000] })).toMatchObject([{ details: { z: '6.2' } }]);
    expect(jumps({ 'ha-noi': [99, 99, 9999, 99, 99, 99, 503] })).toHaveLength(1);
  });

  it('needs six of the last twelve months, and thirty dossiers on one side', () => {
    expect(jumps({ 'ha-noi': run(5, 99, 2000) })).toEqual([]);
    expect(jumps({ 'ha-noi': run(6, 99, 2000) })).toMatchObject([{ details: { months: '6' } }]);
    expect(jumps({ 'ha-noi': run(14, 99, 2000) })).toMatchObject([{ details: { months: '12' } }]);
    expect(jumps({ 'ha-noi': run(6, 29, 0) })).toEqual([]);
    expect(jumps({ 'ha-noi': run(6, 30, 0) })).toMatchObject([{ details: { median: '30' } }]);
  });

  it('is silent about a season: of last year, or of most offices in the file', () => {
    const year = [1900, 100, 110, 95, 104, 90, 99, 100, 100, 100, 100, 100];
    expect(jumps({ 'ha-noi': [...year, 2000] })).toEqual([]);
    const names = catalogue.agencies.filter(a => a.kind === 'province').slice(0, RULES.jump_peers);
    const together = Object.fromEntries(names.map(a => [a.code, [...steady, 2000]]));
    expect(jumps(together)).toEqual([]);
    // One fewer, and it is the oddity of each of them.
    const fewer = Object.fromEntries(Object.entries(together).slice(1));
    expect(jumps(fewer)).toHaveLength(RULES.jump_peers - 1);
  });

  it('finds a service that was online for three months without an online dossier', () => {
    const { past, suspects, warnings } = judged({ 'ha-noi': [40, 41, 42] });
    const book = (asOf: string) =>
      buildStatusBook([{ agency: 'ha-noi', service: 'dk-khai-sinh', asOf, level: null, mode: 'full' }]);
    findUnused(catalogue, unusedIn(suspects, past), book('2023-04-30'), warnings);
    expect(warnings.listed).toMatchObject([
      { code: 'online_without_dossiers', details: { first: '2023-05', last: '2023-07' } },
    ]);
    const innocent = noFindings<WarningCode>();
    // It went online in the middle of the first month.
    findUnused(catalogue, unusedIn(suspects, past), book('2023-05-15'), innocent);
    expect(innocent.count).toBe(0);
    // Two months are too few, and so are three with one online dossier among them.
    const may = '2023-05|ha-noi|dk-khai-sinh';
    const once = sumsOfHeld(cell([counts(0, { received_online: 1 })]));
    expect(unusedIn(suspects, new Map([...past].filter(([key]) => key !== may)))).toEqual([]);
    expect(unusedIn(suspects, new Map([...past, [may, once]]))).toEqual([]);
    const asked = judged({ 'ha-noi': [0, 0, 0] });
    expect(unusedIn(asked.suspects, asked.past)).toEqual([]);
  });

  it('is measured by median and median deviation', () => {
    expect(medianOf([3, 1, 2])).toBe(2);
    expect(medianOf([4, 1, 2, 3])).toBe(2.5);
    expect(distanceFrom([1, 2, 3, 4, 5], 9, RULES)).toBeNull();
    expect(distanceFrom([99, 99, 99, 99, 99, 99], 199, RULES)?.log).toBeCloseTo(Math.LN2, 12);
  });
});
