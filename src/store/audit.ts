/** Writing down what happens: one event after the other, each sealed with the hash of the one before. */
import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { type AuditEvent, doorOf, speakable } from '../kpi/audit.ts';
import { canonicalJson } from '../kpi/canonical.ts';
import type { Db } from './connect.ts';
import { holdAudit } from './instant.ts';
import type { AuditColumns } from './tables.ts';

/** An event without its hash, its instant in ISO 8601 (UTC, milliseconds) and its facts as the text they are kept as. */
export type SealedRow = Omit<AuditColumns, 'at' | 'before' | 'after' | 'hash'> & {
  at: string;
  before: string | null;
  after: string | null;
};

/** The hash that seals an event: SHA-256 of its canonical form (RFC 8785), the hash before it included; in hex. */
export function sealOf(row: SealedRow): string {
  return createHash('sha256').update(canonicalJson(row)).digest('hex');
}

/**
 * Tells of a change in the transaction that makes it, so that there is neither without the other. Call it last:
 * it holds the end of the audit until the commit, and everybody else's next event with it. Mail address
 * and network address stand beside the event, where they can be erased; nothing of a visitor who is not known.
 */
export async function recordEvent(trx: Db, event: AuditEvent): Promise<void> {
  await holdAudit(trx);
  const { rows } = await sql<{ id: number; hash: string; at: Date }>`select id, hash,
    clock_timestamp()::timestamptz(3) as at from audit_head`.execute(trx);
  const head = rows[0] as { id: number; hash: string; at: Date };
  const { visitor } = event;
  const text = (facts: AuditEvent['before']): string | null => {
    const kept = speakable(facts);
    return kept && canonicalJson(kept);
  };
  const row: SealedRow = {
    id: head.id + 1,
    at: head.at.toISOString(),
    actor_kind: visitor.kind,
    actor_id: visitor.id,
    action: event.action,
    subject: event.subject,
    before: text(event.before),
    after: text(event.after),
    door: doorOf(event),
    previous: head.hash,
  };
  await trx
    .insertInto('audit')
    .values({ ...row, at: head.at, hash: sealOf(row) } as never)
    .execute();
  const mail = visitor.kind === 'person' ? visitor.name : null;
  const network_address = event.from ?? null;
  if (mail ?? network_address)
    await trx.insertInto('audit_people').values({ audit_id: row.id, mail, network_address }).execute();
}
