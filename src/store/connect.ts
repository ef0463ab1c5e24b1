/** The only place that knows an embedded database from a PostgreSQL server. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { PGlite } from '@electric-sql/pglite';
import { createPgConfig } from '@electric-sql/pglite/node-postgres';
import { type Kysely, sql, type Transaction } from 'kysely';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { handleOver, onOneConnection, poolOf, rootOf } from './handles.ts';
import { lockFolder } from './lock.ts';
import { copyPacker, type Packed, packedArrays } from './pack.ts';
import type { Tables } from './tables.ts';

/** A handle on the database or on an open transaction. */
export type Db = Kysely<Tables> | Transaction<Tables>;

export interface Connection {
  db: Kysely<Tables>;
  /** True when the database lives in this process: for trying, tests and one small office. */
  embedded: boolean;
  /** The whole embedded database as a gzipped tar file; refused for a server, which has tools of its own. */
  dump(): Promise<Buffer>;
  close(): Promise<void>;
}

// Dates stay text (a Date would shift by the zone), counts become numbers or fail loudly.
pg.types.setTypeParser(pg.types.builtins.DATE, text => text);
pg.types.setTypeParser(pg.types.builtins.INT8, text => {
  const n = Number(text);
  if (!Number.isSafeInteger(n)) throw new Error(`a count is too large to be exact: ${text}`);
  return n;
});

/** Waiting for the one connection of an embedded database ends here, so that a forgotten one is found. */
const CONNECTION_TIMEOUT_MS = 120_000;

/**
 * Opens the PostgreSQL server at `databaseUrl`, or else the embedded database under `dataDir` (created when
 * absent, from the dump `restored` when given). Throws `FolderInUse` when another process holds the folder.
 */
export async function connect(
  { databaseUrl, dataDir }: { databaseUrl: string | null; dataDir: string },
  restored?: Buffer,
): Promise<Connection> {
  if (databaseUrl) {
    const pool = new pg.Pool({
      connectionString: databaseUrl,
      max: 10,
      connectionTimeoutMillis: 10_000,
      options: '-c datestyle=ISO,YMD',
    });
    // A connection that breaks fails the query that uses it, and the pool replaces it; without a listener it
    // would end the process.
    pool.on('error', () => {});
    pool.on('connect', client => client.on('error', () => {}));
    const server = overPool(pool, async () => {});
    servers.add(server.db);
    return {
      ...server,
      embedded: false,
      dump: () => Promise.reject(new Error('a PostgreSQL server is backed up with pg_dump')),
    };
  }
  mkdirSync(dataDir, { recursive: true });
  const unlock = lockFolder(dataDir);
  try {
    const pglite = await PGlite.create({
      dataDir: join(dataDir, 'database'),
      ...(restored ? { loadDataDir: new Blob([new Uint8Array(restored)]) } : {}),
    });
    return {
      ...embed(pglite, unlock),
      dump: async () => Buffer.from(await (await pglite.dumpDataDir('gzip')).arrayBuffer()),
    };
  } catch (error) {
    unlock();
    throw error;
  }
}

/** A connection over a PGlite instance that is already open (tests load theirs from a dump in memory). */
export function embed(pglite: PGlite, unlock: () => void): Omit<Connection, 'dump'> {
  const pool = new pg.Pool({
    ...createPgConfig(pglite),
    max: 1,
    connectionTimeoutMillis: CONNECTION_TIMEOUT_MS,
  } as pg.PoolConfig);
  return {
    ...overPool(pool, async () => {
      await pglite.close();
      unlock();
    }),
    embedded: true,
  };
}

/** Puts packed rows into a table of the transaction, in order. */
export interface Fill {
  (table: string, columns: readonly string[], rows: Packed): Promise<void>;
  /**
   * Whether a table should have its keys before its rows: adding them in bulk is quicker, but is one step, and
   * the embedded database takes it in this very thread.
   */
  keysFirst: boolean;
}

/** Handles over a server, where COPY has a way in. */
const servers = new WeakSet<object>();

/**
 * Runs `work` in one transaction with the quickest way there is to put many rows into a table: binary COPY
 * on a server; arrays on the embedded database, where COPY has no way in. `db` must not be a transaction.
 */
export async function inTransaction<T>(db: Db, work: (trx: Db, fill: Fill) => Promise<T>): Promise<T> {
  const pool = poolOf(db);
  if (!pool || !servers.has(rootOf(db))) return db.transaction().execute(trx => work(trx, fillByArrays(trx)));
  return onOneConnection(pool, (one, client) =>
    one.transaction().execute(trx => work(trx, fillByCopy(client))),
  );
}

function fillByCopy(client: pg.PoolClient): Fill {
  const pack = copyPacker();
  const fill = async (table: string, columns: readonly string[], rows: Packed): Promise<void> => {
    const into = `copy ${table} (${columns.join(', ')}) from stdin (format binary)`;
    await pipeline(Readable.from([pack(rows)]), client.query(copyFrom(into)));
  };
  return Object.assign(fill, { keysFirst: false });
}

/** Rows that the embedded database takes before others have their turn. */
const ROWS_A_TURN = 250;

function fillByArrays(trx: Db): Fill {
  const fill = async (table: string, columns: readonly string[], rows: Packed): Promise<void> => {
    for (let from = 0; from < rows.count; from += ROWS_A_TURN) {
      const some = packedArrays(rows, from, Math.min(rows.count, from + ROWS_A_TURN));
      const arrays = some.map(({ bytes, type }) => sql`${bytes}::${sql.raw(type)}[]`);
      await sql`insert into ${sql.table(table)} (${sql.raw(columns.join(', '))})
        select * from unnest(${sql.join(arrays)})`.execute(trx);
      await new Promise(setImmediate);
    }
  };
  return Object.assign(fill, { keysFirst: true });
}

function overPool(pool: pg.Pool, after: () => Promise<void>): Pick<Connection, 'db' | 'close'> {
  const db = handleOver(pool);
  return {
    db,
    close: async () => {
      // Not by the handle, which ends no pool that it has not used itself; others stand on it.
      await pool.end();
      await after();
    },
  };
}
