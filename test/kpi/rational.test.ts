/** Exact fractions: adding without loss, and rounding together so that what is shown adds up too. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compare, minus, ratio, roundTogether, sum, times, toNumber, ZERO } from '../../src/kpi/rational.ts';

describe('a fraction', () => {
  it('adds, takes away and multiplies exactly', () => {
    expect(compare(sum([ratio(1, 3), ratio(1, 6), ratio(1, 2)]), ratio(1))).toBe(0);
    expect(compare(minus(ratio(1, 10), ratio(3, 10)), ratio(-1, 5))).toBe(0);
    expect(compare(times(ratio(2, 3), ratio(9, 4)), ratio(3, 2))).toBe(0);
    expect([compare(ratio(1, 3), ratio(33, 100)), compare(ratio(-1, 2), ZERO)]).toEqual([1, -1]);
  });

  it('is shown as the nearest double, however long its numbers', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1 }), (top, over) => {
        expect(toNumber(ratio(top, over))).toBeCloseTo(top / over, 6);
        const long = sum(Array.from({ length: 200 }, (_, i) => ratio(1, i + 2)));
        expect(toNumber(long)).toBeCloseTo(4.883, 3);
      }),
      { seed: 3, numRuns: 20 },
    );
  });
});

describe('parts rounded together', () => {
  it('go up where the remainder is largest: 1/3, 1/3, 1/3 of 1 in hundredths is 34, 33, 33', () => {
    expect(roundTogether([ratio(1, 3), ratio(1, 3), ratio(1, 3)], 100)).toEqual([34, 33, 33]);
    expect(roundTogether([ratio(-1, 3), ratio(5, 6)], 10)).toEqual([-3, 8]);
  });

  it('add up to their rounded total, each less than one off', () => {
    const part = fc
      .tuple(fc.integer({ min: -999, max: 999 }), fc.integer({ min: 1, max: 999 }))
      .map(([t, o]) => ratio(t, o));
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 12 }), parts => {
        const rounded = roundTogether(parts, 100);
        const total = toNumber(sum(parts)) * 100;
        expect(Math.abs(rounded.reduce((a, b) => a + b, 0) - total)).toBeLessThanOrEqual(0.5 + 1e-9);
        for (const [i, r] of rounded.entries()) {
          expect(Math.abs(r - toNumber(parts[i] ?? ZERO) * 100)).toBeLessThan(1 + 1e-9);
        }
      }),
      { seed: 4, numRuns: 200 },
    );
  });
});
