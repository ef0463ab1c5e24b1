/** API keys: issued once, known by their hash, and good for one agency's files until they end. */
import { OFFICE_KINDS, PUBLIC, senderOf, type Visitor } from '../kpi/access.ts';
import type { Actor } from '../kpi/audit.ts';
import { addKey, endKey, keyByHash, noteKey } from '../store/api-keys.ts';
import { recordEvent } from '../store/audit.ts';
import type { Db } from '../store/connect.ts';
import { hashOf, newToken } from './token.ts';

/** Begins every key, so that one that was left lying about is recognised for what it is. */
const PREFIX = 'tt_';
const DAY_MS = 24 * 3_600_000;

/** How long a key lasts, in days. */
export const KEY_DAYS = { usual: 365, longest: 730 };

export interface KeyWish {
  /** Code of the agency whose files it may send. */
  agency: string;
  /** Kinds of files, of `OFFICE_KINDS`; null is all of them. */
  kinds: readonly string[] | null;
  /** From 1 to `KEY_DAYS.longest`. */
  days: number;
}

/** A key as it is shown this once: only its hash is kept. */
export interface IssuedKey {
  id: string;
  key: string;
  expiresAt: number;
}

export async function issueKey(
  db: Db,
  { agency, kinds, days }: KeyWish,
  by: Actor,
  at: number,
): Promise<IssuedKey> {
  const key = PREFIX + newToken();
  const expires_at = new Date(at + days * DAY_MS);
  const id = await db.transaction().execute(async trx => {
    const made = await addKey(trx, {
      hash: hashOf(key),
      agency_code: agency,
      kinds: kinds && [...kinds],
      issued_by: senderOf(by.visitor) ?? by.visitor.name,
      created_at: new Date(at),
      expires_at,
    });
    const after = { agency, kinds: kinds ?? [...OFFICE_KINDS], expires_at: expires_at.toISOString() };
    await recordEvent(trx, { ...by, action: 'key_issued', subject: `key ${made}`, after });
    return made;
  });
  return { id: String(id), key, expiresAt: expires_at.getTime() };
}

/** Ends a key for good; false when there is none or it was ended before. */
export async function revokeKey(db: Db, id: string, by: Actor, at: number): Promise<boolean> {
  if (!/^\d{1,15}$/.test(id)) return false;
  return db.transaction().execute(async trx => {
    const ended = await endKey(trx, Number(id), at);
    if (ended) await recordEvent(trx, { ...by, action: 'key_revoked', subject: `key ${id}` });
    return ended;
  });
}

/**
 * Who holds a key; null for a text that is none, or of one that has expired or was revoked, which the audit is
 * told (with the network address `from`), as often as is of use.
 */
export async function keyHolder(
  db: Db,
  text: string,
  now: number,
  from: string | null = null,
): Promise<Visitor | null> {
  const key = await keyByHash(db, hashOf(text));
  if (!key) return null;
  const id = String(key.id);
  const why = key.revoked_at ? 'revoked' : key.expires_at.getTime() <= now ? 'expired' : null;
  if (why === null) {
    await noteKey(db, key.id, 'last_used_at', now);
    return { kind: 'key', id, name: `key ${id}`, role: null, agency: key.agency_code, kinds: key.kinds };
  }
  await db.transaction().execute(async trx => {
    if (!(await noteKey(trx, key.id, 'last_refused_at', now))) return;
    const after = { why };
    await recordEvent(trx, {
      visitor: PUBLIC,
      from,
      door: 'api',
      action: 'key_refused',
      subject: `key ${id}`,
      after,
    });
  });
  return null;
}
