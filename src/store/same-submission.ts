/** Earlier submissions of the same bytes: approved, or waiting still. */
import { firstDay } from '../kpi/month.ts';
import type { Db } from './connect.ts';
import { type StoredSubmission, submissionById } from './submissions.ts';

type Same = Pick<StoredSubmission, 'kind' | 'sha256' | 'period' | 'agency' | 'reason'>;

/** The newest approved submission of the same bytes for the same month and agency. */
export async function sameApproved(db: Db, same: Same): Promise<StoredSubmission | null> {
  const row = await newest(db, same, 'approved').where('sha256', '=', same.sha256).executeTakeFirst();
  return row ? submissionById(db, String(row.id)) : null;
}

/** The newest submission that waits for the same month and agency, when it is of the same bytes and reason. */
export async function sameWaiting(db: Db, same: Same): Promise<StoredSubmission | null> {
  const row = await newest(db, same, 'accepted').executeTakeFirst();
  return row?.sha256 === same.sha256 && row.reason === same.reason
    ? submissionById(db, String(row.id))
    : null;
}

function newest(db: Db, { kind, period, agency }: Same, status: string) {
  return db
    .selectFrom('submissions')
    .select(['id', 'sha256', 'reason'])
    .where('kind', '=', kind)
    .where('status', '=', status)
    .where('period', 'is not distinct from', period && firstDay(period))
    .where('agency_code', 'is not distinct from', agency)
    .orderBy('id', 'desc')
    .limit(1);
}
