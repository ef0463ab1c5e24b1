/** What a return that passed its checks looks like beside what is already known: grounds for a question, no more. */
import type { Agency } from './agency.ts';
import type { Catalogue, PublicService } from './catalogue.ts';
import type { Held } from './check.ts';
import { servicesDue } from './facts.ts';
import { type Findings, note, type WarningCode } from './finding.ts';
import type { HeldCell } from './held.ts';
import { addMonths, lastDay, type Month } from './month.ts';
import {
  type Past,
  type PastSums,
  pendingBefore,
  standsForAll,
  sumsOfHeld,
  TELLING_SUMS,
  takenOverFrom,
  totalOf,
} from './past.ts';
import { type QualityRules, rulesOn } from './quality-rules.ts';

/** What is stored already. */
export interface Known {
  /** Folded names of units seen for the first time, by agency. */
  newUnits: ReadonlyMap<string, ReadonlySet<string>>;
  /** Current returns as `MONTH|AGENCY|SERVICE`. */
  returns: ReadonlySet<string>;
}

/** Warnings about units not seen before and services that are due but absent, added to `warnings`. */
export function compareWithKnown(
  catalogue: Catalogue,
  held: Held,
  known: Known,
  warnings: Findings<WarningCode>,
): void {
  for (const [agency, units] of held.units) {
    for (const [folded, { name, row }] of units) {
      if (!known.newUnits.get(agency)?.has(folded)) continue;
      note(warnings, { row, column: 'unit', value: name, code: 'new_unit', details: { agency } });
    }
  }
  for (const [key, services] of held.services) {
    const [month, code] = key.split('|') as [Month, string];
    const agency = catalogue.agencyByCode.get(code) as Agency;
    for (const service of servicesDue(catalogue, agency, lastDay(month))) {
      if (services.has(service.code)) continue;
      if (known.returns.has(`${key}|${service.code}`)) continue;
      const details = { agency: code, month, service: service.code };
      note(warnings, { row: null, column: 'service', value: service.code, code: 'service_missing', details });
    }
  }
}

/** What has to be read for `compareWithLast`: the telling sums of these months, agencies and services. */
export interface LastNeeded {
  months: Month[];
  agencies: string[];
  services: string[];
}

/** The months of a file and those before them, its services, its agencies and whom they took over from. */
export function lastNeeded(catalogue: Catalogue, held: Held): LastNeeded {
  const months = new Set<Month>();
  const agencies = new Set<string>();
  const services = new Set<string>();
  for (const [key, cells] of held.services) {
    const [month, code] = key.split('|') as [Month, string];
    for (const m of [month, addMonths(month, -1)]) months.add(m);
    agencies.add(code);
    for (const serviceCode of cells.keys()) {
      services.add(serviceCode);
      const [agency, service] = named(catalogue, code, serviceCode);
      for (const from of takenOverFrom(catalogue, agency, service, month)) agencies.add(from);
    }
  }
  return { months: [...months], agencies: [...agencies], services: [...services] };
}

const named = (catalogue: Catalogue, agency: string, service: string): [Agency, PublicService] => [
  catalogue.agencyByCode.get(agency) as Agency,
  catalogue.serviceByCode.get(service) as PublicService,
];

/** One (agency, service) of a file with what it is compared by. */
export interface Compared {
  month: Month;
  agency: Agency;
  service: PublicService;
  sums: PastSums;
  /** Dossiers carried over; null when it is not known of all rows. */
  carried: number | null;
  tens: HeldCell['tens'];
  /** The first row in its file; null where it is not looked at in a file. */
  row: number | null;
  /** How many units were added up; null for the agency's own row. */
  units: number | null;
  /** The thresholds of its month. */
  rules: QualityRules;
}

/**
 * Warnings that come from the month before, added to `warnings`. `stored` is what the database holds; a file
 * of several months is its own past as well. Answers with both together, and with what was compared.
 */
export function compareWithLast(
  catalogue: Catalogue,
  held: Held,
  stored: Past,
  warnings: Findings<WarningCode>,
): { past: Map<string, PastSums>; compared: Compared[] } {
  const past = new Map(stored);
  const compared: Compared[] = [];
  for (const [key, cells] of [...held.services].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const [month, code] = key.split('|') as [Month, string];
    const rules = rulesOn(catalogue, lastDay(month));
    for (const [serviceCode, cell] of cells) {
      const before = past.get(`${addMonths(month, -1)}|${code}|${serviceCode}`);
      if (!standsForAll(cell, before, stored.get(`${key}|${serviceCode}`))) continue;
      const sums = sumsOfHeld(cell);
      past.set(`${key}|${serviceCode}`, sums);
      const [agency, service] = named(catalogue, code, serviceCode);
      const carried = totalOf(cell, 'carried_over');
      const { tens, row, whole, rows } = cell;
      const units = whole ? null : rows;
      compared.push({ month, agency, service, sums, carried, tens, row, units, rules });
    }
  }
  compareWithMonthBefore(catalogue, compared, past, warnings);
  return { past, compared };
}

/** What the month before says of each return and each of its cells. */
export function compareWithMonthBefore(
  catalogue: Catalogue,
  compared: readonly Compared[],
  past: Past,
  warnings: Findings<WarningCode>,
): void {
  for (const cells of Map.groupBy(compared, c => `${c.month}|${c.agency.code}`).values()) {
    findCopied(cells, past, warnings);
    findRound(cells, warnings);
  }
  for (const c of compared) findCarriedOver(catalogue, c, past, warnings);
}

function findCopied(cells: readonly Compared[], past: Past, warnings: Findings<WarningCode>): void {
  const [{ month, agency, rules }] = cells as [Compared];
  const last = addMonths(month, -1);
  let busy = 0;
  for (const { service, sums } of cells) {
    const before = past.get(`${last}|${agency.code}|${service.code}`);
    if (!before) continue;
    if (TELLING_SUMS.some(name => sums[name] !== null && sums[name] !== before[name])) return;
    // A service that nobody asks for says the same every month.
    if (sums.received) busy += 1;
  }
  if (busy < rules.copied_services) return;
  const details = { agency: agency.code, last, services: String(busy) };
  note(warnings, { row: null, column: 'agency', value: agency.code, code: 'copied_forward', details });
}

function findRound(cells: readonly Compared[], warnings: Findings<WarningCode>): void {
  const [{ agency, month, rules }] = cells as [Compared];
  const counts = cells.reduce((sum, c) => sum + c.tens.counts, 0);
  const round = cells.reduce((sum, c) => sum + c.tens.round, 0);
  if (counts < rules.round_counts || round < rules.round_share * counts) return;
  const details = { agency: agency.code, month, round: String(round), counts: String(counts) };
  note(warnings, { row: null, column: 'agency', value: agency.code, code: 'round_numbers', details });
}

function findCarriedOver(
  catalogue: Catalogue,
  { month, agency, service, carried, row, units }: Compared,
  past: Past,
  warnings: Findings<WarningCode>,
): void {
  const before = carried === null ? null : pendingBefore(catalogue, past, agency, service, month);
  if (carried === null || before === null || carried === before.pending) return;
  const others = before.from.filter(code => code !== agency.code);
  const details = {
    agency: agency.code,
    service: service.code,
    last: addMonths(month, -1),
    carried: String(carried),
    pending: String(before.pending),
    ...(others.length ? { from: before.from.join('|') } : {}),
    ...(units === null ? {} : { units: String(units) }),
  };
  const value = String(carried);
  note(warnings, { row, column: 'carried_over', value, code: 'carried_over_mismatch', details });
}
