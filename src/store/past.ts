/** The months before a return, from the ledger: sums of agencies, at the same cost whatever the number of units. */
import { sql } from 'kysely';
import type { LastNeeded } from '../kpi/compare.ts';
import type { SumName } from '../kpi/figure.ts';
import { firstDay, type Month } from '../kpi/month.ts';
import { type Past, type PastSums, TELLING_SUMS } from '../kpi/past.ts';
import type { Db } from './connect.ts';

/** The telling sums of the months, agencies and services asked for, as current. */
export function lastSums(db: Db, { months, agencies, services }: LastNeeded): Promise<Past> {
  const cells = sql`(select a.id as agency_id, a.code as agency, s.id as service_id, s.code as service
    from agency_keys a cross join service_keys s
    where a.code = any(${agencies}::text[]) and s.code = any(${services}::text[]))`;
  return read(db, cells, months, TELLING_SUMS);
}

/** What was received in the months asked for, of single (agency, service) pairs. */
export function receivedOf(
  db: Db,
  pairs: readonly { agency: { code: string }; service: { code: string } }[],
  months: readonly Month[],
): Promise<Past> {
  const cells = sql`(select distinct a.id as agency_id, a.code as agency, s.id as service_id, s.code as service
    from unnest(${pairs.map(p => p.agency.code)}::text[], ${pairs.map(p => p.service.code)}::text[])
      as c (agency, service)
    join agency_keys a on a.code = c.agency join service_keys s on s.code = c.service)`;
  return read(db, cells, months, ['rows', 'received_online', 'received']);
}

async function read(
  db: Db,
  cells: ReturnType<typeof sql>,
  months: readonly Month[],
  names: readonly SumName[],
): Promise<Past> {
  const sums = sql.raw(names.map(name => `sum(l.${name})::bigint as ${name}`).join(', '));
  const { rows } = await sql<PastSums & { period: string; agency: string; service: string }>`
    select c.agency, c.service, l.* from ${cells} c join (
      select l.period, l.agency_id, l.service_id, ${sums} from ledger l
      where l.period = any(${months.map(firstDay)}::date[])
        and l.agency_id in (select agency_id from ${cells} c) and l.service_id in (select service_id from ${cells} c)
      group by 1, 2, 3 having sum(l.rows) > 0
    ) l using (agency_id, service_id)`.execute(db);
  return new Map(
    rows.map(({ period, agency, service, ...found }) => [
      `${period.slice(0, 7)}|${agency}|${service}`,
      found,
    ]),
  );
}
