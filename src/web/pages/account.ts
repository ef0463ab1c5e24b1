/** `/account`: one's own account: password, second factor, recovery codes, sessions. */
import type { Request, RequestHandler, Response } from 'express';
import { beginEnrolment, changePassword, endOthers, renewRecoveryCodes } from '../../accounts/own.ts';
import { type BadPassword, PASSWORDS, SHORTEST } from '../../accounts/password.ts';
import type { Refusal } from '../../accounts/second-factor.ts';
import type { Role } from '../../kpi/access.ts';
import { rfc3339 } from '../../kpi/month.ts';
import { inLang } from '../../render/address.ts';
import { recoveryCodesLeft } from '../../store/second-factor.ts';
import { type Session, sessionsOf } from '../../store/sessions.ts';
import { type Deps, knownOf, langOf, show } from '../answer.ts';
import { askToSignIn } from '../only-signed-in.ts';
import { givingOf, holdSession, sessionOf, visitorOf } from '../visitor.ts';
import { showCodes } from './second-factor.ts';
import { secondStep, textOf } from './sign-in.ts';

/** The page of one's own account (`doc` of view `account`). */
export interface AccountDoc {
  email: string;
  role: Role;
  agency: string | null;
  /** Whether there is a password to change; who comes by OpenID Connect alone has none. */
  hasPassword: boolean;
  hasSecondFactor: boolean;
  codesLeft: number;
  sessions: { openedAt: string; seenAt: string; current: boolean }[];
  /** What was just done, or what of it was wrong. */
  done: 'password' | 'sessions' | null;
  complaint: { of: 'password' | 'second_factor' | 'recovery'; code: BadPassword | Refusal | 'unlike' } | null;
  shortest: number;
}

type Said = Pick<AccountDoc, 'done' | 'complaint'>;
type Act = (req: Request, res: Response, session: Session) => Promise<void>;

/** Runs for a person who is signed in, and for no program with a key, whatever session comes with it. */
const signedIn =
  (deps: Deps, act: Act): RequestHandler =>
  async (req, res) => {
    const session = sessionOf(res);
    if (session && visitorOf(res).kind === 'person') await act(req, res, session);
    else await askToSignIn(deps, req, res);
  };

export function accountPage(deps: Deps): RequestHandler {
  return signedIn(deps, async (req, res, session) => {
    const done = (['password', 'sessions'] as const).find(what => what === req.query.done) ?? null;
    await showAccount(deps, req, res, session, { done, complaint: null });
  });
}

export function passwordChanged(deps: Deps): RequestHandler {
  return signedIn(deps, async (req, res, session) => {
    const [current, chosen, again] = [req.body?.current, req.body?.password, req.body?.again].map(textOf);
    const change = { current: current ?? '', chosen: chosen ?? '' };
    const done =
      chosen === again
        ? await changePassword(deps.db, session, change, givingOf(deps, req), deps.passwords ?? PASSWORDS)
        : 'unlike';
    if (typeof done === 'string') return complain(deps, req, res, session, { of: 'password', code: done });
    holdSession(deps, req, res, done.token);
    res.redirect(303, inLang('/account?done=password', langOf(req)));
  });
}

export function enrolmentBegun(deps: Deps): RequestHandler {
  return signedIn(deps, async (req, res, session) => {
    const [proof, passwords] = [textOf(req.body?.proof), deps.passwords ?? PASSWORDS];
    const done = await beginEnrolment(deps.db, session, proof, givingOf(deps, req), passwords);
    if (done !== 'begun') return complain(deps, req, res, session, { of: 'second_factor', code: done });
    res.redirect(303, secondStep('/account', langOf(req)));
  });
}

export function recoveryCodesRenewed(deps: Deps): RequestHandler {
  return signedIn(deps, async (req, res, session) => {
    const done = await renewRecoveryCodes(deps.db, session, textOf(req.body?.code), givingOf(deps, req));
    if (typeof done === 'string') return complain(deps, req, res, session, { of: 'recovery', code: done });
    await showCodes(deps, req, res, { codes: done, to: '/account' });
  });
}

export function otherSessionsEnded(deps: Deps): RequestHandler {
  return signedIn(deps, async (req, res, session) => {
    await endOthers(deps.db, session, givingOf(deps, req));
    res.redirect(303, inLang('/account?done=sessions', langOf(req)));
  });
}

async function complain(
  deps: Deps,
  req: Request,
  res: Response,
  session: Session,
  complaint: NonNullable<AccountDoc['complaint']>,
): Promise<void> {
  res.status(complaint.code === 'too_many' ? 429 : 422);
  await showAccount(deps, req, res, session, { done: null, complaint });
}

async function showAccount(
  deps: Deps,
  req: Request,
  res: Response,
  session: Session,
  said: Said,
): Promise<void> {
  const { account, hash } = session;
  const { email, role, agency } = account;
  const open = await sessionsOf(deps.db, account.id, deps.now());
  const doc: AccountDoc = {
    ...{ email, role, agency, ...said },
    hasPassword: account.passwordHash !== null,
    hasSecondFactor: account.totpSecret !== null,
    codesLeft: await recoveryCodesLeft(deps.db, account.id),
    sessions: open.map(s => ({
      openedAt: rfc3339(s.createdAt.getTime()),
      seenAt: rfc3339(s.seenAt.getTime()),
      current: s.hash === hash,
    })),
    shortest: SHORTEST,
  };
  res.set('Cache-Control', 'no-store');
  show(deps, req, res, 'account', doc, await knownOf(deps));
}
