/** Months, days and periods as text, with their arithmetic; everything is Hanoi time (UTC+7, no summer time). */

/** A calendar month, `YYYY-MM`. */
export type Month = string;
/** A calendar day, `YYYY-MM-DD`. */
export type Day = string;

/** One month, or a run of months that is asked for together. `id` is what stands in an address. */
export interface Period {
  id: string;
  /** In order, never empty. */
  months: Month[];
  first: Month;
  last: Month;
}

const HANOI_OFFSET_MS = 7 * 3_600_000;

const pad = (n: number): string => String(n).padStart(2, '0');

/** Whether `text` is a month from 1900 to 9999. */
export function isMonth(text: string): boolean {
  return /^(19|[2-9]\d)\d\d-(0[1-9]|1[0-2])$/.test(text);
}

/** Whether `text` is a real calendar day, `YYYY-MM-DD`. */
export function isDay(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(text) || !isMonth(text.slice(0, 7))) return false;
  const day = Number(text.slice(8));
  return day >= 1 && day <= Number(lastDay(text.slice(0, 7)).slice(8));
}

/** The month `by` months after `month` (before, when negative). */
export function addMonths(month: Month, by: number): Month {
  const serial = Number(month.slice(0, 4)) * 12 + Number(month.slice(5)) - 1 + by;
  return `${Math.floor(serial / 12)}-${pad((serial % 12) + 1)}`;
}

/** All months from `first` to `last`, both included; empty when `last` comes first. */
export function monthsBetween(first: Month, last: Month): Month[] {
  const months: Month[] = [];
  for (let m = first; m <= last; m = addMonths(m, 1)) months.push(m);
  return months;
}

export function firstDay(month: Month): Day {
  return `${month}-01`;
}

export function lastDay(month: Month): Day {
  const days = new Date(Date.UTC(Number(month.slice(0, 4)), Number(month.slice(5)), 0)).getUTCDate();
  return `${month}-${pad(days)}`;
}

export function monthOf(day: Day): Month {
  return day.slice(0, 7);
}

/** The day after (or before) `day` by a number of days. */
export function addDays(day: Day, by: number): Day {
  const t = Date.UTC(Number(day.slice(0, 4)), Number(day.slice(5, 7)) - 1, Number(day.slice(8)) + by);
  return new Date(t).toISOString().slice(0, 10);
}

/** The Hanoi calendar day on which `instant` (milliseconds since 1970 UTC) falls. */
export function hanoiDay(instant: number): Day {
  return new Date(instant + HANOI_OFFSET_MS).toISOString().slice(0, 10);
}

/** The instant (milliseconds since 1970 UTC) at which `day` begins in Hanoi. */
export function startOfDay(day: Day): number {
  return Date.parse(`${day}T00:00:00Z`) - HANOI_OFFSET_MS;
}

/**
 * The first instant that is too late for a return of `month`: day `deadlineDay` of the next month,
 * 24:00 Hanoi time.
 */
export function deadlineOf(month: Month, deadlineDay: number): number {
  return startOfDay(addDays(`${addMonths(month, 1)}-${pad(deadlineDay)}`, 1));
}

/** An instant as RFC 3339 in Hanoi time, to the millisecond. */
export function rfc3339(instant: number): string {
  return `${new Date(instant + HANOI_OFFSET_MS).toISOString().slice(0, -1)}+07:00`;
}

/** Reads an RFC 3339 instant with offset; null when it is none. */
export function parseInstant(text: string): number | null {
  if (!/^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d(:\d\d(\.\d+)?)?([Zz]|[+-]\d\d:\d\d)$/.test(text)) return null;
  if (!isDay(text.slice(0, 10))) return null;
  const t = Date.parse(text);
  return Number.isNaN(t) ? null : t;
}

/** A period of one month. */
export function periodOfMonth(month: Month): Period {
  return { id: month, months: [month], first: month, last: month };
}

/**
 * Reads a period as it stands in an address: `2022-07`, `2023-Q2`, `2023-H1` or `2023-YTD-05`
 * (year to date up to May); null when it is none of these.
 */
export function parsePeriod(text: string): Period | null {
  if (isMonth(text)) return periodOfMonth(text);
  const group = /^((?:19|[2-9]\d)\d\d)-(?:Q([1-4])|H([12])|YTD-(0[1-9]|1[0-2]))$/.exec(text);
  if (!group) return null;
  const [, year, quarter, half, to] = group;
  const [from, until] = quarter
    ? [Number(quarter) * 3 - 2, Number(quarter) * 3]
    : half
      ? [Number(half) * 6 - 5, Number(half) * 6]
      : [1, Number(to)];
  const first = `${year}-${pad(from)}`;
  const last = `${year}-${pad(until)}`;
  return { id: text, months: monthsBetween(first, last), first, last };
}

/** The period of the same length just before: the month, quarter, half-year or year to date before. */
export function periodBefore(period: Period): Period {
  if (isMonth(period.id)) return periodOfMonth(addMonths(period.first, -1));
  const year = Number(period.id.slice(0, 4));
  if (period.id.includes('-YTD-')) return parsePeriod(`${year - 1}${period.id.slice(4)}`) as Period;
  const letter = period.id[5];
  const count = letter === 'Q' ? 4 : 2;
  const n = Number(period.id[6]);
  return parsePeriod(n === 1 ? `${year - 1}-${letter}${count}` : `${year}-${letter}${n - 1}`) as Period;
}

/** The same period a year earlier. */
export function yearBefore(period: Period): Period {
  return parsePeriod(`${Number(period.id.slice(0, 4)) - 1}${period.id.slice(4)}`) as Period;
}

/**
 * Reads a month as offices write it in a file: `2022-07`, `07/2022`, `7-2022`, `Tháng 7/2022`,
 * `tháng 07 năm 2022`, or the first or last day of that month, which spreadsheets put in its place; null when
 * it is none.
 */
export function readMonth(text: string): Month | null {
  const t = text.normalize('NFC').trim().toLowerCase();
  const found =
    /^(?<y>\d{4})[-/.](?<m>\d{1,2})$/.exec(t) ??
    /^(?:(?:kỳ|ky)\s+)?(?:(?:tháng|thang)\s*)?(?<m>\d{1,2})\s*(?:[-/.]|\s*(?:năm|nam)\s*)\s*(?<y>\d{4})$/.exec(
      t,
    );
  if (found?.groups) {
    const month = `${found.groups.y}-${pad(Number(found.groups.m))}`;
    return isMonth(month) ? month : null;
  }
  const day = readDay(t);
  return day && (day.endsWith('-01') || day === lastDay(monthOf(day))) ? monthOf(day) : null;
}

/** Reads a day as offices write it: `2022-08-09`, `09/08/2022`, `9-8-2022`; null when it is none. */
export function readDay(text: string): Day | null {
  const t = text.trim();
  const found =
    /^(?<y>\d{4})-(?<m>\d\d)-(?<d>\d\d)(?:[T ]00:00.*)?$/.exec(t) ??
    /^(?<d>\d{1,2})[-/.](?<m>\d{1,2})[-/.](?<y>\d{4})$/.exec(t);
  if (!found?.groups) return null;
  const day = `${found.groups.y}-${pad(Number(found.groups.m))}-${pad(Number(found.groups.d))}`;
  return isDay(day) ? day : null;
}
