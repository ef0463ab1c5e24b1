/** Figures that differ become current in place of those they replace, and the ledger takes the difference. */
import { sql } from 'kysely';
import { COUNTS, KEPT_SUMS, REQUIRED_COUNTS } from '../kpi/figure.ts';
import { firstDay, type Month } from '../kpi/month.ts';
import type { Db } from './connect.ts';

/** The key of a figure. */
export const KEY = ['period', 'agency_id', 'unit_id', 'service_id'];
export const LEDGER = ['period', 'agency_id', 'service_id', 'posting_id', ...KEPT_SUMS.map(k => k.name)];
export const list = (names: readonly string[], prefix = '') =>
  sql.raw(names.map(n => `${prefix}${n}`).join(', '));
export const sameKey = (a: string, b: string) => sql.raw(KEY.map(k => `${a}.${k} = ${b}.${k}`).join(' and '));

/** Moves what the changed rows replace to the history, and puts them in its place. */
export async function supersede(trx: Db, posting: number): Promise<void> {
  const columns = [...KEY, ...COUNTS, 'posting_id', 'source_row'];
  await sql`analyze changed (${list(KEY)})`.execute(trx);
  await sql`with superseded as (
      delete from figures f using changed c where ${sameKey('f', 'c')} returning f.*
    ) insert into gone select * from superseded`.execute(trx);
  // The newer form replaces the other: an agency's own row its units' rows, and the reverse.
  for (const [newer, older] of [
    ['<> 0', '= 0'],
    ['= 0', '<> 0'],
  ]) {
    await sql`with replaced as (
        delete from figures f
        using (select distinct period, agency_id, service_id from changed where unit_id ${sql.raw(newer as string)}) c
        where f.period = c.period and f.agency_id = c.agency_id and f.service_id = c.service_id
          and f.unit_id ${sql.raw(older as string)}
        returning f.*
      ) insert into gone select * from replaced`.execute(trx);
  }
  await sql`insert into figures_history (${list(columns)}, superseded_by)
    select ${list(columns)}, ${posting}::bigint from gone`.execute(trx);
  await sql`insert into figures (${list(columns)}) select ${list(columns)} from changed order by ${list(KEY)}`.execute(
    trx,
  );
}

/** Posts to the ledger what the changed rows add and what those they replace take away. */
export async function postDifference(trx: Db, posting: number): Promise<void> {
  const counts = list([...KEY, ...COUNTS]);
  await sql`insert into ledger (${list(LEDGER)})
    select period, agency_id, service_id, ${posting}::bigint, ${sql.raw(KEPT_SUMS.map(postedSum).join(', '))}
    from (select 1 as sign, ${counts} from changed union all select -1, ${counts} from gone) as difference
    group by period, agency_id, service_id order by period, agency_id, service_id`.execute(trx);
}

/** Notes when the returns that this posting touches were first received, where it was not earlier. */
export async function noteReceipts(
  trx: Db,
  posting: number,
  months: readonly Month[],
  receivedAt: Date,
): Promise<void> {
  await sql`insert into returns (period, agency_id, service_id, posting_id, received_at)
    select l.period, l.agency_id, l.service_id, l.posting_id, ${receivedAt}::timestamptz from ledger l
    where l.posting_id = ${posting} and l.period = any(${months.map(firstDay)}::date[])
      and not exists (select from returns r where r.period = l.period and r.agency_id = l.agency_id
        and r.service_id = l.service_id and r.received_at <= ${receivedAt}::timestamptz)`.execute(trx);
}

/** SQL for the difference of one kept sum: rows in which a needed count is blank add nothing. */
function postedSum(sum: (typeof KEPT_SUMS)[number]): string {
  const amount = sum.add === null ? '1' : sum.add.map(c => `${c}::bigint`).join(' + ');
  const blanks = sum.reported.filter(c => !REQUIRED_COUNTS.includes(c));
  const reported = blanks.map(c => `${c} is not null`).join(' and ') || 'true';
  return `sum(case when ${reported} then sign * (${amount}) else 0 end)`;
}
