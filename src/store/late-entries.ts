/** Late entries: an agency that may still report for a closed month, without a reason of its own, until a day. */
import { senderOf } from '../kpi/access.ts';
import type { Actor } from '../kpi/audit.ts';
import { type Day, firstDay, hanoiDay, type Month, monthOf } from '../kpi/month.ts';
import { recordEvent } from './audit.ts';
import type { Db } from './connect.ts';

export interface LateEntry {
  id: string;
  agency: string;
  month: Month;
  /** The last day on which it holds, in Hanoi. */
  until: Day;
  /** Stands as the published reason of what comes in by it. */
  reason: string;
  /** As `senderOf`, or the name of who has none. */
  grantedBy: string;
  grantedAt: number;
  endedAt: number | null;
}

/** Every late entry of some agencies, or of all (null), newest first. */
export async function lateEntries(db: Db, agencies: Iterable<string> | null): Promise<LateEntry[]> {
  const rows = await db
    .selectFrom('late_entries')
    .selectAll()
    .$if(agencies !== null, q => q.where('agency_code', 'in', [...(agencies as Iterable<string>), '']))
    .orderBy('id', 'desc')
    .execute();
  return rows.map(row => ({
    id: String(row.id),
    agency: row.agency_code,
    month: monthOf(row.period),
    until: row.until,
    reason: row.reason,
    grantedBy: row.granted_by,
    grantedAt: row.granted_at.getTime(),
    endedAt: row.ended_at?.getTime() ?? null,
  }));
}

/** Whether a late entry holds at an instant (ms). */
export function holdsAt({ grantedAt, endedAt, until }: LateEntry, at: number): boolean {
  return grantedAt <= at && (endedAt === null || at < endedAt) && hanoiDay(at) <= until;
}

/**
 * The reason by which a file that came at an instant (ms) may change its closed months: every agency of it must
 * have a late entry for every one of them. Null when one has none.
 */
export async function reasonOfLateEntry(
  db: Db,
  file: { months: readonly Month[]; agencies: readonly string[] },
  closed: ReadonlySet<Month>,
  at: number,
): Promise<string | null> {
  const agencies = [...new Set(file.agencies)];
  const months = new Set(file.months.filter(month => closed.has(month)));
  const holding = (await lateEntries(db, agencies)).filter(e => months.has(e.month) && holdsAt(e, at));
  const pairs = new Set(holding.map(({ month, agency }) => `${month}|${agency}`));
  if (months.size === 0 || pairs.size < agencies.length * months.size) return null;
  return [...new Set(holding.map(({ reason }) => reason))].join('; ');
}

/** Grants a late entry; gives its number. */
export async function grantLateEntry(
  db: Db,
  { agency, month, until, reason }: Pick<LateEntry, 'agency' | 'month' | 'until' | 'reason'>,
  actor: Actor,
  at: number,
): Promise<string> {
  return db.transaction().execute(async trx => {
    const { visitor } = actor;
    const { id } = await trx
      .insertInto('late_entries')
      .values({
        ...{ agency_code: agency, period: firstDay(month), until, reason },
        ...{ granted_by: senderOf(visitor) ?? visitor.name, granted_at: new Date(at) },
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    const [subject, after] = [`late entry ${id}`, { agency, month, until, reason }];
    await recordEvent(trx, { ...actor, action: 'late_entry_granted', subject, after });
    return String(id);
  });
}

/** Ends a late entry before its day; false when there is none, or it was ended. */
export async function endLateEntry(db: Db, id: string, actor: Actor, at: number): Promise<boolean> {
  if (!/^\d{1,15}$/.test(id)) return false;
  return db.transaction().execute(async trx => {
    const ended = await trx
      .updateTable('late_entries')
      .set({ ended_at: new Date(at) })
      .where('id', '=', Number(id))
      .where('ended_at', 'is', null)
      .returning(['agency_code as agency', 'period'])
      .executeTakeFirst();
    if (!ended) return false;
    const before = { agency: ended.agency, month: monthOf(ended.period) };
    await recordEvent(trx, { ...actor, action: 'late_entry_ended', subject: `late entry ${id}`, before });
    return true;
  });
}
