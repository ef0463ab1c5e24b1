/** What a correction costs at two sizes: `node correction.ts DATABASE_URL FILE FEW MANY` prints one JSON line. */
import { readFileSync } from 'node:fs';
import { sql } from 'kysely';
import { accept } from '../../src/intake/accept.ts';
import { COUNTS } from '../../src/kpi/figure.ts';
import { addMonths, firstDay } from '../../src/kpi/month.ts';
import { connect } from '../../src/store/connect.ts';
import { attachPartition, ensurePartitions, makePartition } from '../../src/store/partitions.ts';
import { median } from './place.ts';
import { MONTH } from './rows.ts';

const [databaseUrl = '', file = '', few = '', many = ''] = process.argv.slice(2);
const { db, close } = await connect({ databaseUrl, dataDir: '' });
const lines = readFileSync(file, 'utf8').split('\n');
const take = async (bytes: Buffer): Promise<void> => {
  const { status, problems } = await accept(
    db,
    {
      bytes,
      fileName: 'bench.csv',
      contentType: 'text/csv',
      kind: 'monthly-return',
      period: null,
      agency: null,
      sender: 'bench',
      door: 'command',
      reason: null,
      lang: 'vi',
    },
    Date.now,
  );
  if (status !== 'approved') throw new Error(`${status}: ${JSON.stringify(problems[0])}`);
};
await take(Buffer.from(lines.join('\n')));
const perMonth = lines.length - 2;

/** Earlier months with the rows, sums and receipts of the first, made as a bulk file makes them. */
async function fillTo(months: number, filled: number): Promise<void> {
  for (let back = filled; back < months; back++) {
    const month = addMonths(MONTH, -back);
    await db.transaction().execute(async trx => {
      const name = await makePartition(trx, 'figures', month);
      const shift = async (into: string, from: string) => {
        const { rows } = await sql<{
          names: string;
        }>`select string_agg(attname, ', ' order by attnum) as names
          from pg_attribute where attrelid = ${from}::regclass and attnum > 0 and attname <> 'period'`.execute(
          trx,
        );
        const names = sql.raw(rows[0]?.names as string);
        await sql`insert into ${sql.table(into)} (period, ${names}) select ${firstDay(month)}::date, ${names}
          from ${sql.table(from)} where period = ${firstDay(MONTH)}::date`.execute(trx);
      };
      await shift(name, 'figures');
      await attachPartition(trx, 'figures', month);
      await ensurePartitions(trx, ['figures_history', 'ledger', 'returns'], [month]);
      for (const table of ['ledger', 'returns']) await shift(table, table);
    });
  }
  await sql`analyze`.execute(db);
}

const ratings = 4 + COUNTS.indexOf('ratings');
let turn = 0;
/** The first 53 rows with one rating more each time. */
function correction(): Buffer {
  turn += 1;
  const rows = lines.slice(1, 54).map(line => {
    const cells = line.split(';');
    cells[ratings] = String(Number(cells[ratings]) + turn);
    return cells.join(';');
  });
  return Buffer.from([lines[0], ...rows, ''].join('\n'));
}

const costs: { stored: number; ms: number }[] = [];
let filled = 1;
for (const size of [few, many].map(Number)) {
  const months = Math.max(filled, Math.round(size / perMonth));
  await fillTo(months, filled);
  filled = months;
  const times: number[] = [];
  for (let i = 0; i < 24; i++) {
    const started = performance.now();
    await take(correction());
    // The first ones plan and read what later ones find at hand.
    if (i >= 3) times.push(performance.now() - started);
  }
  costs.push({ stored: months * perMonth, ms: median(times) });
}
await close();
process.stdout.write(`${JSON.stringify(costs)}\n`);
