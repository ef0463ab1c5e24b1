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

  it('stands neither on other months and offices, nor in the past before it', async () => {
    for (const path of ['/rankings.json?period=2025-07', '/agencies/da-nang.json?period=2025-06']) {
      expect([path, (await site.get(path)).json.corrections]).toEqual([path, []]);
    }
    const past = await site.get(`/rankings.json?period=2025-06&as_of=${encodeURIComponent(before.as_of)}`);
    expect(past.text).toBe(before.text);
  });
});
