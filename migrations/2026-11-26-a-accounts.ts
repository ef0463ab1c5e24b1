/** Accounts with their second factor, sessions, single-use links, and the counts that slow guessing down. */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  const run = (text: string) => sql.raw(text).execute(db);
  // Of secrets only what cannot be used by whoever reads the table: Argon2id of passwords, SHA-256 of random
  // tokens and recovery codes, and the second factor's secret sealed with a key that is not in the database.
  await run(`create table accounts (
    id bigint generated always as identity primary key,
    email text not null unique check (email = lower(email) and email <> ''),
    role text not null check (role in ('reporter', 'approver', 'leader', 'admin')),
    agency_code text,
    password_hash text,
    totp_secret text,
    totp_last_step bigint,
    oidc_subject text unique,
    created_at timestamptz not null,
    invited_by text not null,
    disabled_at timestamptz,
    check ((role in ('reporter', 'approver')) = (agency_code is not null))
  )`);
  await run(`create table recovery_codes (
    account_id bigint not null references accounts on delete cascade,
    hash text not null,
    primary key (account_id, hash)
  )`);
  await run(`create table sessions (
    hash text primary key,
    account_id bigint not null references accounts on delete cascade,
    second_factor boolean not null,
    totp_offer text,
    created_at timestamptz not null,
    seen_at timestamptz not null
  )`);
  await run('create index on sessions (account_id)');
  await run(`create table one_time_links (
    hash text primary key,
    account_id bigint not null references accounts on delete cascade,
    purpose text not null check (purpose in ('invitation', 'reset')),
    expires_at timestamptz not null,
    used_at timestamptz
  )`);
  await run('create index on one_time_links (account_id)');
  await run(
    'create table throttles (key text primary key, since timestamptz not null, tries integer not null)',
  );
}
