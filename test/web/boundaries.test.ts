/** Boundaries over the real application: the cities of 2026, a merger that is imported, and the same country on all. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { View } from '../../src/kpi/facts.ts';
import { INDICATOR_IDS, INDICATOR_KINDS } from '../../src/kpi/indicators.ts';
import { addDays, hanoiDay, type Period, parsePeriod } from '../../src/kpi/month.ts';
import { tallyIndicator } from '../../src/kpi/tally.ts';
import { factsFor } from '../../src/store/facts.ts';
import { DATA_FOLDER } from '../../src/store/migrate.ts';
import { publishMonth } from '../../src/store/months.ts';
import { catalogueAt, loadReference } from '../../src/store/reference.ts';
import { type ReferenceRows, type Row, referenceTables } from '../../src/store/reference-rows.ts';
import type { RankingDocument, ScorecardDocument } from '../../src/web/documents.ts';
import { openSite, type Site } from './site.ts';

/** Online and direct dossiers; the other counts are the same everywhere. */
const row = (agency: string, month: string, online: number, direct: number): string =>
  `${agency} ${month} dk-thuong-tru ${online} ${direct} 10 60 5 30 10 5`;

const LATER = {
  '2026-03': [row('dong-nai-2025', '2026-03', 60, 40), row('nghe-an', '2026-03', 50, 50)],
  // Đồng Nai is a city from 30 April 2026 on, the last day of that month.
  '2026-04': [row('dong-nai-2026', '2026-04', 70, 30), row('nghe-an', '2026-04', 50, 50)],
  '2026-08': [row('quang-ninh', '2026-08', 10, 90), row('bac-ninh-2025', '2026-08', 20, 80)],
  // Quảng Ninh from 1 September 2026 on, Bắc Ninh from 20 September on.
  '2026-09': [
    ...[row('quang-ninh-2026', '2026-09', 30, 70), row('bac-ninh-2026', '2026-09', 40, 60)],
    ...[row('nghe-an', '2026-09', 55, 45), row('ha-tinh', '2026-09', 25, 75)],
  ],
};
const MONTHS = ['2025-06', '2025-07', ...Object.keys(LATER)];
const ASKED = 'indicator=online_dossiers';

/** What an operator would import: Nghệ An and Hà Tĩnh become one on 1 October 2026. */
function merged(rows: ReferenceRows): ReferenceRows {
  const nghean = rows.agencies.find(r => r.code === 'nghe-an') as Row;
  const ending = ['nghe-an', 'ha-tinh'];
  const union = { ...nghean, code: 'nghe-tinh', name_vi: 'Tỉnh Nghệ Tĩnh', name_en: 'Nghe Tinh' };
  const names = { short_vi: 'Nghệ Tĩnh', gso_code: '', egov_code: '', valid_from: '2026-10-01' };
  return {
    ...rows,
    agencies: [
      ...rows.agencies.map(r => (ending.includes(String(r.code)) ? { ...r, valid_to: '2026-09-30' } : r)),
      { ...union, ...names },
    ],
    agency_successions: [
      ...rows.agency_successions,
      ...ending.map(predecessor_code => ({
        ...{ predecessor_code, successor_code: 'nghe-tinh', effective_date: '2026-10-01' },
        ...{ kind: 'merge', note: '' },
      })),
    ],
  };
}

let site: Site;
const json = async <D>(path: string): Promise<D> => (await site.get(path)).json as unknown as D;
const ranking = (query: string) => json<RankingDocument>(`/rankings.json?${ASKED}&${query}`);
const ranked = async (query: string): Promise<Record<string, number[]>> =>
  Object.fromEntries((await ranking(query)).ranked.map(r => [r.agency, [r.numerator, r.denominator]]));

beforeAll(async () => {
  site = await openSite({ filled: true });
  site.clock.now = Math.max(Date.parse('2026-11-20T12:00:00+07:00'), Date.now() + 3_600_000);
  for (const [month, rows] of Object.entries(LATER)) {
    await site.take(rows);
    await publishMonth(site.db, month, 'operator');
  }
});
afterAll(() => site.close());

describe('the cities of 2026', () => {
  it('stand under the name of the day, and under the other by its boundaries', async () => {
    expect(await ranked('period=2026-04')).toMatchObject({ 'dong-nai-2026': [70, 100] });
    expect(await ranked('period=2026-04&boundaries=2026-04-29')).toMatchObject({
      'dong-nai-2025': [70, 100],
    });
    expect(await ranked('period=2026-09')).toEqual({
      ...{ 'quang-ninh-2026': [30, 100], 'bac-ninh-2026': [40, 100] },
      ...{ 'nghe-an': [55, 100], 'ha-tinh': [25, 100] },
    });
    expect(await ranked('period=2026-09&boundaries=2026-09-19')).toMatchObject({
      ...{ 'quang-ninh-2026': [30, 100], 'bac-ninh-2025': [40, 100] },
    });
  });

  it('have one trend through the change', async () => {
    const doc = await json<ScorecardDocument>('/agencies/quang-ninh-2026.json?period=2026-09');
    const points = doc.trend.find(t => t.indicator === 'online_dossiers')?.points ?? [];
    expect(points.slice(-2).map(p => [p.period, p.numerator])).toEqual([
      ['2026-08', 10],
      ['2026-09', 30],
    ]);
  });
});

describe('a province that was merged', () => {
  it('keeps its page, says where its figures stand, and leads to its own past', async () => {
    const doc = await json<ScorecardDocument>('/agencies/binh-duong.json?period=2026-09');
    expect(doc).toMatchObject({
      stands_under: [{ agency: 'ho-chi-minh-2025', name: 'Thành phố Hồ Chí Minh' }],
      own_period: '2025-06',
    });
    const { status, text } = await site.get('/agencies/binh-duong?period=2026-09');
    expect(status).toBe(200);
    expect(text).toContain('href="/agencies/ho-chi-minh-2025?period=2026-09"');
    expect(text).toContain('href="/agencies/binh-duong?period=2025-06"');
    const past = await json<ScorecardDocument>('/agencies/binh-duong.json?period=2025-06');
    const online = past.indicators.find(i => i.indicator.id === 'online_dossiers');
    expect([past.stands_under, online?.rate.numerator, online?.rate.denominator]).toEqual([null, 30, 100]);
    // Without a period its page shows the last month it lived to see.
    expect((await json<ScorecardDocument>('/agencies/binh-duong.json')).period).toBe('2025-06');
  });
});

describe('every page', () => {
  const ADDRESSES = [
    '/',
    '/rankings',
    '/agencies',
    '/agencies/ha-noi',
    '/services',
    '/services/dk-thuong-tru',
  ];
  it.each([...ADDRESSES, '/catalogues/essential-25'])('%s says whose boundaries it shows', async path => {
    const { text } = await site.get(`${path}?period=2025-06&boundaries=2025-07-01&lang=en`);
    expect(text).toContain('Boundaries and agencies of 1 July 2025: 34 provinces and cities, 17 ministries');
    const links = [...text.matchAll(/href="([^"]*)"/g)].map(([, href = '']) => href.replaceAll('&amp;', '&'));
    for (const day of ['2025-06-30', hanoiDay(site.clock.now)]) {
      expect(links).toContain(`${path}?period=2025-06&boundaries=${day}&lang=en`);
    }
    const twin = path === '/' ? '/overview' : path;
    expect((await site.get(`${twin}.json?period=2025-06&boundaries=2025-07-01`)).json.boundaries).toBe(
      '2025-07-01',
    );
  });

  it('of services names leads by those boundaries', async () => {
    const leads = async (query: string) => {
      const { json: doc } = await site.get(`/services.json?period=2025-06&catalogue=essential-53&${query}`);
      return (doc.services as { lead: string | null }[]).map(s => s.lead);
    };
    expect(await leads('boundaries=2025-06-30')).toContain('bnv-2025');
    expect(await leads('boundaries=2025-06-30')).not.toContain('bldtbxh');
  });
});

describe('a merger that is imported', () => {
  const before = new Map<string, string>();
  const PAST = [
    '/rankings',
    '/agencies/nghe-an',
    '/agencies',
    '/',
    '/rankings.csv',
    '/agencies/ha-tinh.json',
  ];
  let asOf: string;
  const past = (path: string): string => `${path}?period=2026-09&as_of=${encodeURIComponent(asOf)}`;
  beforeAll(async () => {
    asOf = (await ranking('period=2026-09')).as_of;
    for (const path of PAST) before.set(path, (await site.get(past(path))).text);
    await loadReference(site.db, merged(await referenceTables(DATA_FOLDER)));
    await site.take([row('nghe-tinh', '2026-10', 90, 10)]);
    await publishMonth(site.db, '2026-10', 'operator');
  });

  it('is on the pages at once: 33 provinces, one trend, and the two lead to the one', async () => {
    expect(await ranked('period=2026-10')).toEqual({ 'nghe-tinh': [90, 100] });
    expect(await ranked('period=2026-09&boundaries=2026-10-01')).toMatchObject({ 'nghe-tinh': [80, 200] });
    const doc = await json<ScorecardDocument>('/agencies/nghe-an.json?period=2026-10');
    expect([doc.stands_under?.[0]?.agency, doc.own_period]).toEqual(['nghe-tinh', '2026-09']);
    const { text } = await site.get('/agencies/nghe-tinh?period=2026-10');
    expect(text).toContain('33 tỉnh, thành phố');
    // Its return cannot be taken apart for a day before it was formed.
    expect((await ranking('period=2026-10&boundaries=2026-09-30')).as_formed).toEqual(['nghe-tinh']);
  });

  it.each(PAST)('leaves %s of before as it was', async path => {
    expect((await site.get(past(path))).text).toBe(before.get(path));
  });
});

it('the country is the same on every boundary date, and the sum of its groups', async () => {
  const { db } = site;
  const months = [...MONTHS, '2026-10'];
  const [catalogue, facts] = [await catalogueAt(db, null), await factsFor(db, months, null)];
  const day = fc.integer({ min: 0, max: 1800 }).map(n => addDays('2022-01-10', n));
  const asked = fc.record({
    id: fc.constantFrom(...INDICATOR_IDS.filter(id => INDICATOR_KINDS[id] === 'dossiers')),
    view: fc.constantFrom<View>('own', 'sector'),
    when: fc.constantFrom(...months, '2025-Q3', '2026-H1', '2026-YTD-10'),
    scope: fc.constantFrom('essential-25', 'essential-53'),
  });
  const same = fc.property(asked, day, day, ({ id, view, when, scope }, ...days) => {
    const [one, other] = days.map(boundaries => {
      const frame = { catalogue: scope, view, boundaries, withoutVertical: false };
      const tallies = tallyIndicator(catalogue, facts, id, parsePeriod(when) as Period, frame);
      const sum = [...tallies.groups.values()].reduce((n, t) => n + (t.denominator ?? 0), 0);
      expect(sum).toBe(tallies.national.denominator ?? 0);
      return tallies.national;
    });
    expect(one).toEqual(other);
  });
  fc.assert(same, { seed: 63, numRuns: 300 });
  const spoken = fc.asyncProperty(asked, day, async ({ id, when }, boundaries) => {
    const address = `/rankings.json?indicator=${id}&period=${when}`;
    const answers = [await site.get(address), await site.get(`${address}&boundaries=${boundaries}`)];
    const [first, second] = answers.map(a => (a.json as unknown as RankingDocument).national);
    expect(second).toEqual(first);
  });
  await fc.assert(spoken, { seed: 34, numRuns: 25 });
});
