/** Where the benchmark runs: databases of the throw-away server, files, processes of their own, verdicts. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { Once } from './import-once.ts';

export const ROWS = Number(process.env.ROWS || 1_000_000);
export const ROUNDS = Number(process.env.ROUNDS || 3);
export const TEMPLATE = 'toan_trinh_template';

const server = process.env.TEST_DATABASE_URL ?? '';
const psqlProgram = process.env.PGBIN ? join(process.env.PGBIN, 'psql') : 'psql';
export const folder = mkdtempSync(join(tmpdir(), 'toan-trinh-bench-'));

export const say = (text: string): void => void process.stdout.write(`${text}\n`);
export const urlOf = (database: string): string =>
  Object.assign(new URL(server), { pathname: `/${database}` }).href;

export const psql = (database: string, ...commands: string[]): string =>
  execFileSync(
    psqlProgram,
    ['-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1', ...commands.flatMap(c => ['-c', c]), urlOf(database)],
    { encoding: 'utf8' },
  ).trim();

export const node = (script: string, ...args: string[]): string =>
  execFileSync(process.execPath, [join(import.meta.dirname, script), ...args], { encoding: 'utf8' });

/** One import of a file in a process of its own, started and connected before the clock runs. */
export const importOnce = (database: string, file: string): Once =>
  JSON.parse(node('import-once.ts', urlOf(database), file));

/** A fresh copy of a database, with everything written out so that no earlier work is paid for. */
export async function copyOf(name: string, template: string): Promise<void> {
  const admin = new pg.Client({ connectionString: server });
  await admin.connect();
  for (const statement of [
    `drop database if exists ${name} with (force)`,
    `create database ${name} template ${template}`,
    'checkpoint',
  ])
    await admin.query(statement);
  await admin.end();
}

/** Seconds that some work takes. */
export function seconds(work: () => void): number {
  const started = process.hrtime.bigint();
  work();
  return Number(process.hrtime.bigint() - started) / 1e9;
}

export const median = (values: number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] as number;

/** Prints a target with what was measured; `least` and `most` are its limits. */
export function verdict(
  what: string,
  measured: number,
  limit: { least?: number; most?: number },
  unit = '',
): void {
  const held = measured >= (limit.least ?? Number.NEGATIVE_INFINITY) && measured <= (limit.most ?? Infinity);
  const asked = limit.least === undefined ? `at most ${limit.most}` : `at least ${limit.least}`;
  say(`${held ? 'pass' : 'FAIL'}  ${what}: ${measured.toFixed(2)}${unit} (${asked}${unit})`);
}
