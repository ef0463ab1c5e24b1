/** Files to send in tests, how they are sent, and what the database holds before and after. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Kysely, sql } from 'kysely';
import { accept, type Upload } from '../../src/intake/accept.ts';
import type { Receipt } from '../../src/intake/receipt.ts';
import { workingAsOwner } from '../../src/store/handles.ts';
import type { Tables } from '../../src/store/tables.ts';

/** The day of these tests: 10 September 2025, 10:00 in Hanoi. */
export const NOW = Date.parse('2025-09-10T10:00:00+07:00');

export type Cells = Record<string, string | number | null>;

/** The shipped reference data is not touched; what was sent and what came of it is. */
const SENT = [
  'figures',
  'figures_history',
  'ledger',
  'returns',
  'statuses',
  'statuses_history',
  'milestones',
  'directives',
  'directive_progress',
] as const;

/** One row of a return that passes every check; `change` puts other cells in their place. */
export function goodRow(change: Cells = {}): Cells {
  return {
    period: '2022-07',
    agency: 'ha-noi',
    service: 'dk-khai-sinh',
    received_online: 60,
    received_direct: 40,
    carried_over: 10,
    online_full: 45,
    online_partial: 15,
    resolved_early: 30,
    resolved_on_time: 50,
    resolved_late: 10,
    resolved_end_to_end: 40,
    pending_on_time: 15,
    pending_overdue: 5,
    fee_due: 20,
    paid_online: 12,
    files_digitised: 70,
    results_digitised: 80,
    data_reused: 30,
    ratings: 25,
    satisfied: 24,
    ...change,
  };
}

/** A row with the five counts that must be there, and nothing else reported. */
export function shortRow(change: Cells = {}): Cells {
  return {
    period: '2022-07',
    agency: 'ha-noi',
    service: 'dk-khai-sinh',
    received_online: 60,
    received_direct: 40,
    resolved_early: 30,
    resolved_on_time: 50,
    resolved_late: 10,
    ...change,
  };
}

/** Rows as a CSV file: the columns are those of all rows together, a missing cell is a blank. */
export function sheet(rows: readonly Cells[], delimiter = ','): Buffer {
  const columns = [...new Set(rows.flatMap(row => Object.keys(row)))];
  const quoted = (text: string): string =>
    /["\r\n]/.test(text) || text.includes(delimiter) ? `"${text.replaceAll('"', '""')}"` : text;
  const lines = rows.map(row => columns.map(c => quoted(String(row[c] ?? ''))).join(delimiter));
  return Buffer.from(`${[columns.join(delimiter), ...lines].join('\n')}\n`, 'utf8');
}

/** A file kept beside these tests. */
export function kept(name: string): Buffer {
  return readFileSync(join(import.meta.dirname, name));
}

/** Sends a file as the command would, at the time of these tests unless said otherwise. */
export function send(
  db: Kysely<Tables>,
  bytes: Buffer,
  change: Partial<Upload> = {},
  now = NOW,
): Promise<Receipt> {
  return accept(
    db,
    {
      bytes,
      fileName: 'return.csv',
      contentType: 'text/csv',
      kind: 'monthly-return',
      period: null,
      agency: null,
      sender: 'operator',
      door: 'command',
      reason: null,
      lang: 'vi',
      ...change,
    },
    () => now,
  );
}

/** Sends a file that must be taken; says what was wrong with it otherwise. */
export async function sent(
  db: Kysely<Tables>,
  bytes: Buffer,
  change: Partial<Upload> = {},
  now = NOW,
): Promise<Receipt> {
  const receipt = await send(db, bytes, change, now);
  if (receipt.status === 'refused') throw new Error(JSON.stringify(receipt.problems, null, 1));
  return receipt;
}

/** Everything a file can change, as text; two equal answers mean that nothing changed in between. */
export async function standing(db: Kysely<Tables>): Promise<string> {
  const parts = await Promise.all(
    [...SENT, 'postings' as const].map(async table => {
      const { rows } = await sql<{ line: string }>`
        select row_to_json(t)::text as line from ${sql.table(table)} t order by 1`.execute(db);
      return [table, ...rows.map(r => r.line)].join('\n');
    }),
  );
  return parts.join('\n\n');
}

/** The bytes of a submission as they are kept. */
export async function bytesOf(db: Kysely<Tables>, id: string | null): Promise<Buffer> {
  const { rows } = await sql<{ bytes: Buffer }>`select p.bytes from submissions s
    join submission_file_parts p using (sha256) where s.id = ${id}::bigint order by p.part`.execute(db);
  return Buffer.concat(rows.map(r => r.bytes));
}

/** How many submissions there are. */
export async function submissionsOf(db: Kysely<Tables>): Promise<number> {
  const { rows } = await sql<{ n: number }>`select count(*) as n from submissions`.execute(db);
  return rows[0]?.n ?? -1;
}

/**
 * Takes everything that was sent away again, the shipped milestones too, so that a test begins with nothing.
 * With `months` false their partitions stay, empty: the next file finds its months made already.
 */
export const clear = (all: Kysely<Tables>, months = true): Promise<void> =>
  workingAsOwner(all, db => clearOut(db, months));

async function clearOut(db: Kysely<Tables>, months: boolean): Promise<void> {
  if (months) {
    const { rows } = await sql<{ name: string }>`select inhrelid::regclass::text as name from pg_inherits
      join pg_class p on p.oid = inhparent where p.relkind = 'p'`.execute(db);
    if (rows.length) await sql`drop table ${sql.raw(rows.map(r => r.name).join(', '))}`.execute(db);
  }
  const all = [...SENT, 'publications', 'submissions', 'postings', 'submission_files'];
  await sql`truncate ${sql.raw(all.join(', '))} cascade`.execute(db);
  await sql`delete from unit_keys where id <> 0`.execute(db);
}

/** The current figures by names, in the order of the file's rows. */
export async function figuresOf(db: Kysely<Tables>): Promise<Record<string, string | number | null>[]> {
  const { rows } = await sql<Record<string, string | number | null>>`
    select to_char(f.period, 'YYYY-MM') as period, a.code as agency, nullif(u.name, '') as unit, s.code as service,
      f.source_row, f.received_online, f.received_direct, f.carried_over, f.online_full, f.online_partial,
      f.resolved_early, f.resolved_on_time, f.resolved_late, f.resolved_end_to_end, f.pending_on_time,
      f.pending_overdue, f.fee_due, f.paid_online, f.files_digitised, f.results_digitised, f.data_reused,
      f.ratings, f.satisfied
    from figures f join agency_keys a on a.id = f.agency_id join service_keys s on s.id = f.service_id
    join unit_keys u on u.id = f.unit_id order by f.source_row, s.code, u.folded`.execute(db);
  return rows;
}

/** Balances of the ledger by period, agency and service: rows, resolved and completed end to end. */
export async function balancesOf(db: Kysely<Tables>): Promise<Record<string, number[]>> {
  const { rows } = await sql<{ key: string; rows: number; resolved: number; done: number }>`
    select to_char(l.period, 'YYYY-MM') || ' ' || a.code || ' ' || s.code as key, sum(l.rows)::bigint as rows,
      sum(l.resolved)::bigint as resolved, sum(l.end_to_end_done)::bigint as done
    from ledger l join agency_keys a on a.id = l.agency_id join service_keys s on s.id = l.service_id
    group by 1 having sum(l.rows) <> 0 order by 1`.execute(db);
  return Object.fromEntries(rows.map(r => [r.key, [r.rows, r.resolved, r.done]]));
}

/** Words that no Vietnamese sentence holds. */
export const ENGLISH =
  /\b(the|this|that|is|are|not|no|has|have|and|with|than|from|row|rows|file|files|month|column|agency|service|number|numbers|whole|sum|percent|percentage|count|counts|blank|required|cell|value|values|known|unknown|expected|information|partial|full|day|online|received|resolved|pending|carried|digitised|paid|satisfied|ratings|denominator|numerator|level|mode|write|send|check|correct|keep)\b/i;
/** Words that no English sentence holds. */
export const VIETNAMESE = /(?<!\p{L})(không|dòng|kỳ|cơ quan|số|ghi|nộp|tệp|cột|đơn vị)(?!\p{L})/iu;
/** What a sentence looks like that was not filled in. */
export const UNFILLED = /undefined|null|NaN|\[object|\{|\}|\$\{|""|\( | \)| {2}| ,| \.(?!x)|: *$/;
