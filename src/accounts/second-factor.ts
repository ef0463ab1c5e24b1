/** The second step of signing in: a code by the clock or a recovery code; before the first time, the enrolment. */
import type { Actor } from '../kpi/audit.ts';
import type { Account } from '../store/accounts.ts';
import { recordEvent } from '../store/audit.ts';
import type { Db } from '../store/connect.ts';
import { enrolSecret, lastStep, offerSecret, takeRecoveryCode, takeStep } from '../store/second-factor.ts';
import { endSessions, type Session } from '../store/sessions.ts';
import { makeRecoveryCodes, recoveryHash } from './recovery.ts';
import { seal, unseal } from './seal.ts';
import { isComplete, personOf, startSession } from './session.ts';
import { forgive, triesOver } from './throttle.ts';
import { hashOf } from './token.ts';
import { newSecret, stepOf } from './totp.ts';

/** Who gives a code and when, and the installation's secret. */
export interface Giving {
  actor: Actor;
  secret: string;
  at: number;
}

export type Refusal = 'wrong' | 'too_many';

/** What a session must still do: enrol a second factor, give a code, or nothing. */
export function stepLeft(session: Session): 'enrol' | 'code' | null {
  if (session.totpOffer !== null) return 'enrol';
  if (isComplete(session)) return null;
  return session.account.totpSecret === null ? 'enrol' : 'code';
}

/** The secret that a session is enrolling: the one it was offered, or a new one. */
export async function offeredSecret(db: Db, session: Session, secret: string): Promise<string> {
  const { account, totpOffer } = session;
  const offered = totpOffer === null ? null : unseal(secret, 'second factor', account.id, totpOffer);
  return offered ?? offerNewSecret(db, session, secret);
}

/** Begins an enrolment; a second factor that there is goes on being asked for until it is over. */
export async function offerNewSecret(db: Db, { hash, account }: Session, secret: string): Promise<string> {
  const fresh = newSecret();
  await offerSecret(db, hash, seal(secret, 'second factor', account.id, fresh));
  return fresh;
}

/** Whether a code is the account's, and not used before; it is used by this. */
export async function takeCode(
  db: Db,
  account: Account,
  code: string,
  { actor, secret, at }: Giving,
): Promise<'right' | Refusal> {
  const over = await triesOver(db, 'code', account.id, at);
  const right = over === 0 && (await fits(db, account, code, { actor, secret, at }));
  if (right) {
    await forgive(db, 'code', account.id);
    return 'right';
  }
  const subject = `account ${account.id}`;
  // Beyond the limit the first refusal stands for all.
  if (over <= 1)
    await db.transaction().execute(trx =>
      recordEvent(trx, {
        ...actor,
        action: 'second_factor_refused',
        subject,
        after: { too_many: over > 0 },
      }),
    );
  return over > 0 ? 'too_many' : 'wrong';
}

async function fits(
  db: Db,
  account: Account,
  given: string,
  { actor, secret, at }: Giving,
): Promise<boolean> {
  const code = given.replace(/\s/g, '');
  if (!/^\d{6}$/.test(code)) {
    return db.transaction().execute(async trx => {
      const taken = await takeRecoveryCode(trx, account.id, recoveryHash(code));
      if (taken)
        await recordEvent(trx, { ...actor, action: 'recovery_code_used', subject: `account ${account.id}` });
      return taken;
    });
  }
  const known = account.totpSecret && unseal(secret, 'second factor', account.id, account.totpSecret);
  const step = known ? stepOf(known, code, await lastStep(db, account.id), at) : null;
  return step !== null && takeStep(db, account.id, step);
}

/** Completes a session with a code: a new one takes its place. */
export async function giveCode(
  db: Db,
  session: Session,
  code: string,
  giving: Giving,
): Promise<{ token: string; codes: null } | Refusal> {
  const { account, hash } = session;
  const taken = await takeCode(db, account, code, giving);
  if (taken !== 'right') return taken;
  return db.transaction().execute(async trx => {
    const token = await startSession(trx, account, true, hash, giving.at);
    const visitor = personOf(account);
    await recordEvent(trx, {
      ...giving.actor,
      visitor,
      action: 'signed_in',
      subject: `account ${account.id}`,
    });
    return { token, codes: null };
  });
}

/**
 * Ends an enrolment with the first code of the new secret: other sessions end, this one is replaced by a complete
 * one. Answers with the recovery codes, which are not to be seen again.
 */
export async function enrol(
  db: Db,
  session: Session,
  code: string,
  { actor, secret, at }: Giving,
): Promise<{ token: string; codes: string[] } | Refusal> {
  const { account, hash, totpOffer } = session;
  if ((await triesOver(db, 'code', account.id, at)) > 0) return 'too_many';
  const offered = totpOffer && unseal(secret, 'second factor', account.id, totpOffer);
  const step = offered ? stepOf(offered, code.replace(/\s/g, ''), null, at) : null;
  if (!totpOffer || step === null) return 'wrong';
  // Who has only given the password may enrol the first second factor, and never replace one.
  const replaces = isComplete(session);
  return db.transaction().execute(async trx => {
    if (!(await enrolSecret(trx, account.id, { sealed: totpOffer, step, replaces }))) return 'wrong';
    const codes = await makeRecoveryCodes(trx, account.id);
    await forgive(trx, 'code', account.id);
    const token = await startSession(trx, account, true, hash, at);
    await endSessions(trx, account.id, hashOf(token));
    const by = { ...actor, visitor: personOf(account), subject: `account ${account.id}` };
    await recordEvent(trx, { ...by, action: 'second_factor_enrolled' });
    if (!replaces) await recordEvent(trx, { ...by, action: 'signed_in' });
    return { token, codes };
  });
}
