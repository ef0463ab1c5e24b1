/** `/sign-in/oidc` leads to the OpenID provider; `/sign-in/oidc/callback` is where it sends people back to. */
import type { RequestHandler } from 'express';
import { accountFor, beginOpenId, endOpenId, type OpenId } from '../../accounts/openid.ts';
import { needsSecondFactor } from '../../accounts/session.ts';
import { openFor } from '../../accounts/sign-in.ts';
import { hanoiDay } from '../../kpi/month.ts';
import { inLang } from '../../render/address.ts';
import { catalogueAt } from '../../store/reference.ts';
import { type Deps, langOf } from '../answer.ts';
import { HOME, safePath } from '../only-signed-in.ts';
import { actorOf, errandOf, holdErrand, holdSession, sessionOf } from '../visitor.ts';
import { secondStep, showSignIn, textOf } from './sign-in.ts';

export function openIdBegun(deps: Deps, openId: OpenId): RequestHandler {
  return async (req, res) => {
    const to = inLang(safePath(textOf(req.query.to), HOME), langOf(req));
    try {
      const { address, errand } = await beginOpenId(openId, to, deps.secret, deps.now());
      holdErrand(deps, req, res, errand);
      res.set('Cache-Control', 'no-store').redirect(303, address);
    } catch (error) {
      deps.log.error({ err: error }, 'the OpenID provider does not answer');
      res.status(502);
      await showSignIn(deps, req, res, { to, complaint: 'openid' });
    }
  };
}

export function openIdEnded(deps: Deps, openId: OpenId): RequestHandler {
  return async (req, res) => {
    const query = new URL(req.originalUrl, 'http://here.invalid').searchParams;
    const sealed = errandOf(deps, req);
    holdErrand(deps, req, res, null);
    const ended = await endOpenId(openId, query, sealed, deps.secret, deps.now()).catch(error => {
      // The error alone: its cause may quote what the provider sent.
      deps.log.warn({ reason: String(error) }, 'a sign-in by OpenID Connect failed');
      return null;
    });
    if (!ended) {
      res.status(400);
      return showSignIn(deps, req, res, { complaint: 'openid' });
    }
    const { claimed, to } = ended;
    const reference = { catalogue: await catalogueAt(deps.db, null), today: hanoiDay(deps.now()) };
    const account = await accountFor(deps.db, claimed, reference, actorOf(req), deps.now());
    if (typeof account === 'string') {
      res.status(403);
      return showSignIn(deps, req, res, { complaint: account });
    }
    const opening = { actor: actorOf(req), before: sessionOf(res)?.hash ?? null, at: deps.now() };
    holdSession(deps, req, res, await openFor(deps.db, account, claimed.secondFactor, opening));
    const complete = claimed.secondFactor || !needsSecondFactor(account);
    res.redirect(303, complete ? to : secondStep(to, langOf(req)));
  };
}
