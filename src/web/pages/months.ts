/** `/months`: the state of every month, and `/months/PERIOD`: publishing it, over objections or not, and opening it again. */
import type { Request, RequestHandler, Response } from 'express';
import { senderOf } from '../../kpi/access.ts';
import { isMonth, type Month, rfc3339 } from '../../kpi/month.ts';
import { mayPublishOver, writtenText } from '../../kpi/objection.ts';
import { publish } from '../../publication/freeze.ts';
import { inLang } from '../../render/address.ts';
import { reopenMonth } from '../../store/months.ts';
import { objectionsOf, overruleObjections, overrulingOf } from '../../store/objections.ts';
import { publicationsAt } from '../../store/publications.ts';
import { catalogueAt } from '../../store/reference.ts';
import { type Deps, knownOf, langOf, refuse, show } from '../answer.ts';
import { fault } from '../fault.ts';
import { type MonthLine, monthLines } from '../month-overview.ts';
import { actorOf, visitorOf } from '../visitor.ts';
import { type ObjectionLine, objectionLine } from './objections.ts';
import { textOf } from './sign-in.ts';

/** The page of all months (`doc` of view `months`). */
export interface MonthsDoc {
  months: readonly MonthLine[];
}

/** The page of one month (`doc` of view `month`). */
export interface MonthDoc extends MonthLine {
  editions: {
    edition: number;
    published_at: string;
    isFrozen: boolean;
    over: { objections: number; reason: string } | null;
    reopened_at: string | null;
    reason: string | null;
  }[];
  open: ObjectionLine[];
  /** The reason by which it may be published over the open objections: whether it speaks of all, and is one's own. */
  overruling: { reason: string; enough: boolean; own: boolean } | null;
  /** What was shown, so that a page that has grown old changes nothing: the last edition and the open objections. */
  shown: string;
  empty: boolean;
  done: string | null;
  complaint: 'changed' | 'objections' | 'reason' | null;
}

export function monthsPage(deps: Deps): RequestHandler {
  return async (req, res) => {
    const months = await monthLines(deps.db, await catalogueAt(deps.db, null), deps.now());
    res.set('Cache-Control', 'no-store');
    show(deps, req, res, 'months', { months } satisfies MonthsDoc, await knownOf(deps));
  };
}

export function monthPage(deps: Deps): RequestHandler {
  return async (req, res) => {
    const done = ['published', 'overruled', 'reopened'].find(what => what === req.query.done) ?? null;
    await showMonth(deps, req, res, { done });
  };
}

/** Publishes the month as it was shown. */
export function monthPublished(deps: Deps): RequestHandler {
  return async (req, res) => {
    const doc = await monthDoc(deps, req, res);
    if (!doc) return unknown(deps, req, res);
    // Sent twice, the second finds it done.
    if (doc.state === 'closed') return goTo(req, res, doc.period, 'published');
    if (doc.empty || doc.shown !== textOf(req.body?.shown))
      return showMonth(deps, req, res, { complaint: 'changed' });
    const press = { secret: deps.secret, now: deps.now };
    const by = senderOf(visitorOf(res)) ?? visitorOf(res).name;
    const published = await publish(deps.db, doc.period, by, press, actorOf(req));
    if (published === 'open_objections') return showMonth(deps, req, res, { complaint: 'objections' });
    goTo(req, res, doc.period, 'published');
  };
}

/** Keeps a reason for publishing the month over the objections that were shown; somebody else publishes. */
export function monthOverruled(deps: Deps): RequestHandler {
  return async (req, res) => {
    const doc = await monthDoc(deps, req, res);
    if (!doc) return unknown(deps, req, res);
    const reason = writtenText(textOf(req.body?.reason));
    if (reason === null) return showMonth(deps, req, res, { complaint: 'reason' });
    const meant = { objections: doc.open.map(o => o.id).reverse(), reason };
    const kept =
      doc.shown === textOf(req.body?.shown) &&
      (await overruleObjections(deps.db, doc.period, meant, actorOf(req), deps.now()));
    if (!kept) return showMonth(deps, req, res, { complaint: 'changed' });
    goTo(req, res, doc.period, 'overruled');
  };
}

/** Opens a closed month again, with a reason that everybody sees. */
export function monthReopened(deps: Deps): RequestHandler {
  return async (req, res) => {
    const doc = await monthDoc(deps, req, res);
    if (!doc) return unknown(deps, req, res);
    const reason = writtenText(textOf(req.body?.reason));
    if (reason === null) return showMonth(deps, req, res, { complaint: 'reason' });
    const by = senderOf(visitorOf(res)) ?? visitorOf(res).name;
    const meant = { edition: Number(textOf(req.body?.edition)), reason, by };
    const opened = await reopenMonth(deps.db, doc.period, meant, actorOf(req));
    if (!opened) return showMonth(deps, req, res, { complaint: 'changed' });
    goTo(req, res, doc.period, 'reopened');
  };
}

function goTo(req: Request, res: Response, month: Month, done: string): void {
  res.redirect(303, inLang(`/months/${month}?done=${done}`, langOf(req)));
}

function unknown(deps: Deps, req: Request, res: Response): Promise<void> {
  return refuse(deps, req, res, fault('unknown_month', { value: String(req.params.period) }));
}

async function showMonth(
  deps: Deps,
  req: Request,
  res: Response,
  what: Partial<Pick<MonthDoc, 'done' | 'complaint'>>,
): Promise<void> {
  const doc = await monthDoc(deps, req, res);
  if (!doc) return unknown(deps, req, res);
  if (what.complaint) res.status(what.complaint === 'reason' ? 422 : 409);
  res.set('Cache-Control', 'no-store');
  show(deps, req, res, 'month', { ...doc, ...what }, await knownOf(deps));
}

async function monthDoc({ db, now }: Deps, req: Request, res: Response): Promise<MonthDoc | null> {
  const month = String(req.params.period);
  if (!isMonth(month)) return null;
  const catalogue = await catalogueAt(db, null);
  const line = (await monthLines(db, catalogue, now())).find(l => l.period === month);
  if (!line) return null;
  const open = await objectionsOf(db, { month, status: 'open' });
  const overruling = await overrulingOf(db, month);
  const visitor = visitorOf(res);
  const covered = overruling !== null && open.every(o => overruling.objections.includes(o.id));
  return {
    ...line,
    editions: (await publicationsAt(db, null, [month])).map(p => ({
      edition: p.edition,
      published_at: rfc3339(p.publishedAt),
      isFrozen: p.frozen !== null,
      over: p.over,
      reopened_at: p.reopened && rfc3339(p.reopened.at),
      reason: p.reopened?.reason ?? null,
    })),
    open: open.map(objectionLine),
    overruling:
      open.length && covered
        ? {
            reason: overruling.reason,
            enough: mayPublishOver(visitor, open, overruling),
            own: overruling.writtenBy === senderOf(visitor),
          }
        : null,
    shown: [line.edition ?? 0, ...open.map(o => o.id)].join('.'),
    empty: line.returns === 0,
    done: null,
    complaint: null,
  };
}
