/** `/submissions`: what was handed in, newest first. */
import type { RequestHandler } from 'express';
import { rfc3339 } from '../../kpi/month.ts';
import { catalogueAt } from '../../store/reference.ts';
import { type ListedSubmission, listSubmissions } from '../../store/submission-list.ts';
import { type Deps, knownOf, prefersJson, refuse, show } from '../answer.ts';
import { fault, isFault } from '../fault.ts';
import { parameter, readLang } from '../question.ts';
import { seenBy } from '../seen-submission.ts';
import { visitorOf } from '../visitor.ts';

const PER_PAGE = 30;

export interface SubmissionList {
  submissions: (Omit<ListedSubmission, 'received_at'> & { received_at: string })[];
  /** What `before` is on the next page; null on the last. */
  older: string | null;
  /** Whether this is not the first page. */
  later: boolean;
}

export function submissionListPage(deps: Deps, format: 'html' | 'json'): RequestHandler {
  return async (req, res) => {
    const lang = readLang(req.query);
    if (isFault(lang)) return refuse(deps, req, res, lang);
    const before = parameter(req.query, 'before') ?? null;
    if (isFault(before)) return refuse(deps, req, res, before);
    if (before !== null && !/^\d{1,15}$/.test(before)) {
      const allowed = '1, 2, 3 …';
      return refuse(deps, req, res, fault('unknown_value', { parameter: 'before', value: before, allowed }));
    }
    // One more than is shown tells whether there is a next page.
    const whose = seenBy(visitorOf(res), await catalogueAt(deps.db, null));
    const found = await listSubmissions(
      deps.db,
      whose,
      before === null ? null : Number(before),
      PER_PAGE + 1,
    );
    const shown = found.slice(0, PER_PAGE);
    const doc: SubmissionList = {
      submissions: shown.map(s => ({ ...s, received_at: rfc3339(s.received_at.getTime()) })),
      older: found.length > PER_PAGE ? (shown.at(-1)?.id ?? null) : null,
      later: before !== null,
    };
    res.set('Cache-Control', 'no-store');
    if (format === 'json' || prefersJson(req)) res.json(doc);
    else show(deps, req, res, 'submissions', doc, await knownOf(deps));
  };
}
