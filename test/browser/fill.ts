/** Fills an embedded database with invented months, published but for the last, and signs two people in: `node fill.ts FOLDER`. */

import { startSession } from '../../src/accounts/session.ts';
import { accept } from '../../src/intake/accept.ts';
import { prepare } from '../../src/prepare.ts';
import { buildSample } from '../../src/sample/generate.ts';
import { addAccount } from '../../src/store/accounts.ts';
import { connect } from '../../src/store/connect.ts';
import { publishMonth } from '../../src/store/months.ts';
import { catalogueAt } from '../../src/store/reference.ts';

/** One month under the four levels of before 15/8/2022, and the months around the merger of provinces. */
const STRETCHES = [
  { from: '2022-07', months: 1 },
  { from: '2025-05', months: 4 },
];
const PUBLISHED = ['2022-07', '2025-05', '2025-06', '2025-07'];

const [dataDir] = process.argv.slice(2);
if (!dataDir) throw new Error('usage: node test/browser/fill.ts FOLDER');
const { db, close } = await connect({ databaseUrl: null, dataDir });
await prepare(db, Date.now);
const catalogue = await catalogueAt(db, null);
for (const stretch of STRETCHES) {
  for (const file of buildSample(catalogue, { ...stretch, seed: 'browser', units: 'none' })) {
    const { bytes, kind, name: fileName, receivedAt } = file;
    const sent = { bytes, kind, fileName, receivedAt, contentType: 'text/csv', period: null, agency: null };
    const by = { sender: 'sample', door: 'sample', reason: null, lang: 'en' } as const;
    const receipt = await accept(db, { ...sent, ...by }, Date.now);
    if (receipt.status !== 'approved')
      throw new Error(`${fileName}: ${receipt.status}, ${JSON.stringify(receipt.problems[0])}`);
  }
}
for (const month of PUBLISHED) await publishMonth(db, month, 'sample');
const signedIn: Record<string, string> = {};
for (const role of ['reporter', 'approver'] as const) {
  const made = { email: `${role}@ha-noi.example.vn`, role, agency: 'ha-noi', invitedBy: 'operator' };
  const account = await addAccount(db, made, Date.now());
  if (account) signedIn[role] = await startSession(db, account, true, null, Date.now());
}
process.stdout.write(JSON.stringify(signedIn));
await close();
