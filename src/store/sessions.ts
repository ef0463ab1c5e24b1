/** Sessions: which browser is whose, and since when; rows of ended ones go away by themselves. */
import { type Account, accountOf } from './accounts.ts';
import type { Db } from './connect.ts';

/** A session ends when nothing was asked for this long. */
export const IDLE_MS = 30 * 60_000;
/** And after this long in any case. */
export const LONGEST_MS = 12 * 3_600_000;
/** The last use is written down no more often than this: a page should cost no write. */
const NOTED_MS = 60_000;

export interface Session {
  /** SHA-256 of what the browser holds. */
  hash: string;
  account: Account;
  /** Whether a second factor was given in this session. */
  secondFactor: boolean;
  /** Sealed secret of a second factor that is being enrolled. */
  totpOffer: string | null;
  createdAt: Date;
  seenAt: Date;
}

export async function openSession(
  db: Db,
  session: { hash: string; account: string; secondFactor: boolean },
  at: number,
): Promise<void> {
  await db
    .deleteFrom('sessions')
    .where('seen_at', '<=', new Date(at - IDLE_MS))
    .execute();
  await db
    .insertInto('sessions')
    .values({
      hash: session.hash,
      account_id: Number(session.account),
      second_factor: session.secondFactor,
      created_at: new Date(at),
      seen_at: new Date(at),
    })
    .execute();
}

/** The session that a browser holds, and notes that it was used; null once it has ended or the account is disabled. */
export async function sessionAt(db: Db, hash: string, at: number): Promise<Session | null> {
  const row = await db
    .selectFrom('sessions')
    .innerJoin('accounts', 'accounts.id', 'sessions.account_id')
    .selectAll('accounts')
    .select(['hash', 'second_factor', 'totp_offer', 'seen_at', 'sessions.created_at as opened_at'])
    .where('hash', '=', hash)
    .where('seen_at', '>', new Date(at - IDLE_MS))
    .where('sessions.created_at', '>', new Date(at - LONGEST_MS))
    .where('disabled_at', 'is', null)
    .executeTakeFirst();
  if (!row) return null;
  if (row.seen_at.getTime() <= at - NOTED_MS) {
    await db
      .updateTable('sessions')
      .set({ seen_at: new Date(at) })
      .where('hash', '=', hash)
      .execute();
  }
  return {
    hash,
    account: accountOf(row),
    secondFactor: row.second_factor,
    totpOffer: row.totp_offer,
    createdAt: row.opened_at,
    seenAt: row.seen_at,
  };
}

export async function endSession(db: Db, hash: string): Promise<void> {
  await db.deleteFrom('sessions').where('hash', '=', hash).execute();
}

/** Ends every session of an account, but for one when it is given. */
export async function endSessions(db: Db, account: string, but: string | null = null): Promise<void> {
  await db
    .deleteFrom('sessions')
    .where('account_id', '=', Number(account))
    .$if(but !== null, query => query.where('hash', '!=', but))
    .execute();
}

/** The sessions of an account that have not ended, the last used first. */
export async function sessionsOf(
  db: Db,
  account: string,
  at: number,
): Promise<{ hash: string; createdAt: Date; seenAt: Date }[]> {
  return db
    .selectFrom('sessions')
    .select(['hash', 'created_at as createdAt', 'seen_at as seenAt'])
    .where('account_id', '=', Number(account))
    .where('seen_at', '>', new Date(at - IDLE_MS))
    .where('created_at', '>', new Date(at - LONGEST_MS))
    .orderBy('seen_at', 'desc')
    .execute();
}
