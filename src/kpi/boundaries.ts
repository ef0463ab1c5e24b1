/** Boundaries to choose from, and where the figures of an agency stand on them. */
import { inForce } from './agency.ts';
import { type Catalogue, fold, standInsFor } from './catalogue.ts';
import { reportersIn } from './facts.ts';
import { addDays, type Day, lastDay, type Period } from './month.ts';

/** The kinds of agency whose number is told with the boundaries. */
export const COUNTED_KINDS = ['province', 'ministry'] as const;
export type CountedKind = (typeof COUNTED_KINDS)[number];

/** A time between two reorganisations that changed how many agencies of a kind there are. */
export interface Era {
  /** Null for the oldest. */
  from: Day | null;
  /** A day to ask for its boundaries by: its first; of the oldest, its last. */
  day: Day;
  count: number;
}

/** Every era of a kind that the successions make, oldest first. */
export function erasOf(catalogue: Catalogue, kind: CountedKind): Era[] {
  const countOn = (day: Day): number =>
    catalogue.agencies.filter(a => a.kind === kind && inForce(a, day)).length;
  const changes = [...new Set(catalogue.successions.map(s => s.date))].sort();
  const later = changes
    .filter(day => countOn(day) !== countOn(addDays(day, -1)))
    .map(day => ({ from: day, day, count: countOn(day) }));
  const [first] = later;
  if (!first) return [];
  const last = addDays(first.day, -1);
  return [{ from: null, day: last, count: countOn(last) }, ...later];
}

/**
 * The agencies under which the figures of `agency` stand in a period on the boundaries of a day, when it has
 * no place of its own there: who took it over, or who was there before it. Null when it stands for itself.
 */
export function standsUnder(
  catalogue: Catalogue,
  agency: string,
  period: Period,
  boundaries: Day,
): string[] | null {
  const shownAs = (code: string): string => fold(catalogue, code, boundaries).code;
  const reports = period.months.some(m => reportersIn(catalogue, m).some(a => shownAs(a.code) === agency));
  if (reports) return null;
  const folded = shownAs(agency);
  if (folded !== agency) return [folded];
  const others = standInsFor(catalogue, agency, lastDay(period.last)).map(a => shownAs(a.code));
  return [...new Set(others)];
}
