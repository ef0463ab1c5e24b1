/** Months: which hold figures, which are published and so closed, and which were opened again. */
import { sql } from 'kysely';
import { OPERATOR } from '../kpi/access.ts';
import type { Actor } from '../kpi/audit.ts';
import { firstDay, type Month, monthOf } from '../kpi/month.ts';
import { mayPublishOver } from '../kpi/objection.ts';
import { recordEvent } from './audit.ts';
import type { Db } from './connect.ts';
import { seeingAllDrafts } from './handles.ts';
import { holdClosing, holdMonths, takeInstant } from './instant.ts';
import { openObjections, overrulingOf } from './objections.ts';

/** Months published by `asOf` (ms; left out: by now), oldest first; one that was opened again stays visible. */
export async function publishedMonths(db: Db, asOf: number | null = null): Promise<Month[]> {
  const rows = await db
    .selectFrom('publications')
    .select('period')
    .distinct()
    .$if(asOf !== null, q => q.where('published_at', '<=', new Date(asOf as number)))
    .orderBy('period')
    .execute();
  return rows.map(r => monthOf(r.period));
}

/** Months that were closed at `asOf` (ms; left out: now): published, and not opened again. */
export async function closedMonths(db: Db, asOf: number | null = null): Promise<Month[]> {
  const at = new Date(asOf ?? 0);
  const rows = await db
    .selectFrom('publications')
    .select('period')
    .where(e => e.or([e('reopened_at', 'is', null), ...(asOf === null ? [] : [e('reopened_at', '>', at)])]))
    .$if(asOf !== null, q => q.where('published_at', '<=', at))
    .orderBy('period')
    .execute();
  return rows.map(r => monthOf(r.period));
}

/** The instant (ms) from which all of the months were last published, as known at `asOf`; null when one is not. */
export async function publishedAt(
  db: Db,
  months: readonly Month[],
  asOf: number | null,
): Promise<number | null> {
  const rows = await db
    .selectFrom('publications')
    .select(e => e.fn.max('published_at').as('at'))
    .where('period', 'in', months.map(firstDay))
    .$if(asOf !== null, q => q.where('published_at', '<=', new Date(asOf as number)))
    .groupBy('period')
    .execute();
  return rows.length < months.length ? null : Math.max(...rows.map(r => r.at.getTime()));
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

/** Months that are not published and that something was posted for, whatever it was. */
export async function postedDrafts(db: Db): Promise<Month[]> {
  const { rows } = await sql<{ period: string }>`select distinct m as period from postings, unnest(periods) m
    where m not in (select period from publications) order by m`.execute(db);
  return rows.map(r => monthOf(r.period));
}

/** Months with returns at `asOf` (ms; null is now) that were not published then, as far as row security shows them. */
export async function draftMonths(db: Db, asOf: number | null): Promise<Month[]> {
  const limit = asOf === null ? sql`'infinity'::timestamptz` : sql`${new Date(asOf + 1)}::timestamptz`;
  const { rows } = await sql<{ period: string }>`select m.period
    from (select distinct unnest(periods) as period from postings where recorded_at < ${limit}) m
    where not exists (select from publications u where u.period = m.period and u.published_at < ${limit})
      and exists (select from returns r join postings p on p.id = r.posting_id and p.recorded_at < ${limit}
        where r.period = m.period)
    order by m.period`.execute(db);
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

/** What becomes of a month that is to be published: nothing when it is closed already, or while objections stand. */
export type Publishing = 'published' | 'unchanged' | 'open_objections';

/**
 * Makes a month visible to everybody and closes it; published anew it is the next edition. Over open objections
 * only by a reason: the operator's own, or one that somebody else wrote. Waits for imports under way that could
 * move its numbers.
 */
export async function publishMonth(
  db: Db,
  month: Month,
  by: string,
  actor: Actor = { visitor: OPERATOR },
  reason: string | null = null,
): Promise<Publishing> {
  const period = firstDay(month);
  // Objections are drafts as well: whoever did not see one would publish over it.
  return seeingAllDrafts(db)
    .transaction()
    .execute(async trx => {
      await holdMonths(trx, [month]);
      await holdClosing(trx, 'alone');
      if ((await closedMonths(trx)).includes(month)) return 'unchanged';
      const open = await openObjections(trx, month);
      const overruling = await overrulingOf(trx, month);
      const why = reason ?? (mayPublishOver(actor.visitor, open, overruling) ? overruling?.reason : null);
      if (open.length && !why) return 'open_objections';
      const published_at = new Date(await takeInstant(trx));
      const last = await lastEdition(trx, month);
      const edition = (last?.edition ?? 0) + 1;
      const over = { open_objections: open.length, objections_reason: (open.length && why) || null };
      await trx
        .insertInto('publications')
        .values({ period, edition, published_at, published_by: by, ...over })
        .execute();
      const after = { edition, published_at: published_at.toISOString(), ...over };
      await recordEvent(trx, { ...actor, action: 'month_published', subject: `month ${month}`, after });
      return 'published';
    });
}

/**
 * Opens a closed month again, for everybody to see why; what was frozen stays. False when its last edition is
 * not the one meant, or was opened already.
 */
export async function reopenMonth(
  db: Db,
  month: Month,
  meant: { edition: number; reason: string; by: string },
  actor: Actor,
): Promise<boolean> {
  return db.transaction().execute(async trx => {
    await holdMonths(trx, [month]);
    await holdClosing(trx, 'alone');
    const last = await lastEdition(trx, month);
    if (!last || last.edition !== meant.edition || last.reopened_at) return false;
    const reopened_at = new Date(await takeInstant(trx));
    const { reason: reopen_reason, by: reopened_by, edition } = meant;
    await trx
      .updateTable('publications')
      .set({ reopened_at, reopened_by, reopen_reason })
      .where('period', '=', firstDay(month))
      .where('edition', '=', edition)
      .execute();
    const [before, after] = [{ state: 'closed' }, { state: 'reopened', edition, reason: reopen_reason }];
    await recordEvent(trx, { ...actor, action: 'month_reopened', subject: `month ${month}`, before, after });
    return true;
  });
}

function lastEdition(
  trx: Db,
  month: Month,
): Promise<{ edition: number; reopened_at: Date | null } | undefined> {
  return trx
    .selectFrom('publications')
    .select(['edition', 'reopened_at'])
    .where('period', '=', firstDay(month))
    .orderBy('edition', 'desc')
    .limit(1)
    .executeTakeFirst();
}
