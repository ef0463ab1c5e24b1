/** Signatures of publications: Ed25519 (RFC 8032), with a key that follows from the installation's secret. */
import { createHash, createPrivateKey, createPublicKey, hkdfSync, sign, verify } from 'node:crypto';

/** PKCS #8 wrapping of a raw Ed25519 seed (RFC 8410): what stands before its 32 bytes. */
const PKCS8_HEAD = Buffer.from('302e020100300506032b657004220420', 'hex');

export interface Signed {
  /** Base64 of the 64 bytes of the signature. */
  signature: string;
  /** SPKI in PEM, as `openssl pkeyutl -verify -pubin` takes it. */
  publicKey: string;
}

/** Signs bytes. The same secret gives the same key on every machine, so that they sign with one voice. */
export function signBytes(secret: string, bytes: Buffer): Signed {
  const seed = Buffer.from(hkdfSync('sha256', secret, '', 'toan-trinh publication signature', 32));
  const key = createPrivateKey({ key: Buffer.concat([PKCS8_HEAD, seed]), format: 'der', type: 'pkcs8' });
  return {
    signature: sign(null, bytes, key).toString('base64'),
    publicKey: createPublicKey(key).export({ format: 'pem', type: 'spki' }).toString(),
  };
}

/** Whether the signature of the bytes is of this key; false too for what is no key or no signature. */
export function isSigned(bytes: Buffer, { signature, publicKey }: Signed): boolean {
  try {
    return verify(null, bytes, createPublicKey(publicKey), Buffer.from(signature, 'base64'));
  } catch {
    return false;
  }
}

/** A short name of a public key for comparing by eye: the SHA-256 of its DER form, the first 32 hex digits. */
export function fingerprintOf(publicKey: string): string {
  const der = createPublicKey(publicKey).export({ format: 'der', type: 'spki' });
  return createHash('sha256').update(der).digest('hex').slice(0, 32);
}
