/** What people change of their own account: password, second factor, recovery codes, sessions elsewhere. */
import { setPassword } from '../store/accounts.ts';
import { recordEvent } from '../store/audit.ts';
import type { Db } from '../store/connect.ts';
import { endLinks } from '../store/one-time-links.ts';
import { endSessions, type Session } from '../store/sessions.ts';
import { type BadPassword, checkPassword, type Passwords } from './password.ts';
import { makeRecoveryCodes } from './recovery.ts';
import { type Giving, offerNewSecret, type Refusal, takeCode } from './second-factor.ts';
import { startSession } from './session.ts';
import { forgive, triesOver } from './throttle.ts';
import { hashOf } from './token.ts';

/** Whether a password is the session's holder's: guessing is as limited as at the sign-in. */
async function takePassword(
  db: Db,
  { account }: Session,
  password: string,
  passwords: Passwords,
  at: number,
): Promise<'right' | Refusal> {
  if ((await triesOver(db, 'password', account.email, at)) > 0) return 'too_many';
  if (!(await passwords.matches(account.passwordHash, password))) return 'wrong';
  await forgive(db, 'password', account.email);
  return 'right';
}

/** Changes the password. Every session ends; the one it is changed in goes on under a new text. */
export async function changePassword(
  db: Db,
  session: Session,
  { current, chosen }: { current: string; chosen: string },
  { actor, at }: Giving,
  passwords: Passwords,
): Promise<{ token: string } | BadPassword | Refusal> {
  const { account, hash, secondFactor } = session;
  const taken = await takePassword(db, session, current, passwords, at);
  if (taken !== 'right') return taken;
  const bad = checkPassword(chosen, account.email);
  if (bad) return bad;
  const made = await passwords.hash(chosen);
  return db.transaction().execute(async trx => {
    await setPassword(trx, account.id, made);
    await endLinks(trx, account.id);
    const token = await startSession(trx, account, secondFactor, hash, at);
    await endSessions(trx, account.id, hashOf(token));
    await recordEvent(trx, { ...actor, action: 'password_changed', subject: `account ${account.id}` });
    return { token };
  });
}

/** Begins to enrol a second factor, the first or another one, once it is clear that the holder is at the browser. */
export async function beginEnrolment(
  db: Db,
  session: Session,
  proof: string,
  giving: Giving,
  passwords: Passwords,
): Promise<'begun' | Refusal> {
  const { account } = session;
  const taken =
    account.totpSecret === null
      ? await takePassword(db, session, proof, passwords, giving.at)
      : await takeCode(db, account, proof, giving);
  if (taken !== 'right') return taken;
  await offerNewSecret(db, session, giving.secret);
  return 'begun';
}

/** Makes new recovery codes in place of those that are left. */
export async function renewRecoveryCodes(
  db: Db,
  { account }: Session,
  code: string,
  giving: Giving,
): Promise<string[] | Refusal> {
  const taken = await takeCode(db, account, code, giving);
  if (taken !== 'right') return taken;
  return db.transaction().execute(async trx => {
    const codes = await makeRecoveryCodes(trx, account.id);
    const subject = `account ${account.id}`;
    await recordEvent(trx, { ...giving.actor, action: 'recovery_codes_made', subject });
    return codes;
  });
}

/** Ends the holder's sessions in other browsers. */
export async function endOthers(db: Db, { account, hash }: Session, { actor }: Giving): Promise<void> {
  await db.transaction().execute(async trx => {
    await endSessions(trx, account.id, hash);
    await recordEvent(trx, { ...actor, action: 'sessions_ended', subject: `account ${account.id}` });
  });
}
