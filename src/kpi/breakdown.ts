/** Takes rates apart: by service for one group, or by agency for one service, with how it is delivered. */
import type { Agency } from './agency.ts';
import { type Catalogue, fold, isEligible, mustDeliver, type PublicService } from './catalogue.ts';
import { type Facts, type Frame, reportersIn, servicesIn } from './facts.ts';
import { type Sums, totalOf } from './figure.ts';
import { type IndicatorId, type IndicatorVersion, indicatorOn } from './indicators.ts';
import { type Day, lastDay, type Period } from './month.ts';
import type { Fraction } from './rate.ts';
import { hasStatus, height, regimeOn, type Status, type StatusBook, statusOn } from './status.ts';

/** The three rates shown for a single service; each null in both parts when nothing was reported. */
export interface Breakdown {
  received: number | null;
  online: Fraction;
  endToEnd: Fraction;
  onTime: Fraction;
}

const SHOWN = { online: 'online_dossiers', endToEnd: 'end_to_end_completion', onTime: 'on_time' } as const;

export function emptyBreakdown(): Breakdown {
  const nothing = (): Fraction => ({ numerator: null, denominator: null });
  return { received: null, online: nothing(), endToEnd: nothing(), onTime: nothing() };
}

/**
 * Adds the cells of a period up under the keys that `keyOf` gives (null leaves a cell out), by the very
 * definitions of the indicators in force on the period's last day. A key without a cell is absent.
 * Only services of the frame's catalogue count, unless `frame` is null.
 */
export function breakDown(
  catalogue: Catalogue,
  facts: Facts,
  period: Period,
  frame: Pick<Frame, 'catalogue' | 'withoutVertical'> | null,
  keyOf: (agency: string, service: string, day: Day) => string | null,
): Map<string, Breakdown> {
  const found = new Map<string, Breakdown>();
  const day = lastDay(period.last);
  const online = dossierVersion(catalogue, SHOWN.online, day);
  const endToEnd = dossierVersion(catalogue, SHOWN.endToEnd, day);
  const onTime = dossierVersion(catalogue, SHOWN.onTime, day);
  for (const month of period.months) {
    const then = lastDay(month);
    const isLast = month === period.last;
    const listed = frame && new Set(servicesIn(catalogue, frame, then).map(s => s.code));
    for (const [agency, cells] of facts.months.get(month)?.cells ?? []) {
      for (const [service, { sums }] of cells) {
        const key = listed && !listed.has(service) ? null : keyOf(agency, service, then);
        if (key === null) continue;
        const row = found.get(key) ?? emptyBreakdown();
        found.set(key, row);
        row.received = (row.received ?? 0) + sums.received;
        addSums(row.online, online, sums, isLast);
        addSums(row.onTime, onTime, sums, isLast);
        if (!endToEnd.eligibleOnly || isEligible(catalogue, service, then)) {
          addSums(row.endToEnd, endToEnd, sums, isLast);
        }
      }
    }
  }
  return found;
}

function dossierVersion(
  catalogue: Catalogue,
  id: IndicatorId,
  day: Day,
): IndicatorVersion & { kind: 'dossiers' } {
  const version = indicatorOn(catalogue, id, day);
  if (version.kind !== 'dossiers') throw new Error(`${id} does not count dossiers`);
  return version;
}

/** Adds one cell to a rate, unless blanks keep all its rows out. Stocks count in the last month only. */
function addSums(
  to: Fraction,
  version: IndicatorVersion & { kind: 'dossiers' },
  sums: Sums,
  isLast: boolean,
): void {
  if (sums[version.rows] === 0) return;
  to.numerator = (to.numerator ?? 0) + totalOf(sums, version.numerator, isLast);
  to.denominator = (to.denominator ?? 0) + totalOf(sums, version.denominator, isLast);
}

/** The reporters of a period's last month that a group is made of on given boundaries. */
export function membersOf(catalogue: Catalogue, group: string, period: Period, boundaries: Day): Agency[] {
  return reportersIn(catalogue, period.last).filter(a => fold(catalogue, a.code, boundaries).code === group);
}

/** How a service stands with a group; the three words are for what is not a status. */
export type Standing = Status | 'none' | 'not_due' | 'no_return';

/**
 * How the members of a group deliver a service on `day`: the lowest of those that must deliver it and have
 * reported any status. `none`: due, but not delivered. `no_return`: nobody reported any status.
 */
export function standingOf(
  catalogue: Catalogue,
  book: StatusBook,
  members: readonly Agency[],
  service: PublicService,
  day: Day,
): Standing {
  const due = members.filter(m => mustDeliver(catalogue, m, service, day));
  if (due.length === 0) return 'not_due';
  const known = due.filter(m => hasStatus(catalogue, book, m.code, day));
  const [first, ...others] = known.map(m => statusOn(catalogue, book, m.code, service, day));
  if (first === undefined) return 'no_return';
  return (
    others.reduce((low, s) => (height(s, regimeOn(day)) < height(low, regimeOn(day)) ? s : low), first) ??
    'none'
  );
}
