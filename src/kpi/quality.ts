/** The data quality of one agency's returns: what is missing, late or odd, each with its evidence. */
import { type Catalogue, deadline, fold } from './catalogue.ts';
import { type Compared, compareWithMonthBefore } from './compare.ts';
import { duesIn, type Facts, type Frame, NO_CELLS } from './facts.ts';
import type { Sums } from './figure.ts';
import { type Finding, noFindings, type WarningCode } from './finding.ts';
import type { HeldCell } from './held.ts';
import { addMonths, lastDay, type Month, monthsBetween, type Period } from './month.ts';
import { type Past, pendingOf } from './past.ts';
import { rulesOn } from './quality-rules.ts';
import { findJumps, findUnused, suspectsIn, unusedIn } from './unusual.ts';

/** A return that is due, with the instant (ms) at which it came; null when it did not. */
export interface LateReturn {
  month: Month;
  agency: string;
  service: string;
  receivedAt: number | null;
}

export interface Quality {
  due: number;
  missing: LateReturn[];
  late: LateReturn[];
  /** What the months before say of the returns, by the thresholds of each month. */
  odd: Finding<WarningCode>[];
}

/** What is looked for, in the order in which it is told. */
const CHECKS = [
  'completeness',
  'punctuality',
  'copied_forward',
  'round_numbers',
  'jump',
  'carried_over_mismatch',
  'online_without_dossiers',
] as const;
export type QualityCheck = (typeof CHECKS)[number];

/** What was found, check by check; a check that found nothing is left out. */
export function findingsByCheck({
  missing,
  late,
  odd,
}: Quality): { check: QualityCheck; found: (LateReturn | Finding<WarningCode>)[] }[] {
  const of = (check: QualityCheck) =>
    check === 'completeness' ? missing : check === 'punctuality' ? late : odd.filter(f => f.code === check);
  return CHECKS.map(check => ({ check, found: of(check) })).filter(({ found }) => found.length > 0);
}

/** Counts of ten and more, and the round ones among them, by `MONTH|AGENCY`. */
export type Tens = ReadonlyMap<string, HeldCell['tens']>;

/** The months that a sheet looks at: those of the period and as many before as the thresholds look back. */
export function monthsForQuality(catalogue: Catalogue, period: Period): Month[] {
  const back = rulesOn(catalogue, lastDay(period.last)).jump_months;
  return monthsBetween(addMonths(period.first, -back), period.last);
}

/** The agencies that are shown as `group`, whenever they existed. */
export function agenciesOf(catalogue: Catalogue, group: string, frame: Pick<Frame, 'boundaries'>): string[] {
  return catalogue.agencies
    .filter(a => fold(catalogue, a.code, frame.boundaries).code === group)
    .map(a => a.code);
}

/**
 * Looks through the returns of a group in a period. `facts` holds the months of `monthsForQuality`. What is
 * usual is told by the office's own past, and by the others in the same month: a season is no oddity.
 */
export function buildQuality(
  catalogue: Catalogue,
  facts: Facts,
  group: string,
  period: Period,
  frame: Frame,
  tens: Tens,
): Quality {
  const own = new Set(agenciesOf(catalogue, group, frame));
  const quality: Quality = { due: 0, missing: [], late: [], odd: [] };
  for (const month of period.months) {
    const end = deadline(catalogue, month);
    for (const { agency, service } of duesIn(catalogue, frame, month)) {
      if (!own.has(agency)) continue;
      quality.due += 1;
      const receivedAt = facts.months.get(month)?.cells.get(agency)?.get(service)?.receivedAt ?? null;
      if (receivedAt === null) quality.missing.push({ month, agency, service, receivedAt });
      else if (receivedAt >= end) quality.late.push({ month, agency, service, receivedAt });
    }
  }
  const past: Past = new Map(
    [...facts.months.values()].flatMap(({ month, cells }) =>
      [...cells].flatMap(([agency, byService]) =>
        [...byService].map(([service, { sums }]): [string, Sums] => [`${month}|${agency}|${service}`, sums]),
      ),
    ),
  );
  const all = period.months.flatMap(month => comparedIn(catalogue, facts, month, tens));
  const mine = all.filter(c => own.has(c.agency.code));
  const odd = noFindings<WarningCode>();
  compareWithMonthBefore(catalogue, mine, past, odd);
  findUnused(catalogue, unusedIn(suspectsIn(mine, past), past), facts.statuses, odd);
  const jumps = noFindings<WarningCode>();
  findJumps(all, suspectsIn(all, past), past, jumps, own);
  quality.odd = [...odd.listed, ...jumps.listed];
  return quality;
}

/** Every return of a month as the ledger holds it. Roundness is an office's: its first service carries it. */
function comparedIn(catalogue: Catalogue, facts: Facts, month: Month, tens: Tens): Compared[] {
  const rules = rulesOn(catalogue, lastDay(month));
  return [...(facts.months.get(month)?.cells ?? NO_CELLS)].flatMap(([code, byService]) => {
    const agency = catalogue.agencyByCode.get(code);
    let counted = tens.get(`${month}|${code}`);
    return [...byService].flatMap(([serviceCode, { sums }]) => {
      const service = catalogue.serviceByCode.get(serviceCode);
      if (!agency || !service) return [];
      const own = counted ?? { counts: 0, round: 0 };
      counted = undefined;
      const found = { month, agency, service, sums, tens: own, carried: openingOf(sums), rules };
      return { ...found, row: null, units: null };
    });
  });
}

/**
 * The opening stock: what was received must have been resolved or still be pending, so the rest was carried
 * over. Null when some rows did not say what is pending.
 */
function openingOf(sums: Sums): number | null {
  const pending = pendingOf(sums);
  const opening = pending === null ? null : sums.resolved + pending - sums.received;
  return opening !== null && opening >= 0 ? opening : null;
}
