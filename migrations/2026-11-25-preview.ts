/** The first rows of a file as read, kept with its submission; null for those stored before. */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table submissions add column preview jsonb`.execute(db);
}
