/** From sums to a rate: divide once, at the end; intervals that say how far chance alone could carry it. */

/** A sum over a sum. Both null when nothing was reported; a rate is kept so until it is shown. */
export interface Fraction {
  numerator: number | null;
  denominator: number | null;
}

/** The rate as a fraction of 1; null when nothing was reported or there is nothing to divide. */
export function rateOf({ numerator, denominator }: Fraction): number | null {
  return numerator === null || !denominator ? null : numerator / denominator;
}

/** Compares two rates exactly (not by their rounded quotients). Denominators must be above zero. */
export function compareRates(a: Fraction, b: Fraction): number {
  const left = BigInt(a.numerator ?? 0) * BigInt(b.denominator ?? 0);
  const right = BigInt(b.numerator ?? 0) * BigInt(a.denominator ?? 0);
  return left < right ? -1 : left > right ? 1 : 0;
}

/** 97.5 % quantile of the standard normal distribution: a two-sided 95 % interval. */
export const Z_95 = 1.959963984540054;

/**
 * Wilson score interval of `numerator` successes in `denominator` trials, as fractions of 1.
 * Source: E. B. Wilson, JASA 22 (1927), 209–212. Null for an empty denominator.
 */
export function wilson(numerator: number, denominator: number, z = Z_95): [number, number] | null {
  if (denominator <= 0) return null;
  const p = numerator / denominator;
  const z2 = (z * z) / denominator;
  const centre = (p + z2 / 2) / (1 + z2);
  const half = (z * Math.sqrt((p * (1 - p)) / denominator + z2 / (4 * denominator))) / (1 + z2);
  // At none and all the bound is exact; rounding must not push it past the rate itself.
  return [numerator === 0 ? 0 : centre - half, numerator === denominator ? 1 : centre + half];
}

/**
 * The z value at which `count` intervals hold together with 95 % confidence (Šidák, JASA 62 (1967)):
 * each is widened to confidence 0.95^(1/count).
 */
export function simultaneousZ(count: number): number {
  return count <= 1 ? Z_95 : normalQuantile((1 + 0.95 ** (1 / count)) / 2);
}

/**
 * Quantile of the standard normal distribution for 0.5 ≤ p < 1: a rational first guess (Abramowitz and
 * Stegun 26.2.23, error below 4.5e-4), then Newton steps to double precision.
 */
export function normalQuantile(p: number): number {
  const q = Math.sqrt(-2 * Math.log(1 - p));
  let x =
    q -
    (2.515517 + 0.802853 * q + 0.010328 * q * q) / (1 + 1.432788 * q + 0.189269 * q * q + 0.001308 * q ** 3);
  for (let i = 0; i < 4; i++) {
    const density = Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
    x += (upperTail(x) - (1 - p)) / density;
  }
  return x;
}

/** Probability that a standard normal variable exceeds x ≥ 0: series near zero, continued fraction beyond. */
function upperTail(x: number): number {
  const density = Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
  if (x < 3) {
    let term = x;
    let sum = x;
    for (let k = 1; Math.abs(term) > 1e-17 * Math.abs(sum) && k < 200; k++) {
      term *= (x * x) / (2 * k + 1);
      sum += term;
    }
    return 0.5 - density * sum;
  }
  let fraction = 0;
  for (let k = 60; k >= 1; k--) fraction = k / (x + fraction);
  return density / (x + fraction);
}
