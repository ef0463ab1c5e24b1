/** One-time codes by the clock (TOTP, RFC 6238: six digits, thirty seconds, SHA-1, as every app reads them). */
import { generateSecret, generateURI, verifySync } from 'otplib';
import { toString as drawCode } from 'qrcode';

const STEP_S = 30;

/** 160 random bits in base 32. */
export const newSecret = (): string => generateSecret();

/** The square that an app reads a secret from, as an SVG element; dark on light whatever the page's colours are. */
export function qrOf(secret: string, email: string): Promise<string> {
  return drawCode(generateURI({ issuer: 'Toàn Trình', label: email, secret }), { type: 'svg', margin: 2 });
}

/** A secret in groups of four, to be typed. */
export const spelled = (secret: string): string => secret.replace(/(.{4})(?=.)/g, '$1 ');

/**
 * The time step (counted from 1970) whose code this is: the present one or the one before or after, for clocks
 * that are a little off. Null when it is the code of none, or of a step not after `last`.
 */
export function stepOf(secret: string, code: string, last: number | null, at: number): number | null {
  if (!/^\d{6}$/.test(code)) return null;
  const found = verifySync({
    ...{ secret, token: code, epoch: Math.floor(at / 1000), epochTolerance: STEP_S, period: STEP_S },
    ...(last === null ? {} : { afterTimeStep: last }),
  });
  return found.valid && 'timeStep' in found ? found.timeStep : null;
}
