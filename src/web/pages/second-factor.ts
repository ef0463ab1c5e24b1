/** `/sign-in/second-factor`: the second step of a sign-in, or the enrolment of a second factor. */
import type { Request, RequestHandler, Response } from 'express';
import { enrol, giveCode, offeredSecret, type Refusal, stepLeft } from '../../accounts/second-factor.ts';
import { personOf } from '../../accounts/session.ts';
import { qrOf, spelled } from '../../accounts/totp.ts';
import { inLang } from '../../render/address.ts';
import type { Session } from '../../store/sessions.ts';
import { type Deps, knownOf, langOf, show } from '../answer.ts';
import { HOME, safePath } from '../only-signed-in.ts';
import { givingOf, holdSession, sessionOf } from '../visitor.ts';
import { textOf } from './sign-in.ts';

/** The page of the second step (`doc` of view `second-factor`). */
export interface SecondFactorDoc {
  to: string;
  complaint: Refusal | null;
  /** What an app is to keep, when one is being enrolled: drawn as an SVG element, and spelled. */
  offer: { qr: string; secret: string } | null;
  /** Whether the role asks for it. */
  required: boolean;
}

/** The page that shows recovery codes, once (`doc` of view `recovery-codes`). */
export interface RecoveryCodesDoc {
  codes: readonly string[];
  to: string;
}

export function secondFactorPage(deps: Deps): RequestHandler {
  return async (req, res) => {
    const to = safePath(textOf(req.query.to), HOME);
    const session = sessionOf(res);
    if (!session || stepLeft(session) === null) return leadOn(req, res, session, to);
    await showStep(deps, req, res, session, { to, complaint: null });
  };
}

export function secondFactorGiven(deps: Deps): RequestHandler {
  return async (req, res) => {
    const [code, to] = [textOf(req.body?.code), safePath(textOf(req.body?.to), HOME)];
    const session = sessionOf(res);
    const left = session && stepLeft(session);
    if (!session || !left) return leadOn(req, res, session, to);
    const giving = givingOf(deps, req);
    const done =
      left === 'enrol'
        ? await enrol(deps.db, session, code, giving)
        : await giveCode(deps.db, session, code, giving);
    if (typeof done === 'string') {
      res.status(done === 'wrong' ? 401 : 429);
      return showStep(deps, req, res, session, { to, complaint: done });
    }
    holdSession(deps, req, res, done.token);
    // The page that follows is shown to who is in now.
    res.locals.visitor = personOf(session.account);
    if (done.codes) return showCodes(deps, req, res, { codes: done.codes, to });
    res.redirect(303, inLang(to, langOf(req)));
  };
}

/** Shows recovery codes, the only time. */
export async function showCodes(
  deps: Deps,
  req: Request,
  res: Response,
  doc: RecoveryCodesDoc,
): Promise<void> {
  res.set('Cache-Control', 'no-store');
  show(deps, req, res, 'recovery-codes', doc, await knownOf(deps));
}

/** Who has nothing to do here goes on, or back to the first step. */
function leadOn(req: Request, res: Response, session: Session | null, to: string): void {
  const way = session ? to : `/sign-in?${new URLSearchParams({ to })}`;
  res.redirect(303, inLang(way, langOf(req)));
}

async function showStep(
  deps: Deps,
  req: Request,
  res: Response,
  session: Session,
  { to, complaint }: Pick<SecondFactorDoc, 'to' | 'complaint'>,
): Promise<void> {
  const { account } = session;
  const secret = stepLeft(session) === 'enrol' ? await offeredSecret(deps.db, session, deps.secret) : null;
  const offer = secret === null ? null : { qr: await qrOf(secret, account.email), secret: spelled(secret) };
  res.set('Cache-Control', 'no-store');
  const doc: SecondFactorDoc = { to, complaint, offer, required: account.role !== 'reporter' };
  show(deps, req, res, 'second-factor', doc, await knownOf(deps));
}
