/** `/admin/late-entries`: which offices may still report for a closed month, granting that, and ending it. */
import type { Request, RequestHandler, Response } from 'express';
import { addDays, addMonths, hanoiDay, isDay, isMonth, monthOf, rfc3339 } from '../../kpi/month.ts';
import { byName } from '../../kpi/ranking.ts';
import { LONGEST_COMMENT } from '../../kpi/review.ts';
import { inLang } from '../../render/address.ts';
import type { Choice } from '../../render.ts';
import { namesOf } from '../../store/accounts.ts';
import {
  endLateEntry,
  grantLateEntry,
  holdsAt,
  type LateEntry,
  lateEntries,
} from '../../store/late-entries.ts';
import { catalogueAt } from '../../store/reference.ts';
import { type Deps, knownOf, langOf, refuse, show } from '../answer.ts';
import { type Fault, fault, isFault, problemOf } from '../fault.ts';
import { parameter, readLang, unknownValue } from '../question.ts';
import { localName } from '../shape.ts';
import { actorOf } from '../visitor.ts';

/** How far back months are on offer, and how many days ahead an entry may reach. */
const MONTHS_OFFERED = 36;
const DAYS_AHEAD = 366;

export interface LateEntriesDoc {
  entries: {
    id: string;
    agency: string;
    month: string;
    until: string;
    reason: string;
    granted_by: string;
    granted_at: string;
    open: boolean;
  }[];
  agencies: readonly Choice[];
  months: readonly string[];
  today: string;
  longest_reason: number;
  given: Record<string, string>;
  done: 'granted' | 'ended' | null;
  complaint: string | null;
}

export function lateEntriesPage(deps: Deps): RequestHandler {
  return async (req, res) => {
    const lang = readLang(req.query);
    if (isFault(lang)) return refuse(deps, req, res, lang);
    const done = req.query.done === 'granted' || req.query.done === 'ended' ? req.query.done : null;
    await showLateEntries(deps, req, res, { done });
  };
}

export function lateEntryGranted(deps: Deps): RequestHandler {
  return async (req, res) => {
    const wish = await readWish(deps, req);
    if (isFault(wish)) {
      const problem = problemOf(wish, langOf(req));
      res.status(problem.status);
      return showLateEntries(deps, req, res, { complaint: problem.detail, given: givenIn(req) });
    }
    await grantLateEntry(deps.db, wish, actorOf(req), deps.now());
    res.redirect(303, inLang('/admin/late-entries?done=granted', langOf(req)));
  };
}

export function lateEntryEnded(deps: Deps): RequestHandler {
  return async (req, res) => {
    // One that was ended before stays as it is; the page shows it.
    const ended = await endLateEntry(deps.db, String(req.params.id), actorOf(req), deps.now());
    res.redirect(303, inLang(`/admin/late-entries${ended ? '?done=ended' : ''}`, langOf(req)));
  };
}

type Wish = Pick<LateEntry, 'agency' | 'month' | 'until' | 'reason'>;

async function readWish(deps: Deps, req: Request): Promise<Wish | Fault> {
  const texts: string[] = [];
  for (const name of ['agency', 'period', 'until', 'reason']) {
    const text = parameter(req.body ?? {}, name);
    if (isFault(text)) return text;
    texts.push(text?.trim() ?? '');
  }
  const [agency = '', month = '', until = '', reason = ''] = texts;
  const today = hanoiDay(deps.now());
  const found = (await catalogueAt(deps.db, null)).agencyByCode.get(agency);
  if (!found || found.kind === 'group') return unknownValue('agency', agency, 'ha-noi, da-nang, bca');
  if (!isMonth(month) || month > monthOf(today)) return unknownValue('period', month, '2025-07');
  if (!isDay(until) || until < today || until > addDays(today, DAYS_AHEAD))
    return unknownValue('until', until, `${today} – ${addDays(today, DAYS_AHEAD)}`);
  const limit = String(LONGEST_COMMENT);
  return reason === '' || reason.length > LONGEST_COMMENT
    ? fault('missing_comment', { parameter: 'reason', limit })
    : { agency, month, until, reason };
}

function givenIn(req: Request): Record<string, string> {
  const texts = Object.entries(req.body ?? {}).flatMap(([name, text]) =>
    typeof text === 'string' ? [[name, text] as const] : [],
  );
  return Object.fromEntries(texts);
}

async function showLateEntries(
  deps: Deps,
  req: Request,
  res: Response,
  said: Partial<Pick<LateEntriesDoc, 'done' | 'complaint' | 'given'>>,
): Promise<void> {
  const known = await knownOf(deps);
  const now = deps.now();
  const today = hanoiDay(now);
  const entries = await lateEntries(deps.db, null);
  const names = await namesOf(
    deps.db,
    entries.map(e => e.grantedBy),
  );
  const doc: LateEntriesDoc = {
    entries: entries.map(({ grantedBy, grantedAt, endedAt: _, ...entry }, i) => ({
      ...entry,
      granted_by: names.get(grantedBy) ?? grantedBy,
      granted_at: rfc3339(grantedAt),
      open: holdsAt(entries[i] as LateEntry, now),
    })),
    agencies: (known.catalogue?.agencies ?? [])
      .filter(a => a.kind !== 'group')
      .sort(byName)
      .map(a => ({ value: a.code, name: localName(a, langOf(req)) })),
    months: Array.from({ length: MONTHS_OFFERED }, (_, i) => addMonths(monthOf(today), -1 - i)),
    today,
    longest_reason: LONGEST_COMMENT,
    given: {},
    done: null,
    complaint: null,
    ...said,
  };
  res.set('Cache-Control', 'no-store');
  show(deps, req, res, 'late-entries', doc, known);
}
