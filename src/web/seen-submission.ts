/** The submissions that somebody may see; one that an address names is not there for everybody else. */
import type { Request, Response } from 'express';
import { agenciesOf, may, senderOf, type Visitor } from '../kpi/access.ts';
import type { Catalogue } from '../kpi/catalogue.ts';
import { targetOf } from '../kpi/review.ts';
import { catalogueAt } from '../store/reference.ts';
import type { Whose } from '../store/submission-list.ts';
import { type StoredSubmission, submissionById } from '../store/submissions.ts';
import type { Lang } from '../words/words.ts';
import { type Deps, refuse } from './answer.ts';
import { deny } from './deny.ts';
import { fault, isFault } from './fault.ts';
import { readLang } from './question.ts';
import { visitorOf } from './visitor.ts';

export interface Seen {
  lang: Lang;
  id: string;
  submission: StoredSubmission & { storedAt: number };
  catalogue: Catalogue;
}

/** Null once the request is refused. */
export async function seenSubmission(deps: Deps, req: Request, res: Response): Promise<Seen | null> {
  const lang = readLang(req.query);
  const id = String(req.params.id);
  const submission = isFault(lang) ? null : await submissionById(deps.db, id);
  const catalogue = await catalogueAt(deps.db, null);
  if (!isFault(lang) && submission && may(visitorOf(res), 'see_submission', targetOf(submission), catalogue))
    return { lang, id, submission, catalogue };
  if (isFault(lang)) await refuse(deps, req, res, lang);
  else await (submission ? deny : refuse)(deps, req, res, fault('unknown_submission', { value: id }));
  return null;
}

/** The submissions that somebody may see, as `see_submission` tells of each: all of them, or whose. */
export function seenBy(visitor: Visitor, catalogue: Catalogue): Whose | null {
  if (may(visitor, 'see_submission')) return null;
  const agencies = visitor.kind === 'person' ? [...agenciesOf(visitor, catalogue)] : [];
  return { agencies, sentBy: senderOf(visitor) ?? '' };
}
