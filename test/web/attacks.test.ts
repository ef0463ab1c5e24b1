/** Attacks over the web, tried at every address that the application has, and repelled. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import pino from 'pino';
import { render } from '../../src/render.ts';
import { createApp } from '../../src/web/app.ts';
import { type Person, SETTLED } from './people.ts';
import { type Route, routesOf } from './routes.ts';
import { NOW, openSite, returnOf, type Site } from './site.ts';

let site: Site;
let admin: Person;
let routes: Route[];
beforeAll(async () => {
  site = await openSite({ filled: true });
  admin = await site.person('admin');
  const app = createApp({
    ...SETTLED,
    db: site.db,
    now: () => NOW,
    log: pino({ level: 'silent' }),
    render,
  });
  routes = routesOf(app);
});
afterAll(() => site.close());

const filled = (path: string, value = '1') => path.replace(/:(\w+)/g, value);
const SCRIPT = '<script>alert(1)</script>';

it('the list of routes holds the application', () => {
  expect(routes.length).toBeGreaterThan(50);
  expect(routes.map(r => r.path)).toContain('/admin/keys/:id/revoke');
});

describe('a form of another origin', () => {
  const FOREIGN = [
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { origin: 'https://evil.example' },
    { origin: 'null' },
  ];

  it('changes nothing at any address, by any unsafe method', async () => {
    const unsafe = routes.flatMap(({ path }) =>
      ['POST', 'PUT', 'PATCH', 'DELETE'].map(m => [m, filled(path)]),
    );
    for (const [method = '', path = ''] of unsafe) {
      const headers = { cookie: admin.cookie, ...FOREIGN[0] };
      expect([method, path, await site.plain(method, path, headers)]).toEqual([method, path, 403]);
    }
    for (const headers of FOREIGN) {
      for (const { path, methods } of routes.filter(r => r.methods.has('POST'))) {
        const status = await site.plain('POST', filled(path), { cookie: admin.cookie, ...headers });
        expect([path, headers, methods.size > 0, status]).toEqual([path, headers, true, 403]);
      }
    }
  });
});

describe('what an address says', () => {
  const PARAMETERS = [
    'period',
    'catalogue',
    'boundaries',
    'as_of',
    'lang',
    'kind',
    'indicator',
    'view',
    'region',
  ].concat(
    [
      'peers',
      'against',
      'vertical',
      'agency',
      'service',
      'before',
      'action',
      'actor',
      'subject',
      'from',
      'to',
    ],
    ['status', 'document', 'done', 'erased', 'unchanged', 'edition', 'revoked', 'decided'],
  );
  const pages = () => routes.filter(r => r.methods.has('GET')).map(r => r.path);

  it.each([
    SCRIPT,
    '"><img src=x onerror=alert(1)>',
    "' or 1=1; drop table audit; --",
    '__proto__',
    '../../etc/passwd',
    'a\u0000b',
    '99999999999999999999',
    '-1',
  ])('%j is shown as text or refused, never run and never an error', async value => {
    for (const path of pages()) {
      const query = new URLSearchParams(PARAMETERS.map((name): [string, string] => [name, value])).toString();
      for (const address of [`${filled(path)}?${query}`, filled(path, encodeURIComponent(value))]) {
        const answer = await admin.get(address);
        expect([address, answer.status < 500]).toEqual([address, true]);
        if (!/html/.test(answer.headers.get('content-type') ?? '')) continue;
        expect([address, answer.text.includes(SCRIPT), /<img src=x/.test(answer.text)]).toEqual([
          address,
          false,
          false,
        ]);
        expect(answer.headers.get('content-security-policy')).toContain("script-src 'self';");
      }
    }
  });

  it.each(PARAMETERS)('of %s alone is no piece of SQL, nor more than the database can hold', async name => {
    const pages = ['/', '/rankings', '/agencies/ha-noi', '/lineage', '/directives', '/publications/2025-07'];
    for (const value of ["'; select pg_sleep(9); --", 'a\u0000b', '99999999999999999999']) {
      for (const path of pages.concat('/submissions', '/objections', '/admin/audit', '/admin/objections')) {
        const answer = await admin.get(`${path}?${name}=${encodeURIComponent(value)}`);
        expect([path, value, answer.status < 500]).toEqual([path, value, true]);
      }
    }
  });

  it('leads to no file outside those that are served', async () => {
    for (const path of ['/fonts', '/vendor', '', '/publications', '/submissions']) {
      for (const up of [
        '/../../package.json',
        '/..%2f..%2fpackage.json',
        '/%2e%2e/%2e%2e/package.json',
        '/..%5c..%5cpackage.json',
      ])
        expect([path + up, (await site.plain('GET', path + up, {})) === 200]).toEqual([path + up, false]);
    }
  });
});

it('names of files and reasons of corrections are shown as text', async () => {
  const form = new FormData();
  form.set('reason', SCRIPT);
  const bytes = new Uint8Array(
    returnOf([`${SCRIPT.replaceAll(' ', '')} 2025-08 dk-thuong-tru 1 1 1 1 0 0 0 0`]),
  );
  form.set('file', new Blob([bytes], { type: 'text/csv' }), `${SCRIPT}.csv`);
  const sent = await admin.send('/submissions', { method: 'POST', body: form });
  expect(sent.status).toBe(303);
  const page = await admin.get(sent.headers.get('location') ?? '');
  expect(page.text).toContain('&lt;script&gt;alert(1)');
  expect(page.text).not.toContain('<script>alert');
  expect((await admin.get('/submissions')).text).not.toContain('<script>alert');
});

it('no member of a form reaches what all objects share, and the tables are still there', async () => {
  for (const { path, methods } of routes.filter(r => r.methods.has('POST') && r.path !== '/sign-out')) {
    const answer = await admin.send(filled(path, '999999'), {
      method: 'POST',
      body: new URLSearchParams([
        ['__proto__[role]', 'admin'],
        ['__proto__', 'x'],
        ['constructor.prototype.role', 'admin'],
      ]),
    });
    expect([path, methods.size > 0, answer.status < 500]).toEqual([path, true, true]);
  }
  expect(({} as Record<string, unknown>).role).toBeUndefined();
  const { rows } = await sql<{ n: number }>`select count(*) as n from audit`.execute(site.db);
  expect(rows[0]?.n).toBeGreaterThan(0);
});
