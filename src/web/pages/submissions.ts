/** `POST /submissions` takes a file from the form or a program, or only tries it. */
import type { Request, RequestHandler, Response } from 'express';
import { accept } from '../../intake/accept.ts';
import { KINDS, type Kind } from '../../intake/headings.ts';
import type { Receipt } from '../../intake/receipt.ts';
import type { Lang } from '../../words/words.ts';
import { type Deps, langOf, prefersJson, refuse } from '../answer.ts';
import { type Fault, fault, isFault, problemOf } from '../fault.ts';
import type { Ending, LongWork } from '../long-work.ts';
import { type Parameters, parameter, readLang } from '../question.ts';
import type { Receive } from '../receive.ts';
import { actorOf } from '../visitor.ts';
import { showUploadForm } from './upload.ts';

/** What the form or the address says about a file; month and agency as typed, for the intake to judge. */
interface Stated {
  lang: Lang;
  kind: Kind;
  period: string | null;
  agency: string | null;
  reason: string | null;
  dryRun: boolean;
}

export function submissionsPage(deps: Deps, receive: Receive, run: LongWork): RequestHandler {
  return async (req, res) => {
    const done = await receive(req, res, async ({ fields, file }) => {
      const stated = readStated(fields);
      if (isFault(stated)) return complain(deps, req, res, stated, fields);
      if (isFault(file)) return complain(deps, req, res, file, fields);
      const machine = prefersJson(req);
      const door = machine ? ('api' as const) : ('page' as const);
      const actor = actorOf(req);
      const upload = { ...file, ...stated, sender: actor.visitor.name, actor, door, asks: !machine };
      // A small file is through before anybody could read how far it is.
      const shown = machine || Buffer.isBuffer(file.bytes) ? null : file.fileName;
      await run(req, res, shown, async watch => {
        const receipt = await accept(deps.db, upload, deps.now, watch);
        if (machine) return { json: receipt, status: statusOf(receipt) };
        return receipt.id === null ? tried(receipt) : { to: addressOf(receipt, stated.lang) };
      });
    });
    if (isFault(done)) await refuse(deps, req, res, done);
  };
}

/** The receipt of a file that was only tried: it stands nowhere, so it is shown at once. */
function tried(receipt: Receipt): Ending {
  const status = receipt.status === 'refused' ? 'tried_refused' : 'tried';
  return { view: 'submission', doc: { ...receipt, state: status, text: status }, status: statusOf(receipt) };
}

/** The page of a receipt; of the first one, with a word about it, when the same figures came again. */
function addressOf(receipt: Receipt, lang: Lang): string {
  const query = new URLSearchParams();
  if (receipt.status === 'unchanged') query.set('unchanged', '1');
  if (lang === 'en') query.set('lang', 'en');
  return `/submissions/${receipt.id}${query.size ? `?${query}` : ''}`;
}

function statusOf({ id, status }: Receipt): number {
  if (status === 'refused') return 422;
  return id === null || status === 'unchanged' ? 200 : 201;
}

function readStated(given: Parameters): Stated | Fault {
  const lang = readLang(given);
  if (isFault(lang)) return lang;
  const texts: Record<string, string | null> = {};
  for (const name of ['kind', 'period', 'agency', 'reason', 'dry_run']) {
    const text = parameter(given, name);
    if (isFault(text)) return text;
    texts[name] = text?.trim() || null;
  }
  const kind = KINDS.find(k => k === (texts.kind ?? 'monthly-return'));
  if (!kind)
    return fault('unknown_value', { parameter: 'kind', value: texts.kind ?? '', allowed: KINDS.join(', ') });
  const { period, agency, reason, dry_run } = texts;
  if (dry_run && dry_run !== 'true' && dry_run !== 'false')
    return fault('unknown_value', { parameter: 'dry_run', value: dry_run, allowed: 'true, false' });
  return {
    lang,
    kind,
    period: period ?? null,
    agency: agency ?? null,
    reason: reason ?? null,
    dryRun: dry_run === 'true',
  };
}

/** A wrong field: a program gets a problem document, a person the form again. */
async function complain(
  deps: Deps,
  req: Request,
  res: Response,
  why: Fault,
  fields: Parameters,
): Promise<void> {
  if (prefersJson(req)) return refuse(deps, req, res, why);
  const problem = problemOf(why, langOf(req));
  const given: Record<string, string> = {};
  for (const name of ['kind', 'period', 'agency'] as const) {
    const text = parameter(fields, name);
    if (typeof text === 'string') given[name] = text;
  }
  res.status(problem.status);
  await showUploadForm(deps, req, res, problem.detail, given);
}
