/** Signing in and out over the real application: what works, and everything that is tried against it. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PASSWORDS } from '../../src/accounts/password.ts';
import { addAccount } from '../../src/store/accounts.ts';
import { personAt } from './people.ts';
import { openSite, type Site } from './site.ts';

const PASSWORD = 'mười hai con giáp';
let site: Site;

beforeAll(async () => {
  site = await openSite({ filled: false });
  const hash = await PASSWORDS.hash(PASSWORD);
  const made = { email: 'Lan@HaNoi.example', role: 'reporter', agency: 'ha-noi', invitedBy: 'test' } as const;
  const account = await addAccount(site.db, made, site.clock.now);
  await site.db
    .updateTable('accounts')
    .set({ password_hash: hash })
    .where('id', '=', Number(account?.id))
    .execute();
});
afterAll(() => site.close());

const signIn = (email: string, password: string, more: Record<string, string> = {}) =>
  site.send('/sign-in', { method: 'POST', body: new URLSearchParams({ email, password, ...more }) });

/** What a `Set-Cookie` header gives to hold. */
const cookieOf = (headers: Headers): string => (headers.get('set-cookie') ?? '').split(';')[0] ?? '';

describe('with address and password', () => {
  it('a reporter is in, whatever the case of the address, and out again', async () => {
    const answer = await signIn('lan@hanoi.EXAMPLE', PASSWORD, { to: '/rankings' });
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/rankings']);
    const cookie = cookieOf(answer.headers);
    expect(answer.headers.get('set-cookie')).toMatch(
      /^toan_trinh=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax$/,
    );
    expect((await site.get('/', { cookie })).text).toContain('lan@hanoi.example');
    const out = await site.send('/sign-out', { method: 'POST', headers: { cookie } });
    expect(out.status).toBe(303);
    expect((await site.get('/', { cookie })).text).not.toContain('lan@hanoi.example');
  });
});

describe('a person of a test', () => {
  it('is signed in with a role', async () => {
    const leader = await site.person('leader');
    expect((await leader.get('/methodology')).text).toContain(leader.account.email);
    const stranger = personAt(site.origin, leader.account, 'x'.repeat(43));
    expect((await stranger.get('/methodology')).text).not.toContain(leader.account.email);
  });
});
