/** `/objections/new`: the form by which an office objects to a figure, and what becomes of it. */
import { buffer } from 'node:stream/consumers';
import type { Request, RequestHandler, Response } from 'express';
import { pieces } from '../../intake/source.ts';
import { agenciesOf, may } from '../../kpi/access.ts';
import { compareVietnamese } from '../../kpi/alphabet.ts';
import type { Catalogue } from '../../kpi/catalogue.ts';
import { indicatorIds } from '../../kpi/indicators.ts';
import { addMonths, hanoiDay, type Month, monthOf } from '../../kpi/month.ts';
import { writtenText } from '../../kpi/objection.ts';
import { inLang } from '../../render/address.ts';
import type { Choice } from '../../render.ts';
import { closedMonths, reportedMonths } from '../../store/months.ts';
import { type NewObjection, raiseObjection } from '../../store/objections.ts';
import { catalogueAt } from '../../store/reference.ts';
import type { Lang } from '../../words/words.ts';
import { type Deps, knownOf, langOf, refuse, show } from '../answer.ts';
import { deny } from '../deny.ts';
import { fault, isFault } from '../fault.ts';
import type { Parameters } from '../question.ts';
import { type ArrivedFile, type Receive, receiver, UPLOADS } from '../receive.ts';
import { localName } from '../shape.ts';
import { actorOf, visitorOf } from '../visitor.ts';
import { textOf } from './sign-in.ts';

/** The form (`doc` of view `new-objection`). */
export interface NewObjectionDoc {
  months: readonly Month[];
  agencies: readonly Choice[];
  services: readonly Choice[];
  /** The largest file that may come along, in bytes. */
  limit: number;
  given: Given;
  complaint: 'month' | 'text' | null;
}

interface Given {
  agency: string;
  period: string;
  service: string;
  indicator: string;
  text: string;
}

const LIMIT = 5 * 1024 * 1024;

export function newObjectionPage(deps: Deps): RequestHandler {
  return (req, res) => showForm(deps, req, res, givenIn(req.query), null);
}

export function objectionRaised(deps: Deps): RequestHandler {
  const { folder } = deps.uploads ?? UPLOADS;
  const receive: Receive = receiver({ folder, limit: LIMIT });
  return async (req, res) => {
    // A form without a file has been read already.
    if (!req.is('multipart/form-data')) return raise(deps, req, res, req.body ?? {}, null);
    const failed = await receive(req, res, ({ fields, file }) =>
      raise(deps, req, res, fields, isFault(file) ? null : file),
    );
    if (isFault(failed)) await refuse(deps, req, res, failed);
  };
}

async function raise(
  deps: Deps,
  req: Request,
  res: Response,
  fields: Parameters,
  file: ArrivedFile | null,
): Promise<void> {
  const given = givenIn(fields);
  const catalogue = await catalogueAt(deps.db, null);
  if (!may(visitorOf(res), 'object', { agency: given.agency }, catalogue))
    return deny(deps, req, res, fault('unknown_agency', { value: given.agency }));
  if (given.service && !catalogue.serviceByCode.has(given.service))
    return refuse(deps, req, res, fault('unknown_service', { value: given.service }));
  if (given.indicator && !indicatorIds(catalogue).some(id => id === given.indicator))
    return refuse(deps, req, res, fault('unknown_value', { parameter: 'indicator', value: given.indicator }));
  if (!(await openMonths(deps)).includes(given.period)) return showForm(deps, req, res, given, 'month');
  const text = writtenText(given.text);
  if (text === null) return showForm(deps, req, res, given, 'text');
  const objection: NewObjection = {
    month: given.period,
    agency: given.agency,
    service: given.service || null,
    indicator: given.indicator || null,
    text,
    file: file && { name: nameOf(file.fileName), bytes: await buffer(pieces(file.bytes)) },
  };
  const id = await raiseObjection(deps.db, objection, actorOf(req), deps.now());
  if (id === null) return showForm(deps, req, res, given, 'month');
  res.redirect(303, inLang(`/objections/${id}`, langOf(req)));
}

/** A file's own name, without folders and without what no name holds. */
function nameOf(fileName: string): string {
  const name = [...fileName].filter(c => c >= ' ' && c !== '\x7f').join('');
  return name.split(/[\\/]/).at(-1)?.slice(-200) || 'file';
}

function givenIn(fields: Parameters): Given {
  const text = (name: string): string => textOf(Object.hasOwn(fields, name) ? fields[name] : '');
  const [agency, period, service] = [text('agency'), text('period'), text('service')];
  return { agency, period, service, indicator: text('indicator'), text: text('text') };
}

/** Months that are not closed: with figures, or the one whose returns are due; the newest first. */
async function openMonths({ db, now }: Deps): Promise<Month[]> {
  const closed = await closedMonths(db);
  const due = addMonths(monthOf(hanoiDay(now())), -1);
  const months = new Set([...(await reportedMonths(db)), due]);
  return [...months]
    .filter(m => !closed.includes(m))
    .sort()
    .reverse();
}

async function showForm(
  deps: Deps,
  req: Request,
  res: Response,
  given: Given,
  complaint: NewObjectionDoc['complaint'],
): Promise<void> {
  const catalogue = await catalogueAt(deps.db, null);
  const own = agenciesOf(visitorOf(res), catalogue);
  const doc: NewObjectionDoc = {
    months: await openMonths(deps),
    agencies: choices(
      catalogue.agencies.filter(a => own.has(a.code)),
      langOf(req),
    ),
    services: choices(
      catalogue.services.filter(s => s.named),
      langOf(req),
    ),
    limit: LIMIT,
    given: { ...given, agency: given.agency || (visitorOf(res).agency ?? '') },
    complaint,
  };
  if (complaint) res.status(complaint === 'month' ? 409 : 422);
  res.set('Cache-Control', 'no-store');
  show(deps, req, res, 'new-objection', doc, await knownOf(deps));
}

function choices(
  named: readonly (Catalogue['agencies'][number] | Catalogue['services'][number])[],
  lang: Lang,
): Choice[] {
  return named
    .map(n => ({ value: n.code, name: localName(n, lang) }))
    .sort((a, b) => compareVietnamese(a.name, b.name));
}
