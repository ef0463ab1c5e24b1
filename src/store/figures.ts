/** Figures become current here: superseded ones move to the history, and the ledger takes the difference. */
import { sql } from 'kysely';
import { COUNTS, type Figure, KEPT_SUMS, REQUIRED_COUNTS } from '../kpi/figure.ts';
import { firstDay } from '../kpi/month.ts';
import { foldName } from '../kpi/names.ts';
import type { Db } from './connect.ts';
import { agencyKeys, serviceKeys, unitKeys } from './keys.ts';

/** Rows handed over in one statement. */
const CHUNK = 10_000;

const KEY = ['period', 'agency_id', 'unit_id', 'service_id'] as const;
const list = (names: readonly string[], prefix = '') => sql.raw(names.map(n => `${prefix}${n}`).join(', '));
const sameKey = (a: string, b: string) => sql.raw(KEY.map(k => `${a}.${k} = ${b}.${k}`).join(' and '));

/**
 * Puts figures beside the current ones in a temporary table of this transaction and says how many differ.
 * A row differs when its key is new or any count is another (a blank is not a zero); an agency's own row
 * and rows of its units exclude each other, so the other form counts as different too.
 */
export async function stageFigures(trx: Db, figures: readonly Figure[]): Promise<{ changed: number }> {
  await sql`create temporary table staged on commit drop as
    select ${list([...KEY, ...COUNTS, 'source_row'])} from figures with no data`.execute(trx);
  const agencies = await agencyKeys(trx);
  const services = await serviceKeys(trx);
  const units = await unitKeys(trx, figures, agencies);
  for (let i = 0; i < figures.length; i += CHUNK) {
    const chunk = figures.slice(i, i + CHUNK);
    const columns: (number | string | null)[][] = [
      chunk.map(f => firstDay(f.month)),
      chunk.map(f => agencies.get(f.agency) as number),
      chunk.map(f =>
        f.unit === null ? 0 : (units.get(`${agencies.get(f.agency)}|${foldName(f.unit)}`) as number),
      ),
      chunk.map(f => services.get(f.service) as number),
      ...COUNTS.map(c => chunk.map(f => f.counts[c])),
      chunk.map(f => f.row),
    ];
    const arrays = columns.map((c, n) => sql`${arrayLiteral(c)}::${sql.raw(n === 0 ? 'date' : 'int')}[]`);
    await sql`insert into staged select * from unnest(${sql.join(arrays)})`.execute(trx);
  }
  await sql`analyze staged`.execute(trx);
  await sql`create temporary table changed on commit drop as
    select s.* from staged s left join figures f on ${sameKey('f', 's')}
    where f.period is null or row(${list(COUNTS, 'f.')}) is distinct from row(${list(COUNTS, 's.')})`.execute(
    trx,
  );
  await sql`create temporary table gone on commit drop as select * from figures with no data`.execute(trx);
  const { rows } = await sql<{ n: number }>`select count(*) as n from changed`.execute(trx);
  return { changed: (rows[0] as { n: number }).n };
}

/**
 * Makes the changed rows of `stageFigures` current under `posting`, supersedes what they replace, posts the
 * difference of every kept sum to the ledger and notes first receipts. All in the caller's transaction.
 */
export async function postFigures(trx: Db, posting: number, receivedAt: Date): Promise<void> {
  await sql`analyze changed`.execute(trx);
  const columns = [...KEY, ...COUNTS, 'posting_id', 'source_row'];
  await sql`with superseded as (
      delete from figures f using changed c where ${sameKey('f', 'c')} returning f.*
    ) insert into gone select * from superseded`.execute(trx);
  // The newer form replaces the other: an agency's own row its units' rows, and the reverse.
  await sql`with replaced as (
      delete from figures f using (select distinct period, agency_id, service_id, unit_id = 0 as whole from changed) c
      where f.period = c.period and f.agency_id = c.agency_id and f.service_id = c.service_id
        and (f.unit_id = 0) <> c.whole
      returning f.*
    ) insert into gone select * from replaced`.execute(trx);
  await sql`insert into figures_history (${list(columns)}, superseded_by)
    select ${list(columns)}, ${posting}::bigint from gone`.execute(trx);
  await sql`insert into figures (${list(columns)})
    select ${list([...KEY, ...COUNTS])}, ${posting}::bigint, source_row from changed
    order by ${list(KEY)}`.execute(trx);
  const sums = KEPT_SUMS.map(s => s.name);
  await sql`insert into ledger (period, agency_id, service_id, posting_id, ${list(sums)})
    select period, agency_id, service_id, ${posting}::bigint, ${sql.raw(KEPT_SUMS.map(postedSum).join(', '))}
    from (select 1 as sign, ${list([...KEY, ...COUNTS])} from changed
      union all select -1, ${list([...KEY, ...COUNTS])} from gone) as difference
    group by period, agency_id, service_id order by period, agency_id, service_id`.execute(trx);
  await sql`insert into returns (period, agency_id, service_id, posting_id, received_at)
    select c.period, c.agency_id, c.service_id, ${posting}::bigint, ${receivedAt}::timestamptz
    from (select distinct period, agency_id, service_id from changed) c
    where not exists (select from returns r where r.period = c.period and r.agency_id = c.agency_id
      and r.service_id = c.service_id and r.received_at <= ${receivedAt}::timestamptz)`.execute(trx);
}

/** SQL for the difference of one kept sum: rows in which a needed count is blank add nothing. */
function postedSum(sum: (typeof KEPT_SUMS)[number]): string {
  const amount = sum.add === null ? '1' : sum.add.map(c => `${c}::bigint`).join(' + ');
  const blanks = sum.reported.filter(c => !REQUIRED_COUNTS.includes(c));
  const reported = blanks.map(c => `${c} is not null`).join(' and ') || 'true';
  return `sum(case when ${reported} then sign * (${amount}) else 0 end)`;
}

/** A PostgreSQL array literal; quicker to make and to send than a parameter per element. */
function arrayLiteral(values: readonly (number | string | null)[]): string {
  return `{${values.map(v => v ?? 'NULL').join(',')}}`;
}
