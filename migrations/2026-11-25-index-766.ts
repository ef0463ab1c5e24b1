/** The components of index 766, with the points each gives, become reference data. */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create table index_766 (id text not null, level text not null
      check (level in ('group', 'component')), name_vi text not null, name_en text not null,
    max_points_ministry double precision not null, max_points_province double precision not null,
    indicator text not null, full_from double precision, 
    confidence text not null, source text not null, origin text not null, recorded_from timestamptz not null,
    recorded_to timestamptz)`.execute(db);
  // What kinds of indicators there are is known to the check that stands before their recording.
  await sql`alter table indicators drop constraint indicators_kind_check`.execute(db);
}
