/** Random texts that only their holder knows: what a session or a mailed link is known by. */
import { createHash, randomBytes } from 'node:crypto';

/** 256 random bits, in letters that stand in an address and a cookie as they are. */
export function newToken(): string {
  return randomBytes(32).toString('base64url');
}

/** What is stored of a random text: whoever reads the database cannot use it. */
export function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
