/** Single counts, where sums do not tell: how many of an office's numbers are round. */
import { sql } from 'kysely';
import { COUNTS } from '../kpi/figure.ts';
import { firstDay, type Month, monthOf } from '../kpi/month.ts';
import type { Tens } from '../kpi/quality.ts';
import type { Db } from './connect.ts';

/** Rows that are looked at of one office and month: enough to tell rounding from chance, however many there are. */
const LOOKED_AT = 500;

/** Counts of ten and more and the multiples of ten among them, as known at `asOf` (ms), in each office's first rows. */
export async function tensOf(
  db: Db,
  months: readonly Month[],
  agencies: readonly string[],
  asOf: number,
): Promise<Tens> {
  const columns = sql.raw(`posting_id, array[${COUNTS.join(', ')}] as counts`);
  const at = new Date(asOf);
  const { rows } = await sql<{ period: string; agency: string; counts: number; round: number }>`
    select m.period, a.code as agency, count(*) filter (where c >= 10) as counts,
      count(*) filter (where c >= 10 and c % 10 = 0) as round
    from unnest(${months.map(firstDay)}::date[]) m (period)
    join agency_keys a on a.code = any(${agencies}::text[])
    cross join lateral (
      (select ${columns}, null::bigint as superseded_by from figures f
        where f.period = m.period and f.agency_id = a.id order by unit_id, service_id limit ${LOOKED_AT})
      union all
      (select ${columns}, superseded_by from figures_history f
        where f.period = m.period and f.agency_id = a.id order by unit_id, service_id limit ${LOOKED_AT})
    ) f
    join postings p on p.id = f.posting_id and p.recorded_at <= ${at}
    left join postings e on e.id = f.superseded_by
    cross join lateral unnest(f.counts) c
    where e.id is null or e.recorded_at > ${at}
    group by m.period, a.code`.execute(db);
  return new Map(rows.map(r => [`${monthOf(r.period)}|${r.agency}`, { counts: r.counts, round: r.round }]));
}
