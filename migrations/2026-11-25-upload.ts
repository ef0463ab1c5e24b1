/** What was stated beside a file, so that one that waits can be judged again in the same way. */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table submissions add column stated_period text, add column stated_agency text`.execute(db);
}
