/** API keys: what one opens and for how long, and that nobody can read it anywhere afterwards. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { issueKey, type KeyWish, keyHolder, revokeKey } from '../../src/accounts/keys.ts';
import { may, OPERATOR } from '../../src/kpi/access.ts';
import { allKeys } from '../../src/store/api-keys.ts';
import { NOW, openSite, type Site } from '../web/site.ts';

const DAY = 24 * 3_600_000;
const BY = { visitor: OPERATOR };
const WISH: KeyWish = { agency: 'ha-noi', kinds: ['monthly-return'], days: 30 };

let site: Site;
beforeAll(async () => {
  site = await openSite({ filled: true });
});
afterAll(() => site.close());

const issue = (wish: Partial<KeyWish> = {}) => issueKey(site.db, { ...WISH, ...wish }, BY, NOW);
const events = async (subject: string) =>
  (await site.db.selectFrom('audit').selectAll().where('subject', '=', subject).orderBy('id').execute()).map(
    ({ action, after }) => [action, after],
  );

describe('a key', () => {
  it('names its holder: an agency and the kinds of files it may send for it, and nothing else', async () => {
    const { id, key } = await issue();
    const holder = await keyHolder(site.db, key, NOW);
    expect(holder).toEqual({
      kind: 'key',
      id,
      name: `key ${id}`,
      role: null,
      agency: 'ha-noi',
      kinds: ['monthly-return'],
    });
    if (!holder) return;
    const submit = (agency: string | null, kind: string) => may(holder, 'submit', { agency, kind });
    expect(submit('ha-noi', 'monthly-return')).toBe(true);
    expect(submit('da-nang', 'monthly-return')).toBe(false);
    expect(submit(null, 'monthly-return')).toBe(false);
    expect(submit('ha-noi', 'service-status')).toBe(false);
    for (const action of ['approve', 'see_drafts', 'manage_keys', 'read_audit', 'publish', 'object'] as const)
      expect([action, may(holder, action, { agency: 'ha-noi', sentBy: 'person 1' })]).toEqual([
        action,
        false,
      ]);
  });

  it('without kinds sends what its agency may send, and no milestones or catalogues', async () => {
    const holder = await keyHolder(site.db, (await issue({ kinds: null })).key, NOW);
    const kinds = ['monthly-return', 'service-status', 'milestones', 'directives', 'catalogue'];
    expect(kinds.map(kind => holder && may(holder, 'submit', { agency: 'ha-noi', kind }))).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
  });

  it('ends on its day', async () => {
    const { id, key, expiresAt } = await issue({ days: 1 });
    expect(expiresAt).toBe(NOW + DAY);
    expect(await keyHolder(site.db, key, NOW + DAY - 1)).not.toBeNull();
    expect(await keyHolder(site.db, key, NOW + DAY)).toBeNull();
    expect((await events(`key ${id}`)).map(([action]) => action)).toEqual(['key_issued', 'key_refused']);
  });

  it('ends when it is revoked, once and for good, and its use after that is told of', async () => {
    const { id, key } = await issue();
    const at = NOW + 5000;
    const both = await Promise.all([1, 2].map(() => revokeKey(site.db, id, BY, at)));
    expect(both.sort()).toEqual([false, true]);
    expect(await keyHolder(site.db, key, at, '203.0.113.9')).toBeNull();
    expect(await keyHolder(site.db, key, at + 60_000)).toBeNull();
    expect(await keyHolder(site.db, key, at + 600_001)).toBeNull();
    const expires_at = new Date(NOW + 30 * DAY).toISOString();
    expect(await events(`key ${id}`)).toEqual([
      ['key_issued', { agency: 'ha-noi', kinds: ['monthly-return'], expires_at }],
      ['key_revoked', null],
      ['key_refused', { why: 'revoked' }],
      ['key_refused', { why: 'revoked' }],
    ]);
  });

  it('that was never issued opens nothing, whatever stands in it', async () => {
    const { key } = await issue();
    for (const text of ['', 'tt_', key.slice(0, -1), `${key} `, key.toUpperCase(), "' or 1=1 --", '\u0000'])
      expect([text, await keyHolder(site.db, text, NOW)]).toEqual([text, null]);
    for (const id of ['0', '-1', '1e1', '99999999999999999999', "1' or '1'='1", ''])
      expect([id, await revokeKey(site.db, id, BY, NOW)]).toEqual([id, false]);
  });

  it('shows when it was last used, to the minute', async () => {
    const { id, key } = await issue();
    const used = async () => (await allKeys(site.db)).find(k => String(k.id) === id)?.last_used_at?.getTime();
    expect(await used()).toBeUndefined();
    await keyHolder(site.db, key, NOW);
    await keyHolder(site.db, key, NOW + 59_000);
    expect(await used()).toBe(NOW);
    await keyHolder(site.db, key, NOW + 61_000);
    expect(await used()).toBe(NOW + 61_000);
  });

  it('stands nowhere in the database, neither in part', async () => {
    const { key } = await issue();
    await keyHolder(site.db, key, NOW);
    // Rows of partitions are read through the whole they are part of.
    const { rows: tables } = await sql<{ name: string }>`select relname as name from pg_class
      where relnamespace = current_schema()::regnamespace and relkind in ('r', 'p') and not relispartition
        and relname not like 'kysely%'`.execute(site.db);
    expect(tables.length).toBeGreaterThan(30);
    for (const { name } of tables) {
      const { rows } = await sql<{ n: number }>`select count(*) as n from ${sql.table(name)} t
        where t::text like ${`%${key.slice(3, 20)}%`}`.execute(site.db);
      expect([name, rows[0]?.n]).toEqual([name, 0]);
    }
  });
});

describe('a request with a key', () => {
  const ask = (authorization: string, path = '/overview.json') => site.get(path, { authorization });

  it('is answered as its holder’s', async () => {
    const answer = await ask(`Bearer ${(await issue()).key}`);
    expect([answer.status, answer.headers.get('vary')]).toEqual([
      200,
      expect.stringContaining('Authorization'),
    ]);
  });

  it.each(['/overview.json', '/', '/rankings.csv', '/nowhere'])(
    'that is not good is refused at %s, not answered as nobody’s',
    async path => {
      const { id, key } = await issue();
      await revokeKey(site.db, id, BY, NOW);
      const expired = (await issueKey(site.db, { ...WISH, days: 1 }, BY, NOW - DAY)).key;
      for (const text of [key, expired, 'tt_nothing']) {
        const answer = await ask(`bearer ${text}`, path);
        expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([
          401,
          'Bearer realm="toan-trinh", error="invalid_token"',
        ]);
        expect(answer.text).not.toContain(text);
      }
    },
  );

  it('of another scheme is nobody’s', async () => {
    expect((await ask('Basic dXNlcjpwYXNz')).status).toBe(200);
  });
});
