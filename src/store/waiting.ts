/** Submissions that wait (`accepted`): held while they are decided, then approved, refused or withdrawn, once. */
import type { Actor } from '../kpi/audit.ts';
import { type Month, monthOf } from '../kpi/month.ts';
import { recordEvent } from './audit.ts';
import type { Db } from './connect.ts';
import { columnsOf, type StoredSubmission } from './submissions.ts';

/** Holds a submission to the end of the transaction; false when it does not wait any more. */
export async function holdWaiting(trx: Db, id: string): Promise<boolean> {
  const row = await trx
    .selectFrom('submissions')
    .select('status')
    .where('id', '=', Number(id))
    .forUpdate()
    .executeTakeFirst();
  return row?.status === 'accepted';
}

/** Stores what became of a submission that waits; one that was decided meanwhile stays as it is. */
export async function reviseWaiting(
  trx: Db,
  id: string,
  submission: Omit<StoredSubmission, 'id'>,
): Promise<number> {
  await trx
    .updateTable('submissions')
    .set(columnsOf(submission))
    .where('id', '=', Number(id))
    .where('status', '=', 'accepted')
    .execute();
  return Number(id);
}

/** Takes a submission that waits back; one that was decided meanwhile stays as it is. */
export async function withdraw(db: Db, id: string, actor: Actor): Promise<void> {
  await db.transaction().execute(async trx => {
    if (!(await holdWaiting(trx, id))) return;
    await trx.updateTable('submissions').set({ status: 'returned' }).where('id', '=', Number(id)).execute();
    const [before, after] = [{ status: 'accepted' }, { status: 'returned' }];
    await recordEvent(trx, {
      ...actor,
      action: 'submission_withdrawn',
      subject: `submission ${id}`,
      before,
      after,
    });
  });
}

/** How many submissions wait for approval, by month; those of several months are not counted. */
export async function waitingByMonth(db: Db): Promise<Map<Month, number>> {
  const rows = await db
    .selectFrom('submissions')
    .select(e => ['period', e.fn.countAll<number>().as('n')])
    .where('status', '=', 'accepted')
    .where('period', 'is not', null)
    .groupBy('period')
    .execute();
  return new Map(rows.map(r => [monthOf(r.period as string), r.n]));
}
