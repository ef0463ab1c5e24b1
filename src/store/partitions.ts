/** Partitions by month, made inside the transaction that first needs them. */
import { sql } from 'kysely';
import { addMonths, firstDay, type Month } from '../kpi/month.ts';
import type { Db } from './connect.ts';
import { asOwner } from './handles.ts';

type Partitioned = 'figures' | 'figures_history' | 'ledger' | 'returns' | 'statuses' | 'statuses_history';

/** The day by which a table is cut into months. */
const cutBy = (table: Partitioned): string => (table.startsWith('statuses') ? 'as_of' : 'period');

export function partitionName(table: Partitioned, month: Month): string {
  return `${table}_${month.replace('-', '_')}`;
}

export async function hasPartition(trx: Db, table: Partitioned, month: Month): Promise<boolean> {
  const { rows } = await sql<{ there: boolean }>`
    select to_regclass(${partitionName(table, month)}) is not null as there`.execute(trx);
  return rows[0]?.there === true;
}

/**
 * Makes a month's table with the checks of its parent, still on its own: rows go in without keys being
 * looked up one by one. Its own check on the month spares the parent reading it through when it is attached.
 * Rows can be put into it, and read through its parent alone, which knows who may see them.
 */
export async function makePartition(trx: Db, table: Partitioned, month: Month): Promise<string> {
  const name = partitionName(table, month);
  const [from, to] = [firstDay(month), firstDay(addMonths(month, 1))];
  const day = sql.ref(cutBy(table));
  await asOwner(trx, async () => {
    await sql`create table ${sql.table(name)} (like ${sql.table(table)} including constraints,
      check (${day} >= ${sql.lit(from)} and ${day} < ${sql.lit(to)}))`.execute(trx);
    await sql`revoke all on ${sql.table(name)} from toan_trinh_app`.execute(trx);
    await sql`grant insert on ${sql.table(name)} to toan_trinh_app`.execute(trx);
  });
  return name;
}

/**
 * Makes it part of its parent, which adds the primary and foreign keys in bulk. Attaching, unlike creating
 * a partition in place, does not stop readers of the parent.
 */
export async function attachPartition(trx: Db, table: Partitioned, month: Month): Promise<void> {
  const [from, to] = [firstDay(month), firstDay(addMonths(month, 1))];
  await asOwner(trx, async () => {
    await sql`alter table ${sql.table(table)} attach partition ${sql.table(partitionName(table, month))}
      for values from (${sql.lit(from)}) to (${sql.lit(to)})`.execute(trx);
  });
}

/** Makes and attaches empty partitions where absent. The caller holds the months against other writers. */
export async function ensurePartitions(
  trx: Db,
  tables: readonly Partitioned[],
  months: readonly Month[],
): Promise<void> {
  for (const month of new Set(months)) {
    for (const table of tables) {
      if (await hasPartition(trx, table, month)) continue;
      await makePartition(trx, table, month);
      await attachPartition(trx, table, month);
    }
  }
}
