/** A migrated database of its own for a test file, embedded or on the server of TEST_DATABASE_URL. */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { PGlite } from '@electric-sql/pglite';
import type { Kysely } from 'kysely';
import pg from 'pg';
import { connect, embed } from '../../src/store/connect.ts';
import { seeingAllDrafts } from '../../src/store/handles.ts';
import type { Tables } from '../../src/store/tables.ts';

export interface TestDatabase {
  db: Kysely<Tables>;
  close(): Promise<void>;
}

export async function freshDatabase(): Promise<TestDatabase> {
  const server = process.env.TEST_DATABASE_URL;
  if (!server) {
    const dump = readFileSync(process.env.TEST_DUMP as string);
    const pglite = await PGlite.create({ loadDataDir: new Blob([new Uint8Array(dump)]) });
    return operated(embed(pglite, () => {}));
  }
  const name = `toan_trinh_${randomBytes(6).toString('hex')}`;
  await onServer(server, `create database ${name} template toan_trinh_template`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  const { db, close } = await connect({ databaseUrl: url.href, dataDir: '' });
  return operated({
    db,
    close: async () => {
      await close();
      await onServer(server, `drop database ${name} with (force)`);
    },
  });
}

/** Tests look at everything, as the operator does; the application takes its own view of the same database. */
const operated = ({ db, close }: TestDatabase): TestDatabase => ({ db: seeingAllDrafts(db), close });

async function onServer(server: string, statement: string): Promise<void> {
  const admin = new pg.Client({ connectionString: server });
  await admin.connect();
  try {
    await admin.query(statement);
  } finally {
    await admin.end();
  }
}
