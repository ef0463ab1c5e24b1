/**
 * How fast large returns become figures: `npm run bench`, or parts of it: `npm run bench -- import repeat`.
 *
 * Measured is `accept` on a PostgreSQL server: reading the CSV, every check, names resolved by name and date,
 * comparison with what is current, figures with their file and row, the ledger of sums, the commit. Each round
 * runs it beside the bases (plain-ways.ts) on fresh copies of one database, in turning order, so that a noisy
 * machine slows all of them; ratios are taken within a round and the median over rounds. Quote ratios: seconds
 * belong to a machine. ROWS, ROUNDS, FEW and MANY (stored figures of the correction) set sizes.
 */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from '../../src/store/connect.ts';
import { catalogueAt } from '../../src/store/reference.ts';
import {
  copyOf,
  folder,
  importOnce,
  median,
  node,
  psql,
  ROUNDS,
  ROWS,
  say,
  TEMPLATE,
  urlOf,
  verdict,
} from './place.ts';
import { baseOne, baseTwo, makeBases } from './plain-ways.ts';
import { benchFile, changedFile } from './rows.ts';

const FEW = Number(process.env.FEW || 1_000_000);
const MANY = Number(process.env.MANY || 10_000_000);
const [small, whole, half, changed, plain] = ['small', 'whole', 'half', 'changed', 'plain'].map(name =>
  join(folder, `${name}.csv`),
) as [string, string, string, string, string];

const FACE = 'select count(*), sum(received_online), sum(source_row), count(distinct unit_id) from figures';

/** A first import, not counted: its figures are the rows that the bases get. */
async function prepare(): Promise<void> {
  await copyOf('bench_full', TEMPLATE);
  importOnce('bench_full', whole);
  psql('bench_full', `\\copy (select * from figures order by source_row) to '${plain}' with (format csv)`);
  psql('bench_full', 'vacuum (analyze)');
  await makeBases('bench_bases', 'bench_full');
}

async function importPart(): Promise<void> {
  const face = psql('bench_full', FACE);
  const rounds: { one: number; two: number }[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const bases = async () => [await baseOne('bench_bases', plain), await baseTwo('bench_bases', plain)];
    const first = round % 2 === 0 ? await bases() : null;
    await copyOf('bench_import', TEMPLATE);
    const once = importOnce('bench_import', whole);
    if (psql('bench_import', FACE) !== face) throw new Error('the import holds other rows');
    if (psql('bench_import', 'select sum(rows) from ledger') !== String(ROWS))
      throw new Error('the ledger is wrong');
    const [one = 0, two = 0] = first ?? (await bases());
    rounds.push({ one: one / once.seconds, two: two / once.seconds });
    say(
      `      round ${round + 1}: import ${once.seconds.toFixed(2)} s, B1 ${one.toFixed(2)} s, B2 ${two.toFixed(2)} s, peak memory ${Math.round(once.peak)} MB`,
    );
  }
  verdict(`new month of ${ROWS} rows, speed beside B1`, median(rounds.map(r => r.one)), { least: 2 }, ' ×');
  verdict(`new month of ${ROWS} rows, speed beside B2`, median(rounds.map(r => r.two)), { least: 0.5 }, ' ×');
}

async function memoryPart(): Promise<void> {
  const peaks: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    await copyOf('bench_import', TEMPLATE);
    const less = importOnce('bench_import', small).peak;
    await copyOf('bench_import', TEMPLATE);
    const more = importOnce('bench_import', whole).peak;
    peaks.push(more / less);
    say(
      `      round ${round + 1}: peak memory ${Math.round(less)} MB at ${ROWS / 10} rows, ${Math.round(more)} MB at ${ROWS}`,
    );
  }
  verdict(`peak memory at ${ROWS} rows beside ${ROWS / 10}`, median(peaks), { most: 1.2 }, ' ×');
}

async function repeatPart(): Promise<void> {
  await copyOf('bench_half', TEMPLATE);
  importOnce('bench_half', half);
  const rounds: { mixed: number; repeat: number }[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const first = round % 2 === 0 ? await baseOne('bench_bases', plain) : null;
    await copyOf('bench_import', 'bench_half');
    const mixed = importOnce('bench_import', changed).seconds;
    await copyOf('bench_import', 'bench_full');
    const repeat = importOnce('bench_import', changed).seconds;
    const one = first ?? (await baseOne('bench_bases', plain));
    const written = psql(
      'bench_import',
      'select count(*) from figures_history',
      'select count(*) from figures where posting_id = (select max(id) from postings)',
    );
    if (written !== `${ROWS / 100}\n${ROWS / 100}`) throw new Error(`written: ${written}`);
    rounds.push({ mixed: one / mixed, repeat: repeat / one });
    say(
      `      round ${round + 1}: mixed ${mixed.toFixed(2)} s, 1 % changed ${repeat.toFixed(2)} s (${ROWS / 100} rows written), B1 ${one.toFixed(2)} s`,
    );
  }
  verdict(
    'month half there, 1 % of it changed, speed beside B1',
    median(rounds.map(r => r.mixed)),
    { least: 0.8 },
    ' ×',
  );
  verdict(
    'same month with 1 % changed, time beside B1',
    median(rounds.map(r => r.repeat)),
    { most: 0.5 },
    ' ×',
  );
}

async function correctionPart(): Promise<void> {
  await copyOf('bench_import', TEMPLATE);
  const costs = JSON.parse(node('correction.ts', urlOf('bench_import'), small, String(FEW), String(MANY)));
  say(
    `      ${costs.map((c: { stored: number; ms: number }) => `${c.ms.toFixed(1)} ms at ${c.stored} stored figures`).join(', ')}`,
  );
  verdict(
    'correction of 53 rows, cost beside that at the smaller size',
    costs[1].ms / costs[0].ms,
    { most: 2 },
    ' ×',
  );
}

async function embeddedPart(): Promise<void> {
  const { gap, seconds } = JSON.parse(node('embedded.ts', small));
  say(`      ${ROWS / 10} rows into the embedded database in ${seconds.toFixed(2)} s`);
  verdict('longest gap of a 5 ms timer meanwhile', gap, { most: 50 }, ' ms');
}

const PARTS: Record<string, () => Promise<void>> = {
  import: importPart,
  memory: memoryPart,
  repeat: repeatPart,
  correction: correctionPart,
  embedded: embeddedPart,
};

try {
  const asked = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(PARTS);
  node('../support/template.ts');
  const { db, close } = await connect({ databaseUrl: urlOf(TEMPLATE), dataDir: '' });
  const catalogue = await catalogueAt(db, null);
  await close();
  const file = benchFile(catalogue, ROWS);
  writeFileSync(whole, file);
  writeFileSync(small, benchFile(catalogue, ROWS / 10));
  writeFileSync(half, benchFile(catalogue, ROWS / 2));
  writeFileSync(changed, changedFile(file));
  if (asked.some(part => part === 'import' || part === 'repeat')) await prepare();
  for (const part of asked) {
    say(part);
    await (PARTS[part] as () => Promise<void>)();
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
