/** Recovery codes: ten that each let in once who has lost the second factor's device. */
import { randomBytes } from 'node:crypto';
import type { Db } from '../store/connect.ts';
import { storeRecoveryCodes } from '../store/second-factor.ts';
import { hashOf } from './token.ts';

const CODES = 10;
/** Without letters that look like others (Crockford's base 32, small). */
const LETTERS = '0123456789abcdefghjkmnpqrstvwxyz';
const LENGTH = 16;

/** 80 random bits, so that even the hash tells nobody the code. */
function newCode(): string {
  const letters = [...randomBytes(LENGTH)].map(byte => LETTERS[byte % LETTERS.length]).join('');
  return letters.replace(/(.{4})(?=.)/g, '$1-');
}

/** What is stored of a code; written with or without dashes, in capitals or not, with o for 0 and l or i for 1. */
export function recoveryHash(code: string): string {
  const plain = code.toLowerCase().replace(/[\s-]/g, '').replaceAll('o', '0').replace(/[il]/g, '1');
  return hashOf(plain);
}

/** Gives an account ten new codes in place of the earlier ones; this is the only time that they can be seen. */
export async function makeRecoveryCodes(db: Db, account: string): Promise<string[]> {
  const codes = Array.from({ length: CODES }, newCode);
  await storeRecoveryCodes(db, account, codes.map(recoveryHash));
  return codes;
}
