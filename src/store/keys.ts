/** The small numbers that stand for agencies, services and units in the large tables. */
import { sql } from 'kysely';
import { entry } from '../kpi/entry.ts';
import { foldUnit } from '../kpi/names.ts';
import type { Db } from './connect.ts';
import { holdUnits } from './instant.ts';

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

/** The numbers of units that figures name; units not seen before get theirs at once, and are stored together. */
export interface UnitKeys {
  /** The number of a unit; 0 stands for the agency itself. Undefined until it was learnt. */
  of(agency: string, unit: string | null): number | undefined;
  /** Finds or makes a unit. An agency with a new one is held against other files. */
  learn(agency: string, unit: string): Promise<void>;
  /** Folded names of units seen for the first time, by agency. */
  made: ReadonlyMap<string, ReadonlySet<string>>;
  /** Stores them; to be called before the figures are. */
  store(): Promise<void>;
}

/** Units of one agency as far as they are known; spellings that fold alike are one unit. */
interface AgencyUnits {
  held: boolean;
  byName: Map<string, number>;
  byFolded: Map<string, number>;
}

/** Numbers taken from the database in one go, at most. */
const MOST_NUMBERS = 1000;

export function unitKeys(trx: Db, agencies: ReadonlyMap<string, number>): UnitKeys {
  const known = new Map<string, AgencyUnits>();
  const made = new Map<string, Set<string>>();
  let unstored: { id: number; agency: number; folded: string; name: string }[] = [];
  const numbers: number[] = [];
  let [fetched, lastAgency, lastUnit, lastId] = [8, '', '', undefined as number | undefined];

  function of(agency: string, unit: string | null): number | undefined {
    if (unit === null) return 0;
    // Most rows are of the unit of the row before.
    if (unit === lastUnit && agency === lastAgency && lastId !== undefined) return lastId;
    lastId = known.get(agency)?.byName.get(unit);
    [lastAgency, lastUnit] = [agency, unit];
    return lastId;
  }

  async function load(agency: string): Promise<AgencyUnits> {
    const units = entry(known, agency, () => ({ held: false, byName: new Map(), byFolded: new Map() }));
    const { rows } = await sql<{ id: number; folded: string }>`
      select id, folded from unit_keys where agency_id = ${agencies.get(agency)}`.execute(trx);
    for (const { id, folded } of rows) units.byFolded.set(folded, id);
    return units;
  }

  async function nextNumber(): Promise<number> {
    if (numbers.length === 0) {
      fetched = Math.min(fetched * 2, MOST_NUMBERS);
      const { rows } = await sql<{ id: number }>`
        select nextval(pg_get_serial_sequence('unit_keys', 'id')) as id from generate_series(1, ${fetched})`.execute(
        trx,
      );
      numbers.push(...rows.map(r => r.id).reverse());
    }
    return numbers.pop() as number;
  }

  async function learn(agency: string, name: string): Promise<void> {
    const units = known.get(agency) ?? (await load(agency));
    const folded = foldUnit(name);
    if (!units.byFolded.has(folded)) {
      if (!units.held) {
        await holdUnits(trx, agencies.get(agency) as number);
        units.held = true;
        await load(agency);
      }
      if (!units.byFolded.has(folded)) {
        const id = await nextNumber();
        units.byFolded.set(folded, id);
        unstored.push({ id, agency: agencies.get(agency) as number, folded, name });
        entry(made, agency, () => new Set<string>()).add(folded);
      }
    }
    units.byName.set(name, units.byFolded.get(folded) as number);
  }

  return {
    of,
    made,
    learn,
    store: async () => {
      const fresh = unstored;
      unstored = [];
      if (fresh.length === 0) return;
      await sql`insert into unit_keys (id, agency_id, folded, name) select * from unnest(
        ${fresh.map(u => u.id)}::int[], ${fresh.map(u => u.agency)}::int[], ${fresh.map(u => u.folded)}::text[],
        ${fresh.map(u => u.name)}::text[])`.execute(trx);
    },
  };
}
