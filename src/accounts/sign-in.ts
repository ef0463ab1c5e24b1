/** The first step of signing in: an address with its password, in the same time and words whoever it is. */
import type { Actor } from '../kpi/audit.ts';
import { type Account, accountByEmail, foldEmail } from '../store/accounts.ts';
import { recordEvent } from '../store/audit.ts';
import type { Db } from '../store/connect.ts';
import { endSession, type Session } from '../store/sessions.ts';
import type { Passwords } from './password.ts';
import { needsSecondFactor, personOf, startSession } from './session.ts';
import { forgive, networkOf, notATry, triesOver } from './throttle.ts';

export interface Attempt {
  email: string;
  password: string;
  actor: Actor;
  /** Hash of the session that the browser holds so far. */
  before: string | null;
}

export type SignedIn = { account: Account; token: string } | 'wrong' | 'too_many';

/** Opens a session for whoever knows the password; without its second factor it opens nothing else yet. */
export async function signIn(
  db: Db,
  { email, password, actor, before }: Attempt,
  passwords: Passwords,
  at: number,
): Promise<SignedIn> {
  const whose = foldEmail(email);
  const from = networkOf(actor.from);
  // Both are counted, whichever is too many: the answer tells nothing about the account.
  const over = [await triesOver(db, 'address', from, at), await triesOver(db, 'password', whose, at)];
  const account = await accountByEmail(db, whose);
  const subject = account ? `account ${account.id}` : 'account';
  const refused = (tooMany: boolean): Promise<void> =>
    db
      .transaction()
      .execute(trx =>
        recordEvent(trx, { ...actor, action: 'sign_in_refused', subject, after: { too_many: tooMany } }),
      );
  const most = Math.max(...over);
  if (most > 0) {
    // The first refusal beyond the limit stands for all: guessing must not fill the audit.
    if (most === 1) await refused(true);
    return 'too_many';
  }
  const known = account && !account.disabled ? account.passwordHash : null;
  if (!(await passwords.matches(known, password)) || !account) {
    await refused(false);
    return 'wrong';
  }
  await notATry(db, 'address', from);
  await forgive(db, 'password', whose);
  return { account, token: await openFor(db, account, false, { actor, before, at }) };
}

/** Opens a session after a first step that went well, and tells of it when nothing more is asked for. */
export async function openFor(
  db: Db,
  account: Account,
  secondFactor: boolean,
  { actor, before, at }: { actor: Actor; before: string | null; at: number },
): Promise<string> {
  return db.transaction().execute(async trx => {
    const token = await startSession(trx, account, secondFactor, before, at);
    const visitor = personOf(account);
    if (secondFactor || !needsSecondFactor(account))
      await recordEvent(trx, { ...actor, visitor, action: 'signed_in', subject: `account ${account.id}` });
    return token;
  });
}

/** Ends the session of a browser. */
export async function signOut(db: Db, { hash, account }: Session, actor: Actor): Promise<void> {
  await db.transaction().execute(async trx => {
    await endSession(trx, hash);
    await recordEvent(trx, {
      ...actor,
      visitor: personOf(account),
      action: 'signed_out',
      subject: `account ${account.id}`,
    });
  });
}
