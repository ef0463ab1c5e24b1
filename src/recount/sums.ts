/** The sums of a return, worked out a second time and written as differently as the same numbers allow. */

/** Names of the stored sums, in the order of `sumsOf`. */
export const SUMS = [
  'rows',
  'received_online',
  'received',
  'resolved',
  'end_to_end_rows',
  'end_to_end_done',
  'end_to_end_resolved',
  'deadline_rows',
  'deadline_resolved_in_time',
  'deadline_resolved_late',
  'deadline_pending_in_time',
  'deadline_pending_overdue',
  'payment_rows',
  'payment_online',
  'payment_due',
  'files_rows',
  'files_digitised',
  'files_received',
  'results_rows',
  'results_digitised',
  'results_resolved',
  'reuse_rows',
  'reuse_reused',
  'reuse_received',
  'satisfaction_rows',
  'satisfaction_satisfied',
  'satisfaction_ratings',
] as const;

/** A count that was left blank, where numbers alone can be held. */
export const BLANK = -1;

/**
 * What one row adds to every sum. `counts` stand in the order of `COUNTED`, blanks as `BLANK`: a blank keeps
 * the row out of numerator, denominator and rows of the rates that need it.
 */
export function sumsOf(counts: ArrayLike<number>): number[] {
  const [online, direct] = [counts[0] as number, counts[1] as number];
  const [early, onTime, late] = [counts[5] as number, counts[6] as number, counts[7] as number];
  const [endToEnd, waiting, overdue] = [counts[8] as number, counts[9] as number, counts[10] as number];
  const [due, paid, files] = [counts[11] as number, counts[12] as number, counts[13] as number];
  const [results, reused] = [counts[14] as number, counts[15] as number];
  const [ratings, satisfied] = [counts[16] as number, counts[17] as number];
  const received = online + direct;
  const resolved = early + onTime + late;
  const when = (needed: number[], sums: number[]): number[] =>
    needed.includes(BLANK) ? [0, ...sums.map(() => 0)] : [1, ...sums];
  return [
    ...[1, online, received, resolved],
    ...when([endToEnd], [endToEnd, resolved]),
    ...when([waiting, overdue], [early + onTime, late, waiting, overdue]),
    ...when([due, paid], [paid, due]),
    ...when([files], [files, received]),
    ...when([results], [results, resolved]),
    ...when([reused], [reused, received]),
    ...when([ratings, satisfied], [satisfied, ratings]),
  ];
}
