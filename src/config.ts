/** The settings: the only reader of process.env; a bad value stops the start with a clear message. */
import { isIP } from 'node:net';
import { join, resolve } from 'node:path';

export interface Config {
  /** PostgreSQL server; null for the embedded database in `dataDir`. */
  databaseUrl: string | null;
  dataDir: string;
  host: string;
  port: number;
  /** Where people reach the server, without a slash at the end. */
  baseUrl: string;
  logLevel: string;
  /** The largest file taken through the web, in bytes. */
  uploadLimit: number;
  /** The installation's secret; null leaves it to a file in `dataDir`. */
  secret: string | null;
  /** Server that takes mails (`smtp://…`); null writes them into `dataDir`/outbox. */
  smtpUrl: string | null;
  /** Who mails are from. */
  mailFrom: string;
  /** Whose word is taken for the address of who is asking: a number of proxies, or their addresses. */
  trustProxy: number | readonly string[];
  /** Where people can sign in by OpenID Connect as well; null without. */
  openId: Readonly<
    Record<'issuer' | 'clientId' | 'clientSecret' | 'roleClaim' | 'agencyClaim', string>
  > | null;
  /** Whether published months are shown to who is not signed in. */
  publicPages: boolean;
  /** Whether npm started this process; it takes no signal on to it when it is ended. */
  underNpm: boolean;
}

/** A setting has a value that cannot be used. */
export class BadSetting extends Error {
  override name = 'BadSetting';
}

/** Every setting with what it is for; the README documents exactly these. */
export const SETTINGS = [
  'DATABASE_URL',
  'DATA_DIR',
  'HOST',
  'PORT',
  'BASE_URL',
  'SECRET',
  'SMTP_URL',
  'MAIL_FROM',
  'PUBLIC_PAGES',
  'TRUST_PROXY',
  'OIDC_ISSUER',
  'OIDC_CLIENT_ID',
  'OIDC_CLIENT_SECRET',
  'OIDC_ROLE_CLAIM',
  'OIDC_AGENCY_CLAIM',
  'LOG_LEVEL',
  'UPLOAD_LIMIT_MB',
] as const;

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'];

/** Reads the settings from the environment. Throws `BadSetting` naming the setting and what it must be. */
export function readConfig(env: Readonly<Record<string, string | undefined>> = process.env): Config {
  const read = (name: (typeof SETTINGS)[number]): string | null => env[name]?.trim() || null;
  const refuse: Refuse = (name, value, expected) => {
    throw new BadSetting(`${name}="${value}": ${expected}`);
  };
  const databaseUrl = read('DATABASE_URL');
  if (databaseUrl && !/^postgres(ql)?:\/\//.test(databaseUrl)) {
    refuse(
      'DATABASE_URL',
      databaseUrl.replace(/:[^@/]*@/, ':…@'),
      'must begin with postgres:// or postgresql://',
    );
  }
  const port = read('PORT') ?? '3000';
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535)
    refuse('PORT', port, 'must be a whole number from 0 to 65535');
  const host = read('HOST') ?? '127.0.0.1';
  const baseUrl = (read('BASE_URL') ?? `http://${host.includes(':') ? `[${host}]` : host}:${port}`).replace(
    /\/+$/,
    '',
  );
  if (!URL.canParse(baseUrl) || !/^https?:/.test(baseUrl))
    refuse('BASE_URL', baseUrl, 'must be an http or https address');
  const logLevel = read('LOG_LEVEL') ?? 'info';
  if (!LOG_LEVELS.includes(logLevel))
    refuse('LOG_LEVEL', logLevel, `must be one of ${LOG_LEVELS.join(', ')}`);
  const limit = read('UPLOAD_LIMIT_MB') ?? '512';
  if (!/^[1-9]\d{0,4}$/.test(limit))
    refuse('UPLOAD_LIMIT_MB', limit, 'must be a whole number from 1 to 99999');
  const publicPages = read('PUBLIC_PAGES') ?? 'on';
  if (!['on', 'off'].includes(publicPages)) refuse('PUBLIC_PAGES', publicPages, 'must be on or off');
  const secret = read('SECRET');
  // The value itself is never repeated.
  if (secret && secret.length < 32) refuse('SECRET', '…', 'must have at least 32 characters');
  const smtpUrl = read('SMTP_URL');
  // The value may hold a password, and is not repeated.
  if (smtpUrl && !(URL.canParse(smtpUrl) && /^smtps?:\/\/./.test(smtpUrl)))
    refuse('SMTP_URL', '…', 'must begin with smtp:// or smtps://');
  const mailFrom = read('MAIL_FROM') ?? `Toàn Trình <toan-trinh@${new URL(baseUrl).hostname}>`;
  if (!/^[^\r\n]*[^\s@<]@[^\s@>]+>?$/.test(mailFrom)) refuse('MAIL_FROM', mailFrom, 'must be a mail address');
  return Object.freeze({
    databaseUrl,
    dataDir: resolve(read('DATA_DIR') ?? './var'),
    host,
    port: Number(port),
    baseUrl,
    logLevel,
    uploadLimit: Number(limit) * 1024 * 1024,
    secret,
    smtpUrl,
    mailFrom,
    publicPages: publicPages === 'on',
    trustProxy: readProxies(read('TRUST_PROXY'), refuse),
    openId: readOpenId(read, refuse),
    underNpm: env.npm_lifecycle_event !== undefined,
  });
}

type Refuse = (name: string, value: string, expected: string) => never;

/** `off`, how many proxies stand before the server, or their addresses and networks. */
function readProxies(text: string | null, refuse: Refuse): number | string[] {
  if (text === null || text === 'off') return 0;
  if (/^[1-9]$/.test(text)) return Number(text);
  const proxies = text.split(',').map(part => part.trim());
  const isProxy = (part: string): boolean => {
    const [address = '', bits, ...more] = part.split('/');
    const longest = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
    const ofNetwork =
      bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= longest && Number(bits) > 0);
    return part === 'loopback' || (longest > 0 && ofNetwork && more.length === 0);
  };
  if (!proxies.every(isProxy))
    refuse(
      'TRUST_PROXY',
      text,
      'must be off, a number from 1 to 9, or addresses and networks of proxies (10.0.0.0/8, loopback)',
    );
  return proxies;
}

function readOpenId(
  read: (name: (typeof SETTINGS)[number]) => string | null,
  refuse: Refuse,
): Config['openId'] {
  const [issuer, clientId, clientSecret] = [
    read('OIDC_ISSUER'),
    read('OIDC_CLIENT_ID'),
    read('OIDC_CLIENT_SECRET'),
  ];
  if (!issuer && !clientId && !clientSecret) return null;
  if (!issuer || !clientId || !clientSecret)
    return refuse(
      'OIDC_ISSUER',
      issuer ?? '',
      'OIDC_ISSUER, OIDC_CLIENT_ID and OIDC_CLIENT_SECRET go together',
    );
  // A provider's word is worth what its connection is worth; without TLS only on this machine.
  const isSafe =
    URL.canParse(issuer) && (issuer.startsWith('https://') || isLoopback(new URL(issuer).hostname));
  if (!isSafe) refuse('OIDC_ISSUER', issuer, 'must be an https address');
  const roleClaim = read('OIDC_ROLE_CLAIM') ?? 'role';
  return { issuer, clientId, clientSecret, roleClaim, agencyClaim: read('OIDC_AGENCY_CLAIM') ?? 'agency' };
}

/** What the sender of mails needs of the settings. */
export function mailOf({ smtpUrl, mailFrom, dataDir }: Config): {
  smtpUrl: string | null;
  from: string;
  outbox: string;
} {
  return { smtpUrl, from: mailFrom, outbox: join(dataDir, 'outbox') };
}

/** Whether an address means this machine alone. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host);
}
