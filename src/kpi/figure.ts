/** The counts of a monthly return, and the sums that are kept of them. */
import type { Month } from './month.ts';

/** The counts of a monthly return in the order in which they are stored. Flows, but for stocks: `carried_over`, `pending_*`. */
export const COUNTS = [
  'received_online',
  'received_direct',
  'carried_over',
  'online_full',
  'online_partial',
  'resolved_early',
  'resolved_on_time',
  'resolved_late',
  'resolved_end_to_end',
  'pending_on_time',
  'pending_overdue',
  'fee_due',
  'paid_online',
  'files_digitised',
  'results_digitised',
  'data_reused',
  'ratings',
  'satisfied',
] as const;

export type CountName = (typeof COUNTS)[number];

/** Counts without which a return cannot be taken: a blank in one of them blocks the file. */
export const REQUIRED_COUNTS: readonly CountName[] = [
  'received_online',
  'received_direct',
  'resolved_early',
  'resolved_on_time',
  'resolved_late',
];

/** The largest count that is believed; anything above is `too_large`. */
export const LARGEST_COUNT = 999_999_999;

/** Counts of one row by name; null means "not reported", which is not zero. */
export type Counts = Record<CountName, number | null>;

/** Counts of many rows, one after the other, each in the order of `COUNTS`; a blank is `NOT_REPORTED`. */
export type CountRows = Int32Array;
export const NOT_REPORTED = -1;

/** Whose figures a row holds. */
export interface Place {
  month: Month;
  agency: string;
  service: string;
}

/** Figures as rows of a file give them; whoever gives them out may fill the same arrays again for the next ones. */
export interface Figures {
  count: number;
  places: Place[];
  /** Name of the reporting unit below the agency; null for the agency itself. */
  units: (string | null)[];
  /** The row of the file, as its user sees it. */
  rows: Int32Array;
  counts: CountRows;
}

/**
 * A sum kept per (month, agency, service). A row adds the sum of `add` (or 1, when `add` is null), and
 * only if every count in `reported` is there: a blank keeps the row out of numerator and denominator.
 * A stock is not added over months: of several months it is the last one's.
 */
export interface KeptSum {
  name: string;
  add: readonly CountName[] | null;
  reported: readonly CountName[];
  stock: boolean;
}

const RESOLVED = ['resolved_early', 'resolved_on_time', 'resolved_late'] as const;
const RECEIVED = ['received_online', 'received_direct'] as const;
const PENDING = ['pending_on_time', 'pending_overdue'] as const;

const kept = <const N extends string>(
  name: N,
  add: readonly CountName[] | null,
  reported: readonly CountName[] = [],
  stock = false,
) => ({ name, add, reported, stock });

/** Every sum that an indicator version needs; `_rows` says how many rows stand in. */
export const KEPT_SUMS = [
  kept('rows', null),
  kept('received_online', ['received_online']),
  kept('received', RECEIVED),
  kept('resolved', RESOLVED),
  kept('end_to_end_rows', null, ['resolved_end_to_end']),
  kept('end_to_end_done', ['resolved_end_to_end'], ['resolved_end_to_end']),
  kept('end_to_end_resolved', RESOLVED, ['resolved_end_to_end']),
  kept('deadline_rows', null, PENDING),
  kept('deadline_resolved_in_time', ['resolved_early', 'resolved_on_time'], PENDING),
  kept('deadline_resolved_late', ['resolved_late'], PENDING),
  kept('deadline_pending_in_time', ['pending_on_time'], PENDING, true),
  kept('deadline_pending_overdue', ['pending_overdue'], PENDING, true),
  kept('payment_rows', null, ['fee_due', 'paid_online']),
  kept('payment_online', ['paid_online'], ['fee_due', 'paid_online']),
  kept('payment_due', ['fee_due'], ['fee_due', 'paid_online']),
  kept('files_rows', null, ['files_digitised']),
  kept('files_digitised', ['files_digitised'], ['files_digitised']),
  kept('files_received', RECEIVED, ['files_digitised']),
  kept('results_rows', null, ['results_digitised']),
  kept('results_digitised', ['results_digitised'], ['results_digitised']),
  kept('results_resolved', RESOLVED, ['results_digitised']),
  kept('reuse_rows', null, ['data_reused']),
  kept('reuse_reused', ['data_reused'], ['data_reused']),
  kept('reuse_received', RECEIVED, ['data_reused']),
  kept('satisfaction_rows', null, ['ratings', 'satisfied']),
  kept('satisfaction_satisfied', ['satisfied'], ['ratings', 'satisfied']),
  kept('satisfaction_ratings', ['ratings'], ['ratings', 'satisfied']),
] as const satisfies readonly KeptSum[];

export type SumName = (typeof KEPT_SUMS)[number]['name'];

/** The kept sums of one (month, agency, service), or of any group of them. */
export type Sums = Record<SumName, number>;

const SUM_PLACES = KEPT_SUMS.map(({ add, reported }: KeptSum) => ({
  add: add?.map(name => COUNTS.indexOf(name)) ?? null,
  reported: reported.map(name => COUNTS.indexOf(name)),
}));

/**
 * Adds the counts of the row at `start` to kept sums in the order of `KEPT_SUMS`; a blank keeps it out of sums
 * that need it. On the path of every row of a bulk file: plain loops, nothing made.
 */
export function addToSums(sums: Float64Array, counts: CountRows, start: number): void {
  each: for (let s = 0; s < SUM_PLACES.length; s++) {
    const { add, reported } = SUM_PLACES[s] as (typeof SUM_PLACES)[number];
    for (let i = 0; i < reported.length; i++) {
      if (counts[start + (reported[i] as number)] === NOT_REPORTED) continue each;
    }
    let amount = 1;
    if (add) {
      amount = 0;
      for (let i = 0; i < add.length; i++) amount += counts[start + (add[i] as number)] as number;
    }
    sums[s] = (sums[s] as number) + amount;
  }
}

const STOCKS: ReadonlySet<string> = new Set(KEPT_SUMS.filter(s => s.stock).map(s => s.name));

/** The total of some kept sums of one month; stocks count in the last month of a period only. */
export function totalOf(sums: Sums, names: readonly SumName[], isLastMonth: boolean): number {
  return names.reduce((total, name) => (isLastMonth || !STOCKS.has(name) ? total + sums[name] : total), 0);
}
