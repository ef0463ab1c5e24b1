/** Events of the audit as admins read them, with what is still known of the people; and the erasing of that. */
import { type ExpressionBuilder, type Selectable, sql } from 'kysely';
import type { Actor } from '../kpi/audit.ts';
import { recordEvent } from './audit.ts';
import type { Db } from './connect.ts';
import type { AuditColumns, Tables } from './tables.ts';

export interface EventFilter {
  action: string | null;
  /** `person 3`, `key 1`, `operator` or `public`. */
  actor: string | null;
  subject: string | null;
  /** Instants (ms) from which on, and before which. */
  since: number | null;
  until: number | null;
}

export type ListedEvent = Selectable<AuditColumns> & { mail: string | null; network_address: string | null };

/** The newest `count` events, of those before the number `before` if given; newest first. */
export async function listEvents(
  db: Db,
  { action, actor, subject, since, until }: EventFilter,
  before: number | null,
  count: number,
): Promise<ListedEvent[]> {
  const [kind, id = null] = actor?.split(' ') ?? [];
  return db
    .selectFrom('audit')
    .leftJoin('audit_people', 'audit_id', 'id')
    .selectAll('audit')
    .select(['mail', 'network_address'])
    .$if(before !== null, q => q.where('id', '<', before))
    .$if(action !== null, q => q.where('action', '=', action))
    .$if(kind !== undefined, q => q.where('actor_kind', '=', kind as AuditColumns['actor_kind']))
    .$if(id !== null, q => q.where('actor_id', '=', id))
    .$if(subject !== null, q => q.where('subject', '=', subject))
    .$if(since !== null, q => q.where('at', '>=', new Date(since as number)))
    .$if(until !== null, q => q.where('at', '<', new Date(until as number)))
    .orderBy('id', 'desc')
    .limit(count)
    .execute();
}

const BATCH = 1000;

/** All events that a filter lets through, newest first, however many. */
export async function* eachEvent(db: Db, filter: EventFilter): AsyncGenerator<ListedEvent> {
  let before: number | null = null;
  do {
    const events: ListedEvent[] = await listEvents(db, filter, before, BATCH);
    yield* events;
    before = events.length === BATCH ? (events.at(-1)?.id ?? null) : null;
  } while (before !== null);
}

/** Everybody who did something, with the address that their latest event still has: `person 3`, `operator` … */
export async function actorsOf(db: Db): Promise<{ actor: string; mail: string | null }[]> {
  const { rows } = await sql<{ actor: string; mail: string | null }>`
    select concat_ws(' ', actor_kind, actor_id) as actor, (array_agg(mail order by id desc))[1] as mail
    from audit left join audit_people on audit_id = id
    group by actor_kind, actor_id order by actor_kind, length(actor_id), actor_id`.execute(db);
  return rows;
}

/**
 * Erases what makes an account's events personal: its mail and network addresses, in what it did and in what was
 * done to it. The events and their hashes stay as they are. Answers with the number of events.
 */
export async function erasePeople(db: Db, account: string, by: Actor): Promise<number> {
  return db.transaction().execute(async trx => {
    const theirs = ({ eb }: ExpressionBuilder<Tables, 'audit'>) =>
      eb.or([
        eb.and([eb('actor_kind', '=', 'person'), eb('actor_id', '=', account)]),
        eb('subject', '=', `account ${account}`),
      ]);
    const erased = await trx
      .deleteFrom('audit_people')
      .where('audit_id', 'in', q => q.selectFrom('audit').select('id').where(theirs))
      .executeTakeFirst();
    const events = Number(erased.numDeletedRows);
    if (events > 0) {
      const subject = `account ${account}`;
      await recordEvent(trx, { ...by, action: 'personal_data_erased', subject, after: { events } });
    }
    return events;
  });
}
