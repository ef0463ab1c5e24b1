/** Rankings: order, shared ranks, reasons for not being ranked, and ranges against a brute-force recount. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { exactInterval, missOfEach } from '../../src/kpi/exact-interval.ts';
import type { Counts } from '../../src/kpi/figure.ts';
import type { IndicatorId } from '../../src/kpi/indicators.ts';
import { type Period, parsePeriod } from '../../src/kpi/month.ts';
import { peersOf } from '../../src/kpi/peers.ts';
import { buildRanking, type Ranking } from '../../src/kpi/ranking.ts';
import { distanceToTarget } from '../../src/kpi/target.ts';
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
    const change = (r: Ranking) => Object.fromEntries(r.ranked.map(l => [l.agency, l.change?.rank ?? null]));
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
    // Each at 98.3 %. 900/1000: about [.875, .922]; 890/1000: [.864, .913]; 500/1000: [.46, .54].
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

  it('compares rates as well, with the period before and the year before', () => {
    const [now, before, year] = [online(50, 100), online(40, 100), online(80, 100)];
    const facts = factsOf({
      '2023-07': { 'ha-noi': now, 'da-nang': online(45, 100) },
      '2023-06': { 'ha-noi': before, 'da-nang': online(45, 100) },
      '2022-07': { 'ha-noi': year },
    });
    const [period, frame] = [parsePeriod('2023-07') as Period, frameOn('2023-07-31')];
    const { ranked } = buildRanking(REAL, facts, 'online_dossiers', 'province', period, frame);
    const [haNoi, daNang] = [ranked[0], ranked[1]];
    expect([haNoi?.agency, haNoi?.change?.rank, haNoi?.changeYear?.rank]).toEqual(['ha-noi', 1, 0]);
    expect(haNoi?.change?.value).toBeCloseTo(0.1, 15);
    expect(haNoi?.changeYear?.value).toBeCloseTo(-0.3, 15);
    expect([daNang?.change, daNang?.changeYear]).toEqual([{ rank: -1, value: 0 }, null]);
  });

  it('within a region ranks its provinces among themselves, and says where they stand among all', () => {
    const cells = { 'ha-noi': online(60, 100), 'hai-phong': online(80, 100), 'da-nang': online(70, 100) };
    const { ranked, notRanked } = buildRanking(
      REAL,
      factsOf({ '2022-07': cells }),
      'online_dossiers',
      'province',
      JULY,
      frameOn('2022-07-31'),
      { region: 'Đồng bằng sông Hồng', peers: null },
    );
    expect(ranked.map(r => [r.agency, r.rank, r.overall])).toEqual([
      ['hai-phong', 1, 1],
      ['ha-noi', 2, 3],
    ]);
    // Eleven provinces in that region of the old scheme.
    expect(notRanked).toHaveLength(9);
  });

  it('divides agencies into thirds by dossiers received; equal numbers stay together', () => {
    const cells = {
      ...{ 'ha-noi': online(1, 900), 'hai-phong': online(1, 800), 'da-nang': online(1, 500) },
      ...{ 'an-giang': online(1, 500), 'can-tho': online(1, 500), 'lao-cai': online(1, 40) },
    };
    const facts = factsOf({ '2022-07': cells });
    const codes = [...Object.keys(cells), 'son-la'];
    expect(Object.fromEntries(peersOf(REAL, facts, codes, JULY, frameOn('2022-07-31')))).toEqual({
      ...{ 'ha-noi': 'large', 'hai-phong': 'large' },
      ...{ 'da-nang': 'medium', 'an-giang': 'medium', 'can-tho': 'medium' },
      'lao-cai': 'small',
    });
  });

  it('is not moved by who is not ranked', () => {
    const one = (code: string, [part, all]: [number, number]) => [code, online(part, all)] as const;
    fc.assert(
      fc.property(random, fc.integer({ min: 0, max: 29 }), (offices, few) => {
        const cells = Object.fromEntries(Object.entries(offices).map(([code, counts]) => one(code, counts)));
        const more = { ...cells, 'ca-mau': online(few, few), 'ben-tre': online(0, few) };
        const told = (r: Ranking) =>
          r.ranked.map(({ agency, rank, rankLow, rankHigh }) => ({ agency, rank, rankLow, rankHigh }));
        const { ranked, notRanked } = rank(more);
        expect(told(rank(cells))).toEqual(told({ ...rank(more), ranked }));
        expect(notRanked.map(r => r.agency)).toEqual(expect.arrayContaining(['ca-mau', 'ben-tre']));
        for (const r of ranked) {
          expect((r.rankLow as number) <= r.rank && r.rank <= (r.rankHigh as number)).toBe(true);
        }
      }),
      { seed: 2, numRuns: 100 },
    );
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
        const miss = missOfEach(fit.length);
        const better = (a: number, b: number): boolean => (id === 'overdue' ? a < b : a > b);
        for (const [code, [part, all]] of fit) {
          const beaten = fit.filter(([, [p, a]]) => better(p * all, part * a)).length;
          const [low, high] = exactInterval(part, all, miss);
          const apart = fit.map(([, [p, a]]) => {
            const [otherLow, otherHigh] = exactInterval(p, a, miss);
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

describe('the distance to a target', () => {
  it.each([
    // 80 % of 55 is 44 exactly, though 0.8 × 55 in doubles is a hair more.
    [0.8, true, 40, 55, 4],
    [0.8, true, 44, 55, 0],
    [0.8, true, 50, 55, 0],
    // 95 % of 30 is 28.5: 29 are needed.
    [0.95, true, 20, 30, 9],
    // At most 5 % of 30 is one: of four, three too many.
    [0.05, false, 4, 30, 3],
    [0.05, false, 1, 30, 0],
  ])(
    'of %d (higher is better: %j) from %d of %d is %d',
    (target, higherIsBetter, numerator, denominator, count) => {
      expect(distanceToTarget({ target, higherIsBetter }, { numerator, denominator })?.count).toBe(count);
    },
  );

  it('is none without a target or a rate', () => {
    expect(
      distanceToTarget({ target: null, higherIsBetter: true }, { numerator: 1, denominator: 2 }),
    ).toBeNull();
    expect(
      distanceToTarget({ target: 1, higherIsBetter: true }, { numerator: null, denominator: null }),
    ).toBeNull();
  });
});
