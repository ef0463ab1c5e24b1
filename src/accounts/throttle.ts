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

/** The network that an address counts for: of IPv6 the first half, since the other is everybody's to choose. */
export function networkOf(address: string | null | undefined): string {
  const plain = (address ?? '').replace(/^::ffff:(?=[\d.]+$)/i, '');
  if (!plain.includes(':')) return plain;
  const [head = '', tail] = plain.split('%', 1)[0]?.split('::') ?? [];
  const groups = (text: string | undefined): string[] => (text ? text.split(':') : []);
  const gap = tail === undefined ? 0 : 8 - groups(head).length - groups(tail).length;
  const all = [...groups(head), ...Array<string>(Math.max(0, gap)).fill('0'), ...groups(tail)];
  return all
    .slice(0, 4)
    .map(group => group.toLowerCase().replace(/^0+(?=.)/, ''))
    .join(':');
}

/** Names are hashed: the count is of interest, not of whom. */
const keyOf = (what: Limited, whose: string): string => `${what} ${hashOf(whose)}`;

/**
 * Counts a try before it is made, so that tries at the same moment all count. Answers with how many there are
 * beyond the limit: 0 lets it be made, 1 is the first that is not.
 */
export async function triesOver(db: Db, what: Limited, whose: string, at: number): Promise<number> {
  const { tries, span } = LIMITS[what];
  return Math.max(0, (await countTry(db, keyOf(what, whose), span, at)) - tries);
}

/** The try was no guess: it does not count. */
export async function notATry(db: Db, what: Limited, whose: string): Promise<void> {
  await takeBack(db, keyOf(what, whose));
}

/** Whoever guessed is known now: earlier tries count no more. */
export async function forgive(db: Db, what: Limited, whose: string): Promise<void> {
  await forgetTries(db, keyOf(what, whose));
}
