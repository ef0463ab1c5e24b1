/** `/submissions/ID`: the receipt of a submission; one that waits is confirmed or withdrawn from it. */
import type { Request, RequestHandler, Response } from 'express';
import { approve } from '../../intake/accept.ts';
import { type Receipt, receiptOf } from '../../intake/receipt.ts';
import { OPERATOR } from '../../kpi/access.ts';
import { withdraw } from '../../store/waiting.ts';
import type { Lang } from '../../words/words.ts';
import { type Deps, knownOf, prefersJson, refuse, show } from '../answer.ts';
import { fault, isFault } from '../fault.ts';
import type { LongWork } from '../long-work.ts';
import { parameter, readLang } from '../question.ts';
import { UPLOADS } from '../receive.ts';
import { SENDER } from './submissions.ts';

export function submissionPage(deps: Deps, format: 'html' | 'json'): RequestHandler {
  return async (req, res) => {
    const found = await lookUp(deps, req, res);
    if (!found) return;
    const { receipt } = found;
    res.set('Cache-Control', 'no-store');
    if (format === 'json' || prefersJson(req)) {
      res.json(receipt);
      return;
    }
    // Whoever sent the same figures again sees the first receipt, and that nothing changed by it.
    const again = req.query.unchanged === '1' && receipt.status === 'approved';
    const doc = again ? { ...receipt, status: 'unchanged' } : receipt;
    const asked = req.query.asked === '1' && receipt.confirmation !== null;
    show(deps, req, res, 'submission', { ...doc, asked }, await knownOf(deps));
  };
}

/** Files of more rows than this take long enough to show how far they are. */
const MANY_ROWS = 10_000;

/** Makes a submission that waits current, unless what there is to confirm has changed since it was shown. */
export function confirmSubmission(deps: Deps, run: LongWork): RequestHandler {
  return async (req, res) => {
    const found = await lookUp(deps, req, res);
    if (!found) return;
    const { lang, receipt } = found;
    const shown = parameter(req.body ?? {}, 'shown') ?? null;
    if (isFault(shown)) return refuse(deps, req, res, shown);
    const machine = prefersJson(req);
    const { folder } = deps.uploads ?? UPLOADS;
    const growing = !machine && receipt.confirmation !== null && receipt.rows > MANY_ROWS;
    await run(req, res, growing ? receipt.file_name : null, async watch => {
      const actor = { visitor: OPERATOR, from: req.ip ?? null, door: machine ? 'api' : 'page' };
      const approval = { by: SENDER, actor, shown, lang, folder };
      const after = (await approve(deps.db, String(receipt.id), approval, deps.now, watch)) ?? receipt;
      if (machine) return { json: after, status: STATUS[after.status] ?? 200 };
      return { to: addressOf(after, lang) };
    });
  };
}

/** What a program is told: there are problems now, or other warnings than those that were shown. */
const STATUS: Readonly<Record<string, number>> = { refused: 422, accepted: 409 };

export function withdrawSubmission(deps: Deps): RequestHandler {
  return async (req, res) => {
    const found = await lookUp(deps, req, res);
    if (!found) return;
    const { lang, receipt } = found;
    const door = prefersJson(req) ? 'api' : 'page';
    await withdraw(deps.db, String(receipt.id), { visitor: OPERATOR, from: req.ip ?? null, door });
    if (prefersJson(req)) res.json(await receiptOf(deps.db, String(receipt.id), lang));
    else res.redirect(303, addressOf({ ...receipt, confirmation: null }, lang));
  };
}

/** The receipt that an address names; null once it is refused. */
async function lookUp(
  deps: Deps,
  req: Request,
  res: Response,
): Promise<{ lang: Lang; receipt: Receipt } | null> {
  const lang = readLang(req.query);
  const id = String(req.params.id);
  const receipt = isFault(lang) ? null : await receiptOf(deps.db, id, lang);
  if (!isFault(lang) && receipt) return { lang, receipt };
  await refuse(deps, req, res, isFault(lang) ? lang : fault('unknown_submission', { value: id }));
  return null;
}

function addressOf({ id, confirmation }: Receipt, lang: Lang): string {
  const query = new URLSearchParams();
  if (confirmation !== null) query.set('asked', '1');
  if (lang === 'en') query.set('lang', 'en');
  return `/submissions/${id}${query.size ? `?${query}` : ''}`;
}
