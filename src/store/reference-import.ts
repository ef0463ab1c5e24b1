/** Reference data an operator imports: rows take the place of those with their key, whoever recorded them. */
import { sql } from 'kysely';
import type { ReferenceChange, Used } from '../kpi/check-catalogue.ts';
import { monthOf } from '../kpi/month.ts';
import { type ImportTable, type ReferenceState, shapeOf } from '../kpi/reference-table.ts';
import type { Db } from './connect.ts';
import { rowsAt } from './reference.ts';

/** The rows that are current, and the months for which figures rest on them. */
export async function currentReference(trx: Db, at: number): Promise<{ state: ReferenceState; used: Used }> {
  const distinct = async (what: 'agency' | 'service'): Promise<{ code: string; month: string }[]> => {
    const { rows } = await sql<{ code: string; period: string }>`select k.code, r.period
      from (select distinct ${sql.ref(`${what}_id`)} as id, period from returns) r
      join ${sql.table(`${what}_keys`)} k using (id) order by r.period, k.code`.execute(trx);
    return rows.map(r => ({ code: r.code, month: monthOf(r.period) }));
  };
  const used = { agencies: await distinct('agency'), services: await distinct('service') };
  return { state: await rowsAt(trx, at), used };
}

/** Records changed rows as imported from the instant `at` (ms) on; the rows they replace end then. */
export async function recordImport(
  trx: Db,
  table: ImportTable,
  changes: readonly ReferenceChange[],
  at: number,
): Promise<void> {
  const instant = new Date(at);
  await trx.insertInto('reference_loads').values({ recorded_at: instant }).execute();
  const keys = table === 'agencies' ? 'agency_keys' : table === 'services' ? 'service_keys' : null;
  for (const { before, after } of changes) {
    if (before) {
      const same = shapeOf(table).key.map(c => sql`${sql.ref(c)} is not distinct from ${after[c]}`);
      await sql`update ${sql.table(table)} set recorded_to = ${instant}
        where recorded_to is null and ${sql.join(same, sql` and `)}`.execute(trx);
    } else if (keys) {
      const key = { code: String(after.code) };
      await trx
        .insertInto(keys)
        .values(key)
        .onConflict(c => c.doNothing())
        .execute();
    }
    const row = { ...after, origin: 'imported', recorded_from: instant };
    await trx
      .insertInto(table)
      .values(row as never)
      .execute();
  }
}
