/** The first step of signing in: an address with its password, in the same time and words whoever it is. */
import { type Account, accountByEmail, foldEmail } from '../store/accounts.ts';
import type { Db } from '../store/connect.ts';
import type { Passwords } from './password.ts';
import { startSession } from './session.ts';
import { forgive, mayTry, notATry } from './throttle.ts';

export interface Attempt {
  email: string;
  password: string;
  /** The network address that it comes from. */
  from: string;
  /** Hash of the session that the browser holds so far. */
  before: string | null;
}

export type SignedIn = { account: Account; token: string } | 'wrong' | 'too_many';

/** Opens a session for whoever knows the password; without its second factor it opens nothing else yet. */
export async function signIn(
  db: Db,
  { email, password, from, before }: Attempt,
  passwords: Passwords,
  at: number,
): Promise<SignedIn> {
  const whose = foldEmail(email);
  // Both are counted, whichever is too many: the answer tells nothing about the account.
  const [byAddress, byAccount] = [
    await mayTry(db, 'address', from, at),
    await mayTry(db, 'password', whose, at),
  ];
  if (!byAddress || !byAccount) return 'too_many';
  const account = await accountByEmail(db, whose);
  const known = account && !account.disabled ? account.passwordHash : null;
  if (!(await passwords.matches(known, password)) || !account) return 'wrong';
  await notATry(db, 'address', from);
  await forgive(db, 'password', whose);
  return { account, token: await startSession(db, account, false, before, at) };
}
