/** API keys: by the hash of their text, for whom they are, how long, and when they were last shown. */
import { type Selectable, sql } from 'kysely';
import type { Db } from './connect.ts';
import type { Tables } from './tables.ts';

export type KeyRow = Omit<Selectable<Tables['api_keys']>, 'hash'>;
type NewKey = Pick<
  Selectable<Tables['api_keys']>,
  'hash' | 'agency_code' | 'kinds' | 'issued_by' | 'created_at' | 'expires_at'
>;

const SHOWN = [
  'id',
  'agency_code',
  'kinds',
  'issued_by',
  'created_at',
  'expires_at',
  'revoked_at',
  'last_used_at',
  'last_refused_at',
] as const satisfies readonly (keyof KeyRow)[];

/** Uses are noted once a minute at most, refusals once in ten: many requests must not mean many writes. */
const NOTED_EVERY = { last_used_at: 60_000, last_refused_at: 600_000 };

export async function addKey(trx: Db, key: NewKey): Promise<number> {
  const { id } = await trx.insertInto('api_keys').values(key).returning('id').executeTakeFirstOrThrow();
  return id;
}

/** The key whose text has this hash, however long ago it ended. */
export async function keyByHash(db: Db, hash: string): Promise<KeyRow | null> {
  return (await db.selectFrom('api_keys').select(SHOWN).where('hash', '=', hash).executeTakeFirst()) ?? null;
}

/** All keys, the newest first. */
export async function allKeys(db: Db): Promise<KeyRow[]> {
  return db.selectFrom('api_keys').select(SHOWN).orderBy('id', 'desc').execute();
}

/** Ends a key at `at` (ms); false when there is none or it was ended before. */
export async function endKey(trx: Db, id: number, at: number): Promise<boolean> {
  const done = await trx
    .updateTable('api_keys')
    .set({ revoked_at: new Date(at) })
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .executeTakeFirst();
  return done.numUpdatedRows > 0n;
}

/** Notes that a key was used or refused at `at` (ms); false when that was noted a moment ago. */
export async function noteKey(
  db: Db,
  id: number,
  what: keyof typeof NOTED_EVERY,
  at: number,
): Promise<boolean> {
  const done = await db
    .updateTable('api_keys')
    .set({ [what]: new Date(at) })
    .where('id', '=', id)
    .where(sql<boolean>`coalesce(${sql.ref(what)} < ${new Date(at - NOTED_EVERY[what])}, true)`)
    .executeTakeFirst();
  return done.numUpdatedRows > 0n;
}
