/** Exact intervals of a share, never too narrow, and the ranges of ranks that they allow. */
import { wilson, Z_95 } from './rate.ts';

/**
 * The Clopper–Pearson interval of `numerator` successes in `denominator` > 0 trials, as fractions of 1: all
 * shares under which so few, and so many, successes are each less rare than `miss` / 2. It covers the true
 * share with at least 1 − `miss`, which Wilson's interval does not near 0 and 1. Source: C. J. Clopper,
 * E. S. Pearson, Biometrika 26 (1934), 404–413.
 */
export function exactInterval(numerator: number, denominator: number, miss: number): [number, number] {
  return [
    lowerBound(numerator, denominator, miss / 2),
    1 - lowerBound(denominator - numerator, denominator, miss / 2),
  ];
}

/**
 * The best and the worst rank that chance allows each of some rates. Their exact intervals hold together with
 * 95 %; a rank could be better than those whose interval lies wholly on its worse side, and worse than those
 * on the better. While all intervals hold, every true rank lies in its range (M. Klein, T. Wright,
 * J. Wieczorek, JRSS C 69 (2020), 589–606). Wilson's intervals, good enough beside a single rate, are too
 * narrow for that near 0 and 1.
 */
export function rankRanges(
  rates: readonly { numerator: number; denominator: number }[],
  higherIsBetter: boolean,
): [number, number][] {
  const miss = missOfEach(rates.length);
  const wide = rates.map(r => exactInterval(r.numerator, r.denominator, miss));
  return wide.map(([least, most]) => {
    const higher = wide.filter(w => w[0] > most).length;
    const lower = wide.filter(w => w[1] < least).length;
    const [above, below] = higherIsBetter ? [higher, lower] : [lower, higher];
    return [above + 1, rates.length - below];
  });
}

/** How often each of `count` independent intervals may miss for all to hold with 95 % (Šidák 1967). */
export function missOfEach(count: number): number {
  return 1 - 0.95 ** (1 / count);
}

/**
 * The share p at which k or more of n successes have probability `tail`. That probability is the
 * regularised incomplete beta function I_p(k, n − k + 1), whose logarithm is concave in p: Newton's steps
 * land on the near side of the root after one step and climb to it.
 */
function lowerBound(k: number, n: number, tail: number): number {
  if (k === 0) return 0;
  const [a, b] = [k, n - k + 1];
  let p = wilson(k, n, 1.5 * Z_95)?.[0] ?? 0;
  for (let i = 0; i < 60; i++) {
    // One term holds the density; the probability is the density times p(1 − p) times the fraction over a.
    const fraction = betaFraction(p, a, b);
    const probability = Math.exp(logTerm(p, a, b)) * (fraction / a);
    const slope = a / (fraction * p * (1 - p));
    const next = Math.max(p / 8, p - Math.log(probability / tail) / slope);
    const settled = Math.abs(next - p) <= 1e-12 * p;
    p = next;
    if (settled) break;
  }
  return Math.min(p, k / n);
}

/** Logarithm of p^a (1 − p)^b ÷ B(a, b). */
function logTerm(p: number, a: number, b: number): number {
  return logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(p) + b * Math.log1p(-p);
}

/** The continued fraction of the incomplete beta function (Abramowitz and Stegun 26.5.8) by Lentz's method. */
function betaFraction(p: number, a: number, b: number): number {
  const safe = (x: number): number => (x > -1e-300 && x < 1e-300 ? 1e-300 : x);
  let c = 1;
  let d = 1 / safe(1 - ((a + b) * p) / (a + 1));
  let value = d;
  for (let m = 1; m < 100_000; m++) {
    const even = (m * (b - m) * p) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / safe(1 + even * d);
    c = safe(1 + even / c);
    value *= d * c;
    const odd = (-(a + m) * (a + b + m) * p) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / safe(1 + odd * d);
    c = safe(1 + odd / c);
    const step = d * c;
    value *= step;
    if (step > 1 - 1e-15 && step < 1 + 1e-15) break;
  }
  return value;
}

/** Logarithm of the gamma function for x ≥ 1: Stirling's series, reached by raising small arguments. */
function logGamma(x: number): number {
  let shift = 0;
  let y = x;
  for (; y < 15; y++) shift += Math.log(y);
  const r = 1 / (y * y);
  const series = (1 / 12 - r * (1 / 360 - r * (1 / 1260 - r / 1680))) / y;
  return (y - 0.5) * Math.log(y) - y + 0.5 * Math.log(2 * Math.PI) + series - shift;
}
