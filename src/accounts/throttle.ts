/** How many guesses there are: per account and per network address, in every process together. */
import type { Db } from '../store/connect.ts';
import { countTry, forgetTries, takeBack } from '../store/throttles.ts';
import { hashOf } from './token.ts';

const MINUTE = 60_000;

/** Tries within a span that begins with the first of them. */
const LIMITS = {
  /** Passwords for one account, from wherever; counted whether or not there is such an account. */
  password: { tries: 10, span: 15 * MINUTE },
  /** Passwords from one network address; a whole office may stand behind one. */
  address: { tries: 50, span: 15 * MINUTE },
  /** Codes of one account: three of a million are right at any time, so a day's guesses find one in 2,300 days. */
  code: { tries: 6, span: 60 * MINUTE },
  /** Mails asked for to one account, and from one network address. */
  mail: { tries: 3, span: 60 * MINUTE },
  mails_from: { tries: 20, span: 60 * MINUTE },
} as const;

export type Limited = keyof typeof LIMITS;

/** Names are hashed: the count is of interest, not of whom. */
const keyOf = (what: Limited, whose: string): string => `${what} ${hashOf(whose)}`;

/** Counts a try before it is made, so that tries at the same moment all count; false when it is one too many. */
export async function mayTry(db: Db, what: Limited, whose: string, at: number): Promise<boolean> {
  const { tries, span } = LIMITS[what];
  return (await countTry(db, keyOf(what, whose), span, at)) <= tries;
}

/** The try was no guess: it does not count. */
export async function notATry(db: Db, what: Limited, whose: string): Promise<void> {
  await takeBack(db, keyOf(what, whose));
}

/** Whoever guessed is known now: earlier tries count no more. */
export async function forgive(db: Db, what: Limited, whose: string): Promise<void> {
  await forgetTries(db, keyOf(what, whose));
}
