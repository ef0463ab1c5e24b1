/** Programs: known by the key that they send with every request. */
import type { RequestHandler } from 'express';
import { keyHolder } from '../accounts/keys.ts';
import { type Deps, refuse } from './answer.ts';
import { fault } from './fault.ts';

/**
 * Finds out which program is asking. Stands behind `knowVisitor`: who sends a key asks as its holder, whatever
 * session comes with it; one that is not good (any more) is refused, not taken for nobody's.
 */
export function knowKey(deps: Deps): RequestHandler {
  return async (req, res, next) => {
    res.vary('Authorization');
    const [, key] = /^Bearer +(\S+) *$/i.exec(req.headers.authorization ?? '') ?? [];
    if (key === undefined) return next();
    const holder = await keyHolder(deps.db, key, deps.now(), req.ip ?? null);
    if (!holder) {
      res.set('WWW-Authenticate', 'Bearer realm="toan-trinh", error="invalid_token"');
      return refuse(deps, req, res, fault('bad_key'));
    }
    res.locals.visitor = holder;
    next();
  };
}
