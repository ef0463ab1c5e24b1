/** What stands out from an office's own longer history: sudden jumps, and services online on paper only. */
import type { Catalogue } from './catalogue.ts';
import type { Compared } from './compare.ts';
import { type Findings, note, type WarningCode } from './finding.ts';
import { type Distance, distanceFrom, medianOf } from './jump.ts';
import { addDays, addMonths, firstDay, lastDay, type Month } from './month.ts';
import type { Past, PastSums } from './past.ts';
import { isDelivered, regimeOn, type StatusBook, statusOn } from './status.ts';

const sumsAt = (past: Past, { month, agency, service }: Compared, back: number): PastSums | undefined =>
  past.get(`${addMonths(month, -back)}|${agency.code}|${service.code}`);

/**
 * What may stand out, told by the month before alone, so that longer histories are read only where they
 * matter: counts that at least doubled or halved, and services without an online dossier twice running.
 */
export interface Suspects {
  moved: Compared[];
  quiet: Compared[];
  /** Months before those of the file that hold their histories. */
  months: Month[];
}

export function suspectsIn(compared: readonly Compared[], past: Past): Suspects {
  const moved = compared.filter(c => {
    const [now, before] = [c.sums.received, sumsAt(past, c, 1)?.received];
    if (now == null || before == null || Math.max(now, before) < c.rules.jump_smallest) return false;
    return Math.abs(Math.log(now + 1) - Math.log(before + 1)) >= Math.LN2;
  });
  const quiet = compared.filter(
    c => c.sums.received_online === 0 && sumsAt(past, c, 1)?.received_online === 0,
  );
  const months = new Set<Month>();
  for (const c of moved) for (let i = 2; i <= c.rules.jump_months; i++) months.add(addMonths(c.month, -i));
  for (const c of quiet) for (let i = 2; i < c.rules.quiet_months; i++) months.add(addMonths(c.month, -i));
  return { moved, quiet, months: [...months] };
}

/** Services of the quiet ones that had no online dossier all the while, though somebody asked for them. */
export function unusedIn(suspects: Suspects, past: Past): Compared[] {
  return suspects.quiet.filter(c => {
    const months = Array.from({ length: c.rules.quiet_months }, (_, i) => sumsAt(past, c, i));
    return months.every(sums => sums?.received_online === 0) && months.some(sums => sums?.received);
  });
}

/**
 * Warnings about counts far from the office's own history. What the offices of one file share (a season, a
 * holiday) is no oddity of any of them, nor is what looked alike in the same month of last year. `whose`
 * narrows the warnings to some agencies; the others are looked at beside them.
 */
export function findJumps(
  compared: readonly Compared[],
  { moved }: Suspects,
  past: Past,
  warnings: Findings<WarningCode>,
  whose: ReadonlySet<string> | null = null,
): void {
  const measured: (Compared & { received: number; months: number; distance: Distance })[] = [];
  for (const c of moved) {
    const received = c.sums.received ?? 0;
    const history: number[] = [];
    for (let i = 1; i <= c.rules.jump_months; i++) {
      const before = sumsAt(past, c, i)?.received;
      if (before != null) history.push(before);
    }
    const distance = distanceFrom(history, received, c.rules);
    if (distance) measured.push({ ...c, received, months: history.length, distance });
  }
  const cellOf = (c: Compared): string => `${c.month}|${c.service.code}`;
  const all = Map.groupBy(compared, cellOf);
  const together = Map.groupBy(measured, cellOf);
  for (const c of measured) {
    if (whose && !whose.has(c.agency.code)) continue;
    const { median, log, spread } = c.distance;
    if (Math.max(c.received, median) < c.rules.jump_smallest) continue;
    const peers = together.get(cellOf(c)) ?? [];
    const isShared =
      peers.length >= c.rules.jump_peers && peers.length * 2 >= (all.get(cellOf(c))?.length ?? 0);
    const z = (log - (isShared ? medianOf(peers.map(p => p.distance.log)) : 0)) / spread;
    if (Math.abs(z) < c.rules.jump_z || isSeason(c, past)) continue;
    const details = {
      agency: c.agency.code,
      service: c.service.code,
      month: c.month,
      received: String(c.received),
      median: String(Math.round(median)),
      months: String(c.months),
      z: z.toFixed(1),
    };
    note(warnings, { row: c.row, column: 'service', value: c.service.code, code: 'jump', details });
  }
}

/** Whether the same month of last year looked alike: within twice and half. */
function isSeason(c: Compared, past: Past): boolean {
  const then = sumsAt(past, c, 12)?.received;
  if (then == null) return false;
  return Math.abs(Math.log((c.sums.received ?? 0) + 1) - Math.log(then + 1)) < Math.LN2;
}

/** Warnings about unused services that were online all the while. */
export function findUnused(
  catalogue: Catalogue,
  unused: readonly Compared[],
  statuses: StatusBook,
  warnings: Findings<WarningCode>,
): void {
  for (const { month, agency, service, row, rules } of unused) {
    const first = addMonths(month, 1 - rules.quiet_months);
    const online = (day: string): boolean => {
      const status = statusOn(catalogue, statuses, agency.code, service, day);
      return isDelivered(status, regimeOn(day) === 'level' ? 'level_3' : 'online');
    };
    if (!online(addDays(firstDay(first), -1)) || !online(lastDay(month))) continue;
    const details = { agency: agency.code, service: service.code, first, last: month };
    const code = 'online_without_dossiers';
    note(warnings, { row, column: 'received_online', value: '0', code, details });
  }
}
