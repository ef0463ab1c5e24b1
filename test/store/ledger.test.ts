/** The ledger of sums against the figures it is made of, over many imports, in a row and at the same time. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Kysely, sql } from 'kysely';
import { recount as recountFiles } from '../../src/recount/recount.ts';
import { milestonesAt } from '../../src/store/milestones.ts';
import type { Tables } from '../../src/store/tables.ts';
import { type Cells, clear, goodRow, NOW, send, sent, sheet, shortRow } from '../intake/sheets.ts';
import { freshDatabase, type TestDatabase } from '../support/database.ts';
import { brokenRules, recount } from './recount.ts';

const SEED = 766;
const MONTHS = ['2022-07', '2025-08'];
const SERVICES = ['dk-khai-sinh', 'dk-khai-tu', 'ho-chieu'];
const AGENCIES = ['ha-noi', 'cao-bang'];
const UNITS = ['Phường Một', 'Phường Hai', 'Phường Ba'];
/** Counts that may be left blank. */
const OPTIONAL = [
  'carried_over',
  'online_full',
  'online_partial',
  'resolved_end_to_end',
  'pending_on_time',
  'pending_overdue',
  'fee_due',
  'paid_online',
  'files_digitised',
  'results_digitised',
  'data_reused',
  'ratings',
  'satisfied',
];

const small = fc.integer({ min: 0, max: 60 });

/** The counts of a row that fits together: what came in left or is pending, and no part exceeds its whole. */
const counts = fc
  .record({
    n: fc.array(small, { minLength: 6, maxLength: 6 }),
    parts: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 8, maxLength: 8 }),
    blanks: fc.subarray(OPTIONAL),
  })
  .map(({ n, parts, blanks }): Cells => {
    const [online = 0, direct = 0, carried = 0, fee = 0, ratings = 0] = n;
    const [p0 = 0, p1 = 0, p2 = 0, p3 = 0, p4 = 0, p5 = 0, p6 = 0, p7 = 0] = parts;
    const share = (part: number, of: number): number => Math.floor(part * of);
    const total = online + direct + carried;
    const resolved = share(p0, total);
    const early = share(p1, resolved);
    const late = share(p2, resolved - early);
    const full = share(p3, online);
    const overdue = share(p4, total - resolved);
    const row: Cells = {
      received_online: online,
      received_direct: direct,
      carried_over: carried,
      online_full: full,
      online_partial: online - full,
      resolved_early: early,
      resolved_on_time: resolved - early - late,
      resolved_late: late,
      resolved_end_to_end: share(p5, resolved),
      pending_on_time: total - resolved - overdue,
      pending_overdue: overdue,
      fee_due: fee,
      paid_online: share(p6, fee),
      files_digitised: share(p7, online + direct),
      results_digitised: share(p6, resolved),
      data_reused: share(p5, online + direct),
      ratings,
      satisfied: share(p4, ratings),
    };
    for (const name of blanks) row[name] = null;
    return row;
  });

/** A file: some (month, agency, service), each by the agency itself or by some of its units. */
const file = fc.uniqueArray(
  fc.record({
    month: fc.constantFrom(...MONTHS),
    agency: fc.constantFrom(...AGENCIES),
    service: fc.constantFrom(...SERVICES),
    units: fc.oneof(
      fc.constant<(string | null)[]>([null]),
      fc.subarray<string | null>(UNITS, { minLength: 1 }),
    ),
    counts: fc.array(counts, { minLength: UNITS.length, maxLength: UNITS.length }),
  }),
  { selector: r => `${r.month} ${r.agency} ${r.service}`, minLength: 1, maxLength: 5 },
);

let database: TestDatabase;
let db: Kysely<Tables>;
beforeAll(async () => {
  database = await freshDatabase();
  db = database.db;
});
afterAll(() => database.close());
beforeEach(() => clear(db));

/** That the ledger, its history and every instant of it agree with the figures, and all of them with the files. */
async function expectSound(): Promise<void> {
  expect((await recount(db, null)).differences).toEqual([]);
  expect(await brokenRules(db)).toEqual([]);
  const different: object[] = [];
  await recountFiles(db, null, d => different.push(d));
  expect(different).toEqual([]);
  const postings = await db.selectFrom('postings').select('recorded_at').execute();
  for (const { recorded_at } of postings) {
    expect((await recount(db, recorded_at)).differences).toEqual([]);
  }
}

describe('the balance of the ledger', () => {
  it('equals a recount of the figures after any run of imports, now and at every instant before', async () => {
    let corrections = 0;
    let run = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(file, { minLength: 1, maxLength: 5 }), async files => {
        // Months are made by the first file that names them, or are there already.
        await clear(db, run++ % 2 === 0);
        for (const [i, groups] of files.entries()) {
          const rows = groups.flatMap(g =>
            g.units.map((unit, u) => ({
              period: g.month,
              agency: g.agency,
              unit,
              service: g.service,
              ...g.counts[u],
            })),
          );
          await sent(db, sheet(rows), { receivedAt: NOW - i * 86_400_000 });
          expect((await recount(db, null)).differences).toEqual([]);
        }
        await expectSound();
        const instants = await db.selectFrom('postings').select('recorded_at').orderBy('id').execute();
        for (const [i, { recorded_at }] of instants.entries()) {
          expect(recorded_at.getTime()).toBeGreaterThan(instants[i - 1]?.recorded_at.getTime() ?? 0);
        }
        const { rows } = await sql<{ n: number }>`select count(*) as n from figures_history`.execute(db);
        corrections += rows[0]?.n ?? 0;
      }),
      { seed: SEED, numRuns: 30, endOnFailure: true },
    );
    // The runs must have met what they are for.
    expect(corrections).toBeGreaterThan(30);
  });

  it('is told apart from the figures when either of them is wrong', async () => {
    await sent(db, sheet([goodRow(), goodRow({ service: 'dk-khai-tu' })]));
    expect(await recount(db, null)).toEqual({ cells: 2, differences: [] });
    await sql`update figures set ratings = null, satisfied = null`.execute(db);
    expect((await recount(db, null)).differences).toHaveLength(4);
  });
});

describe('imports at the same time', () => {
  it('of the same keys end in one of the files, with the other in the history', async () => {
    const files = [11, 12, 13, 14].map(ratings =>
      sheet(
        SERVICES.flatMap(service =>
          MONTHS.map(period => goodRow({ service, period, ratings, satisfied: 1 })),
        ),
      ),
    );
    const receipts = await Promise.all(files.map(bytes => send(db, bytes)));
    expect(receipts.map(r => r.status)).toEqual(Array(4).fill('approved'));
    const current = await db.selectFrom('figures').select('ratings').distinct().execute();
    expect(current).toHaveLength(1);
    const history = await db.selectFrom('figures_history').select('ratings').execute();
    expect(history).toHaveLength(3 * SERVICES.length * MONTHS.length);
    expect(new Set(history.map(h => h.ratings))).not.toContain(current[0]?.ratings);
    await expectSound();
  });

  it('of the same bytes are taken once', async () => {
    const bytes = sheet(SERVICES.map(service => goodRow({ service })));
    const receipts = await Promise.all([1, 2, 3].map(() => send(db, bytes)));
    expect(receipts.map(r => r.status).sort()).toEqual(['approved', 'unchanged', 'unchanged']);
    expect(new Set(receipts.map(r => r.id)).size).toBe(1);
    await expectSound();
  });

  it('of an agency row and its units end in either form', async () => {
    const whole = sheet([shortRow()]);
    const units = sheet(UNITS.map(unit => shortRow({ unit })));
    await Promise.all([send(db, whole), send(db, units), send(db, whole)]);
    await expectSound();
  });

  it('of different months whose new units come in different orders do not lock each other out', async () => {
    const names = Array.from({ length: 1500 }, (_, i) => `Xã ${i}`);
    const months = ['2023-01', '2023-02', '2023-03', '2023-04'];
    // The partitions are there already, so that all four come to their units at the same time.
    await sent(db, sheet(months.map(period => shortRow({ period }))));
    const receipts = await Promise.all(
      months.map((period, m) =>
        send(db, sheet((m % 2 ? [...names].reverse() : names).map(unit => shortRow({ period, unit })))),
      ),
    );
    expect(receipts.map(r => r.status)).toEqual(months.map(() => 'approved'));
    expect(await db.selectFrom('unit_keys').select('id').where('id', '<>', 0).execute()).toHaveLength(
      names.length,
    );
    await expectSound();
  });

  it('of the same months in different orders are all taken, fresh months or not', async () => {
    const months = ['2024-01', '2024-02', '2024-03'];
    const orders = [months, [...months].reverse(), ['2024-02', '2024-01', '2024-03']];
    for (const ratings of [25, 26]) {
      const receipts = await Promise.all(
        orders.map((order, i) =>
          send(
            db,
            sheet(
              order.flatMap(period => UNITS.map(unit => goodRow({ period, unit, ratings, satisfied: i }))),
            ),
          ),
        ),
      );
      expect(receipts.map(r => r.status)).toEqual(orders.map(() => 'approved'));
      await expectSound();
    }
    const left = await db.selectFrom('figures').select('satisfied').distinct().execute();
    expect(left).toHaveLength(1);
  });

  it('of statuses and of milestones end in one state too', async () => {
    const statuses = (level: number) =>
      Buffer.from(
        `as_of,agency,service,level\n2022-08-09,bca,ho-chieu,${level}\n2022-08-09,bca,con-dau-moi,${level}\n`,
      );
    await Promise.all([2, 3, 4].map(level => send(db, statuses(level), { kind: 'service-status' })));
    expect(await db.selectFrom('statuses').select('level').distinct().execute()).toHaveLength(1);
    expect(await db.selectFrom('statuses_history').selectAll().execute()).toHaveLength(4);

    const milestones = (n: number) =>
      Buffer.from(
        `as_of,agency,indicator,numerator,denominator,unit,document\n2022-08-09,bca,x,${n},224,services,Notice\n`,
      );
    await Promise.all([185, 186, 187].map(n => send(db, milestones(n), { kind: 'milestones' })));
    expect(await milestonesAt(db, null)).toHaveLength(1);
    expect(await brokenRules(db)).toEqual([]);
  });

  it('of many months that are new are all taken, and none shares its instant with another', async () => {
    // Months that no other test here touches: their partitions are still to be made.
    const fresh = Array.from({ length: 12 }, (_, i) => `2022-${String(i + 1).padStart(2, '0')}`).filter(
      month => !MONTHS.includes(month),
    );
    const receipts = await Promise.all(fresh.map(period => send(db, sheet([goodRow({ period })]))));
    expect(receipts.map(r => r.status)).toEqual(fresh.map(() => 'approved'));
    const instants = (await db.selectFrom('postings').select('recorded_at').execute()).map(p =>
      p.recorded_at.getTime(),
    );
    expect(new Set(instants).size).toBe(fresh.length);
    await expectSound();
  });
});
