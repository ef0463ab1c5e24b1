/** `/submissions/ID`: the receipt of a submission, with what its reader may decide about it. */
import type { RequestHandler } from 'express';
import { buildReceipt, type Receipt } from '../../intake/receipt.ts';
import { DECISIONS, hindranceTo, LONGEST_COMMENT, stateOf } from '../../kpi/review.ts';
import { reviewsOf } from '../../store/reviews.ts';
import { type Deps, knownOf, prefersJson, show } from '../answer.ts';
import { seenSubmission } from '../seen-submission.ts';
import { visitorOf } from '../visitor.ts';

/** A receipt on its page. */
export interface SubmissionDoc extends Receipt {
  /** The word for where it stands, and for what that means. */
  state: string;
  text: string;
  /** What its reader may do now. */
  may: Record<string, boolean>;
  /** Whether it waits to be approved and its reader sent it, and so cannot do that. */
  own: boolean;
  longest_comment: number;
  /** What is said above it: that other warnings than those confirmed are there, or that somebody decided before. */
  told: 'asked' | 'decided' | null;
}

export function submissionPage(deps: Deps, format: 'html' | 'json'): RequestHandler {
  return async (req, res) => {
    const seen = await seenSubmission(deps, req, res);
    if (!seen) return;
    const { lang, id, submission, catalogue } = seen;
    const receipt = buildReceipt(catalogue, submission, lang, await reviewsOf(deps.db, id));
    res.set('Cache-Control', 'no-store');
    if (format === 'json' || prefersJson(req)) {
      res.json(receipt);
      return;
    }
    const stands = DECISIONS.map(d => [d, hindranceTo(d, submission, visitorOf(res), catalogue)] as const);
    // Whoever sent the same figures again sees the first receipt, and that nothing changed by it.
    const again = req.query.unchanged === '1' && ['approved', 'accepted'].includes(receipt.status);
    const state = again ? 'unchanged' : stateOf(receipt, receipt.reviews.at(-1)?.what ?? null);
    const doc: SubmissionDoc = {
      ...receipt,
      state,
      text: again && receipt.awaits ? 'unchanged_waiting' : state,
      may: Object.fromEntries(stands.map(([decision, hindrance]) => [decision, hindrance === null])),
      own: receipt.awaits === 'approval' && stands.some(([, hindrance]) => hindrance === 'own_submission'),
      longest_comment: LONGEST_COMMENT,
      told:
        req.query.decided === '1' ? 'decided' : req.query.asked === '1' && receipt.awaits ? 'asked' : null,
    };
    show(deps, req, res, 'submission', doc, await knownOf(deps));
  };
}
