/** Months, deadlines and periods: worked examples in Hanoi time. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  addDays,
  addMonths,
  deadlineOf,
  hanoiDay,
  isDay,
  isMonth,
  lastDay,
  monthsBetween,
  parseInstant,
  parsePeriod,
  periodBefore,
  readDay,
  readMonth,
  rfc3339,
} from '../../src/kpi/month.ts';

const instant = (text: string): number => Date.parse(text);

describe('a deadline', () => {
  // The 5th, 24:00 in Hanoi is the 6th, 00:00 at UTC+7, which is the 5th, 17:00 in UTC: the first late instant.
  it.each([
    ['2022-07', 5, '2022-08-05T17:00:00.000Z'],
    // December is due in January of the next year.
    ['2025-12', 5, '2026-01-05T17:00:00.000Z'],
    // February of a leap year has no say in it: the deadline lies in March.
    ['2024-02', 5, '2024-03-05T17:00:00.000Z'],
    // The 28th of February, 24:00, is the first of March in a common year and the 29th in a leap year.
    ['2025-01', 28, '2025-02-28T17:00:00.000Z'],
    ['2024-01', 28, '2024-02-28T17:00:00.000Z'],
  ])('of %s on day %d is %s', (month, day, expected) => {
    expect(new Date(deadlineOf(month, day)).toISOString()).toBe(expected);
  });

  it('ends its day: the last millisecond is in time and belongs to the 5th in Hanoi, the next is the 6th', () => {
    const late = deadlineOf('2022-07', 5);
    expect(hanoiDay(late - 1)).toBe('2022-08-05');
    expect(hanoiDay(late)).toBe('2022-08-06');
    expect(rfc3339(late)).toBe('2022-08-06T00:00:00.000+07:00');
  });
});

describe('calendar', () => {
  it.each([
    ['2024-02', '2024-02-29'],
    ['2025-02', '2025-02-28'],
    ['2000-02', '2000-02-29'],
    ['2025-12', '2025-12-31'],
    ['2025-06', '2025-06-30'],
  ])('%s ends on %s', (month, day) => expect(lastDay(month)).toBe(day));

  it.each(['2024-02-29', '2025-07-01', '1999-12-31'])('%s is a day', day => expect(isDay(day)).toBe(true));
  it.each(['2025-02-29', '2025-04-31', '2025-00-10', '2025-13-01', '2025-1-1', '', '2025-07-00'])(
    '%j is no day',
    day => expect(isDay(day)).toBe(false),
  );
  it.each(['2025-13', '2025-00', '25-01', '2025-1', '2025-01-01'])('%j is no month', month =>
    expect(isMonth(month)).toBe(false),
  );

  it('goes over the turn of the year both ways', () => {
    expect(addMonths('2025-12', 1)).toBe('2026-01');
    expect(addMonths('2025-01', -1)).toBe('2024-12');
    expect(addMonths('2025-06', -18)).toBe('2023-12');
    expect(addDays('2024-12-31', 1)).toBe('2025-01-01');
    expect(addDays('2025-03-01', -1)).toBe('2025-02-28');
    expect(monthsBetween('2024-11', '2025-02')).toEqual(['2024-11', '2024-12', '2025-01', '2025-02']);
    expect(monthsBetween('2025-02', '2024-11')).toEqual([]);
  });

  it('takes an instant to its day in Hanoi: 16:59:59.999 UTC is still today, 17:00 is tomorrow', () => {
    expect(hanoiDay(instant('2025-06-30T16:59:59.999Z'))).toBe('2025-06-30');
    expect(hanoiDay(instant('2025-06-30T17:00:00.000Z'))).toBe('2025-07-01');
  });

  it.each(['2025-01-31T17:00:00+07:00', '2025-01-31T10:00:00Z'])('reads the instant %s', text =>
    expect(parseInstant(text)).toBe(Date.UTC(2025, 0, 31, 10)),
  );
  it.each(['2025-01-31', '2025-01-31T17:00:00', '2025-02-30T00:00:00Z', 'now'])('%j is no instant', text =>
    expect(parseInstant(text)).toBeNull(),
  );
});

describe('a period', () => {
  it.each([
    ['2022-07', '2022-07', '2022-07', 1],
    ['2023-Q2', '2023-04', '2023-06', 3],
    ['2023-Q4', '2023-10', '2023-12', 3],
    ['2023-H1', '2023-01', '2023-06', 6],
    ['2023-H2', '2023-07', '2023-12', 6],
    ['2023-YTD-05', '2023-01', '2023-05', 5],
    ['2023-YTD-01', '2023-01', '2023-01', 1],
  ])('%s runs from %s to %s over %d months', (text, first, last, many) => {
    const period = parsePeriod(text);
    expect([period?.first, period?.last, period?.months.length]).toEqual([first, last, many]);
  });
  it.each(['2023-Q5', '2023-Q0', '2023-H3', '2023-YTD-13', '2023-YTD-5', '2023', '2023-13', 'Q1-2023', ''])(
    '%j is none',
    text => expect(parsePeriod(text)).toBeNull(),
  );
  it.each([
    ['2023-01', '2022-12'],
    ['2023-Q1', '2022-Q4'],
    ['2023-Q3', '2023-Q2'],
    ['2023-H1', '2022-H2'],
    ['2023-H2', '2023-H1'],
    // Five months of a year are compared with the same five of the year before.
    ['2023-YTD-05', '2022-YTD-05'],
  ])('before %s comes %s', (text, before) => {
    const period = parsePeriod(text);
    expect(period && periodBefore(period).id).toBe(before);
  });
});

describe('months and days as offices write them', () => {
  it.each([
    ['2022-07', '2022-07'],
    ['07/2022', '2022-07'],
    ['7/2022', '2022-07'],
    ['Tháng 7/2022', '2022-07'],
    ['tháng 07 năm 2022', '2022-07'],
    ['THÁNG 12/2022', '2022-12'],
    ['Tháng 7/2022'.normalize('NFD'), '2022-07'],
    [' 07/2022 ', '2022-07'],
  ])('%j is the month %s', (text, month) => expect(readMonth(text)).toBe(month));
  it.each(['13/2022', '00/2022', '2022-13', '2022', '7', 'Quý 3/2022', '', 'abc', '07/22'])(
    '%j is no month',
    text => expect(readMonth(text)).toBeNull(),
  );
  it.each([
    ['2022-08-09', '2022-08-09'],
    ['09/08/2022', '2022-08-09'],
    ['9-8-2022', '2022-08-09'],
  ])('%j is the day %s', (text, day) => expect(readDay(text)).toBe(day));
  it.each(['31/02/2022', '2022-02-31', '08/2022', ''])('%j is no day', text =>
    expect(readDay(text)).toBeNull(),
  );

  it('reads back every month it may be given, however it is written', () => {
    const months = fc.record({
      year: fc.integer({ min: 1900, max: 2200 }),
      month: fc.integer({ min: 1, max: 12 }),
    });
    fc.assert(
      fc.property(months, ({ year, month }) => {
        const two = String(month).padStart(2, '0');
        for (const text of [
          `${year}-${two}`,
          `${month}/${year}`,
          `${two}/${year}`,
          `Tháng ${month}/${year}`,
        ]) {
          expect(readMonth(text)).toBe(`${year}-${two}`);
        }
      }),
      { seed: 1, numRuns: 200 },
    );
  });
});
