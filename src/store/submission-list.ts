/** Submissions in the order in which they came in, without what was found in them. */
import { monthOf } from '../kpi/month.ts';
import type { Db } from './connect.ts';
import { statusOf } from './submissions.ts';

export interface ListedSubmission {
  id: string;
  kind: string;
  status: string;
  /** The one month and the one agency of the file; null when it holds several. */
  period: string | null;
  agency: string | null;
  rows: number;
  file_name: string;
  received_at: Date;
  sender: string;
  problem_count: number;
  warning_count: number;
}

/** The newest `count` submissions, of those before the number `before` if given; newest first. */
export async function listSubmissions(
  db: Db,
  before: number | null,
  count: number,
): Promise<ListedSubmission[]> {
  const rows = await db
    .selectFrom('submissions')
    .select(['id', 'kind', 'status', 'period', 'agency_code as agency', 'row_count as rows', 'file_name'])
    .select(['received_at', 'sender', 'problem_count', 'warning_count', 'read_as'])
    .$if(before !== null, query => query.where('id', '<', before))
    .orderBy('id', 'desc')
    .limit(count)
    .execute();
  const listed: ListedSubmission[] = [];
  for (const row of rows) {
    const { read_as: _, ...shown } = row;
    const period = row.period && monthOf(row.period);
    listed.push({ ...shown, id: String(row.id), status: await statusOf(db, row), period });
  }
  return listed;
}
