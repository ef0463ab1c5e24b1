/** API keys: what a program may send for an agency until when; of the key itself only its hash. */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  const run = (text: string) => sql.raw(text).execute(db);
  await run(`create table api_keys (
    id bigint generated always as identity primary key,
    hash text not null unique, agency_code text not null,
    kinds text[] check (cardinality(kinds) > 0), issued_by text not null,
    created_at timestamptz not null, expires_at timestamptz not null check (expires_at > created_at),
    revoked_at timestamptz, last_used_at timestamptz, last_refused_at timestamptz)`);
}
