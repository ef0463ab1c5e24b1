/** The audit and the API keys as an admin meets them: pages, filters, exports, and what nobody else gets. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { canonicalJson } from '../../src/kpi/canonical.ts';
import { sealOf } from '../../src/store/audit.ts';
import { verifyChain } from '../../src/store/audit-chain.ts';
import type { Person } from './people.ts';
import { openSite, type Site } from './site.ts';

interface Told {
  id: number;
  at: string;
  actor_kind: 'public' | 'person' | 'key' | 'operator';
  actor_id: string | null;
  mail: string | null;
  network_address: string | null;
  action: string;
  subject: string;
  before: unknown;
  after: unknown;
  door: string;
  previous: string;
  hash: string;
}

let site: Site;
let admin: Person;
let others: Person[];
beforeAll(async () => {
  site = await openSite({ filled: true });
  admin = await site.person('admin');
  others = [await site.person('reporter', 'ha-noi'), await site.person('approver', 'ha-noi')];
  others.push(await site.person('leader'));
});
afterAll(() => site.close());

const eventsOf = async (query = '') => (await admin.get(`/admin/audit.json${query}`)).json.events as Told[];
const issue = (fields: Record<string, string> = {}) =>
  admin.post('/admin/keys?lang=en', { agency: 'ha-noi', days: '30', 'kind_monthly-return': 'on', ...fields });
const keyIn = (text: string): string => /tt_[\w-]{43}/.exec(text)?.[0] ?? '';

it('asking for what is not one’s own is written down, once a minute for each address, and not without end', async () => {
  const curious = await site.person('reporter', 'da-nang');
  const [file] = await site.db
    .selectFrom('submissions')
    .select('id')
    .where('agency_code', '=', 'ha-noi')
    .execute();
  const refused = async () =>
    (await eventsOf(`?actor=${encodeURIComponent(`person ${curious.account.id}`)}`)).filter(
      e => e.action === 'access_refused',
    );
  const path = `/submissions/${file?.id}`;
  for (let i = 0; i < 3; i++) expect((await curious.get(`${path}?lang=en`)).status).toBe(404);
  await curious.post(`${path}/approve`);
  await curious.get('/admin');
  // That there is no such file is nothing to write down; nor is what somebody asks who is not signed in.
  await curious.get('/submissions/999999');
  await site.get(path);
  const told = await refused();
  expect(told.map(e => [e.subject, e.after, e.mail]).sort()).toEqual([
    ['GET /admin', { why: 'not_allowed' }, curious.account.email],
    [`GET ${path}`, { why: 'unknown_submission' }, curious.account.email],
    [`POST ${path}/approve`, { why: 'unknown_submission' }, curious.account.email],
  ]);
  site.clock.now += 61_000;
  for (let i = 0; i < 40; i++) await curious.get(path);
  expect(await refused()).toHaveLength(4);
  // Who asks for one thing over and over hides nothing by that.
  await curious.get('/admin/keys');
  expect(await refused()).toHaveLength(5);
  site.clock.now += 61_000;
  for (let i = 0; i < 40; i++) await curious.get(`/months/${i}`);
  expect(await refused()).toHaveLength(5 + 30);
  expect((await verifyChain(site.db)).faults).toEqual([]);
});

describe('the pages of keys and of the audit', () => {
  const PLACES = ['/admin/keys', '/admin/audit', '/admin/audit.csv', '/admin/audit.json'];
  const CHANGES = ['/admin/keys', '/admin/keys/1/revoke', '/admin/audit/erase'];

  it('are for admins alone', async () => {
    for (const path of PLACES) {
      for (const other of others) expect([path, (await other.get(path)).status]).toEqual([path, 403]);
      const nobody = await site.get(path, { accept: path.includes('.') ? '*/*' : 'text/html' });
      expect([path, nobody.status]).toEqual([path, path.includes('.') ? 401 : 303]);
      expect([path, (await admin.get(path)).status]).toEqual([path, 200]);
    }
  });

  it('change nothing for anybody else', async () => {
    const { events } = await verifyChain(site.db);
    for (const path of CHANGES) {
      for (const other of others) expect([path, (await other.post(path)).status]).toEqual([path, 403]);
    }
    const after = await site.db.selectFrom('audit').select('action').where('id', '>', events).execute();
    expect(after.map(({ action }) => action)).toEqual(Array(9).fill('access_refused'));
    expect(await site.db.selectFrom('api_keys').select('id').execute()).toEqual([]);
  });
});

describe('a key from the page', () => {
  it('is shown in the answer, and never again', async () => {
    const answer = await issue();
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([201, 'no-store']);
    const key = keyIn(answer.text);
    expect((await site.get('/overview.json', { authorization: `Bearer ${key}` })).status).toBe(200);
    const page = await admin.get('/admin/keys');
    expect(page.text).not.toContain(key);
    expect(page.text).toContain('Hà Nội');
    const [event] = await eventsOf('?action=key_issued');
    expect(event).toMatchObject({
      actor_kind: 'person',
      actor_id: admin.account.id,
      mail: admin.account.email,
      network_address: expect.stringContaining('127.0.0.1'),
      after: { agency: 'ha-noi', kinds: ['monthly-return'] },
    });
    expect(JSON.stringify(await eventsOf())).not.toContain(key.slice(3));
  });

  it('is revoked from the page, and opens nothing from then on', async () => {
    const key = keyIn((await issue()).text);
    const [event] = await eventsOf('?action=key_issued');
    const id = event?.subject.replace('key ', '');
    expect((await admin.post(`/admin/keys/${id}/revoke`)).status).toBe(303);
    // A second click changes nothing and is no fault.
    expect((await admin.post(`/admin/keys/${id}/revoke`)).status).toBe(303);
    expect((await site.get('/overview.json', { authorization: `Bearer ${key}` })).status).toBe(401);
    expect((await eventsOf(`?subject=key+${id}`)).map(e => e.action)).toEqual([
      'key_refused',
      'key_revoked',
      'key_issued',
    ]);
    expect((await admin.post('/admin/keys/999999/revoke')).status).toBe(404);
  });

  it.each([
    [{ agency: '' }],
    [{ agency: 'nowhere' }],
    [{ agency: '__proto__' }],
    [{ days: '0' }],
    [{ days: '731' }],
    [{ days: '1e2' }],
  ])('is not issued for %j', async fields => {
    const answer = await issue(fields);
    expect([answer.status, keyIn(answer.text)]).toEqual([400, '']);
  });

  it('takes nothing from the form but its own fields', async () => {
    const answer = await issue({
      kind_catalogue: 'on',
      role: 'admin',
      expires_at: '2099-01-01',
      id: '77',
      hash: 'x',
    });
    expect(answer.status).toBe(201);
    const row = await site.db.selectFrom('api_keys').selectAll().orderBy('id', 'desc').executeTakeFirst();
    expect([row?.kinds, row?.id === 77, row?.hash === 'x']).toEqual([['monthly-return'], false, false]);
    expect(row && row.expires_at.getTime() - row.created_at.getTime()).toBe(30 * 86_400_000);
  });
});

describe('the audit', () => {
  it('tells of what the site did: imports, publications, and of who did it', async () => {
    const done = await eventsOf('?actor=operator');
    const actions = new Set(done.map(e => e.action));
    expect([...actions].sort()).toEqual(['month_published', 'reference_loaded', 'submission_approved']);
    const [july] = await eventsOf('?action=month_published&subject=month+2025-07');
    expect(july).toMatchObject({
      actor_kind: 'operator',
      door: 'command',
      mail: null,
      network_address: null,
    });
  });

  it('goes out whole, newest first, in a form from which anybody can seal every event again', async () => {
    const events = await eventsOf();
    expect(events.length).toBe((await verifyChain(site.db)).events);
    for (const { mail: _, network_address: __, hash, ...event } of events) {
      const text = (facts: unknown) => (facts === null ? null : canonicalJson(facts));
      const at = new Date(event.at).toISOString();
      expect(sealOf({ ...event, at, before: text(event.before), after: text(event.after) })).toBe(hash);
    }
    const csv = parse(await (await admin.get('/admin/audit.csv')).text, {
      columns: true,
      bom: true,
    }) as Told[];
    expect(csv.map(e => e.hash)).toEqual(events.map(e => e.hash));
  });

  it('is filtered by what, who, to what and when, in page and exports alike', async () => {
    const all = await eventsOf();
    for (const [query, of] of [
      ['?action=key_issued', (e: Told) => e.action === 'key_issued'],
      [`?actor=person+${admin.account.id}`, (e: Told) => e.actor_id === admin.account.id],
      ['?subject=month+2025-06', (e: Told) => e.subject === 'month 2025-06'],
      ['?from=2100-01-01', () => false],
      ['?to=2000-01-01', () => false],
      ['?from=2000-01-01&to=2100-01-01', () => true],
    ] as const) {
      const wanted = all.filter(of).map(e => e.id);
      expect([query, (await eventsOf(query)).map(e => e.id)]).toEqual([query, wanted]);
      const page = await admin.get(`/admin/audit${query}`);
      const shown = [...page.text.matchAll(/<th scope="row" class="num"[^>]*>(\d+)</g)].map(([, id]) =>
        Number(id),
      );
      expect([query, shown]).toEqual([query, wanted.slice(0, 50)]);
    }
  });

  it('leads from page to page through everything', async () => {
    for (let i = 0; i < 60; i++) await issue();
    const ids: number[] = [];
    let address: string | undefined = '/admin/audit';
    while (address) {
      const { text } = await admin.get(address);
      ids.push(...[...text.matchAll(/<th scope="row" class="num"[^>]*>(\d+)</g)].map(([, id]) => Number(id)));
      address = /class="onward"><a href="([^"]+before=\d+)"/.exec(text)?.[1];
    }
    expect(ids).toEqual((await eventsOf()).map(e => e.id));
  });

  it.each([
    'action=x',
    'actor=anybody',
    'actor=person',
    'from=yesterday',
    'to=2025-13-01',
    'before=-1',
    'lang=fr',
  ])('refuses %s by name', async query => {
    const answer = await admin.get(`/admin/audit.json?${query}`);
    expect([answer.status, answer.json.parameter]).toEqual([400, query.split('=')[0]]);
  });

  it('loses the personal data of an account on request, and nothing else', async () => {
    const other = await site.person('admin');
    await other.post('/admin/keys', { agency: 'ha-noi', days: '1', 'kind_monthly-return': 'on' });
    const before = await eventsOf(`?actor=person+${other.account.id}`);
    expect(before.map(e => e.mail)).toEqual([other.account.email]);
    const erased = await admin.post('/admin/audit/erase', { account: other.account.id });
    expect(erased.headers.get('location')).toBe(`/admin/audit?actor=person+${other.account.id}&erased=1`);
    expect(await eventsOf(`?actor=person+${other.account.id}`)).toEqual(
      before.map(e => ({ ...e, mail: null, network_address: null })),
    );
    const [event] = await eventsOf('?action=personal_data_erased');
    expect(event).toMatchObject({ subject: `account ${other.account.id}`, after: { events: 1 } });
    expect((await verifyChain(site.db)).faults).toEqual([]);
    expect((await eventsOf('?action=key_issued')).some(e => e.mail === admin.account.email)).toBe(true);
    for (const account of ['', '-1', '1 or 1=1', 'all'])
      expect((await admin.post('/admin/audit/erase', { account })).status).toBe(404);
  });
});
