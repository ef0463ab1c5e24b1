/** Pages cost the same whatever the number of commune rows: rows read, by EXPLAIN, over every statement. */
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { CompiledQuery, sql } from 'kysely';
import { PUBLIC } from '../../src/kpi/access.ts';
import { addToSums, COUNTS, type CountName, KEPT_SUMS, NOT_REPORTED } from '../../src/kpi/figure.ts';
import { firstDay } from '../../src/kpi/month.ts';
import type { Db } from '../../src/store/connect.ts';
import { workingAsOwner } from '../../src/store/handles.ts';
import { publishMonth } from '../../src/store/months.ts';
import { ensurePartitions } from '../../src/store/partitions.ts';
import type { DataPage } from '../../src/web/answer.ts';
import { isFault } from '../../src/web/fault.ts';
import { agencyPage } from '../../src/web/pages/agency.ts';
import { lineagePage } from '../../src/web/pages/lineage.ts';
import { rankingsPage } from '../../src/web/pages/rankings.ts';
import { ask } from '../../src/web/reading.ts';
import { freshDatabase, type TestDatabase } from '../support/database.ts';

jest.setTimeout(300_000);

const MONTHS = ['2025-01', '2025-02'];
const AGENCIES = ['ha-noi', 'da-nang', 'lai-chau', 'son-la', 'nghe-an', 'ha-tinh', 'binh-duong', 'an-giang'];
const SERVICES = ['dk-khai-sinh', 'dk-khai-tu', 'dk-ket-hon', 'dk-thuong-tru', 'dk-tam-tru'];
/**
 * A fact is one commune's row for one service and month. The few fill the sample of 500 rows of an office and month
 * that a quality sheet looks at, and no more is ever read. The embedded database is too slow for a million.
 */
const CELLS = MONTHS.length * AGENCIES.length * SERVICES.length;
const [FEW, MANY] = [10_000, process.env.TEST_DATABASE_URL ? 1_000_000 : 200_000];

/** One commune's counts: 20 dossiers come in, 14 of them are resolved. */
const COUNTED: Partial<Record<CountName, number>> = {
  ...{ received_online: 10, received_direct: 10, carried_over: 0, online_full: 5, online_partial: 5 },
  ...{ resolved_early: 8, resolved_on_time: 4, resolved_late: 2, resolved_end_to_end: 6 },
  ...{ pending_on_time: 4, pending_overdue: 2 },
};

let database: TestDatabase;
let posting: number;
beforeAll(async () => {
  database = await freshDatabase();
  const { db } = database;
  await sql`insert into submission_files values ('none', 0)`.execute(db);
  await sql`insert into submissions (kind, status, door, sender, received_at, stored_at, file_name, sha256,
    row_count, problem_count, problems, warning_count, warnings, invented)
    values ('monthly-return', 'approved', 'command', 'test', now(), now(), 'communes.csv', 'none', 0, 0, '[]', 0,
    '[]', false)`.execute(db);
  await db
    .transaction()
    .execute(trx => ensurePartitions(trx, ['figures', 'figures_history', 'ledger', 'returns'], MONTHS));
  const posted = await sql<{ id: number }>`insert into postings (submission_id, recorded_at, periods)
    select max(id), date_trunc('milliseconds', now()), ${MONTHS.map(firstDay)}::date[] from submissions
    returning id`.execute(db);
  posting = posted.rows[0]?.id as number;
  await reportBy(db, 0, FEW / CELLS);
  for (const month of MONTHS) await publishMonth(db, month, 'test');
});
afterAll(() => database?.close());

/** Lets every office report by communes, those numbered from `from` to `to`, straight into the tables. */
async function reportBy(db: Db, from: number, to: number): Promise<void> {
  const row = COUNTS.map(name => COUNTED[name] ?? null);
  const sums = new Float64Array(KEPT_SUMS.length);
  addToSums(
    sums,
    Int32Array.from(row, count => count ?? NOT_REPORTED),
    0,
  );
  const cells = sql`unnest(${MONTHS.map(firstDay)}::date[]) m (period)
    cross join agency_keys a cross join service_keys s cross join postings p
    where p.id = ${posting} and a.code = any(${AGENCIES}::text[]) and s.code = any(${SERVICES}::text[])`;
  const numbers = (values: Iterable<number | null>) => sql.raw([...values].map(v => v ?? 'null').join(', '));
  await workingAsOwner(db, owner =>
    owner.transaction().execute(async trx => {
      // Rows that are right by making need not be looked up one by one.
      await sql`set local session_replication_role = replica`.execute(trx);
      await sql`insert into unit_keys (id, folded, name)
      select n + 1, 'xa ' || n, 'Xã ' || n from generate_series(${from}::int, ${to}::int - 1) n`.execute(trx);
      await sql`insert into figures (period, agency_id, unit_id, service_id, ${sql.raw(COUNTS.join(', '))},
      posting_id, source_row)
      select m.period, a.id, u.n + 1, s.id, ${numbers(row)}, p.id, u.n + 2
      from generate_series(${from}::int, ${to}::int - 1) u (n) cross join ${cells}`.execute(trx);
      await sql`delete from ledger`.execute(trx);
      await sql`delete from returns`.execute(trx);
      await sql`insert into ledger (period, agency_id, service_id, posting_id, ${sql.raw(KEPT_SUMS.map(k => k.name).join(', '))})
      select m.period, a.id, s.id, p.id, ${numbers([...sums].map(sum => sum * to))} from ${cells}`.execute(
        trx,
      );
      await sql`insert into returns select m.period, a.id, s.id, p.id, p.recorded_at from ${cells}`.execute(
        trx,
      );
      for (const table of ['figures', 'ledger', 'returns'])
        await sql`analyze ${sql.table(table)}`.execute(trx);
    }),
  );
}

interface Plan {
  'Node Type': string;
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  'Rows Removed by Index Recheck'?: number;
  Plans?: Plan[];
}

/** Rows that a plan reads from tables. */
function rowsRead(plan: Plan): number {
  const own = /Scan/.test(plan['Node Type']) && !/Subquery|CTE|Function|Values/.test(plan['Node Type']);
  const removed = (plan['Rows Removed by Filter'] ?? 0) + (plan['Rows Removed by Index Recheck'] ?? 0);
  const read = own ? (plan['Actual Rows'] + removed) * plan['Actual Loops'] : 0;
  return (plan.Plans ?? []).reduce((sum, part) => sum + rowsRead(part), read);
}

/** What a page reads: its statements are noted as it issues them, and run once more under EXPLAIN. */
async function workOf<D extends object>(page: DataPage<D>, given: Record<string, string>, code = '') {
  const statements: CompiledQuery[] = [];
  // A handle of its own remembers nothing of earlier pages.
  const { db } = database;
  const watched = db.withPlugin({
    transformQuery: ({ node, queryId }) => {
      statements.push(db.getExecutor().compileQuery(node, queryId));
      return node;
    },
    transformResult: async ({ result }) => result,
  });
  const asked = await ask(watched, given, Date.now() + 60_000, PUBLIC, 'none');
  const doc = isFault(asked) ? asked : await page.read(watched, asked, code);
  if (isFault(doc)) throw new Error(JSON.stringify(doc));
  let rows = 0;
  for (const { sql: text, parameters } of statements) {
    const explained = await db.executeQuery<{ 'QUERY PLAN': { Plan: Plan }[] }>(
      CompiledQuery.raw(`explain (analyze, format json) ${text}`, [...parameters]),
    );
    const [plan] = explained.rows.flatMap(row => row['QUERY PLAN']) as [{ Plan: Plan }];
    rows += rowsRead(plan.Plan);
  }
  return { doc, rows, statements: statements.length };
}

const PERIOD = '2025-YTD-02';
const lineage = (given: Record<string, string>) =>
  workOf(lineagePage, { period: PERIOD, indicator: 'on_time', ...given });

it('a national lineage, a ranking of a year to date and a scorecard read no more rows for many times the communes', async () => {
  const pages = async () => [
    await lineage({}),
    await lineage({ agency: 'ha-noi' }),
    await workOf(rankingsPage, { period: PERIOD, indicator: 'on_time' }),
    await workOf(agencyPage, { period: '2025-02' }, 'ha-noi'),
  ];
  const few = await pages();
  const [first] = few as [Awaited<ReturnType<typeof lineage>>];
  expect(first.doc.rate).toMatchObject({ denominator: (FEW / CELLS) * 40 * (14 * 2 + 6) });
  await reportBy(database.db, FEW / CELLS, MANY / CELLS);
  const many = await pages();
  expect(many[0]?.doc).toMatchObject({ rate: { denominator: (MANY / CELLS) * 40 * (14 * 2 + 6) } });
  for (const [i, page] of many.entries()) {
    expect(few[i]?.rows).toBeGreaterThan(CELLS / 2);
    expect([i, page.statements]).toEqual([i, few[i]?.statements]);
    expect(page.rows).toBeLessThan((few[i]?.rows as number) + 50);
  }
});

it('the rows of one cell are read a page at a time', async () => {
  const cell = { agency: 'ha-noi', service: 'dk-khai-sinh', month: '2025-02' };
  const { doc, rows } = await lineage(cell);
  expect([doc.cell?.figures.length, doc.next]).toEqual([100, '100']);
  // At most what the offices' services put between two units of one.
  expect(rows).toBeLessThan(100 * SERVICES.length * 4 + 2000);
  const next = await lineage({ ...cell, after: '100' });
  expect(next.doc.cell?.figures[0]).toMatchObject({
    unit: 'Xã 100',
    current: { numerator: 16, denominator: 20 },
  });
});
