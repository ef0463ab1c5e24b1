/** Folding agencies onto the boundaries of another day: along mergers and renamings, never along splits. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { inForce } from '../../src/kpi/agency.ts';
import { fold } from '../../src/kpi/catalogue.ts';
import { addDays } from '../../src/kpi/month.ts';
import { REAL } from './country.ts';

describe('an agency on the boundaries of a day', () => {
  it.each([
    // Resolution 202/2025/QH15: Bình Dương, Bà Rịa - Vũng Tàu and TP. Hồ Chí Minh are one from 2025-07-01 on.
    ['binh-duong', '2025-06-30', 'binh-duong', false],
    ['binh-duong', '2025-07-01', 'ho-chi-minh-2025', false],
    ['ho-chi-minh', '2025-07-01', 'ho-chi-minh-2025', false],
    ['ha-noi', '2025-07-01', 'ha-noi', false],
    // A merged return cannot be taken apart: shown as formed.
    ['ho-chi-minh-2025', '2025-06-30', 'ho-chi-minh-2025', true],
    // One to one, both ways.
    ['thua-thien-hue', '2025-01-01', 'hue', false],
    ['hue', '2024-12-31', 'thua-thien-hue', false],
    ['hue', '2025-07-01', 'hue', false],
    // Merged first, renamed afterwards.
    ['binh-phuoc', '2026-04-29', 'dong-nai-2025', false],
    ['binh-phuoc', '2026-04-30', 'dong-nai-2026', false],
    ['dong-nai-2026', '2026-04-29', 'dong-nai-2025', false],
    ['dong-nai-2026', '2025-06-30', 'dong-nai-2025', true],
    ['bac-giang', '2026-09-20', 'bac-ninh-2026', false],
    ['quang-ninh-2026', '2022-07-31', 'quang-ninh', false],
    // Bộ Giao thông vận tải goes on in Bộ Xây dựng; the licences that split off to the police do not count.
    ['bgtvt', '2025-03-01', 'bxd-2025', false],
    ['bhxh', '2025-03-01', 'btc-2025', false],
    ['btc-2025', '2025-02-28', 'btc-2025', true],
    ['ubdt', '2025-03-01', 'bdttg', false],
    ['bdttg', '2025-02-28', 'ubdt', false],
    ['bca', '2022-01-01', 'bca', false],
    // Ended and went over to nobody whole: stays what it was.
    ['ubgstcqg', '2025-07-01', 'ubgstcqg', false],
  ])('%s on %s is %s (as formed: %j)', (code, day, shown, asFormed) => {
    expect(fold(REAL, code, day)).toEqual({ code: shown, asFormed });
  });

  it('of 2025-07-01 makes 34 of the 63, and each of the 63 belongs to one', () => {
    const before = REAL.agencies.filter(a => a.kind === 'province' && inForce(a, '2025-06-30'));
    const after = REAL.agencies.filter(a => a.kind === 'province' && inForce(a, '2025-07-01'));
    const folded = new Set(before.map(a => fold(REAL, a.code, '2025-07-01').code));
    expect([before.length, after.length]).toEqual([63, 34]);
    expect([...folded].sort()).toEqual(after.map(a => a.code).sort());
  });

  const day = fc.integer({ min: 0, max: 1850 }).map(n => addDays('2022-01-01', n));
  const code = fc.constantFrom(...REAL.agencies.map(a => a.code));

  it('is the same folded once as twice', () => {
    fc.assert(
      fc.property(code, day, (agency, date) => {
        const once = fold(REAL, agency, date).code;
        expect(fold(REAL, once, date).code).toBe(once);
      }),
      { seed: 1, numRuns: 2000 },
    );
  });

  it('stays itself on the days it is in force, and a later fold does not mind an earlier one', () => {
    fc.assert(
      fc.property(code, day, day, (agency, one, other) => {
        const it = REAL.agencyByCode.get(agency);
        const [early, late] = one < other ? [one, other] : [other, one];
        if (it && inForce(it, early)) {
          expect(fold(REAL, agency, early).code).toBe(agency);
          // Adding up by way of a day between gives the same group.
          expect(fold(REAL, fold(REAL, agency, early).code, late)).toEqual(fold(REAL, agency, late));
        }
      }),
      { seed: 1, numRuns: 2000 },
    );
  });
});
