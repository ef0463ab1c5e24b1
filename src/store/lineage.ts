/** Where numbers come from: figures of one cell with their history, statuses and returns with their files. */
import { type RawBuilder, sql } from 'kysely';
import { COUNTS, type Counts } from '../kpi/figure.ts';
import { type Day, firstDay, type Month, monthOf } from '../kpi/month.ts';
import type { Db } from './connect.ts';

/** The file that a number came in, who sent and approved it, and since when it counts. */
export interface Source {
  submission: string;
  fileName: string;
  sha256: string;
  /** Sheet of a workbook; null for other files. */
  sheet: string | null;
  /** Row as the sender saw it; null for a file as a whole. */
  row: number | null;
  /** The one agency of the file; null when it holds several. */
  agency: string | null;
  sender: string;
  door: string;
  approvedBy: string | null;
  reason: string | null;
  /** Instants in ms: when the file came, and from when on what it says counts. */
  receivedAt: number;
  recordedAt: number;
}

/** The counts of a row while they were current. */
export interface FigureVersion {
  counts: Counts;
  source: Source;
  /** What replaced it, and when (ms); null while it is current. */
  replaced: { at: number; submission: string; reason: string | null } | null;
}

/** Everything known of one unit's figure: oldest version first, the last one current unless it was replaced. */
export interface FigureHistory {
  /** Null for the agency itself. */
  unit: string | null;
  versions: FigureVersion[];
}

interface SourceRow {
  submission: number;
  file_name: string;
  sha256: string;
  sheet: string | null;
  source_row: number | null;
  agency_code: string | null;
  sender: string;
  door: string;
  approved_by: string | null;
  reason: string | null;
  received_at: Date;
  recorded_at: Date;
}

/** What `SourceRow` needs of a posting `p` and its submission `s`. */
const SOURCE =
  sql.raw(`s.id as submission, s.file_name, s.sha256, s.read_as->>'sheet' as sheet, s.agency_code, s.sender,
  s.door, s.approved_by, s.reason, s.received_at, p.recorded_at`);

const sourceOf = (row: SourceRow): Source => ({
  submission: String(row.submission),
  fileName: row.file_name,
  sha256: row.sha256,
  sheet: row.sheet,
  row: row.source_row,
  agency: row.agency_code,
  sender: row.sender,
  door: row.door,
  approvedBy: row.approved_by,
  reason: row.reason,
  receivedAt: row.received_at.getTime(),
  recordedAt: row.recorded_at.getTime(),
});

/**
 * The figures of one (month, agency, service) known at `asOf` (ms), a page of units at a time in the order of
 * their numbers: those after `after`, at most `limit`. `next` is the `after` of the next page, null at the end.
 */
export async function figuresOf(
  db: Db,
  { month, agency, service }: { month: Month; agency: string; service: string },
  asOf: number,
  after: number,
  limit: number,
): Promise<{ figures: FigureHistory[]; next: number | null }> {
  const keys = await db
    .selectFrom(['agency_keys as a', 'service_keys as s'])
    .select(['a.id as agency_id', 's.id as service_id'])
    .where('a.code', '=', agency)
    .where('s.code', '=', service)
    .executeTakeFirst();
  if (!keys) return { figures: [], next: null };
  const cell = sql`f.period = ${firstDay(month)}::date and f.agency_id = ${keys.agency_id}
    and f.service_id = ${keys.service_id}`;
  // Each side hands over one page in the order of its key, so that neither is read to its end.
  const page = (
    table: string,
  ): RawBuilder<unknown> => sql`(select distinct f.unit_id from ${sql.table(table)} f
    where ${cell} and f.unit_id > ${after} order by f.unit_id limit ${limit + 1})`;
  const { rows: units } = await sql<{ unit_id: number }>`${page('figures')} union ${page('figures_history')}
    order by unit_id limit ${limit + 1}`.execute(db);
  const shown = units.slice(0, limit).map(u => u.unit_id);
  const next = units.length > limit ? (shown.at(-1) ?? null) : null;
  if (shown.length === 0) return { figures: [], next };
  const columns = sql.raw(`f.unit_id, f.posting_id, f.source_row, ${COUNTS.map(c => `f.${c}`).join(', ')}`);
  const among = sql`${cell} and f.unit_id = any(${shown}::int[])`;
  const { rows } = await sql<
    Counts &
      SourceRow & { unit_id: number; unit: string; ended: Date | null; by: number | null; why: string | null }
  >`select v.*, (select u.name from unit_keys u where u.id = v.unit_id) as unit, ${SOURCE}, e.recorded_at as ended, e.submission_id as by, b.reason as why
    from (
      select ${columns}, null::bigint as superseded_by from figures f where ${among}
      union all select ${columns}, f.superseded_by from figures_history f where ${among}
    ) v
    join postings p on p.id = v.posting_id and p.recorded_at <= ${new Date(asOf)}
    join submissions s on s.id = p.submission_id
    left join postings e on e.id = v.superseded_by and e.recorded_at <= ${new Date(asOf)}
    left join submissions b on b.id = e.submission_id
    order by v.unit_id, p.recorded_at, p.id`.execute(db);
  const figures = [...Map.groupBy(rows, r => r.unit_id).values()].map(versions => ({
    unit: versions[0]?.unit || null,
    versions: versions.map(v => ({
      counts: Object.fromEntries(COUNTS.map(name => [name, v[name]])) as Counts,
      source: sourceOf(v),
      replaced: v.ended && { at: v.ended.getTime(), submission: String(v.by), reason: v.why },
    })),
  }));
  return { figures, next };
}

/** Where the statuses asked for stand, as known at `asOf` (ms), by `DAY|AGENCY|SERVICE`. */
export async function statusSources(
  db: Db,
  statuses: readonly { asOf: Day; agency: string; service: string }[],
  asOf: number,
): Promise<Map<string, Source>> {
  if (statuses.length === 0) return new Map();
  const columns = sql.raw('as_of, agency_id, service_id, posting_id, source_row');
  const { rows } = await sql<SourceRow & { place: string }>`
    select w.as_of || '|' || w.agency || '|' || w.service as place, v.source_row, ${SOURCE}
    from unnest(${statuses.map(s => s.asOf)}::date[], ${statuses.map(s => s.agency)}::text[],
      ${statuses.map(s => s.service)}::text[]) as w (as_of, agency, service)
    join agency_keys a on a.code = w.agency join service_keys k on k.code = w.service
    join (
      select ${columns}, null::bigint as superseded_by from statuses
      union all select ${columns}, superseded_by from statuses_history
    ) v on v.as_of = w.as_of and v.agency_id = a.id and v.service_id = k.id
    join postings p on p.id = v.posting_id and p.recorded_at <= ${new Date(asOf)}
    join submissions s on s.id = p.submission_id
    left join postings e on e.id = v.superseded_by
    where e.id is null or e.recorded_at > ${new Date(asOf)}`.execute(db);
  return new Map(rows.map(r => [r.place, sourceOf(r)]));
}

/** What last told of tasks, as known at `asOf` (ms), by id: the file with the progress, else that with the task. */
export async function directiveSources(
  db: Db,
  ids: readonly string[],
  asOf: number,
): Promise<Map<string, Source>> {
  if (ids.length === 0) return new Map();
  const { rows } = await sql<SourceRow & { task: string }>`
    select distinct on (v.task) v.task, v.source_row, ${SOURCE}
    from (
      select 1 as place, id as task, posting_id, source_row, superseded_by from directive_progress
      union all select 2, id, posting_id, source_row, superseded_by from directives
    ) v
    join postings p on p.id = v.posting_id and p.recorded_at <= ${new Date(asOf)}
    join submissions s on s.id = p.submission_id
    left join postings e on e.id = v.superseded_by
    where v.task = any(${ids}::text[]) and (e.id is null or e.recorded_at > ${new Date(asOf)})
    order by v.task, v.place`.execute(db);
  return new Map(rows.map(r => [r.task, sourceOf(r)]));
}

/** The files in which returns first came, as known at `asOf` (ms), by `MONTH|AGENCY|SERVICE`. */
export async function returnSources(
  db: Db,
  cells: readonly { month: Month; agency: string; service: string }[],
  asOf: number,
): Promise<Map<string, Source>> {
  if (cells.length === 0) return new Map();
  const { rows } = await sql<Omit<SourceRow, 'source_row'> & { period: Day; place: string }>`
    select distinct on (w.period, w.agency, w.service) w.period, w.agency || '|' || w.service as place, ${SOURCE}
    from unnest(${cells.map(c => firstDay(c.month))}::date[], ${cells.map(c => c.agency)}::text[],
      ${cells.map(c => c.service)}::text[]) as w (period, agency, service)
    join agency_keys a on a.code = w.agency join service_keys k on k.code = w.service
    join returns r on r.period = w.period and r.agency_id = a.id and r.service_id = k.id
    join postings p on p.id = r.posting_id and p.recorded_at <= ${new Date(asOf)}
    join submissions s on s.id = p.submission_id
    order by w.period, w.agency, w.service, r.received_at, p.id`.execute(db);
  return new Map(rows.map(r => [`${monthOf(r.period)}|${r.place}`, sourceOf({ ...r, source_row: null })]));
}
