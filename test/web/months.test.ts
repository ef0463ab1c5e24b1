/** The pages of months and objections: an office objects, is answered, and the month is published, opened and published again. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { closedMonths } from '../../src/store/months.ts';
import { objectionsOf } from '../../src/store/objections.ts';
import type { Person } from './people.ts';
import { openSite, type Site } from './site.ts';

const MONTH = '2025-08';
let site: Site;
let lan: Person;
let binh: Person;
let minh: Person;
let thu: Person;
let quang: Person;

beforeAll(async () => {
  site = await openSite({ filled: true });
  site.clock.now = Date.parse('2025-09-20T12:00:00+07:00');
  lan = await site.person('reporter', 'ha-noi');
  binh = await site.person('reporter', 'da-nang');
  minh = await site.person('leader');
  thu = await site.person('admin');
  quang = await site.person('admin');
}, 60_000);
afterAll(() => site.close());

const OBJECTION = {
  ...{ agency: 'ha-noi', period: MONTH, service: 'dk-thuong-tru', indicator: 'on_time' },
  text: 'Hồ sơ trực tuyến là 85,\r\n<script>alert(1)</script> không phải 80.',
};
/** Raises an objection with a file; its address. */
async function raised(file: { name: string; bytes: string } | null = null): Promise<string> {
  const form = new FormData();
  for (const [name, value] of Object.entries(OBJECTION)) form.set(name, value);
  if (file) form.set('file', new File([file.bytes], file.name, { type: 'text/html' }));
  const { status, headers } = await lan.send('/objections', { method: 'POST', body: form });
  expect(status).toBe(303);
  return String(headers.get('location'));
}
const hidden = (text: string, name: string): string =>
  new RegExp(`name="${name}" value="([^"]*)"`).exec(text)?.[1] ?? '';
const publish = async (who: Person): Promise<number> => {
  const shown = hidden((await who.get(`/months/${MONTH}`)).text, 'shown');
  return (await who.post(`/months/${MONTH}/publish`, { shown })).status;
};

describe('an objection', () => {
  it('is raised with a file that is only ever downloaded, and seen by its office and those above alone', async () => {
    const draft = (
      await lan.get(`/lineage?agency=ha-noi&period=${MONTH}&service=dk-thuong-tru&indicator=on_time`)
    ).text;
    const [, link = ''] = /href="(\/objections\/new[^"]*)"/.exec(draft) ?? [];
    const wanted = { agency: 'ha-noi', period: MONTH, service: 'dk-thuong-tru', indicator: 'on_time' };
    const linked = new URL(link.replaceAll('&amp;', '&'), site.origin).searchParams;
    expect(Object.fromEntries(linked)).toEqual(wanted);
    const form = await lan.get(`/objections/new?agency=ha-noi&period=${MONTH}&service=dk-thuong-tru`);
    expect(form.status).toBe(200);
    expect(form.text).toMatch(/<option value="dk-thuong-tru" selected/);
    const address = await raised({ name: '../"x"\n<b>.html', bytes: '<script>alert(1)</script>' });
    const page = await lan.get(address);
    expect(page.status).toBe(200);
    expect(page.text).toContain('&lt;script&gt;');
    expect(page.text).not.toContain('<script>alert');
    const file = await lan.get(`${address}/file`);
    expect([file.text, file.headers.get('content-type')]).toEqual([
      '<script>alert(1)</script>',
      'application/octet-stream',
    ]);
    expect(file.headers.get('content-disposition')).toMatch(/^attachment; filename="/);
    expect(file.headers.get('content-disposition')).not.toContain('..');
    expect(file.headers.get('x-content-type-options')).toBe('nosniff');
    expect(file.headers.get('content-security-policy')).toContain('sandbox');

    for (const path of [address, `${address}/file`]) {
      expect([path, (await binh.get(path)).status, (await minh.get(path)).status]).toEqual([path, 404, 200]);
      expect((await site.get(path, { Accept: 'text/html' })).headers.get('location')).toMatch(/^\/sign-in/);
    }
    expect((await lan.get('/objections')).text).toContain(`href="${address}"`);
    expect((await binh.get('/objections')).text).not.toContain(`href="${address}"`);
    expect((await minh.get('/admin/objections?status=open')).text).toContain(`href="${address}"`);
    expect((await lan.get('/admin/objections')).status).toBe(403);
    expect((await binh.post(`${address}/withdraw`)).status).toBe(404);
    expect((await lan.post(`${address}/answer`, { verdict: 'accepted', answer: 'Vâng' })).status).toBe(403);
    expect((await lan.post(`${address}/withdraw`)).status).toBe(303);
    expect((await lan.post(`${address}/withdraw`)).status).toBe(409);
  });

  it('is refused for another office, a closed month, an empty text, a file that is too large', async () => {
    const status = async (change: Partial<typeof OBJECTION>): Promise<number> =>
      (await lan.post('/objections', { ...OBJECTION, ...change })).status;
    expect(await status({ agency: 'da-nang' })).toBe(404);
    expect(await status({ agency: '__proto__' })).toBe(404);
    expect(await status({ period: '2025-07' })).toBe(409);
    expect(await status({ text: '  \r\n ' })).toBe(422);
    expect(await status({ text: 'ạ'.repeat(2001) })).toBe(422);
    expect(await status({ service: 'x' })).toBe(404);
    expect(await status({ indicator: 'x' })).toBe(400);
    const form = new FormData();
    for (const [name, value] of Object.entries(OBJECTION)) form.set(name, value);
    form.set('file', new File([Buffer.alloc(5 * 1024 * 1024 + 1)], 'x'));
    expect((await lan.send('/objections', { method: 'POST', body: form })).status).toBe(413);
    expect((await minh.post('/objections', OBJECTION)).status).toBe(403);
    expect(await objectionsOf(site.db, { status: 'open' })).toEqual([]);
  });

  it('is answered once; a stale form is told so', async () => {
    const address = await raised();
    const answer = { verdict: 'rejected', answer: 'Đúng như biểu đã nộp.' };
    expect((await thu.post(`${address}/answer`, { ...answer, verdict: 'open' })).status).toBe(422);
    const both = await Promise.all([
      thu.post(`${address}/answer`, answer),
      minh.post(`${address}/answer`, answer),
    ]);
    expect(both.map(b => b.status).sort()).toEqual([303, 409]);
    const { text } = await lan.get(address);
    expect(text).toContain('không được chấp nhận');
    expect(text).toContain('Đúng như biểu đã nộp.');
  });
});

describe('a month', () => {
  it('is for leaders and admins to see and close', async () => {
    expect((await lan.get('/months')).status).toBe(403);
    expect((await lan.post(`/months/${MONTH}/publish`, { shown: '0' })).status).toBe(403);
    const { text, status } = await minh.get('/months');
    expect(status).toBe(200);
    expect(text).toMatch(/tháng 8\/2025<\/a><\/th><td[^>]*>sắp đóng/i);
    expect(text).toMatch(/tháng 7\/2025<\/a><\/th><td[^>]*>đã công bố/i);
    expect((await minh.get('/months/2031-01')).status).toBe(404);
    expect((await minh.get('/months/x')).status).toBe(404);
  });

  it('is published over an objection by another person than the one who wrote why', async () => {
    const address = await raised();
    const page = (await thu.get(`/months/${MONTH}`)).text;
    expect(page).not.toContain(`action="/months/${MONTH}/publish"`);
    const shown = hidden(page, 'shown');
    expect(await publish(thu)).toBe(409);
    const overrule = { shown, reason: 'Chờ đối chiếu sẽ lỡ hạn công bố.' };
    expect((await thu.post(`/months/${MONTH}/overrule`, { ...overrule, reason: ' ' })).status).toBe(422);
    expect((await thu.post(`/months/${MONTH}/overrule`, { ...overrule, shown: '0' })).status).toBe(409);
    expect((await thu.post(`/months/${MONTH}/overrule`, overrule)).status).toBe(303);
    expect(await publish(thu)).toBe(409);
    expect(await closedMonths(site.db)).not.toContain(MONTH);
    const twice = await Promise.all([publish(minh), publish(minh)]);
    expect(twice).toEqual([303, 303]);
    expect((await lan.get(address)).text).toContain(overrule.reason);
    const { publications } = (await site.get('/publications.json')).json;
    expect((publications as object[])[0]).toMatchObject({
      ...{ period: MONTH, edition: 1, open_objections: 1, objections_reason: overrule.reason },
    });
  }, 120_000);

  it('is opened again for everybody to read why, and published anew beside what was frozen', async () => {
    const forms = ['', '.json', '.csv', '.zip'];
    const before = await Promise.all(forms.map(f => site.get(`/publications/${MONTH}${f}`)));
    const asOf = String((before[1] as (typeof before)[0]).json.as_of);
    const reason = 'Hà Nội gửi lại số liệu <b>đúng</b>.';
    const reopen = (form: Record<string, string>) => quang.post(`/months/${MONTH}/reopen`, form);
    expect((await reopen({ edition: '1', reason: '' })).status).toBe(422);
    expect((await reopen({ edition: '2', reason })).status).toBe(409);
    const twice = await Promise.all([reopen({ edition: '1', reason }), reopen({ edition: '1', reason })]);
    expect(twice.map(t => t.status).sort()).toEqual([303, 409]);

    const told = 'Hà Nội gửi lại số liệu &lt;b&gt;đúng&lt;/b&gt;.';
    for (const path of [
      `/?period=${MONTH}`,
      `/agencies/ha-noi?period=${MONTH}`,
      `/publications/${MONTH}`,
      '/publications',
    ])
      expect([path, (await site.get(path)).text.includes(told)]).toEqual([path, true]);
    expect((await site.get('/rankings.json?period=2025-07')).json.reopened).toBeUndefined();
    expect((await site.get(`/rankings.json?period=${MONTH}`)).json.reopened).toEqual([
      expect.objectContaining({ period: MONTH, edition: 1, reason, published_again_at: null }),
    ]);

    await site.take(['ha-noi 2025-08 dk-thuong-tru 85 20 20 60 5 60 15 5']);
    for (const { id } of await objectionsOf(site.db, { status: 'open' }))
      await thu.post(`/objections/${id}/answer`, { verdict: 'accepted', answer: 'Đã sửa.' });
    expect(await publish(minh)).toBe(303);

    // The database takes its instants from the real clock.
    const { now } = site.clock;
    site.clock.now = Date.now() + 3_600_000;
    for (const [i, form] of forms.entries()) {
      const [first, then, last] = await Promise.all([
        site.get(`/publications/${MONTH}${form}?edition=1`),
        site.get(`/publications/${MONTH}${form}?as_of=${encodeURIComponent(asOf)}`),
        site.get(`/publications/${MONTH}${form}`),
      ]);
      expect([form, then?.text === before[i]?.text]).toEqual([form, true]);
      // Before the page alone stands that it was opened again; it is the same otherwise.
      if (form) expect([form, first?.text === before[i]?.text]).toEqual([form, true]);
      else expect(first?.text.replace(/<aside class="strip past".*?<\/aside>\n/s, '')).toBe(before[i]?.text);
      expect([form, last?.text === before[i]?.text]).toEqual([form, false]);
    }
    expect((await site.get(`/publications/${MONTH}.json`)).json).toMatchObject({
      edition: 2,
      replaces: { edition: 1, reason },
    });
    expect((await site.get(`/publications/${MONTH}?edition=3`)).status).toBe(404);
    expect((await site.get(`/publications/${MONTH}?edition=x`)).status).toBe(400);
    site.clock.now = now;
  }, 180_000);
});

describe('the index of administration', () => {
  it('leads an admin everywhere, a leader to months and objections', async () => {
    const links = (text: string): string[] =>
      [...text.matchAll(/<li><a href="([^"]+)">/g)].map(m => m[1] ?? '');
    const places = async (who: Person) =>
      links(/<ul class="places">.*?<\/ul>/s.exec((await who.get('/admin')).text)?.[0] ?? '');
    expect(await places(minh)).toEqual(['/months', '/admin/objections?status=open']);
    expect(await places(thu)).toEqual(
      expect.arrayContaining([
        '/admin/deadlines',
        '/admin/late-entries',
        '/admin/accounts',
        '/admin/keys',
        '/admin/audit',
      ]),
    );
    expect((await lan.get('/admin')).status).toBe(403);
  });
});
