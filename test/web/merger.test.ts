/** A merger that nobody knew of comes in by three files: names, boundaries and rankings follow at once, the past stays. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Person } from './people.ts';
import { openSite, type Site } from './site.ts';
import { type HandIn, twoAdmins } from './two-people.ts';

let site: Site;
let handIn: HandIn;
let admin: Person;
/** The pages as they stood before, by address, and an instant at which they did. */
const before = new Map<string, string>();
let then: string;
const receipts: string[] = [];

const JULY = '/rankings.json?period=2025-07&indicator=end_to_end_completion&boundaries=2026-12-02';
const PAGES = [
  JULY,
  '/agencies.json?period=2025-07',
  '/overview.json?period=2025-07',
  '/rankings?period=2025-06',
];
const asOf = (path: string): string => `${path}&as_of=${encodeURIComponent(then)}`;

const post = (kind: string, lines: string[], more = '') =>
  handIn(`/submissions?kind=${kind}${more}`, {
    method: 'POST',
    headers: { 'Content-Type': 'text/csv' },
    body: lines.join('\n'),
  });

interface RankingJson {
  national: { numerator: number; denominator: number };
  ranked: { agency: string; numerator: number; denominator: number }[];
}

beforeAll(async () => {
  site = await openSite({ filled: true });
  site.clock.now = Date.parse('2027-01-05T12:00:00+07:00');
  handIn = await twoAdmins(site.person);
  admin = await site.person('admin');
  then = ((await site.get(JULY)).json as { as_of: string }).as_of;
  for (const path of PAGES) before.set(path, (await site.get(asOf(path))).text);
  const files = [
    ['code;kind;name_vi;valid_from;valid_to', 'ha-noi;Tỉnh;Hà Nội;;30/11/2026'].concat([
      'ho-chi-minh-2025;Tỉnh;Hồ Chí Minh;01/07/2025;30/11/2026',
      'thu-do-2026;Tỉnh;Vùng Thủ đô;01/12/2026;',
    ]),
    ['predecessor_code;successor_code;effective_date;kind', 'ha-noi;thu-do-2026;2026-12-01;merge'].concat([
      'ho-chi-minh-2025;thu-do-2026;2026-12-01;merge',
    ]),
    ['agency_code;alias', 'thu-do-2026;Thủ đô mở rộng'],
  ];
  for (const lines of files) {
    const { status, json } = await post('catalogue', lines);
    if (status !== 201) throw new Error(JSON.stringify(json));
    receipts.push(String(json.id));
  }
});
afterAll(() => site.close());

describe('after the import', () => {
  it('the ranking on the new boundaries adds both up, and the country stays the same', async () => {
    const { ranked, national } = (await site.get(JULY)).json as unknown as RankingJson;
    // 50 of 85 in Hà Nội and 20 of 150 in TP. Hồ Chí Minh.
    expect(ranked).toMatchObject([{ agency: 'thu-do-2026', numerator: 70, denominator: 235 }]);
    expect(national).toMatchObject({ numerator: 70, denominator: 235 });
    const own = (await site.get(JULY.replace('&boundaries=2026-12-02', ''))).json as unknown as RankingJson;
    expect(own.ranked.map(r => r.agency)).toEqual(['ha-noi', 'ho-chi-minh-2025']);
    expect(own.national).toEqual(national);
  });

  it('a return of December is taken under the new name, and refused under the old with a hint', async () => {
    const line = (agency: string) => `2026-12;${agency};dk-thuong-tru;80;20;20;60;5;60;10;5`;
    const headings =
      'period;agency;service;received_online;received_direct;resolved_early;resolved_on_time;resolved_late;' +
      'resolved_end_to_end;pending_on_time;pending_overdue';
    expect(await post('monthly-return', [headings, line('Thủ đô mở rộng')])).toMatchObject({
      status: 201,
      json: { agency: 'thu-do-2026' },
    });
    const { status, json } = await post('monthly-return', [headings, line('Hà Nội')], '&lang=en');
    expect(status).toBe(422);
    expect(json.problems).toMatchObject([
      { code: 'agency_not_in_force', remedy: expect.stringContaining('Vùng Thủ đô') },
    ]);
  });

  it.each(PAGES)('%s as of before is what it was, to the byte', async path => {
    expect((await site.get(asOf(path))).text).toBe(before.get(path));
  });

  it('the receipt shows what changed, in words', async () => {
    const { json } = await post('catalogue', ['agency_code;alias', 'thu-do-2026;Đại đô thị']);
    const page = (await admin.get(`/submissions/${json.id}`)).text;
    expect(page).toContain('Tên gọi khác của cơ quan');
    expect(page).toMatch(/thu-do-2026 · Đại đô thị<\/th>\s*<td>mới<\/td>/);
    const agencies = (await admin.get(`/submissions/${receipts[0]}?lang=en`)).text;
    expect(agencies).toMatch(/<dt>valid_to<\/dt><dd><del>blank<\/del>.*<ins>30 November 2026<\/ins>/);
  });

  it('the page shows the difference and waits for a confirmation of just that, and then for another admin', async () => {
    const form = new FormData();
    form.set('kind', 'catalogue');
    form.set('file', new Blob(['agency_code;alias\nthu-do-2026;Siêu đô thị']), 'ten-goi.csv');
    const sent = { method: 'POST', body: form, headers: { Accept: 'text/html' } };
    const place = String((await admin.send('/submissions', sent)).headers.get('location'));
    const page = (await admin.get(place)).text;
    expect(page).toMatch(/thu-do-2026 · Siêu đô thị<\/th>\s*<td>mới<\/td>/);
    const standing = async () => {
      const { status, awaits } = (await admin.get(`${place}.json`)).json;
      return [status, awaits];
    };
    expect(await standing()).toEqual(['accepted', 'confirmation']);
    const shown = /name="shown" value="(\w+)"/.exec(page)?.[1] ?? '';
    await admin.post(`${place}/confirm`, { shown: 'something else' });
    expect(await standing()).toEqual(['accepted', 'confirmation']);
    await admin.post(`${place}/confirm`, { shown });
    expect(await standing()).toEqual(['accepted', 'approval']);
    await (await site.person('admin')).post(`${place}/approve`, { shown });
    expect(await standing()).toEqual(['approved', null]);
  });
});
