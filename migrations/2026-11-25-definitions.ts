/** Indicator definitions become reference data; until now they stood in the program, the same all the time. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create table indicators (id text not null, version integer not null check (version > 0),
    valid_from date, valid_to date, kind text not null check (kind in ('dossiers', 'services', 'used', 'returns')),
    numerator text not null, denominator text not null, rows text not null, delivered text not null,
    eligible_only boolean, by_deadline boolean, higher_is_better boolean not null,
    minimum_denominator integer not null, target double precision,
    name_vi text not null, name_en text not null, numerator_vi text not null, numerator_en text not null,
    denominator_vi text not null, denominator_en text not null, why_vi text not null, why_en text not null,
    legal_basis text not null, origin text not null, recorded_from timestamptz not null,
    recorded_to timestamptz)`.execute(db);
  const { rows } = await sql<{ first: Date | null }>`
    select min(recorded_at) as first from reference_loads`.execute(db);
  const first = rows[0]?.first;
  // A fresh database gets them with the first load; an older one has known them from its first load on.
  if (!first) return;
  const file = await readFile(join(import.meta.dirname, '2026-11-25-definitions.csv'));
  const then: Record<string, string>[] = parse(file, { columns: true });
  const known = then.map(row => ({ ...blanksAsNull(row), origin: 'shipped', recorded_from: first }));
  await sql`insert into indicators select *
    from json_populate_recordset(null::indicators, ${JSON.stringify(known)}::json)`.execute(db);
}

/** Columns whose empty cells mean "none"; in the others an empty text is a text. */
const NULLABLE = ['valid_from', 'valid_to', 'eligible_only', 'by_deadline', 'target'];

function blanksAsNull(row: Record<string, string>): Record<string, string | null> {
  const cells = Object.entries(row);
  return Object.fromEntries(
    cells.map(([c, value]) => [c, value === '' && NULLABLE.includes(c) ? null : value]),
  );
}
