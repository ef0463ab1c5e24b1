/** Two more kinds of files: reference data an operator imports, and directives with their progress. */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  const run = (text: string) => sql.raw(text).execute(db);

  await run(`alter table submissions drop constraint submissions_kind_check`);
  await run(`alter table submissions add constraint submissions_kind_check
    check (kind in ('monthly-return', 'service-status', 'milestones', 'directives', 'catalogue'))`);
  // What a file of reference data changes, row by row, as it was shown before it was applied.
  await run(`alter table submissions add column difference jsonb`);

  const stored = `posting_id bigint not null references postings, source_row integer not null,
    superseded_by bigint references postings`;
  await run(`create table directives (id text not null, document text not null, clause text not null,
    title text not null, lead_agency text not null, coordinating_agencies text not null, deadline date,
    recurring text not null, measurable_target text not null, ${stored})`);
  await run(`create unique index directives_current on directives (id) where superseded_by is null`);
  await run(`create table directive_progress (id text not null,
    status text not null check (status in ('not_started', 'in_progress', 'done')),
    done_on date, note text not null, ${stored}, check (done_on is null or status = 'done'))`);
  await run(
    `create unique index directive_progress_current on directive_progress (id) where superseded_by is null`,
  );
}
