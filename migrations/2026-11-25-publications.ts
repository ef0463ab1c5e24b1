/** Publications as frozen: their instant, hash and signature, and every file of theirs, byte by byte. */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  const run = (text: string) => sql.raw(text).execute(db);
  // Months published before publications were frozen have none of it until the next start freezes them.
  await run(`alter table publications add column sha256 text, add column signature text, add column public_key text,
    add column frozen_at timestamptz`);
  await run(`create table publication_files (period date not null references publications, name text not null,
    content_type text not null, bytes bytea not null, primary key (period, name))`);
  // Zip files and pages gain nothing from a second compression.
  await run(`alter table publication_files alter column bytes set storage external`);
}
