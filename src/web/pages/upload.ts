/** The page `/submissions/new`: the form by which an office's file is handed in. */
import type { Request, RequestHandler, Response } from 'express';
import { KINDS, type Kind } from '../../intake/headings.ts';
import { WORKBOOK_LIMIT } from '../../intake/spool.ts';
import { may } from '../../kpi/access.ts';
import { inForce } from '../../kpi/agency.ts';
import type { Catalogue } from '../../kpi/catalogue.ts';
import { addMonths, firstDay, hanoiDay, monthOf } from '../../kpi/month.ts';
import { byName } from '../../kpi/ranking.ts';
import type { UploadDoc } from '../../render.ts';
import { publishedMonths } from '../../store/months.ts';
import { catalogueAt } from '../../store/reference.ts';
import { type Deps, langOf, refuse, show } from '../answer.ts';
import { isFault } from '../fault.ts';
import { readLang } from '../question.ts';
import { UPLOADS } from '../receive.ts';
import { localName } from '../shape.ts';
import { visitorOf } from '../visitor.ts';

/** The months offered in the form; others may still be named in the file itself. */
const MONTHS_OFFERED = 36;

export function uploadPage(deps: Deps): RequestHandler {
  return async (req, res) => {
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
  const doc = uploadDocument(deps, catalogue, req, complaint, given);
  res.set('Cache-Control', 'no-store');
  show(deps, req, res, 'upload', doc, { catalogue, months });
}

function uploadDocument(
  { now, uploads = UPLOADS }: Deps,
  catalogue: Catalogue,
  req: Request,
  complaint: string | null,
  given: NonNullable<UploadDoc['given']>,
): UploadDoc {
  const current = monthOf(hanoiDay(now()));
  const months = Array.from({ length: MONTHS_OFFERED }, (_, i) => addMonths(current, -i));
  const earliest = firstDay(months.at(-1) ?? current);
  const visitor = visitorOf(req.res);
  const sends = (agency: string | null, kind: Kind): boolean =>
    may(visitor, 'submit', { agency, kind }, catalogue);
  return {
    kinds: KINDS.filter(kind => sends(visitor.agency, kind)),
    agencies: catalogue.agencies
      .filter(a => a.kind !== 'group' && sends(a.code, 'monthly-return'))
      .filter(a => inForce(a, firstDay(current)) || (a.validTo ?? earliest) > earliest)
      .sort(byName)
      .map(a => ({ value: a.code, name: localName(a, langOf(req)) })),
    months,
    limit: uploads.limit,
    workbookLimit: Math.min(uploads.limit, WORKBOOK_LIMIT),
    given,
    complaint,
  };
}
