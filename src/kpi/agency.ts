/** Agencies: validity, successions between them, and how they fold onto the boundaries of another day. */
import type { Day } from './month.ts';

export type AgencyKind = 'ministry' | 'province' | 'enterprise' | 'other' | 'group';

/** An agency from a day to a day (both included; null is open). `group` only stands for addressees. */
export interface Agency {
  code: string;
  kind: AgencyKind;
  nameVi: string;
  nameEn: string;
  shortVi: string;
  /** Code of the statistics office; its meaning depends on the day. */
  gsoCode: string;
  /** Electronic identifier (Decision 20/2020/QĐ-TTg). */
  egovCode: string;
  validFrom: Day | null;
  validTo: Day | null;
}

/** `merge` and `rename` carry the whole predecessor over; `split` only a part, and never adds up. */
export interface Succession {
  predecessor: string;
  successor: string;
  /** The first day of the successor. */
  date: Day;
  kind: 'merge' | 'rename' | 'split';
}

export function within(day: Day, from: Day | null, to: Day | null): boolean {
  return (from === null || from <= day) && (to === null || day <= to);
}

export function inForce(agency: Agency, day: Day): boolean {
  return within(day, agency.validFrom, agency.validTo);
}

/** The day nearest to `day` on which the agency is in force. */
export function nearestDay({ validFrom, validTo }: Pick<Agency, 'validFrom' | 'validTo'>, day: Day): Day {
  if (validFrom !== null && day < validFrom) return validFrom;
  return validTo !== null && day > validTo ? validTo : day;
}

/** What a boundary date makes of an agency: the code it is shown under, and whether it had to stay as formed. */
export interface Fold {
  code: string;
  /** The boundary date lies before the merger that formed this agency, and a sum cannot be taken apart. */
  asFormed: boolean;
}

/**
 * Shows agency `code` on the boundaries of `date`: forward along mergers and renamings that had taken
 * effect by then, back along renamings (one to one) that had not. Splits are never followed.
 */
export function foldOnto(
  agencies: ReadonlyMap<string, Agency>,
  successions: readonly Succession[],
  code: string,
  date: Day,
): Fold {
  const whole = successions.filter(s => s.kind !== 'split');
  let current = code;
  for (let step = 0; step < 50; step++) {
    const agency = agencies.get(current);
    if (!agency || inForce(agency, date)) return { code: current, asFormed: false };
    const next =
      agency.validTo !== null && agency.validTo < date
        ? whole.find(s => s.predecessor === current && s.date <= date)?.successor
        : onlyRenamed(whole, current);
    if (next === undefined) break;
    current = next;
  }
  const agency = agencies.get(current);
  return { code: current, asFormed: agency?.validFrom != null && agency.validFrom > date };
}

/** The single predecessor of an agency that came about by renaming alone. */
function onlyRenamed(whole: readonly Succession[], code: string): string | undefined {
  const before = whole.filter(s => s.successor === code);
  return before.length === 1 && before[0]?.kind === 'rename' ? before[0].predecessor : undefined;
}
