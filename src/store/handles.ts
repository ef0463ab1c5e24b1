/** Handles on the database: the role their connections work under, and the drafts that row security shows them. */
import { Kysely, PostgresDialect, sql } from 'kysely';
import type pg from 'pg';
import type { Drafts } from '../kpi/access.ts';
import { firstDay } from '../kpi/month.ts';
import type { Db } from './connect.ts';
import type { Tables } from './tables.ts';

/** Owns nothing, so row security and revoked rights bind it; the migrations make it. */
const ROLE = 'toan_trinh_app';

/** What a handle stands on. */
interface Ground {
  /** Nothing for the handle of a transaction, which has its connection already. */
  pool: Pick<pg.Pool, 'connect'> | null;
  /** The handle that was opened; the others are made from it. */
  root: Db;
  drafts: Drafts;
}

const grounds = new WeakMap<object, Ground>();
const seeingAll = new WeakMap<object, Kysely<Tables>>();

/** A handle over a pool. Its connections take the role as soon as a migration has made it, and see no drafts. */
export function handleOver(pool: pg.Pool): Kysely<Tables> {
  pool.on('connect', client => {
    // The first query on the connection, before whoever waits for it asks anything.
    takeRole(client).catch(() => client.end());
  });
  const root = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  grounds.set(root, { pool, root, drafts: 'none' });
  return root;
}

async function takeRole(client: pg.PoolClient): Promise<void> {
  await client.query(`select set_config('role', rolname, false) from pg_roles
    where rolname = '${ROLE}' and pg_has_role(oid, 'member')`);
}

function groundOf(db: Db): Ground {
  return grounds.get(db) ?? { pool: null, root: db, drafts: 'none' };
}

/** The pool from which a handle takes its connections; null for a transaction. */
export function poolOf(db: Db): Pick<pg.Pool, 'connect'> | null {
  return groundOf(db).pool;
}

/** What caches are kept by: the same for every handle on one database, and for the transactions of `reading`. */
export function rootOf(db: Db): Db {
  return groundOf(db).root;
}

/** The drafts that a handle sees. */
export function draftsSeen(db: Db): Drafts {
  return groundOf(db).drafts;
}

/** A handle that sees every draft, for whatever acts in the operator's name or decides for itself what it shows. */
export function seeingAllDrafts(db: Db): Kysely<Tables> {
  const { pool, root } = groundOf(db);
  if (!pool) throw new Error('a transaction sees what the handle sees that began it');
  const known = seeingAll.get(root);
  if (known) return known;
  const seeing = {
    connect: async (): Promise<pg.PoolClient> => {
      const client = await pool.connect();
      const release = client.release.bind(client);
      const giveBack = (error?: boolean | Error): void => {
        const reset = client.query(`select set_config('toan_trinh.drafts', '', false)`);
        reset.then(() => release(error), release);
      };
      client.release = giveBack;
      await client.query(`select set_config('toan_trinh.drafts', 'all', false)`).catch(error => {
        release(error);
        throw error;
      });
      return client;
    },
    end: async () => {},
  };
  const handle = new Kysely<Tables>({ dialect: new PostgresDialect({ pool: seeing as unknown as pg.Pool }) });
  grounds.set(handle, { pool: seeing as unknown as pg.Pool, root, drafts: 'all' });
  seeingAll.set(root, handle);
  return handle;
}

/**
 * Reads in one transaction that writes nothing and sees one state of everything, with the drafts that row
 * security is to show in it.
 */
export function reading<T>(db: Db, drafts: Drafts, work: (trx: Db) => Promise<T>): Promise<T> {
  const { root, drafts: already } = groundOf(db);
  return db
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute(async trx => {
      if (drafts !== 'none') await show(trx, drafts);
      grounds.set(trx, { pool: null, root, drafts: drafts === 'none' ? already : drafts });
      return work(trx);
    });
}

/** Sets what row security shows to the end of the transaction. */
async function show(trx: Db, drafts: Exclude<Drafts, 'none'>): Promise<void> {
  if (drafts === 'all') {
    await sql`select set_config('toan_trinh.drafts', 'all', true)`.execute(trx);
    return;
  }
  const { agencies, sector } = drafts;
  await sql`select
    set_config('toan_trinh.draft_agencies', coalesce((select string_agg(id::text, ',') from agency_keys
      where code = any(${agencies}::text[])), ''), true),
    set_config('toan_trinh.draft_services', coalesce((select string_agg(month || ':' || id, ',')
      from unnest(${sector.map(([month]) => firstDay(month))}::text[], ${sector.map(([, code]) => code)}::text[])
        as led (month, service)
      join service_keys on code = service), ''), true)`.execute(trx);
}

/** Does work on structure (partitions) as its owner, within a transaction that goes on as before. */
export async function asOwner<T>(trx: Db, work: () => Promise<T>): Promise<T> {
  const { rows } = await sql<{ role: string }>`select current_setting('role') as role`.execute(trx);
  await sql`set local role none`.execute(trx);
  const done = await work();
  await sql`select set_config('role', ${rows[0]?.role ?? ROLE}, true)`.execute(trx);
  return done;
}

/** Runs `work` on a handle that keeps one connection of the pool to the end, and gets at that connection itself. */
export async function onOneConnection<T>(
  pool: Pick<pg.Pool, 'connect'>,
  work: (one: Kysely<Tables>, client: pg.PoolClient) => Promise<T>,
): Promise<T> {
  const client = await pool.connect();
  // Kysely hands a connection back after each use; this one stays with us until the end.
  const release = client.release;
  client.release = () => {};
  try {
    const only = { connect: async () => client, end: async () => {} } as unknown as pg.Pool;
    return await work(new Kysely<Tables>({ dialect: new PostgresDialect({ pool: only }) }), client);
  } finally {
    client.release = release;
    client.release();
  }
}

/**
 * Works as the owner of everything, as migrations do, and under the role again from then on. Throws when the
 * role may not be taken: nothing would be bound by it.
 */
export async function workingAsOwner<T>(db: Db, work: (one: Kysely<Tables>) => Promise<T>): Promise<T> {
  const { pool } = groundOf(db);
  if (!pool) throw new Error('work as the owner opens transactions of its own');
  return onOneConnection(pool, async (one, client) => {
    await client.query('set role none');
    const done = await work(one).finally(() => takeRole(client));
    const { rows } = await client.query(`select current_setting('role') as role, session_user as login`);
    if (rows[0].role === ROLE) return done;
    throw new Error(`an administrator of the database must run: grant ${ROLE} to ${rows[0].login}`);
  });
}
