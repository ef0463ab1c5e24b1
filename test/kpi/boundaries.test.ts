/** Boundaries to choose from, where figures stand on them, and folding over reorganisations nobody has seen yet. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Agency, Succession } from '../../src/kpi/agency.ts';
import { erasOf, standsUnder } from '../../src/kpi/boundaries.ts';
import { buildCatalogue, type Catalogue, fold } from '../../src/kpi/catalogue.ts';
import { addDays, type Period, parsePeriod } from '../../src/kpi/month.ts';
import { tallyIndicator } from '../../src/kpi/tally.ts';
import { cellOf, counts, factsOf, frameOn, REAL, realBut } from './country.ts';

const period = (id: string): Period => parsePeriod(id) as Period;

/** An agency like Hà Nội under another code and with other days. */
const like = (code: string, validFrom: string | null, validTo: string | null): Agency => ({
  ...(REAL.agencyByCode.get('ha-noi') as Agency),
  ...{ code, nameVi: code, nameEn: code, shortVi: code, gsoCode: '', egovCode: '', validFrom, validTo },
});

/** Nghệ An and Hà Tĩnh become one province on 2026-11-01: nothing that ships knows of it. */
const MERGED = realBut(r => ({
  agencies: [
    ...r.agencies.map(a => (['nghe-an', 'ha-tinh'].includes(a.code) ? { ...a, validTo: '2026-10-31' } : a)),
    like('nghe-tinh', '2026-11-01', null),
  ],
  successions: [
    ...r.successions,
    ...['nghe-an', 'ha-tinh'].map(predecessor => ({
      ...{ predecessor, successor: 'nghe-tinh', date: '2026-11-01', kind: 'merge' as const },
    })),
  ],
}));

describe('the eras', () => {
  it('are told by how many provinces and ministries there were', () => {
    expect(erasOf(REAL, 'province')).toEqual([
      { from: null, day: '2025-06-30', count: 63 },
      { from: '2025-07-01', day: '2025-07-01', count: 34 },
    ]);
    expect(erasOf(REAL, 'ministry')).toEqual([
      { from: null, day: '2025-02-28', count: 22 },
      { from: '2025-03-01', day: '2025-03-01', count: 17 },
    ]);
  });

  it('go on with a merger that is imported, and are none where nothing ever changed', () => {
    expect(erasOf(MERGED, 'province').at(-1)).toEqual({ from: '2026-11-01', day: '2026-11-01', count: 33 });
    expect(
      erasOf(
        realBut(() => ({ successions: [] })),
        'province',
      ),
    ).toEqual([]);
  });
});

describe('the figures of an agency', () => {
  it.each([
    // Under its own name as long as it reports, and with its predecessors on its own boundaries.
    ['binh-duong', '2025-06', '2025-06-30', null],
    ['ho-chi-minh-2025', '2025-06', '2025-07-01', null],
    ['binh-duong', '2025-YTD-09', '2025-06-30', null],
    // Merged away, not yet formed, and merged returns that cannot be taken apart again.
    ['binh-duong', '2025-09', '2025-09-30', ['ho-chi-minh-2025']],
    ['binh-duong', '2025-06', '2025-07-01', ['ho-chi-minh-2025']],
    ['ho-chi-minh-2025', '2025-06', '2025-06-30', ['ba-ria-vung-tau', 'binh-duong', 'ho-chi-minh']],
    ['binh-duong', '2025-09', '2025-06-30', ['ho-chi-minh-2025']],
    // The cities of 2026, both ways: a renaming carries everything over.
    ['quang-ninh', '2026-09', '2026-09-30', ['quang-ninh-2026']],
    ['quang-ninh', '2026-09', '2026-08-31', null],
    ['bac-giang', '2026-09', '2026-09-30', ['bac-ninh-2026']],
    ['binh-phuoc', '2026-03', '2026-03-31', ['dong-nai-2025']],
    ['dong-nai-2025', '2026-04', '2026-04-30', ['dong-nai-2026']],
    // Ended, and went over to nobody whole.
    ['ubgstcqg', '2025-09', '2025-09-30', []],
  ])('%s in %s on the boundaries of %s stand under %j', (code, id, day, others) => {
    const found = standsUnder(REAL, code, period(id), day);
    expect(found && [...found].sort()).toEqual(others);
  });

  it('follow a merger that is imported', () => {
    const cell = (online: number) => cellOf([counts({ received_online: online, received_direct: 10 })]);
    const facts = factsOf({
      '2026-10': { 'nghe-an': { 'dk-khai-sinh': cell(30) }, 'ha-tinh': { 'dk-khai-sinh': cell(20) } },
      '2026-11': { 'nghe-tinh': { 'dk-khai-sinh': cell(70) } },
    });
    const tally = (id: string, day: string) =>
      tallyIndicator(MERGED, facts, 'online_dossiers', period(id), frameOn(day)).groups.get('nghe-tinh');
    // October: 30 + 20 of 40 + 30; November: 70 of 80. A trend runs on one boundary through both.
    expect(tally('2026-10', '2026-11-30')).toMatchObject({ numerator: 50, denominator: 70 });
    expect(tally('2026-11', '2026-11-30')).toMatchObject({ numerator: 70, denominator: 80 });
    expect(tally('2026-10', '2026-10-31')).toBeUndefined();
    expect(standsUnder(MERGED, 'ha-tinh', period('2026-11'), '2026-11-30')).toEqual(['nghe-tinh']);
  });
});

describe('reorganisations made up at random', () => {
  const FIRST = '2022-01-01';
  /** Each event: some of the agencies in force become one (a merger), or one of them a new one (a renaming). */
  const events = fc.array(
    fc.record({ days: fc.integer({ min: 1, max: 200 }), chosen: fc.array(fc.nat(99), { maxLength: 4 }) }),
    { maxLength: 8 },
  );

  function countryOf(given: readonly { days: number; chosen: number[] }[]): Catalogue {
    let day = FIRST;
    const agencies = Array.from({ length: 6 }, (_, i) => like(`a${i}`, null, null));
    const successions: Succession[] = [];
    for (const [i, { days, chosen }] of given.entries()) {
      day = addDays(day, days);
      const alive = agencies.filter(a => a.validTo === null);
      const ending = [...new Set(chosen.map(n => alive[n % alive.length] as Agency))];
      if (ending.length === 0) continue;
      const successor = like(`b${i}`, day, null);
      for (const agency of ending) {
        agency.validTo = addDays(day, -1);
        const kind = ending.length === 1 ? ('rename' as const) : ('merge' as const);
        successions.push({ predecessor: agency.code, successor: successor.code, date: day, kind });
      }
      agencies.push(successor);
    }
    return buildCatalogue({ ...REAL, agencies, successions, leads: [] });
  }

  it('fold every agency into exactly one group, once and for all, and never change the country', () => {
    fc.assert(
      fc.property(events, fc.nat(1700), fc.nat(1700), fc.nat(50), (given, one, other, months) => {
        const country = countryOf(given);
        const id = addDays(FIRST, months * 30).slice(0, 7);
        const cells = Object.fromEntries(
          country.agencies.map((a, i) => {
            const row = counts({ received_online: i + 1, received_direct: 2 * i });
            return [a.code, { 'dk-khai-sinh': cellOf([row]) }];
          }),
        );
        const facts = factsOf({ [id]: cells });
        const totals = [one, other].map(n => {
          const day = addDays(FIRST, n);
          for (const { code } of country.agencies) {
            const group = fold(country, code, day).code;
            expect(fold(country, group, day).code).toBe(group);
          }
          const { groups, national } = tallyIndicator(
            ...([country, facts, 'online_dossiers', period(id), frameOn(day)] as const),
          );
          const sum = [...groups.values()].reduce((total, t) => total + (t.numerator ?? 0), 0);
          expect(sum).toBe(national.numerator);
          return [national.numerator, national.denominator];
        });
        expect(totals[0]).toEqual(totals[1]);
      }),
      { seed: 2025, numRuns: 200 },
    );
  });

  it('give a month to whoever is in force on its last day', () => {
    const country = countryOf([{ days: 30, chosen: [0, 1] }]);
    expect(standsUnder(country, 'a0', period('2022-01'), '2022-01-31')).toEqual(['b0']);
    expect(standsUnder(country, 'a0', period('2021-12'), '2021-12-31')).toBeNull();
  });
});
