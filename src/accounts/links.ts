/** Mailed links: made for an account, followed once, and worth nothing afterwards. */
import type { Actor } from '../kpi/audit.ts';
import { type Account, accountByEmail, setPassword } from '../store/accounts.ts';
import { recordEvent } from '../store/audit.ts';
import type { Db } from '../store/connect.ts';
import {
  endLinks,
  type LinkPurpose,
  linkAt,
  type OneTimeLink,
  storeLink,
  takeLink,
} from '../store/one-time-links.ts';
import { endSessions } from '../store/sessions.ts';
import { type BadPassword, checkPassword, type Passwords } from './password.ts';
import { personOf } from './session.ts';
import { forgive, triesOver } from './throttle.ts';
import { hashOf, newToken } from './token.ts';

const HOUR = 3_600_000;
/** How long links work: an invitation over a weekend, a reset for as long as somebody sits and waits for it. */
export const LASTS_H: Readonly<Record<LinkPurpose, number>> = { invitation: 96, reset: 1 };

/** Makes a link in place of the account's earlier ones; answers with the part of its address that is the secret. */
export async function makeLink(db: Db, account: string, purpose: LinkPurpose, at: number): Promise<string> {
  const token = newToken();
  await storeLink(db, { hash: hashOf(token), account, purpose, expiresAt: at + LASTS_H[purpose] * HOUR });
  return token;
}

/** The link of an address; null when it works no more. Looking at it does not use it: mail programs look too. */
export function findLink(
  db: Db,
  token: string,
  purpose: LinkPurpose,
  at: number,
): Promise<OneTimeLink | null> {
  return linkAt(db, hashOf(token), at).then(link => (link?.purpose === purpose ? link : null));
}

/** Sets the password that somebody chose by a mailed link. Every session of the account ends. */
export async function followLink(
  db: Db,
  token: string,
  purpose: LinkPurpose,
  chosen: { password: string; from: string | null },
  passwords: Passwords,
  at: number,
): Promise<'done' | 'void' | BadPassword> {
  const link = await findLink(db, token, purpose, at);
  if (!link) return 'void';
  const { account } = link;
  const bad = checkPassword(chosen.password, account.email);
  if (bad) return bad;
  const hash = await passwords.hash(chosen.password);
  return db.transaction().execute(async trx => {
    if (!(await takeLink(trx, hashOf(token), at))) return 'void';
    await setPassword(trx, account.id, hash);
    await endSessions(trx, account.id);
    await endLinks(trx, account.id);
    await forgive(trx, 'password', account.email);
    await recordEvent(trx, {
      ...{ visitor: personOf(account), from: chosen.from, subject: `account ${account.id}` },
      action: purpose === 'invitation' ? 'account_opened' : 'password_changed',
    });
    return 'done';
  });
}

/** A link for whoever asked for a new password; null when there is nobody to send it to, or too often. */
export async function resetLink(
  db: Db,
  email: string,
  actor: Actor,
  at: number,
): Promise<{ account: Account; token: string } | null> {
  const account = await accountByEmail(db, email);
  if (!account || account.disabled) return null;
  if ((await triesOver(db, 'mail', account.id, at)) > 0) return null;
  return db.transaction().execute(async trx => {
    const token = await makeLink(trx, account.id, 'reset', at);
    await recordEvent(trx, { ...actor, action: 'reset_requested', subject: `account ${account.id}` });
    return { account, token };
  });
}
