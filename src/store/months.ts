/** Months: which hold figures, which are published and so closed. */
import { firstDay, type Month, monthOf } from '../kpi/month.ts';
import type { Db } from './connect.ts';
import { holdMonths } from './instant.ts';

/** Published months, oldest first. */
export async function publishedMonths(db: Db): Promise<Month[]> {
  const rows = await db.selectFrom('publications').select('period').orderBy('period').execute();
  return rows.map(r => monthOf(r.period));
}

/** Months that hold figures, published or not, oldest first. */
export async function reportedMonths(db: Db): Promise<Month[]> {
  const rows = await db.selectFrom('returns').select('period').distinct().orderBy('period').execute();
  return rows.map(r => monthOf(r.period));
}

/** Returns received for some months, as `MONTH|AGENCY|SERVICE`. */
export async function returnsOf(db: Db, months: readonly Month[]): Promise<Set<string>> {
  if (months.length === 0) return new Set();
  const rows = await db
    .selectFrom('returns')
    .innerJoin('agency_keys', 'agency_keys.id', 'returns.agency_id')
    .innerJoin('service_keys', 'service_keys.id', 'returns.service_id')
    .select(['period', 'agency_keys.code as agency', 'service_keys.code as service'])
    .where('period', 'in', months.map(firstDay))
    .execute();
  return new Set(rows.map(r => `${monthOf(r.period)}|${r.agency}|${r.service}`));
}

/**
 * Makes a month visible to everybody and closes it. False when it was published before. Waits for imports
 * of that month that are under way.
 */
export async function publishMonth(db: Db, month: Month, by: string, at: Date): Promise<boolean> {
  return db.transaction().execute(async trx => {
    await holdMonths(trx, [month]);
    const made = await trx
      .insertInto('publications')
      .values({ period: firstDay(month), published_at: at, published_by: by })
      .onConflict(c => c.doNothing())
      .returning('period')
      .executeTakeFirst();
    return made !== undefined;
  });
}
