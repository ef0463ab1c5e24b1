/** The page `/submissions/new`: the form by which an office's file is handed in. */
import type { Request, RequestHandler, Response } from 'express';
import { WORKBOOK_LIMIT } from '../../intake/spool.ts';
import { inForce } from '../../kpi/agency.ts';
import type { Catalogue } from '../../kpi/catalogue.ts';
import { addMonths, firstDay, hanoiDay, monthOf } from '../../kpi/month.ts';
import { byName } from '../../kpi/ranking.ts';
import type { UploadDoc } from '../../render.ts';
import { publishedMonths } from '../../store/months.ts';
import { catalogueAt } from '../../store/reference.ts';
import type { Lang } from '../../words/words.ts';
import { type Deps, langOf, refuse, show } from '../answer.ts';
import { fault, isFault } from '../fault.ts';
import { mayUpload } from '../guard.ts';
import { readLang } from '../question.ts';
import { UPLOADS } from '../receive.ts';
import { localName } from '../shape.ts';

/** The months offered in the form; others may still be named in the file itself. */
const MONTHS_OFFERED = 36;

export function uploadPage(deps: Deps): RequestHandler {
  return async (req, res) => {
    if (!mayUpload(deps.loopback, req)) return refuse(deps, req, res, fault('only_on_this_machine'));
    const lang = readLang(req.query);
    if (isFault(lang)) return refuse(deps, req, res, lang);
    await showUploadForm(deps, req, res, null, {});
  };
}

/**
 * Where a growing page leads to give its file up: arriving here closes that page and with it the connection. It
 * asks nothing of the database, whose only connection an embedded one may just then have lent to the intake.
 */
export function cancelledPage(deps: Deps): RequestHandler {
  return (req, res) => {
    res.set('Cache-Control', 'no-store');
    show(deps, req, res, 'cancelled', {}, { catalogue: null, months: [] });
  };
}

/** Shows the form, again with what was given and a complaint when something about it was wrong. */
export async function showUploadForm(
  deps: Deps,
  req: Request,
  res: Response,
  complaint: string | null,
  given: NonNullable<UploadDoc['given']>,
): Promise<void> {
  const catalogue = await catalogueAt(deps.db, null);
  const months = await publishedMonths(deps.db);
  const doc = uploadDocument(deps, catalogue, langOf(req), complaint, given);
  res.set('Cache-Control', 'no-store');
  show(deps, req, res, 'upload', doc, { catalogue, months });
}

function uploadDocument(
  { now, uploads = UPLOADS }: Deps,
  catalogue: Catalogue,
  lang: Lang,
  complaint: string | null,
  given: NonNullable<UploadDoc['given']>,
): UploadDoc {
  const current = monthOf(hanoiDay(now()));
  const months = Array.from({ length: MONTHS_OFFERED }, (_, i) => addMonths(current, -i));
  const earliest = firstDay(months.at(-1) ?? current);
  return {
    agencies: catalogue.agencies
      .filter(
        a => a.kind !== 'group' && (inForce(a, firstDay(current)) || (a.validTo ?? earliest) > earliest),
      )
      .sort(byName)
      .map(a => ({ value: a.code, name: localName(a, lang) })),
    months,
    limit: uploads.limit,
    workbookLimit: Math.min(uploads.limit, WORKBOOK_LIMIT),
    given,
    complaint,
  };
}
