/** Signing in by OpenID Connect, with a real provider on this machine. */
import { generateKeyPairSync } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import Provider, { type AccountClaims, type Configuration } from 'oidc-provider';
import { openIdOf } from '../../src/accounts/openid.ts';
import { accountByEmail, addAccount } from '../../src/store/accounts.ts';
import type { Deps } from '../../src/web/answer.ts';
import { type Browser, browserAt, type Page } from '../web/browser-of.ts';
import { SETTLED } from '../web/people.ts';
import { openSite, type Site } from '../web/site.ts';

/** What the provider says of whoever comes; each test sets it. */
let claims: AccountClaims & Record<string, unknown>;
let amr: string[] = [];
let provider: Server;
let issuer: string;
let site: Site;
let back: string;

/** What a provider otherwise makes up, and complains that it had to. */
const QUIET: Configuration = {
  jwks: {
    keys: [
      {
        ...generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' }),
        alg: 'ES256',
      },
    ],
  } as Configuration['jwks'] & object,
  cookies: { keys: ['a key of cookies'] },
  ttl: { AccessToken: 600, IdToken: 600, Grant: 600, Interaction: 600, Session: 600, AuthorizationCode: 60 },
};

const listen = (server: Server): Promise<number> =>
  new Promise(resolve =>
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)),
  );

beforeAll(async () => {
  const [front, behind] = [createServer(), createServer()];
  const ports = [await listen(front), await listen(behind)];
  provider = front;
  issuer = `http://127.0.0.1:${ports[0]}`;
  await new Promise(resolve => behind.close(resolve));
  // The site must be known to the provider before it listens.
  back = `http://127.0.0.1:${ports[1]}`;
  const settings = { issuer, clientId: 'toan-trinh', clientSecret: 'a secret between two servers' };
  const openId = openIdOf({ ...settings, roleClaim: 'vai_tro', agencyClaim: 'co_quan' }, back);
  // The provider lives by the real clock, and so must whoever judges its word.
  const deps: Partial<Deps> = { ...SETTLED, baseUrl: back, openId, now: Date.now };
  site = await openSite({ filled: false, deps });
  const configuration: Configuration = {
    clients: [
      {
        client_id: settings.clientId,
        client_secret: settings.clientSecret,
        id_token_signed_response_alg: 'ES256',
        redirect_uris: [`${back}/sign-in/oidc/callback`],
      },
    ],
    claims: {
      openid: ['sub', 'amr', 'vai_tro', 'co_quan'],
      email: ['email', 'email_verified'],
      profile: ['name'],
    },
    // Said in the ID token as well as when asked for.
    conformIdTokenClaims: false,
    ...QUIET,
    // Whoever comes is signed in and has agreed: what they are asked there is the provider's affair.
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_, { uid }) => `/interaction/${uid}` },
    findAccount: (_, accountId) => ({ accountId, claims: async () => ({ ...claims, sub: accountId }) }),
  };
  // It warns that it keeps everything in memory, which is what is wanted here.
  const warning = jest.spyOn(console, 'warn').mockImplementation(() => {});
  const oidc = new Provider(issuer, configuration);
  warning.mockRestore();
  front.on('request', async (req, res) => {
    if (!req.url?.startsWith('/interaction/')) return oidc.callback()(req, res);
    const { prompt, params, session } = await oidc.interactionDetails(req, res);
    if (prompt.name === 'login')
      return oidc.interactionFinished(req, res, { login: { accountId: String(claims.sub), amr } });
    const grant = new oidc.Grant({ accountId: session?.accountId ?? '', clientId: String(params.client_id) });
    grant.addOIDCScope(String(params.scope));
    return oidc.interactionFinished(req, res, { consent: { grantId: await grant.save() } });
  });
});
afterAll(async () => {
  provider.closeAllConnections();
  await new Promise(resolve => provider.close(resolve));
  await site.close();
});
beforeEach(() => {
  amr = ['pwd', 'mfa'];
});

/** Follows redirects through the provider until it sends the browser back; answers with where to. */
async function throughProvider(address: string): Promise<string> {
  const there = browserAt('');
  let next = address;
  for (let step = 0; step < 10; step++) {
    const page = await there.get(next);
    next = new URL(page.to ?? 'nowhere:', next).href;
    if (next.startsWith(`${back}/`)) return next.slice(back.length);
  }
  throw new Error(next);
}

async function signInBy(b: Browser, to = ''): Promise<Page> {
  const begun = await b.get(`/sign-in/oidc?${new URLSearchParams({ to })}`);
  expect(begun.status).toBe(303);
  return b.get(await throughProvider(begun.to ?? ''));
}

const browser = (): Browser => browserAt(site.origin);
const isIn = async (b: Browser, email: string): Promise<boolean> =>
  (await b.get('/account')).text.includes(email);

describe('the provider', () => {
  it('says role and agency; the account is made at the first time and found again', async () => {
    claims = {
      sub: 'u1',
      email: 'Hoa@HaNoi.example',
      email_verified: true,
      vai_tro: 'approver',
      co_quan: 'ha-noi',
    };
    const b = browser();
    expect((await signInBy(b, '/rankings?kind=ministry')).to).toBe('/rankings?kind=ministry');
    expect(await isIn(b, 'hoa@hanoi.example')).toBe(true);
    const account = await accountByEmail(site.db, 'hoa@hanoi.example');
    expect(account).toMatchObject({ role: 'approver', agency: 'ha-noi', passwordHash: null });
    await signInBy(browser());
    expect((await accountByEmail(site.db, 'hoa@hanoi.example'))?.id).toBe(account?.id);
  });

  it('changes role and agency, and what was open with others ends', async () => {
    claims = {
      sub: 'u2',
      email: 'minh@hanoi.example',
      email_verified: true,
      vai_tro: 'reporter',
      co_quan: 'ha-noi',
    };
    const before = browser();
    await signInBy(before);
    claims = { ...claims, vai_tro: 'approver', co_quan: 'bca' };
    const after = browser();
    await signInBy(after);
    expect([await isIn(before, 'minh@hanoi.example'), await isIn(after, 'minh@hanoi.example')]).toEqual([
      false,
      true,
    ]);
    const account = await accountByEmail(site.db, 'minh@hanoi.example');
    expect(account).toMatchObject({ role: 'approver', agency: 'bca' });
  });

  it('that asked for one factor leaves the second to us', async () => {
    amr = ['pwd'];
    claims = { sub: 'u3', email: 'lien@vpcp.example', email_verified: true, vai_tro: 'leader' };
    const b = browser();
    expect((await signInBy(b, '/rankings')).to).toBe('/sign-in/second-factor?to=%2Frankings');
    expect(await isIn(b, 'lien@vpcp.example')).toBe(false);
  });

  it.each([
    ['no role', { vai_tro: undefined, co_quan: 'ha-noi' }],
    ['a role there is not', { vai_tro: 'superuser', co_quan: 'ha-noi' }],
    ['two roles', { vai_tro: ['reporter', 'admin'], co_quan: 'ha-noi' }],
    ['no agency of a reporter', { vai_tro: 'reporter', co_quan: undefined }],
    ['an agency there is not', { vai_tro: 'reporter', co_quan: 'atlantis' }],
  ])('that says %s lets nobody in', async (_, said) => {
    claims = { sub: 'u4', email: 'ai@do.example', email_verified: true, ...said };
    const b = browser();
    expect((await signInBy(b)).status).toBe(403);
    expect(b.jar.get('toan_trinh')).toBeUndefined();
    expect(await accountByEmail(site.db, 'ai@do.example')).toBeNull();
  });

  it('takes over an account with the same address only when it vouches for the address', async () => {
    const at = Date.now();
    const made = { email: 'cu@co-quan.example', role: 'admin', agency: null, invitedBy: 'test' } as const;
    const local = await addAccount(site.db, made, at);
    claims = { sub: 'u5', email: 'cu@co-quan.example', email_verified: false, vai_tro: 'admin' };
    expect((await signInBy(browser())).status).toBe(403);
    claims = { ...claims, email_verified: true };
    expect((await signInBy(browser())).status).toBe(303);
    expect((await accountByEmail(site.db, 'cu@co-quan.example'))?.id).toBe(local?.id);
    // From then on the account is that person's: another one with the same address is somebody else.
    claims = { ...claims, sub: 'u6' };
    expect((await signInBy(browser())).status).toBe(403);
  });

  it('does not open a disabled account', async () => {
    claims = { sub: 'u7', email: 'khoa@co-quan.example', email_verified: true, vai_tro: 'leader' };
    await signInBy(browser());
    await site.db
      .updateTable('accounts')
      .set({ disabled_at: new Date() })
      .where('email', '=', 'khoa@co-quan.example')
      .execute();
    expect((await signInBy(browser())).status).toBe(403);
  });
});

describe('coming back', () => {
  beforeEach(() => {
    claims = { sub: 'u8', email: 'ba@co-quan.example', email_verified: true, vai_tro: 'leader' };
  });

  it('works in the browser that went, once', async () => {
    const b = browser();
    const way = await throughProvider((await b.get('/sign-in/oidc')).to ?? '');
    // Another browser, into which somebody wants to smuggle their own sign-in.
    expect((await browser().get(way)).status).toBe(400);
    const held = new Map(b.jar);
    expect((await b.get(way)).status).toBe(303);
    const again = browser();
    for (const [name, value] of held) again.jar.set(name, value);
    expect((await again.get(way)).status).toBe(400);
    expect(again.jar.get('toan_trinh')).toBeUndefined();
  });

  it('with a state, a code or a sealed note that was changed lets nobody in', async () => {
    const changed = async (change: (way: URL, b: Browser) => void): Promise<number> => {
      const b = browser();
      const way = new URL(await throughProvider((await b.get('/sign-in/oidc')).to ?? ''), back);
      change(way, b);
      const page = await b.get(way.pathname + way.search);
      expect(b.jar.get('toan_trinh')).toBeUndefined();
      return page.status;
    };
    expect(await changed(way => way.searchParams.set('state', 'x'))).toBe(400);
    expect(await changed(way => way.searchParams.set('code', 'x'))).toBe(400);
    expect(await changed(way => way.searchParams.set('iss', 'http://evil.example'))).toBe(400);
    expect(await changed((_, b) => void b.jar.set('toan_trinh_openid', 'x'.repeat(100)))).toBe(400);
    expect(await changed((_, b) => void b.jar.delete('toan_trinh_openid'))).toBe(400);
  });

  it('begins at the sign-in page, and keeps where somebody was going', async () => {
    const { text } = await browser().get('/sign-in?to=/agencies&lang=en');
    expect(text).toContain('href="/sign-in/oidc?to=%2Fagencies&amp;lang=en"');
  });

  it('leads nowhere else', async () => {
    expect((await signInBy(browser(), '//evil.example')).to).toBe('/work');
  });
});

it('a provider that does not answer is said to, and asked again the next time', async () => {
  const openId = openIdOf(
    {
      issuer: 'http://127.0.0.1:9',
      clientId: 'a',
      clientSecret: 'b',
      roleClaim: 'role',
      agencyClaim: 'agency',
    },
    back,
  );
  await expect(openId.provider()).rejects.toThrow();
  await expect(openId.provider()).rejects.toThrow();
});
