/** Counts as offices type them. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readCount } from '../../src/kpi/count.ts';

describe('a count', () => {
  it.each([
    ['0', 0, null],
    ['7', 7, null],
    ['007', 7, null],
    ['1234', 1234, null],
    ['1.234', 1234, '.'],
    ['1,234', 1234, ','],
    ['1 234', 1234, ' '],
    ['1\u00a0234', 1234, ' '],
    ['1\u202f234', 1234, ' '],
    ['1.234.567', 1_234_567, '.'],
    ['12.000', 12_000, '.'],
    // A fraction of zero is no fraction: the other mark groups the thousands.
    ['1.234,00', 1234, '.'],
    ['1,234.0', 1234, ','],
    ['12,0', 12, null],
    ['12.0', 12, null],
    [' 15 ', 15, null],
    ['999999999', 999_999_999, null],
  ])('%j is %d', (text, value, separator) => {
    expect(readCount(text)).toMatchObject({ value, problem: null, separator });
  });

  it.each(['', ' ', '\u00a0', '\t'])('%j is blank, which is not zero', text => {
    expect(readCount(text)).toMatchObject({ value: null, problem: null, separator: null });
  });

  it.each([
    ['12,5', 'not_a_whole_number'],
    ['12.5', 'not_a_whole_number'],
    ['1.234,5', 'not_a_whole_number'],
    ['1.234.56', 'not_a_whole_number'],
    ['12.34.567', 'not_a_whole_number'],
    ['1234.567', 'not_a_whole_number'],
    // Three digits after a zero are a fraction, not thousands.
    ['0,123', 'not_a_whole_number'],
    ['0.500', 'not_a_whole_number'],
    ['1.234,567', 'not_a_whole_number'],
    ['1e5', 'not_a_whole_number'],
    ['abc', 'not_a_whole_number'],
    ['12 hồ sơ', 'not_a_whole_number'],
    ['-', 'not_a_whole_number'],
    ['-5', 'negative'],
    ['−5', 'negative'],
    ['-1.234', 'negative'],
    ['(5)', 'negative'],
    ['50%', 'percentage'],
    ['87,5 %', 'percentage'],
    ['0%', 'percentage'],
    ['1000000000', 'too_large'],
    ['1.000.000.000', 'too_large'],
    ['#REF!', 'formula_error'],
    ['#DIV/0!', 'formula_error'],
    ['#N/A', 'formula_error'],
    ['#TÊN?', 'formula_error'],
  ])('%j is refused as %s', (text, problem) => {
    expect(readCount(text)).toMatchObject({ value: null, problem });
  });

  it('is read back however its thousands are grouped', () => {
    const number = fc.integer({ min: 0, max: 999_999_999 });
    fc.assert(
      fc.property(number, fc.constantFrom('', '.', ',', ' '), (n, mark) => {
        const text = String(n).replace(/\B(?=(\d{3})+$)/g, mark);
        expect(readCount(text)).toMatchObject({
          value: n,
          problem: null,
          separator: text.includes(mark) && mark ? mark : null,
        });
      }),
      { seed: 1, numRuns: 500 },
    );
  });
});
