/** What is known as of an instant, summed by SQL from the ledger; a page never scans the figures. */
import { sql } from 'kysely';
import { entry } from '../kpi/entry.ts';
import type { Cell, Facts, MonthFacts } from '../kpi/facts.ts';
import { KEPT_SUMS, type Sums } from '../kpi/figure.ts';
import { type Day, firstDay, lastDay, type Month, monthOf } from '../kpi/month.ts';
import { buildStatusBook, type Mode, type Status, type StatusBook } from '../kpi/status.ts';
import type { Db } from './connect.ts';
import { directivesAt, type StoredDirective } from './directives.ts';
import { awaitInstants } from './instant.ts';

/** Months kept in memory for one state of the data. */
const KEPT_MONTHS = 120;

/** A state of the data as far as it was read. */
interface Kept {
  /** Instant (ms) of the newest posting in it. */
  upTo: number;
  months: Map<Month, MonthFacts>;
  statuses: { book: StatusBook; inventedFrom: Day | null } | null;
  directives: StoredDirective[] | null;
}

const NOTHING = { statuses: null, directives: null };

/** The present, and the one past that was asked for last, by handle. */
const presents = new WeakMap<object, Kept>();
const pasts = new WeakMap<object, { version: string; kept: Kept }>();

/** A state of everything known. */
export interface State {
  version: string;
  /** The instant (ms) that shows this state for ever: asking again with it gives the same version. */
  asOf: number;
}

/** The state of everything known at `asOf` (ms; null is now), as the handle's snapshot sees it. */
async function stateOf(trx: Db, asOf: number | null): Promise<State> {
  const limit = asOf === null ? sql`'infinity'::timestamptz` : sql`${new Date(asOf + 1)}::timestamptz`;
  const { rows } = await sql<{
    posting: number | null;
    posted: Date | null;
    loaded: Date | null;
    closed: Date | null;
    n: number;
  }>`
    select p.id as posting, p.recorded_at as posted,
      (select max(recorded_at) from reference_loads where recorded_at < ${limit}) as loaded,
      (select max(at) from (select published_at as at from publications union all
        select reopened_at from publications) moved where at < ${limit}) as closed,
      (select count(*) from publications where published_at < ${limit}) as n
    from (select 1) one left join lateral (
      select id, recorded_at from postings where recorded_at < ${limit} order by recorded_at desc, id desc limit 1
    ) p on true`.execute(trx);
  const { posting, posted, loaded, closed, n } = rows[0] as (typeof rows)[number];
  const at = (instant: Date | null): number => instant?.getTime() ?? 0;
  const version = `${posting ?? 0}.${at(loaded).toString(36)}.${n}`;
  return { version, asOf: asOf ?? Math.max(at(posted), at(loaded), at(closed)) };
}

/**
 * The facts of some months as known at `asOf` (ms; null is now), with the state they are of. Months without
 * data have no cells. Facts and state come from one snapshot, so neither can belong to another moment.
 */
export async function factsFor(
  db: Db,
  months: readonly Month[],
  asOf: number | null,
): Promise<Facts & State> {
  if (asOf !== null) await awaitInstants(db);
  const read = async (trx: Db): Promise<Facts & State> => {
    const state = await stateOf(trx, asOf);
    const kept = asOf === null ? await presentOf(db, trx) : pastOf(db, state);
    const limit = asOf === null ? null : new Date(asOf);
    kept.statuses ??= await readStatuses(trx, limit);
    kept.directives ??= await directivesAt(trx, asOf);
    const { statuses, directives } = kept;
    const inventedDays = [statuses.inventedFrom, ...directives.map(d => (d.invented ? d.deadline : null))];
    const inventedFrom = inventedDays.filter(day => day !== null).sort()[0] ?? null;
    const answer = new Map(months.flatMap(m => kept.months.get(m) ?? []).map(facts => [facts.month, facts]));
    const missing = months.filter(m => !answer.has(m));
    if (kept.months.size + missing.length > KEPT_MONTHS) kept.months.clear();
    for (const facts of missing.length ? await readMonths(trx, missing, limit) : []) {
      answer.set(facts.month, facts);
      kept.months.set(facts.month, facts);
    }
    const marked = (facts: MonthFacts): MonthFacts =>
      facts.invented || inventedFrom === null || inventedFrom > lastDay(facts.month)
        ? facts
        : { ...facts, invented: true };
    const shown = new Map([...answer].map(([m, facts]) => [m, marked(facts)]));
    return { ...state, months: shown, statuses: statuses.book, directives };
  };
  return db.isTransaction
    ? read(db)
    : db.transaction().setIsolationLevel('repeatable read').setAccessMode('read only').execute(read);
}

/**
 * The present as kept, less what postings since then have moved: months, statuses or directives. A new state is a new object:
 * whoever still reads an older snapshot goes on filling the old one.
 */
async function presentOf(db: Db, trx: Db): Promise<Kept> {
  const kept = presents.get(db) ?? { ...NOTHING, upTo: 0, months: new Map() };
  const { rows } = await sql<{ recorded_at: Date; periods: Day[]; kind: string }>`
    select p.recorded_at, p.periods::text[] as periods, s.kind
    from postings p join submissions s on s.id = p.submission_id
    where p.recorded_at >= ${new Date(kept.upTo)} and p.recorded_at < 'infinity' order by p.recorded_at`.execute(
    trx,
  );
  const seen = rows.at(-1)?.recorded_at.getTime() ?? 0;
  // This snapshot is older than what is kept: it answers for itself alone.
  if (seen < kept.upTo) return { ...NOTHING, upTo: seen, months: new Map() };
  if (seen === kept.upTo && presents.has(db)) return kept;
  const next: Kept = { ...kept, upTo: seen, months: new Map(kept.months) };
  for (const { recorded_at, periods, kind } of rows) {
    if (recorded_at.getTime() === kept.upTo) continue;
    if (kind === 'service-status') next.statuses = null;
    else if (kind === 'directives') next.directives = null;
    else for (const day of periods) next.months.delete(monthOf(day));
  }
  presents.set(db, next);
  return next;
}

function pastOf(db: Db, { version, asOf }: State): Kept {
  const there = pasts.get(db);
  if (there?.version === version) return there.kept;
  const kept: Kept = { ...NOTHING, upTo: asOf, months: new Map() };
  pasts.set(db, { version, kept });
  return kept;
}

/** Postings that count: with an instant, and not after the limit. */
const counts = (limit: Date | null, alias: string) =>
  limit === null
    ? sql`${sql.ref(`${alias}.recorded_at`)} < 'infinity'`
    : sql`${sql.ref(`${alias}.recorded_at`)} <= ${limit}`;

async function readMonths(db: Db, months: readonly Month[], limit: Date | null): Promise<MonthFacts[]> {
  const periods = months.map(firstDay);
  const sums = sql.raw(KEPT_SUMS.map(s => `sum(l.${s.name})::bigint as ${s.name}`).join(', '));
  const { rows: cells } = await sql<Sums & { period: string; agency: string; service: string; came: Date }>`
    with kept as (
      select l.period, l.agency_id, l.service_id, ${sums}
      from ledger l join postings p on p.id = l.posting_id and ${counts(limit, 'p')}
      where l.period = any(${periods}::date[]) group by 1, 2, 3 having sum(l.rows) > 0
    ), first as (
      select r.period, r.agency_id, r.service_id, min(r.received_at) as came
      from returns r join postings p on p.id = r.posting_id and ${counts(limit, 'p')}
      where r.period = any(${periods}::date[]) group by 1, 2, 3
    )
    select kept.*, a.code as agency, s.code as service, first.came
    from kept join first using (period, agency_id, service_id)
    join agency_keys a on a.id = agency_id join service_keys s on s.id = service_id`.execute(db);
  const { rows: invented } = await sql<{ period: string }>`
    select distinct l.period from ledger l join postings p on p.id = l.posting_id and ${counts(limit, 'p')}
    join submissions s on s.id = p.submission_id and s.invented
    where l.period = any(${periods}::date[])`.execute(db);
  const byMonth = new Map(months.map(m => [firstDay(m), new Map<string, Map<string, Cell>>()]));
  for (const { period, agency, service, came, ...sums } of cells) {
    const byAgency = byMonth.get(period) as Map<string, Map<string, Cell>>;
    const services = entry(byAgency, agency, () => new Map<string, Cell>());
    services.set(service, { sums, receivedAt: came.getTime() });
  }
  const marked = new Set(invented.map(i => i.period));
  return months.map(month => ({
    month,
    cells: byMonth.get(firstDay(month)) as Map<string, Map<string, Cell>>,
    invented: marked.has(firstDay(month)),
  }));
}

/** Every service status as current in this transaction. */
export async function statusBook(db: Db): Promise<StatusBook> {
  return (await readStatuses(db, null)).book;
}

async function readStatuses(db: Db, limit: Date | null): Promise<NonNullable<Kept['statuses']>> {
  const columns = sql.raw('s.as_of, s.agency_id, s.service_id, s.level, s.mode, s.posting_id');
  const past =
    limit === null
      ? sql``
      : sql`union all select ${columns} from statuses_history s
          join postings e on e.id = s.superseded_by and e.recorded_at > ${limit}`;
  const { rows } = await sql<Omit<Status, 'asOf'> & { as_of: string; invented: boolean }>`
    select s.as_of, s.level, s.mode, a.code as agency, v.code as service, b.invented
    from (select ${columns} from statuses s ${past}) s
    join postings p on p.id = s.posting_id and ${counts(limit, 'p')}
    join submissions b on b.id = p.submission_id
    join agency_keys a on a.id = s.agency_id join service_keys v on v.id = s.service_id`.execute(db);
  const invented = rows.filter(r => r.invented).map(r => r.as_of);
  return {
    book: buildStatusBook(rows.map(r => ({ ...r, asOf: r.as_of, mode: r.mode as Mode | null }))),
    inventedFrom: invented.sort()[0] ?? null,
  };
}
