/** `/objections/ID`: one objection with its file, answered by those who oversee the month or taken back by the office. */
import type { Request, RequestHandler, Response } from 'express';
import { may } from '../../kpi/access.ts';
import { VERDICTS, writtenText } from '../../kpi/objection.ts';
import { inLang } from '../../render/address.ts';
import {
  answerObjection,
  type Objection,
  objectionById,
  objectionFile,
  withdrawObjection,
} from '../../store/objections.ts';
import { publicationsAt } from '../../store/publications.ts';
import { catalogueAt } from '../../store/reference.ts';
import { type Deps, knownOf, langOf, refuse, show } from '../answer.ts';
import { deny } from '../deny.ts';
import { type Fault, fault } from '../fault.ts';
import { actorOf, visitorOf } from '../visitor.ts';
import { type ObjectionLine, objectionLine } from './objections.ts';
import { textOf } from './sign-in.ts';

/** The page of one objection (`doc` of view `objection`). */
export interface ObjectionDoc extends ObjectionLine {
  raised_by: string | null;
  answer: string | null;
  decided_by: string | null;
  file: { name: string; sha256: string } | null;
  /** Why the month was published although this was open; null when it was not. */
  over: string | null;
  can: { answer: boolean; withdraw: boolean };
  given: string;
  complaint: 'changed' | 'text' | null;
}

export function objectionPage(deps: Deps): RequestHandler {
  return async (req, res) => {
    const found = await lookUp(deps, req, res);
    if (found) await showObjection(deps, req, res, found, {});
  };
}

export function objectionAnswered(deps: Deps): RequestHandler {
  return async (req, res) => {
    const found = await lookUp(deps, req, res);
    if (!found) return;
    if (!found.can.answer) return deny(deps, req, res, fault('not_allowed'));
    const given = textOf(req.body?.answer);
    const [verdict, answer] = [VERDICTS.find(v => v === req.body?.verdict), writtenText(given)];
    if (!verdict || answer === null)
      return showObjection(deps, req, res, found, { complaint: 'text', given });
    const { id } = found.objection;
    const done = await answerObjection(deps.db, id, { verdict, answer }, actorOf(req), deps.now());
    await after(deps, req, res, done, { given });
  };
}

export function objectionWithdrawn(deps: Deps): RequestHandler {
  return async (req, res) => {
    const found = await lookUp(deps, req, res);
    if (!found) return;
    if (!found.can.withdraw) return deny(deps, req, res, fault('not_allowed'));
    const done = await withdrawObjection(deps.db, found.objection.id, actorOf(req), deps.now());
    await after(deps, req, res, done, {});
  };
}

/** The file of an objection: to be kept, never to be shown by the browser as anything. */
export function objectionFilePage(deps: Deps): RequestHandler {
  return async (req, res) => {
    const found = await lookUp(deps, req, res);
    if (!found) return;
    const file = await objectionFile(deps.db, found.objection.id);
    if (!file) return refuse(deps, req, res, unknown(req));
    res.attachment(file.name).type('application/octet-stream');
    res.set('Cache-Control', 'no-store').set('Content-Security-Policy', "default-src 'none'; sandbox");
    res.send(file.bytes);
  };
}

interface Found {
  objection: Objection;
  can: ObjectionDoc['can'];
}

/** The objection that an address names, for whom it may be shown; null once it is refused. */
async function lookUp(deps: Deps, req: Request, res: Response): Promise<Found | null> {
  const objection = await objectionById(deps.db, String(req.params.id));
  const catalogue = await catalogueAt(deps.db, null);
  const target = objection && { agency: objection.agency, sentBy: objection.raisedBy };
  const can = (action: 'see_objection' | 'answer_objection' | 'object'): boolean =>
    target !== null && may(visitorOf(res), action, target, catalogue);
  if (objection && can('see_objection'))
    return { objection, can: { answer: can('answer_objection'), withdraw: can('object') } };
  await (objection ? deny : refuse)(deps, req, res, unknown(req));
  return null;
}

function unknown(req: Request): Fault {
  return fault('unknown_objection', { value: String(req.params.id) });
}

/** Shows what came of it: the new state, or that somebody else was quicker. */
async function after(
  deps: Deps,
  req: Request,
  res: Response,
  done: boolean,
  what: Partial<ObjectionDoc>,
): Promise<void> {
  if (done) return res.redirect(303, inLang(`/objections/${req.params.id}`, langOf(req)));
  const found = await lookUp(deps, req, res);
  if (found) await showObjection(deps, req, res, found, { ...what, complaint: 'changed' });
}

async function showObjection(
  deps: Deps,
  req: Request,
  res: Response,
  { objection, can }: Found,
  what: Partial<ObjectionDoc>,
): Promise<void> {
  const isOpen = objection.status === 'open';
  const editions = await publicationsAt(deps.db, null, [objection.month]);
  // The edition that came out while it stood open.
  const over = editions.find(
    p => p.over && p.publishedAt > objection.raisedAt && p.publishedAt < (objection.decidedAt ?? Infinity),
  );
  const doc: ObjectionDoc = {
    ...objectionLine(objection),
    raised_by: objection.raisedByName,
    answer: objection.answer,
    decided_by: objection.decidedByName,
    file: objection.file,
    over: over?.over?.reason ?? null,
    can: { answer: can.answer && isOpen, withdraw: can.withdraw && isOpen },
    given: '',
    complaint: null,
    ...what,
  };
  if (doc.complaint) res.status(doc.complaint === 'changed' ? 409 : 422);
  res.set('Cache-Control', 'no-store');
  show(deps, req, res, 'objection', doc, await knownOf(deps));
}
