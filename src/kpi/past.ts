/** What is known of the months before a return, and the sums of the return itself in the same shape. */
import type { Agency } from './agency.ts';
import { type Catalogue, fold, leadOf, owesReturn, type PublicService } from './catalogue.ts';
import { COUNTS, KEPT_SUMS, type SumName } from './figure.ts';
import type { HeldCell } from './held.ts';
import { addMonths, lastDay, type Month } from './month.ts';

/** Sums of one (agency, service, month), units added up; null where some rows left a needed count blank. */
export type PastSums = Partial<Record<SumName, number | null>>;

/** By `MONTH|AGENCY|SERVICE`. The month before a return is there with the telling sums, older ones with a few. */
export type Past = ReadonlyMap<string, PastSums>;

/** The sums that tell a return from the one before; equal in all of them, it is the same return. */
export const TELLING_SUMS: readonly SumName[] = [
  'rows',
  'received_online',
  'received',
  'resolved',
  'deadline_rows',
  'deadline_resolved_late',
  'deadline_pending_in_time',
  'deadline_pending_overdue',
  'end_to_end_done',
  'payment_online',
  'files_digitised',
  'reuse_reused',
  'satisfaction_satisfied',
];

const PLACES = new Map<string, number>(COUNTS.map((name, i) => [name, i]));

/** The sums of a file's rows, as the ledger would hold them. */
export function sumsOfHeld(cell: HeldCell): PastSums {
  const at = (values: readonly number[], name: string): number =>
    values[PLACES.get(name) as number] as number;
  return Object.fromEntries(
    KEPT_SUMS.map(({ name, add, reported }) => {
      const blank = reported.map(count => at(cell.blanks, count));
      if (blank.some(n => n === cell.rows)) return [name, 0];
      if (blank.some(n => n > 0)) return [name, null];
      return [name, add === null ? cell.rows : add.reduce((sum, count) => sum + at(cell.totals, count), 0)];
    }),
  );
}

/** One count of a file's rows added up; null when any of them left it blank. */
export function totalOf(cell: HeldCell, count: (typeof COUNTS)[number]): number | null {
  const i = PLACES.get(count) as number;
  return cell.blanks[i] === 0 ? (cell.totals[i] as number) : null;
}

/** Dossiers pending at the end of the month; null when some rows did not say. */
export function pendingOf(sums: PastSums): number | null {
  if (sums.deadline_rows == null || sums.deadline_rows !== sums.rows) return null;
  return (sums.deadline_pending_in_time ?? 0) + (sums.deadline_pending_overdue ?? 0);
}

/**
 * Whether the rows can stand for the whole agency: its own row, or about as many units as reported the month
 * before and are stored already. A file of a few units only is not measured against all of them.
 */
export function standsForAll(
  cell: HeldCell,
  before: PastSums | undefined,
  stored: PastSums | undefined,
): boolean {
  return cell.whole || (cell.rows >= 0.9 * (before?.rows ?? 0) && cell.rows >= (stored?.rows ?? 0));
}

/**
 * Whose pending dossiers an agency takes over into `month`: its own, and those of whoever was merged into it,
 * renamed to it or handed it the lead of the service since the month before.
 */
export function takenOverFrom(
  catalogue: Catalogue,
  agency: Agency,
  service: PublicService,
  month: Month,
): string[] {
  const [before, now] = [lastDay(addMonths(month, -1)), lastDay(month)];
  const from = catalogue.successions
    .filter(s => s.successor === agency.code && s.kind !== 'split' && s.date > before && s.date <= now)
    .map(s => s.predecessor);
  if (agency.validFrom === null || agency.validFrom <= before) from.push(agency.code);
  if (agency.kind !== 'province' && leadOf(catalogue, service.code, now)?.agency === agency.code) {
    const lead = leadOf(catalogue, service.code, before)?.agency;
    if (lead && fold(catalogue, lead, now).code !== agency.code) from.push(lead);
  }
  return [...new Set(from)];
}

/**
 * The pending dossiers of the month before that an agency takes over. Null when it is not known: somebody
 * who owed a return sent none, or did not say.
 */
export function pendingBefore(
  catalogue: Catalogue,
  past: Past,
  agency: Agency,
  service: PublicService,
  month: Month,
): { pending: number; from: string[] } | null {
  const last = addMonths(month, -1);
  const from: string[] = [];
  let sum = 0;
  for (const code of takenOverFrom(catalogue, agency, service, month)) {
    const sums = past.get(`${last}|${code}|${service.code}`);
    const before = catalogue.agencyByCode.get(code);
    if (!sums && (!before || !owesReturn(catalogue, before, service, lastDay(last)))) continue;
    const pending = sums ? pendingOf(sums) : null;
    if (pending === null) return null;
    sum += pending;
    from.push(code);
  }
  return from.length ? { pending: sum, from } : null;
}
