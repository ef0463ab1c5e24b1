/** Rates and intervals against values worked out by hand, in 40 digits, or published. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { exactInterval, missOfEach } from '../../src/kpi/exact-interval.ts';
import { compareRates, rateOf, wilson, Z_95 } from '../../src/kpi/rate.ts';

describe('a rate', () => {
  it.each([
    [21, 25, 0.84],
    [11, 25, 0.44],
    // 187 ÷ 224 = 0.834 821 428 571 428 5…: 83.5 % only where it is shown.
    [187, 224, 187 / 224],
    [0, 7, 0],
    [7, 7, 1],
  ])('%d of %d is %d', (numerator, denominator, value) =>
    expect(rateOf({ numerator, denominator })).toBe(value),
  );

  it.each([
    [null, null],
    [null, 5],
    [0, 0],
    [3, null],
  ])('%j of %j is nothing, not zero', (numerator, denominator) =>
    expect(rateOf({ numerator, denominator })).toBeNull(),
  );

  it('is compared exactly: quotients that round to the same double still differ', () => {
    // a/b − c/d = 1/(bd) with bd near 10^18: far below what a double can hold near 1.
    const a = { numerator: 999_999_998, denominator: 999_999_999 };
    const b = { numerator: 999_999_997, denominator: 999_999_998 };
    expect(compareRates(a, b)).toBe(1);
    expect(compareRates(b, a)).toBe(-1);
    expect(compareRates({ numerator: 45, denominator: 50 }, { numerator: 90, denominator: 100 })).toBe(0);
    const big = { numerator: 10 ** 15 - 1, denominator: 10 ** 15 };
    const bigger = { numerator: 10 ** 15, denominator: 10 ** 15 + 1 };
    expect(big.numerator / big.denominator).toBe(0.999999999999999);
    expect(compareRates(big, bigger)).toBe(-1);
  });
});

describe('the Wilson interval', () => {
  // With z = 1.959 963 984 540 054, the roots of (n + z²)p² − (2k + z²)p + k²/n = 0 in 40 digits.
  it.each([
    [21, 25, 0.6534637839282114, 0.9359654854332357],
    [11, 25, 0.2666563888106735, 0.6293266813020123],
    [187, 224, 0.7806293538593293, 0.8777231723946677],
    [0, 1, 0, 0.7934506856227627],
    [20, 20, 0.8388748419471806, 1],
    [29, 29, 0.8830302015002592, 1],
  ])('of %d in %d is [%d, %d]', (k, n, low, high) => {
    const bounds = wilson(k, n) as [number, number];
    expect(bounds[0]).toBeCloseTo(low, 14);
    expect(bounds[1]).toBeCloseTo(high, 14);
  });

  // R. G. Newcombe, Statistics in Medicine 17 (1998), table of the score method without continuity correction.
  it.each([
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ])('of %d in %d is the published [%d, %d]', (k, n, low, high) => {
    expect(wilson(k, n)?.map(b => Math.round(b * 10_000) / 10_000)).toEqual([low, high]);
  });

  it('of none and of all begins at 0 and ends at 1 to the last digit, so that it holds its own rate', () => {
    for (const n of [1, 20, 99, 1_282_251, 4_999_999]) {
      expect(wilson(0, n)?.[0]).toBe(0);
      expect(wilson(n, n)?.[1]).toBe(1);
    }
  });

  it('of an empty denominator is nothing', () => expect(wilson(0, 0)).toBeNull());

  it('holds the rate, stays within 0 and 1, mirrors, and at 0/n ends at z²/(n + z²), at n/n begins at n/(n + z²)', () => {
    const trials = fc
      .integer({ min: 1, max: 5_000_000 })
      .chain(n => fc.tuple(fc.integer({ min: 0, max: n }), fc.constant(n)));
    fc.assert(
      fc.property(trials, ([k, n]) => {
        const [low, high] = wilson(k, n) as [number, number];
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeLessThanOrEqual(1);
        expect(low).toBeLessThanOrEqual(k / n + 1e-15);
        expect(high).toBeGreaterThanOrEqual(k / n - 1e-15);
        const [mirrored] = wilson(n - k, n) as [number, number];
        expect(mirrored).toBeCloseTo(1 - high, 12);
        const z2 = Z_95 * Z_95;
        expect(wilson(0, n)?.[1]).toBeCloseTo(z2 / (n + z2), 12);
        expect(wilson(n, n)?.[0]).toBeCloseTo(n / (n + z2), 12);
      }),
      { seed: 1, numRuns: 500 },
    );
  });
});

describe('the exact interval', () => {
  // C. J. Clopper and E. S. Pearson as tabled by R. G. Newcombe, Statistics in Medicine 17 (1998), method 5.
  it.each([
    [81, 263, 0.2527, 0.3676],
    [15, 148, 0.0578, 0.1617],
    [0, 20, 0, 0.1684],
    [1, 29, 0.0009, 0.1776],
  ])('of %d in %d is [%d, %d]', (k, n, low, high) => {
    expect(exactInterval(k, n, 0.05).map(b => Math.round(b * 10_000) / 10_000)).toEqual([low, high]);
  });

  it('of all or none is a power: 1 − (miss ÷ 2)^(1/n), and mirrors the one of the rest', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 100_000 }),
        fc.double({ min: 1e-5, max: 0.5, noNaN: true }),
        (n, miss) => {
          expect(exactInterval(0, n, miss)[1]).toBeCloseTo(1 - (miss / 2) ** (1 / n), 10);
          expect(exactInterval(n, n, miss)[0]).toBeCloseTo((miss / 2) ** (1 / n), 10);
          const k = Math.floor(n * miss);
          const [low, high] = exactInterval(k, n, miss);
          expect(low <= k / n && k / n <= high).toBe(true);
          expect(1 - exactInterval(n - k, n, miss)[0]).toBe(high);
        },
      ),
      { seed: 11, numRuns: 300 },
    );
  });

  it('for millions of dossiers meets the normal one', () => {
    // ±1.96·√(¼ ÷ 10⁷) = ±0.0003099.
    const [low, high] = exactInterval(5_000_000, 10_000_000, 0.05);
    expect([0.5 - low, high - 0.5].map(d => Math.round(d * 1e7))).toEqual([3099, 3099]);
  });

  it('misses so often that all hold with 95 %: 63 intervals each 0.0814 %', () => {
    expect(missOfEach(1)).toBeCloseTo(0.05, 15);
    expect((1 - missOfEach(63)) ** 63).toBeCloseTo(0.95, 12);
  });
});
