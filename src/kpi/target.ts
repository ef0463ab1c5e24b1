/** How far a rate is from its target, and how many dossiers or services that is. */
import type { IndicatorVersion } from './indicators.ts';
import type { Fraction } from './rate.ts';

export interface Distance {
  /** What is missing, as a fraction of 1; zero or below when the target is met. */
  gap: number;
  /** The least number of further ones (fewer ones, where lower is better) that meets it, all else equal. */
  count: number;
}

/** Null when no document sets a target or there is no rate. */
export function distanceToTarget(
  { target, higherIsBetter }: Pick<IndicatorVersion, 'target' | 'higherIsBetter'>,
  { numerator, denominator }: Fraction,
): Distance | null {
  if (target === null || numerator === null || !denominator) return null;
  // A target is written in decimals (0.8); taken as such, 80 % of 55 is 44 and not a hair more.
  const digits = target.toString().split('.')[1]?.length ?? 0;
  const over = 10n ** BigInt(digits);
  const needed = BigInt(Math.round(target * Number(over))) * BigInt(denominator);
  const missing = higherIsBetter
    ? (needed + over - 1n) / over - BigInt(numerator)
    : BigInt(numerator) - needed / over;
  const value = numerator / denominator;
  return { gap: higherIsBetter ? target - value : value - target, count: Math.max(0, Number(missing)) };
}
