/** The chain of the audit, walked from its first event to its last: what was altered, taken out or moved. */
import { sql } from 'kysely';
import { type SealedRow, sealOf } from './audit.ts';
import type { Db } from './connect.ts';

/** What is wrong with the chain; `id` names the event, `until` the last of several that are missing. */
export type ChainFault =
  | { what: 'altered'; id: number }
  /** The event itself is whole, but stands under another number than its own, `own`. */
  | { what: 'moved'; id: number; own: number }
  | { what: 'missing'; id: number; until: number }
  /** The note of where the chain ends does not fit its last event. */
  | { what: 'end'; id: number }
  /** A hash noted down earlier is not in the chain (any more). */
  | { what: 'unknown_head'; head: string };

export interface ChainReport {
  events: number;
  /** The hash of the last event: note it down elsewhere, and nothing up to it can be changed unseen. */
  head: string;
  faults: ChainFault[];
}

type StoredRow = SealedRow & { hash: string };
const BATCH = 1000;

/** Verifies the whole chain, however long; `noted` are hashes noted down earlier. Events may go on coming in. */
export async function verifyChain(db: Db, noted: readonly string[] = []): Promise<ChainReport> {
  const faults: ChainFault[] = [];
  const sought = new Set(noted);
  let events = 0;
  let last = { id: 0, hash: '', whole: true };
  // Written on another hash than the event before has now: that one was altered, and its hash with it.
  const follow = (previous: string): void => {
    if (last.whole && previous !== last.hash) faults.push({ what: 'altered', id: Math.max(last.id, 1) });
  };
  for (;;) {
    // Read before the events: those that it speaks of are there already.
    const end = await auditEnd(db);
    const rows = await rowsAfter(db, last.id);
    for (const row of rows) {
      const { hash, ...sealed } = row;
      const own = sealOf(sealed) === hash ? row.id : await ownNumber(db, row);
      if (row.id > last.id + 1) faults.push({ what: 'missing', id: last.id + 1, until: row.id - 1 });
      else if (own === row.id) follow(row.previous);
      if (own === null) faults.push({ what: 'altered', id: row.id });
      else if (own !== row.id) faults.push({ what: 'moved', id: row.id, own });
      sought.delete(hash);
      last = { id: row.id, hash, whole: own === row.id };
      events += 1;
    }
    if (rows.length > 0) continue;
    if (end.id > last.id) faults.push({ what: 'missing', id: last.id + 1, until: end.id });
    else if (end.id < last.id) faults.push({ what: 'end', id: last.id });
    else follow(end.hash);
    for (const head of sought) faults.push({ what: 'unknown_head', head });
    return { events, head: last.hash, faults };
  }
}

/** The number and the hash of the last event, as noted beside the chain. */
export async function auditEnd(db: Db): Promise<{ id: number; hash: string }> {
  return (
    (await db.selectFrom('audit_head').select(['id', 'hash']).executeTakeFirst()) ?? { id: -1, hash: '' }
  );
}

/** The number under which an event was sealed, when it is that alone which was changed; null otherwise. */
async function ownNumber(db: Db, { hash, ...sealed }: StoredRow): Promise<number | null> {
  const { rows } = await sql<{ id: number }>`select id from audit where hash = ${sealed.previous}`.execute(
    db,
  );
  const own = sealed.previous === '' ? 1 : rows[0] && rows[0].id + 1;
  const numbers = [own, sealed.id - 1, sealed.id + 1].filter(n => n !== undefined);
  return numbers.find(id => sealOf({ ...sealed, id }) === hash) ?? null;
}

/** The next events of the chain, in order, as they were sealed. */
export async function rowsAfter(db: Db, id: number): Promise<StoredRow[]> {
  const { rows } =
    await sql<StoredRow>`select id, to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at,
    actor_kind, actor_id, action, subject, before::text as before, after::text as after, door, previous, hash
    from audit where id > ${id} order by id limit ${BATCH}`.execute(db);
  return rows;
}
