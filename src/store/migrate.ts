/** Brings the database up to date: forward-only migrations, then the reference data of `data/`. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Kysely } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import { workingAsOwner } from './handles.ts';
import { loadReference } from './reference.ts';
import { referenceTables } from './reference-rows.ts';
import type { Tables } from './tables.ts';

const ROOT = join(import.meta.dirname, '../..');
export const DATA_FOLDER = join(ROOT, 'data');

/** Applies pending migrations and records changed reference rows. Throws the first migration's error. */
export async function migrate(db: Kysely<Tables>, dataFolder = DATA_FOLDER): Promise<{ applied: string[] }> {
  const results = await workingAsOwner(db, async one => {
    const { error, results = [] } = await migratorOf(one).migrateToLatest();
    if (error) throw error;
    return results;
  });
  await loadReference(db, await referenceTables(dataFolder));
  return { applied: results.map(r => r.migrationName) };
}

function migratorOf(db: Kysely<Tables>): Migrator {
  const folder = join(ROOT, 'migrations');
  return new Migrator({
    db,
    provider: {
      async getMigrations() {
        const files = (await readdir(folder)).filter(f => f.endsWith('.ts')).sort();
        const pairs = files.map(async f => [
          f.slice(0, -3),
          await import(pathToFileURL(join(folder, f)).href),
        ]);
        return Object.fromEntries(await Promise.all(pairs)) as Record<string, Migration>;
      },
    },
  });
}
