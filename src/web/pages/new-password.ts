/** `/reset` asks for a link by mail; `/invitation/TOKEN` and `/reset/TOKEN` choose a password by it. */
import type { Request, RequestHandler, Response } from 'express';
import { findLink, followLink, LASTS_H, resetLink } from '../../accounts/links.ts';
import { type BadPassword, PASSWORDS, SHORTEST } from '../../accounts/password.ts';
import { networkOf, triesOver } from '../../accounts/throttle.ts';
import { linkMail } from '../../mail/account-mails.ts';
import { inLang } from '../../render/address.ts';
import type { LinkPurpose } from '../../store/one-time-links.ts';
import { type Deps, knownOf, langOf, refuse, show } from '../answer.ts';
import { fault } from '../fault.ts';
import { actorOf } from '../visitor.ts';
import { textOf } from './sign-in.ts';

/** The page that asks for a link (`doc` of view `reset`). */
export interface ResetDoc {
  /** Whether it was asked for: the answer is the same whoever has an account. */
  sent: boolean;
  tooMany: boolean;
}

/** The page that chooses a password (`doc` of view `new-password`). */
export interface NewPasswordDoc {
  purpose: LinkPurpose;
  email: string;
  complaint: BadPassword | 'unlike' | null;
  shortest: number;
}

export function resetPage(deps: Deps): RequestHandler {
  return (req, res) => showReset(deps, req, res, { sent: false, tooMany: false });
}

export function resetAsked(deps: Deps): RequestHandler {
  return async (req, res) => {
    const email = textOf(req.body?.email);
    const actor = actorOf(req);
    if ((await triesOver(deps.db, 'mails_from', networkOf(actor.from), deps.now())) > 0) {
      res.status(429);
      return showReset(deps, req, res, { sent: false, tooMany: true });
    }
    await showReset(deps, req, res, { sent: true, tooMany: false });
    // After the answer: how long it takes must not tell whether there is an account.
    try {
      const made = await resetLink(deps.db, email, actor, deps.now());
      if (made) await mailLink(deps, 'reset', made.account.email, made.token);
    } catch (error) {
      deps.log.error({ err: error }, 'a link for a new password could not be sent');
    }
  };
}

/** Mails a link; throws when the mail server does not take it. */
export async function mailLink(deps: Deps, purpose: LinkPurpose, to: string, token: string): Promise<void> {
  const { baseUrl } = deps;
  const link = `${baseUrl}/${purpose}/${token}`;
  await deps.send(linkMail(purpose, { to, link, hours: LASTS_H[purpose], site: new URL(baseUrl).host }));
}

export function newPasswordPage(deps: Deps, purpose: LinkPurpose): RequestHandler {
  return async (req, res) => {
    const link = await findLink(deps.db, String(req.params.token), purpose, deps.now());
    if (!link) return refuse(deps, req, res, fault('void_link'));
    await showNewPassword(deps, req, res, purpose, link.account.email, null);
  };
}

export function newPasswordChosen(deps: Deps, purpose: LinkPurpose): RequestHandler {
  return async (req, res) => {
    const [password, again] = [textOf(req.body?.password), textOf(req.body?.again)];
    const token = String(req.params.token);
    const link = await findLink(deps.db, token, purpose, deps.now());
    const chosen = { password, from: actorOf(req).from ?? null };
    const passwords = deps.passwords ?? PASSWORDS;
    const done = !link
      ? 'void'
      : password !== again
        ? 'unlike'
        : await followLink(deps.db, token, purpose, chosen, passwords, deps.now());
    if (done === 'done') return res.redirect(303, inLang('/sign-in?chosen=1', langOf(req)));
    if (done === 'void' || !link) return refuse(deps, req, res, fault('void_link'));
    res.status(422);
    await showNewPassword(deps, req, res, purpose, link.account.email, done);
  };
}

async function showReset(deps: Deps, req: Request, res: Response, doc: ResetDoc): Promise<void> {
  res.set('Cache-Control', 'no-store');
  show(deps, req, res, 'reset', doc, await knownOf(deps));
}

async function showNewPassword(
  deps: Deps,
  req: Request,
  res: Response,
  purpose: LinkPurpose,
  email: string,
  complaint: NewPasswordDoc['complaint'],
): Promise<void> {
  res.set('Cache-Control', 'no-store');
  const doc: NewPasswordDoc = { purpose, email, complaint, shortest: SHORTEST };
  show(deps, req, res, 'new-password', doc, await knownOf(deps));
}
