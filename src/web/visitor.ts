/** Who is asking: known by the session that the browser holds. */
import type { Request, RequestHandler, Response } from 'express';
import { isComplete } from '../accounts/session.ts';
import { hashOf } from '../accounts/token.ts';
import { PUBLIC, type Visitor } from '../kpi/access.ts';
import { type Session, sessionAt } from '../store/sessions.ts';
import type { Deps } from './answer.ts';

/** Who is asking, and may so far do: without a session, or before its second factor, the public. */
export function visitorOf(res: Response | undefined): Visitor {
  return res?.locals.visitor ?? PUBLIC;
}

/** The session of the browser, complete or not; null without one. */
export function sessionOf(res: Response): Session | null {
  return res.locals.session ?? null;
}

/** Finds out who is asking. Stands before every page that is not the same for everybody. */
export function knowVisitor(deps: Deps): RequestHandler {
  return async (req, res, next) => {
    // What somebody signed in was shown must not come to others by the way of a cache.
    res.vary('Cookie');
    const token = cookieOf(deps, req);
    const session = token === null ? null : await sessionAt(deps.db, hashOf(token), deps.now());
    if (session) {
      res.locals.session = session;
      if (isComplete(session)) res.locals.visitor = personOf(session);
    }
    next();
  };
}

function personOf({ account: { id, email, role, agency } }: Session): Visitor {
  return { kind: 'person', id, name: email, role, agency, kinds: null };
}

/** Over HTTPS the name itself holds the browser to send it back by HTTPS to this host alone. */
const COOKIE = 'toan_trinh';
const SECURE_COOKIE = `__Host-${COOKIE}`;

const isSecure = ({ baseUrl }: Deps, req: Request): boolean => baseUrl.startsWith('https:') || req.secure;

/** Gives the browser the text of its session to hold; it goes when the browser is closed. */
export function holdSession(deps: Deps, req: Request, res: Response, token: string): void {
  const secure = isSecure(deps, req);
  res.cookie(secure ? SECURE_COOKIE : COOKIE, token, { httpOnly: true, sameSite: 'lax', path: '/', secure });
}

/** Takes the text of the session back from the browser. */
export function dropSession(deps: Deps, req: Request, res: Response): void {
  const secure = isSecure(deps, req);
  res.clearCookie(secure ? SECURE_COOKIE : COOKIE, { httpOnly: true, sameSite: 'lax', path: '/', secure });
}

/** The text that the browser holds; only under the name that this server would give it, which nobody else can plant. */
function cookieOf(deps: Deps, req: Request): string | null {
  const begin = `${isSecure(deps, req) ? SECURE_COOKIE : COOKIE}=`;
  const found = (req.headers.cookie ?? '').split(';').map(text => text.trim());
  return found.find(text => text.startsWith(begin))?.slice(begin.length) ?? null;
}
