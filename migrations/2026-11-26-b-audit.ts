/** The audit: a chain of events that is only ever added to, and the personal data beside it, which can be erased. */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  const run = (text: string) => sql.raw(text).execute(db);
  // Numbers are given one by one, without gaps, so that a row that is missing shows.
  await run(`create table audit (
    id bigint primary key, at timestamptz(3) not null,
    actor_kind text not null check (actor_kind in ('public', 'person', 'key', 'operator')), actor_id text,
    action text not null, subject text not null, before json, after json, door text not null,
    previous text not null, hash text not null unique)`);
  await run('create index on audit (actor_kind, actor_id, id)');
  await run('create index on audit (action, id)');
  await run('create index on audit (subject, id)');
  // Outside the chain: erasing it leaves every hash as it is.
  await run(`create table audit_people (
    audit_id bigint primary key references audit, mail text, network_address text)`);
  // Where the chain ends, so that a tail that was cut off shows.
  await run(`create table audit_head (
    one boolean primary key default true check (one), id bigint not null, hash text not null)`);
  await run(`insert into audit_head (id, hash) values (0, '')`);

  await run(`create function audit_goes_on() returns trigger language plpgsql security definer
    set search_path from current as $$ begin
      update audit_head set id = new.id, hash = new.hash where id = new.id - 1 and hash = new.previous;
      if not found then raise exception 'an event must follow the last one'; end if;
      return null;
    end $$`);
  await run(`create trigger goes_on after insert on audit for each row execute function audit_goes_on()`);
  await run(`create function audit_stays() returns trigger language plpgsql as $$ begin
      raise exception 'the audit is only ever added to';
    end $$`);
  await run(`create trigger stays before update or delete or truncate on audit
    for each statement execute function audit_stays()`);
  await run(`create trigger stays before delete or truncate on audit_head
    for each statement execute function audit_stays()`);

  // Roles belong to the whole server: another database's migration may have made it, or be making it now.
  await run(`do $$ begin create role toan_trinh_app nologin;
    exception when duplicate_object or unique_violation then null; end $$`);
  await run('grant select, insert on audit to toan_trinh_app');
  await run('grant select, insert, delete on audit_people to toan_trinh_app');
  await run('grant select on audit_head to toan_trinh_app');
}
