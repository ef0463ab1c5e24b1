/** Makes a database ready for use: migrations, reference data, and the milestones that ship with it. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Kysely } from 'kysely';
import { accept } from './intake/accept.ts';
import { DATA_FOLDER, migrate } from './store/migrate.ts';
import type { Tables } from './store/tables.ts';

/** Safe to run at every start and from several processes: what is there already stays as it is. */
export async function prepare(db: Kysely<Tables>, now: () => number): Promise<{ applied: string[] }> {
  const done = await migrate(db);
  const fileName = 'milestones.csv';
  const receipt = await accept(
    db,
    {
      bytes: await readFile(join(DATA_FOLDER, fileName)),
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
