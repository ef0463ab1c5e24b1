/** Passwords: Argon2id, long rather than complicated, and none that everybody tries first. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as Argon2 from '@node-rs/argon2';

/** Length counts, not kinds of characters (NIST SP 800-63B, 5.1.1.2). */
export const SHORTEST = 12;
/** Longer ones are no safer, only slower. */
export const LONGEST = 200;

/** Makes and compares hashes; handed in, so that a test can count how often the work is done. */
export interface Passwords {
  /** Argon2id in PHC form. */
  hash(password: string): Promise<string>;
  /** Whether the password is the one of the hash. Without a hash the same work is done, and the answer is no. */
  matches(hash: string | null, password: string): Promise<boolean>;
}

/** 19 MiB, two passes (OWASP's first choice for Argon2id); the packages' default is the same today, said here to stay. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** Nobody's: of random bytes that were thrown away. Who has no account costs as much time as who has one. */
const NOBODYS =
  '$argon2id$v=19$m=19456,t=2,p=1$dgb/wy5n0xRvDagxpwnhsA$c4vIo2HTtY9b4/UFZSyLCbGEndZ4smqWO++5myKXFmI';

/** Passwords by an implementation of Argon2id. */
export function passwordsBy(argon2: Pick<typeof Argon2, 'hash' | 'verify'>): Passwords {
  return {
    hash: password => argon2.hash(folded(password), COST),
    matches: async (stored, password) =>
      (await argon2.verify(stored ?? NOBODYS, folded(password).slice(0, LONGEST))) && stored !== null,
  };
}

export const PASSWORDS = passwordsBy(Argon2);

/** Keyboards write accented letters in one or in two characters; both are the same password. */
const folded = (password: string): string => password.normalize('NFKC');

export type BadPassword = 'short' | 'long' | 'common' | 'own_name';

/** Passwords that everybody tries first, folded; one a line, `#` begins a remark. */
const COMMON: ReadonlySet<string> = new Set(
  readFileSync(join(import.meta.dirname, '../../data/common-passwords.txt'), 'utf8')
    .split('\n')
    .filter(line => line !== '' && !line.startsWith('#')),
);

/** What is wrong with a password that somebody chose; null when nothing is. */
export function checkPassword(password: string, email: string): BadPassword | null {
  const length = [...folded(password)].length;
  if (length < SHORTEST) return 'short';
  if (length > LONGEST) return 'long';
  const plain = plainOf(password);
  const [name = ''] = email.split('@');
  if (name.length > 2 && plain.replaceAll(plainOf(name), '').length < 6) return 'own_name';
  return isCommon(plain) ? 'common' : null;
}

/** Small letters without accents and signs: `Mật-khẩu 2024!` is tried as `matkhau2024`. */
function plainOf(text: string): string {
  const letters = text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().replaceAll('đ', 'd');
  return letters.replace(/[^\p{L}\p{N}]/gu, '');
}

/** A common one, also repeated, or with numbers or the year before or after it; or hardly more than one character. */
function isCommon(plain: string): boolean {
  // Numbers alone are birthdays and telephones.
  if (new Set(plain).size < 5 || /^\d+$/.test(plain)) return true;
  const word = plain.replace(/^\d+|\d+$/g, '');
  return [plain, word, repeatedIn(plain), repeatedIn(word)].some(text => COMMON.has(text));
}

/** The shortest part that a text is made of by repeating it. */
function repeatedIn(text: string): string {
  return /^(.+?)\1*$/s.exec(text)?.[1] ?? text;
}
