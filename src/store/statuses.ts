/** Service statuses become current here; superseded ones move to the history. */
import { sql } from 'kysely';
import type { StatusRow } from '../kpi/check-status.ts';
import type { Db } from './connect.ts';
import { agencyKeys, serviceKeys } from './keys.ts';

const VALUES = sql.raw('level, mode, on_portal, note');

/** Puts statuses beside the current ones in a temporary table and says how many differ. */
export async function stageStatuses(trx: Db, statuses: readonly StatusRow[]): Promise<{ changed: number }> {
  const agencies = await agencyKeys(trx);
  const services = await serviceKeys(trx);
  await sql`create temporary table staged on commit drop as
    select as_of, agency_id, service_id, ${VALUES}, source_row from statuses with no data`.execute(trx);
  await sql`insert into staged select * from unnest(
    ${statuses.map(s => s.asOf)}::date[], ${statuses.map(s => agencies.get(s.agency))}::int[],
    ${statuses.map(s => services.get(s.service))}::int[], ${statuses.map(s => s.level)}::smallint[],
    ${statuses.map(s => s.mode)}::text[], ${statuses.map(s => s.onPortal)}::boolean[],
    ${statuses.map(s => s.note)}::text[], ${statuses.map(s => s.row)}::int[])`.execute(trx);
  await sql`create temporary table changed on commit drop as
    select s.* from staged s left join statuses t using (as_of, agency_id, service_id)
    where t.as_of is null or row(t.level, t.mode, t.on_portal, t.note)
      is distinct from row(s.level, s.mode, s.on_portal, s.note)`.execute(trx);
  const { rows } = await sql<{ n: number }>`select count(*) as n from changed`.execute(trx);
  return { changed: (rows[0] as { n: number }).n };
}

/** Makes the changed rows of `stageStatuses` current under `posting`. In the caller's transaction. */
export async function postStatuses(trx: Db, posting: number): Promise<void> {
  await sql`with gone as (
      delete from statuses t using changed c
      where t.as_of = c.as_of and t.agency_id = c.agency_id and t.service_id = c.service_id returning t.*
    ) insert into statuses_history (as_of, agency_id, service_id, ${VALUES}, posting_id, source_row, superseded_by)
      select as_of, agency_id, service_id, ${VALUES}, posting_id, source_row, ${posting}::bigint from gone`.execute(
    trx,
  );
  await sql`insert into statuses (as_of, agency_id, service_id, ${VALUES}, posting_id, source_row)
    select as_of, agency_id, service_id, ${VALUES}, ${posting}::bigint, source_row from changed
    order by as_of, agency_id, service_id`.execute(trx);
}
