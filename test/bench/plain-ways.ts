/**
 * The plain ways to get the same rows into the database, beside which an import is measured: names already
 * resolved to keys, nothing checked about names, months or duplicates, no file kept, no sums posted.
 */
import { copyOf, psql, seconds } from './place.ts';

const KEY = 'primary key (period, agency_id, unit_id, service_id)';
const FOREIGN = [
  'foreign key (agency_id) references agency_keys',
  'foreign key (service_id) references service_keys',
];

/** Empties a copy of a filled database, and makes the tables of the bases beside the real ones. */
export async function makeBases(name: string, filled: string): Promise<void> {
  await copyOf(name, filled);
  const checks = psql(
    name,
    `select string_agg(pg_get_constraintdef(oid), ';;') from pg_constraint
    where conrelid = 'figures'::regclass and contype = 'c'`,
  ).split(';;');
  psql(
    name,
    'truncate figures',
    `create table base_kept (like figures, ${[KEY, ...FOREIGN, ...checks].join(', ')})`,
    'create table base_plain (like figures)',
    `create table base_constraints as select '${[KEY, ...checks, ...FOREIGN]
      .map(c => `add ${c}`)
      .join(', ')
      .replaceAll("'", "''")}'::text as add`,
    'vacuum (analyze)',
  );
}

/** Seconds of B1: `\copy` into a table with its primary key, two foreign keys and its checks. */
export async function baseOne(bases: string, rows: string): Promise<number> {
  await copyOf('bench_base', bases);
  return seconds(() => psql('bench_base', `\\copy base_kept from '${rows}' with (format csv)`));
}

/** Seconds of B2: `\copy` into a plain table, then the same constraints in bulk, in one transaction. */
export async function baseTwo(bases: string, rows: string): Promise<number> {
  await copyOf('bench_base', bases);
  const constraints = psql('bench_base', 'select add from base_constraints');
  return seconds(() =>
    psql(
      'bench_base',
      'begin',
      `\\copy base_plain from '${rows}' with (format csv)`,
      `alter table base_plain ${constraints}`,
      'commit',
    ),
  );
}
