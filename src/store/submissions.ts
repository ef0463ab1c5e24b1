/** Submissions: files as received, with what was found in them. Never changed, never deleted. */

import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import type { Role } from '../kpi/access.ts';
import type { StoredDifference } from '../kpi/difference.ts';
import { firstDay, type Month, monthOf } from '../kpi/month.ts';
import type { Db } from './connect.ts';
import { takeInstant } from './instant.ts';
import type { StoredFinding, StoredPreview, StoredReading } from './tables.ts';

export interface StoredSubmission {
  id: string;
  kind: string;
  status: string;
  door: string;
  sender: string;
  approvedBy: string | null;
  reason: string | null;
  /** Receipt day of the return (ms): punctuality depends on it. */
  receivedAt: number;
  fileName: string;
  contentType: string | null;
  sha256: string;
  /** The one month and the one agency of the file; null when it holds several. */
  period: Month | null;
  agency: string | null;
  /** Month and agency given beside the file, as typed: what a file that waits is judged with again. */
  statedPeriod: string | null;
  statedAgency: string | null;
  rows: number;
  readAs: StoredReading | null;
  /** Null for a file of which nothing can be read, and for one stored before it was kept. */
  preview: StoredPreview | null;
  problemCount: number;
  problems: StoredFinding[];
  warningCount: number;
  warnings: StoredFinding[];
  invented: boolean;
  /** What a file of reference data changes; null for every other kind. */
  difference: StoredDifference | null;
  /** The account or key that sent it (`senderOf`) and its role then; null for commands and what was before accounts. */
  sentBy: string | null;
  sentAs: Role | null;
  /** When (ms) its sender stood by its warnings, or there were none; null until then. */
  confirmedAt: number | null;
}

/** Stores a submission, the bytes of whose file are stored, and returns its id. */
export async function recordSubmission(
  trx: Db,
  submission: Omit<StoredSubmission, 'id'>,
  storedAt: number,
): Promise<number> {
  const { id } = await trx
    .insertInto('submissions')
    .values({ ...columnsOf(submission), stored_at: new Date(storedAt) })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

/** A submission as its row holds it. */
export function columnsOf(submission: Omit<StoredSubmission, 'id'>) {
  return {
    kind: submission.kind,
    status: submission.status,
    door: submission.door,
    sender: submission.sender,
    approved_by: submission.approvedBy,
    reason: submission.reason,
    received_at: new Date(submission.receivedAt),
    file_name: submission.fileName,
    content_type: submission.contentType,
    sha256: submission.sha256,
    period: submission.period && firstDay(submission.period),
    agency_code: submission.agency,
    stated_period: submission.statedPeriod,
    stated_agency: submission.statedAgency,
    row_count: submission.rows,
    read_as: JSON.stringify(submission.readAs),
    preview: JSON.stringify(submission.preview),
    problem_count: submission.problemCount,
    problems: JSON.stringify(submission.problems),
    warning_count: submission.warningCount,
    warnings: JSON.stringify(submission.warnings),
    invented: submission.invented,
    difference: JSON.stringify(submission.difference),
    sent_by: submission.sentBy,
    sent_as: submission.sentAs,
    confirmed_at: submission.confirmedAt === null ? null : new Date(submission.confirmedAt),
  };
}

/** Stores the bytes of a file (once per content), a part at a time. */
export async function* storeFile(
  trx: Db,
  sha256: string,
  pieces: AsyncIterable<Buffer>,
): AsyncGenerator<void> {
  const fresh = await trx
    .insertInto('submission_files')
    .values({ sha256, byte_count: 0 })
    .onConflict(c => c.doNothing())
    .returning('sha256')
    .executeTakeFirst();
  if (!fresh) return;
  let [part, byte_count] = [0, 0];
  const hash = createHash('sha256');
  for await (const bytes of pieces) {
    hash.update(bytes);
    await trx.insertInto('submission_file_parts').values({ sha256, part, bytes }).execute();
    part += 1;
    byte_count += bytes.length;
    yield;
  }
  if (hash.digest('hex') !== sha256) throw new Error('the file changed while it was being read');
  await trx.updateTable('submission_files').set({ byte_count }).where('sha256', '=', sha256).execute();
}

/**
 * The number of a posting that this transaction is going to make. Where figures come in under their keys its row
 * must be there first (`early`); elsewhere it must not, for whoever attaches a partition waits for writers to
 * postings.
 */
export async function newPosting(trx: Db, early: boolean): Promise<number> {
  const { rows } = await sql<{
    id: number;
  }>`select nextval(pg_get_serial_sequence('postings', 'id')) as id`.execute(trx);
  const { id } = rows[0] as { id: number };
  if (early)
    await sql`insert into postings (id, recorded_at, periods) values (${id}, 'infinity', '{}')`.execute(trx);
  return id;
}

/** Opens a posting; nothing under it counts until `closePosting` gives it its instant. */
export async function openPosting(
  trx: Db,
  id: number,
  submission: number,
  months: readonly Month[],
): Promise<void> {
  const periods = [...new Set(months)].sort().map(firstDay);
  await sql`insert into postings (id, submission_id, recorded_at, periods)
    values (${id}, ${submission}, 'infinity', ${periods}::date[])
    on conflict (id) do update set submission_id = excluded.submission_id, periods = excluded.periods`.execute(
    trx,
  );
}

/** Takes back a posting under which nothing was posted. */
export async function discardPosting(trx: Db, id: number): Promise<void> {
  await trx.deleteFrom('postings').where('id', '=', id).execute();
}

/** Gives a posting its instant (ms). The last thing before commit. */
export async function closePosting(trx: Db, posting: number): Promise<number> {
  const instant = await takeInstant(trx);
  await trx
    .updateTable('postings')
    .set({ recorded_at: new Date(instant) })
    .where('id', '=', posting)
    .execute();
  return instant;
}

/** A stored submission by its id; null when there is none. `superseded` once nothing of it is current. */
export async function submissionById(
  db: Db,
  id: string,
): Promise<(StoredSubmission & { storedAt: number }) | null> {
  if (!/^\d{1,15}$/.test(id)) return null;
  const row = await db.selectFrom('submissions').selectAll().where('id', '=', Number(id)).executeTakeFirst();
  if (!row) return null;
  return {
    id: String(row.id),
    kind: row.kind,
    status: await statusOf(db, row),
    door: row.door,
    sender: row.sender,
    approvedBy: row.approved_by,
    reason: row.reason,
    receivedAt: row.received_at.getTime(),
    storedAt: row.stored_at.getTime(),
    fileName: row.file_name,
    contentType: row.content_type,
    sha256: row.sha256,
    period: row.period && monthOf(row.period),
    agency: row.agency_code,
    statedPeriod: row.stated_period,
    statedAgency: row.stated_agency,
    rows: row.row_count,
    readAs: row.read_as,
    preview: row.preview,
    problemCount: row.problem_count,
    problems: row.problems,
    warningCount: row.warning_count,
    warnings: row.warnings,
    invented: row.invented,
    difference: row.difference,
    sentBy: row.sent_by,
    sentAs: row.sent_as,
    confirmedAt: row.confirmed_at?.getTime() ?? null,
  };
}

/** What of a submission's row decides its status. */
interface Stated {
  id: number;
  kind: string;
  status: string;
  period: string | null;
  read_as: StoredReading | null;
}

/** The status of a submission: as stored, but `superseded` once nothing of an approved one is current. */
export async function statusOf(db: Db, row: Stated): Promise<string> {
  return row.status === 'approved' && !(await isCurrent(db, row)) ? 'superseded' : row.status;
}

async function isCurrent(db: Db, { id, kind, period, read_as }: Stated): Promise<boolean> {
  const kept = sql`c.posting_id = p.id and c.superseded_by is null`;
  const month = period ? sql`and c.period = ${period}::date` : sql``;
  const parts: Record<string, [table: string, of: ReturnType<typeof sql>][]> = {
    'monthly-return': [['figures', sql`c.posting_id = p.id ${month}`]],
    'service-status': [['statuses', sql`c.posting_id = p.id`]],
    milestones: [['milestones', kept]],
    directives: [
      ['directives', kept],
      ['directive_progress', kept],
    ],
    catalogue: [
      [read_as?.table ?? 'agencies', sql`c.recorded_from = p.recorded_at and c.recorded_to is null`],
    ],
  };
  const found = (parts[kind] ?? []).map(
    ([table, of]) => sql`exists (select from postings p join ${sql.table(table)} c on ${of}
      where p.submission_id = ${id})`,
  );
  const { rows } = await sql<{ current: boolean }>`select ${sql.join(found, sql` or `)} as current`.execute(
    db,
  );
  return rows[0]?.current === true;
}

/** Whether these very bytes were ever approved. */
export async function wasApproved(db: Db, kind: string, bytes: Buffer): Promise<boolean> {
  const row = await db
    .selectFrom('submissions')
    .select('id')
    .where('kind', '=', kind)
    .where('sha256', '=', createHash('sha256').update(bytes).digest('hex'))
    .where('status', '=', 'approved')
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}
