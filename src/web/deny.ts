/** Refusing somebody who is signed in what is not theirs: the audit learns of it. */
import type { Request, Response } from 'express';
import { senderOf } from '../kpi/access.ts';
import { recordEvent } from '../store/audit.ts';
import { countTry } from '../store/throttles.ts';
import { type Deps, pathOf, refuse } from './answer.ts';
import type { Fault } from './fault.ts';
import { actorOf } from './visitor.ts';

const MINUTE_MS = 60_000;
/** Refusals of one account or key that are written down in a minute: nobody fills the audit by asking. */
const MOST_A_MINUTE = 30;

/** Refuses, and writes down what was asked: the same address once a minute. The public leaves no trace. */
export async function deny(deps: Deps, req: Request, res: Response, why: Fault): Promise<void> {
  const actor = actorOf(req);
  const who = senderOf(actor.visitor);
  const subject = `${req.method} ${pathOf(req)}`.slice(0, 200);
  if (who !== null && (await isNews(deps, who, subject)))
    await deps.db
      .transaction()
      .execute(trx =>
        recordEvent(trx, { ...actor, action: 'access_refused', subject, after: { why: why.fault } }),
      );
  await refuse(deps, req, res, why);
}

async function isNews({ db, now }: Deps, who: string, subject: string): Promise<boolean> {
  const tried = (what: string): Promise<number> => countTry(db, `refused|${who}|${what}`, MINUTE_MS, now());
  // What was written down already counts for nothing: by repeating it nobody hides what they ask next.
  return (await tried(subject)) === 1 && (await tried('')) <= MOST_A_MINUTE;
}
