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

/**
 * Compares two rates exactly (not by their rounded quotients). Denominators must be above zero; sums are whole,
 * or points with six decimals.
 */
export function compareRates(a: Fraction, b: Fraction): number {
  const left = exact(a.numerator) * exact(b.denominator);
  const right = exact(b.numerator) * exact(a.denominator);
  return left < right ? -1 : left > right ? 1 : 0;
}

/** A sum in whole millionths. */
function exact(sum: number | null): bigint {
  const value = sum ?? 0;
  return Number.isInteger(value) ? BigInt(value) * 1_000_000n : BigInt(Math.round(value * 1_000_000));
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
