/** Passwords: Argon2id, long rather than complicated, and none that everybody tries first. */
import { hash, verify } from '@node-rs/argon2';

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

export const PASSWORDS: Passwords = {
  hash: password => hash(folded(password), COST),
  matches: async (stored, password) =>
    (await verify(stored ?? NOBODYS, folded(password).slice(0, LONGEST))) && stored !== null,
};

/** Keyboards write accented letters in one or in two characters; both are the same password. */
const folded = (password: string): string => password.normalize('NFKC');
