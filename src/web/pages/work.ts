/** `/work`: what somebody who is signed in has to do, and what waits for others. */
import type { RequestHandler } from 'express';
import { agenciesOf, type Visitor } from '../../kpi/access.ts';
import { hanoiDay, rfc3339 } from '../../kpi/month.ts';
import { type Decision, hindranceTo } from '../../kpi/review.ts';
import { type Owed, openMonths, owedBy, type Progress, progressOf } from '../../kpi/work.ts';
import { holdsAt, lateEntries } from '../../store/late-entries.ts';
import { closedMonths, publishedMonths, reportedMonths, returnsOf } from '../../store/months.ts';
import { catalogueAt } from '../../store/reference.ts';
import { type OpenSubmission, openSubmissions } from '../../store/submission-list.ts';
import { type Deps, prefersJson, refuse, show } from '../answer.ts';
import { isFault } from '../fault.ts';
import { readLang } from '../question.ts';
import { seenBy } from '../seen-submission.ts';
import { visitorOf } from '../visitor.ts';

/** How long what was returned stands among what there is to do. */
const DAYS_BACK = 90;
const DAY_MS = 24 * 3_600_000;

type Shown = Omit<
  OpenSubmission,
  'received_at' | 'sentBy' | 'sentAs' | 'confirmedAt' | 'problem_count' | 'last_review'
> & { received_at: string };
/** The first instant that is late, and the last day that is not. */
type WithDeadline<T> = Omit<T, 'deadline'> & { deadline: string; last_day: string };

export interface WorkDoc {
  role: string;
  agency: string | null;
  today: string;
  /** For somebody of an office: its months that are open, newest first. */
  owed: WithDeadline<Owed>[];
  /** For whoever oversees all offices. */
  progress: WithDeadline<Progress>[];
  /** To be confirmed by the reader, who sent them. */
  confirm: Shown[];
  /** To be approved or returned by the reader. */
  approve: Shown[];
  /** Returned to the office, with their comments. */
  returned: Shown[];
  /** What waits for somebody else. */
  waiting: Shown[];
  /** Closed months for which the office may still report. */
  late_entries: { agency: string; month: string; until: string; reason: string }[];
}

export function workPage(deps: Deps, format: 'html' | 'json'): RequestHandler {
  return async (req, res) => {
    const lang = readLang(req.query);
    if (isFault(lang)) return refuse(deps, req, res, lang);
    const doc = await workOf(deps, visitorOf(res));
    res.set('Cache-Control', 'no-store');
    if (format === 'json' || prefersJson(req)) {
      res.json(doc);
      return;
    }
    const known = { catalogue: await catalogueAt(deps.db, null), months: await publishedMonths(deps.db) };
    show(deps, req, res, 'work', doc, known);
  };
}

async function workOf({ db, now }: Deps, visitor: Visitor): Promise<WorkDoc> {
  const at = now();
  const catalogue = await catalogueAt(db, null);
  const own = visitor.agency === null ? null : agenciesOf(visitor, catalogue);
  const months = openMonths(await reportedMonths(db), await closedMonths(db), at);
  const owed = owedBy(catalogue, own, months, await returnsOf(db, months), at);
  const open = await openSubmissions(db, seenBy(visitor, catalogue), at - DAYS_BACK * DAY_MS);
  const mayNow = (decision: Decision) => (s: OpenSubmission) =>
    hindranceTo(decision, s, visitor, catalogue) === null;
  const waits = open.filter(s => s.awaits !== null);
  const confirm = waits.filter(mayNow('confirm'));
  const approve = waits.filter(mayNow('approve'));
  return {
    role: visitor.role ?? visitor.kind,
    agency: visitor.agency,
    today: hanoiDay(at),
    owed: own === null ? [] : owed.map(dated),
    progress: own === null ? progressOf(owed, at).map(dated) : [],
    confirm: confirm.map(shown),
    approve: approve.map(shown),
    returned: open.filter(s => s.awaits === null && visitor.role !== 'leader').map(shown),
    waiting: waits.filter(s => !confirm.includes(s) && !approve.includes(s)).map(shown),
    late_entries: (own === null ? [] : await lateEntries(db, own))
      .filter(entry => holdsAt(entry, at))
      .map(({ agency, month, until, reason }) => ({ agency, month, until, reason })),
  };
}

const dated = <T extends { deadline: number }>(of: T): WithDeadline<T> => ({
  ...of,
  deadline: rfc3339(of.deadline),
  last_day: hanoiDay(of.deadline - 1),
});

function shown(s: OpenSubmission): Shown {
  const { sentBy: _, sentAs: __, confirmedAt: ___, problem_count: ____, last_review: _____, ...rest } = s;
  return { ...rest, received_at: rfc3339(s.received_at.getTime()) };
}
