/** Second factors of accounts: the secret, the last step taken, and the recovery codes that are left. */
import type { Db } from './connect.ts';

/** Keeps a new secret with the session in which it is being enrolled. */
export async function offerSecret(db: Db, session: string, sealed: string | null): Promise<void> {
  await db.updateTable('sessions').set({ totp_offer: sealed }).where('hash', '=', session).execute();
}

/** Notes that the code of a time step was taken; false when one of it or of a later step was taken before. */
export async function takeStep(db: Db, account: string, step: number): Promise<boolean> {
  const taken = await db
    .updateTable('accounts')
    .set({ totp_last_step: step })
    .where('id', '=', Number(account))
    .where(eb => eb.or([eb('totp_last_step', 'is', null), eb('totp_last_step', '<', step)]))
    .executeTakeFirst();
  return taken.numUpdatedRows === 1n;
}

/** The last time step of which a code was taken; null when none was. */
export async function lastStep(db: Db, account: string): Promise<number | null> {
  const row = await db
    .selectFrom('accounts')
    .select('totp_last_step')
    .where('id', '=', Number(account))
    .executeTakeFirst();
  return row?.totp_last_step ?? null;
}

/**
 * Gives an account its second factor; false when it has one and this was not to replace it. `step` is that of the
 * code which proved that the app has the secret.
 */
export async function enrolSecret(
  db: Db,
  account: string,
  factor: { sealed: string; step: number; replaces: boolean },
): Promise<boolean> {
  const done = await db
    .updateTable('accounts')
    .set({ totp_secret: factor.sealed, totp_last_step: factor.step })
    .where('id', '=', Number(account))
    .$if(!factor.replaces, query => query.where('totp_secret', 'is', null))
    .executeTakeFirst();
  return done.numUpdatedRows === 1n;
}

/** Puts new recovery codes in the place of all earlier ones. */
export async function storeRecoveryCodes(db: Db, account: string, hashes: readonly string[]): Promise<void> {
  const account_id = Number(account);
  await db.deleteFrom('recovery_codes').where('account_id', '=', account_id).execute();
  await db
    .insertInto('recovery_codes')
    .values(hashes.map(hash => ({ account_id, hash })))
    .execute();
}

/** Uses a recovery code up; false when the account has no such code, or has it no more. */
export async function takeRecoveryCode(db: Db, account: string, hash: string): Promise<boolean> {
  const taken = await db
    .deleteFrom('recovery_codes')
    .where('account_id', '=', Number(account))
    .where('hash', '=', hash)
    .executeTakeFirst();
  return taken.numDeletedRows === 1n;
}

export async function recoveryCodesLeft(db: Db, account: string): Promise<number> {
  const { n } = await db
    .selectFrom('recovery_codes')
    .select(eb => eb.fn.countAll<number>().as('n'))
    .where('account_id', '=', Number(account))
    .executeTakeFirstOrThrow();
  return n;
}
