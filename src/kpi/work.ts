/** What offices still owe in the months that are open: returns, by when, and what is late. */
import { type Catalogue, deadline } from './catalogue.ts';
import { reportersIn, servicesDue } from './facts.ts';
import { addMonths, hanoiDay, lastDay, type Month, monthOf, monthsBetween } from './month.ts';

/** The returns of one agency for one month. */
export interface Owed {
  month: Month;
  agency: string;
  /** First instant (ms) at which a return is late. */
  deadline: number;
  due: number;
  received: number;
  /** Services whose return is not current. */
  missing: string[];
  /** Something is missing and the deadline is over. */
  late: boolean;
}

/** How many months back an open one is still looked at. */
const MONTHS_BACK = 12;

/**
 * The months that are over and take returns, newest first: those not closed since the first that holds figures,
 * a year back at most. Where nothing was reported yet, the last one.
 */
export function openMonths(reported: readonly Month[], closed: readonly Month[], now: number): Month[] {
  const last = addMonths(monthOf(hanoiDay(now)), -1);
  const first = [...reported, ...closed, last].sort()[0] as Month;
  const shut = new Set(closed);
  return monthsBetween(first, last)
    .slice(-MONTHS_BACK)
    .filter(month => !shut.has(month))
    .reverse();
}

/** What some agencies (null: all) owe in some months. `returns`: those that are current, as `MONTH|AGENCY|SERVICE`. */
export function owedBy(
  catalogue: Catalogue,
  agencies: ReadonlySet<string> | null,
  months: readonly Month[],
  returns: ReadonlySet<string>,
  now: number,
): Owed[] {
  return months.flatMap(month =>
    reportersIn(catalogue, month)
      .filter(({ code }) => agencies === null || agencies.has(code))
      .flatMap(agency => {
        const services = servicesDue(catalogue, agency, lastDay(month)).map(s => s.code);
        const missing = services.filter(code => !returns.has(`${month}|${agency.code}|${code}`));
        const end = deadline(catalogue, month);
        const late = missing.length > 0 && now >= end;
        const owed = {
          month,
          agency: agency.code,
          deadline: end,
          due: services.length,
          received: services.length - missing.length,
          missing,
          late,
        };
        return services.length ? [owed] : [];
      }),
  );
}

/** How far all offices are with a month. */
export interface Progress {
  month: Month;
  deadline: number;
  /** Its deadline is over. */
  over: boolean;
  due: number;
  received: number;
  /** Offices that owe returns, and those of them with everything in. */
  offices: number;
  complete: number;
}

/** What all owe, month by month. */
export function progressOf(owed: readonly Owed[], now: number): Progress[] {
  return [...new Set(owed.map(o => o.month))].map(month => {
    const those = owed.filter(o => o.month === month);
    const sum = (count: (o: Owed) => number): number => those.reduce((total, o) => total + count(o), 0);
    const end = (those[0] as Owed).deadline;
    return {
      month,
      deadline: end,
      over: now >= end,
      due: sum(o => o.due),
      received: sum(o => o.received),
      offices: those.length,
      complete: those.filter(o => o.missing.length === 0).length,
    };
  });
}
