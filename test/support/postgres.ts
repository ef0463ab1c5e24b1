/** Runs a command with TEST_DATABASE_URL set to a throw-away PostgreSQL cluster of its own on loopback. */
import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const [command, ...args] = process.argv.slice(2);
if (!command) throw new Error('usage: node test/support/postgres.ts COMMAND [ARGUMENTS]');

const bin = newestServer();
const folder = mkdtempSync(join(tmpdir(), 'toan-trinh-pg-'));
const port = await freePort();
// initdb refuses to run as root; the cluster then belongs to the system's postgres user.
const asRoot = process.getuid?.() === 0;
if (asRoot) execFileSync('chown', ['postgres', folder]);
else chmodSync(folder, 0o700);
const run = (program: string, options: string[]) =>
  asRoot
    ? execFileSync('runuser', ['-u', 'postgres', '--', join(bin, program), ...options], {
        stdio: ['ignore', 'ignore', 'inherit'],
      })
    : execFileSync(join(bin, program), options, { stdio: ['ignore', 'ignore', 'inherit'] });
const data = join(folder, 'data');
let status = 1;
run('initdb', ['-D', data, '-U', 'postgres', '-A', 'trust', '--locale=C', '-E', 'UTF8']);
try {
  const settings = `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=${folder} -c max_connections=200`;
  run('pg_ctl', ['-D', data, '-w', '-l', join(folder, 'log'), '-o', settings, 'start']);
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  status = await new Promise<number>(resolve => {
    const child = spawn(command, args, {
      stdio: 'inherit',
      env: { ...process.env, TEST_DATABASE_URL: url, PGBIN: bin },
    });
    child.on('exit', code => resolve(code ?? 1));
  });
} finally {
  run('pg_ctl', ['-D', data, '-w', '-m', 'immediate', 'stop']);
  rmSync(folder, { recursive: true, force: true });
}
process.exit(status);

/** The folder of the newest server's programs: PGBIN, or Debian's. */
function newestServer(): string {
  if (process.env.PGBIN) return process.env.PGBIN;
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  const found = versions.map(v => join(debian, v, 'bin')).find(b => existsSync(join(b, 'initdb')));
  if (!found) throw new Error('no PostgreSQL server found: install one, or set PGBIN to its bin folder');
  return found;
}

function freePort(): Promise<number> {
  return new Promise(resolve => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
