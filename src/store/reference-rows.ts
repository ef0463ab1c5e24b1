/** The reference tables, column by column, as their CSV files in `data/` have them. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import type { AgencyKind, Succession } from '../kpi/agency.ts';
import type { Reference } from '../kpi/catalogue.ts';
import { componentFromRow, indicatorFromRow } from './indicator-rows.ts';

type Cell = string | number | boolean | null;
export type Row = Record<string, Cell>;
export type ReferenceTable =
  | 'agencies'
  | 'agency_aliases'
  | 'agency_successions'
  | 'province_regions'
  | 'services'
  | 'service_leads'
  | 'service_procedure_codes'
  | 'service_eligibility'
  | 'catalogues'
  | 'catalogue_items'
  | 'reporting_rules'
  | 'indicators'
  | 'quality_rules'
  | 'index_766';

const text = (s: string): Cell => s;
const day = (s: string): Cell => s || null;
const number = (s: string): Cell => (s === '' ? null : Number(s));
const flag = (s: string): Cell => (s === '' ? null : s === 'true');

/** Every table with its columns, named as in its CSV file. */
export const COLUMNS: Record<ReferenceTable, Record<string, (s: string) => Cell>> = {
  agencies: {
    code: text,
    kind: text,
    name_vi: text,
    name_en: text,
    short_vi: text,
    gso_code: text,
    egov_code: text,
    iso_3166_2: text,
    valid_from: day,
    valid_to: day,
    confidence: text,
    source: text,
  },
  agency_aliases: { agency_code: text, alias: text },
  agency_successions: {
    predecessor_code: text,
    successor_code: text,
    effective_date: day,
    kind: text,
    note: text,
  },
  province_regions: {
    province_code: text,
    scheme: text,
    region: text,
    valid_from: day,
    valid_to: day,
    confidence: text,
    source: text,
  },
  services: {
    code: text,
    name_vi: text,
    name_en: text,
    implemented_at: text,
    audience: text,
    life_event: text,
    named: flag,
    confidence: text,
    source: text,
  },
  service_leads: {
    service_code: text,
    agency_code: text,
    valid_from: day,
    valid_to: day,
    vertical_branch: text,
    note: text,
  },
  service_procedure_codes: {
    service_code: text,
    tthc_code: text,
    tthc_name: text,
    level: text,
    status_note: text,
    source: text,
  },
  service_eligibility: {
    service_code: text,
    valid_from: day,
    valid_to: day,
    eligible_full: flag,
    note: text,
  },
  catalogues: { code: text, name_vi: text, name_en: text, document: text, includes: text },
  catalogue_items: {
    catalogue: text,
    service_code: text,
    position: number,
    valid_from: day,
    valid_to: day,
    note: text,
  },
  reporting_rules: {
    valid_from: day,
    valid_to: day,
    window_vi: text,
    window_en: text,
    deadline_day: number,
    note: text,
  },
  indicators: {
    id: text,
    version: number,
    valid_from: day,
    valid_to: day,
    kind: text,
    numerator: text,
    denominator: text,
    rows: text,
    delivered: text,
    eligible_only: flag,
    by_deadline: flag,
    higher_is_better: flag,
    minimum_denominator: number,
    target: number,
    name_vi: text,
    name_en: text,
    numerator_vi: text,
    numerator_en: text,
    denominator_vi: text,
    denominator_en: text,
    why_vi: text,
    why_en: text,
    legal_basis: text,
  },
  quality_rules: { rule: text, value: number, valid_from: day, valid_to: day, note: text },
  index_766: {
    id: text,
    level: text,
    name_vi: text,
    name_en: text,
    max_points_ministry: number,
    max_points_province: number,
    indicator: text,
    full_from: number,
    confidence: text,
    source: text,
  },
};
export const TABLES = Object.keys(COLUMNS) as ReferenceTable[];

/** The rows of every reference table as the CSV files in `folder` hold them. */
export type ReferenceRows = Record<ReferenceTable, Row[]>;

/** Reads `folder`/TABLE.csv for every reference table. Throws when a file or a column is missing. */
export async function referenceTables(folder: string): Promise<ReferenceRows> {
  return referenceRows(table => readFile(join(folder, `${table}.csv`)));
}

/** The rows of every reference table from the bytes of its CSV file. Throws when a column is missing. */
export async function referenceRows(
  bytesOf: (table: ReferenceTable) => Buffer | Promise<Buffer>,
): Promise<ReferenceRows> {
  const read = async (table: ReferenceTable): Promise<[ReferenceTable, Row[]]> => {
    const records: Record<string, string>[] = parse(await bytesOf(table), { columns: true });
    const rows = records.map(record =>
      Object.fromEntries(
        Object.entries(COLUMNS[table]).map(([column, convert]) => {
          const value = record[column];
          if (value === undefined) throw new Error(`${table}.csv lacks the column ${column}`);
          return [column, convert(value)];
        }),
      ),
    );
    return [table, rows];
  };
  return Object.fromEntries(await Promise.all(TABLES.map(read))) as ReferenceRows;
}

/** Turns the rows of `data/` into the reference that the core works with. */
export function referenceFromRows(rows: ReferenceRows): Reference {
  const s = (v: Cell | undefined): string => String(v ?? '');
  const d = (v: Cell | undefined): string | null => (v === null || v === undefined ? null : String(v));
  const span = (r: Row) => ({ validFrom: d(r.valid_from), validTo: d(r.valid_to) });
  const list = (v: Cell | undefined): string[] => s(v).split('|').filter(Boolean);
  return {
    agencies: rows.agencies.map(r => ({
      code: s(r.code),
      kind: s(r.kind) as AgencyKind,
      nameVi: s(r.name_vi),
      nameEn: s(r.name_en),
      shortVi: s(r.short_vi),
      gsoCode: s(r.gso_code),
      egovCode: s(r.egov_code),
      ...span(r),
    })),
    aliases: rows.agency_aliases.map(r => ({ agency: s(r.agency_code), alias: s(r.alias) })),
    successions: rows.agency_successions.map(r => ({
      predecessor: s(r.predecessor_code),
      successor: s(r.successor_code),
      date: s(r.effective_date),
      kind: s(r.kind) as Succession['kind'],
    })),
    regions: rows.province_regions.map(r => ({
      province: s(r.province_code),
      region: s(r.region),
      ...span(r),
    })),
    services: rows.services.map(r => ({
      code: s(r.code),
      nameVi: s(r.name_vi),
      nameEn: s(r.name_en),
      implementedAt: list(r.implemented_at),
      named: r.named === true,
    })),
    procedureCodes: rows.service_procedure_codes.map(r => ({
      service: s(r.service_code),
      code: s(r.tthc_code),
      name: s(r.tthc_name),
    })),
    leads: rows.service_leads.map(r => ({
      service: s(r.service_code),
      agency: s(r.agency_code),
      branch: s(r.vertical_branch),
      ...span(r),
    })),
    eligibility: rows.service_eligibility.map(r => ({
      service: s(r.service_code),
      eligible: r.eligible_full === null ? null : r.eligible_full === true,
      ...span(r),
    })),
    catalogues: rows.catalogues.map(r => ({
      code: s(r.code),
      nameVi: s(r.name_vi),
      nameEn: s(r.name_en),
      document: s(r.document),
      includes: list(r.includes),
    })),
    items: rows.catalogue_items.map(r => ({
      catalogue: s(r.catalogue),
      service: s(r.service_code),
      position: r.position === null ? null : Number(r.position),
      ...span(r),
    })),
    qualityRules: rows.quality_rules.map(r => ({ rule: s(r.rule), value: Number(r.value), ...span(r) })),
    reportingRules: rows.reporting_rules.map(r => ({
      windowVi: s(r.window_vi),
      windowEn: s(r.window_en),
      deadlineDay: Number(r.deadline_day),
      ...span(r),
    })),
    indicators: rows.indicators.map(indicatorFromRow),
    indexComponents: rows.index_766.map(componentFromRow).sort((a, b) => Number(a.id) - Number(b.id)),
  };
}
