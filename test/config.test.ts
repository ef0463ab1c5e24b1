/** The settings of mail, proxies and OpenID Connect: what they mean, and what stops the start. */
import { describe, expect, it } from '@jest/globals';
import { BadSetting, mailOf, readConfig } from '../src/config.ts';

describe('without settings', () => {
  it('mails go to a folder, no proxy is believed, there is no provider, and published months are public', () => {
    const config = readConfig({ DATA_DIR: '/data' });
    expect(config).toMatchObject({ trustProxy: 0, openId: null, publicPages: true });
    expect(mailOf(config)).toEqual({
      smtpUrl: null,
      from: 'Toàn Trình <toan-trinh@127.0.0.1>',
      outbox: '/data/outbox',
    });
  });
});

it.each([
  ['off', 0],
  ['1', 1],
  ['loopback', ['loopback']],
  ['10.0.0.0/8, 2001:db8::/32,192.0.2.7', ['10.0.0.0/8', '2001:db8::/32', '192.0.2.7']],
])('TRUST_PROXY=%s is %j', (text, expected) => {
  expect(readConfig({ TRUST_PROXY: text }).trustProxy).toEqual(expected);
});

it('PUBLIC_PAGES=off closes the pages', () => {
  expect(readConfig({ PUBLIC_PAGES: 'off' }).publicPages).toBe(false);
});

const PROVIDER = {
  OIDC_ISSUER: 'https://sso.example',
  OIDC_CLIENT_ID: 'toan-trinh',
  OIDC_CLIENT_SECRET: 'shared-between-two',
};

it('a provider is described by three settings, and names role and agency as it likes', () => {
  expect(readConfig({ ...PROVIDER, OIDC_AGENCY_CLAIM: 'co_quan' }).openId).toEqual({
    ...{ issuer: 'https://sso.example', clientId: 'toan-trinh', clientSecret: 'shared-between-two' },
    ...{ roleClaim: 'role', agencyClaim: 'co_quan' },
  });
  expect(readConfig({ ...PROVIDER, OIDC_ISSUER: 'http://127.0.0.1:8080' }).openId).not.toBeNull();
});

it.each([
  // Everybody would be believed.
  ['TRUST_PROXY', { TRUST_PROXY: 'true' }],
  ['TRUST_PROXY', { TRUST_PROXY: '0.0.0.0/0' }],
  ['TRUST_PROXY', { TRUST_PROXY: '::/0' }],
  ['TRUST_PROXY', { TRUST_PROXY: '10.0.0.0/33' }],
  ['TRUST_PROXY', { TRUST_PROXY: 'proxy.example' }],
  ['PUBLIC_PAGES', { PUBLIC_PAGES: 'no' }],
  ['SMTP_URL', { SMTP_URL: 'mail.example' }],
  ['SMTP_URL', { SMTP_URL: 'https://user:hidden-word@mail.example' }],
  ['MAIL_FROM', { MAIL_FROM: 'nobody' }],
  ['OIDC_ISSUER', { ...PROVIDER, OIDC_ISSUER: 'http://sso.example' }],
  ['OIDC_ISSUER', { ...PROVIDER, OIDC_CLIENT_SECRET: '' }],
])('%s stops the start when it is %j, and no secret is repeated', (name, env) => {
  let said: unknown;
  try {
    readConfig(env);
  } catch (error) {
    said = error;
  }
  expect(said).toBeInstanceOf(BadSetting);
  expect(String(said)).toContain(name);
  expect(String(said)).not.toMatch(/hidden-word|shared-between-two/);
});
