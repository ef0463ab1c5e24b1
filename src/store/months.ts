/** Months: which hold figures, which are published and so closed. */
import { OPERATOR } from '../kpi/access.ts';
import type { Actor } from '../kpi/audit.ts';
import { firstDay, type Month, monthOf } from '../kpi/month.ts';
import { recordEvent } from './audit.ts';
import type { Db } from './connect.ts';
import { holdClosing, holdMonths, takeInstant } from './instant.ts';

/** Months published by `asOf` (ms; left out: by now), oldest first. */
export async function publishedMonths(db: Db, asOf: number | null = null): Promise<Month[]> {
  const rows = await db
    .selectFrom('publications')
    .select('period')
    .$if(asOf !== null, q => q.where('published_at', '<=', new Date(asOf as number)))
    .orderBy('period')
    .execute();
  return rows.map(r => monthOf(r.period));
}

/** The instant (ms) from which all of the months were published, as known at `asOf`; null when one is not. */
export async function publishedAt(
  db: Db,
  months: readonly Month[],
  asOf: number | null,
): Promise<number | null> {
  const rows = await db
    .selectFrom('publications')
    .select('published_at')
    .where('period', 'in', months.map(firstDay))
    .$if(asOf !== null, q => q.where('published_at', '<=', new Date(asOf as number)))
    .execute();
  return rows.length < months.length ? null : Math.max(...rows.map(r => r.published_at.getTime()));
}

/** Months that held figures at `asOf` (ms; left out: now), published or not, oldest first. */
export async function reportedMonths(db: Db, asOf: number | null = null): Promise<Month[]> {
  const rows = await db
    .selectFrom('returns')
    .innerJoin('postings', 'postings.id', 'returns.posting_id')
    .select('period')
    .distinct()
    .$if(asOf !== null, q => q.where('recorded_at', '<=', new Date(asOf as number)))
    .orderBy('period')
    .execute();
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
 * under way that could move its numbers.
 */
export async function publishMonth(
  db: Db,
  month: Month,
  by: string,
  actor: Actor = { visitor: OPERATOR },
): Promise<boolean> {
  return db.transaction().execute(async trx => {
    await holdMonths(trx, [month]);
    await holdClosing(trx, 'alone');
    const at = new Date(await takeInstant(trx));
    const made = await trx
      .insertInto('publications')
      .values({ period: firstDay(month), published_at: at, published_by: by })
      .onConflict(c => c.doNothing())
      .returning('period')
      .executeTakeFirst();
    if (!made) return false;
    const [subject, after] = [`month ${month}`, { published_at: at.toISOString() }];
    await recordEvent(trx, { ...actor, action: 'month_published', subject, after });
    return true;
  });
}
