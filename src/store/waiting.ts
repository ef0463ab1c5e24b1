/** Submissions that wait (`accepted`): held while they are decided, then approved, refused or returned, once. */
import { type Month, monthOf } from '../kpi/month.ts';
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

/** Stores what became of a submission that waits; null for one that was decided meanwhile, which stays as it is. */
export async function reviseWaiting(
  trx: Db,
  id: string,
  submission: Omit<StoredSubmission, 'id'>,
): Promise<number | null> {
  const row = await trx
    .updateTable('submissions')
    .set(columnsOf(submission))
    .where('id', '=', Number(id))
    .where('status', '=', 'accepted')
    .returning('id')
    .executeTakeFirst();
  return row?.id ?? null;
}

/** Notes that the sender of a submission stands by its warnings; it must be held. */
export async function markConfirmed(trx: Db, id: string, at: number): Promise<void> {
  await trx
    .updateTable('submissions')
    .set({ confirmed_at: new Date(at) })
    .where('id', '=', Number(id))
    .execute();
}

/** Gives a submission back to its sender; it must be held. */
export async function markReturned(trx: Db, id: string): Promise<void> {
  await trx.updateTable('submissions').set({ status: 'returned' }).where('id', '=', Number(id)).execute();
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
