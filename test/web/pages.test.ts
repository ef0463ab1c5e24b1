/** Every address in every form and language, and the facts it must tell. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { INDICATOR_IDS } from '../../src/kpi/indicators.ts';
import type {
  AgenciesDocument,
  CatalogueDocument,
  OverviewDocument,
  RankingDocument,
  ScorecardDocument,
  ServiceDocument,
} from '../../src/web/documents.ts';
import { openSite, type Site } from './small-world.ts';

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.close());

/** Addresses of data pages, with the address that `.json` and `.csv` are put behind. */
const PAGES: [string, string][] = [
  ['/', '/overview'],
  ['/rankings', '/rankings'],
  ['/agencies', '/agencies'],
  ['/agencies/ha-noi', '/agencies/ha-noi'],
  ['/agencies/bca', '/agencies/bca'],
  ['/agencies/ha-noi/movement', '/agencies/ha-noi/movement'],
  ['/agencies/national/movement', '/agencies/national/movement'],
  ['/agencies/ho-chi-minh-2025', '/agencies/ho-chi-minh-2025'],
  ['/services', '/services'],
  ['/services/ho-chieu', '/services/ho-chieu'],
  ['/services/qd422-chua-ro-01', '/services/qd422-chua-ro-01'],
  ['/catalogues/essential-25', '/catalogues/essential-25'],
  ['/catalogues/qd422-2022', '/catalogues/qd422-2022'],
  ['/methodology', '/methodology'],
];
const QUESTIONS = [
  '',
  'period=2022-07',
  'period=2022-07&catalogue=essential-53&boundaries=2025-07-01',
  'period=2022-08&vertical=out',
];

/** What a page looks like that was not filled in. */
const UNFILLED = /undefined|NaN|\[object |\{\{|Infinity/;

describe.each(PAGES)('%s', (address, twin) => {
  it.each(['vi', 'en'])('answers as a page in %s', async lang => {
    for (const question of QUESTIONS) {
      const { status, headers, text } = await site.get(`${address}?lang=${lang}&${question}`);
      expect([question, status]).toEqual([question, 200]);
      expect(headers['content-type']).toBe('text/html; charset=utf-8');
      expect(headers['content-language']).toBe(lang);
      expect(text).toMatch(new RegExp(`<html[^>]* lang="${lang}"`));
      expect(text).toMatch(/<h1[ >]/);
      expect(text).not.toMatch(UNFILLED);
    }
  });

  it('answers as JSON and as CSV with the same headings in both languages', async () => {
    for (const question of QUESTIONS) {
      const [vi, en] = await Promise.all(
        ['vi', 'en'].map(lang => site.json<Record<string, unknown>>(`${twin}.json?lang=${lang}&${question}`)),
      );
      expect(Object.keys(vi ?? {})).toEqual(Object.keys(en ?? {}));
      const tables = await Promise.all(
        ['vi', 'en'].map(lang => site.get(`${twin}.csv?lang=${lang}&${question}`)),
      );
      const heads = tables.map(({ status, headers, text }) => {
        expect([question, status]).toEqual([question, 200]);
        expect(headers['content-type']).toBe('text/csv; charset=utf-8');
        expect(headers['content-disposition']).toMatch(/^attachment; filename="?[\w.-]+\.csv"?$/);
        expect(text.startsWith('\uFEFF')).toBe(true);
        expect(text.replaceAll('\r\n', '')).not.toContain('\r');
        expect(text).not.toMatch(UNFILLED);
        const rows: string[][] = parse(text, { bom: true });
        return rows[0];
      });
      expect(heads[0]).toEqual(heads[1]);
      if (!twin.includes('methodology')) expect(heads[0]).toContain('data_version');
    }
  });
});

describe('a ranking', () => {
  it('divides the sums of the services in its scope, leaving out rows with a blank', async () => {
    const doc = await site.json<RankingDocument>('/rankings.json?period=2022-07');
    expect(doc).toMatchObject({
      period: '2022-07',
      kind: 'province',
      indicator: { id: 'end_to_end_completion', version: 1 },
      catalogue: 'essential-25',
      view: 'own',
      boundaries: '2022-07-31',
      invented: false,
    });
    // Hà Nội: (60 + 50) of 200. Đà Nẵng: 70 of 100, since its second row leaves the count blank.
    expect(doc.ranked.map(r => [r.rank, r.agency, r.numerator, r.denominator])).toEqual([
      [1, 'da-nang', 70, 100],
      [2, 'ha-noi', 110, 200],
      [2, 'ho-chi-minh', 55, 100],
      [4, 'ba-ria-vung-tau', 30, 100],
      [5, 'binh-duong', 20, 100],
    ]);
    for (const r of doc.ranked) {
      expect(r.value).toBe(r.numerator / r.denominator);
      expect(r.low).toBeLessThan(r.value);
      expect(r.high).toBeGreaterThan(r.value);
      expect(r.rank_low).toBeLessThanOrEqual(r.rank);
      expect(r.rank_high).toBeGreaterThanOrEqual(r.rank);
    }
    expect(doc.not_ranked).toContainEqual(
      expect.objectContaining({ agency: 'bac-kan', reason: 'below_minimum', numerator: 9, denominator: 15 }),
    );
    expect(doc.not_ranked).toContainEqual(
      expect.objectContaining({ agency: 'can-tho', reason: 'no_return' }),
    );
    expect(doc.ranked.length + doc.not_ranked.length).toBe(63);
    // All reporters of every kind: 285 of 700 of these provinces, 9 of 15, and 80 of 100 of Bộ Công an.
    expect(doc.national).toMatchObject({ numerator: 374, denominator: 715, value: 374 / 715 });
    expect(doc.national.coverage).toMatchObject({ returns: 9, rows: 9, rows_in: 8 });
    // Of the 23 territorial services of the 25, by 63 provinces.
    expect(doc.coverage).toMatchObject({ returns: 8, due: 1449 });
  });

  it('of another scope counts the services of that scope', async () => {
    const doc = await site.json<RankingDocument>('/rankings.json?period=2022-07&catalogue=essential-53');
    expect(doc.ranked.find(r => r.agency === 'ha-noi')).toMatchObject({ numerator: 209, denominator: 300 });
  });

  it('adds up predecessors on later boundaries and leaves the country as it is', async () => {
    const doc = await site.json<RankingDocument>('/rankings.json?period=2022-07&boundaries=2025-07-01');
    expect(doc.ranked.find(r => r.agency === 'ho-chi-minh-2025')).toMatchObject({
      numerator: 105,
      denominator: 300,
    });
    expect(doc.ranked.length + doc.not_ranked.length).toBe(34);
    expect(doc.national).toMatchObject({ numerator: 374, denominator: 715 });
  });

  it('says how the rank changed against the month before', async () => {
    const doc = await site.json<RankingDocument>('/rankings.json');
    expect(doc.period).toBe('2022-08');
    expect(doc.ranked.map(r => [r.rank, r.agency, r.change])).toEqual([
      [1, 'ha-noi', 1],
      [2, 'da-nang', -1],
    ]);
  });

  it('of ministries takes the whole sector, or their own dossiers', async () => {
    const question = '/rankings.json?period=2022-07&kind=ministry';
    const sector = await site.json<RankingDocument>(question);
    expect(sector.view).toBe('sector');
    expect(sector.ranked.find(r => r.agency === 'bca')).toMatchObject({ numerator: 80, denominator: 100 });
    // Civil status is led by the Ministry of Justice: the 285 of 700 and 9 of 15 of the provinces.
    expect(sector.ranked.find(r => r.agency === 'btp')).toMatchObject({ numerator: 294, denominator: 615 });
    const own = await site.json<RankingDocument>(`${question}&view=own`);
    expect(own.ranked.map(r => r.agency)).toEqual(['bca']);
  });

  it('counts services at level 3 or 4 by the lead agency’s own status', async () => {
    const doc = await site.json<RankingDocument>(
      '/rankings.json?period=2022-07&kind=ministry&indicator=level_3_4_completion',
    );
    const bca = doc.ranked.find(r => r.agency === 'bca');
    expect(bca).toMatchObject({ numerator: 2, low: null, high: null, rank_low: null, rank_high: null });
    expect(doc.national.numerator).toBe(2);
    expect(doc.national.denominator).toBe(25);
    const august = await site.json<RankingDocument>(
      '/rankings.json?period=2022-08&kind=ministry&indicator=end_to_end_services',
    );
    expect(august.indicator.version).toBe(2);
    expect(august.ranked.find(r => r.agency === 'bca')?.numerator).toBe(1);
  });

  it.each(INDICATOR_IDS)('is the same as a page, as JSON and as CSV by %s', async indicator => {
    for (const kind of ['province', 'ministry']) {
      const question = `kind=${kind}&indicator=${indicator}&period=2022-07`;
      const doc = await site.json<RankingDocument>(`/rankings.json?${question}`);
      const rows: Record<string, string>[] = parse((await site.get(`/rankings.csv?${question}`)).text, {
        bom: true,
        columns: true,
      });
      expect(rows.map(r => r.agency)).toEqual([...doc.ranked, ...doc.not_ranked].map(r => r.agency));
      // Full double precision: what is read back is the very same number.
      expect(rows.filter(r => r.rank).map(r => Number(r.value))).toEqual(doc.ranked.map(r => r.value));
      expect(rows.filter(r => r.not_ranked).map(r => r.not_ranked)).toEqual(
        doc.not_ranked.map(r => r.reason),
      );
      const { status, text } = await site.get(`/rankings?${question}`);
      expect(status).toBe(200);
      for (const { agency } of [...doc.ranked, ...doc.not_ranked])
        expect(text).toContain(`/agencies/${agency}`);
    }
  });
});

describe('the country', () => {
  it('shows the milestones as quoted, each with its document, apart from what is computed', async () => {
    const doc = await site.json<OverviewDocument>('/overview.json');
    const of = (day: string, indicator: string, agency = 'national') =>
      doc.milestones.find(m => m.as_of === day && m.indicator === indicator && m.agency === agency);
    const integrated = 'essential_services_integrated';
    expect(of('2022-04-27', integrated)).toMatchObject({ numerator: 11, denominator: 25, value: 44 });
    expect(of('2022-08-09', integrated)).toMatchObject({ numerator: 21, denominator: 25, value: 84 });
    expect(of('2022-08-09', 'services_level_3_4', 'bca')).toMatchObject({
      numerator: 187,
      denominator: 224,
      value: 83.5,
    });
    for (const milestone of doc.milestones) expect(milestone.document.length).toBeGreaterThan(10);
    const page = (await site.get('/')).text;
    for (const shown of ['84,0%', '44,0%', '83,5%', '21/25', '11/25', '187/224', '09/08/2022', '27/04/2022'])
      expect(page).toContain(shown);
    expect(page).toContain(of('2022-08-09', integrated)?.document as string);
    const english = (await site.get('/?lang=en')).text;
    for (const shown of ['84.0%', '44.0%', '83.5%']) expect(english).toContain(shown);
  });

  it('shows what is missing beside what is there', async () => {
    const doc = await site.json<OverviewDocument>('/overview.json?period=2022-07');
    expect(doc.missing.find(m => m.agency === 'ha-noi')).toMatchObject({ returns: 2, due: 23 });
    expect(doc.missing.find(m => m.agency === 'can-tho')).toMatchObject({ returns: 0, due: 23 });
    const rate = doc.headlines.find(h => h.indicator.id === 'end_to_end_completion');
    expect(rate?.rate).toMatchObject({ numerator: 374, denominator: 715 });
    // Of ten rows, one of them outside essential-25, one leaves the count blank.
    expect(rate?.coverage).toMatchObject({ rows_in: 8, rows: 9 });
    expect(doc).toMatchObject({ catalogue_places: 25, catalogue_named: 25 });
  });

  it('says of 53 services how many are known by name', async () => {
    const doc = await site.json<OverviewDocument>('/overview.json?catalogue=essential-53');
    expect(doc).toMatchObject({ catalogue_places: 53, catalogue_named: 38 });
  });
});

describe('a scorecard', () => {
  it('shows the milestones of the agency', async () => {
    const doc = await site.json<ScorecardDocument>('/agencies/bca.json');
    const milestone = doc.milestones.find(m => m.numerator === 187);
    expect(milestone).toMatchObject({ denominator: 224, value: 83.5, as_of: '2022-08-09' });
    expect((await site.get('/agencies/bca')).text).toContain(milestone?.document as string);
  });

  it('agrees with the ranking', async () => {
    const ranking = await site.json<RankingDocument>('/rankings.json?period=2022-07');
    for (const line of ranking.ranked) {
      const doc = await site.json<ScorecardDocument>(`/agencies/${line.agency}.json?period=2022-07`);
      const own = doc.indicators.find(i => i.indicator.id === 'end_to_end_completion');
      expect(own).toMatchObject({
        rate: { numerator: line.numerator, denominator: line.denominator, value: line.value },
        rank: line.rank,
        ranked_of: 5,
        low: line.low,
        high: line.high,
        national: { numerator: 374, denominator: 715 },
      });
    }
  });

  it('leaves out of a rate what was not reported, and says null, not 0', async () => {
    const doc = await site.json<ScorecardDocument>('/agencies/can-tho.json?period=2022-07');
    expect(doc.coverage).toEqual({ returns: 0, due: 23 });
    for (const { indicator, rate, reason } of doc.indicators) {
      if (indicator.id.startsWith('reporting_'))
        expect(rate).toEqual({ numerator: 0, denominator: 23, value: 0 });
      // No task was given to it.
      else if (indicator.id === 'directives_done') expect(reason).toBe('nothing_to_divide');
      else expect([indicator.id, rate.value, reason]).toEqual([indicator.id, null, 'no_return']);
    }
  });

  it('of an agency of the future shows what its predecessors reported, on its boundaries', async () => {
    const question = '/agencies/ho-chi-minh-2025.json?period=2022-07&boundaries=2025-07-01';
    const doc = await site.json<ScorecardDocument>(question);
    expect(doc.came_from.map(c => c.agency).sort()).toEqual(['ba-ria-vung-tau', 'binh-duong', 'ho-chi-minh']);
    const rate = doc.indicators.find(i => i.indicator.id === 'end_to_end_completion')?.rate;
    expect(rate).toMatchObject({ numerator: 105, denominator: 300 });
  });
});

describe('the other pages', () => {
  it('list every agency with what it owes', async () => {
    const doc = await site.json<AgenciesDocument>('/agencies.json?period=2022-07');
    expect(doc.agencies.find(a => a.agency === 'ha-noi')).toMatchObject({
      returns: 2,
      due: 23,
      end_to_end: { numerator: 110, denominator: 200 },
    });
    expect(doc.agencies.find(a => a.agency === 'binh-duong')?.became).toEqual(['ho-chi-minh-2025']);
  });

  it('show one service across agencies', async () => {
    const doc = await site.json<ServiceDocument>('/services/dk-khai-sinh.json?period=2022-07');
    expect(doc.agencies.find(a => a.agency === 'da-nang')?.end_to_end).toMatchObject({
      numerator: 70,
      denominator: 100,
    });
    expect(doc.agencies.find(a => a.agency === 'can-tho')).toMatchObject({ due: true, received: null });
    expect(doc.leads.map(l => l.agency)).toEqual(['btp']);
    expect(doc.procedure_codes.map(p => p.code)).toContain('1.001193');
  });

  it('show levels before 15 August 2022 and modes from then on', async () => {
    const july = await site.json<CatalogueDocument>('/catalogues/essential-25.json?period=2022-07');
    expect(july.regime).toBe('level');
    expect(july.cells.bca).toMatchObject({ 'ho-chieu': 4, 'dk-tam-tru': 'none', 'dk-khai-sinh': 'not_due' });
    expect(july.cells['can-tho']).toMatchObject({ 'dk-khai-sinh': 'no_return' });
    const august = await site.json<CatalogueDocument>('/catalogues/essential-25.json?period=2022-08');
    expect(august.regime).toBe('mode');
    expect(august.cells.bca).toMatchObject({ 'ho-chieu': 'full', 'con-dau-moi': 'partial' });
    expect(august.cells.bca).toMatchObject({ 'dk-thuong-tru': 'none' });
  });
});

describe('for machines', () => {
  it.each([
    ['/healthz', 'text/plain'],
    ['/readyz', 'text/plain'],
    ['/robots.txt', 'text/plain'],
    ['/site.css', 'text/css'],
    ['/charts.js', 'text/javascript'],
  ])('%s answers', async (path, type) => {
    const { status, headers } = await site.get(path);
    expect([status, headers['content-type']?.split(';')[0]]).toEqual([200, type]);
  });

  it('an answer that has not changed is not sent again', async () => {
    for (const path of ['/', '/rankings.json', '/rankings.csv']) {
      const first = await site.get(path);
      const again = await site.get(path, { 'If-None-Match': first.headers.etag as string });
      expect([again.status, again.text]).toEqual([304, '']);
    }
  });

  it('HEAD says the same without a body, and anything else is refused with what is allowed', async () => {
    const { status, text } = await site.ask('HEAD', '/rankings.json');
    expect([status, text]).toEqual([200, '']);
    const refused = await site.ask('POST', '/rankings.json');
    expect([refused.status, refused.headers.allow]).toEqual([405, 'GET, HEAD']);
    expect((await site.ask('DELETE', '/sign-in')).headers.allow).toBe('GET, HEAD, POST');
  });
});
