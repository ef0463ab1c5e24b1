/** Figures become current here: superseded ones move to the history, and the ledger takes the difference. */
import { sql } from 'kysely';
import { entry } from '../kpi/entry.ts';
import {
  addToSums,
  COUNTS,
  type Figures,
  KEPT_SUMS,
  NOT_REPORTED,
  type Place,
  REQUIRED_COUNTS,
} from '../kpi/figure.ts';
import { firstDay, type Month } from '../kpi/month.ts';
import type { Db, Fill } from './connect.ts';
import { hold, holdMonths } from './instant.ts';
import { agencyKeys, serviceKeys, unitKeys } from './keys.ts';
import { type ColumnType, dayNumber, NULL, newPacked, type Packed } from './pack.ts';
import { attachPartition, ensurePartitions, hasPartition, makePartition } from './partitions.ts';

const KEY = ['period', 'agency_id', 'unit_id', 'service_id'];
const STAGED = [...KEY, ...COUNTS, 'source_row', 'posting_id'];
const STAGED_TYPES: ColumnType[] = ['date', ...STAGED.slice(2).map(() => 'int4' as const), 'int8'];
const LEDGER = ['period', 'agency_id', 'service_id', 'posting_id', ...KEPT_SUMS.map(k => k.name)];
const LEDGER_TYPES: ColumnType[] = ['date', 'int4', 'int4', ...LEDGER.slice(3).map(() => 'int8' as const)];
/** More services than there will ever be: keeps (agency, service) in one number. */
const MOST_SERVICES = 1_000_000;
/** Rows handed over in one go. */
const FILL_ROWS = 4000;
const list = (names: readonly string[], prefix = '') => sql.raw(names.map(n => `${prefix}${n}`).join(', '));
const sameKey = (a: string, b: string) => sql.raw(KEY.map(k => `${a}.${k} = ${b}.${k}`).join(' and '));

/** Where the rows of a month, an agency and a service go. */
interface Target {
  table: string;
  day: number;
  code: string;
  agency: number;
  service: number;
  /** Sums of all its rows, in the order of `KEPT_SUMS`, when the month held nothing before. */
  sums: Float64Array | undefined;
}

/** Figures of one file on their way into the database, inside one transaction. */
export interface Staging {
  /** Folded names of units seen for the first time, by agency. */
  newUnits: ReadonlyMap<string, ReadonlySet<string>>;
  /** Puts figures aside, batch by batch; what it has taken may be on its way yet when it is done. */
  add(figures: Figures): Promise<void>;
  /** To be called after the last batch. */
  settle(): Promise<void>;
  /** Has some other work of the transaction done when what is on its way has come. */
  alongside(work: () => Promise<void>): void;
  /** Waits until nothing is on its way any more, whatever became of it. */
  rest(): Promise<void>;
  /**
   * Compares what was put aside with what is current and says how many rows differ: a new key, or any other
   * count (a blank is not a zero). The months must be held against other writers.
   */
  compare(): Promise<{ changed: number }>;
  /**
   * Makes the rows that differ current, supersedes what they replace, posts the difference of every kept sum
   * to the ledger and notes first receipts.
   */
  post(receivedAt: Date): Promise<void>;
}

/**
 * Stages figures under `posting`. Rows of a month that holds nothing yet go straight into what will be its
 * partition, and get their keys in bulk; rows of other months go into a temporary table to be compared.
 */
export async function stageFigures(trx: Db, fill: Fill, posting: number): Promise<Staging> {
  const [agencies, services] = [await agencyKeys(trx), await serviceKeys(trx)];
  const units = unitKeys(trx, agencies);
  const days = new Map<Month, number>();
  /** The table that takes each month's rows. */
  const tables = new Map<Month, string>();
  /** Months that held nothing before this file, with the sums of every (agency, service) in it. */
  const fresh = new Map<Month, Map<number, Float64Array>>();
  let freshRows = 0;
  const targets = new Map<Place, Target>();
  const waiting = new Map<string, Packed>();
  /** Rows on their way to the database, one lot at a time, while the next are read. */
  let sending = Promise.resolve();
  const spare: Packed[] = [];
  for (const table of ['staged', 'gone']) {
    await sql`create temporary table ${sql.table(table)} (like figures) on commit drop`.execute(trx);
  }

  async function tableFor(month: Month): Promise<string> {
    const known = tables.get(month);
    if (known) return known;
    await sending;
    await holdMonths(trx, [month]);
    if (await hasPartition(trx, 'figures', month)) {
      tables.set(month, 'staged');
      return 'staged';
    }
    // Attaching a partition waits for whoever writes to the tables it points at: one file at a time.
    await hold(trx, 'structure');
    const table = await makePartition(trx, 'figures', month);
    fresh.set(month, new Map());
    tables.set(month, table);
    return table;
  }

  /** Puts a row behind those that wait for its table, and adds it to the sums of a fresh month. */
  function put({ units: names, rows, counts }: Figures, i: number, target: Target, into: Packed): void {
    const { values } = into;
    const start = i * COUNTS.length;
    let at = into.count++ * STAGED.length;
    values[at++] = target.day;
    values[at++] = target.agency;
    values[at++] = units.of(target.code, names[i] as string | null) as number;
    values[at++] = target.service;
    for (let c = 0; c < COUNTS.length; c++) {
      const count = counts[start + c] as number;
      values[at++] = count === NOT_REPORTED ? NULL : count;
    }
    values[at++] = rows[i] as number;
    values[at] = posting;
    if (!target.sums) return;
    freshRows += 1;
    addToSums(target.sums, counts, start);
  }

  /** Starts what waits for a table on its way. */
  async function flush(table: string): Promise<void> {
    const lot = waiting.get(table);
    if (!lot?.count) return;
    waiting.delete(table);
    await sending;
    sending = fill(table, STAGED, lot).then(() => {
      lot.count = 0;
      spare.push(lot);
    });
    sending.catch(() => {});
  }

  async function targetOf({ month, agency: code, service: name }: Place): Promise<Target> {
    const table = await tableFor(month);
    const [agency, service] = [agencies.get(code) as number, services.get(name) as number];
    const ofMonth = fresh.get(month);
    return {
      ...{ table, code, agency, service },
      day: entry(days, month, () => dayNumber(firstDay(month))),
      sums:
        ofMonth && entry(ofMonth, agency * MOST_SERVICES + service, () => new Float64Array(KEPT_SUMS.length)),
    };
  }

  async function putAll(figures: Figures): Promise<void> {
    const { count, places, units: names } = figures;
    // Months before units: whoever waits for a month must not hold anything that its holder waits for.
    const strange = new Set<Place>();
    for (let i = 0; i < count; i++) if (!targets.has(places[i] as Place)) strange.add(places[i] as Place);
    for (const place of [...strange].sort((a, b) => (a.month < b.month ? -1 : 1))) {
      targets.set(place, await targetOf(place));
    }
    for (let i = 0; i < count; i++) {
      const { agency } = places[i] as Place;
      const unit = names[i] as string | null;
      if (units.of(agency, unit) !== undefined) continue;
      await sending;
      await units.learn(agency, unit as string);
    }
    for (let i = 0; i < count; i++) {
      const target = targets.get(places[i] as Place) as Target;
      const lot = entry(waiting, target.table, () => spare.pop() ?? newPacked(STAGED_TYPES, FILL_ROWS));
      put(figures, i, target, lot);
      if (lot.count === FILL_ROWS) await flush(target.table);
    }
  }

  return {
    newUnits: units.made,
    add: putAll,
    settle: async () => {
      for (const table of waiting.keys()) await flush(table);
      await sending;
      await units.store();
    },
    alongside: work => {
      sending = sending.then(work);
      sending.catch(() => {});
    },
    rest: () => sending.catch(() => {}),
    compare: async () => {
      await sql`analyze staged`.execute(trx);
      await sql`create temporary table changed on commit drop as
        select s.* from staged s left join figures f on ${sameKey('f', 's')}
        where f.period is null or row(${list(COUNTS, 'f.')}) is distinct from row(${list(COUNTS, 's.')})`.execute(
        trx,
      );
      const { rows } = await sql<{ n: number }>`select count(*) as n from changed`.execute(trx);
      return { changed: (rows[0] as { n: number }).n + freshRows };
    },
    post: async receivedAt => {
      await ensurePartitions(trx, ['figures_history', 'ledger', 'returns'], [...fresh.keys()]);
      for (const [month, sums] of fresh) {
        await attachPartition(trx, 'figures', month);
        const day = days.get(month) as number;
        const rows = newPacked(LEDGER_TYPES, sums.size);
        for (const [cell, values] of sums) {
          const at = rows.count++ * LEDGER.length;
          rows.values.set([day, Math.floor(cell / MOST_SERVICES), cell % MOST_SERVICES, posting], at);
          rows.values.set(values, at + 4);
        }
        await fill('ledger', LEDGER, rows);
      }
      await supersede(trx, posting);
      await postDifference(trx, posting);
      await noteReceipts(trx, posting, [...days.keys()], receivedAt);
    },
  };
}

/** Moves what the changed rows replace to the history, and puts them in its place. */
async function supersede(trx: Db, posting: number): Promise<void> {
  const columns = [...KEY, ...COUNTS, 'posting_id', 'source_row'];
  await sql`analyze changed`.execute(trx);
  await sql`with superseded as (
      delete from figures f using changed c where ${sameKey('f', 'c')} returning f.*
    ) insert into gone select * from superseded`.execute(trx);
  // The newer form replaces the other: an agency's own row its units' rows, and the reverse.
  await sql`with replaced as (
      delete from figures f using (select distinct period, agency_id, service_id, unit_id = 0 as whole from changed) c
      where f.period = c.period and f.agency_id = c.agency_id and f.service_id = c.service_id
        and (f.unit_id = 0) <> c.whole
      returning f.*
    ) insert into gone select * from replaced`.execute(trx);
  await sql`insert into figures_history (${list(columns)}, superseded_by)
    select ${list(columns)}, ${posting}::bigint from gone`.execute(trx);
  await sql`insert into figures (${list(columns)}) select ${list(columns)} from changed order by ${list(KEY)}`.execute(
    trx,
  );
}

/** Posts to the ledger what the changed rows add and what those they replace take away. */
async function postDifference(trx: Db, posting: number): Promise<void> {
  const counts = list([...KEY, ...COUNTS]);
  await sql`insert into ledger (${list(LEDGER)})
    select period, agency_id, service_id, ${posting}::bigint, ${sql.raw(KEPT_SUMS.map(postedSum).join(', '))}
    from (select 1 as sign, ${counts} from changed union all select -1, ${counts} from gone) as difference
    group by period, agency_id, service_id order by period, agency_id, service_id`.execute(trx);
}

/** Notes when the returns that this posting touches were first received, where it was not earlier. */
async function noteReceipts(
  trx: Db,
  posting: number,
  months: readonly Month[],
  receivedAt: Date,
): Promise<void> {
  await sql`insert into returns (period, agency_id, service_id, posting_id, received_at)
    select l.period, l.agency_id, l.service_id, l.posting_id, ${receivedAt}::timestamptz from ledger l
    where l.posting_id = ${posting} and l.period = any(${months.map(firstDay)}::date[])
      and not exists (select from returns r where r.period = l.period and r.agency_id = l.agency_id
        and r.service_id = l.service_id and r.received_at <= ${receivedAt}::timestamptz)`.execute(trx);
}

/** SQL for the difference of one kept sum: rows in which a needed count is blank add nothing. */
function postedSum(sum: (typeof KEPT_SUMS)[number]): string {
  const amount = sum.add === null ? '1' : sum.add.map(c => `${c}::bigint`).join(' + ');
  const blanks = sum.reported.filter(c => !REQUIRED_COUNTS.includes(c));
  const reported = blanks.map(c => `${c} is not null`).join(' and ') || 'true';
  return `sum(case when ${reported} then sign * (${amount}) else 0 end)`;
}
