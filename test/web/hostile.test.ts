/** What a hostile file, name, address or page elsewhere can do: nothing. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Receipt } from '../../src/intake/receipt.ts';
import { goodRow, sent, sheet, shortRow, standing, submissionsOf } from '../intake/sheets.ts';
import type { Person } from './people.ts';
import { NOW, openSite, RETURNS, type Site } from './small-world.ts';

const JSON_PLEASE = { Accept: 'application/json' };
const CSV = { ...JSON_PLEASE, 'Content-Type': 'text/csv' };

/** Asked by an admin, and by nobody who is known. */
let site: Site;
let strangers: Site;
let second: Person;
beforeAll(async () => {
  strangers = await openSite();
  second = await strangers.person('admin');
  site = strangers.as(await strangers.person('admin'));
});
afterAll(() => site.close());

/** That no tag of the page, its quoted attributes left out, holds anything of a text that came from outside. */
function expectHarmless(html: string): void {
  const tags = [...html.matchAll(/<[^<>]*>/g)].map(([tag]) => tag.replace(/"[^"]*"/g, '""'));
  expect(tags.filter(tag => /evil|alert|onerror|\son\w+=|^<script>|^<img|^<iframe/i.test(tag))).toEqual([]);
}

const SCRIPT = '<script>alert("evil")</script>';
const IMAGE = '"\'><img src=x onerror=alert(1)>';

describe('a hostile file', () => {
  it('has its name and its cells shown as the texts they are', async () => {
    const bytes = sheet([
      shortRow({ agency: SCRIPT, service: IMAGE }),
      shortRow({ period: '<b>evil</b>', received_online: '<svg onload=alert(1)>' }),
    ]);
    const name = `${IMAGE}../../etc/passwd\r\nX-Evil: 1.csv`;
    for (const lang of ['vi', 'en']) {
      const sentIn = await site.form({ kind: 'monthly-return', lang }, { name, bytes });
      expect(sentIn.status).toBe(303);
      const location = sentIn.headers.location as string;
      expect(location).toMatch(/^\/submissions\/\d+/);
      expect(sentIn.headers['x-evil']).toBeUndefined();
      const page = await site.get(location);
      expect(page.status).toBe(200);
      expectHarmless(page.text);
      expect(page.text).toContain('&lt;script&gt;');
      const receipt = await site.json<Receipt>(location.replace(/(\?|$)/, '.json$1'));
      expect(receipt.problems.map(p => p.value)).toContain(SCRIPT);
    }
  });

  it('has headings shown as the texts they are', async () => {
    const bytes = Buffer.from(
      `period,agency,service,${SCRIPT.replaceAll('"', '')}\n2022-07,ha-noi,dk-khai-sinh,1\n`,
    );
    const { headers } = await site.form({}, { name: 'a.csv', bytes });
    const page = await site.get(headers.location as string);
    expectHarmless(page.text);
    expect(page.text).toContain('&lt;script&gt;');
  });

  it('has new units shown as the texts they are', async () => {
    const bytes = sheet([shortRow({ period: '2022-09', unit: SCRIPT })]);
    const { status, headers } = await site.form({}, { name: 'a.csv', bytes });
    expect(status).toBe(303);
    expectHarmless((await site.get(headers.location as string)).text);
    expect((await site.json<Receipt>(`${headers.location}.json`)).status).toBe('accepted');
  });

  it('with milestones has no formula in an export and no markup on a page', async () => {
    const row = (document: string, quote: string) =>
      `2022-08-10,bca,evil,1,2,,services,"${document.replaceAll('"', '""')}",,"${quote.replaceAll('"', '""')}"`;
    const bytes = Buffer.from(
      [
        'as_of,agency,indicator,numerator,denominator,value,unit,document,clause,quote',
        row('=HYPERLINK("http://evil.example","x")', '+1+cmd'),
        row(`@SUM(1+1)${SCRIPT}`, '\t=1+1'),
        row(`-2+3${IMAGE}`, 'line\r\n=break'),
      ].join('\n'),
    );
    await sent(site.db, bytes, { kind: 'milestones' });
    for (const path of ['/', '/agencies/bca']) expectHarmless((await site.get(path)).text);
    for (const path of ['/overview.csv', '/agencies/bca.csv']) {
      const { text } = await site.get(path);
      // No cell begins with what a spreadsheet takes for a formula, except a number.
      for (const cell of text.slice(1).matchAll(/(?:^|,|\r\n)(?:"((?:[^"]|"")*)"|([^,\r\n]*))/g)) {
        const value = cell[1] ?? cell[2] ?? '';
        if (/^[=+\-@\t\r]/.test(value)) expect(value).toMatch(/^-?\d+(\.\d+)?(e-?\d+)?$/);
      }
    }
  });
});

describe('a question with markup in it', () => {
  it.each([
    `/rankings?indicator=${encodeURIComponent(SCRIPT)}`,
    `/agencies/${encodeURIComponent(SCRIPT)}`,
    `/services/${encodeURIComponent(IMAGE)}`,
    `/catalogues/${encodeURIComponent(IMAGE)}?lang=en`,
    `/${encodeURIComponent(IMAGE)}`,
    `/rankings?lang=${encodeURIComponent(IMAGE)}`,
    `/?x=${encodeURIComponent(IMAGE)}&${encodeURIComponent(SCRIPT)}=1`,
    `/rankings?period=2022-07&return=${encodeURIComponent('javascript:alert(1)')}`,
    `/submissions/${encodeURIComponent(SCRIPT)}`,
  ])('%s is harmless', async path => {
    const { status, text } = await site.get(path);
    expect(status).toBeLessThan(500);
    expectHarmless(text);
    expect(text).not.toMatch(/href="(javascript|data):/i);
  });

  it.each([
    '__proto__',
    'constructor',
    'toString',
    '..%2f..%2fpackage',
    '%00',
    '%E0%A4%A',
    'ha-noi%0d%0aX:1',
  ])('for an agency %s is not found and says nothing of the inside', async code => {
    for (const form of ['', '.json', '.csv']) {
      const { status, text } = await site.get(`/agencies/${code}${form}`);
      expect([400, 404]).toContain(status);
      expect(text).not.toMatch(/node_modules|\.ts:\d+|at \w+ \(/);
    }
  });

  it('names a file of an export by its page, never by what was asked', async () => {
    const { headers } = await site.get(
      `/rankings.csv?period=2022-07&x=${encodeURIComponent('"; filename=evil.exe')}`,
    );
    expect(headers['content-disposition']).toMatch(
      /^attachment; filename="?rankings-province-end_to_end_completion-2022-07\.csv"?$/,
    );
  });
});

describe('headers', () => {
  it.each([
    '/',
    '/rankings.json',
    '/rankings.csv',
    '/submissions/new',
    '/nowhere',
    '/site.css',
    '/agencies/x.json',
  ])('of %s keep browsers from guessing, framing and loading from elsewhere', async path => {
    const { headers } = await site.get(path);
    const policy = String(headers['content-security-policy']);
    for (const rule of [
      "default-src 'self'",
      "script-src 'self'",
      "object-src 'none'",
      "frame-ancestors 'none'",
      "base-uri 'none'",
      "form-action 'self'",
    ])
      expect(policy).toContain(rule);
    expect(policy).not.toMatch(/unsafe|\*|http/);
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['x-frame-options']).toBe('DENY');
    expect(headers['x-powered-by']).toBeUndefined();
    expect(headers['referrer-policy']).toBe('same-origin');
    // Plain HTTP on a machine of one's own must stay reachable.
    expect(headers['strict-transport-security']).toBeUndefined();
  });

  it('let pages load only what is here: nothing inline, nothing from elsewhere', async () => {
    for (const path of [
      '/',
      '/rankings',
      '/agencies/ha-noi',
      '/catalogues/essential-25',
      '/submissions/new',
      '/nowhere',
    ]) {
      const { text } = await site.get(path);
      expect(text).not.toMatch(/ style="|<style|javascript:| on\w+="/i);
      for (const [, source] of text.matchAll(
        /<(?:script|img|link|iframe|source)[^>]* (?:src|href)="([^"]+)"/g,
      ))
        expect(source).toMatch(/^\/(?!\/)|^data:image/);
      // Scripts without a source may only hold data.
      for (const [tag] of text.matchAll(/<script(?![^>]* src=)[^>]*>/g))
        expect(tag).toContain('application/json');
    }
  });
});

describe('an upload', () => {
  /** A workbook, by its beginning, of more than is taken. */
  const LARGE = Buffer.alloc(25 * 1024 * 1024 + 1, 'x').fill('PK\x03\x04', 0, 4);
  const bytes = sheet([goodRow({ period: '2022-09', service: 'dk-ket-hon' })]);
  let before: [string, number];
  beforeEach(async () => {
    before = [await standing(site.db), await submissionsOf(site.db)];
  });
  const expectNothing = async () => {
    expect([await standing(site.db), await submissionsOf(site.db)]).toEqual(before);
  };

  it.each([
    { Origin: 'http://evil.example' },
    { Origin: 'null' },
    { Origin: 'http://127.0.0.1:1' },
    { 'Sec-Fetch-Site': 'cross-site' },
    { 'Sec-Fetch-Site': 'same-site' },
  ])('with %j is refused and stores nothing', async headers => {
    for (const answer of [
      await site.ask('POST', '/submissions', { ...CSV, ...headers }, bytes),
      await site.form({}, { name: 'a.csv', bytes }, headers),
    ]) {
      expect([400, 403]).toContain(answer.status);
      expect(answer.text).not.toContain('"sha256"');
    }
    await expectNothing();
  });

  it('by somebody who is not signed in is refused with the way to sign in, and so is every receipt', async () => {
    for (const path of ['/submissions', '/submissions/new', '/submissions/1', '/submissions/template.xlsx']) {
      const { status, headers } = await strangers.get(path, { Accept: 'text/html' });
      const to = path.endsWith('.xlsx') ? [401, undefined] : [303, `/sign-in?to=${encodeURIComponent(path)}`];
      expect([path, status, headers.location]).toEqual([path, ...to]);
      expect((await strangers.get(path, JSON_PLEASE)).status).toBe(401);
    }
    const refused = await strangers.ask('POST', '/submissions', CSV, bytes);
    expect([refused.status, refused.headers['content-type'], refused.headers['www-authenticate']]).toEqual([
      401,
      'application/problem+json; charset=utf-8',
      'Bearer realm="toan-trinh"',
    ]);
    const form = await strangers.form({}, { name: 'a.csv', bytes });
    expect([form.status, form.headers.location]).toEqual([303, '/sign-in']);
    await expectNothing();
    // Nobody is led to a form that would refuse them.
    expect((await strangers.get('/')).text).not.toContain('href="/submissions/new');
    expect((await site.get('/')).text).toContain('href="/submissions/new');
  });

  it('that breaks off, lies about its type or holds no file stores nothing', async () => {
    const type = 'multipart/form-data; boundary=x';
    const attempts: [Record<string, string>, string | Buffer][] = [
      [
        { 'Content-Type': type },
        '--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\nabc',
      ],
      [{ 'Content-Type': 'multipart/form-data' }, 'abc'],
      [{ 'Content-Type': 'application/json' }, ''],
      [{ 'Content-Type': 'application/xml' }, '<rows/>'],
      [{ 'Content-Type': 'text/csv', 'Content-Encoding': 'nonsense' }, bytes],
      [{ 'Content-Type': 'text/csv; charset=klingon' }, ''],
      [{ 'Content-Type': 'text/csv' }, ''],
      [{}, bytes],
      [{ 'Content-Type': 'application/x-www-form-urlencoded' }, 'file=abc'],
    ];
    for (const [headers, body] of attempts) {
      const { status, text } = await site.ask('POST', '/submissions', { ...JSON_PLEASE, ...headers }, body);
      expect([headers, status >= 400 && status < 500]).toEqual([headers, true]);
      expect(JSON.parse(text)).toMatchObject({ status });
    }
    const many = await site.form({ kind: 'poem', period: '2022-07' }, { name: 'a.csv', bytes }, JSON_PLEASE);
    expect([many.status, JSON.parse(many.text).parameter]).toEqual([400, 'kind']);
    await expectNothing();
  });

  it('of somebody signed in is taken: by a form, or as bytes with what is missing in the address', async () => {
    const own = {
      Host: `localhost:${site.port}`,
      Origin: `http://localhost:${site.port}`,
      'Sec-Fetch-Site': 'same-origin',
    };
    const first = await site.form(
      { kind: 'monthly-return', lang: 'en' },
      { name: 'Báo cáo.csv', bytes },
      own,
    );
    expect(first.status).toBe(303);
    expect(first.headers.location).toMatch(/^\/submissions\/\d+\?lang=en$/);
    const { text } = await site.get(first.headers.location as string);
    const [, shown = ''] = /name="shown" value="(\w+)"/.exec(text) ?? [];
    const [, confirm = ''] = /formaction="([^"]+confirm[^"]*)"/.exec(text) ?? [];
    const form = { ...own, Accept: 'text/html', 'Content-Type': 'application/x-www-form-urlencoded' };
    for (const [who, address] of [
      [site, confirm],
      [strangers.as(second), confirm.replace('confirm', 'approve')],
    ] as const) {
      const { headers } = await who.ask('POST', address, form, `shown=${shown}`);
      expect(headers.location).toBe(first.headers.location);
    }
    expect((await site.get(first.headers.location as string)).text).toContain('Báo cáo.csv');
    const again = await site.ask('POST', '/submissions', CSV, bytes);
    expect([again.status, JSON.parse(again.text)]).toEqual([
      200,
      expect.objectContaining({ status: 'unchanged' }),
    ]);

    const { period: _, agency: __, ...row } = goodRow({ service: 'dk-ket-hon', ratings: 99 });
    const address = '/submissions?kind=monthly-return&period=2022-09&agency=H17&lang=en';
    const other = await site.ask('POST', address, CSV, sheet([row]));
    expect([other.status, JSON.parse(other.text)]).toEqual([
      201,
      expect.objectContaining({ status: 'accepted', agency: 'da-nang', period: '2022-09', problems: [] }),
    ]);
    const receipt = JSON.parse(other.text) as Receipt;
    expect(await site.json(`/submissions/${receipt.id}.json?lang=en`)).toEqual(receipt);

    const refused = await site.ask('POST', address, CSV, sheet([{ ...row, resolved_late: '12,5' }]));
    expect(refused.status).toBe(422);
    expect(JSON.parse(refused.text)).toMatchObject({
      status: 'refused',
      problems: [{ sheet: null, row: 2, column: 'resolved_late', value: '12,5', code: 'not_a_whole_number' }],
    });
  });

  it('of more than is taken says so, and so does a month that is closed', async () => {
    const large = await site.ask('POST', '/submissions', CSV, LARGE);
    expect([large.status, JSON.parse(large.text).status]).toEqual([413, 413]);
    const changed = sheet([{ ...RETURNS[0], ratings: 1, satisfied: 0 }]);
    const closed = await site.ask('POST', '/submissions', CSV, changed);
    expect(JSON.parse(closed.text).problems).toMatchObject([{ code: 'closed_period' }]);
    const named = await site.form({ reason: 'Nhập nhầm' }, { name: 'a.csv', bytes: changed }, JSON_PLEASE);
    expect([named.status, JSON.parse(named.text).reason]).toEqual([201, 'Nhập nhầm']);
    expect(JSON.parse(named.text).received_at).toBe(
      new Date(NOW + 7 * 3_600_000).toISOString().replace('Z', '+07:00'),
    );
  });
});
