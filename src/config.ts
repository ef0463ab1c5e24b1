/** The settings: the only reader of process.env; a bad value stops the start with a clear message. */
import { resolve } from 'node:path';

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
  /** Whether the server is bound to this machine alone, and said to be reached on it alone. */
  loopback: boolean;
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
  'LOG_LEVEL',
  'UPLOAD_LIMIT_MB',
] as const;

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'];

/** Reads the settings from the environment. Throws `BadSetting` naming the setting and what it must be. */
export function readConfig(env: Readonly<Record<string, string | undefined>> = process.env): Config {
  const read = (name: (typeof SETTINGS)[number]): string | null => env[name]?.trim() || null;
  const refuse = (name: string, value: string, expected: string): never => {
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
  const secret = read('SECRET');
  // The value itself is never repeated.
  if (secret && secret.length < 32) refuse('SECRET', '…', 'must have at least 32 characters');
  return Object.freeze({
    databaseUrl,
    dataDir: resolve(read('DATA_DIR') ?? './var'),
    host,
    port: Number(port),
    baseUrl,
    logLevel,
    uploadLimit: Number(limit) * 1024 * 1024,
    secret,
    underNpm: env.npm_lifecycle_event !== undefined,
    loopback: isLoopback(host) && isLoopback(new URL(baseUrl).hostname.replace(/^\[|\]$/g, '')),
  });
}

/** Whether an address means this machine alone. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host);
}
