/** Rankings: order, shared ranks, reasons for not being ranked, and ranges against a brute-force recount. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Counts } from '../../src/kpi/figure.ts';
import type { IndicatorId } from '../../src/kpi/indicators.ts';
import { type Period, parsePeriod } from '../../src/kpi/month.ts';
import { buildRanking, type Ranking } from '../../src/kpi/ranking.ts';
import { simultaneousZ, wilson } from '../../src/kpi/rate.ts';
import { type Cells, cellOf, counts, factsOf, frameOn, REAL } from './country.ts';

const JULY = parsePeriod('2022-07') as Period;
const rank = (cells: Cells, id: IndicatorId = 'online_dossiers', before?: Cells): Ranking =>
  buildRanking(
    REAL,
    factsOf({ ...(before && { '2022-06': before }), '2022-07': cells }),
    id,
    'province',
    JULY,
    frameOn('2022-07-31'),
  );
const one = (named: Partial<Counts>) => ({ 'dk-khai-sinh': cellOf([counts(named)]) });
/** So many received online, so many at the desk. */
const online = (online: number, all: number) =>
  one({ received_online: online, received_direct: all - online });
const places = (ranking: Ranking) => ranking.ranked.map(r => [r.rank, r.agency]);

describe('a ranking', () => {
  it('puts the best first; equal rates share a rank and the next one is skipped: 1, 2, 2, 4', () => {
    const ranking = rank({
      'ha-noi': online(10, 40), // 25 %
      'da-nang': online(90, 100), // 90 %
      'an-giang': online(45, 50), // 90 %, by another fraction
      'hai-phong': online(95, 100), // 95 %
    });
    // An Giang before Đà Nẵng by name only.
    expect(places(ranking)).toEqual([
      [1, 'hai-phong'],
      [2, 'an-giang'],
      [2, 'da-nang'],
      [4, 'ha-noi'],
    ]);
    expect(ranking.ranked[1]).toMatchObject({ numerator: 45, denominator: 50, value: 0.9 });
    expect(ranking.ranked.length + ranking.notRanked.length).toBe(63);
  });

  it('shares ranks by the exact fraction: 1/3 is 33/99 though neither is a decimal', () => {
    expect(
      places(rank({ 'ha-noi': online(33, 99), 'da-nang': online(100, 300), 'hai-phong': online(100, 301) })),
    ).toEqual([
      [1, 'da-nang'],
      [1, 'ha-noi'],
      [3, 'hai-phong'],
    ]);
  });

  it('puts the lowest first where lower is better', () => {
    // overdue = (pending overdue + late) ÷ (resolved + pending): 5/50 = 10 %, 1/50 = 2 %.
    const ranking = rank(
      {
        'ha-noi': one({ resolved_late: 2, resolved_on_time: 40, pending_overdue: 3, pending_on_time: 5 }),
        'da-nang': one({ resolved_late: 1, resolved_on_time: 49 }),
      },
      'overdue',
    );
    expect(places(ranking)).toEqual([
      [1, 'da-nang'],
      [2, 'ha-noi'],
    ]);
    expect(ranking.ranked[1]).toMatchObject({ numerator: 5, denominator: 50, value: 0.1 });
  });

  it('leaves out, with the reason, who is below 30, sent nothing, or left every needed count blank', () => {
    const ranking = rank(
      {
        'ha-noi': one({ resolved_on_time: 30, resolved_end_to_end: 15 }),
        'da-nang': one({ resolved_on_time: 29, resolved_end_to_end: 29 }),
        'hai-phong': one({ resolved_on_time: 500, resolved_end_to_end: null }),
        'an-giang': one({ resolved_on_time: 0, resolved_end_to_end: 0 }),
      },
      'end_to_end_completion',
    );
    expect(places(ranking)).toEqual([[1, 'ha-noi']]);
    const why = Object.fromEntries(
      ranking.notRanked.map(r => [r.agency, [r.reason, r.numerator, r.denominator]]),
    );
    expect(why['da-nang']).toEqual(['below_minimum', 29, 29]);
    expect(why['hai-phong']).toEqual(['nothing_to_divide', null, null]);
    expect(why['an-giang']).toEqual(['nothing_to_divide', 0, 0]);
    expect(why['can-tho']).toEqual(['no_return', null, null]);
  });

  it('says how many ranks an office rose since the month before, and nothing where it was not ranked', () => {
    const before = { 'ha-noi': online(10, 100), 'da-nang': online(20, 100), 'hai-phong': online(5, 10) };
    const now = { 'ha-noi': online(50, 100), 'da-nang': online(20, 100), 'hai-phong': online(30, 100) };
    const change = (r: Ranking) => Object.fromEntries(r.ranked.map(l => [l.agency, l.change]));
    // Hà Nội from 2 to 1, Đà Nẵng from 1 to 3; Hải Phòng was below the minimum.
    expect(change(rank(now, 'online_dossiers', before))).toEqual({
      'ha-noi': 1,
      'da-nang': -2,
      'hai-phong': null,
    });
    expect(change(rank(now))).toEqual({ 'ha-noi': null, 'da-nang': null, 'hai-phong': null });
  });

  it('gives counts of returns no interval and ranks an office that sent nothing: its silence is measured', () => {
    const ranking = rank({ 'ha-noi': online(1, 2) }, 'reporting_completeness');
    // One of 23 due; the other 62 share rank 2 with 0 of 23.
    expect(ranking.ranked).toHaveLength(63);
    expect(ranking.ranked[0]).toMatchObject({ agency: 'ha-noi', numerator: 1, denominator: 23, rank: 1 });
    expect(new Set(ranking.ranked.slice(1).map(r => r.rank))).toEqual(new Set([2]));
    expect(ranking.ranked[0]).toMatchObject({ low: null, high: null, rankLow: null, rankHigh: null });
  });

  it('lets two rates swap ranks only when their widened intervals meet', () => {
    // z for three intervals is about 2.39. 900/1000: about [.875, .920]; 890/1000: [.864, .911]; 500/1000: [.46, .54].
    const ranking = rank({
      'ha-noi': online(900, 1000),
      'da-nang': online(890, 1000),
      'hai-phong': online(500, 1000),
    });
    expect(ranking.ranked.map(r => [r.rankLow, r.rankHigh])).toEqual([
      [1, 2],
      [1, 2],
      [3, 3],
    ]);
  });

  const CODES = [
    'ha-noi',
    'da-nang',
    'hai-phong',
    'an-giang',
    'can-tho',
    'lao-cai',
    'son-la',
    'thua-thien-hue',
  ];
  const random = fc.dictionary(
    fc.constantFrom(...CODES),
    fc
      .integer({ min: 0, max: 400 })
      .chain(all => fc.tuple(fc.integer({ min: 0, max: all }), fc.constant(all))),
  );
  it.each(['online_dossiers', 'overdue'] as const)('by %s agrees with brute force over all pairs', id => {
    fc.assert(
      fc.property(random, offices => {
        const cells = Object.fromEntries(
          Object.entries(offices).map(([code, [part, all]]) => [
            code,
            id === 'overdue' ? one({ resolved_late: part, resolved_early: all - part }) : online(part, all),
          ]),
        );
        const { ranked } = rank(cells, id);
        const fit = Object.entries(offices).filter(([, [, all]]) => all >= 30);
        expect(ranked).toHaveLength(fit.length);
        const z = simultaneousZ(fit.length);
        const better = (a: number, b: number): boolean => (id === 'overdue' ? a < b : a > b);
        for (const [code, [part, all]] of fit) {
          const beaten = fit.filter(([, [p, a]]) => better(p * all, part * a)).length;
          const [low, high] = wilson(part, all, z) as [number, number];
          const apart = fit.map(([, [p, a]]) => {
            const [otherLow, otherHigh] = wilson(p, a, z) as [number, number];
            return otherLow > high ? 'above' : otherHigh < low ? 'below' : 'meets';
          });
          const [ahead, behind] = id === 'overdue' ? ['below', 'above'] : ['above', 'below'];
          expect(ranked.find(r => r.agency === code)).toMatchObject({
            rank: beaten + 1,
            rankLow: apart.filter(a => a === ahead).length + 1,
            rankHigh: fit.length - apart.filter(a => a === behind).length,
          });
        }
      }),
      { seed: 1, numRuns: 200 },
    );
  });
});
