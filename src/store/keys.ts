/** The small numbers that stand for agencies, services and units in the large tables. */
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
 * Completes `keys` (by `AGENCY_ID|name as written`) with the units that the figures name; units not seen
 * before are made, and returned. Spellings that fold alike are one unit.
 */
export async function unitKeys(
  trx: Db,
  figures: readonly Figure[],
  agencies: ReadonlyMap<string, number>,
  keys: Map<string, number>,
): Promise<{ agency: string; folded: string }[]> {
  const wanted = new Map<string, { agency_id: number; folded: string; name: string }>();
  for (const { agency, unit } of figures) {
    if (unit === null) continue;
    const agency_id = agencies.get(agency) as number;
    const key = `${agency_id}|${unit}`;
    if (!keys.has(key) && !wanted.has(key))
      wanted.set(key, { agency_id, folded: foldUnit(unit), name: unit });
  }
  if (wanted.size === 0) return [];
  // In one order for everybody, so that two files with the same new units cannot wait for each other.
  const units = [...new Map([...wanted.values()].map(u => [`${u.agency_id}|${u.folded}`, u])).values()].sort(
    (a, b) => a.agency_id - b.agency_id || (a.folded < b.folded ? -1 : 1),
  );
  const codes = new Map([...agencies].map(([code, id]) => [id, code]));
  const made: { agency: string; folded: string }[] = [];
  const ids = new Map<string, number>();
  for (let i = 0; i < units.length; i += 1000) {
    const rows = units.slice(i, i + 1000);
    const fresh = await trx
      .insertInto('unit_keys')
      .values(rows)
      .onConflict(c => c.doNothing())
      .returning(['agency_id', 'folded'])
      .execute();
    made.push(...fresh.map(u => ({ agency: codes.get(u.agency_id as number) as string, folded: u.folded })));
    const found = await trx
      .selectFrom('unit_keys')
      .select(['id', 'agency_id', 'folded'])
      .where('agency_id', 'in', [...new Set(rows.map(r => r.agency_id))])
      .where('folded', 'in', [...new Set(rows.map(r => r.folded))])
      .execute();
    for (const u of found) ids.set(`${u.agency_id}|${u.folded}`, u.id);
  }
  for (const [key, { agency_id, folded }] of wanted)
    keys.set(key, ids.get(`${agency_id}|${folded}`) as number);
  return made;
}
