/** What the database holds, read for the recount by queries of its own. */
import { sql } from 'kysely';
import type { Db } from '../store/connect.ts';
import { COUNTED } from './headings.ts';
import type { SaidReading } from './rows.ts';
import { SUMS } from './sums.ts';

/** An approval with the submission that it approved. */
export interface StoredPosting {
  id: number;
  recordedAt: number;
  months: string[];
  submission: string;
  kind: string;
  sha256: string;
  fileName: string;
  readAs: SaidReading;
  receivedAt: number;
  period: string | null;
  agency: string | null;
  rowCount: number;
}

/** Rows of a page of figures. */
const PAGE = 10_000;
const names = (columns: readonly string[], alias: string) =>
  sql.raw(columns.map(c => `${alias}.${c}`).join(', '));
const keyed = sql`to_char(x.period, 'YYYY-MM') || '|' || a.code || '|' || s.code`;
const byNames = sql`join agency_keys a on a.id = x.agency_id join service_keys s on s.id = x.service_id`;

/** Approvals in the order of their instants. */
export async function postingsOf(db: Db): Promise<StoredPosting[]> {
  const { rows } = await sql<{
    id: number;
    recorded_at: Date;
    periods: string[];
    submission: number;
    kind: string;
    sha256: string;
    file_name: string;
    read_as: SaidReading;
    received_at: Date;
    period: string | null;
    agency_code: string | null;
    row_count: number;
  }>`select p.id, p.recorded_at, p.periods::text[] as periods, b.id as submission, b.kind, b.sha256, b.file_name,
      b.read_as, b.received_at, b.period, b.agency_code, b.row_count
    from postings p join submissions b on b.id = p.submission_id
    where p.recorded_at < 'infinity' order by p.recorded_at, p.id`.execute(db);
  return rows.map(r => ({
    id: r.id,
    recordedAt: r.recorded_at.getTime(),
    months: r.periods.map(day => day.slice(0, 7)),
    submission: String(r.submission),
    kind: r.kind,
    sha256: r.sha256,
    fileName: r.file_name,
    readAs: r.read_as,
    receivedAt: r.received_at.getTime(),
    period: r.period?.slice(0, 7) ?? null,
    agency: r.agency_code,
    rowCount: r.row_count,
  }));
}

/** Files that are said to count, though nothing says when they became current. */
export async function unpostedFiles(db: Db): Promise<{ submission: string; period: string | null }[]> {
  const { rows } = await sql<{ submission: number; period: string | null }>`
    select b.id as submission, b.period from submissions b where b.status in ('approved', 'superseded')
      and not exists (select from postings p where p.submission_id = b.id and p.recorded_at < 'infinity')
    order by b.id`.execute(db);
  return rows.map(r => ({ submission: String(r.submission), period: r.period?.slice(0, 7) ?? null }));
}

/** Months in which anything is stored, whether or not a posting speaks of them. */
export async function monthsHeld(db: Db): Promise<string[]> {
  const { rows } = await sql<{ month: string }>`select to_char(period, 'YYYY-MM') as month from
    (select period from ledger union select period from figures union select period from returns) x`.execute(
    db,
  );
  return rows.map(r => r.month);
}

/** The ledger of some months: sums (in the order of `SUMS`) by posting and `MONTH|AGENCY|SERVICE`. */
export async function ledgerOf(
  db: Db,
  months: readonly string[],
): Promise<Map<number, Map<string, number[]>>> {
  const ledger = new Map<number, Map<string, number[]>>();
  for (const month of months) {
    const { rows } = await sql<{ key: string; posting_id: number } & Record<string, number>>`
      select ${keyed} as key, x.posting_id, ${names(SUMS, 'x')} from ledger x ${byNames}
      where x.period = ${`${month}-01`}::date`.execute(db);
    for (const row of rows) {
      const cells = ledger.get(row.posting_id) ?? new Map<string, number[]>();
      ledger.set(row.posting_id, cells);
      cells.set(
        row.key,
        SUMS.map(name => row[name] as number),
      );
    }
  }
  return ledger;
}

/** First receipts of some months: instants (ms) by `MONTH|AGENCY|SERVICE|POSTING`. */
export async function receiptsOf(db: Db, months: readonly string[]): Promise<Map<string, number>> {
  const { rows } = await sql<{ key: string; received_at: Date }>`
    select ${keyed} || '|' || x.posting_id as key, x.received_at from returns x ${byNames}
    where x.period = any(${months.map(m => `${m}-01`)}::date[])`.execute(db);
  return new Map(rows.map(r => [r.key, r.received_at.getTime()]));
}

/** A figure as stored; `ended` is the posting that superseded it, null for a current one. */
export interface StoredFigure {
  key: string;
  unit: string;
  counts: (number | null)[];
  posting: number;
  row: number;
  ended: number | null;
}

/** The figures of a month, current or superseded, page by page in the order of their keys. */
export async function* figuresIn(
  db: Db,
  table: 'figures' | 'figures_history',
  month: string,
): AsyncGenerator<StoredFigure> {
  const ended = table === 'figures' ? sql`0::bigint` : sql`x.superseded_by`;
  let last: [number, number, number, number] = [0, -1, 0, 0];
  for (;;) {
    const { rows } = await sql<
      { key: string; folded: string; at: number[]; posting_id: number; source_row: number } & Record<
        string,
        number | null
      >
    >`select ${keyed} as key, u.folded, x.posting_id, x.source_row, ${names(COUNTED, 'x')},
        array[x.agency_id, x.unit_id, x.service_id, ${ended}]::float8[] as at
      from ${sql.table(table)} x ${byNames} join unit_keys u on u.id = x.unit_id
      where x.period = ${`${month}-01`}::date
        and (x.agency_id, x.unit_id, x.service_id, ${ended}) > (${sql.join(last)})
      order by x.agency_id, x.unit_id, x.service_id, ${ended} limit ${PAGE}`.execute(db);
    for (const r of rows) {
      yield {
        key: r.key,
        unit: r.folded,
        counts: COUNTED.map(name => r[name] as number | null),
        posting: r.posting_id,
        row: r.source_row,
        ended: table === 'figures' ? null : (r.at[3] as number),
      };
    }
    const end = rows.at(-1);
    if (rows.length < PAGE || !end) return;
    last = end.at as [number, number, number, number];
  }
}

/** A service status as stored. */
export interface StoredStatus {
  /** `DAY|AGENCY|SERVICE`. */
  key: string;
  level: number | null;
  mode: string | null;
  on_portal: boolean | null;
  note: string;
  posting: number;
  ended: number | null;
}

/** Every status, current or superseded. */
export async function statusesOf(db: Db): Promise<StoredStatus[]> {
  const columns = sql.raw('as_of, agency_id, service_id, level, mode, on_portal, note, posting_id');
  const { rows } = await sql<StoredStatus>`
    select to_char(x.as_of, 'YYYY-MM-DD') || '|' || a.code || '|' || s.code as key, x.level, x.mode, x.on_portal,
      x.note, x.posting_id as posting, x.ended
    from (select ${columns}, null::bigint as ended from statuses
      union all select ${columns}, superseded_by from statuses_history) x ${byNames}`.execute(db);
  return rows;
}
