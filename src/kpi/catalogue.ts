/** The catalogue: who exists, which services there are, who leads, must deliver and must report what, and when. */
import { type Agency, type Fold, foldOnto, inForce, type Succession, within } from './agency.ts';
import type { IndexComponent } from './index-766.ts';
import { INDICATOR_IDS, type IndicatorVersion } from './indicators.ts';
import { byLabel } from './label.ts';
import { type Day, deadlineOf, lastDay, type Month } from './month.ts';
import { foldName } from './names.ts';
import type { DatedRule } from './quality-rules.ts';

export interface PublicService {
  code: string;
  nameVi: string;
  nameEn: string;
  /** Levels of government that carry it out; empty where that is not a level (EVN, courts). */
  implementedAt: string[];
  /** False for a numbered place whose real item is not known; it enters no denominator. */
  named: boolean;
}

export interface Lead {
  service: string;
  agency: string;
  validFrom: Day | null;
  validTo: Day | null;
  /** Vertical branch (ngành dọc) that handles it everywhere: police, tax, social_insurance; or empty. */
  branch: string;
}

export interface CatalogueItem {
  catalogue: string;
  service: string;
  position: number | null;
  validFrom: Day | null;
  validTo: Day | null;
}

/** The reference data as recorded at one instant, row by row as they stand in `data/`. */
export interface Reference {
  agencies: Agency[];
  aliases: { agency: string; alias: string }[];
  successions: Succession[];
  regions: { province: string; region: string; validFrom: Day | null; validTo: Day | null }[];
  services: PublicService[];
  procedureCodes: { service: string; code: string; name: string }[];
  leads: Lead[];
  eligibility: { service: string; validFrom: Day | null; validTo: Day | null; eligible: boolean | null }[];
  catalogues: { code: string; nameVi: string; nameEn: string; document: string; includes: string[] }[];
  items: CatalogueItem[];
  reportingRules: {
    validFrom: Day | null;
    validTo: Day | null;
    windowVi: string;
    windowEn: string;
    deadlineDay: number;
  }[];
  /** Every version of every indicator; in the catalogue in the order in which pages name them. */
  indicators: IndicatorVersion[];
  qualityRules: DatedRule[];
  indexComponents: IndexComponent[];
}

/** The reference data with the indexes that look-ups need. */
export interface Catalogue extends Reference {
  agencyByCode: ReadonlyMap<string, Agency>;
  serviceByCode: ReadonlyMap<string, PublicService>;
  agenciesByName: ReadonlyMap<string, readonly Agency[]>;
  servicesByName: ReadonlyMap<string, readonly PublicService[]>;
  leadsByService: ReadonlyMap<string, readonly Lead[]>;
}

export function buildCatalogue(reference: Reference): Catalogue {
  const agencyByCode = new Map(reference.agencies.map(a => [a.code, a]));
  const serviceByCode = new Map(reference.services.map(s => [s.code, s]));
  const agenciesByName = new Map<string, Agency[]>();
  const servicesByName = new Map<string, PublicService[]>();
  for (const a of reference.agencies) {
    for (const name of [a.nameVi, a.nameEn, a.shortVi, a.gsoCode, a.egovCode]) file(agenciesByName, name, a);
  }
  for (const { agency, alias } of reference.aliases) file(agenciesByName, alias, agencyByCode.get(agency));
  for (const s of reference.services) for (const name of [s.nameVi, s.nameEn]) file(servicesByName, name, s);
  for (const p of reference.procedureCodes) {
    for (const name of [p.code, p.name]) file(servicesByName, name, serviceByCode.get(p.service));
  }
  const leadsByService = Map.groupBy(reference.leads, lead => lead.service);
  const indicators = INDICATOR_IDS.flatMap(id =>
    reference.indicators.filter(i => i.id === id).sort((a, b) => a.version - b.version),
  );
  const indexes = { agencyByCode, serviceByCode, agenciesByName, servicesByName, leadsByService };
  return { ...reference, indicators, ...indexes };
}

function file<T>(index: Map<string, T[]>, name: string, thing: T | undefined): void {
  const key = foldName(name);
  if (!key || !thing) return;
  const there = index.get(key);
  if (!there) index.set(key, [thing]);
  else if (!there.includes(thing)) there.push(thing);
}

/** What a name or code in a file stands for on a day; `notInForce` lists what it stands for on other days. */
export interface Resolved<T> {
  found: T | null;
  notInForce: T[];
}

/**
 * Resolves an agency by code, name, electronic identifier or statistics code on `day`. A code names one
 * agency for good; every other name means whichever bearer is in force. `1` is the statistics code `01`.
 */
export function resolveAgency(catalogue: Catalogue, text: string, day: Day): Resolved<Agency> {
  const byCode = catalogue.agencyByCode.get(text.trim().toLowerCase());
  const name = /^\d$/.test(text.trim()) ? `0${text.trim()}` : text;
  const candidates = byCode
    ? [byCode]
    : (catalogue.agenciesByName.get(foldName(name).replace(/^uy ban nhan dan /, 'ubnd ')) ?? []);
  const found = candidates.find(a => inForce(a, day)) ?? null;
  return { found, notInForce: found ? [] : [...candidates] };
}

/**
 * Resolves a service by code, procedure code or name. A procedure code that a spreadsheet turned into a
 * number (`1.01375` for `1.013750`) is recognised, and a name with its code as templates write them. Null when
 * unknown or when it fits several.
 */
export function resolveService(catalogue: Catalogue, text: string): PublicService | null {
  const byCode = catalogue.serviceByCode.get(text.trim().toLowerCase());
  if (byCode) return byCode;
  const labelled = byLabel(catalogue.serviceByCode, text);
  if (labelled !== undefined) return labelled;
  const number = /^(\d)[.,](\d{1,6})$/.exec(text.trim());
  const name = number ? `${number[1]}.${(number[2] as string).padEnd(6, '0')}` : text;
  const candidates = catalogue.servicesByName.get(foldName(name)) ?? [];
  return candidates.length === 1 ? (candidates[0] ?? null) : null;
}

/** The agencies that take over or precede an agency that is not in force on `day`, for a hint. */
export function standInsFor(catalogue: Catalogue, code: string, day: Day): Agency[] {
  const { validTo = null } = catalogue.agencyByCode.get(code) ?? {};
  const ended = validTo !== null && validTo < day;
  const stand: Agency[] = [];
  let frontier = [code];
  for (let step = 0; frontier.length && step < 50; step++) {
    const next: string[] = [];
    for (const s of catalogue.successions) {
      const [from, to] = ended ? [s.predecessor, s.successor] : [s.successor, s.predecessor];
      if (s.kind === 'split' || !frontier.includes(from)) continue;
      const other = catalogue.agencyByCode.get(to);
      if (other && inForce(other, day)) stand.push(other);
      else next.push(to);
    }
    frontier = next;
  }
  return stand;
}

/** The catalogues that a scope (`essential-25`, `qd06-2022` …) includes; null when there is no such scope. */
export function scopeOf(catalogue: Catalogue, code: string): readonly string[] | null {
  return catalogue.catalogues.find(c => c.code === code)?.includes ?? null;
}

/** Every item of a scope in force on `day`, named or not, in the order of its catalogues and positions. */
export function itemsOf(catalogue: Catalogue, scope: string, day: Day): CatalogueItem[] {
  const includes = scopeOf(catalogue, scope) ?? [];
  const seen = new Set<string>();
  return includes
    .flatMap(code =>
      catalogue.items
        .filter(i => i.catalogue === code && within(day, i.validFrom, i.validTo))
        .sort(byPosition),
    )
    .filter(i => !seen.has(i.service) && seen.add(i.service));
}

/** By position; those without one after, by code. */
function byPosition(a: CatalogueItem, b: CatalogueItem): number {
  const [first, second] = [a.position ?? Number.MAX_SAFE_INTEGER, b.position ?? Number.MAX_SAFE_INTEGER];
  return first - second || (a.service < b.service ? -1 : 1);
}

/** The named services of a scope in force on `day`: what enters denominators. */
export function servicesOf(catalogue: Catalogue, scope: string, day: Day): PublicService[] {
  return itemsOf(catalogue, scope, day)
    .map(i => catalogue.serviceByCode.get(i.service))
    .filter(s => s?.named === true) as PublicService[];
}

/** Whether any catalogue holds the service on `day`. */
export function isListed(catalogue: Catalogue, service: string, day: Day): boolean {
  return catalogue.items.some(i => i.service === service && within(day, i.validFrom, i.validTo));
}

/** The lead of a service on `day`, or who succeeded it by then; undefined for a placeholder. */
export function leadOf(catalogue: Catalogue, service: string, day: Day): Lead | undefined {
  const lead = catalogue.leadsByService.get(service)?.find(l => within(day, l.validFrom, l.validTo));
  const agency = lead && catalogue.agencyByCode.get(lead.agency);
  return lead && agency && !inForce(agency, day)
    ? { ...lead, agency: fold(catalogue, lead.agency, day).code }
    : lead;
}

/** The code under which the lead of a service on `day` is shown on other boundaries; null for a placeholder. */
export function leadShown(catalogue: Catalogue, service: string, day: Day, boundaries: Day): string | null {
  const lead = leadOf(catalogue, service, day);
  return lead ? fold(catalogue, lead.agency, boundaries).code : null;
}

/** Whether provinces deliver the service: some provincial, district or commune level carries it out. */
export function isTerritorial(service: PublicService): boolean {
  return service.implementedAt.some(level => ['province', 'district', 'commune'].includes(level));
}

/** Whether the lead owes a return of its own: it is carried out centrally, or not at a level of government. */
export function isCentral(service: PublicService): boolean {
  return service.implementedAt.length === 0 || service.implementedAt.includes('central');
}

/** Whether an agency must deliver a service on `day` (what service-counting indicators are judged by). */
export function mustDeliver(catalogue: Catalogue, agency: Agency, service: PublicService, day: Day): boolean {
  if (!service.named) return false;
  if (agency.kind === 'province') return isTerritorial(service);
  return leadOf(catalogue, service.code, day)?.agency === agency.code;
}

/** Whether an agency owes a monthly return for a service on `day`. */
export function owesReturn(catalogue: Catalogue, agency: Agency, service: PublicService, day: Day): boolean {
  return mustDeliver(catalogue, agency, service, day) && (agency.kind === 'province' || isCentral(service));
}

/** Whether a service counts as eligible for full process on `day`; blank counts as eligible. */
export function isEligible(catalogue: Catalogue, service: string, day: Day): boolean {
  return (
    catalogue.eligibility.find(e => e.service === service && within(day, e.validFrom, e.validTo))?.eligible ??
    true
  );
}

/** The region of a province on `day`, in the scheme of that day; null for others. */
export function regionOf(catalogue: Catalogue, province: string, day: Day): string | null {
  const found = catalogue.regions.find(r => r.province === province && within(day, r.validFrom, r.validTo));
  return found?.region ?? null;
}

/** The reporting rule in force in a month: that of its last day. */
export function reportingRule(catalogue: Catalogue, month: Month): Reference['reportingRules'][number] {
  const day = lastDay(month);
  const rule = catalogue.reportingRules.find(r => within(day, r.validFrom, r.validTo));
  if (!rule) throw new Error(`no reporting rule is in force on ${day}`);
  return rule;
}

/** First instant (ms) at which a return of `month` is late. */
export function deadline(catalogue: Catalogue, month: Month): number {
  return deadlineOf(month, reportingRule(catalogue, month).deadlineDay);
}

/** Shows an agency on the boundaries of a day; see `foldOnto`. */
export function fold(catalogue: Catalogue, agency: string, boundaries: Day): Fold {
  return foldOnto(catalogue.agencyByCode, catalogue.successions, agency, boundaries);
}
