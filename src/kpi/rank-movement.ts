/** Takes the change of a rank apart: own movement, that of the others, and who came in or dropped out. */
import type { Ranking } from './ranking.ts';
import { compareRates, type Fraction } from './rate.ts';
import { HALF, minus, plus, type Rational, ratio, times } from './rational.ts';

/** Ranks gained (positive) or lost; halves occur, and all add up to the old rank minus the new. */
export interface RankParts {
  own: Rational;
  others: Rational;
  /** Agencies ranked in one of the periods only. */
  field: Rational;
}

/**
 * Splits the change of rank of `agency` from `before` to `now`, on the same boundaries. A rank is one more
 * than the number of better rates, so it can be counted with any mixture of old and new rates; own movement
 * is the mean of what it makes among the old others and among the new (the Shapley value, L. S. Shapley
 * 1953), and what remains are the others among old and new own rate. Null unless ranked in both.
 */
export function splitRank(before: Ranking, now: Ranking, agency: string): RankParts | null {
  const then = new Map<string, Fraction>(before.ranked.map(r => [r.agency, r]));
  const later = new Map<string, Fraction>(now.ranked.map(r => [r.agency, r]));
  const [own0, own1] = [then.get(agency), later.get(agency)];
  if (!own0 || !own1) return null;
  const { higherIsBetter } = now.indicator;
  const ahead = (others: Iterable<[string, Fraction]>, own: Fraction): number => {
    let count = 0;
    for (const [code, other] of others) {
      if (code !== agency && compareRates(other, own) * (higherIsBetter ? 1 : -1) > 0) count += 1;
    }
    return count;
  };
  const inBoth = (rates: ReadonlyMap<string, Fraction>, other: ReadonlyMap<string, Fraction>) =>
    [...rates].filter(([code]) => other.has(code));
  const [stayed0, stayed1] = [inBoth(then, later), inBoth(later, then)];
  const step = (from: number, to: number): Rational => ratio(from - to);
  const mean = (a: Rational, b: Rational): Rational => times(HALF, plus(a, b));
  const own = mean(step(ahead(then, own0), ahead(then, own1)), step(ahead(later, own0), ahead(later, own1)));
  const others = mean(
    step(ahead(stayed0, own0), ahead(stayed1, own0)),
    step(ahead(stayed0, own1), ahead(stayed1, own1)),
  );
  const all = mean(step(ahead(then, own0), ahead(later, own0)), step(ahead(then, own1), ahead(later, own1)));
  return { own, others, field: minus(all, others) };
}
