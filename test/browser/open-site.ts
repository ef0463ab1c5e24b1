/** Before the browser tests: fills a database of its own and starts the real server on it; makes an empty one to copy. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeDatabase } from '../support/before-all.ts';

/** What the teardown ends and removes. */
export interface Opened {
  server: ChildProcess;
  folder: string;
}

const ROOT = join(import.meta.dirname, '../..');
const STARTED_WITHIN_MS = 180_000;

export default async function openSite(): Promise<void> {
  makeDatabase();
  const folder = mkdtempSync(join(tmpdir(), 'toan-trinh-browser-'));
  const fill = [join(import.meta.dirname, 'fill.ts'), folder];
  process.env.FILLED = execFileSync(process.execPath, fill, {
    stdio: ['ignore', 'pipe', 'inherit'],
  }).toString();
  // Port 0: the system picks a free one, and the server prints it.
  const settings = { DATA_DIR: folder, HOST: '127.0.0.1', PORT: '0', LOG_LEVEL: 'warn', DATABASE_URL: '' };
  const server = spawn(process.execPath, [join(ROOT, 'src/cli.ts'), 'serve', '--no-sample'], {
    env: { ...process.env, ...settings },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  (globalThis as { opened?: Opened }).opened = { server, folder };
  process.env.SITE = await printedAddress(server);
}

function printedAddress(server: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let printed = '';
    const late = setTimeout(() => reject(new Error(`no address printed: ${printed}`)), STARTED_WITHIN_MS);
    server.once('exit', code => reject(new Error(`the server ended with ${code}: ${printed}`)));
    server.stdout?.on('data', chunk => {
      printed += chunk;
      const [address] = /http:\/\/\S+/.exec(printed) ?? [];
      if (!address) return;
      clearTimeout(late);
      resolve(address);
    });
  });
}
