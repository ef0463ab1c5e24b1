/** `/sign-in` and `/sign-out`: the password, and the end of a session. */
import type { Request, RequestHandler, Response } from 'express';
import { PASSWORDS } from '../../accounts/password.ts';
import { isComplete, needsSecondFactor } from '../../accounts/session.ts';
import { signIn, signOut } from '../../accounts/sign-in.ts';
import { inLang } from '../../render/address.ts';
import { type Deps, knownOf, langOf, refuse, show } from '../answer.ts';
import { isFault } from '../fault.ts';
import { HOME, safePath } from '../only-signed-in.ts';
import { readLang } from '../question.ts';
import { actorOf, dropSession, holdSession, sessionOf } from '../visitor.ts';

/** The sign-in page (`doc` of view `sign-in`). */
export interface SignInDoc {
  /** Where to go afterwards: a path of this server. */
  to: string;
  email: string;
  /** Whether a password was just chosen. */
  chosen: boolean;
  complaint: SignInComplaint | null;
  /** Where people go who come by OpenID Connect; null where they cannot. */
  openId: string | null;
}

export type SignInComplaint = 'wrong' | 'too_many' | 'openid' | 'openid_account' | 'openid_claims';

export function signInPage(deps: Deps): RequestHandler {
  return async (req, res) => {
    const lang = readLang(req.query);
    if (isFault(lang)) return refuse(deps, req, res, lang);
    const to = safePath(textOf(req.query.to), HOME);
    const session = sessionOf(res);
    if (session) return res.redirect(303, isComplete(session) ? inLang(to, lang) : secondStep(to, lang));
    await showSignIn(deps, req, res, { to, chosen: req.query.chosen === '1' });
  };
}

export function signInAttempt(deps: Deps): RequestHandler {
  return async (req, res) => {
    const [email, password] = [textOf(req.body?.email), textOf(req.body?.password)];
    const to = safePath(textOf(req.body?.to), HOME);
    const before = sessionOf(res)?.hash ?? null;
    const attempt = { email, password, actor: actorOf(req), before };
    const done = await signIn(deps.db, attempt, deps.passwords ?? PASSWORDS, deps.now());
    if (typeof done === 'string') {
      res.status(done === 'wrong' ? 401 : 429);
      return showSignIn(deps, req, res, { to, email, complaint: done });
    }
    holdSession(deps, req, res, done.token);
    const lang = langOf(req);
    res.redirect(303, needsSecondFactor(done.account) ? secondStep(to, lang) : inLang(to, lang));
  };
}

export function signOutPage(deps: Deps): RequestHandler {
  return async (req, res) => {
    const session = sessionOf(res);
    if (session) await signOut(deps.db, session, actorOf(req));
    dropSession(deps, req, res);
    res.redirect(303, inLang('/', langOf(req)));
  };
}

/** The address of the second step on the way to `to`. */
export function secondStep(to: string, lang: 'vi' | 'en'): string {
  return inLang(`/sign-in/second-factor?${new URLSearchParams({ to })}`, lang);
}

export async function showSignIn(
  deps: Deps,
  req: Request,
  res: Response,
  given: Partial<SignInDoc>,
): Promise<void> {
  const { to = HOME } = given;
  const openId = inLang(`/sign-in/oidc?${new URLSearchParams({ to })}`, langOf(req));
  const doc: SignInDoc = {
    ...{ to, email: '', chosen: false, complaint: null, openId: deps.openId ? openId : null },
    ...given,
  };
  res.set('Cache-Control', 'no-store');
  show(deps, req, res, 'sign-in', doc, await knownOf(deps));
}

/** A field of a form or an address; what comes twice, or as something else, counts as not given. */
export function textOf(value: unknown): string {
  return typeof value === 'string' && !value.includes('\0') ? value : '';
}
