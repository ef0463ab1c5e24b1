/** What is known as of an instant, summed by SQL from the ledger; a page never scans the figures. */
import { sql } from 'kysely';
import { entry } from '../kpi/entry.ts';
import type { Cell, Facts, MonthFacts } from '../kpi/facts.ts';
import { KEPT_SUMS, type Sums } from '../kpi/figure.ts';
import { type Day, firstDay, lastDay, type Month, monthOf } from '../kpi/month.ts';
import { buildStatusBook, type Mode, type Status, type StatusBook } from '../kpi/status.ts';
import type { Db } from './connect.ts';
import { directivesAt, type StoredDirective } from './directives.ts';
import { reading, rootOf } from './handles.ts';
import { awaitInstants } from './instant.ts';

/** Months kept in memory for one state of the data. */
const KEPT_MONTHS = 120;

/** A state of the published data as far as it was read; drafts are never kept, since not everybody may see them. */
interface Kept {
  /** Instant (ms) of the newest posting in it. */
  upTo: number;
  /** How many months are published: with the next one, statuses may become public. */
  published: number;
  months: Map<Month, MonthFacts>;
  statuses: { book: StatusBook; inventedFrom: Day | null } | null;
  directives: StoredDirective[] | null;
}

const NOTHING = { statuses: null, directives: null };

/** The present, and the one past that was asked for last, by database. */
const presents = new WeakMap<object, Kept>();
const pasts = new WeakMap<object, { version: string; kept: Kept }>();

/** A state of everything known. */
export interface State {
  version: string;
  /** The instant (ms) that shows this state for ever: asking again with it gives the same version. */
  asOf: number;
}

/** The state of everything known at `asOf` (ms; null is now), as the handle's snapshot sees it. */
async function stateOf(trx: Db, asOf: number | null): Promise<State & { published: ReadonlySet<Month> }> {
  const limit = asOf === null ? sql`'infinity'::timestamptz` : sql`${new Date(asOf + 1)}::timestamptz`;
  const { rows } = await sql<{
    posting: number | null;
    posted: Date | null;
    loaded: Date | null;
    closed: Date | null;
    n: number;
    published: Day[];
  }>`
    select p.id as posting, p.recorded_at as posted,
      (select max(recorded_at) from reference_loads where recorded_at < ${limit}) as loaded,
      (select max(at) from (select published_at as at from publications union all
        select reopened_at from publications) moved where at < ${limit}) as closed,
      (select count(*) from publications where published_at < ${limit}) as n,
      array(select distinct period::text from publications) as published
    from (select 1) one left join lateral (
      select id, recorded_at from postings where recorded_at < ${limit} order by recorded_at desc, id desc limit 1
    ) p on true`.execute(trx);
  const { posting, posted, loaded, closed, n, published } = rows[0] as (typeof rows)[number];
  const at = (instant: Date | null): number => instant?.getTime() ?? 0;
  const version = `${posting ?? 0}.${at(loaded).toString(36)}.${n}`;
  const shown = asOf ?? Math.max(at(posted), at(loaded), at(closed));
  return { version, asOf: shown, published: new Set(published.map(monthOf)) };
}

/**
 * The facts of some months as known at `asOf` (ms; null is now), with the state they are of. Months without
 * data have no cells. Facts and state come from one snapshot, so neither can belong to another moment. Of a
 * month that is not published they hold what row security shows the handle, and `drafts` says that there is one.
 */
export async function factsFor(
  db: Db,
  months: readonly Month[],
  asOf: number | null,
): Promise<Facts & State & { drafts: boolean }> {
  const read = async (trx: Db): Promise<Facts & State & { drafts: boolean }> => {
    const { published, ...state } = await stateOf(trx, asOf);
    const root = rootOf(db);
    const kept =
      asOf === null ? await presentOf(root, trx, published.size) : pastOf(root, state, published.size);
    const limit = asOf === null ? null : new Date(asOf);
    const drafts = months.filter(m => !published.has(m));
    if (drafts.length === 0) kept.statuses ??= await readStatuses(trx, limit, true);
    const statuses =
      kept.statuses && drafts.length === 0 ? kept.statuses : await readStatuses(trx, limit, false);
    kept.directives ??= await directivesAt(trx, asOf);
    const { directives } = kept;
    const inventedDays = [statuses.inventedFrom, ...directives.map(d => (d.invented ? d.deadline : null))];
    const inventedFrom = inventedDays.filter(day => day !== null).sort()[0] ?? null;
    const answer = new Map(
      months.flatMap(m => (published.has(m) && kept.months.get(m)) || []).map(facts => [facts.month, facts]),
    );
    const missing = months.filter(m => !answer.has(m));
    if (kept.months.size + missing.length > KEPT_MONTHS) kept.months.clear();
    for (const facts of missing.length ? await readMonths(trx, missing, limit) : []) {
      answer.set(facts.month, facts);
      if (published.has(facts.month)) kept.months.set(facts.month, facts);
    }
    const marked = (facts: MonthFacts): MonthFacts =>
      facts.invented || inventedFrom === null || inventedFrom > lastDay(facts.month)
        ? facts
        : { ...facts, invented: true };
    const shown = new Map([...answer].map(([m, facts]) => [m, marked(facts)]));
    return { ...state, months: shown, statuses: statuses.book, directives, drafts: drafts.length > 0 };
  };
  // The snapshot of a transaction is older than this wait: whoever began it has waited.
  if (db.isTransaction) return read(db);
  if (asOf !== null) await awaitInstants(db);
  return reading(db, 'none', read);
}

/**
 * The present as kept, less what postings since then have moved: months, statuses or directives. A new state is a new object:
 * whoever still reads an older snapshot goes on filling the old one.
 */
async function presentOf(root: Db, trx: Db, published: number): Promise<Kept> {
  const kept = presents.get(root) ?? { ...NOTHING, upTo: 0, published, months: new Map() };
  // Of a posting that is not for this handle the kind is not known, and nothing kept moves with it.
  const { rows } = await sql<{ recorded_at: Date; periods: Day[]; kind: string | null }>`
    select p.recorded_at, p.periods::text[] as periods, s.kind
    from postings p left join submissions s on s.id = p.submission_id
    where p.recorded_at >= ${new Date(kept.upTo)} and p.recorded_at < 'infinity' order by p.recorded_at`.execute(
    trx,
  );
  const seen = rows.at(-1)?.recorded_at.getTime() ?? 0;
  // This snapshot is older than what is kept: it answers for itself alone.
  if (seen < kept.upTo || published < kept.published)
    return { ...NOTHING, upTo: seen, published, months: new Map() };
  if (seen === kept.upTo && published === kept.published && presents.has(root)) return kept;
  const next: Kept = { ...kept, upTo: seen, published, months: new Map(kept.months) };
  if (published !== kept.published) next.statuses = null;
  for (const { recorded_at, periods, kind } of rows) {
    if (recorded_at.getTime() === kept.upTo) continue;
    if (kind === 'service-status') next.statuses = null;
    else if (kind === 'directives') next.directives = null;
    else for (const day of periods) next.months.delete(monthOf(day));
  }
  presents.set(root, next);
  return next;
}

function pastOf(root: Db, { version, asOf }: State, published: number): Kept {
  const there = pasts.get(root);
  if (there?.version === version && there.kept.published === published) return there.kept;
  const kept: Kept = { ...NOTHING, upTo: asOf, published, months: new Map() };
  pasts.set(root, { version, kept });
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
  return (await readStatuses(db, null, false)).book;
}

/** Statuses as row security shows them, or of them those alone that speak for a published month. */
async function readStatuses(
  db: Db,
  limit: Date | null,
  published: boolean,
): Promise<NonNullable<Kept['statuses']>> {
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
    join agency_keys a on a.id = s.agency_id join service_keys v on v.id = s.service_id
    where not ${published} or s.as_of < (select max(period) + interval '1 month' from publications)`.execute(
    db,
  );
  const invented = rows.filter(r => r.invented).map(r => r.as_of);
  return {
    book: buildStatusBook(rows.map(r => ({ ...r, asOf: r.as_of, mode: r.mode as Mode | null }))),
    inventedFrom: invented.sort()[0] ?? null,
  };
}
