/** Instants at which something becomes known, taken so that nothing slips into a past already shown. */
import { sql } from 'kysely';
import type { Db } from './connect.ts';

/** Advisory lock classes; the second key is a month, or 0. */
const INSTANT_LOCK = 766_001;
const MONTH_LOCK = 766_002;
const REFERENCE_LOCK = 766_003;
const STRUCTURE_LOCK = 766_004;
const MILESTONE_LOCK = 766_005;
const DIRECTIVE_LOCK = 766_006;
const AUDIT_LOCK = 766_007;
const FILE_LOCK = 766_008;
const UNIT_LOCK = 766_009;

/** Holds the making of partitions, milestones, or directives against other writers to the end of the transaction. */
export async function hold(trx: Db, what: 'structure' | 'milestones' | 'directives'): Promise<void> {
  const key = { structure: STRUCTURE_LOCK, milestones: MILESTONE_LOCK, directives: DIRECTIVE_LOCK }[what];
  await sql`select pg_advisory_xact_lock(${key}, 0)`.execute(trx);
}

/**
 * Holds reference data to the end of the transaction: `shared` by whatever was judged by it, alone by what
 * changes it.
 */
export async function holdReference(trx: Db, mode: 'shared' | 'alone'): Promise<void> {
  const lock = mode === 'shared' ? sql`pg_advisory_xact_lock_shared` : sql`pg_advisory_xact_lock`;
  await sql`select ${lock}(${REFERENCE_LOCK}, 0)`.execute(trx);
}

/**
 * The instant (ms) of everything this transaction makes known. Call it last, just before commit: it takes
 * the lock that all such transactions share and holds it to the end, so instants follow the order of
 * commits. One millisecond ahead of the clock and of every earlier instant, so an `as_of` shown before
 * this commit can never come to include it.
 */
export async function takeInstant(trx: Db): Promise<number> {
  await sql`select pg_advisory_xact_lock(${INSTANT_LOCK}, 0)`.execute(trx);
  const { rows } = await sql<{ at: Date }>`
    select greatest(
      date_trunc('milliseconds', clock_timestamp()),
      (select max(recorded_at) from postings where recorded_at < 'infinity'),
      (select max(recorded_at) from reference_loads),
      (select max(greatest(published_at, reopened_at)) from publications)
    ) + interval '1 millisecond' as at`.execute(trx);
  return (rows[0] as { at: Date }).at.getTime();
}

/** Waits until every transaction that has already taken its instant is committed, then sees it. */
export async function awaitInstants(db: Db): Promise<void> {
  await sql`select pg_advisory_xact_lock_shared(${INSTANT_LOCK}, 0)`.execute(db);
}

/**
 * Holds months against other writers (imports, publishing) until the transaction ends. Months known together
 * are taken in order, so that two files cannot wait for each other; where they come up one by one, the
 * database ends a circle of waiting and the file is tried again.
 */
export async function holdMonths(trx: Db, months: readonly string[]): Promise<void> {
  for (const month of [...new Set(months)].sort()) {
    const serial = Number(month.slice(0, 4)) * 12 + Number(month.slice(5, 7));
    await sql`select pg_advisory_xact_lock(${MONTH_LOCK}, ${serial})`.execute(trx);
  }
}

/** Holds a content against another file of the same bytes that is put to wait, to the end of the transaction. */
export async function holdFile(trx: Db, sha256: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(${FILE_LOCK}, hashtext(${sha256}))`.execute(trx);
}

/**
 * Holds the closing of months: `shared` by whatever moves numbers of months it does not name (a status counts
 * from its day on), alone by publishing.
 */
export async function holdClosing(trx: Db, mode: 'shared' | 'alone'): Promise<void> {
  const lock = mode === 'shared' ? sql`pg_advisory_xact_lock_shared` : sql`pg_advisory_xact_lock`;
  await sql`select ${lock}(${MONTH_LOCK}, 0)`.execute(trx);
}

/**
 * Holds the end of the audit to the end of the transaction, so that events stand in the order of commits. It is
 * the last lock of all: nothing else is waited for once it is held.
 */
export async function holdAudit(trx: Db): Promise<void> {
  await sql`select pg_advisory_xact_lock(${AUDIT_LOCK}, 0)`.execute(trx);
}

/** Holds the making of an agency's units against other files until the transaction ends. */
export async function holdUnits(trx: Db, agency: number): Promise<void> {
  await sql`select pg_advisory_xact_lock(${UNIT_LOCK}, ${agency})`.execute(trx);
}
