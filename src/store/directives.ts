/** Directives and their progress: stored as sent, superseded when the same task is sent anew. */
import { sql } from 'kysely';
import type { DirectiveRow } from '../kpi/check-directives.ts';
import type { Directive, DirectiveStatus } from '../kpi/directive.ts';
import type { Db } from './connect.ts';
import { hold } from './instant.ts';

const TASK =
  'document, clause, title, lead_agency, coordinating_agencies, deadline, recurring, measurable_target';
const PROGRESS = 'status, done_on, note';
/** The tables with what their rows say. */
const PARTS = [
  ['directives', TASK],
  ['directive_progress', PROGRESS],
] as const;

/** The ids of the tasks on record. */
export async function knownDirectives(db: Db): Promise<Set<string>> {
  const rows = await db.selectFrom('directives').select('id').where('superseded_by', 'is', null).execute();
  return new Set(rows.map(r => r.id));
}

/** Puts rows beside the current ones in temporary tables and says how many differ. */
export async function stageDirectives(trx: Db, rows: readonly DirectiveRow[]): Promise<{ changed: number }> {
  await hold(trx, 'directives');
  let changed = 0;
  for (const [table, columns] of PARTS) {
    await sql`create temporary table ${sql.table(`staged_${table}`)} on commit drop as
      select id, ${sql.raw(columns)}, source_row from ${sql.table(table)} with no data`.execute(trx);
  }
  const tasks = rows.filter(r => r.task !== null);
  const of = (read: (t: NonNullable<DirectiveRow['task']>) => string | null) =>
    tasks.map(r => read(r.task as NonNullable<DirectiveRow['task']>));
  await sql`insert into staged_directives select * from unnest(${tasks.map(r => r.id)}::text[],
    ${of(t => t.document)}::text[], ${of(t => t.clause)}::text[], ${of(t => t.title)}::text[],
    ${of(t => t.lead)}::text[], ${of(t => t.coordinating.join('|'))}::text[], ${of(t => t.deadline)}::date[],
    ${of(t => t.recurring)}::text[], ${of(t => t.measurableTarget)}::text[],
    ${tasks.map(r => r.row)}::int[])`.execute(trx);
  const reported = rows.filter(r => r.progress !== null);
  await sql`insert into staged_directive_progress select * from unnest(${reported.map(r => r.id)}::text[],
    ${reported.map(r => r.progress?.status)}::text[], ${reported.map(r => r.progress?.doneOn)}::date[],
    ${reported.map(r => r.progress?.note)}::text[], ${reported.map(r => r.row)}::int[])`.execute(trx);
  for (const [table, columns] of PARTS) {
    const said = (alias: string) =>
      sql.raw(
        columns
          .split(', ')
          .map(c => `${alias}.${c}`)
          .join(', '),
      );
    const staged = sql.table(`staged_${table}`);
    await sql`delete from ${staged} s using ${sql.table(table)} t where t.id = s.id and t.superseded_by is null
      and row(${said('t')}) is not distinct from row(${said('s')})`.execute(trx);
    const { rows: left } = await sql<{ n: number }>`select count(*) as n from ${staged}`.execute(trx);
    changed += (left[0] as { n: number }).n;
  }
  return { changed };
}

/** Makes the rows that `stageDirectives` found to differ current under `posting`. In the caller's transaction. */
export async function postDirectives(trx: Db, posting: number): Promise<void> {
  for (const [table, columns] of PARTS) {
    const staged = sql.table(`staged_${table}`);
    await sql`update ${sql.table(table)} t set superseded_by = ${posting} from ${staged} s
      where t.id = s.id and t.superseded_by is null`.execute(trx);
    await sql`insert into ${sql.table(table)} (id, ${sql.raw(columns)}, source_row, posting_id)
      select id, ${sql.raw(columns)}, source_row, ${posting}::bigint from ${staged} order by source_row`.execute(
      trx,
    );
  }
}

/** A directive as stored; `invented` where the file of the task or of its progress says so of itself. */
export type StoredDirective = Directive & { invented: boolean };

/** Directives with their progress as known at `asOf` (ms; null is now), by deadline, those without one last. */
export async function directivesAt(db: Db, asOf: number | null): Promise<StoredDirective[]> {
  const limit = asOf === null ? sql`'infinity'::timestamptz` : sql`${new Date(asOf + 1)}::timestamptz`;
  const known = (table: string) => sql`(select t.*, s.invented as marked from ${sql.table(table)} t
    join postings p on p.id = t.posting_id and p.recorded_at < ${limit}
    join submissions s on s.id = p.submission_id
    left join postings e on e.id = t.superseded_by where e.id is null or e.recorded_at >= ${limit})`;
  const { rows } = await sql<{
    id: string;
    document: string;
    clause: string;
    title: string;
    lead_agency: string;
    coordinating_agencies: string;
    deadline: string | null;
    recurring: string;
    measurable_target: string;
    status: DirectiveStatus | null;
    done_on: string | null;
    note: string | null;
    invented: boolean;
  }>`select d.*, g.status, g.done_on, g.note, d.marked or coalesce(g.marked, false) as invented
    from ${known('directives')} d
    left join ${known('directive_progress')} g using (id)
    order by d.deadline nulls last, d.id collate "C"`.execute(db);
  return rows.map(r => ({
    id: r.id,
    document: r.document,
    clause: r.clause,
    title: r.title,
    lead: r.lead_agency,
    coordinating: r.coordinating_agencies.split('|').filter(Boolean),
    deadline: r.deadline,
    recurring: r.recurring,
    measurableTarget: r.measurable_target,
    progress: r.status && { status: r.status, doneOn: r.done_on, note: r.note ?? '' },
    invented: r.invented,
  }));
}
