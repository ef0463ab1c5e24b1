/** The small numbers that stand for agencies, services and units in the large tables. */
import { sql } from 'kysely';
import { entry } from '../kpi/entry.ts';
import type { Figure } from '../kpi/figure.ts';
import { foldUnit } from '../kpi/names.ts';
import type { Db } from './connect.ts';

export async function agencyKeys(db: Db): Promise<Map<string, number>> {
  return new Map((await db.selectFrom('agency_keys').selectAll().execute()).map(r => [r.code, r.id]));
}

export async function serviceKeys(db: Db): Promise<Map<string, number>> {
  return new Map((await db.selectFrom('service_keys').selectAll().execute()).map(r => [r.code, r.id]));
}

/** The names of an agency's units as first seen. */
export async function unitsOf(db: Db, agency: string): Promise<string[]> {
  const rows = await db
    .selectFrom('unit_keys')
    .innerJoin('agency_keys', 'agency_keys.id', 'unit_keys.agency_id')
    .select('name')
    .where('code', '=', agency)
    .execute();
  return rows.map(r => r.name);
}

/**
 * Completes `keys` (by agency, then by name as written) with the units that the figures name; units not seen
 * before are made, and returned. Spellings that fold alike are one unit.
 */
export async function unitKeys(
  trx: Db,
  figures: readonly Figure[],
  agencies: ReadonlyMap<string, number>,
  keys: Map<string, Map<string, number>>,
): Promise<{ agency: string; folded: string }[]> {
  const wanted = new Map<string, Wanted>();
  for (const { agency, unit } of figures) {
    if (unit === null || keys.get(agency)?.has(unit)) continue;
    const key = `${agency}|${unit}`;
    if (!wanted.has(key)) wanted.set(key, { agency, unit, folded: foldUnit(unit) });
  }
  if (wanted.size === 0) return [];
  // In one order for everybody, so that two files with the same new units cannot wait for each other.
  const units = [...new Map([...wanted.values()].map(u => [`${u.agency}|${u.folded}`, u])).values()].sort(
    (a, b) => (a.agency < b.agency ? -1 : a.agency > b.agency ? 1 : a.folded < b.folded ? -1 : 1),
  );
  const asked = sql`unnest(${units.map(u => agencies.get(u.agency))}::int[], ${units.map(u => u.folded)}::text[],
    ${units.map(u => u.unit)}::text[]) with ordinality as asked (agency_id, folded, name, place)`;
  const { rows: made } = await sql<{ agency_id: number; folded: string }>`
    insert into unit_keys (agency_id, folded, name)
    select agency_id, folded, name from ${asked} where not exists (select from unit_keys u
      where u.agency_id = asked.agency_id and u.folded = asked.folded)
    order by place on conflict do nothing returning agency_id, folded`.execute(trx);
  const { rows: found } = await sql<{ id: number; place: number }>`
    select u.id, place from unit_keys u join ${asked} using (agency_id, folded)`.execute(trx);
  const ids = new Map(
    found.map(u => {
      const { agency, folded } = units[u.place - 1] as Wanted;
      return [`${agency}|${folded}`, u.id];
    }),
  );
  for (const { agency, unit, folded } of wanted.values()) {
    entry(keys, agency, () => new Map<string, number>()).set(unit, ids.get(`${agency}|${folded}`) as number);
  }
  const codes = new Map([...agencies].map(([code, id]) => [id, code]));
  return made.map(u => ({ agency: codes.get(u.agency_id) as string, folded: u.folded }));
}

interface Wanted {
  agency: string;
  unit: string;
  folded: string;
}
