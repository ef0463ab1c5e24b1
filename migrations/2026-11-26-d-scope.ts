/** The role that all work runs under, which owns nothing, and the row security that binds it: drafts are not for everybody. */
import { type Kysely, sql } from 'kysely';

/** Everything: commands, imports, leaders and admins. */
const ALL = `(select current_setting('toan_trinh.drafts', true)) = 'all'`;
/** Keys of the agencies whose drafts are seen. */
const AGENCIES = `(select string_to_array(current_setting('toan_trinh.draft_agencies', true), ',')::int[])`;
const OWN = `agency_id = any (${AGENCIES}::int[])`;
/** Months with keys of the services whose drafts are seen of every agency, as \`2022-07-01:12\`. */
const SERVICES = `(select split_part(pair, ':', 1)::date, split_part(pair, ':', 2)::int
  from unnest(string_to_array(current_setting('toan_trinh.draft_services', true), ',')) as pair)`;

const OF_MONTHS = `period in (select p.period from publications p) or ${ALL} or ${OWN}
  or (period, service_id) in ${SERVICES}`;
/** A status speaks from its day on, so it is public with the first month published that it speaks for. */
const OF_STATUSES = `as_of < (select max(p.period) + interval '1 month' from publications p) or ${ALL} or ${OWN}
  or (date_trunc('month', as_of::timestamp)::date, service_id) in ${SERVICES}`;
/** Whoever sees a number may see which file says so; the inner tables show what their own rows allow. */
const OF_SUBMISSIONS = `${ALL}
  or agency_code in (select k.code from agency_keys k where k.id = any (${AGENCIES}::int[]))
  or status = 'approved' and (kind in ('milestones', 'directives', 'catalogue') or exists (
    select from postings g where g.submission_id = submissions.id and (
      g.periods && (select array_agg(p.period) from publications p)
      or kind = 'service-status' and g.periods[1] <= (select max(p.period) from publications p)
      or (select current_setting('toan_trinh.draft_agencies', true)) <> '' and (
        exists (select from ledger l where l.period = any (g.periods) and l.posting_id = g.id)
        or kind = 'service-status' and exists (select from statuses s where s.posting_id = g.id)))))`;
/** The bytes themselves are for who may see the submission itself, published or not. */
const OF_FILES = `${ALL} or exists (select from submissions s join agency_keys k on k.code = s.agency_code
  where s.sha256 = submission_file_parts.sha256 and k.id = any (${AGENCIES}::int[]))`;

export async function up(db: Kysely<unknown>): Promise<void> {
  const run = (text: string) => sql.raw(text).execute(db);

  // Roles belong to the whole server: another database's migration may have made it, or be making it now.
  await run(`do $$ begin create role toan_trinh_app nologin;
    exception when duplicate_object or unique_violation then null; end $$`);
  await run(`do $$ begin set local role toan_trinh_app; set local role none;
    exception when insufficient_privilege then
      execute format('grant toan_trinh_app to %I', session_user); end $$`);
  await run(`do $$ declare t record; s text := quote_ident(current_schema()); begin
    execute 'grant usage on schema ' || s || ' to toan_trinh_app';
    execute 'grant usage on all sequences in schema ' || s || ' to toan_trinh_app';
    -- What partitions hold is reached through the whole they are part of, where row security stands before it;
    -- the audit says itself what may be done to it.
    for t in select c.oid::regclass as name, c.relispartition as part from pg_class c
      where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p')
        and c.relname not like 'audit%' and c.relname not like 'kysely%' loop
      if t.part then execute 'revoke all on ' || t.name || ' from toan_trinh_app';
      else execute 'grant select, insert, update, delete on ' || t.name || ' to toan_trinh_app'; end if;
    end loop;
    -- Of tables that later migrations make. Partitions take it back (see src/store/partitions.ts).
    execute 'alter default privileges in schema ' || s ||
      ' grant select, insert, update, delete on tables to toan_trinh_app';
    execute 'alter default privileges in schema ' || s || ' grant usage on sequences to toan_trinh_app';
  end $$`);

  await run('create index postings_by_submission on postings (submission_id)');
  await run('create index submissions_by_agency on submissions (agency_code)');
  for (const [seen, tables] of [
    [OF_MONTHS, ['figures', 'figures_history', 'ledger', 'returns']],
    [OF_STATUSES, ['statuses', 'statuses_history']],
    [OF_SUBMISSIONS, ['submissions']],
    [OF_FILES, ['submission_file_parts']],
  ] as const) {
    for (const table of tables) {
      await run(`alter table ${table} enable row level security`);
      await run(`create policy seen on ${table} to toan_trinh_app using (${seen})`);
    }
  }
}
