/** How often something was tried since when; in the database, so that it holds for every process and after a restart. */
import { sql } from 'kysely';
import type { Db } from './connect.ts';

/** Nothing is counted for longer than this. */
const LONGEST_MS = 24 * 3_600_000;

/**
 * Counts one try at `at` and answers with how many there were since the first one, this one included. A first
 * one longer than `span` ms ago is forgotten. One statement, so that tries at the same moment all count.
 */
export async function countTry(db: Db, key: string, span: number, at: number): Promise<number> {
  await db
    .deleteFrom('throttles')
    .where('since', '<=', new Date(at - LONGEST_MS))
    .execute();
  const over = sql<boolean>`throttles.since <= ${new Date(at - span)}`;
  const { tries } = await db
    .insertInto('throttles')
    .values({ key, since: new Date(at), tries: 1 })
    .onConflict(conflict =>
      conflict.column('key').doUpdateSet({
        since: sql`case when ${over} then excluded.since else throttles.since end`,
        tries: sql`case when ${over} then 1 else throttles.tries + 1 end`,
      }),
    )
    .returning('tries')
    .executeTakeFirstOrThrow();
  return tries;
}

/** Takes one try back: it was no guess. */
export async function takeBack(db: Db, key: string): Promise<void> {
  await db
    .updateTable('throttles')
    .set({ tries: sql`tries - 1` })
    .where('key', '=', key)
    .where('tries', '>', 0)
    .execute();
}

/** Forgets all tries: whoever made them turned out to be who they said. */
export async function forgetTries(db: Db, key: string): Promise<void> {
  await db.deleteFrom('throttles').where('key', '=', key).execute();
}
