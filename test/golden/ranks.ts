/** The auditor's ranking: exact comparison, shared ranks, reasons, Wilson bounds and the ranges they allow. */

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
  const minimum = question.indicator in RATES ? 30 : 1;
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
    const left = BigInt(a.numerator) * BigInt(b.denominator);
    const right = BigInt(b.numerator) * BigInt(a.denominator);
    return lowerIsBetter ? left < right : left > right;
  };
  const wide = candidates.map(c =>
    question.indicator in RATES ? bounds(c.numerator, c.denominator, zFor(candidates.length)) : null,
  );
  const ranked = candidates.map((c, i): Line => {
    const own = wide[i];
    const narrow = own ? bounds(c.numerator, c.denominator, zFor(1)) : null;
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

const zByCount = new Map<number, number>();

/** The z at which `count` independent intervals hold together with 95 %, by bisection over the normal integral. */
export function zFor(count: number): number {
  const there = zByCount.get(count);
  if (there !== undefined) return there;
  const inside = 0.95 ** (1 / count);
  let [low, high] = [1, 8];
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (insideOf(middle) < inside) low = middle;
    else high = middle;
  }
  zByCount.set(count, low);
  return low;
}

/** Probability that a standard normal variable lies within ±z, by Simpson's rule. */
function insideOf(z: number): number {
  const steps = 2000;
  const density = (x: number): number => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
  let sum = density(0) + density(z);
  for (let i = 1; i < steps; i++) sum += density((z * i) / steps) * (i % 2 ? 4 : 2);
  return (2 * sum * z) / steps / 3;
}
