/** Signing in and out over the real application: what works, and everything that is tried against it. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Writable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as argon2 from '@node-rs/argon2';
import { generateSync } from 'otplib';
import pino from 'pino';
import { issueKey } from '../../src/accounts/keys.ts';
import { followLink, makeLink } from '../../src/accounts/links.ts';
import { invite } from '../../src/accounts/manage.ts';
import { PASSWORDS, passwordsBy } from '../../src/accounts/password.ts';
import { OPERATOR, type Role } from '../../src/kpi/access.ts';
import type { Mail } from '../../src/mail/send.ts';
import { render } from '../../src/render.ts';
import { accountByEmail } from '../../src/store/accounts.ts';
import type { Deps } from '../../src/web/answer.ts';
import { createApp } from '../../src/web/app.ts';
import { type Browser, browserAt } from './browser-of.ts';
import { SETTLED } from './people.ts';
import { NOW, openSite, type Site } from './site.ts';

const PASSWORD = 'bốn con ngựa ô';
const OTHER = 'chiều nay gió mùa về';
const MINUTE = 60_000;

let site: Site;
const mails: Mail[] = [];
const send = async (mail: Mail): Promise<void> => void mails.push(mail);
/** How often the work of Argon2 was done for a sign-in. */
let worked = 0;
const passwords = passwordsBy({
  hash: argon2.hash,
  verify: (...given) => {
    worked += 1;
    return argon2.verify(...given);
  },
});
let logged = '';
const log = pino(
  { level: 'trace' },
  new Writable({
    write(chunk, _, done) {
      logged += String(chunk);
      done();
    },
  }),
);

const servers: Server[] = [];
/** Another process on the same database, as far as the database can tell. */
async function another(deps: Partial<Deps> = {}): Promise<string> {
  const { db, clock } = site;
  const settled = { ...SETTLED, send, passwords, log, render, now: () => clock.now };
  const server = createServer(createApp({ db, ...settled, ...deps }));
  servers.push(server);
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

beforeAll(async () => {
  site = await openSite({ filled: false, deps: { send, passwords, log } });
});
afterAll(async () => {
  for (const server of servers) {
    server.closeAllConnections();
    await new Promise(resolve => server.close(resolve));
  }
  await site.close();
});

let count = 0;
/** Somebody with an account and the password of these tests. */
async function holder(role: Role, agency: string | null = null): Promise<string> {
  count += 1;
  const email = `nguoi-${count}@co-quan.example`;
  const invited = await invite(site.db, { email, role, agency }, { visitor: OPERATOR }, site.clock.now);
  if (invited === 'taken') throw new Error(email);
  const chosen = { password: PASSWORD, from: null };
  expect(await followLink(site.db, invited.token, 'invitation', chosen, PASSWORDS, site.clock.now)).toBe(
    'done',
  );
  return email;
}

const browser = (origin = site.origin): Browser => browserAt(origin);
const session = (b: Browser): string | undefined => b.jar.get('toan_trinh');
const signIn = (b: Browser, email: string, password = PASSWORD, to = '') =>
  b.post('/sign-in', { email, password, to });
const codeOf = (secret: string): string => generateSync({ secret, epoch: Math.floor(site.clock.now / 1000) });
const SECRET = /<code class="spelled">([A-Z2-7 ]+)<\/code>/;
const CODES = /<li><code>([\w-]+)<\/code><\/li>/g;

/** Goes through the second step for the first time; answers with the app's secret and the recovery codes. */
async function enrol(b: Browser): Promise<{ secret: string; codes: string[] }> {
  const page = await b.get('/sign-in/second-factor');
  const secret = (SECRET.exec(page.text)?.[1] ?? '').replaceAll(' ', '');
  const done = await b.post('/sign-in/second-factor', { code: codeOf(secret) });
  expect(done.status).toBe(200);
  expect(done.text).toContain('action="/sign-out"');
  return { secret, codes: [...done.text.matchAll(CODES)].map(([, code = '']) => code) };
}

/** The path of the link in the last mail to somebody. */
const linkTo = (email: string): string =>
  /http:\S+?(\/(?:invitation|reset)\/[\w-]{43})/.exec(mails.findLast(m => m.to === email)?.text ?? '')?.[1] ??
  '';

const isIn = async (b: Browser, email: string): Promise<boolean> => {
  const page = await b.get('/account');
  return page.status === 200 && page.text.includes(email);
};

describe('with address and password', () => {
  it('a reporter is in, whatever the case of the address, and out again', async () => {
    const email = await holder('reporter', 'ha-noi');
    const b = browser();
    const answer = await signIn(b, email.toUpperCase(), PASSWORD, '/rankings?period=2025-06');
    expect([answer.status, answer.to]).toEqual([303, '/rankings?period=2025-06']);
    expect(await isIn(b, email)).toBe(true);
    const held = session(b);
    expect((await b.post('/sign-out')).to).toBe('/');
    expect(session(b)).toBeUndefined();
    b.jar.set('toan_trinh', held ?? '');
    expect(await isIn(b, email)).toBe(false);
  });

  it('accents written in one or in two characters are the same password', async () => {
    const email = await holder('reporter', 'ha-noi');
    expect((await signIn(browser(), email, PASSWORD.normalize('NFD'))).status).toBe(303);
  });

  it('who may not use a page yet comes back to it afterwards, and a program is told', async () => {
    const b = browser();
    expect((await b.get('/account?lang=en')).to).toBe('/sign-in?to=%2Faccount%3Flang%3Den&lang=en');
    const program = await b.get('/account', { Accept: 'application/json' });
    expect([program.status, program.headers.get('www-authenticate')]).toEqual([
      401,
      'Bearer realm="toan-trinh"',
    ]);
  });
});

describe('the session', () => {
  it('is held by a cookie that scripts and other sites do not get', async () => {
    const answer = await signIn(browser(), await holder('reporter', 'ha-noi'));
    expect(answer.headers.get('set-cookie')).toMatch(
      /^toan_trinh=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax$/,
    );
  });

  it('is sent by HTTPS alone where people come by HTTPS', async () => {
    const b = browser(await another({ baseUrl: 'https://toantrinh.example' }));
    const answer = await signIn(b, await holder('reporter', 'ha-noi'));
    expect(answer.headers.get('set-cookie')).toMatch(
      /^__Host-toan_trinh=[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
    );
  });

  it('is not found under the plain name over HTTPS, where a neighbour could have planted it', async () => {
    const email = await holder('reporter', 'ha-noi');
    const b = browser(await another({ baseUrl: 'https://toantrinh.example' }));
    await signIn(b, email);
    b.jar.set('toan_trinh', b.jar.get('__Host-toan_trinh') ?? '');
    expect(await isIn(b, email)).toBe(true);
    b.jar.delete('__Host-toan_trinh');
    expect(await isIn(b, email)).toBe(false);
  });

  it('is a new one at each step: what was planted or held before is worth nothing after', async () => {
    const email = await holder('approver', 'ha-noi');
    const b = browser();
    b.jar.set('toan_trinh', 'a'.repeat(43));
    await signIn(b, email);
    const half = session(b);
    expect(half).not.toBe('a'.repeat(43));
    await enrol(b);
    const whole = session(b);
    expect(whole).not.toBe(half);
    expect(await isIn(b, email)).toBe(true);
    const thief = browser();
    for (const held of ['a'.repeat(43), half ?? '']) {
      thief.jar.set('toan_trinh', held);
      expect(await isIn(thief, email)).toBe(false);
    }
  });

  it('ends when somebody signs in anew in the same browser', async () => {
    const [one, other] = [await holder('reporter', 'ha-noi'), await holder('reporter', 'bca')];
    const b = browser();
    await signIn(b, one);
    const before = session(b);
    await signIn(b, other);
    expect(await isIn(b, other)).toBe(true);
    b.jar.set('toan_trinh', before ?? '');
    expect(await isIn(b, one)).toBe(false);
  });

  it('ends after half an hour without use, and after twelve hours with it', async () => {
    const email = await holder('reporter', 'ha-noi');
    const [idle, busy] = [browser(), browser()];
    await signIn(idle, email);
    await signIn(busy, email);
    site.clock.now = NOW + 29 * MINUTE;
    expect(await isIn(busy, email)).toBe(true);
    site.clock.now = NOW + 31 * MINUTE;
    expect([await isIn(idle, email), await isIn(busy, email)]).toEqual([false, true]);
    for (let at = 31; at < 12 * 60; at += 20) {
      site.clock.now = NOW + at * MINUTE;
      expect(await isIn(busy, email)).toBe(true);
    }
    site.clock.now = NOW + 12 * 60 * MINUTE;
    expect(await isIn(busy, email)).toBe(false);
    site.clock.now = NOW;
  });

  it('ends everywhere when the password changes, but for the one it is changed in, which goes on as a new one', async () => {
    const email = await holder('reporter', 'ha-noi');
    const [here, there] = [browser(), browser()];
    await signIn(here, email);
    await signIn(there, email);
    const before = session(here);
    const change = { current: PASSWORD, password: OTHER, again: OTHER };
    expect((await here.post('/account/password', { ...change, current: OTHER })).status).toBe(422);
    expect(await isIn(there, email)).toBe(true);
    expect((await here.post('/account/password', change)).to).toBe('/account?done=password');
    expect([await isIn(here, email), await isIn(there, email)]).toEqual([true, false]);
    there.jar.set('toan_trinh', before ?? '');
    expect(await isIn(there, email)).toBe(false);
    expect((await signIn(browser(), email)).status).toBe(401);
    expect((await signIn(browser(), email, OTHER)).status).toBe(303);
  });

  it('ends elsewhere when its holder says so', async () => {
    const email = await holder('reporter', 'ha-noi');
    const [here, there] = [browser(), browser()];
    await signIn(here, email);
    await signIn(there, email);
    await here.post('/account/sessions');
    expect([await isIn(here, email), await isIn(there, email)]).toEqual([true, false]);
  });

  it('stands in the database as a hash alone', async () => {
    const email = await holder('reporter', 'ha-noi');
    const b = browser();
    await signIn(b, email);
    const rows = JSON.stringify(await site.db.selectFrom('sessions').selectAll().execute());
    expect(rows).not.toContain(session(b));
  });
});

describe('the second factor', () => {
  it.each([
    ['approver', 'ha-noi'],
    ['leader', null],
    ['admin', null],
  ] as const)('of a %s is enrolled before anything else is open', async (role, agency) => {
    const email = await holder(role, agency);
    const b = browser();
    expect((await signIn(b, email, PASSWORD, '/account')).to).toBe('/sign-in/second-factor?to=%2Faccount');
    expect(await isIn(b, email)).toBe(false);
    expect((await b.get('/account')).to).toContain('/sign-in?to=');
    expect((await b.get('/sign-in?to=/account')).to).toBe('/sign-in/second-factor?to=%2Faccount');
    const { codes } = await enrol(b);
    expect([codes.length, new Set(codes).size]).toEqual([10, 10]);
    expect(await isIn(b, email)).toBe(true);
  });

  it('is asked for at the next sign-in, and its code counts once', async () => {
    const email = await holder('leader');
    const first = browser();
    await signIn(first, email);
    const { secret } = await enrol(first);
    const [b, thief] = [browser(), browser()];
    await signIn(b, email);
    await signIn(thief, email);
    // The code of the enrolment was used by it.
    expect((await b.post('/sign-in/second-factor', { code: codeOf(secret) })).status).toBe(401);
    site.clock.now += 30_000;
    const code = codeOf(secret);
    expect((await b.post('/sign-in/second-factor', { code, to: '/rankings' })).to).toBe('/rankings');
    expect((await thief.post('/sign-in/second-factor', { code })).status).toBe(401);
    expect([await isIn(b, email), await isIn(thief, email)]).toEqual([true, false]);
    site.clock.now = NOW;
  });

  it('of two who give the same code at the same moment lets one in', async () => {
    const email = await holder('leader');
    const first = browser();
    await signIn(first, email);
    const { secret } = await enrol(first);
    const both = [browser(), browser(await another())];
    for (const b of both) await signIn(b, email);
    site.clock.now += 30_000;
    const code = codeOf(secret);
    const answers = await Promise.all(both.map(b => b.post('/sign-in/second-factor', { code })));
    expect(answers.map(a => a.status).sort()).toEqual([303, 401]);
    site.clock.now = NOW;
  });

  it('can be replaced by a recovery code, each of which works once', async () => {
    const email = await holder('leader');
    const first = browser();
    await signIn(first, email);
    const { codes } = await enrol(first);
    const [code = ''] = codes;
    for (const [given, status] of [
      [code.toUpperCase().replaceAll('-', ' '), 303],
      [code, 401],
    ] as const) {
      const b = browser();
      await signIn(b, email);
      expect((await b.post('/sign-in/second-factor', { code: given })).status).toBe(status);
    }
    expect((await first.get('/account?lang=en')).text).toContain('9 codes are left');
  });

  it('is not replaced by who knows the password alone, even with an enrolment begun before there was one', async () => {
    const email = await holder('leader');
    const [thief, owner] = [browser(), browser()];
    await signIn(thief, email);
    const offered =
      SECRET.exec((await thief.get('/sign-in/second-factor')).text)?.[1]?.replaceAll(' ', '') ?? '';
    await signIn(owner, email);
    await enrol(owner);
    // All sessions but the owner's ended with the enrolment; a new one is asked for the owner's code.
    expect((await thief.post('/sign-in/second-factor', { code: codeOf(offered) })).to).toContain('/sign-in');
    await signIn(thief, email);
    const page = await thief.get('/sign-in/second-factor');
    expect(page.text).not.toMatch(SECRET);
    expect((await thief.post('/sign-in/second-factor', { code: codeOf(offered) })).status).toBe(401);
  });

  it('moves to another phone for who has a code of the old one, and other sessions end', async () => {
    const email = await holder('leader');
    const [b, other] = [browser(), browser()];
    await signIn(b, email);
    const { secret, codes } = await enrol(b);
    await signIn(other, email);
    expect((await other.post('/sign-in/second-factor', { code: codes[0] ?? '' })).status).toBe(303);
    expect((await b.post('/account/second-factor', { proof: '000000' })).status).toBe(422);
    site.clock.now += 30_000;
    expect((await b.post('/account/second-factor', { proof: codeOf(secret) })).to).toContain(
      '/sign-in/second-factor',
    );
    const renewed = await enrol(b);
    expect(renewed.secret).not.toBe(secret);
    expect([await isIn(b, email), await isIn(other, email)]).toEqual([true, false]);
    site.clock.now = NOW;
  });

  it('is open to reporters, who are asked for it once they have it', async () => {
    const email = await holder('reporter', 'ha-noi');
    const b = browser();
    await signIn(b, email);
    expect((await b.post('/account/second-factor', { proof: 'sai' })).status).toBe(422);
    await b.post('/account/second-factor', { proof: PASSWORD });
    await enrol(b);
    const next = browser();
    expect((await signIn(next, email)).to).toContain('/sign-in/second-factor');
    expect(await isIn(next, email)).toBe(false);
  });

  it('is sealed in the database', async () => {
    const email = await holder('leader');
    const b = browser();
    await signIn(b, email);
    const { secret, codes } = await enrol(b);
    const rows = JSON.stringify([
      await site.db.selectFrom('accounts').selectAll().execute(),
      await site.db.selectFrom('recovery_codes').selectAll().execute(),
      await site.db.selectFrom('sessions').selectAll().execute(),
    ]);
    for (const told of [secret, ...codes, PASSWORD]) expect(rows).not.toContain(told);
  });

  it('becomes due in the middle of a session when the role does', async () => {
    const email = await holder('reporter', 'ha-noi');
    const b = browser();
    await signIn(b, email);
    await site.db.updateTable('accounts').set({ role: 'approver' }).where('email', '=', email).execute();
    expect(await isIn(b, email)).toBe(false);
  });
});

describe('whether somebody has an account', () => {
  it('is told neither by the words of a refusal nor by the work done for it', async () => {
    const known = await holder('leader');
    const disabled = await holder('leader');
    await site.db
      .updateTable('accounts')
      .set({ disabled_at: new Date(site.clock.now) })
      .where('email', '=', disabled)
      .execute();
    const invited = 'moi@co-quan.example';
    await invite(
      site.db,
      { email: invited, role: 'leader', agency: null },
      { visitor: OPERATOR },
      site.clock.now,
    );
    const answers = [];
    for (const [email, password] of [
      [known, 'không phải mật khẩu'],
      ['khong-co-ai@co-quan.example', PASSWORD],
      [disabled, PASSWORD],
      [invited, PASSWORD],
    ] as const) {
      worked = 0;
      const { status, text } = await signIn(browser(), email, password);
      answers.push({ status, text: text.replaceAll(email, 'EMAIL'), worked });
    }
    expect(answers[0]).toMatchObject({ status: 401, worked: 1 });
    expect(answers.slice(1)).toEqual([answers[0], answers[0], answers[0]]);
  });

  it('is told by no limit either: addresses without an account are limited the same', async () => {
    const statuses = async (email: string) => {
      const all = [];
      for (let i = 0; i < 12; i++) all.push((await signIn(browser(), email, 'sai')).status);
      return all;
    };
    const known = await statuses(await holder('leader'));
    expect(known).toEqual([...Array(10).fill(401), 429, 429]);
    expect(await statuses('cung-khong-co-ai@co-quan.example')).toEqual(known);
  });

  it('is not told by asking for a new password', async () => {
    const email = await holder('leader');
    const pages = [];
    for (const asked of [email, 'khong-co-ai@co-quan.example', 'không phải địa chỉ']) {
      pages.push(await browser().post('/reset', { email: asked }));
    }
    expect(pages.map(p => p.status)).toEqual([200, 200, 200]);
    expect(new Set(pages.map(p => p.text)).size).toBe(1);
  });

  it('is not told by how long that takes: nothing waits for the mail', async () => {
    const asked: Mail[] = [];
    const origin = await another({ send: mail => new Promise(() => void asked.push(mail)) });
    const email = await holder('leader');
    expect((await browser(origin).post('/reset', { email })).status).toBe(200);
    while (asked.length === 0) await new Promise(resolve => setTimeout(resolve, 5));
    expect(asked.map(mail => mail.to)).toEqual([email]);
  });
});

describe('guessing', () => {
  beforeAll(async () => void (await site.db.deleteFrom('throttles').execute()));

  it('passwords of one account ends after ten, in every process, after a restart too, and for a quarter of an hour', async () => {
    const email = await holder('reporter', 'ha-noi');
    const [one, two] = [await another(), await another()];
    for (let i = 0; i < 5; i++) {
      expect((await signIn(browser(one), email, `sai ${i}`)).status).toBe(401);
      expect((await signIn(browser(two), email, `sai ${i}`)).status).toBe(401);
    }
    worked = 0;
    for (const origin of [one, two, await another()]) {
      const refused = await signIn(browser(origin), email);
      expect([refused.status, session(browser(origin))]).toEqual([429, undefined]);
    }
    expect(worked).toBe(0);
    site.clock.now = NOW + 16 * MINUTE;
    expect((await signIn(browser(), email)).status).toBe(303);
    site.clock.now = NOW;
  });

  it('passwords at the same moment is counted one by one', async () => {
    const email = await holder('reporter', 'ha-noi');
    const origins = [await another(), await another()];
    const all = await Promise.all(
      Array.from({ length: 20 }, (_, i) => signIn(browser(origins[i % 2]), email, `sai ${i}`)),
    );
    expect(all.filter(a => a.status === 401)).toHaveLength(10);
  });

  it('codes ends after six, in every process, with the right one too', async () => {
    const email = await holder('leader');
    const b = browser();
    await signIn(b, email);
    const { secret } = await enrol(b);
    site.clock.now += 30_000;
    const origins = [site.origin, await another(), await another()];
    for (let i = 0; i < 6; i++) {
      const guesser = browser(origins[i % 2]);
      await signIn(guesser, email);
      expect((await guesser.post('/sign-in/second-factor', { code: `00000${i}` })).status).toBe(401);
    }
    for (const origin of origins) {
      const late = browser(origin);
      await signIn(late, email);
      expect((await late.post('/sign-in/second-factor', { code: codeOf(secret) })).status).toBe(429);
      expect(await isIn(late, email)).toBe(false);
    }
    site.clock.now = NOW;
  });

  it('from one network address ends after fifty, whatever a header says of it', async () => {
    await site.db.deleteFrom('throttles').execute();
    const origin = await another();
    const forged = (i: number) => ({ 'X-Forwarded-For': `203.0.113.${i}`, 'X-Real-IP': `203.0.113.${i}` });
    const attempt = (i: number) =>
      browser(origin).post('/sign-in', { email: `ai-${i}@co-quan.example`, password: 'sai' }, forged(i));
    const all = [];
    for (let i = 0; i < 52; i++) all.push((await attempt(i)).status);
    expect(all).toEqual([...Array(50).fill(401), 429, 429]);
  });

  it('behind a proxy counts for the address that the proxy saw, not for what was sent to it', async () => {
    await site.db.deleteFrom('throttles').execute();
    const origin = await another({ trustProxy: 1 });
    // A proxy adds the address it saw at the end.
    const attempt = (i: number, seen: string) =>
      browser(origin).post(
        '/sign-in',
        { email: `ai-${i}@co-quan.example`, password: 'sai' },
        { 'X-Forwarded-For': `203.0.113.${i}, ${seen}` },
      );
    for (let i = 0; i < 50; i++) expect((await attempt(i, '198.51.100.7')).status).toBe(401);
    expect((await attempt(50, '198.51.100.7')).status).toBe(429);
    expect((await attempt(51, '198.51.100.8')).status).toBe(401);
    await site.db.deleteFrom('throttles').execute();
  });
});

describe('a mailed link', () => {
  it('invites: it chooses a password once, opened as often as a mail program likes', async () => {
    const admin = await site.person('admin');
    const email = 'Moi.Den@co-quan.example';
    const asked = await admin.post('/admin/accounts', { email, role: 'reporter', agency: 'ha-noi' });
    expect(asked.headers.get('location')).toBe('/admin/accounts?done=invited');
    const link = linkTo(email.toLowerCase());
    for (let i = 0; i < 3; i++) expect((await browser().get(link)).status).toBe(200);
    const b = browser();
    const choose = (password: string, again = password) => b.post(link, { password, again });
    expect((await choose('ngắn')).status).toBe(422);
    expect((await choose('matkhau123456')).status).toBe(422);
    expect((await choose(PASSWORD, OTHER)).status).toBe(422);
    expect((await choose(PASSWORD)).to).toBe('/sign-in?chosen=1');
    expect([(await choose(OTHER)).status, (await b.get(link)).status]).toEqual([410, 410]);
    expect((await signIn(browser(), email, OTHER)).status).toBe(401);
    expect((await signIn(browser(), email)).status).toBe(303);
  });

  it('followed twice at the same moment sets one password', async () => {
    const email = await holder('reporter', 'ha-noi');
    const account = await accountByEmail(site.db, email);
    const token = await makeLink(site.db, account?.id ?? '', 'reset', site.clock.now);
    const chosen = [PASSWORD, OTHER].map(password =>
      browser().post(`/reset/${token}`, { password, again: password }),
    );
    expect((await Promise.all(chosen)).map(a => a.status).sort()).toEqual([303, 410]);
  });

  it('for a new password works for an hour, is the last one asked for, and ends every session', async () => {
    const email = await holder('reporter', 'ha-noi');
    const inside = browser();
    await signIn(inside, email);
    const ask = async (): Promise<string> => {
      const before = mails.length;
      await browser().post('/reset', { email });
      while (mails.length === before) await new Promise(resolve => setTimeout(resolve, 5));
      return linkTo(email);
    };
    const [first, second] = [await ask(), await ask()];
    expect([(await browser().get(first)).status, (await browser().get(second)).status]).toEqual([410, 200]);
    // A link of one purpose is none of another.
    expect((await browser().get(second.replace('/reset/', '/invitation/'))).status).toBe(410);
    site.clock.now = NOW + 60 * MINUTE;
    expect((await browser().get(second)).status).toBe(410);
    site.clock.now = NOW;
    expect((await browser().post(second, { password: OTHER, again: OTHER })).status).toBe(303);
    expect(await isIn(inside, email)).toBe(false);
    expect((await signIn(browser(), email, OTHER)).status).toBe(303);
  });

  it('leads to the address in the settings, whatever host it was asked for by', async () => {
    const email = await holder('reporter', 'ha-noi');
    const before = mails.length;
    await browser().post('/reset', { email }, { 'X-Forwarded-Host': 'evil.example' });
    while (mails.length === before) await new Promise(resolve => setTimeout(resolve, 5));
    expect(mails.at(-1)?.text).toContain(`${SETTLED.baseUrl}/reset/`);
    expect(mails.at(-1)?.text).not.toContain('evil.example');
  });

  it('is mailed three times an hour at the most, and nobody is told', async () => {
    const email = await holder('reporter', 'ha-noi');
    const before = mails.length;
    for (let i = 0; i < 5; i++) expect((await browser().post('/reset', { email })).status).toBe(200);
    await new Promise(resolve => setTimeout(resolve, 300));
    expect(mails.slice(before).filter(m => m.to === email)).toHaveLength(3);
  });
});

describe('where somebody goes afterwards', () => {
  it('is what there is to do, for whoever came from nowhere, after the last step alone', async () => {
    const b = browser();
    const answer = await signIn(b, await holder('reporter', 'ha-noi'));
    expect([answer.to, (await b.get('/work')).status]).toEqual(['/work', 200]);
    for (const role of ['leader', 'admin'] as const) {
      const overseer = browser();
      const way = await signIn(overseer, await holder(role));
      expect(way.to).toBe('/sign-in/second-factor?to=%2Fwork');
      const page = await overseer.get(way.to ?? '');
      const [, to = ''] = /name="to" value="([^"]*)"/.exec(page.text) ?? [];
      const secret = (SECRET.exec(page.text)?.[1] ?? '').replaceAll(' ', '');
      const done = await overseer.post('/sign-in/second-factor', { code: codeOf(secret), to });
      expect(done.text).toContain('class="button" href="/work"');
      expect((await overseer.get('/work')).status).toBe(200);
    }
  });

  it.each([
    'https://evil.example/',
    '//evil.example',
    '/\\evil.example',
    '\\/evil.example',
    '/\t/evil.example',
    '/%0a/../..//evil.example\n',
    'javascript:alert(1)',
    '/..//evil.example',
    '/.//evil.example',
    'evil.example',
    ' //evil.example',
  ])('is never elsewhere: %j', async to => {
    const b = browser();
    const email = await holder('reporter', 'ha-noi');
    const way = (await signIn(b, email, PASSWORD, to)).to ?? '';
    expect(new URL(way, 'http://here.example').origin).toBe('http://here.example');
    expect(way).toMatch(/^\/(?![/\\])/);
    const back = (await b.get(`/sign-in?${new URLSearchParams({ to })}`)).to ?? '';
    expect(new URL(back, 'http://here.example').origin).toBe('http://here.example');
  });
});

describe('accounts', () => {
  it('are managed by admins alone', async () => {
    const b = browser();
    expect((await b.get('/admin/accounts')).to).toBe('/sign-in?to=%2Fadmin%2Faccounts');
    expect((await b.get('/admin/accounts', { Accept: 'application/json' })).status).toBe(401);
    const nobody = await b.post('/admin/accounts', { email: 'a@b.example', role: 'admin' });
    expect([nobody.status, nobody.to]).toEqual([303, '/sign-in']);
    for (const [role, agency] of [
      ['reporter', 'ha-noi'],
      ['approver', 'ha-noi'],
      ['leader', undefined],
    ] as const) {
      const person = await site.person(role, agency);
      expect((await person.get('/admin/accounts')).status).toBe(403);
      for (const path of ['', '/1/disable', '/1/restart'])
        expect(
          (await person.post(`/admin/accounts${path}`, { email: 'a@b.example', role: 'admin' })).status,
        ).toBe(403);
    }
    expect(await accountByEmail(site.db, 'a@b.example')).toBeNull();
  });

  it('are refused with what is wrong about them', async () => {
    const admin = await site.person('admin');
    for (const wrong of [
      { email: 'không', role: 'admin' },
      { email: 'a@b.example, c@d.example', role: 'admin' },
      { email: 'a@b.example\r\nBcc: c@d.example', role: 'admin' },
      { email: 'a@b.example', role: 'operator' },
      { email: 'a@b.example', role: 'reporter' },
      { email: 'a@b.example', role: 'reporter', agency: 'khong-co' },
      // Merged into another province on 1 July 2025.
      { email: 'a@b.example', role: 'reporter', agency: 'binh-duong' },
      { email: 'a@b.example', role: 'leader', agency: 'ha-noi' },
      { email: admin.account.email.toUpperCase(), role: 'leader' },
    ] as Record<string, string>[]) {
      const { status, text } = await admin.post('/admin/accounts', wrong);
      expect([status, text.includes('role="alert"')]).toEqual([422, true]);
    }
  });

  it('take nothing from a form that it does not ask for', async () => {
    const admin = await site.person('admin');
    const email = 'nhan-gap-doi@co-quan.example';
    await admin.post('/admin/accounts', {
      ...{ email, role: 'reporter', agency: 'ha-noi', id: '1', password_hash: 'x', totp_secret: 'x' },
      ...{ passwordHash: 'x', oidc_subject: 'x', disabled_at: '2020-01-01', invited_by: 'x', __proto__: 'x' },
    });
    expect(await accountByEmail(site.db, email)).toMatchObject({
      ...{ role: 'reporter', agency: 'ha-noi', passwordHash: null, totpSecret: null, oidcSubject: null },
      disabled: false,
    });
    const own = await holder('reporter', 'ha-noi');
    const b = browser();
    await signIn(b, own);
    const change = { current: PASSWORD, password: OTHER, again: OTHER };
    await b.post('/account/password', {
      ...change,
      role: 'admin',
      agency: '',
      email: 'khac@co-quan.example',
    });
    expect(await accountByEmail(site.db, own)).toMatchObject({ role: 'reporter', agency: 'ha-noi' });
  });

  it('are disabled with all their sessions and links, and begun anew', async () => {
    const admin = await site.person('admin');
    const email = await holder('reporter', 'ha-noi');
    const { id = '' } = (await accountByEmail(site.db, email)) ?? {};
    const b = browser();
    await signIn(b, email);
    const link = `/reset/${await makeLink(site.db, id, 'reset', site.clock.now)}`;
    await admin.post(`/admin/accounts/${id}/disable`);
    expect([await isIn(b, email), (await b.get(link)).status]).toEqual([false, 410]);
    expect((await signIn(browser(), email)).status).toBe(401);
    await admin.post(`/admin/accounts/${id}/restart`);
    expect((await signIn(browser(), email)).status).toBe(401);
    await browser().post(linkTo(email), { password: OTHER, again: OTHER });
    expect((await signIn(browser(), email, OTHER)).status).toBe(303);
  });

  it('are nothing for a program with a key, whatever session it sends along', async () => {
    const { key } = await issueKey(
      site.db,
      { agency: 'ha-noi', kinds: null, days: 1 },
      { visitor: OPERATOR },
      site.clock.now,
    );
    const half = browser();
    await signIn(half, await holder('leader'));
    for (const b of [browser(), half]) {
      const headers = { Authorization: `Bearer ${key}`, Accept: 'application/json' };
      expect((await b.get('/account', headers)).status).toBe(401);
      const change = { current: PASSWORD, password: OTHER, again: OTHER };
      expect((await b.post('/account/password', change, headers)).status).toBe(401);
    }
  });

  it('are not shut by their own holder', async () => {
    const admin = await site.person('admin');
    for (const way of ['disable', 'restart']) {
      expect((await admin.post(`/admin/accounts/${admin.account.id}/${way}`)).status).toBe(409);
    }
    expect((await admin.get('/account')).status).toBe(200);
    expect((await admin.post('/admin/accounts/999999/disable')).status).toBe(404);
  });
});

it('every step stands in the audit, and no secret', async () => {
  const actions = await site.db.selectFrom('audit').select('action').distinct().execute();
  expect(actions.map(a => a.action)).toEqual(
    expect.arrayContaining([
      ...['signed_in', 'signed_out', 'sign_in_refused', 'second_factor_enrolled', 'second_factor_refused'],
      ...['recovery_code_used', 'password_changed', 'reset_requested', 'account_invited', 'account_opened'],
      ...['account_disabled', 'account_enabled', 'sessions_ended'],
    ]),
  );
  const all = JSON.stringify(await site.db.selectFrom('audit').selectAll().execute());
  for (const told of [PASSWORD, OTHER, '@co-quan.example']) expect(all).not.toContain(told);
});

it('no password, code or link is logged, at the most talkative level and when something breaks', async () => {
  const broken = await another({
    send: () => Promise.reject(new Error('the mail server is away')),
    render: () => {
      throw new Error('a page that breaks');
    },
  });
  const email = await holder('reporter', 'ha-noi');
  const { id = '' } = (await accountByEmail(site.db, email)) ?? {};
  const token = await makeLink(site.db, id, 'reset', site.clock.now);
  const b = browser(broken);
  expect((await b.get(`/reset/${token}`)).status).toBe(500);
  await signIn(b, email, OTHER);
  await signIn(b, email);
  await b.get('/account');
  expect(logged).toContain('a page that breaks');
  expect(logged).toContain('/reset/…');
  for (const told of [token, PASSWORD, OTHER, session(b) ?? 'no session', SETTLED.secret])
    expect(logged).not.toContain(told);
});
