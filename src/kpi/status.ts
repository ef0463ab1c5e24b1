/** Service statuses: how an agency delivers a service on a day, and what successors inherit. */
import { type Catalogue, leadOf, mustDeliver, type PublicService } from './catalogue.ts';
import { entry } from './entry.ts';
import { type Delivered, FULL_PROCESS_REGIME } from './indicators.ts';
import { addDays, type Day } from './month.ts';

export const MODES = ['information', 'partial', 'full'] as const;
export type Mode = (typeof MODES)[number];

/** How an agency delivers a service from `asOf` on: by level (to 2022-08-14) or by mode (from 2022-08-15). */
export interface Status {
  agency: string;
  service: string;
  asOf: Day;
  level: number | null;
  mode: Mode | null;
}

/** Statuses by agency, then by service, newest first. */
export type StatusBook = ReadonlyMap<string, ReadonlyMap<string, readonly Status[]>>;

export function buildStatusBook(rows: readonly Status[]): StatusBook {
  const book = new Map<string, Map<string, Status[]>>();
  for (const row of [...rows].sort((a, b) => (a.asOf < b.asOf ? 1 : a.asOf > b.asOf ? -1 : 0))) {
    const services = entry(book, row.agency, () => new Map<string, Status[]>());
    entry(services, row.service, () => [] as Status[]).push(row);
  }
  return book;
}

type Regime = 'level' | 'mode';

/** Levels speak before Decree 42/2022/NĐ-CP, modes from it on; neither is translated into the other. */
export function regimeOn(day: Day): Regime {
  return day < FULL_PROCESS_REGIME ? 'level' : 'mode';
}

/**
 * The status by which (agency, service) is judged on `day`: its own newest that speaks for the regime of
 * that day; else what it inherits from its predecessors or from the lead before it (the lowest of
 * several; a predecessor that never reported is left out). Null: not delivered.
 */
export function statusOn(
  catalogue: Catalogue,
  book: StatusBook,
  agency: string,
  service: PublicService,
  day: Day,
  regime: Regime = regimeOn(day),
): Status | null {
  const own = book
    .get(agency)
    ?.get(service.code)
    ?.find(s => s.asOf <= day && s[regime] !== null);
  if (own) return own;
  const inherited = deliverersBefore(catalogue, agency, service, day)
    .filter(b => hasStatus(catalogue, book, b.agency, b.day, regime))
    .map(b => statusOn(catalogue, book, b.agency, service, b.day, regime));
  if (inherited.length === 0) return null;
  return inherited.reduce((low, s) => (height(s, regime) < height(low, regime) ? s : low));
}

/** Whether the agency, or one it took over from, has any status row that speaks for the regime of `day`. */
export function hasStatus(
  catalogue: Catalogue,
  book: StatusBook,
  agency: string,
  day: Day,
  regime: Regime = regimeOn(day),
): boolean {
  for (const rows of book.get(agency)?.values() ?? []) {
    if (rows.some(s => s.asOf <= day && s[regime] !== null)) return true;
  }
  return (
    catalogue.successions.some(
      s =>
        s.successor === agency &&
        s.kind !== 'split' &&
        s.date <= day &&
        hasStatus(catalogue, book, s.predecessor, addDays(s.date, -1), regime),
    ) ||
    leadsTakenOver(catalogue, agency, day).some(l => {
      const service = catalogue.serviceByCode.get(l.service);
      return service && statusOn(catalogue, book, l.agency, service, l.day, regime) !== null;
    })
  );
}

/** Whether a status makes a service count as delivered in the sense of an indicator. */
export function isDelivered(status: Status | null, delivered: Delivered): boolean {
  switch (delivered) {
    case 'level_3':
      return (status?.level ?? 0) >= 3;
    case 'level_4':
      return (status?.level ?? 0) >= 4;
    case 'online':
      return status?.mode === 'partial' || status?.mode === 'full';
    case 'full':
      return status?.mode === 'full';
  }
}

/** How far a status goes in the sense of a regime; -1 for none. */
export function height(status: Status | null, regime: Regime): number {
  if (!status) return -1;
  return regime === 'level' ? (status.level ?? -1) : status.mode === null ? -1 : MODES.indexOf(status.mode);
}

/** Who delivered the service until this agency took it over, each with its last day. */
function deliverersBefore(
  catalogue: Catalogue,
  agency: string,
  service: PublicService,
  day: Day,
): { agency: string; day: Day }[] {
  const before = new Map<string, Day>();
  for (const s of catalogue.successions) {
    if (s.successor !== agency || s.kind === 'split' || s.date > day) continue;
    const last = addDays(s.date, -1);
    const predecessor = catalogue.agencyByCode.get(s.predecessor);
    if (predecessor && mustDeliver(catalogue, predecessor, service, last)) before.set(s.predecessor, last);
  }
  for (const l of leadsTakenOver(catalogue, agency, day)) {
    if (l.service === service.code) before.set(l.agency, l.day);
  }
  return [...before].map(([code, last]) => ({ agency: code, day: last }));
}

/** The services whose lead this agency took over by `day`, with the lead before and its last day. */
function leadsTakenOver(
  catalogue: Catalogue,
  agency: string,
  day: Day,
): { service: string; agency: string; day: Day }[] {
  const taken = [];
  for (const lead of catalogue.leads) {
    if (lead.agency !== agency || lead.validFrom === null || lead.validFrom > day) continue;
    const last = addDays(lead.validFrom, -1);
    const previous = leadOf(catalogue, lead.service, last);
    if (previous && previous.agency !== agency)
      taken.push({ service: lead.service, agency: previous.agency, day: last });
  }
  return taken;
}
