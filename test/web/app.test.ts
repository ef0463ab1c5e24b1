/** Every address in its three forms, over real SQL: defaults, twins, refusals, and what is not to be seen. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import type { OverviewDocument, RankingDocument, ScorecardDocument } from '../../src/web/documents.ts';
import { NOW, openSite, type Site } from './site.ts';

let site: Site;
beforeAll(async () => {
  site = await openSite({ filled: true });
});
afterAll(() => site.close());

const document = async <D>(path: string): Promise<D> => {
  const answer = await site.get(path);
  expect([path, answer.status]).toEqual([path, 200]);
  return answer.json as D;
};

const PAGES = [
  ['/', '/overview'],
  ['/rankings', '/rankings'],
  ['/agencies', '/agencies'],
  ['/agencies/ha-noi', '/agencies/ha-noi'],
  ['/agencies/bca', '/agencies/bca'],
  ['/services', '/services'],
  ['/services/dk-thuong-tru', '/services/dk-thuong-tru'],
  ['/catalogues/essential-53', '/catalogues/essential-53'],
  ['/methodology', '/methodology'],
];

describe('every data page', () => {
  it.each(PAGES)('%s answers HTML in both languages, and its twins %s.json and .csv', async (page, twin) => {
    const [vi, en] = [await site.get(page), await site.get(`${page}?lang=en`)];
    expect([vi.status, en.status]).toEqual([200, 200]);
    expect(vi.text).toContain('<html lang="vi"');
    expect(en.text).toContain('<html lang="en"');
    expect(vi.headers.get('content-type')).toContain('text/html');
    expect((await site.get(`${twin}.json`)).headers.get('content-type')).toContain('application/json');
    const csv = await site.get(`${twin}.csv`);
    expect(csv.headers.get('content-type')).toContain('text/csv');
    expect(csv.headers.get('content-disposition')).toMatch(/^attachment; filename="?[\w-]+\.csv"?$/);
    expect(parse(csv.text, { bom: true, columns: true }).length).toBeGreaterThan(0);
  });

  it('is answered again by its entity tag alone while nothing changed', async () => {
    const first = await site.get('/rankings.json');
    const again = { 'if-none-match': first.headers.get('etag') ?? '' };
    expect(await site.plain('GET', '/rankings.json', again)).toBe(304);
  });

  it('lets the browser load nothing from elsewhere and run nothing inline', async () => {
    const { headers } = await site.get('/');
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'self'");
    expect(policy).not.toContain('unsafe');
    expect(headers.get('strict-transport-security')).toBeNull();
    expect(headers.get('x-powered-by')).toBeNull();
  });
});

describe('the ranking', () => {
  it('is of the latest published month and leaves months that are not published out of sight', async () => {
    const ranking = await document<RankingDocument>('/rankings.json');
    expect(ranking).toMatchObject({
      period: '2025-07',
      kind: 'province',
      view: 'own',
      boundaries: '2025-07-31',
    });
    expect(ranking.ranked.map(r => [r.rank, r.agency, r.numerator, r.denominator])).toEqual([
      [1, 'ha-noi', 50, 85],
      [2, 'ho-chi-minh-2025', 20, 150],
    ]);
    expect(ranking.national).toMatchObject({ numerator: 70, denominator: 235, value: 70 / 235 });
    expect(ranking.not_ranked).toHaveLength(32);
    expect(ranking.not_ranked.every(r => r.reason === 'no_return')).toBe(true);
    expect((await site.get('/rankings.json?period=2025-08')).json).toMatchObject({
      status: 404,
      parameter: 'period',
    });
  });

  it('adds predecessors up on later boundaries without changing the country', async () => {
    const then = await document<RankingDocument>('/rankings.json?period=2025-06');
    const now = await document<RankingDocument>('/rankings.json?period=2025-06&boundaries=2025-07-01');
    expect(then.ranked.map(r => r.agency)).toEqual(['ha-noi', 'binh-duong']);
    expect(now.ranked.map(r => r.agency)).toEqual(['ha-noi', 'ho-chi-minh-2025']);
    expect(now.national).toEqual(then.national);
    expect(then.not_ranked.find(r => r.agency === 'da-nang')).toMatchObject({
      reason: 'below_minimum',
      denominator: 5,
    });
  });

  it('has the same rows in its CSV, with full precision', async () => {
    const ranking = await document<RankingDocument>('/rankings.json');
    const rows: Record<string, string>[] = parse((await site.get('/rankings.csv')).text, {
      bom: true,
      columns: true,
    });
    expect(rows).toHaveLength(ranking.ranked.length + ranking.not_ranked.length);
    expect(rows[0]).toMatchObject({
      rank: '1',
      agency: 'ha-noi',
      value: String(50 / 85),
      as_of: ranking.as_of,
    });
    expect(rows.at(-1)).toMatchObject({ rank: '', not_ranked: 'no_return' });
    expect(rows[0]).not.toHaveProperty('data_note');
  });

  it('names agencies in the language of the page', async () => {
    const name = async (query: string) =>
      (await document<RankingDocument>(`/rankings.json${query}`)).ranked[0]?.name;
    expect(await name('')).toBe('Thành phố Hà Nội');
    expect(await name('?lang=en')).toBe('Ha Noi City');
  });

  it('of ministries is of their sectors unless their own figures are asked for', async () => {
    const sector = await document<RankingDocument>('/rankings.json?kind=ministry');
    expect(sector.view).toBe('sector');
    expect(sector.ranked.map(r => [r.agency, r.numerator, r.denominator])).toEqual([['bca', 70, 235]]);
    const own = await document<RankingDocument>('/rankings.json?kind=ministry&view=own');
    expect(own.ranked).toEqual([]);
  });
});

describe('the overview', () => {
  it('shows milestones with their documents beside the computed rates', async () => {
    const { milestones, headlines } = await document<OverviewDocument>('/overview.json');
    const of = (asOf: string, n: number) =>
      milestones.find(m => m.as_of === asOf && m.numerator === n && m.denominator === 25);
    expect(of('2022-08-09', 21)).toMatchObject({ value: 84, agency: 'national' });
    expect(of('2022-04-27', 11)).toMatchObject({ value: 44, agency: 'national' });
    expect(headlines.find(h => h.indicator.id === 'end_to_end_completion')).toMatchObject({
      rate: { numerator: 70, denominator: 235 },
      before: { numerator: 51, denominator: 170 },
    });
  });
});

describe('a scorecard', () => {
  it('of an agency of the past shows its last published month', async () => {
    const card = await document<ScorecardDocument>('/agencies/binh-duong.json');
    expect(card).toMatchObject({ period: '2025-06', boundaries: '2025-06-30', valid_to: '2025-06-30' });
    expect(card.became).toMatchObject([{ agency: 'ho-chi-minh-2025', date: '2025-07-01', kind: 'merge' }]);
    expect(card.indicators.find(i => i.indicator.id === 'on_time')).toMatchObject({
      rate: { numerator: 75, denominator: 100 },
      rank: 2,
      ranked_of: 2,
    });
  });

  it('draws the trend of an agency formed by a merger on the boundaries of its last month', async () => {
    const card = await document<ScorecardDocument>('/agencies/ho-chi-minh-2025.json');
    const trend = card.trend.find(t => t.indicator === 'online_dossiers');
    expect(trend?.points).toMatchObject([
      { period: '2025-06', numerator: 30, denominator: 100, version: 1 },
      { period: '2025-07', numerator: 45, denominator: 200, version: 1 },
    ]);
  });

  it('lists every service the agency owes, returned or not', async () => {
    const { services, coverage } = await document<ScorecardDocument>('/agencies/ha-noi.json');
    expect(services).toHaveLength(23);
    expect(coverage).toEqual({ returns: 1, due: 23 });
    expect(services.find(s => s.service === 'dk-thuong-tru')).toMatchObject({
      returned: true,
      received: 100,
      online: { numerator: 70, denominator: 100, value: 0.7 },
    });
  });
});

describe('as of an instant', () => {
  it('a page shows what was current then, and its address shows it for ever', async () => {
    const before = await document<RankingDocument>('/rankings.json?period=2025-06');
    await site.take(['ha-noi 2025-06 dk-thuong-tru 60 40 10 70 5 85 10 5'], 'sửa theo biên bản đối soát');
    const after = await document<RankingDocument>('/rankings.json?period=2025-06');
    expect(after.ranked[0]?.numerator).toBe(85);
    expect(after.data_version).not.toBe(before.data_version);
    site.clock.now = Date.parse(after.as_of) + 1000;
    const then = await document<RankingDocument>(`/rankings.json?period=2025-06&as_of=${before.as_of}`);
    site.clock.now = NOW;
    expect(then).toEqual(before);
  });
});

describe('for machines', () => {
  it.each(['/healthz', '/readyz', '/robots.txt'])('%s answers plain text', async path => {
    const answer = await site.get(path);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/plain; charset=utf-8']);
  });

  it.each(['/fonts/be-vietnam-pro-vietnamese-400-normal.woff2', '/vendor/chart.umd.js', '/site.css'])(
    '%s is served from this very machine',
    async path => {
      expect((await site.get(path)).status).toBe(200);
    },
  );
});
