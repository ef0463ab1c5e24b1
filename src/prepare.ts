/** Makes a database ready for use: migrations, reference data, and the milestones and directives that ship with it. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Kysely } from 'kysely';
import { accept } from './intake/accept.ts';
import { seeingAllDrafts } from './store/handles.ts';
import { DATA_FOLDER, migrate } from './store/migrate.ts';
import { wasApproved } from './store/submissions.ts';
import type { Tables } from './store/tables.ts';

/** What ships as files that an office might have sent. */
const SHIPPED = ['milestones', 'directives'] as const;

/** Safe to run at every start and from several processes: what is there already stays as it is. */
export async function prepare(db: Kysely<Tables>, now: () => number): Promise<{ applied: string[] }> {
  const done = await migrate(db);
  for (const kind of SHIPPED) {
    const fileName = `${kind}.csv`;
    const bytes = await readFile(join(DATA_FOLDER, fileName));
    // Once taken, what ships is never forced again over what an operator corrected.
    if (await wasApproved(seeingAllDrafts(db), kind, bytes)) continue;
    const file = { bytes, fileName, contentType: 'text/csv', kind, period: null, agency: null } as const;
    const from = { sender: 'toan-trinh', door: 'command', reason: null, lang: 'en' } as const;
    const receipt = await accept(db, { ...file, ...from }, now);
    if (receipt.status === 'refused') throw new Error(`${fileName}: ${receipt.problems[0]?.message}`);
  }
  return done;
}
