/** Sealing: texts kept where others could read or change them (AES-256-GCM with a key that follows from the secret). */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

/** What a text is sealed for: one sealed for one purpose opens for no other. */
export type Purpose = 'second factor' | 'OpenID Connect';

const NONCE = 12;
const TAG = 16;

const keyOf = (secret: string, purpose: Purpose): Buffer =>
  Buffer.from(hkdfSync('sha256', secret, '', `toan-trinh ${purpose}`, 32));

/** Seals a text for a purpose and for whom or what it is meant (`whose`), without which it does not open. */
export function seal(secret: string, purpose: Purpose, whose: string, text: string): string {
  const nonce = randomBytes(NONCE);
  const cipher = createCipheriv('aes-256-gcm', keyOf(secret, purpose), nonce).setAAD(Buffer.from(whose));
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64url');
}

/** The text inside; null when it was sealed with another secret, for something else, or changed since. */
export function unseal(secret: string, purpose: Purpose, whose: string, sealed: string): string | null {
  const bytes = Buffer.from(sealed, 'base64url');
  if (bytes.length < NONCE + TAG) return null;
  const decipher = createDecipheriv('aes-256-gcm', keyOf(secret, purpose), bytes.subarray(0, NONCE), {
    authTagLength: TAG,
  });
  decipher.setAAD(Buffer.from(whose)).setAuthTag(bytes.subarray(NONCE, NONCE + TAG));
  try {
    return Buffer.concat([decipher.update(bytes.subarray(NONCE + TAG)), decipher.final()]).toString('utf8');
  } catch {
    return null;
  }
}
