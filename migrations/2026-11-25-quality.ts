/** Thresholds of data quality become reference data; until now they stood in the program, the same all the time. */
import { type Kysely, sql } from 'kysely';

const RULES: [rule: string, value: number, note: string][] = [
  [
    'copied_services',
    3,
    'services with dossiers that must all say what they said the month before for a return to count as copied on',
  ],
  ['round_counts', 20, 'counts of ten and more below which their roundness says nothing'],
  [
    'round_share',
    0.5,
    'share of multiples of ten from which on counts are called round; by chance one in ten',
  ],
  ['jump_months', 12, 'months looked back for what is usual'],
  ['jump_least', 6, 'of which so many must be there'],
  ['jump_z', 6, 'distance in robust standard deviations of the logarithm'],
  [
    'jump_spread',
    0.25,
    'the least spread that is believed: seasons and ordinary luck move every office by this much',
  ],
  ['jump_smallest', 30, 'dossiers; what stays below on both sides is too small to speak of'],
  ['jump_peers', 8, 'offices that move together show the season that they share'],
  ['quiet_months', 3, 'months in a row without an online dossier'],
];

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create table quality_rules (rule text not null, value double precision not null, valid_from date,
    valid_to date, note text not null, origin text not null, recorded_from timestamptz not null,
    recorded_to timestamptz)`.execute(db);
  // A fresh database gets them with the first load; an older one has known them from its first load on.
  for (const [rule, value, note] of RULES) {
    await sql`insert into quality_rules (rule, value, note, origin, recorded_from)
      select ${rule}, ${value}, ${note}, 'shipped', min(recorded_at) from reference_loads
      having min(recorded_at) is not null`.execute(db);
  }
}
