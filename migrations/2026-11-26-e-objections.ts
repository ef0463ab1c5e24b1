/** Months that are opened again and published anew, and the objections of offices to figures before they are. */
import { type Kysely, sql } from 'kysely';

/** For whoever sees every draft, and for those of the agency. */
const OF_AGENCIES = `(select current_setting('toan_trinh.drafts', true)) = 'all' or agency_code in (
  select k.code from agency_keys k where k.id = any (
    (select string_to_array(current_setting('toan_trinh.draft_agencies', true), ',')::int[])::int[]))`;

export async function up(db: Kysely<unknown>): Promise<void> {
  const run = (text: string) => sql.raw(text).execute(db);
  // Every publishing of a month is an edition of its own; what was frozen stays beside what is frozen later.
  await run('alter table publication_files drop constraint publication_files_period_fkey');
  await run('alter table publication_files drop constraint publication_files_pkey');
  await run('alter table publications drop constraint publications_pkey');
  await run(`alter table publications add column edition integer not null default 1 check (edition > 0),
    add column open_objections integer not null default 0, add column objections_reason text,
    add column reopened_at timestamptz, add column reopened_by text, add column reopen_reason text,
    add primary key (period, edition),
    add check ((open_objections > 0) = (objections_reason is not null)),
    add check ((reopened_at is null) = (reopen_reason is null))`);
  await run(`alter table publication_files add column edition integer not null default 1,
    add primary key (period, edition, name), add foreign key (period, edition) references publications`);
  // A month is closed by the one edition that was not opened again; two at once cannot be.
  await run('create unique index publications_closed on publications (period) where reopened_at is null');

  // Who did something is written as the audit knows them: the kind and the number, no mail address.
  await run(`create table objections (
    id bigint generated always as identity primary key,
    period date not null, agency_code text not null, service_code text, indicator text,
    text text not null, raised_by text not null, raised_at timestamptz not null,
    status text not null default 'open' check (status in ('open', 'accepted', 'rejected', 'withdrawn')),
    answer text, decided_by text, decided_at timestamptz,
    check ((status = 'open') = (decided_at is null)),
    check ((status in ('accepted', 'rejected')) = (answer is not null)))`);
  await run("create index on objections (period) where status = 'open'");
  await run('create index on objections (agency_code)');
  await run(`create table objection_files (objection_id bigint primary key references objections,
    name text not null, sha256 text not null, bytes bytea not null)`);
  await run('alter table objection_files alter column bytes set storage external');
  // Why a month may be published although these objections are open: for somebody else to go by.
  await run(`create table overrulings (
    id bigint generated always as identity primary key,
    period date not null, objections bigint[] not null, reason text not null,
    written_by text not null, written_at timestamptz not null)`);
  await run('create index on overrulings (period)');

  // What an office objects to is a draft: nobody sees it who may not see the draft.
  for (const [table, seen] of [
    ['objections', OF_AGENCIES],
    ['objection_files', `exists (select from objections o where o.id = objection_id)`],
  ]) {
    await run(`alter table ${table} enable row level security`);
    await run(`create policy seen on ${table} to toan_trinh_app using (${seen})`);
  }
  // What was frozen, sent or given as a reason stays as it is.
  await run('revoke update, delete on publication_files, objection_files, overrulings from toan_trinh_app');
  await run('revoke delete on publications, objections from toan_trinh_app');
}
