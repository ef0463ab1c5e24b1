/** Partitions by month, made before a transaction needs them. */
import { sql } from 'kysely';
import { addMonths, firstDay, type Month } from '../kpi/month.ts';
import type { Db } from './connect.ts';

export const FIGURE_TABLES = ['figures', 'figures_history', 'ledger', 'returns'] as const;
export const STATUS_TABLES = ['statuses', 'statuses_history'] as const;

/**
 * Makes the months' partitions where absent, each in a transaction of its own: adding one locks the whole
 * table for a moment, which must not last as long as an import. An empty partition left behind does no harm.
 */
export async function ensurePartitions(
  db: Db,
  tables: readonly (typeof FIGURE_TABLES | typeof STATUS_TABLES)[number][],
  months: readonly Month[],
): Promise<void> {
  for (const month of [...new Set(months)].sort()) {
    const names = tables.map(table => ({ table, name: `${table}_${month.replace('-', '_')}` }));
    const { rows } = await sql<{ name: string }>`
      select name from unnest(${names.map(n => n.name)}::text[]) as name
      where to_regclass(name) is null`.execute(db);
    const missing = names.filter(n => rows.some(r => r.name === n.name));
    if (missing.length === 0) continue;
    const [from, to] = [firstDay(month), firstDay(addMonths(month, 1))];
    await db.transaction().execute(async trx => {
      await sql`select pg_advisory_xact_lock(766004, 0)`.execute(trx);
      for (const { table, name } of missing) {
        await sql`create table if not exists ${sql.table(name)} partition of ${sql.table(table)}
          for values from (${sql.lit(from)}) to (${sql.lit(to)})`.execute(trx);
      }
    });
  }
}
