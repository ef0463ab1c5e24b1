/** A bulk file into the embedded database, with a timer beside it: `node embedded.ts FILE` prints one JSON line. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { accept } from '../../src/intake/accept.ts';
import { prepare } from '../../src/prepare.ts';
import { connect } from '../../src/store/connect.ts';

const [file = ''] = process.argv.slice(2);
const dataDir = mkdtempSync(join(tmpdir(), 'toan-trinh-bench-'));
const { db, close } = await connect({ databaseUrl: null, dataDir });
await prepare(db, Date.now);
let [gap, last] = [0, performance.now()];
const started = last;
const timer = setInterval(() => {
  const now = performance.now();
  gap = Math.max(gap, now - last);
  last = now;
}, 5);
const { status } = await accept(
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
  },
  Date.now,
);
clearInterval(timer);
const seconds = (performance.now() - started) / 1000;
await close();
rmSync(dataDir, { recursive: true, force: true });
if (status !== 'approved') throw new Error(status);
process.stdout.write(`${JSON.stringify({ gap, seconds })}\n`);
