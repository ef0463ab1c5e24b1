/** What a rate was added up from: the parts of one group's sums, narrowed as asked, in one order. */
import type { Catalogue } from './catalogue.ts';
import type { Facts, Frame } from './facts.ts';
import { COUNTS, type CountName, type Counts, KEPT_SUMS, type KeptSum, type SumName } from './figure.ts';
import type { IndicatorId, IndicatorVersion } from './indicators.ts';
import type { Month, Period } from './month.ts';
import type { Part } from './part.ts';
import type { Fraction } from './rate.ts';
import { tallyIndicator } from './tally.ts';

/** The country, where a group of agencies could stand. */
export const NATIONAL = 'national';

/** Which of the parts are looked at; null leaves a choice open. */
export interface Narrowed {
  service: string | null;
  month: Month | null;
  /** The agency that reports, where several stand behind a group. */
  reporter: string | null;
}

export interface Lineage extends Fraction {
  indicator: IndicatorVersion;
  rowsIn: number;
  rows: number;
  /** By month, then agency, then service, each by its code. */
  parts: Part[];
}

/**
 * Adds up the rate of a group (a code on the frame's boundaries, or `national`) and keeps every part. Not
 * narrowed, it is what `tallyIndicator` says of that group: the parts are those that it added.
 */
export function traceRate(
  catalogue: Catalogue,
  facts: Facts,
  id: IndicatorId,
  period: Period,
  frame: Frame,
  group: string,
  { service, month, reporter }: Narrowed,
): Lineage {
  const parts: Part[] = [];
  const { indicator, national } = tallyIndicator(catalogue, facts, id, period, frame, part => {
    if (group === NATIONAL ? !part.national : part.group !== group) return;
    if (service !== null && part.service !== service) return;
    if (month !== null && part.month !== month) return;
    if (reporter === null || part.agency === reporter) parts.push(part);
  });
  // Where nobody reported any status, the country has no rate, and so no parts.
  if (group === NATIONAL && !national.returned) parts.length = 0;
  parts.sort((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1));
  const lineage: Lineage = { indicator, numerator: null, denominator: null, rowsIn: 0, rows: 0, parts };
  for (const part of parts) {
    lineage.rowsIn += part.rowsIn;
    lineage.rows += part.rows;
    if (part.numerator === null || part.denominator === null) continue;
    lineage.numerator = (lineage.numerator ?? 0) + part.numerator;
    lineage.denominator = (lineage.denominator ?? 0) + part.denominator;
  }
  return lineage;
}

/** Where a part stands in the order of its list: `MONTH|AGENCY|SERVICE`, or the id of a task as the last. */
export function placeOf({ month, agency, service, task }: Part): string {
  return `${month}|${agency}|${task?.id ?? service}`;
}

/** The counts of a row that enter a rate, and those that must be filled in for the row to enter at all. */
export interface Formula {
  numerator: CountName[];
  denominator: CountName[];
  needed: CountName[];
}

/** The formula of an indicator over the counts of one row; stocks enter in the last month of a period only. */
export function formulaOf(indicator: IndicatorVersion, isLast: boolean): Formula | null {
  if (indicator.kind !== 'dossiers') return null;
  const kept = (names: readonly SumName[]): KeptSum[] =>
    KEPT_SUMS.filter(sum => names.includes(sum.name) && (isLast || !sum.stock));
  const counts = (names: readonly SumName[]): CountName[] => kept(names).flatMap(sum => sum.add ?? []);
  const rows: KeptSum | undefined = KEPT_SUMS.find(sum => sum.name === indicator.rows);
  return {
    numerator: counts(indicator.numerator),
    denominator: counts(indicator.denominator),
    needed: COUNTS.filter(name => rows?.reported.includes(name)),
  };
}

/** What the counts of one row add to a rate; nothing when a needed count is blank. */
export function fractionOf(counts: Counts, { numerator, denominator, needed }: Formula): Fraction {
  if (needed.some(name => counts[name] === null)) return { numerator: null, denominator: null };
  const sum = (names: readonly CountName[]): number => names.reduce((n, name) => n + (counts[name] ?? 0), 0);
  return { numerator: sum(numerator), denominator: sum(denominator) };
}
