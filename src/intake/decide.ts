/** Decisions on a submission that waits which change no figure: confirmed, withdrawn, or returned with a comment. */
import type { Actor } from '../kpi/audit.ts';
import { type Decision, type Hindrance, hindranceTo, type ReviewKind } from '../kpi/review.ts';
import { recordEvent } from '../store/audit.ts';
import type { Db } from '../store/connect.ts';
import { catalogueAt } from '../store/reference.ts';
import { recordReview } from '../store/reviews.ts';
import { submissionById } from '../store/submissions.ts';
import { holdWaiting, markConfirmed, markReturned } from '../store/waiting.ts';
import { fingerprintOf } from './fingerprint.ts';

/** A decision with what it needs: the fingerprint of what was shown, or why the file goes back. */
export type Decided =
  | { decision: 'confirm'; shown: string | null }
  | { decision: 'withdraw' }
  | { decision: 'return'; comment: string };

const DONE: Readonly<Record<Exclude<Decision, 'approve'>, ReviewKind>> = {
  confirm: 'confirmed',
  withdraw: 'withdrawn',
  return: 'returned',
};

/**
 * Decides on a submission that waits. Of several decisions the first counts, the others find it `decided`;
 * warnings that are not those that were shown are not confirmed (`asked`). Null when it was decided here;
 * `unknown` when there is no such submission.
 */
export async function decide(
  db: Db,
  id: string,
  decided: Decided,
  actor: Actor,
  at: number,
): Promise<Hindrance | 'asked' | 'unknown' | null> {
  const catalogue = await catalogueAt(db, null);
  const { decision } = decided;
  const what = DONE[decision];
  return db.transaction().execute(async trx => {
    // Nobody else decides from here on; what was decided before is seen.
    await holdWaiting(trx, /^\d{1,15}$/.test(id) ? id : '0');
    const stored = await submissionById(trx, id);
    if (!stored) return 'unknown';
    const hindrance = hindranceTo(decision, stored, actor.visitor, catalogue);
    if (hindrance) return hindrance;
    if (decision === 'confirm') {
      if (fingerprintOf(stored) !== decided.shown) return 'asked';
      await markConfirmed(trx, id, at);
    } else {
      await markReturned(trx, id);
    }
    const comment = decision === 'return' ? decided.comment : null;
    await recordReview(trx, id, what, actor.visitor, comment, at);
    await recordEvent(trx, {
      ...actor,
      action: `submission_${what}`,
      subject: `submission ${id}`,
      before: { status: 'accepted' },
      after: { status: decision === 'confirm' ? 'accepted' : 'returned' },
    });
    return null;
  });
}
