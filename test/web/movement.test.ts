/** The page that says why a rate and a rank moved: as published, corrected, on new boundaries, now. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { LineageDocument, MovementDocument, RankingDocument } from '../../src/web/documents.ts';
import { openSite, type Site } from './site.ts';

const ON_TIME = 'indicator=online_dossiers';
let site: Site;
beforeAll(async () => {
  site = await openSite({ filled: true });
  // The site's own clock stands after the real instants at which things are recorded.
  site.clock.now = Date.now() + 60_000;
});
afterAll(() => site.close());

const read = async (path: string): Promise<MovementDocument> => {
  const { status, json } = await site.get(path);
  expect([path, status]).toEqual([path, 200]);
  return json as unknown as MovementDocument;
};

describe('a movement', () => {
  it('goes from the published rate over the new boundaries to this one', async () => {
    const doc = await read(`/agencies/ho-chi-minh-2025/movement.json?period=2025-07&indicator=on_time`);
    // Nobody reported for TP. Hồ Chí Minh in June, so there is no rate on the boundaries of then.
    expect(doc).toMatchObject({
      ...{ compared_with: '2025-06', against: 'before', continues: { agency: 'ho-chi-minh' }, reason: null },
      rate: {
        stages: { published: null, corrected: null, before: { numerator: 75, denominator: 100 } },
        parts: [{ part: 'own_rate' }, { part: 'service_mix' }, { part: 'coverage' }],
      },
    });
    // June opens on the boundaries of the comparison, under the agency that it is added up to.
    const { text } = await site.get(`/agencies/ho-chi-minh-2025/movement?period=2025-07&indicator=on_time`);
    const [, href = ''] = /<table class="waterfall">.*?href="([^"]*)"/s.exec(text) ?? [];
    const then = await site.get(href.replaceAll('&amp;', '&').replace('/lineage?', '/lineage.json?'));
    expect(then.json).toMatchObject({
      ...{ agency: 'ho-chi-minh-2025', period: '2025-06', boundaries: '2025-07-31' },
      rate: { numerator: 75, denominator: 100 },
    });
    const parts = doc.rate?.parts ?? [];
    const { before, now } = doc.rate?.stages ?? {};
    expect(parts.reduce((sum, p) => sum + p.value, 0)).toBeCloseTo(
      (now?.value ?? 0) - (before?.value ?? 0),
      12,
    );
    expect(Math.round(parts.reduce((sum, p) => sum + p.points * 100, 0))).toBe(
      Math.round((doc.rate?.points ?? 0) * 100),
    );
  });

  it('shows the very change of the ranking, and leads there and back', async () => {
    const { json } = await site.get(`/rankings.json?period=2025-07&${ON_TIME}`);
    const haNoi = (json as unknown as RankingDocument).ranked.find(r => r.agency === 'ha-noi');
    const doc = await read(`/agencies/ha-noi/movement.json?period=2025-07&${ON_TIME}`);
    // June: 60 of 100 first of two; July: 70 of 100 first of two.
    expect([haNoi?.change, haNoi?.change_value]).toEqual([0, 70 / 100 - 60 / 100]);
    expect(doc.rank).toMatchObject({
      change: 0,
      stages: { published: { rank: 1, of: 2 }, now: { rank: 1, of: 2 } },
    });
    expect(doc.rate).toMatchObject({ points: 10, stages: { now: { numerator: 70, denominator: 100 } } });
    const page = await site.get(`/rankings?period=2025-07&${ON_TIME}`);
    expect(page.text).toContain('/agencies/ha-noi/movement?period=2025-07&amp;indicator=online_dossiers');
  });

  it('says in both languages what made it, or why it cannot be said', async () => {
    const path = `/agencies/ha-noi/movement?period=2025-07&${ON_TIME}`;
    expect((await site.get(path)).text).toContain(
      'Tỷ lệ tăng 10,00 điểm %, đạt 70,0%: +10,00 do tỷ lệ của từng dịch vụ.',
    );
    expect((await site.get(`${path}&lang=en`)).text).toContain(
      'The rate rose by 10.00 points to 70.0%: +10.00 by the rates of the services.',
    );
    const year = await read(`/agencies/ha-noi/movement.json?period=2025-07&against=year&${ON_TIME}`);
    expect(year).toMatchObject({
      compared_with: '2024-07',
      reason: 'no_earlier_figures',
      rate: null,
      rank: null,
    });
    expect((await site.get('/agencies/ha-noi/movement?against=year')).text).toContain(
      'Chưa có số liệu của kỳ so sánh',
    );
  });

  it('prints one row a stage, part and service as CSV', async () => {
    const { text } = await site.get(`/agencies/ha-noi/movement.csv?period=2025-07&${ON_TIME}`);
    const rows = text.split('\r\n').map(line => line.split(',').slice(0, 2).join(' '));
    expect(rows).toEqual(
      expect.arrayContaining(['rate published', 'rate own_rate', 'service dk-thuong-tru', 'rank own']),
    );
  });

  it('refuses what it does not know', async () => {
    expect((await site.get('/agencies/nowhere/movement')).status).toBe(404);
    expect((await site.get('/agencies/ha-noi/movement.json?against=never')).json).toMatchObject({
      status: 400,
      parameter: 'against',
    });
    expect((await site.get('/rankings.json?period=2025-07&region=mars')).json).toMatchObject({
      status: 400,
      parameter: 'region',
    });
    expect((await site.get('/rankings.json?kind=ministry&region=dong-nam-bo')).json).toMatchObject({
      status: 400,
      parameter: 'region',
    });
  });

  it('of the earlier month as published stays, and its correction is a part of its own', async () => {
    // Published 60 of 100, corrected to 80 of 100; July 70 of 100.
    await site.take(['ha-noi 2025-06 dk-thuong-tru 80 20 10 70 5 30 10 5'], 'Nhập nhầm cột');
    const doc = await read(`/agencies/ha-noi/movement.json?period=2025-07&${ON_TIME}`);
    expect(doc.rate).toMatchObject({
      ...{ points: 10, stages: { published: { numerator: 60 }, corrected: { numerator: 80 } } },
      parts: [
        { part: 'corrections', points: 20 },
        { part: 'reorganisation', points: 0 },
        { part: 'own_rate', points: -10 },
        { part: 'service_mix', points: 0 },
        { part: 'coverage', points: 0 },
      ],
    });
    expect(doc.corrections).toEqual([expect.objectContaining({ agency: 'ha-noi', reason: 'Nhập nhầm cột' })]);
  });

  it('opens the rate of each stage into the very sums of it', async () => {
    // Merged into TP. Hồ Chí Minh in July; of June it had no figures when that was published, and has some now.
    await site.take(['ho-chi-minh 2025-06 dk-thuong-tru 40 10 40 0 10 20 0 0'], 'Nộp bổ sung');
    const opened = async (path: string) => {
      const { text } = await site.get(path);
      const [table = ''] = text.match(/<table class="waterfall">.*?<\/table>/s) ?? [];
      const links = [...table.matchAll(/<a class="opens" href="([^"]*)"/g)].map(([, href = '']) => href);
      const sums: unknown[] = [];
      for (const href of links) {
        const to = href.replaceAll('&amp;', '&').replace('/lineage?', '/lineage.json?');
        const { agency, period, rate } = (await site.get(to)).json as unknown as LineageDocument;
        sums.push([agency, period, rate.numerator, rate.denominator]);
      }
      return sums;
    };
    // As published 60 of 100, though 80 stand there now.
    expect(await opened(`/agencies/ha-noi/movement?period=2025-07&${ON_TIME}`)).toEqual([
      ['ha-noi', '2025-06', 60, 100],
      ['ha-noi', '2025-07', 70, 100],
    ]);
    // Of itself alone on the boundaries of June: 40 of 50; with Bình Dương it would be 70 of 150.
    expect(await opened(`/agencies/ho-chi-minh-2025/movement?period=2025-07&${ON_TIME}`)).toEqual([
      ['ho-chi-minh', '2025-06', 40, 50],
      ['ho-chi-minh-2025', '2025-07', 45, 200],
    ]);
    // 60 + 30 + 5 of 210 when June was published; 70 + 45 of 300 in July.
    expect(await opened(`/agencies/national/movement?period=2025-07&${ON_TIME}`)).toEqual([
      ['national', '2025-06', 95, 210],
      ['national', '2025-07', 115, 300],
    ]);
  });
});
