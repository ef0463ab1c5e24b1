/** The way of who is not signed in: to the sign-in and back, and nowhere else. */
import type { Request, RequestHandler, Response } from 'express';
import { type Action, mayEver } from '../kpi/access.ts';
import { inLang } from '../render/address.ts';
import { type Deps, langOf, pathOf, prefersJson, refuse } from './answer.ts';
import { deny } from './deny.ts';
import { fault } from './fault.ts';
import { visitorOf } from './visitor.ts';

/** Lets nobody through who is not signed in: a person is led to the sign-in and back, a program is told. */
export function onlySignedIn(deps: Deps): RequestHandler {
  return async (req, res, next) => {
    if (visitorOf(res).kind !== 'public') return next();
    await askToSignIn(deps, req, res);
  };
}

/** Lets nobody through whose role does not allow it at all; what it is done to is judged where that is known. */
export function onlyWho(deps: Deps, action: Action): RequestHandler {
  return async (req, res, next) => {
    const visitor = visitorOf(res);
    if (visitor.kind === 'public') return askToSignIn(deps, req, res);
    if (mayEver(visitor, action)) return next();
    await deny(deps, req, res, fault('not_allowed'));
  };
}

/** Answers who is not signed in: a person with the way to the sign-in and back, a program with 401. */
export async function askToSignIn(deps: Deps, req: Request, res: Response): Promise<void> {
  if (prefersJson(req) || /\.(json|csv|zip|xlsx)$/.test(pathOf(req))) {
    res.set('WWW-Authenticate', 'Bearer realm="toan-trinh"');
    return refuse(deps, req, res, fault('not_signed_in'));
  }
  // A form that was sent is lost in any case; what it was sent to is often no page.
  const to =
    req.method === 'GET' || req.method === 'HEAD' ? `?${new URLSearchParams({ to: req.originalUrl })}` : '';
  res.set('Cache-Control', 'no-store').redirect(303, inLang(`/sign-in${to}`, langOf(req)));
}

/** A path of this very server to go on to after signing in; `instead` for anything that could lead elsewhere. */
export function safePath(text: string | undefined, instead: string): string {
  // Browsers read a backslash as a slash and leave tabs and line breaks out, so `/\t/elsewhere` leads elsewhere.
  if (!text || !/^\/(?![/\\])[\x21-\x7e\u00a0-\uffff]*$/.test(text) || text.includes('\\')) return instead;
  const { origin, pathname, search } = new URL(text, 'http://here.invalid');
  return origin === 'http://here.invalid' && !pathname.startsWith('//') ? pathname + search : instead;
}

/** Where somebody goes who signed in on no way to anywhere: what there is to do, or how far the offices are. */
export const HOME = '/work';
