/** What stands with each month: its state, what has come in, what waits, what is objected to. */
import type { Catalogue } from '../kpi/catalogue.ts';
import { deadline } from '../kpi/catalogue.ts';
import { addMonths, hanoiDay, lastDay, type Month, monthOf, periodOfMonth, rfc3339 } from '../kpi/month.ts';
import { type MonthState, monthState } from '../kpi/month-state.ts';
import { countingOver } from '../kpi/scorecard.ts';
import type { Db } from '../store/connect.ts';
import { factsFor } from '../store/facts.ts';
import { reportedMonths } from '../store/months.ts';
import { openByMonth } from '../store/objections.ts';
import { type Publication, publicationsAt } from '../store/publications.ts';
import { waitingByMonth } from '../store/waiting.ts';

export interface MonthLine {
  period: Month;
  state: MonthState;
  /** The first instant that is late, and the last day that is not. */
  deadline: string;
  last_day: string;
  returns: number;
  due: number;
  /** Submissions that wait for approval, and objections that wait for an answer. */
  waiting: number;
  objections: number;
  /** The last edition; null before the first. */
  edition: number | null;
  published_at: string | null;
  /** Why the month was opened again; null when it is not. */
  reason: string | null;
}

/** Months with figures or published, and the one whose returns are due: the newest first. `db` sees every draft. */
export async function monthLines(db: Db, catalogue: Catalogue, now: number): Promise<MonthLine[]> {
  const publications = await publicationsAt(db, null);
  const due = addMonths(monthOf(hanoiDay(now)), -1);
  const reported = await reportedMonths(db);
  const months = [...new Set([...reported, ...publications.map(p => p.month), due])].sort().reverse();
  const coverage = await coverageOf(db, catalogue, months);
  const [objections, waiting] = [await openByMonth(db), await waitingByMonth(db)];
  return months.map(month => {
    const late = deadline(catalogue, month);
    const last: Publication | null = publications.find(p => p.month === month) ?? null;
    return {
      period: month,
      state: monthState(catalogue, month, last, now),
      deadline: rfc3339(late),
      last_day: hanoiDay(late - 1),
      ...(coverage.get(month) ?? { returns: 0, due: 0 }),
      waiting: waiting.get(month) ?? 0,
      objections: objections.get(month) ?? 0,
      edition: last?.edition ?? null,
      published_at: last && rfc3339(last.publishedAt),
      reason: last?.reopened?.reason ?? null,
    };
  });
}

/** Returns in of returns due, by month. */
async function coverageOf(
  db: Db,
  catalogue: Catalogue,
  months: readonly Month[],
): Promise<Map<Month, { returns: number; due: number }>> {
  const counting = countingOver(catalogue, await factsFor(db, months, null));
  return new Map(
    months.map(month => {
      const frame = { catalogue: 'essential-25', view: 'own', boundaries: lastDay(month) } as const;
      const { national } = counting.tally('reporting_completeness', periodOfMonth(month), {
        ...frame,
        withoutVertical: false,
      });
      return [month, { returns: national.returns, due: national.due }];
    }),
  );
}
