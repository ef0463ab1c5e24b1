/** A correction of a published month: seen by everybody, with the reason given for it. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openSite, type Site } from './site.ts';

const REASON = 'Nhập nhầm <b>hai</b> cột';
const CORRECTED = 'ha-noi 2025-06 dk-thuong-tru 60 40 10 70 5 35 10 5';

describe('a correction of a published month', () => {
  let site: Site;
  let before: { as_of: string; text: string };
  beforeAll(async () => {
    site = await openSite({ filled: true });
    // The site's own clock stands still; it must stand after the real instants at which things are recorded.
    site.clock.now = Date.now() + 60_000;
    const { json, text } = await site.get('/rankings.json?period=2025-06');
    before = { as_of: String(json.as_of), text };
    await site.take([CORRECTED], REASON);
  });
  afterAll(() => site.close());

  it.each(['/rankings', '/agencies/ha-noi'])(
    'stands on %s with its reason, in both languages',
    async path => {
      const { json } = await site.get(`${path}.json?period=2025-06`);
      expect(json.corrections).toEqual([
        expect.objectContaining({
          period: '2025-06',
          agency: 'ha-noi',
          kind: 'monthly-return',
          reason: REASON,
        }),
      ]);
      for (const [lang, title] of [
        ['vi', 'Đính chính sau khi công bố'],
        ['en', 'Corrected since publication'],
      ]) {
        const { status, text } = await site.get(`${path}?period=2025-06&lang=${lang}`);
        expect([status, text.includes(title as string)]).toEqual([200, true]);
        expect(text).toContain('Nhập nhầm &lt;b&gt;hai&lt;/b&gt; cột');
      }
    },
  );

  it('shows each rate it moved as published and now, and no other', async () => {
    // Of 85 resolved (10 early, 70 on time, 5 late) 30 were said to be completed end to end, now 35.
    const rates = {
      published: { numerator: 30, denominator: 85, value: 30 / 85 },
      now: { numerator: 35, denominator: 85, value: 35 / 85 },
    };
    const of = async (path: string) =>
      (await site.get(path)).json.corrected as { agency: string; indicator: object }[];
    const ranking = await of('/rankings.json?period=2025-06&indicator=end_to_end_completion');
    expect(ranking.map(c => c.agency)).toEqual(['national', 'ha-noi']);
    expect(ranking[1]).toMatchObject({
      agency: 'ha-noi',
      indicator: { id: 'end_to_end_completion', version: 1 },
      ...rates,
    });
    expect(await of('/rankings.json?period=2025-06&indicator=satisfaction')).toEqual([]);
    const scorecard = await of('/agencies/ha-noi.json?period=2025-06');
    expect(scorecard).toContainEqual(
      expect.objectContaining({ indicator: { id: 'end_to_end_completion', version: 1 }, ...rates }),
    );
    expect(new Set(scorecard.map(c => c.agency))).toEqual(new Set(['ha-noi']));
    expect((await of('/overview.json?period=2025-06')).map(c => c.agency)).toContain('national');
    const page = (await site.get('/agencies/ha-noi?period=2025-06')).text;
    expect([page.includes('35,3%'), page.includes('41,2%'), page.includes('Lúc công bố')]).toEqual([
      true,
      true,
      true,
    ]);
  });

  it('stands neither on other months and offices, nor in the past before it', async () => {
    for (const path of ['/rankings.json?period=2025-07', '/agencies/da-nang.json?period=2025-06']) {
      expect([path, (await site.get(path)).json.corrections]).toEqual([path, []]);
    }
    const past = await site.get(`/rankings.json?period=2025-06&as_of=${encodeURIComponent(before.as_of)}`);
    expect(past.text).toBe(before.text);
  });
});
