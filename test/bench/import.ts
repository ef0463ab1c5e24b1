/**
 * How fast a large return becomes figures, beside the fastest plain way into the same table.
 *
 * Measured: `accept` on 100,000 rows (communes of the 63 provinces, one month) on a PostgreSQL server: reading
 * the CSV, every check, names resolved by name and date, comparison with what is current, figures with their
 * file and row, the ledger of sums, the commit.
 * Beside it: `psql \copy` of the very same rows, with all names already resolved to keys, into the very same
 * table with its primary key, four foreign keys, check constraints and the month's partition in place. That
 * checks nothing about names, months or duplicates, keeps no file and posts no sums: it is what the database
 * alone needs to hold such rows at all. A ratio of 1 would mean that all the rest costs nothing.
 *
 * Each round runs both on fresh copies of one database, in turning order, so that a noisy machine slows both;
 * the ratio is taken within a round and the median over rounds. Quote the ratio: seconds belong to a machine.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { connect } from '../../src/store/connect.ts';
import { catalogueAt } from '../../src/store/reference.ts';
import type { Once } from './import-once.ts';
import { benchFile } from './rows.ts';

const ROWS = Number(process.env.ROWS || 100_000);
const ROUNDS = Number(process.env.ROUNDS || 3);

const server = process.env.TEST_DATABASE_URL;
if (!server) throw new Error('run it as: npm run bench');
const folder = mkdtempSync(join(tmpdir(), 'toan-trinh-bench-'));
const psqlProgram = process.env.PGBIN ? join(process.env.PGBIN, 'psql') : 'psql';
const [returns, plain] = [join(folder, 'returns.csv'), join(folder, 'plain.csv')];
const say = (text: string): void => void process.stdout.write(`${text}\n`);

const urlOf = (database: string): string => Object.assign(new URL(server), { pathname: `/${database}` }).href;
const psql = (database: string, ...commands: string[]): string =>
  execFileSync(
    psqlProgram,
    ['-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1', ...commands.flatMap(c => ['-c', c]), urlOf(database)],
    { encoding: 'utf8' },
  ).trim();
const node = (script: string, ...args: string[]): string =>
  execFileSync(process.execPath, [join(import.meta.dirname, script), ...args], { encoding: 'utf8' });

async function asAdmin(...statements: string[]): Promise<void> {
  const admin = new pg.Client({ connectionString: server });
  await admin.connect();
  for (const statement of statements) await admin.query(statement);
  await admin.end();
}

/** A fresh copy of a database, with everything written out so that no earlier work is paid for. */
const copyOf = (name: string, template: string) =>
  asAdmin(
    `drop database if exists ${name} with (force)`,
    `create database ${name} template ${template}`,
    'checkpoint',
  );

async function importRound(only?: 'check'): Promise<Once> {
  await copyOf('bench_import', 'toan_trinh_template');
  return JSON.parse(node('import-once.ts', urlOf('bench_import'), returns, ...(only ? [only] : [])));
}

async function copyRound(): Promise<number> {
  await copyOf('bench_copy', 'bench_empty');
  const started = process.hrtime.bigint();
  psql('bench_copy', `\\copy figures from '${plain}' with (format csv)`);
  return Number(process.hrtime.bigint() - started) / 1e9;
}

const FACE = 'select count(*), sum(received_online), sum(source_row), count(distinct unit_id) from figures';
const median = (values: number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] as number;
const persecond = (seconds: number): string => `${Math.round(ROWS / seconds).toLocaleString('en')} rows/s`;

try {
  node('../support/template.ts');
  const { db, close } = await connect({ databaseUrl: urlOf('toan_trinh_template'), dataDir: '' });
  writeFileSync(returns, benchFile(await catalogueAt(db, null), ROWS));
  await close();

  // A first import, not counted: its figures are written out as the rows that \copy gets, and its database,
  // emptied of figures, is the one they are copied into: units, posting and partition are there already.
  await importRound();
  const face = psql('bench_import', FACE);
  psql('bench_import', `\\copy (select * from figures order by source_row) to '${plain}' with (format csv)`);
  if (Number(psql('bench_import', 'select sum(rows) from ledger')) !== ROWS)
    throw new Error('the ledger is wrong');
  await copyOf('bench_empty', 'bench_import');
  psql('bench_empty', 'truncate figures', 'vacuum (analyze)');

  const rounds: { once: Once; copied: number }[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const first = round % 2 === 0 ? await copyRound() : null;
    const once = await importRound();
    const copied = first ?? (await copyRound());
    for (const database of ['bench_import', 'bench_copy']) {
      if (psql(database, FACE) !== face) throw new Error(`${database} holds other rows`);
    }
    rounds.push({ once, copied });
    say(
      `round ${round + 1}: import ${once.seconds.toFixed(2)} s, \\copy ${copied.toFixed(2)} s, ` +
        `ratio ${(copied / once.seconds).toFixed(2)}, peak memory ${Math.round(once.peak)} MB`,
    );
  }
  const check = await importRound('check');
  const imported = median(rounds.map(r => r.once.seconds));
  const copied = median(rounds.map(r => r.copied));
  say(`rows                ${ROWS.toLocaleString('en')}`);
  say(`import              ${imported.toFixed(2)} s, ${persecond(imported)}`);
  say(`  reading, checking ${check.seconds.toFixed(2)} s (a dry run: everything but the storing)`);
  say(`\\copy               ${copied.toFixed(2)} s, ${persecond(copied)}`);
  say(
    `ratio               ${median(rounds.map(r => r.copied / r.once.seconds)).toFixed(2)} of \\copy (median of ${ROUNDS} paired rounds)`,
  );
  say(`peak memory         ${Math.round(median(rounds.map(r => r.once.peak)))} MB`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
