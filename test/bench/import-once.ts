/** One import in a process of its own: `node import-once.ts DATABASE_URL FILE [check]` prints one JSON line. */
import { accept } from '../../src/intake/accept.ts';
import { connect } from '../../src/store/connect.ts';
import { catalogueAt } from '../../src/store/reference.ts';

/** What one import took: seconds from the call to the receipt, and the process's peak memory in MB. */
export interface Once {
  seconds: number;
  peak: number;
}

const [databaseUrl = '', file = '', only] = process.argv.slice(2);
const { db, close } = await connect({ databaseUrl, dataDir: '' });
// Starting, connecting and loading the catalogue are not counted: a server has them behind it.
await catalogueAt(db, null);
const started = process.hrtime.bigint();
const receipt = await accept(
  db,
  {
    bytes: { path: file },
    fileName: 'bench.csv',
    contentType: 'text/csv',
    kind: 'monthly-return',
    period: null,
    agency: null,
    sender: 'bench',
    door: 'command',
    reason: null,
    lang: 'vi',
    dryRun: only === 'check',
  },
  Date.now,
);
const seconds = Number(process.hrtime.bigint() - started) / 1e9;
await close();
const expected = only === 'check' ? 'accepted' : 'approved';
if (receipt.status !== expected) {
  throw new Error(`${receipt.status}: ${JSON.stringify(receipt.problems[0])}`);
}
const once: Once = { seconds, peak: process.resourceUsage().maxRSS / 1024 };
process.stdout.write(`${JSON.stringify(once)}\n`);
