/** The small numbers that stand for agencies, services and units in the large tables. */
import type { Figure } from '../kpi/figure.ts';
import { foldName } from '../kpi/names.ts';
import type { Db } from './connect.ts';

export async function agencyKeys(db: Db): Promise<Map<string, number>> {
  return new Map((await db.selectFrom('agency_keys').selectAll().execute()).map(r => [r.code, r.id]));
}

export async function serviceKeys(db: Db): Promise<Map<string, number>> {
  return new Map((await db.selectFrom('service_keys').selectAll().execute()).map(r => [r.code, r.id]));
}

/** Numbers of the units that the figures name, made where new. Keys are `AGENCY_ID|folded name`. */
export async function unitKeys(
  trx: Db,
  figures: readonly Figure[],
  agencies: ReadonlyMap<string, number>,
): Promise<Map<string, number>> {
  const wanted = new Map<string, { agency_id: number; folded: string; name: string }>();
  for (const f of figures) {
    if (f.unit === null) continue;
    const agency_id = agencies.get(f.agency) as number;
    const folded = foldName(f.unit);
    wanted.set(`${agency_id}|${folded}`, { agency_id, folded, name: f.unit });
  }
  if (wanted.size === 0) return new Map();
  const there = await trx
    .selectFrom('unit_keys')
    .selectAll()
    .where('agency_id', 'in', [...new Set([...wanted.values()].map(u => u.agency_id))])
    .execute();
  const keys = new Map(there.map(u => [`${u.agency_id}|${u.folded}`, u.id]));
  const fresh = [...wanted].filter(([key]) => !keys.has(key)).map(([, unit]) => unit);
  for (let i = 0; i < fresh.length; i += 1000) {
    const made = await trx
      .insertInto('unit_keys')
      .values(fresh.slice(i, i + 1000))
      .onConflict(c =>
        c.columns(['agency_id', 'folded']).doUpdateSet(e => ({ folded: e.ref('excluded.folded') })),
      )
      .returningAll()
      .execute();
    for (const u of made) keys.set(`${u.agency_id}|${u.folded}`, u.id);
  }
  return keys;
}

/** Folded names of the known units of some agencies. */
export async function knownUnits(db: Db, agencies: readonly string[]): Promise<Map<string, Set<string>>> {
  const rows = await db
    .selectFrom('unit_keys')
    .innerJoin('agency_keys', 'agency_keys.id', 'unit_keys.agency_id')
    .select(['code', 'folded'])
    .where('agency_keys.code', 'in', agencies.length ? agencies : [''])
    .execute();
  const known = new Map<string, Set<string>>(agencies.map(a => [a, new Set()]));
  for (const { code, folded } of rows) known.get(code)?.add(folded);
  return known;
}
