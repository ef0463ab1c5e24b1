/** Makes a database ready for use: migrations, reference data, and the milestones that ship with it. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Kysely } from 'kysely';
import { accept } from './intake/accept.ts';
import { DATA_FOLDER, migrate } from './store/migrate.ts';
import { wasApproved } from './store/submissions.ts';
import type { Tables } from './store/tables.ts';

/** Safe to run at every start and from several processes: what is there already stays as it is. */
export async function prepare(db: Kysely<Tables>, now: () => number): Promise<{ applied: string[] }> {
  const done = await migrate(db);
  const fileName = 'milestones.csv';
  const bytes = await readFile(join(DATA_FOLDER, fileName));
  // Once taken, the shipped milestones are never forced again over what an operator corrected.
  if (await wasApproved(db, 'milestones', bytes)) return done;
  const receipt = await accept(
    db,
    {
      bytes,
      fileName,
      contentType: 'text/csv',
      kind: 'milestones',
      period: null,
      agency: null,
      sender: 'toan-trinh',
      door: 'command',
      reason: null,
      lang: 'en',
    },
    now,
  );
  if (receipt.status === 'refused') throw new Error(`${fileName}: ${receipt.problems[0]?.message}`);
  return done;
}
