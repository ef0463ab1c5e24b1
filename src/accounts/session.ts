/** Sessions as they begin: each with a new random text, so that nobody can have planted it before. */
import type { Visitor } from '../kpi/access.ts';
import type { Account } from '../store/accounts.ts';
import type { Db } from '../store/connect.ts';
import { endSession, openSession, type Session } from '../store/sessions.ts';
import { hashOf, newToken } from './token.ts';

/** Whether an account signs in with a second factor: whoever decides about figures must, others may. */
export function needsSecondFactor({ role, totpSecret }: Account): boolean {
  return role !== 'reporter' || totpSecret !== null;
}

/** Who an account's holder is to everybody else. */
export function personOf({ id, email, role, agency }: Account): Visitor {
  return { kind: 'person', id, name: email, role, agency, kinds: null };
}

/** Whether all is given that its account asks for; until then a session opens nothing but the second step. */
export function isComplete({ account, secondFactor }: Session): boolean {
  return secondFactor || !needsSecondFactor(account);
}

/** Opens a session in place of the browser's earlier one, and answers with the text that the browser is to hold. */
export async function startSession(
  db: Db,
  account: Account,
  secondFactor: boolean,
  before: string | null,
  at: number,
): Promise<string> {
  const token = newToken();
  if (before !== null) await endSession(db, before);
  await openSession(db, { hash: hashOf(token), account: account.id, secondFactor }, at);
  return token;
}
