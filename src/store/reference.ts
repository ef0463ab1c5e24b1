/** Reference data: recorded row by row with the instants between which it was current. */
import { sql } from 'kysely';
import { OPERATOR } from '../kpi/access.ts';
import { buildCatalogue, type Catalogue } from '../kpi/catalogue.ts';
import { checkIndicators } from '../kpi/check-indicators.ts';
import { KEPT_SUMS } from '../kpi/figure.ts';
import { keyOf, shapeOf } from '../kpi/reference-table.ts';
import { recordEvent } from './audit.ts';
import type { Db } from './connect.ts';
import { rootOf } from './handles.ts';
import { holdReference, takeInstant } from './instant.ts';
import {
  COLUMNS,
  type ReferenceRows,
  type ReferenceTable,
  type Row,
  referenceFromRows,
  TABLES,
} from './reference-rows.ts';
import type { Tables } from './tables.ts';

/**
 * Records what differs from the shipped rows that are current: new rows begin, vanished ones end, all at
 * one instant. The same data again changes nothing. A key that an operator's import holds stays the operator's.
 * Also keeps the small numbers that figures point at. Throws when a definition cannot be counted (see
 * `checkIndicators`).
 */
export async function loadReference(
  db: Db,
  wanted: ReferenceRows,
): Promise<{ begun: number; ended: number }> {
  const wrong = checkIndicators(referenceFromRows(wanted).indicators);
  if (wrong.length > 0) {
    const lines = wrong.map(w => `${w.id} v${w.version}: ${w.code} ${w.value}`.trim());
    const sums = KEPT_SUMS.map(s => s.name).join(', ');
    if (wrong.some(w => w.code === 'unknown_sum')) lines.push(`the ledger keeps these sums alone: ${sums}`);
    throw new Error(`these indicator definitions cannot be recorded:\n${lines.join('\n')}`);
  }
  return db.transaction().execute(async trx => {
    await holdReference(trx, 'alone');
    const identity = (table: ReferenceTable, row: Row): string =>
      JSON.stringify(Object.keys(COLUMNS[table]).map(c => row[c]));
    const changes: { table: ReferenceTable; begin: Row[]; end: string[] }[] = [];
    for (const table of TABLES) {
      const columns = Object.keys(COLUMNS[table]).map(c => sql.ref(c));
      const { rows: current } = await sql<Row & { place: string }>`
        select ${sql.join(columns)}, ctid::text as place from ${sql.table(table)}
        where recorded_to is null and origin = 'shipped'`.execute(trx);
      const there = new Set(current.map(r => identity(table, r)));
      const shipped = await notImported(trx, table, wanted[table]);
      const asked = new Set(shipped.map(r => identity(table, r)));
      const begin = shipped.filter(r => !there.has(identity(table, r)));
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
    const counts = { begun: count(c => c.begin.length), ended: count(c => c.end.length) };
    await recordEvent(trx, {
      visitor: OPERATOR,
      action: 'reference_loaded',
      subject: 'reference',
      after: { ...counts, tables: changes.map(c => c.table) },
    });
    return counts;
  });
}

/** The shipped rows whose place no row of an operator's import holds: what was imported stays. */
async function notImported(trx: Db, table: ReferenceTable, shipped: readonly Row[]): Promise<readonly Row[]> {
  // Definitions of indicators, points and thresholds come with releases alone.
  if (table === 'indicators' || table === 'index_766' || table === 'quality_rules') return shipped;
  const columns = shapeOf(table).key.map(c => sql.ref(c));
  const { rows } = await sql<Row>`select ${sql.join(columns)} from ${sql.table(table)}
    where recorded_to is null and origin = 'imported'`.execute(trx);
  const held = new Set(rows.map(row => keyOf(table, row)));
  return shipped.filter(row => !held.has(keyOf(table, row)));
}

/** Catalogues by handle and the instant of the reference load they show. */
const built = new WeakMap<object, Map<number, Catalogue>>();

/** The rows of the reference tables as recorded at `asOf` (ms; null is now); before the first load, as first recorded. */
export async function referenceAt(db: Db, asOf: number | null): Promise<ReferenceRows> {
  return rowsAt(db, await loadedAt(db, asOf));
}

/** The instant (ms) of the reference load that counts at `asOf`. */
export async function loadedAt(db: Db, asOf: number | null): Promise<number> {
  const loads = await db.selectFrom('reference_loads').select('recorded_at').orderBy('recorded_at').execute();
  const instants = loads.map(l => l.recorded_at.getTime());
  const at = instants.findLast(i => asOf === null || i <= asOf) ?? instants[0];
  if (at === undefined) throw new Error('the reference data is not loaded: run `toan-trinh migrate` first');
  return at;
}

/** The catalogue as recorded at `asOf` (ms; null is now); before the first load, as first recorded. */
export async function catalogueAt(db: Db, asOf: number | null): Promise<Catalogue> {
  const at = await loadedAt(db, asOf);
  const cache = built.get(rootOf(db)) ?? new Map<number, Catalogue>();
  built.set(rootOf(db), cache);
  let catalogue = cache.get(at);
  if (!catalogue) {
    catalogue = buildCatalogue(referenceFromRows(await rowsAt(db, at)));
    if (cache.size >= 8) cache.clear();
    cache.set(at, catalogue);
  }
  return catalogue;
}

/** The rows of every table as recorded at an instant (ms) of a load. */
export async function rowsAt(db: Db, at: number): Promise<ReferenceRows> {
  const instant = new Date(at);
  const rows: Partial<ReferenceRows> = {};
  for (const table of TABLES) {
    const columns = Object.keys(COLUMNS[table]);
    rows[table] = (await db
      .selectFrom(table as keyof Tables)
      .select(columns as never)
      .where(sql<boolean>`recorded_from <= ${instant} and (recorded_to is null or recorded_to > ${instant})`)
      .orderBy(sql.join(columns.map(c => sql.ref(c))))
      .execute()) as Row[];
  }
  return rows as ReferenceRows;
}
