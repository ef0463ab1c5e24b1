/** A month that is not published: nowhere to be seen, until it is published; and what `as_of` shows for ever. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { publishMonth } from '../../src/store/months.ts';
import type { OverviewDocument, RankingDocument, ScorecardDocument } from '../../src/web/documents.ts';
import { goodRow, sent, sheet } from '../intake/sheets.ts';
import { NOW, openSite, RETURNS, SECRET, type Site } from './small-world.ts';

const ADDRESSES = [
  ...['/overview', '/rankings', '/agencies', '/agencies/ha-noi', '/agencies/cao-bang', '/agencies/btp'],
  '/agencies/ha-noi/movement',
  ...['/services', '/services/dk-khai-sinh', '/catalogues/essential-25', '/methodology'],
];
const FORMS = ['', '.json', '.csv'];
const INDICATORS = ['', 'indicator=satisfaction', 'indicator=reporting_completeness', 'kind=ministry'];

const twin = (address: string, form: string): string =>
  form === '' && address === '/overview' ? '/' : address + form;
/** The number as any of the forms would write it. */
const SHOWN = [String(SECRET), SECRET.toLocaleString('vi'), SECRET.toLocaleString('en')];

describe('a month that is not published', () => {
  let site: Site;
  beforeAll(async () => {
    site = await openSite();
  });
  afterAll(() => site.close());

  it('is 404 on every page in every form, with the parameter named', async () => {
    for (const address of ADDRESSES.filter(a => a !== '/methodology')) {
      for (const form of FORMS) {
        for (const period of ['2022-10', '2022-Q4', '2022-H2', '2022-YTD-10', '2022-06']) {
          const { status, text } = await site.get(`${twin(address, form)}?period=${period}`);
          // A half-year that is not over is refused like a future month where it cannot be published yet.
          const expected = period === '2022-Q4' || period === '2022-H2' ? [400, 404] : [404];
          expect([address, form, period, expected.includes(status)]).toEqual([address, form, period, true]);
          if (form === '.json') expect(JSON.parse(text)).toMatchObject({ status, parameter: 'period' });
          for (const number of SHOWN) expect(text).not.toContain(number);
        }
      }
    }
  });

  it('is on no page, in no export and in no list of months', async () => {
    for (const address of ADDRESSES) {
      for (const form of FORMS) {
        for (const question of INDICATORS) {
          for (const lang of ['vi', 'en']) {
            const { status, text } = await site.get(`${twin(address, form)}?lang=${lang}&${question}`);
            expect([address, form, question, status]).toEqual([address, form, question, 200]);
            for (const number of SHOWN) expect(text).not.toContain(number);
            expect(text).not.toMatch(/2022-10(?!-)|period=2022-10|10\/2022(?!\/)/);
          }
        }
      }
    }
    // Cao Bằng sent nothing for August, and what it sent for October does not count for August.
    const doc = await site.json<RankingDocument>('/rankings.json');
    expect(doc.period).toBe('2022-08');
    expect(doc.not_ranked).toContainEqual(
      expect.objectContaining({ agency: 'cao-bang', reason: 'no_return' }),
    );
  });

  it('is there for everybody once it is published, with what changed against the month before', async () => {
    await publishMonth(site.db, '2022-10', 'operator');
    const doc = await site.json<RankingDocument>('/rankings.json');
    expect(doc.period).toBe('2022-10');
    expect(doc.ranked.map(r => [r.agency, r.numerator])).toEqual([
      ['cao-bang', 90],
      ['ha-noi', 10],
    ]);
    const page = await site.get('/agencies/ha-noi?period=2022-10');
    expect(page.status).toBe(200);
    const rates = await site.json<ScorecardDocument>('/agencies/ha-noi.json?period=2022-10');
    expect(rates.indicators.find(i => i.indicator.id === 'satisfaction')?.rate.denominator).toBe(SECRET);
    // The quarter still lacks two months.
    expect((await site.get('/rankings.json?period=2022-Q4')).status).not.toBe(200);
  });
});

describe('nothing published', () => {
  it('is said, and no figure is shown', async () => {
    const site = await openSite({ fill: 'nothing' });
    try {
      await sent(site.db, sheet(RETURNS), {}, NOW);
      for (const address of ADDRESSES) {
        for (const form of FORMS) {
          const { status, text } = await site.get(twin(address, form));
          const expected = /^\/rankings$|\/movement$/.test(address) ? 404 : 200;
          expect([address, form, status]).toEqual([address, form, expected]);
          for (const number of SHOWN) expect(text).not.toContain(number);
        }
      }
      const doc = await site.json<OverviewDocument>('/overview.json');
      expect(doc).toMatchObject({ period: null, headlines: [], trend: [], best: [], missing: [] });
      // Milestones are quoted from documents; they do not wait for a month.
      expect(doc.milestones.some(m => m.numerator === 21 && m.denominator === 25)).toBe(true);
    } finally {
      await site.close();
    }
  });
});

describe('as of an instant', () => {
  it('every page shows what was current then, for ever', async () => {
    // Instants come from the database's clock; the site must not be behind it.
    const site = await openSite({ now: () => Date.now() + 1000 });
    try {
      const question = '?period=2022-07&indicator=end_to_end_completion';
      const addresses = ['/rankings', '/agencies/ha-noi', '/overview', '/services/dk-khai-sinh', '/agencies'];
      const first = await site.json<RankingDocument>(`/rankings.json${question}`);
      const asOf = `&as_of=${encodeURIComponent(first.as_of)}`;
      const before = new Map<string, string>();
      for (const address of addresses)
        for (const form of ['.json', '.csv'])
          before.set(address + form, (await site.get(`${address}${form}${question}${asOf}`)).text);
      // The page without `as_of` is the page as of the instant it names.
      expect(JSON.parse(before.get('/rankings.json') as string)).toEqual(first);

      const correction = sheet([goodRow({ period: '2022-07', agency: 'ha-noi', resolved_end_to_end: 90 })]);
      await sent(site.db, correction, { reason: 'nhập nhầm' }, NOW);
      const after = await site.json<RankingDocument>(`/rankings.json${question}`);
      // 60 of 100 became 90 of 90; the other service has its 50 of 100 still.
      expect(after.ranked.find(r => r.agency === 'ha-noi')).toMatchObject({
        numerator: 140,
        denominator: 190,
      });
      expect(after.data_version).not.toBe(first.data_version);
      for (const [address, text] of before) {
        expect((await site.get(`${address}${question}${asOf}`)).text).toBe(text);
      }
      // An instant before everything shows nothing.
      const early = await site.json<RankingDocument>(`/rankings.json${question}&as_of=2020-01-01T00:00:00Z`);
      expect(early.ranked).toEqual([]);
      expect(early.national).toMatchObject({ numerator: null, denominator: null, value: null });
    } finally {
      await site.close();
    }
  });

  it('later than now is 400, as is a day without a zone', async () => {
    const site = await openSite({ fill: 'nothing' });
    try {
      for (const as_of of ['2022-11-10T10:00:01%2B07:00', '2022-11-10', '2022-11-10T09:00:00', 'now']) {
        const { status, text } = await site.get(`/agencies.json?as_of=${as_of}`);
        expect([as_of, status, JSON.parse(text).parameter]).toEqual([as_of, 400, 'as_of']);
      }
      expect((await site.get('/agencies.json?as_of=2022-11-10T10:00:00%2B07:00')).status).toBe(200);
    } finally {
      await site.close();
    }
  });
});
