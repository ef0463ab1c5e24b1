/** Exact fractions of whole numbers of any length: parts of a movement must add up to the last digit. */

/** `over` is above zero; not necessarily in lowest terms. */
export interface Rational {
  top: bigint;
  over: bigint;
}

export const ZERO: Rational = { top: 0n, over: 1n };
export const HALF: Rational = { top: 1n, over: 2n };

/** A whole number over another; the lower one above zero. */
export function ratio(top: number, over = 1): Rational {
  return { top: BigInt(top), over: BigInt(over) };
}

export function plus(a: Rational, b: Rational): Rational {
  return a.over === b.over
    ? { top: a.top + b.top, over: a.over }
    : { top: a.top * b.over + b.top * a.over, over: a.over * b.over };
}

export function minus(a: Rational, b: Rational): Rational {
  return plus(a, { top: -b.top, over: b.over });
}

export function times(a: Rational, b: Rational): Rational {
  return { top: a.top * b.top, over: a.over * b.over };
}

/** Adds by halves, so that long denominators meet only at the end. */
export function sum(terms: readonly Rational[]): Rational {
  if (terms.length <= 1) return terms[0] ?? ZERO;
  const middle = terms.length >> 1;
  return plus(sum(terms.slice(0, middle)), sum(terms.slice(middle)));
}

/** Below, equal to or above zero: -1, 0, 1. */
export function compare(a: Rational, b: Rational): number {
  const difference = a.top * b.over - b.top * a.over;
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** The nearest double, for showing; counting goes on with the fraction. */
export function toNumber({ top, over }: Rational): number {
  if (top < 0n) return -toNumber({ top: -top, over });
  // Enough binary places that the whole quotient has more digits than a double keeps.
  const places = BigInt(Math.max(0, over.toString(16).length - top.toString(16).length + 17) * 4);
  return Number((top << places) / over) / 2 ** Number(places);
}

/**
 * Rounds parts to whole units (`perOne` units make 1) so that they add up to `total`, by default theirs
 * rounded: each down, then one more for those with the largest remainders, the earlier first where they are
 * equal. `total` is their sum rounded up or down.
 */
export function roundTogether(parts: readonly Rational[], perOne: number, total?: number): number[] {
  const scale = ratio(perOne);
  const scaled = parts.map(part => times(part, scale));
  const floors = scaled.map(floor);
  const whole = total === undefined ? floor(plus(sum(scaled), HALF)) : BigInt(total);
  const left = Number(whole - floors.reduce((all, f) => all + f, 0n));
  const order = scaled
    .map((part, i) => ({ i, rest: minus(part, { top: floors[i] as bigint, over: 1n }) }))
    .sort((a, b) => compare(b.rest, a.rest) || a.i - b.i);
  const raised = new Set(order.slice(0, left).map(o => o.i));
  return floors.map((f, i) => Number(f) + (raised.has(i) ? 1 : 0));
}

function floor({ top, over }: Rational): bigint {
  const whole = top / over;
  return top < 0n && whole * over !== top ? whole - 1n : whole;
}
