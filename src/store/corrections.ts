/** Corrections: what moved a month's numbers after it was last published, and the reason given for it. */
import { sql } from 'kysely';
import { firstDay, type Month, monthOf } from '../kpi/month.ts';
import type { Db } from './connect.ts';

export interface Correction {
  month: Month;
  /** Instant (ms) from which the corrected numbers count. */
  at: number;
  /** The one agency of the file; null when it holds several. */
  agency: string | null;
  kind: string;
  reason: string | null;
}

/**
 * Corrections of published months known at `asOf` (ms; null is now), oldest first. In a month that was opened
 * again, what gives no reason of its own stands under that of the opening.
 */
export async function correctionsOf(
  db: Db,
  months: readonly Month[],
  asOf: number | null,
): Promise<Correction[]> {
  const limit = asOf === null ? sql`'infinity'::timestamptz` : sql`${new Date(asOf + 1)}::timestamptz`;
  // A return moves its own months; a status moves every month from its own on.
  const { rows } = await sql<{
    period: string;
    at: Date;
    agency: string | null;
    kind: string;
    reason: string | null;
  }>`
    select u.period, p.recorded_at as at, s.agency_code as agency, s.kind,
      coalesce(s.reason, case when p.recorded_at > u.reopened_at then u.reopen_reason end) as reason
    from publications u
    join postings p on p.recorded_at > u.published_at and p.recorded_at < ${limit}
    join submissions s on s.id = p.submission_id
    where u.period = any(${months.map(firstDay)}::date[])
      and u.edition = (select max(e.edition) from publications e where e.period = u.period and e.published_at < ${limit})
      and case s.kind when 'service-status' then u.period >= any(p.periods) else u.period = any(p.periods) end
    order by p.recorded_at, u.period`.execute(db);
  return rows.map(r => ({
    month: monthOf(r.period),
    at: r.at.getTime(),
    agency: r.agency,
    kind: r.kind,
    reason: r.reason,
  }));
}
