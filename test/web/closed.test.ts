/** With PUBLIC_PAGES=off nothing but the way in is left to who is not signed in. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { openSite, type Site } from './site.ts';

let site: Site;
beforeAll(async () => {
  site = await openSite({ filled: true, deps: { publicPages: false } });
});
afterAll(() => site?.close());

const PUBLISHED = [
  ...['/', '/rankings?period=2025-07', '/agencies', '/agencies/ha-noi', '/agencies/ha-noi/quality'],
  ...[
    '/agencies/ha-noi/movement',
    '/services',
    '/services/dk-thuong-tru',
    '/catalogues/essential-53',
    '/directives',
  ],
  ...['/lineage?period=2025-07&indicator=on_time', '/methodology', '/publications', '/no-such-page'],
];

it('a person is led to the sign-in and back, from published pages and from those that do not exist alike', async () => {
  for (const path of PUBLISHED) {
    const { status, headers, text } = await site.get(path);
    const to = `/sign-in?${new URLSearchParams({ to: path })}`;
    expect([path, status, headers.get('location'), text.includes('Hà Nội')]).toEqual([path, 303, to, false]);
  }
});

it('a program is told to sign in', async () => {
  for (const path of [
    '/rankings.json',
    '/rankings.csv',
    '/agencies/ha-noi.json',
    '/publications/2025-07.zip',
  ])
    expect([path, (await site.get(path)).status]).toEqual([path, 401]);
});

it('the way in, the probes and the files of the pages stay open', async () => {
  for (const path of ['/sign-in', '/reset', '/healthz', '/readyz', '/robots.txt', '/site.css'])
    expect([path, (await site.get(path)).status]).toEqual([path, 200]);
});

it('whoever is signed in reads as ever, of whichever agency, and no cache gives it to others', async () => {
  const outsider = await site.person('reporter', 'da-nang');
  for (const path of PUBLISHED.slice(0, -1)) {
    const { status, headers } = await outsider.get(path);
    expect([path, status, headers.get('vary')]).toEqual([path, 200, expect.stringContaining('Cookie')]);
  }
});
