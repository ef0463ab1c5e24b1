/** Who is asking: known by the session that the browser holds. */
import type { CookieOptions, Request, RequestHandler, Response } from 'express';
import type { Giving } from '../accounts/second-factor.ts';
import { isComplete, personOf } from '../accounts/session.ts';
import { hashOf } from '../accounts/token.ts';
import { PUBLIC, type Visitor } from '../kpi/access.ts';
import type { Actor } from '../kpi/audit.ts';
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

/** Who is asking, and from where, for the audit. */
export function actorOf(req: Request): Actor {
  return { visitor: visitorOf(req.res), from: req.ip ?? null };
}

/** What the second factor asks beside the code. */
export function givingOf({ secret, now }: Deps, req: Request): Giving {
  return { actor: actorOf(req), secret, at: now() };
}

/** Finds out who is asking. Stands before every page that is not the same for everybody. */
export function knowVisitor(deps: Deps): RequestHandler {
  return async (req, res, next) => {
    // What somebody signed in was shown must not come to others by the way of a cache.
    res.vary('Cookie');
    const token = cookieOf(deps, req, SESSION);
    const session = token === null ? null : await sessionAt(deps.db, hashOf(token), deps.now());
    if (session) {
      res.locals.session = session;
      if (isComplete(session)) res.locals.visitor = personOf(session.account);
    }
    next();
  };
}

/** Names of cookies: of the session, and of what is held while somebody is at an OpenID provider. */
const SESSION = 'toan_trinh';
const ERRAND = 'toan_trinh_openid';

const isSecure = ({ baseUrl }: Deps, req: Request): boolean => baseUrl.startsWith('https:') || req.secure;

/** Over HTTPS the name itself holds the browser to send it back by HTTPS, and to this host alone. */
const nameOf = (deps: Deps, req: Request, name: string): string =>
  isSecure(deps, req) ? `__Host-${name}` : name;

/** Out of reach of scripts, and not sent along by forms of other sites. */
const keptBy = (deps: Deps, req: Request): CookieOptions => ({
  ...{ httpOnly: true, sameSite: 'lax', path: '/' },
  secure: isSecure(deps, req),
});

/** Gives the browser the text of its session to hold; it goes when the browser is closed. */
export function holdSession(deps: Deps, req: Request, res: Response, token: string): void {
  res.cookie(nameOf(deps, req, SESSION), token, keptBy(deps, req));
}

/** Takes the text of the session back from the browser. */
export function dropSession(deps: Deps, req: Request, res: Response): void {
  res.clearCookie(nameOf(deps, req, SESSION), keptBy(deps, req));
}

/** Gives the browser to hold what a sign-in at a provider needs when it comes back; null takes it back. */
export function holdErrand(deps: Deps, req: Request, res: Response, errand: string | null): void {
  const name = nameOf(deps, req, ERRAND);
  if (errand === null) res.clearCookie(name, keptBy(deps, req));
  else res.cookie(name, errand, keptBy(deps, req));
}

export function errandOf(deps: Deps, req: Request): string | null {
  return cookieOf(deps, req, ERRAND);
}

/** What the browser holds under the name that this server would give it now, which nobody else can plant over HTTPS. */
function cookieOf(deps: Deps, req: Request, name: string): string | null {
  const begin = `${nameOf(deps, req, name)}=`;
  const held = (req.headers.cookie ?? '').split(';').map(text => text.trim());
  return held.find(text => text.startsWith(begin))?.slice(begin.length) ?? null;
}
