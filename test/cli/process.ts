/** Commands as real processes, each on a database of its own: a folder, or a database on the test server. */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startSession } from '../../src/accounts/session.ts';
import { addAccount } from '../../src/store/accounts.ts';
import { type Connection, connect } from '../../src/store/connect.ts';
import { seeingAllDrafts } from '../../src/store/handles.ts';

const CLI = join(import.meta.dirname, '../../src/cli.ts');

/** True when the suite runs on a PostgreSQL server. */
export const ON_SERVER = Boolean(process.env.TEST_DATABASE_URL);

export interface Place {
  /** Where commands find the database: settings beyond the usual ones. */
  env: Record<string, string>;
  dataDir: string;
  /** Opens the database in this process. */
  open(): Promise<Connection>;
  remove(): Promise<void>;
}

/** A connection that sees what the operator sees. */
async function opened(to: Parameters<typeof connect>[0]): Promise<Connection> {
  const connection = await connect(to);
  return { ...connection, db: seeingAllDrafts(connection.db) };
}

/** A data folder of its own, empty or copied from another place. */
export async function folderPlace(from?: Place): Promise<Place> {
  const dataDir = await mkdtemp(join(tmpdir(), 'toan-trinh-cli-'));
  if (from) await cp(from.dataDir, dataDir, { recursive: true });
  return {
    env: { DATA_DIR: dataDir },
    dataDir,
    open: () => opened({ databaseUrl: null, dataDir }),
    remove: () => rm(dataDir, { recursive: true, force: true }),
  };
}

/** A database of its own on the server, migrated unless `empty`. */
export async function serverPlace(empty = false): Promise<Place> {
  const server = process.env.TEST_DATABASE_URL as string;
  const name = `toan_trinh_cli_${randomBytes(6).toString('hex')}`;
  await statement(server, `create database ${name} template ${empty ? 'template0' : 'toan_trinh_template'}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  const dataDir = await mkdtemp(join(tmpdir(), 'toan-trinh-cli-'));
  return {
    env: { DATABASE_URL: url.href, DATA_DIR: dataDir },
    dataDir,
    open: () => opened({ databaseUrl: url.href, dataDir: '' }),
    remove: async () => {
      await statement(server, `drop database ${name} with (force)`);
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** A place on the kind of database this suite runs on. */
export function somePlace(): Promise<Place> {
  return ON_SERVER ? serverPlace() : folderPlace();
}

async function statement(server: string, text: string): Promise<void> {
  const admin = new pg.Client({ connectionString: server });
  await admin.connect();
  await admin.query(text).finally(() => admin.end());
}

export interface Ended {
  code: number | null;
  out: string;
  err: string;
}

/** Processes that have not ended yet. */
const running = new Set<ChildProcess>();

/** Ends whatever a failed test left behind: a process that lives on keeps the test runner from ending. */
export async function endAll(): Promise<void> {
  await Promise.all([...running].map(child => end(child, 'SIGKILL')));
}

/** Starts a command; what it prints can be read from `child` while it runs. */
export function start(place: Place, args: readonly string[], env: Record<string, string> = {}): ChildProcess {
  const { PATH = '', HOME = '', TMPDIR = tmpdir() } = process.env;
  const child = spawn(process.execPath, [CLI, ...args], {
    env: { PATH, HOME, TMPDIR, LOG_LEVEL: 'warn', ...place.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  child.once('exit', () => running.delete(child));
  return child;
}

/** Collects what a started command prints until it ends. */
export async function ended(child: ChildProcess): Promise<Ended> {
  let out = '';
  let err = '';
  child.stdout?.on('data', chunk => {
    out += chunk;
  });
  child.stderr?.on('data', chunk => {
    err += chunk;
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, out, err };
}

/** No command of these tests takes longer; one that does hangs, and must not outlive its test. */
const LONGEST_MS = 120_000;

export async function run(
  place: Place,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<Ended> {
  const child = start(place, args, env);
  const limit = setTimeout(() => child.kill('SIGKILL'), LONGEST_MS);
  return ended(child).finally(() => clearTimeout(limit));
}

/** Runs a command that must succeed and prints JSON. */
export async function json<T>(place: Place, args: readonly string[]): Promise<T> {
  const { code, out, err } = await run(place, [...args, '--json']);
  if (code !== 0) throw new Error(`exit ${code}: ${err}${out}`);
  return JSON.parse(out) as T;
}

/** Starts a server and answers with its address, once it prints one. */
export async function serve(
  place: Place,
  env: Record<string, string> = {},
): Promise<{ address: string; child: ChildProcess; printed(): string }> {
  const child = start(place, ['serve', '--no-sample'], { PORT: '0', ...env });
  let printed = '';
  const address = await new Promise<string>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', chunk => {
        printed += chunk;
        const found = /http:\/\/\S+:\d+/.exec(printed);
        if (found) resolve(found[0]);
      });
    }
    child.once('exit', code => reject(new Error(`exit ${code}: ${printed}`)));
  });
  return { address, child, printed: () => printed };
}

/** Cookies of `count` admins who are signed in on a migrated database that no server holds. */
export async function admins(place: Place, count: number): Promise<string[]> {
  const { db, close } = await place.open();
  try {
    const cookies: string[] = [];
    for (let i = 1; i <= count; i++) {
      const made = {
        email: `admin${i}@example.vn`,
        role: 'admin',
        agency: null,
        invitedBy: 'operator',
      } as const;
      const account = await addAccount(db, made, Date.now());
      if (!account) throw new Error(`${made.email} has an account already`);
      cookies.push(`toan_trinh=${await startSession(db, account, true, null, Date.now())}`);
    }
    return cookies;
  } finally {
    await close();
  }
}

/** Ends a process and waits until it is gone. */
export async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const gone = once(child, 'exit');
  child.kill(signal);
  const [code] = (await gone) as [number | null];
  return code;
}
