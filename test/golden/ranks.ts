/** The auditor's ranking: exact comparison, shared ranks, reasons, Wilson bounds, and ranges from exact bounds. */

import { type Data, endOf, type State } from './raw.ts';
import {
  type Counted,
  count,
  dutiesOf,
  monthsOf,
  type Parts,
  type Question,
  RATES,
  rowsOf,
  versionOn,
} from './recount.ts';

export interface Line {
  agency: string;
  rank: number;
  rankLow: number | null;
  rankHigh: number | null;
  numerator: number;
  denominator: number;
  low: number | null;
  high: number | null;
  change: number | null;
  parts: Parts;
}
export interface Left {
  agency: string;
  reason: string;
  parts: Parts;
}
export interface Recount {
  version: number;
  ranked: Line[];
  notRanked: Left[];
  national: Parts;
  coverage: { returns: number; due: number; rowsIn: number; rows: number };
  /** Agencies that a merger formed after the boundary date. */
  asFormed: string[];
}

/**
 * Ranks the agencies of a kind and compares with the period of the same length before, if anybody reported
 * in each of its months: silence of all is no ranking to compare with.
 */
export function recount(data: Data, state: State, question: Question): Recount {
  const now = rankOnce(data, state, question);
  const before = periodBefore(question.period);
  const boundaries = question.boundaries ?? endOf(monthsOf(question.period).at(-1) as string);
  if (!monthsOf(before).every(month => rowsOf(state).has(month))) return now;
  const earlier = rankOnce(data, state, { ...question, period: before, boundaries });
  for (const line of now.ranked) {
    const then = earlier.ranked.find(l => l.agency === line.agency);
    line.change = then && earlier.version === now.version ? then.rank - line.rank : null;
  }
  return now;
}

/** The period of the same length just before; of a year to date, the same months a year earlier. */
export function periodBefore(period: string): string {
  const year = Number(period.slice(0, 4));
  const part = period.slice(5);
  if (part.startsWith('YTD')) return `${year - 1}-${part}`;
  const [letter, number, size, most] = /^\d/.test(part)
    ? ['', Number(part), 2, 12]
    : [part[0] as string, Number(part[1]), 1, part[0] === 'Q' ? 4 : 2];
  const text = (n: number): string => `${letter}${String(n).padStart(size, '0')}`;
  return number === 1 ? `${year - 1}-${text(most)}` : `${year}-${text(number - 1)}`;
}

function rankOnce(data: Data, state: State, question: Question): Recount {
  const duty = dutiesOf(data);
  const { groups, national }: Counted = count(data, state, question);
  const end = endOf(monthsOf(question.period).at(-1) as string);
  const codes = new Set<string>();
  for (const month of monthsOf(question.period)) {
    for (const { code = '', kind } of duty.agencies(endOf(month))) {
      if (kind === question.kind) codes.add(duty.onBoundaries(code, question.boundaries ?? end));
    }
  }
  const minimum = question.indicator in RATES ? 30 : question.indicator === 'index_766' ? 20 : 1;
  const lowerIsBetter = question.indicator === 'overdue';
  const candidates: { agency: string; numerator: number; denominator: number; parts: Parts }[] = [];
  const notRanked: Left[] = [];
  const coverage = { returns: 0, due: 0, rowsIn: 0, rows: 0 };
  for (const agency of codes) {
    const parts = groups.get(agency) ?? NONE;
    for (const key of ['returns', 'due', 'rowsIn', 'rows'] as const) coverage[key] += parts[key];
    const { numerator, denominator } = parts;
    const reason =
      !parts.asked && !parts.came
        ? 'nothing_to_divide'
        : !parts.came
          ? 'no_return'
          : !denominator
            ? 'nothing_to_divide'
            : denominator < minimum
              ? 'below_minimum'
              : null;
    if (reason) notRanked.push({ agency, reason, parts });
    else
      candidates.push({ agency, numerator: numerator as number, denominator: denominator as number, parts });
  }
  const better = (a: (typeof candidates)[number], b: (typeof candidates)[number]): boolean => {
    const left = millionths(a.numerator) * millionths(b.denominator);
    const right = millionths(b.numerator) * millionths(a.denominator);
    return lowerIsBetter ? left < right : left > right;
  };
  const wide = candidates.map(c =>
    question.indicator in RATES
      ? exactBounds(c.numerator, c.denominator, 1 - 0.95 ** (1 / candidates.length))
      : null,
  );
  const ranked = candidates.map((c, i): Line => {
    const own = wide[i];
    const narrow = own ? bounds(c.numerator, c.denominator, 1.959963984540054) : null;
    const others = wide.filter(w => w !== null && w !== own) as [number, number][];
    const surely = (isBetter: boolean): number =>
      own ? others.filter(o => (isBetter !== lowerIsBetter ? o[0] > own[1] : o[1] < own[0])).length : 0;
    return {
      ...c,
      rank: 1 + candidates.filter(other => better(other, c)).length,
      rankLow: own ? 1 + surely(true) : null,
      rankHigh: own ? candidates.length - surely(false) : null,
      low: narrow ? narrow[0] : null,
      high: narrow ? narrow[1] : null,
      change: null,
    };
  });
  const asFormed = [...codes].filter(code => {
    const begins = data.agencies.find(a => a.code === code)?.valid_from;
    return begins && begins > (question.boundaries ?? end);
  });
  return { version: versionOn(question.indicator, end), ranked, notRanked, national, coverage, asFormed };
}

/** Points have six decimals; everything else is whole. */
const millionths = (sum: number): bigint => BigInt(Math.round(sum * 1e6));

const NONE: Parts = {
  ...{ numerator: null, denominator: null, returns: 0, due: 0, rowsIn: 0, rows: 0 },
  ...{ asked: false, came: false },
};

/** Wilson's bounds as the two roots of (n + z²)p² − (2k + z²)p + k²/n = 0. */
export function bounds(k: number, n: number, z: number): [number, number] {
  const root = z * Math.sqrt(z * z + (4 * k * (n - k)) / n);
  const twice = 2 * (n + z * z);
  return [(2 * k + z * z - root) / twice, (2 * k + z * z + root) / twice];
}

/** Clopper and Pearson's bounds by bisection over sums of the binomial distribution. */
function exactBounds(k: number, n: number, miss: number): [number, number] {
  return [leastShare(k, n, miss / 2), 1 - leastShare(n - k, n, miss / 2)];
}

function leastShare(k: number, n: number, tail: number): number {
  if (k === 0) return 0;
  let [low, high] = [0, k / n];
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (chanceOfMore(k, n, middle) < tail) low = middle;
    else high = middle;
  }
  return low;
}

/** Probability of k or more of n at share p: the term of k, then each from the one before. */
function chanceOfMore(k: number, n: number, p: number): number {
  let term = Math.exp(logOf(n) - logOf(k) - logOf(n - k) + k * Math.log(p) + (n - k) * Math.log1p(-p));
  let sum = 0;
  for (let j = k; j <= n && term > sum * 1e-17; j++) {
    sum += term;
    term *= ((n - j) / (j + 1)) * (p / (1 - p));
  }
  return sum;
}

/** Logarithms of factorials, added up as far as they are asked for. */
const logs = [0];
function logOf(n: number): number {
  for (let i = logs.length; i <= n; i++) logs.push((logs[i - 1] as number) + Math.log(i));
  return logs[n] as number;
}
