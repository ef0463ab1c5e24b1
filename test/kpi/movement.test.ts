/** Why a rate and a rank moved: worked examples by hand, and parts that add up exactly in any world. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Facts, Frame } from '../../src/kpi/facts.ts';
import type { IndicatorId } from '../../src/kpi/indicators.ts';
import { type Period, parsePeriod } from '../../src/kpi/month.ts';
import { buildMovement, continuedBy, type Movement } from '../../src/kpi/movement.ts';
import { rankPeriod } from '../../src/kpi/ranking.ts';
import { compare, plus, type Rational, ratio, sum, toNumber, ZERO } from '../../src/kpi/rational.ts';
import { tallyIndicator } from '../../src/kpi/tally.ts';
import { type Cells, cellOf, counts, factsOf, frameOn, REAL, status } from './country.ts';

const period = (id: string): Period => parsePeriod(id) as Period;
/** So many received online of so many received; a blank of what is digitised where `digitised` is null. */
const received = (online: number, all: number, digitised: number | null = 0) =>
  cellOf([counts({ received_online: online, received_direct: all - online, files_digitised: digitised })]);

interface World {
  before: Cells;
  now: Cells;
  /** The earlier month as it was published; left out: as it is today; null: never published. */
  published?: Cells | null;
}

function move(
  world: World,
  change: Partial<{
    id: IndicatorId;
    agency: string | null;
    months: [string, string];
    frame: Partial<Frame>;
  }> = {},
): Movement {
  const { id = 'online_dossiers', agency = 'ha-noi', months = ['2022-06', '2022-07'], frame = {} } = change;
  const [before, now] = months.map(period) as [Period, Period];
  const facts = factsOf({ [months[0]]: world.before, [months[1]]: world.now });
  const published = world.published === undefined ? world.before : world.published;
  return buildMovement(
    { catalogue: REAL, facts },
    published && { catalogue: REAL, facts: factsOf({ [months[0]]: published }) },
    { id, agency, now, before, frame: frameOn(`${months[1]}-31`, frame) },
  );
}

const equal = (a: Rational | null | undefined, b: Rational) => expect(a && compare(a, b)).toBe(0);
/** All parts of a rate as hundredths of a percent, for reading. */
const partsOf = (m: Movement) => {
  const { corrections, reorganisation, ownRate, serviceMix, agencyMix, coverage, change } =
    m.rate as NonNullable<Movement['rate']>;
  const points = (part: Rational | null) => part && Math.round(toNumber(part) * 1e6) / 1e4;
  return {
    ...{ corrections: points(corrections), reorganisation: points(reorganisation), own: points(ownRate) },
    ...{
      services: points(serviceMix),
      agencies: points(agencyMix),
      coverage: points(coverage),
      change: points(change),
    },
  };
};
const STILL = { corrections: 0, reorganisation: 0, own: 0, services: 0, agencies: 0, coverage: 0, change: 0 };

describe('the change of a rate', () => {
  it('is own rate alone when every service keeps its share: 30/100 to 50/100', () => {
    const moved = move({
      before: { 'ha-noi': { 'dk-khai-sinh': received(30, 100) } },
      now: { 'ha-noi': { 'dk-khai-sinh': received(50, 100) } },
    });
    expect(partsOf(moved)).toEqual({ ...STILL, own: 20, change: 20 });
  });

  it('is mix alone when no service changes its rate, though the total does (Simpson)', () => {
    // Births 90 %, deaths 10 % throughout; births fall from 80 of 100 to 20 of 100: 74 % to 26 %.
    const moved = move({
      before: { 'ha-noi': { 'dk-khai-sinh': received(72, 80), 'dk-khai-tu': received(2, 20) } },
      now: { 'ha-noi': { 'dk-khai-sinh': received(18, 20), 'dk-khai-tu': received(8, 80) } },
    });
    expect(partsOf(moved)).toEqual({ ...STILL, services: -48, change: -48 });
  });

  it('is shared half-way where rates and shares both move', () => {
    // Births 50 % → 60 %, share 50 % → 75 %; deaths 10 % → 20 %, share 50 % → 25 %: 30 % → 50 %.
    // Own: ½(0.5 + 0.75)·0.1 + ½(0.5 + 0.25)·0.1 = 0.1; mix: 0.25·0.55 − 0.25·0.15 = 0.1.
    const moved = move({
      before: { 'ha-noi': { 'dk-khai-sinh': received(50, 100), 'dk-khai-tu': received(10, 100) } },
      now: { 'ha-noi': { 'dk-khai-sinh': received(180, 300), 'dk-khai-tu': received(20, 100) } },
    });
    expect(partsOf(moved)).toEqual({ ...STILL, own: 10, services: 10, change: 20 });
    const births = moved.rate?.services.get('dk-khai-sinh');
    expect(births).toMatchObject({
      before: { numerator: 50, denominator: 100 },
      now: { numerator: 180, denominator: 300 },
    });
    // ½(0.5 + 0.75)·0.1 of own rate; 0.25·(0.55 − ½(0.3 + 0.5)) of mix.
    equal(births?.ownRate, ratio(1, 16));
    equal(births?.serviceMix, ratio(3, 80));
  });

  it('counts a service that comes or goes for no want of data as mix', () => {
    // No deaths at all in June: 50 % of 100; in July 50 % of 100 and 0 % of 100.
    const moved = move({
      before: { 'ha-noi': { 'dk-khai-sinh': received(50, 100), 'dk-khai-tu': received(0, 0) } },
      now: { 'ha-noi': { 'dk-khai-sinh': received(50, 100), 'dk-khai-tu': received(0, 100) } },
    });
    expect(partsOf(moved)).toEqual({ ...STILL, services: -25, change: -25 });
  });

  it('counts a missing return as what stands in, not as movement', () => {
    const moved = move({
      before: { 'ha-noi': { 'dk-khai-sinh': received(50, 100), 'dk-khai-tu': received(0, 100) } },
      now: { 'ha-noi': { 'dk-khai-sinh': received(60, 100) } },
    });
    // 25 % to 60 %: births alone went from 50 to 60; that deaths are not there makes the other 25.
    expect(partsOf(moved)).toEqual({ ...STILL, own: 10, coverage: 25, change: 35 });
  });

  it('counts a blank as what stands in', () => {
    const moved = move(
      {
        before: { 'ha-noi': { 'dk-khai-sinh': received(0, 100, 40), 'dk-khai-tu': received(0, 100, null) } },
        now: { 'ha-noi': { 'dk-khai-sinh': received(0, 100, 40), 'dk-khai-tu': received(0, 100, 80) } },
      },
      { id: 'files_digitised' },
    );
    expect(partsOf(moved)).toEqual({ ...STILL, coverage: 20, change: 20 });
  });

  it('says apart what a correction of the earlier month made', () => {
    const moved = move({
      published: { 'ha-noi': { 'dk-khai-sinh': received(20, 100) } },
      before: { 'ha-noi': { 'dk-khai-sinh': received(35, 100) } },
      now: { 'ha-noi': { 'dk-khai-sinh': received(30, 100) } },
    });
    // Published 20 %, corrected to 35 %, now 30 %.
    expect(partsOf(moved)).toEqual({ ...STILL, corrections: 15, own: -5, change: 10 });
  });

  it('knows of no correction where the earlier month was never published', () => {
    const cells = { 'ha-noi': { 'dk-khai-sinh': received(20, 100) } };
    expect(move({ before: cells, now: cells, published: null }).rate).toMatchObject({
      corrections: null,
      stages: { published: null },
    });
  });

  it('says apart what a merger made: the old name alone, then all that merged', () => {
    // TP. Hồ Chí Minh alone 80/100, with Bình Dương and Bà Rịa – Vũng Tàu 100/200; in July 120/200.
    const moved = move(
      {
        before: {
          'ho-chi-minh': { 'dk-khai-sinh': received(80, 100) },
          'binh-duong': { 'dk-khai-sinh': received(10, 50) },
          'ba-ria-vung-tau': { 'dk-khai-sinh': received(10, 50) },
        },
        now: { 'ho-chi-minh-2025': { 'dk-khai-sinh': received(120, 200) } },
      },
      { agency: 'ho-chi-minh-2025', months: ['2025-06', '2025-07'] },
    );
    expect(moved.continues).toBe('ho-chi-minh');
    expect(partsOf(moved)).toEqual({ ...STILL, reorganisation: -30, own: 10, change: -20 });
  });

  it('of the country is split over agencies as well', () => {
    // One service; Hà Nội 80 %, Đà Nẵng 20 % throughout, but Đà Nẵng's share grows from 50 to 75 %.
    const moved = move(
      {
        before: {
          'ha-noi': { 'dk-khai-sinh': received(80, 100) },
          'da-nang': { 'dk-khai-sinh': received(20, 100) },
        },
        now: {
          'ha-noi': { 'dk-khai-sinh': received(80, 100) },
          'da-nang': { 'dk-khai-sinh': received(60, 300) },
        },
      },
      { agency: null },
    );
    expect(partsOf(moved)).toEqual({ ...STILL, agencies: -15, change: -15 });
    expect(moved.rank).toBeNull();
  });

  it('is not taken apart across two definitions, nor without figures, nor without a rate', () => {
    const cells = { 'ha-noi': { 'dk-khai-sinh': received(1, 100) } };
    const known = {
      catalogue: REAL,
      facts: factsOf({ '2022-08': cells }, [status('ha-noi', 'dk-khai-sinh', '2022-07-01', 4)]),
    };
    const asking = { id: 'online_dossiers', agency: 'ha-noi', frame: frameOn('2022-08-31') } as const;
    const reason = (facts: Facts, change = {}) =>
      buildMovement({ ...known, facts }, null, {
        ...asking,
        now: period('2022-08'),
        before: period('2022-07'),
        ...change,
      }).reason;
    expect(reason(known.facts)).toBe('no_earlier_figures');
    const both = (a: Cells, b: Cells) => factsOf({ '2022-07': a, '2022-08': b });
    expect(reason(both(cells, cells), { id: 'level_3_4_completion' })).toBe('other_definition');
    expect(reason(both({}, cells))).toBe('no_rate_before');
    expect(reason(both(cells, {}))).toBe('no_rate_now');
    expect(reason(both(cells, cells))).toBeNull();
  });
});

describe('the change of a rank', () => {
  const places = (rates: Record<string, number>): Cells =>
    Object.fromEntries(
      Object.entries(rates).map(([code, online]) => [code, { 'dk-khai-sinh': received(online, 100) }]),
    );
  const ranks = ({ rank }: Movement) => {
    if (!rank) throw new Error('no rank');
    const { corrections, reorganisation, own, others, field, change } = rank;
    return [corrections, reorganisation, own, others, field, change].map(part => part && toNumber(part));
  };

  it('is own movement, that of the others, and who came in', () => {
    // Hà Nội second (50) behind Đà Nẵng (60); then 55 behind Đà Nẵng (60) and newly Hải Phòng (90).
    const moved = move({
      before: places({ 'da-nang': 60, 'ha-noi': 50, 'an-giang': 40 }),
      now: places({ 'da-nang': 60, 'ha-noi': 55, 'hai-phong': 90, 'an-giang': 40 }),
    });
    expect(ranks(moved)).toEqual([0, 0, 0, 0, -1, -1]);
    expect(moved.rank).toMatchObject({ entered: ['hai-phong'], left: [] });
  });

  it('gives half to each where own rate and the other rate crossed together', () => {
    // Either alone would have kept the order: 50 to 54 against 60, 50 against 60 to 52; together they cross.
    const moved = move({
      before: places({ 'da-nang': 60, 'ha-noi': 50 }),
      now: places({ 'da-nang': 52, 'ha-noi': 54 }),
    });
    expect(ranks(moved)).toEqual([0, 0, 0.5, 0.5, 0, 1]);
  });

  it('names a correction and a merger apart', () => {
    const moved = move(
      {
        published: places({ 'ho-chi-minh': 10, 'binh-duong': 90, 'ha-noi': 80 }),
        before: places({ 'ho-chi-minh': 85, 'binh-duong': 90, 'ha-noi': 80 }),
        now: places({ 'ho-chi-minh-2025': 88, 'ha-noi': 80 }),
      },
      { agency: 'ho-chi-minh-2025', months: ['2025-06', '2025-07'] },
    );
    // Published third; corrected second; on the new boundaries 175/200 is first of two, and so it stays.
    expect(ranks(moved)).toEqual([1, 1, 0, 0, 0, 2]);
  });
});

describe('in any world', () => {
  const JUNE = [
    'ho-chi-minh',
    'binh-duong',
    'ba-ria-vung-tau',
    'ha-noi',
    'da-nang',
    'quang-nam',
    'bca',
    'btc-2025',
  ];
  const JULY = ['ho-chi-minh-2025', 'ha-noi', 'da-nang-2025', 'hue', 'bca', 'btc-2025'];
  const SERVICES = ['dk-khai-sinh', 'dk-khai-tu', 'dk-thuong-tru', 'ho-chieu', 'doi-gplx'];
  const cell = fc
    .record({
      all: fc.integer({ min: 0, max: 300 }),
      part: fc.integer({ min: 0, max: 300 }),
      blank: fc.boolean(),
    })
    .map(({ all, part, blank }) => received(Math.min(part, all), all, blank ? null : Math.min(all, part)));
  const month = (agencies: string[]) =>
    fc.dictionary(fc.constantFrom(...agencies), fc.dictionary(fc.constantFrom(...SERVICES), cell));
  const world = fc.record({ before: month(JUNE), now: month(JULY), published: fc.option(month(JUNE)) });
  const asked = fc.record({
    id: fc.constantFrom<IndicatorId>('online_dossiers', 'files_digitised', 'reporting_completeness'),
    agency: fc.constantFrom(null, ...JULY),
    view: fc.constantFrom('own' as const, 'sector' as const),
  });

  it('parts add up exactly to the change, and stages are the rates and ranks that pages show', () => {
    let split = 0;
    fc.assert(
      fc.property(world, asked, (w, { id, agency, view }) => {
        const months: [string, string] = ['2025-06', '2025-07'];
        const moved = move(w, { id, agency, months, frame: { view } });
        const { rate, rank } = moved;
        if (!rate) return;
        split += 1;
        const { corrections, reorganisation, ownRate, serviceMix, agencyMix, coverage } = rate;
        equal(
          rate.change,
          sum([corrections ?? ZERO, reorganisation ?? ZERO, ownRate, serviceMix, agencyMix, coverage]),
        );
        const first =
          (rate.stages.corrected && rate.stages.published) ?? rate.stages.corrected ?? rate.stages.before;
        const value = (f: { numerator: number | null; denominator: number | null }) =>
          ratio(f.numerator ?? 0, f.denominator ?? 1);
        equal(value(rate.stages.now), plus(value(first), rate.change));
        const facts = factsOf({ '2025-06': w.before, '2025-07': w.now });
        const shown = tallyIndicator(REAL, facts, id, period('2025-07'), frameOn('2025-07-31', { view }));
        const tally = agency === null ? shown.national : shown.groups.get(agency);
        expect(rate.stages.now).toEqual({ numerator: tally?.numerator, denominator: tally?.denominator });
        if (view === 'own' && agency !== null) equal(agencyMix, ZERO);
        if (!rank) return;
        equal(
          rank.change,
          sum([rank.corrections ?? ZERO, rank.reorganisation ?? ZERO, rank.own, rank.others, rank.field]),
        );
        const kind = REAL.agencyByCode.get(agency as string)?.kind ?? 'province';
        const ranking = rankPeriod(REAL, facts, id, kind, period('2025-07'), frameOn('2025-07-31', { view }));
        expect(rank.stages.now.rank).toBe(ranking.ranked.find(r => r.agency === agency)?.rank);
      }),
      { seed: 7, numRuns: 150 },
    );
    expect(split).toBeGreaterThan(50);
  });

  it('backwards in time every part of what really changed turns its sign', () => {
    const swapped = fc.tuple(month(['ha-noi', 'da-nang']), month(['ha-noi', 'da-nang']));
    fc.assert(
      fc.property(swapped, fc.constantFrom(null, 'ha-noi'), ([a, b], agency) => {
        const there = move({ before: a, now: b }, { agency }).rate;
        const back = move({ before: b, now: a }, { agency }).rate;
        for (const part of ['ownRate', 'serviceMix', 'agencyMix', 'coverage'] as const) {
          if (there && back) equal(plus(there[part], back[part]), ZERO);
        }
      }),
      { seed: 8, numRuns: 100 },
    );
  });
});

describe('what an agency continues', () => {
  it.each([
    ['ha-noi', '2025-06-30', 'ha-noi'],
    ['ho-chi-minh-2025', '2025-06-30', 'ho-chi-minh'],
    ['btc-2025', '2025-02-28', 'btc'],
    // Two ministries became one under a new name.
    ['bnnmt', '2025-02-28', null],
  ])('%s on %s: %s', (code, day, past) => expect(continuedBy(REAL, code, day)).toBe(past));
});
