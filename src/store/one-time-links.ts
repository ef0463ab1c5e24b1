/** Links that are mailed and work once: an invitation, or a new password for who forgot theirs. */
import { type Account, accountOf } from './accounts.ts';
import type { Db } from './connect.ts';

export type LinkPurpose = 'invitation' | 'reset';

export interface OneTimeLink {
  account: Account;
  purpose: LinkPurpose;
}

/** Stores a link; earlier ones of the account work no more. */
export async function storeLink(
  db: Db,
  link: { hash: string; account: string; purpose: LinkPurpose; expiresAt: number },
): Promise<void> {
  const account_id = Number(link.account);
  await db.deleteFrom('one_time_links').where('account_id', '=', account_id).execute();
  const { hash, purpose } = link;
  await db
    .insertInto('one_time_links')
    .values({ hash, account_id, purpose, expires_at: new Date(link.expiresAt) })
    .execute();
}

/** The link of a hash, as long as it works: not used, not expired, and its account not disabled. */
export async function linkAt(db: Db, hash: string, at: number): Promise<OneTimeLink | null> {
  const row = await db
    .selectFrom('one_time_links')
    .innerJoin('accounts', 'accounts.id', 'one_time_links.account_id')
    .selectAll('accounts')
    .select('purpose')
    .where('hash', '=', hash)
    .where('used_at', 'is', null)
    .where('expires_at', '>', new Date(at))
    .where('disabled_at', 'is', null)
    .executeTakeFirst();
  return row ? { account: accountOf(row), purpose: row.purpose } : null;
}

/** Uses a link up; false when somebody else was quicker. */
export async function takeLink(db: Db, hash: string, at: number): Promise<boolean> {
  const taken = await db
    .updateTable('one_time_links')
    .set({ used_at: new Date(at) })
    .where('hash', '=', hash)
    .where('used_at', 'is', null)
    .executeTakeFirst();
  return taken.numUpdatedRows === 1n;
}

/** Ends every link of an account. */
export async function endLinks(db: Db, account: string): Promise<void> {
  await db.deleteFrom('one_time_links').where('account_id', '=', Number(account)).execute();
}
