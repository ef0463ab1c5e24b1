/** `/sign-in` and `/sign-out`: the password, and the end of a session. */
import type { Request, RequestHandler, Response } from 'express';
import { PASSWORDS } from '../../accounts/password.ts';
import { isComplete } from '../../accounts/session.ts';
import { signIn } from '../../accounts/sign-in.ts';
import { inLang } from '../../render/address.ts';
import { endSession } from '../../store/sessions.ts';
import { type Deps, knownOf, langOf, refuse, show } from '../answer.ts';
import { isFault } from '../fault.ts';
import { HOME, safePath } from '../only-signed-in.ts';
import { readLang } from '../question.ts';
import { dropSession, holdSession, sessionOf } from '../visitor.ts';

/** The sign-in page (`doc` of view `sign-in`). */
export interface SignInDoc {
  /** Where to go afterwards: a path of this server. */
  to: string;
  email: string;
  complaint: 'wrong' | 'too_many' | null;
}

export function signInPage(deps: Deps): RequestHandler {
  return async (req, res) => {
    const lang = readLang(req.query);
    if (isFault(lang)) return refuse(deps, req, res, lang);
    const to = safePath(textOf(req.query.to), HOME);
    if (sessionOf(res)) return res.redirect(303, nextOf(res, to, req));
    await showSignIn(deps, req, res, { to, email: '', complaint: null });
  };
}

export function signInAttempt(deps: Deps): RequestHandler {
  return async (req, res) => {
    const [email, password] = [textOf(req.body?.email), textOf(req.body?.password)];
    const to = safePath(textOf(req.body?.to), HOME);
    const before = sessionOf(res)?.hash ?? null;
    const attempt = { email, password, from: req.ip ?? '', before };
    const done = await signIn(deps.db, attempt, deps.passwords ?? PASSWORDS, deps.now());
    if (typeof done === 'string') {
      res.status(done === 'wrong' ? 401 : 429);
      return showSignIn(deps, req, res, { to, email, complaint: done });
    }
    holdSession(deps, req, res, done.token);
    res.redirect(303, inLang(to, langOf(req)));
  };
}

export function signOut(deps: Deps): RequestHandler {
  return async (req, res) => {
    const session = sessionOf(res);
    if (session) await endSession(deps.db, session.hash);
    dropSession(deps, req, res);
    res.redirect(303, inLang('/', langOf(req)));
  };
}

/** Where a session leads: to what is still asked of it, or on. */
function nextOf(res: Response, to: string, req: Request): string {
  const session = sessionOf(res);
  return inLang(session && isComplete(session) ? to : '/', langOf(req));
}

async function showSignIn(deps: Deps, req: Request, res: Response, doc: SignInDoc): Promise<void> {
  res.set('Cache-Control', 'no-store');
  show(deps, req, res, 'sign-in', doc, await knownOf(deps));
}

/** A field of a form or an address; what comes twice, or as something else, counts as not given. */
export function textOf(value: unknown): string {
  return typeof value === 'string' && !value.includes('\0') ? value : '';
}
