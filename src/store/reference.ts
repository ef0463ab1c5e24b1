/** Reference data: read from `data/`, recorded row by row with the instants between which it was current. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { sql } from 'kysely';
import type { AgencyKind, Succession } from '../kpi/agency.ts';
import { buildCatalogue, type Catalogue, type Reference } from '../kpi/catalogue.ts';
import type { Db } from './connect.ts';
import { takeInstant } from './instant.ts';
import type { Tables } from './tables.ts';

type Cell = string | number | boolean | null;
type Row = Record<string, Cell>;
type ReferenceTable =
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
  | 'reporting_rules';

const text = (s: string): Cell => s;
const day = (s: string): Cell => s || null;
const whole = (s: string): Cell => (s === '' ? null : Number(s));
const flag = (s: string): Cell => (s === '' ? null : s === 'true');

/** Every table with its columns, named as in its CSV file. */
const COLUMNS: Record<ReferenceTable, Record<string, (s: string) => Cell>> = {
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
    position: whole,
    valid_from: day,
    valid_to: day,
    note: text,
  },
  reporting_rules: {
    valid_from: day,
    valid_to: day,
    window_vi: text,
    window_en: text,
    deadline_day: whole,
    note: text,
  },
};
const TABLES = Object.keys(COLUMNS) as ReferenceTable[];

/** The rows of every reference table as the CSV files in `folder` hold them. */
export type ReferenceRows = Record<ReferenceTable, Row[]>;

/** Reads `folder`/TABLE.csv for every reference table. Throws when a file or a column is missing. */
export async function referenceTables(folder: string): Promise<ReferenceRows> {
  const read = async (table: ReferenceTable): Promise<[ReferenceTable, Row[]]> => {
    const records: Record<string, string>[] = parse(await readFile(join(folder, `${table}.csv`)), {
      columns: true,
    });
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

/**
 * Records what differs from the shipped rows that are current: new rows begin, vanished ones end, all at
 * one instant. The same data again changes nothing. Also keeps the small numbers that figures point at.
 */
export async function loadReference(
  db: Db,
  wanted: ReferenceRows,
): Promise<{ begun: number; ended: number }> {
  return db.transaction().execute(async trx => {
    await sql`select pg_advisory_xact_lock(766003, 0)`.execute(trx);
    const identity = (table: ReferenceTable, row: Row): string =>
      JSON.stringify(Object.keys(COLUMNS[table]).map(c => row[c]));
    const changes: { table: ReferenceTable; begin: Row[]; end: string[] }[] = [];
    for (const table of TABLES) {
      const columns = Object.keys(COLUMNS[table]).map(c => sql.ref(c));
      const { rows: current } = await sql<Row & { place: string }>`
        select ${sql.join(columns)}, ctid::text as place from ${sql.table(table)}
        where recorded_to is null and origin = 'shipped'`.execute(trx);
      const there = new Set(current.map(r => identity(table, r)));
      const asked = new Set(wanted[table].map(r => identity(table, r)));
      const begin = wanted[table].filter(r => !there.has(identity(table, r)));
      const end = current.filter(r => !asked.has(identity(table, r))).map(r => r.place);
      if (begin.length || end.length) changes.push({ table, begin, end });
    }
    if (changes.length === 0) return { begun: 0, ended: 0 };
    for (const [table, codes] of [
      ['agency_keys', wanted.agencies],
      ['service_keys', wanted.services],
    ] as const) {
      const values = codes.map(r => ({ code: String(r.code) }));
      await trx
        .insertInto(table)
        .values(values)
        .onConflict(c => c.doNothing())
        .execute();
    }
    const at = new Date(await takeInstant(trx));
    await trx.insertInto('reference_loads').values({ recorded_at: at }).execute();
    for (const { table, begin, end } of changes) {
      if (end.length) {
        await sql`update ${sql.table(table)} set recorded_to = ${at} where ctid = any(${end}::tid[])`.execute(
          trx,
        );
      }
      for (let i = 0; i < begin.length; i += 500) {
        const rows = begin.slice(i, i + 500).map(r => ({ ...r, origin: 'shipped', recorded_from: at }));
        await trx
          .insertInto(table)
          .values(rows as never)
          .execute();
      }
    }
    const count = (f: (c: (typeof changes)[number]) => number): number =>
      changes.reduce((n, c) => n + f(c), 0);
    return { begun: count(c => c.begin.length), ended: count(c => c.end.length) };
  });
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
    reportingRules: rows.reporting_rules.map(r => ({
      windowVi: s(r.window_vi),
      windowEn: s(r.window_en),
      deadlineDay: Number(r.deadline_day),
      ...span(r),
    })),
  };
}

/** Catalogues by handle and the instant of the reference load they show. */
const built = new WeakMap<object, Map<number, Catalogue>>();

/** The catalogue as recorded at `asOf` (ms; null is now); before the first load, as first recorded. */
export async function catalogueAt(db: Db, asOf: number | null): Promise<Catalogue> {
  const loads = await db.selectFrom('reference_loads').select('recorded_at').orderBy('recorded_at').execute();
  const instants = loads.map(l => l.recorded_at.getTime());
  const at = instants.findLast(i => asOf === null || i <= asOf) ?? instants[0];
  if (at === undefined) throw new Error('the reference data is not loaded: run `toan-trinh migrate` first');
  let cache = built.get(db);
  if (!cache) built.set(db, (cache = new Map()));
  let catalogue = cache.get(at);
  if (!catalogue) {
    catalogue = buildCatalogue(referenceFromRows(await rowsAt(db, at)));
    if (cache.size >= 8) cache.clear();
    cache.set(at, catalogue);
  }
  return catalogue;
}

async function rowsAt(db: Db, at: number): Promise<ReferenceRows> {
  const instant = new Date(at);
  const rows: Partial<ReferenceRows> = {};
  for (const table of TABLES) {
    const columns = Object.keys(COLUMNS[table]);
    rows[table] = (await db
      .selectFrom(table as keyof Tables)
      .select(columns as never)
      .where(sql<boolean>`recorded_from <= ${instant} and (recorded_to is null or recorded_to > ${instant})`)
      .orderBy(sql`ctid`)
      .execute()) as Row[];
  }
  return rows as ReferenceRows;
}
