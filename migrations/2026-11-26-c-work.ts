/** The monthly work of offices: who sent a file, what was decided about it, and who may still report for a closed month. */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  const run = (text: string) => sql.raw(text).execute(db);
  // Null in what came in before there were accounts, and in what commands take.
  await run(`alter table submissions
    add column sent_by text,
    add column sent_as text check (sent_as in ('reporter', 'approver', 'leader', 'admin')),
    add column confirmed_at timestamptz`);
  await run(`create index submissions_waiting on submissions (id) where status = 'accepted'`);
  // Who did it is written as the audit knows them, by kind and number.
  await run(`create table reviews (
    id bigint generated always as identity primary key,
    submission_id bigint not null references submissions,
    at timestamptz not null,
    who text not null,
    what text not null check (what in ('confirmed', 'approved', 'returned', 'withdrawn')),
    comment text check ((what = 'returned') = (comment is not null))
  )`);
  await run('create index on reviews (submission_id)');
  await run(`create table late_entries (
    id bigint generated always as identity primary key,
    agency_code text not null,
    period date not null check (extract(day from period) = 1),
    until date not null,
    reason text not null check (reason <> ''),
    granted_by text not null,
    granted_at timestamptz not null,
    ended_at timestamptz
  )`);
  await run('create index on late_entries (agency_code, period)');
}
