/** The ledger counted again the plain way: straight from the figures, by SQL that shares nothing with the code. */
import { type Kysely, sql } from 'kysely';
import type { Tables } from '../../src/store/tables.ts';

const NAMES = [
  'rows',
  'received_online',
  'received',
  'resolved',
  'end_to_end_rows',
  'end_to_end_done',
  'end_to_end_resolved',
  'deadline_rows',
  'deadline_resolved_in_time',
  'deadline_resolved_late',
  'deadline_pending_in_time',
  'deadline_pending_overdue',
  'payment_rows',
  'payment_online',
  'payment_due',
  'files_rows',
  'files_digitised',
  'files_received',
  'results_rows',
  'results_digitised',
  'results_resolved',
  'reuse_rows',
  'reuse_reused',
  'reuse_received',
  'satisfaction_rows',
  'satisfaction_satisfied',
  'satisfaction_ratings',
];

/** A row stands in a rate when every count that the rate needs is reported in it. */
const RECOUNT = `select period, agency_id, service_id,
  count(*), sum(received_online), sum(received_online + received_direct),
  sum(resolved_early + resolved_on_time + resolved_late),
  count(resolved_end_to_end), coalesce(sum(resolved_end_to_end), 0),
  coalesce(sum(resolved_early + resolved_on_time + resolved_late) filter (where resolved_end_to_end is not null), 0),
  count(pending_on_time + pending_overdue),
  coalesce(sum(resolved_early + resolved_on_time)
    filter (where pending_on_time is not null and pending_overdue is not null), 0),
  coalesce(sum(resolved_late) filter (where pending_on_time is not null and pending_overdue is not null), 0),
  coalesce(sum(pending_on_time) filter (where pending_overdue is not null), 0),
  coalesce(sum(pending_overdue) filter (where pending_on_time is not null), 0),
  count(fee_due + paid_online), coalesce(sum(paid_online) filter (where fee_due is not null), 0),
  coalesce(sum(fee_due) filter (where paid_online is not null), 0),
  count(files_digitised), coalesce(sum(files_digitised), 0),
  coalesce(sum(received_online + received_direct) filter (where files_digitised is not null), 0),
  count(results_digitised), coalesce(sum(results_digitised), 0),
  coalesce(sum(resolved_early + resolved_on_time + resolved_late) filter (where results_digitised is not null), 0),
  count(data_reused), coalesce(sum(data_reused), 0),
  coalesce(sum(received_online + received_direct) filter (where data_reused is not null), 0),
  count(ratings + satisfied), coalesce(sum(satisfied) filter (where ratings is not null), 0),
  coalesce(sum(ratings) filter (where satisfied is not null), 0)`;

export interface Comparison {
  /** (month, agency, service) that hold figures. */
  cells: number;
  /** Lines that stand on one side only. */
  differences: unknown[];
}

/** Compares the balance of the ledger with the figures, as current at `asOf` (null is now). */
export async function recount(db: Kysely<Tables>, asOf: Date | null): Promise<Comparison> {
  const balances = NAMES.map(name => `sum(l.${name})::bigint as ${name}`).join(', ');
  const upTo = asOf === null ? sql`true` : sql`p.recorded_at <= ${asOf}`;
  const kept = sql`select l.period, l.agency_id, l.service_id, ${sql.raw(balances)}
    from ledger l join postings p on p.id = l.posting_id where ${upTo} group by 1, 2, 3
    having ${sql.raw(NAMES.map(name => `sum(l.${name}) <> 0`).join(' or '))}`;
  const columns = sql.raw(
    `period, agency_id, service_id, unit_id, posting_id, ${COUNTS.join(', ')}, source_row`,
  );
  const figures =
    asOf === null
      ? sql`select ${columns}, null::bigint as superseded_by from figures`
      : sql`select f.* from (select ${columns}, null::bigint as superseded_by from figures
          union all select ${columns}, superseded_by from figures_history) f
          join postings p on p.id = f.posting_id left join postings e on e.id = f.superseded_by
          where p.recorded_at <= ${asOf} and (e.id is null or e.recorded_at > ${asOf})`;
  const { rows } = await sql<{ cells: number; side: string | null; line: unknown }>`
    with figures_then as (${figures}), counted as (${sql.raw(RECOUNT)} from figures_then group by 1, 2, 3),
      kept as (${kept}),
      different as (
        (select 'figures' as side, counted::text as line from counted)
        except all (select 'figures', kept::text from kept)
        union all
        ((select 'ledger', kept::text from kept) except all (select 'ledger', counted::text from counted))
      )
    select (select count(*) from counted)::int as cells, d.side, d.line
    from (select 1) one left join different d on true`.execute(db);
  return {
    cells: rows[0]?.cells ?? 0,
    differences: rows.filter(r => r.side !== null).map(({ side, line }) => [side, line]),
  };
}

const COUNTS = [
  'received_online',
  'received_direct',
  'carried_over',
  'online_full',
  'online_partial',
  'resolved_early',
  'resolved_on_time',
  'resolved_late',
  'resolved_end_to_end',
  'pending_on_time',
  'pending_overdue',
  'fee_due',
  'paid_online',
  'files_digitised',
  'results_digitised',
  'data_reused',
  'ratings',
  'satisfied',
];

/**
 * What must hold of every figure that ever was current: it has a posting with an instant and a submission;
 * a superseded one has a later posting that ended it; no two versions of a key overlap, no instant is shared.
 * Answers with the broken rules.
 */
export async function brokenRules(db: Kysely<Tables>): Promise<string[]> {
  const versions = sql`select period, agency_id, unit_id, service_id, posting_id, null::bigint as superseded_by
    from figures union all
    select period, agency_id, unit_id, service_id, posting_id, superseded_by from figures_history`;
  const rules: [string, ReturnType<typeof sql>][] = [
    [
      'a figure without a posting of a submission',
      sql`select from versions v left join postings p on p.id = v.posting_id
        left join submissions s on s.id = p.submission_id where s.id is null`,
    ],
    [
      'a posting without an instant',
      sql`select from postings where recorded_at in ('infinity', '-infinity')`,
    ],
    [
      'a figure superseded by nothing or by something earlier',
      sql`select from versions v join postings p on p.id = v.posting_id left join postings e on e.id = v.superseded_by
        where v.superseded_by is not null and (e.id is null or e.recorded_at <= p.recorded_at)`,
    ],
    ['postings that share an instant', sql`select from postings group by recorded_at having count(*) > 1`],
    [
      'versions of one key that overlap',
      sql`select from (select p.recorded_at as since, coalesce(e.recorded_at, 'infinity') as until,
          lead(p.recorded_at) over (partition by period, agency_id, unit_id, service_id order by p.recorded_at) as next
        from versions v join postings p on p.id = v.posting_id left join postings e on e.id = v.superseded_by) v
        where next < until`,
    ],
    [
      'an agency row and unit rows of one service and month',
      sql`select from figures group by period, agency_id, service_id
        having count(*) filter (where unit_id = 0) > 0 and count(*) filter (where unit_id <> 0) > 0`,
    ],
    [
      'a figure that was never received',
      sql`select from versions v where not exists (select from returns r where r.period = v.period
        and r.agency_id = v.agency_id and r.service_id = v.service_id)`,
    ],
    [
      'an instant ahead of the clock',
      sql`select from postings where recorded_at > clock_timestamp() + interval '1 s'`,
    ],
  ];
  const broken: string[] = [];
  for (const [rule, found] of rules) {
    const { rows } = await sql`with versions as (${versions}) ${found}`.execute(db);
    if (rows.length) broken.push(`${rule}: ${rows.length}`);
  }
  return broken;
}
