/** `POST /submissions/ID/confirm`, `approve`, `return` and `withdraw`: decisions on a submission that waits. */
import type { Request, RequestHandler } from 'express';
import { approve } from '../../intake/accept.ts';
import { type Decided, decide } from '../../intake/decide.ts';
import { type Receipt, receiptOf } from '../../intake/receipt.ts';
import { type Decision, type Hindrance, hindranceTo, LONGEST_COMMENT } from '../../kpi/review.ts';
import { type Lang, wordFor } from '../../words/words.ts';
import { type Deps, prefersJson, refuse } from '../answer.ts';
import { deny } from '../deny.ts';
import { type Fault, fault, isFault, problemOf } from '../fault.ts';
import type { Ending, LongWork } from '../long-work.ts';
import { parameter } from '../question.ts';
import { UPLOADS } from '../receive.ts';
import { seenSubmission } from '../seen-submission.ts';
import { actorOf, visitorOf } from '../visitor.ts';

/** Files of more rows than this take long enough to show how far they are. */
const MANY_ROWS = 10_000;

const FAULTS = { own_submission: 'own_submission', not_allowed: 'not_yours' } as const;

export function decisionOn(deps: Deps, decision: Decision, run: LongWork): RequestHandler {
  return async (req, res) => {
    const seen = await seenSubmission(deps, req, res);
    if (!seen) return;
    const { lang, id, submission, catalogue } = seen;
    const hindrance = hindranceTo(decision, submission, visitorOf(res), catalogue);
    if (hindrance === 'own_submission' || hindrance === 'not_allowed')
      return deny(deps, req, res, fault(FAULTS[hindrance]));
    const wish = readWish(decision, req);
    if (isFault(wish)) return refuse(deps, req, res, wish);
    const machine = prefersJson(req);
    const actor = { ...actorOf(req), door: machine ? 'api' : 'page' };
    const growing = !machine && decision === 'approve' && !hindrance && submission.rows > MANY_ROWS;
    await run(req, res, growing ? submission.fileName : null, async watch => {
      const approval = { actor, lang, folder: (deps.uploads ?? UPLOADS).folder };
      const came =
        wish.decision === 'approve'
          ? await approve(deps.db, id, { ...approval, shown: wish.shown }, deps.now, watch)
          : await decide(deps.db, id, wish, actor, deps.now());
      const after = (await receiptOf(deps.db, id, lang)) as Receipt;
      return machine ? toldToProgram(after, came, lang) : { to: addressOf(after, came, lang) };
    });
  };
}

type Wish = Decided | { decision: 'approve'; shown: string | null };

function readWish(decision: Decision, req: Request): Wish | Fault {
  const body = req.body ?? {};
  if (decision === 'withdraw') return { decision };
  if (decision === 'return') {
    const comment = parameter(body, 'comment');
    if (isFault(comment)) return comment;
    const said = comment?.trim() ?? '';
    const limit = String(LONGEST_COMMENT);
    return said === '' || said.length > LONGEST_COMMENT
      ? fault('missing_comment', { parameter: 'comment', limit })
      : { decision, comment: said };
  }
  const shown = parameter(body, 'shown') ?? null;
  return isFault(shown) ? shown : { decision, shown };
}

type Came = Hindrance | 'asked' | 'unknown' | null;

/** A program learns of a conflict by its status: with the receipt as it stands, or what was decided before. */
function toldToProgram(after: Receipt, came: Came, lang: Lang): Ending {
  if (came === null) return { json: after, status: after.status === 'refused' ? 422 : 200 };
  if (came === 'asked') return { json: after, status: 409 };
  const value = `${wordFor(lang, 'submission_status', after.awaits ?? after.status)}`;
  const problem = problemOf(fault(came === 'not_confirmed' ? came : 'decided', { value }), lang);
  return { json: problem, status: problem.status };
}

/** A person is led to the receipt, which says what was decided by whom. */
function addressOf({ id }: Receipt, came: Came, lang: Lang): string {
  const query = new URLSearchParams();
  if (came === 'asked') query.set('asked', '1');
  else if (came !== null) query.set('decided', '1');
  if (lang === 'en') query.set('lang', 'en');
  return `/submissions/${id}${query.size ? `?${query}` : ''}`;
}
