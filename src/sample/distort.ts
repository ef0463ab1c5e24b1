/** How planted oddities change the counts of a return without breaking what must add up. */
import type { CountName, Counts } from '../kpi/figure.ts';

const n = (count: number | null): number => count ?? 0;

/** Twenty times as many dossiers over the counter, all resolved on time. */
export function withJump(counts: Counts): Counts {
  const more = Math.max(1, n(counts.received_direct)) * 19;
  return {
    ...counts,
    received_direct: n(counts.received_direct) + more,
    resolved_on_time: n(counts.resolved_on_time) + more,
  };
}

/** Counts rounded to tens; the stocks keep their last digit, since they take up what rounding leaves. */
export function inTens(counts: Counts): Counts {
  const tens = (count: number | null, most = Infinity) =>
    Math.floor(Math.min(most, 10 * Math.round(n(count) / 10)) / 10) * 10;
  const online_full = tens(counts.online_full);
  const online_partial = tens(counts.online_partial);
  const received_direct = tens(counts.received_direct);
  const received = online_full + online_partial + received_direct;
  let left = n(counts.carried_over) + received;
  const take = (count: number | null) => {
    const taken = tens(count, left);
    left -= taken;
    return taken;
  };
  const resolved_late = take(counts.resolved_late);
  const resolved_early = take(counts.resolved_early);
  const resolved_on_time = take(counts.resolved_on_time);
  const resolved = resolved_late + resolved_early + resolved_on_time;
  const pending_overdue = tens(counts.pending_overdue, left);
  const fee_due = tens(counts.fee_due, received);
  const ratings = tens(counts.ratings, resolved);
  const rounded: Record<CountName, number> = {
    received_online: online_full + online_partial,
    received_direct,
    carried_over: n(counts.carried_over),
    online_full,
    online_partial,
    resolved_early,
    resolved_on_time,
    resolved_late,
    resolved_end_to_end: tens(counts.resolved_end_to_end, resolved),
    pending_on_time: left - pending_overdue,
    pending_overdue,
    fee_due,
    paid_online: tens(counts.paid_online, fee_due),
    files_digitised: tens(counts.files_digitised, received),
    results_digitised: tens(counts.results_digitised, resolved),
    data_reused: tens(counts.data_reused, received),
    ratings,
    satisfied: tens(counts.satisfied, ratings),
  };
  return rounded;
}

/** Late dossiers counted as if they had been in time: what a correction later puts right. */
export function withoutLate(counts: Counts): Counts {
  return {
    ...counts,
    resolved_on_time: n(counts.resolved_on_time) + n(counts.resolved_late),
    resolved_late: 0,
  };
}
