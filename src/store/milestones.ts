/** Milestones: stored as quoted, superseded when the same document is entered anew. */
import { sql } from 'kysely';
import type { Milestone } from '../kpi/milestone.ts';
import type { Db } from './connect.ts';
import { hold } from './instant.ts';

const KEY = sql.raw('as_of, agency_code, indicator, document, clause');
const VALUES = sql.raw('numerator, denominator, value, unit, quote');

/** Puts milestones beside the current ones in a temporary table and says how many differ. */
export async function stageMilestones(
  trx: Db,
  milestones: readonly (Milestone & { row: number })[],
): Promise<{ changed: number }> {
  await hold(trx, 'milestones');
  await sql`create temporary table staged on commit drop as
    select ${KEY}, ${VALUES}, source_row from milestones with no data`.execute(trx);
  const column = (read: (m: Milestone & { row: number }) => string | number | null) => milestones.map(read);
  await sql`insert into staged select * from unnest(
    ${column(m => m.asOf)}::date[], ${column(m => m.agency)}::text[], ${column(m => m.indicator)}::text[],
    ${column(m => m.document)}::text[], ${column(m => m.clause ?? '')}::text[],
    ${column(m => m.numerator)}::numeric[], ${column(m => m.denominator)}::numeric[],
    ${column(m => m.value)}::numeric[], ${column(m => m.unit)}::text[],
    ${column(m => m.quote ?? '')}::text[], ${column(m => m.row)}::int[])`.execute(trx);
  await sql`create temporary table changed on commit drop as
    select s.*, m.id as replaces from staged s
    left join milestones m on m.superseded_by is null
      and row(m.as_of, m.agency_code, m.indicator, m.document, m.clause)
        = row(s.as_of, s.agency_code, s.indicator, s.document, s.clause)
    where m.id is null or row(m.numerator, m.denominator, m.value, m.unit, m.quote)
      is distinct from row(s.numerator, s.denominator, s.value, s.unit, s.quote)`.execute(trx);
  const { rows } = await sql<{ n: number }>`select count(*) as n from changed`.execute(trx);
  return { changed: (rows[0] as { n: number }).n };
}

/** Makes the changed rows of `stageMilestones` current under `posting`. In the caller's transaction. */
export async function postMilestones(trx: Db, posting: number): Promise<void> {
  await sql`update milestones m set superseded_by = ${posting} from changed c where m.id = c.replaces`.execute(
    trx,
  );
  await sql`insert into milestones (${KEY}, ${VALUES}, source_row, posting_id)
    select ${KEY}, ${VALUES}, source_row, ${posting}::bigint from changed order by source_row`.execute(trx);
}

/** Milestones as known at `asOf` (ms; null is now), oldest first. */
export async function milestonesAt(db: Db, asOf: number | null): Promise<Milestone[]> {
  const limit = asOf === null ? sql`'infinity'::timestamptz` : sql`${new Date(asOf + 1)}::timestamptz`;
  const { rows } = await sql<{
    as_of: string;
    agency_code: string;
    indicator: string;
    numerator: string | null;
    denominator: string | null;
    value: string | null;
    unit: string;
    document: string;
    clause: string;
    quote: string;
  }>`select m.* from milestones m
    join postings p on p.id = m.posting_id and p.recorded_at < ${limit}
    left join postings e on e.id = m.superseded_by
    where e.id is null or e.recorded_at >= ${limit} order by m.as_of, m.id`.execute(db);
  const number = (text: string | null): number | null => (text === null ? null : Number(text));
  return rows.map(r => ({
    asOf: r.as_of,
    agency: r.agency_code,
    indicator: r.indicator,
    numerator: number(r.numerator),
    denominator: number(r.denominator),
    value: number(r.value),
    unit: r.unit,
    document: r.document,
    clause: r.clause || null,
    quote: r.quote || null,
  }));
}
