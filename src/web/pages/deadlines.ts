/** `/admin/deadlines`: the day by which returns are due, as dated rules, and setting it from a month on. */
import type { Request, RequestHandler, Response } from 'express';
import { accept } from '../../intake/accept.ts';
import { type Catalogue, reportingRule } from '../../kpi/catalogue.ts';
import { addDays, addMonths, firstDay, hanoiDay, isMonth, monthOf } from '../../kpi/month.ts';
import { inLang } from '../../render/address.ts';
import { type Table, toPlainCsv } from '../../render/csv.ts';
import { catalogueAt } from '../../store/reference.ts';
import { type Deps, knownOf, langOf, refuse, show } from '../answer.ts';
import { type Fault, isFault, problemOf } from '../fault.ts';
import { parameter, readLang, unknownValue } from '../question.ts';
import { actorOf } from '../visitor.ts';

/** Months on offer: some that are over, and a year ahead. */
const MONTHS_BACK = 3;
const MONTHS_OFFERED = 16;
const LATEST_DAY = 28;

export interface DeadlinesDoc {
  rules: { valid_from: string | null; valid_to: string | null; deadline_day: number }[];
  months: readonly string[];
  given: Record<string, string>;
  done: boolean;
  complaint: string | null;
}

export function deadlinesPage(deps: Deps): RequestHandler {
  return async (req, res) => {
    const lang = readLang(req.query);
    if (isFault(lang)) return refuse(deps, req, res, lang);
    await showDeadlines(deps, req, res, { done: req.query.done === '1' });
  };
}

/** Sets a deadline as a file of the same table would; an admin does that alone, for it is no figure. */
export function deadlineSet(deps: Deps): RequestHandler {
  return async (req, res) => {
    const lang = langOf(req);
    const wish = readWish(req);
    if (isFault(wish)) {
      const problem = problemOf(wish, lang);
      res.status(problem.status);
      return showDeadlines(deps, req, res, { complaint: problem.detail, given: req.body ?? {} });
    }
    const actor = actorOf(req);
    const rows = rowsFor(await catalogueAt(deps.db, null), wish);
    const receipt = await accept(
      deps.db,
      {
        bytes: Buffer.from(toPlainCsv(rows)),
        ...{ fileName: 'reporting_rules.csv', contentType: 'text/csv', kind: 'catalogue', door: 'page' },
        ...{ period: null, agency: null, reason: wish.reason, lang, alone: true },
        ...{ sender: actor.visitor.name, actor },
        deed: {
          action: 'deadline_set',
          subject: 'deadline',
          after: { from: wish.from, deadline_day: wish.day },
        },
      },
      deps.now,
    );
    if (receipt.status === 'refused') {
      const complaint = receipt.problems.map(p => `${p.message} ${p.remedy}`).join(' ');
      return showDeadlines(deps, req, res.status(422), { complaint, given: req.body ?? {} });
    }
    res.redirect(303, inLang('/admin/deadlines?done=1', lang));
  };
}

interface Wish {
  from: string;
  day: number;
  reason: string | null;
}

function readWish(req: Request): Wish | Fault {
  const [from, day, reason] = ['from', 'day', 'reason'].map(name => parameter(req.body ?? {}, name));
  for (const text of [from, day, reason]) if (isFault(text)) return text;
  if (typeof from !== 'string' || !isMonth(from)) return unknownValue('from', String(from ?? ''), '2025-07');
  if (typeof day !== 'string' || !/^\d{1,2}$/.test(day) || Number(day) < 1 || Number(day) > LATEST_DAY)
    return unknownValue('day', String(day ?? ''), `1 – ${LATEST_DAY}`);
  return { from, day: Number(day), reason: (reason as string | undefined)?.trim() || null };
}

/** The rule in force in the month ends the day before it; its follower goes on to where that one ended. */
function rowsFor(catalogue: Catalogue, { from, day }: Wish): Table {
  const rule = reportingRule(catalogue, from);
  const begin = firstDay(from);
  const columns = ['valid_from', 'valid_to', 'window_vi', 'window_en', 'deadline_day'];
  const row = (valid_from: string | null, valid_to: string | null, deadline_day: number) => ({
    ...{ valid_from, valid_to, deadline_day, window_vi: rule.windowVi, window_en: rule.windowEn },
  });
  const rows = [row(begin, rule.validTo, day)];
  if (rule.validFrom !== begin) rows.unshift(row(rule.validFrom, addDays(begin, -1), rule.deadlineDay));
  return { columns, rows };
}

async function showDeadlines(
  deps: Deps,
  req: Request,
  res: Response,
  said: Partial<Pick<DeadlinesDoc, 'done' | 'complaint' | 'given'>>,
): Promise<void> {
  const known = await knownOf(deps);
  const first = addMonths(monthOf(hanoiDay(deps.now())), -MONTHS_BACK);
  const doc: DeadlinesDoc = {
    rules: (known.catalogue?.reportingRules ?? []).map(rule => ({
      valid_from: rule.validFrom,
      valid_to: rule.validTo,
      deadline_day: rule.deadlineDay,
    })),
    months: Array.from({ length: MONTHS_OFFERED }, (_, i) => addMonths(first, i)),
    ...{ given: { from: addMonths(first, MONTHS_BACK) }, done: false, complaint: null },
    ...said,
  };
  res.set('Cache-Control', 'no-store');
  show(deps, req, res, 'deadlines', doc, known);
}
