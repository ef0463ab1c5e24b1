/** What a month, an agency and a service as written come to, worked out once for all rows that write them so. */
import { owesReturn } from './catalogue.ts';
import type { CheckContext } from './check.ts';
import { isFormulaError } from './count.ts';
import { entry } from './entry.ts';
import type { Place } from './figure.ts';
import type { Problem } from './finding.ts';
import type { HeldCell } from './held.ts';
import { type LookUps, lookUps, type Report, readAgency, readService } from './look-up.ts';
import { hanoiDay, lastDay, type Month, monthOf, readMonth } from './month.ts';

/** What all rows with the same texts for month, agency and service have in common, worked out once. */
export interface ReturnCell {
  /** Null where one of the three could not be resolved. */
  place: Place | null;
  problems: Omit<Problem, 'row'>[];
  due: boolean;
  /** Shared by all spellings of the same (month, agency, service), to find a second row. */
  rows: Rows;
}
interface Rows {
  /** Row of each unit; place 0 is the agency itself, 0 is none yet. */
  ofUnit: number[];
  first: number;
  held: HeldCell | null;
}

export interface ReturnCells {
  of(period: string, agency: string, service: string): ReturnCell;
  /** One for each (month, agency, service) that could be resolved. */
  all(): Iterable<ReturnCell>;
}

export function returnCells(context: CheckContext): ReturnCells {
  const names = lookUps(context.catalogue);
  const written = new Map<string, Map<string, Map<string, ReturnCell>>>();
  const resolved = new Map<string, ReturnCell>();
  let [lastPeriod, lastAgency]: [string | null, string | null] = [null, null];
  let cells = new Map<string, ReturnCell>();

  function make(period: string, agency: string, service: string): ReturnCell {
    const cell = resolveCell(period.trim(), agency.trim(), service.trim(), context, names);
    const { place } = cell;
    if (!place) return cell;
    const first = entry(resolved, `${place.month}|${place.agency}|${place.service}`, () => cell);
    return { ...cell, rows: first.rows };
  }

  return {
    of: (period, agency, service) => {
      // Most rows have the month and the agency of the row before.
      if (period !== lastPeriod || agency !== lastAgency) {
        const byAgency = entry(written, period, () => new Map<string, Map<string, ReturnCell>>());
        cells = entry(byAgency, agency, () => new Map<string, ReturnCell>());
        [lastPeriod, lastAgency] = [period, agency];
      }
      return entry(cells, service, () => make(period, agency, service));
    },
    all: () => resolved.values(),
  };
}

function resolveCell(
  periodText: string,
  agencyText: string,
  serviceText: string,
  context: CheckContext,
  names: LookUps,
): ReturnCell {
  const problems: Omit<Problem, 'row'>[] = [];
  const found: Report = (code, column, value, details = {}) =>
    problems.push({ column, value, code, details });
  const month = readPeriod(periodText, context, found);
  const agency = readAgency(agencyText, month && lastDay(month), context, names, found);
  const service = readService(serviceText, month, names, found);
  const rows: Rows = { ofUnit: [], first: 0, held: null };
  if (!month || !agency || !service) return { place: null, problems, due: false, rows };
  const due = owesReturn(context.catalogue, agency, service, lastDay(month));
  return { place: { month, agency: agency.code, service: service.code }, problems, due, rows };
}

function readPeriod(text: string, context: CheckContext, found: Report): Month | null {
  if (isFormulaError(text)) {
    found('formula_error', 'period', text);
    return null;
  }
  const month = text === '' ? context.period : readMonth(text);
  const thisMonth = monthOf(hanoiDay(context.now));
  if (!month) {
    found('bad_period', 'period', text, text === '' ? { blank: 'yes' } : {});
    return null;
  }
  if (text !== '' && context.period && month !== context.period) {
    found('bad_period', 'period', text, { asked: context.period });
    return null;
  }
  if (month > thisMonth) {
    found('future_period', 'period', text || month, { now: thisMonth });
    return null;
  }
  if (context.closed.has(month) && !context.reason) found('closed_period', 'period', text || month);
  return month;
}
