/** The commands for accounts as real processes, and the accounts of the demo. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openDemoAccounts } from '../../src/demo.ts';
import { listAccounts } from '../../src/store/accounts.ts';
import { freshDatabase } from '../support/database.ts';
import { browserAt } from '../web/browser-of.ts';
import { end, endAll, json, type Place, run, serve, somePlace } from './process.ts';

let place: Place;
beforeAll(async () => {
  place = await somePlace();
});
afterAll(async () => {
  await endAll();
  await place.remove();
});

const ADMIN = ['user', 'add', '--email', 'Quan.Tri@vpcp.example', '--role', 'admin'];

describe('user', () => {
  it('add prints a link and mails it; by the link and a second factor the first admin is in', async () => {
    const base = { BASE_URL: 'http://127.0.0.1:4444' };
    const { code, out } = await run(place, [...ADMIN, '--json'], base);
    const invited = JSON.parse(out);
    expect([code, invited]).toEqual([
      0,
      { email: 'quan.tri@vpcp.example', role: 'admin', agency: null, link: expect.any(String) },
    ]);
    expect(invited.link).toMatch(/^http:\/\/127\.0\.0\.1:4444\/invitation\/[\w-]{43}$/);
    const [file = ''] = readdirSync(join(place.dataDir, 'outbox'));
    const mail = readFileSync(join(place.dataDir, 'outbox', file), 'utf8');
    expect(mail).toContain('To: quan.tri@vpcp.example');

    const server = await serve(place, base);
    const b = browserAt(server.address);
    const password = 'đường dài mới biết';
    expect((await b.post(new URL(invited.link).pathname, { password, again: password })).status).toBe(303);
    const signedIn = await b.post('/sign-in', { email: invited.email, password });
    expect(signedIn.to).toContain('/sign-in/second-factor');
    await end(server.child, 'SIGTERM');
    // Neither the password nor the link stands in what the server said.
    expect(server.printed()).not.toContain(password);
    expect(server.printed()).not.toContain(invited.link.slice(-43));
  });

  it('reset prints another link, disable closes the account', async () => {
    const again = await json<{ link: string }>(place, ['user', 'reset', '--email', 'quan.tri@vpcp.example']);
    expect(again.link).toMatch(/\/invitation\/[\w-]{43}$/);
    const closed = await json(place, ['user', 'disable', '--email', 'QUAN.TRI@vpcp.example']);
    expect(closed).toEqual({ email: 'quan.tri@vpcp.example', disabled: true });
    const { db, close } = await place.open();
    expect(await listAccounts(db)).toMatchObject([{ disabled: true, passwordHash: null }]);
    await close();
  });

  it('tells refusals (1) from wrong usage (2)', async () => {
    const codes = [];
    for (const args of [
      ADMIN,
      ['user', 'reset', '--email', 'khong-co@vpcp.example'],
      ['user', 'disable', '--email', 'khong-co@vpcp.example'],
      ['user', 'add', '--email', 'a@b.example', '--role', 'king'],
      ['user', 'add', '--email', 'a@b.example', '--role', 'reporter'],
      ['user', 'add', '--email', 'a@b.example', '--role', 'reporter', '--agency', 'atlantis'],
      ['user', 'add', '--email', 'không', '--role', 'leader'],
      ['user', 'add', '--role', 'leader'],
    ]) {
      const { code, out, err } = await run(place, args);
      expect([out, err === '']).toEqual(['', false]);
      codes.push(code);
    }
    expect(codes).toEqual([1, 1, 1, 2, 2, 2, 2, 2]);
  });
});

it('the demo opens an account for each role with a password of its own, once', async () => {
  const test = await freshDatabase();
  const now = () => Date.parse('2025-08-20T12:00:00+07:00');
  const opened = await openDemoAccounts(test.db, now);
  expect(opened.map(a => [a.role, a.agency])).toEqual([
    ['reporter', 'ha-noi'],
    ['approver', 'ha-noi'],
    ['reporter', 'bca'],
    ['leader', null],
    ['admin', null],
  ]);
  expect(new Set(opened.map(a => a.password)).size).toBe(5);
  const stored = await listAccounts(test.db);
  expect(stored.every(a => a.passwordHash?.startsWith('$argon2id$') && a.totpSecret === null)).toBe(true);
  expect(await openDemoAccounts(test.db, now)).toEqual([]);
  await test.close();
});
