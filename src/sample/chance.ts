/** Repeatable chance: a small generator keyed by words, and the draws that the sample needs of it. */

// Looked up once: these run millions of times.
const { imul, log, exp, sqrt, cos, round, min, max, PI } = Math;

/** The next number of a repeatable sequence, from 0 up to but not including 1. */
export type Chance = () => number;

/**
 * A sequence that depends on `key` alone, so that one figure does not move when other months, agencies
 * or services are asked for. (FNV-1a for the key, mulberry32 for the sequence.)
 */
export function chanceOf(...key: (string | number)[]): Chance {
  let state = 0x811c9dc5;
  for (const part of key) {
    const text = `${part}|`;
    for (let i = 0; i < text.length; i++) state = imul(state ^ text.charCodeAt(i), 0x01000193);
  }
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A draw of the standard normal distribution. */
export function normal(chance: Chance): number {
  return sqrt(-2 * log(1 - chance())) * cos(2 * PI * chance());
}

/** How many of something that comes `mean` times on average: Poisson when few, its normal shape when many. */
export function drawCount(chance: Chance, mean: number): number {
  if (mean <= 0) return 0;
  if (mean > 40) return max(0, round(mean + sqrt(mean) * normal(chance)));
  const floor = exp(-mean);
  let count = 0;
  for (let product = chance(); product > floor; product *= chance()) count += 1;
  return count;
}

/** How many of `whole` have a property that each has with probability `share`; never more than `whole`. */
export function drawPart(chance: Chance, whole: number, share: number): number {
  if (whole <= 0 || share <= 0) return 0;
  if (share >= 1) return whole;
  if (whole > 30) {
    const drawn = whole * share + sqrt(whole * share * (1 - share)) * normal(chance);
    return min(whole, max(0, round(drawn)));
  }
  let part = 0;
  for (let i = 0; i < whole; i++) if (chance() < share) part += 1;
  return part;
}

/** Squeezes any number into a share between 0 and 1. */
export function logistic(x: number): number {
  return 1 / (1 + exp(-x));
}
