/** Figures become current here: superseded ones move to the history, and the ledger takes the difference. */
import { sql } from 'kysely';
import { entry } from '../kpi/entry.ts';
import { addToSums, COUNTS, type Figures, KEPT_SUMS, NOT_REPORTED, type Place } from '../kpi/figure.ts';
import { firstDay, type Month } from '../kpi/month.ts';
import type { Db, Fill } from './connect.ts';
import { hold, holdMonths } from './instant.ts';
import { agencyKeys, serviceKeys, unitKeys } from './keys.ts';
import { type ColumnType, dayNumber, NULL, newPacked, type Packed } from './pack.ts';
import {
  attachPartition,
  ensurePartitions,
  hasPartition,
  makePartition,
  partitionName,
} from './partitions.ts';
import { KEY, LEDGER, list, noteReceipts, postDifference, sameKey, supersede } from './supersede.ts';

const STAGED = [...KEY, ...COUNTS, 'source_row', 'posting_id'];
const STAGED_TYPES: ColumnType[] = ['date', ...STAGED.slice(2).map(() => 'int4' as const), 'int8'];
const LEDGER_TYPES: ColumnType[] = ['date', 'int4', 'int4', ...LEDGER.slice(3).map(() => 'int8' as const)];
const RETURNS = ['period', 'agency_id', 'service_id', 'posting_id', 'received_at'];
const RETURNS_TYPES: ColumnType[] = ['date', 'int4', 'int4', 'int8', 'timestamptz'];
/** More services than there will ever be: keeps (agency, service) in one number. */
const MOST_SERVICES = 1_000_000;
/** Rows handed over in one go. */
const FILL_ROWS = 4000;

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
 * Stages figures under `posting`. Rows of a month that holds nothing yet go straight into what is or will be its
 * partition (then they get their keys in bulk); rows of other months go into a temporary table to be compared.
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
    if (fill.keysFirst) await attachPartition(trx, 'figures', month);
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
    if (fill.keysFirst) await units.store();
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
      // Of the keys only: the counts decide nothing, and there are many.
      await sql`analyze staged (${list(KEY)})`.execute(trx);
      // Comparing a whole month with a whole month should not go through files.
      await sql`set local work_mem = '64MB'`.execute(trx);
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
        if (!fill.keysFirst) await attachPartition(trx, 'figures', month);
        const day = days.get(month) as number;
        const rows = newPacked(LEDGER_TYPES, sums.size);
        const firsts = newPacked(RETURNS_TYPES, sums.size);
        for (const [cell, values] of sums) {
          const key = [day, Math.floor(cell / MOST_SERVICES), cell % MOST_SERVICES, posting];
          const at = rows.count++ * LEDGER.length;
          rows.values.set(key, at);
          rows.values.set(values, at + key.length);
          firsts.values.set([...key, receivedAt.getTime() * 1000], firsts.count++ * RETURNS.length);
        }
        // Not into the whole: COPY does not go by row security.
        await fill(partitionName('ledger', month), LEDGER, rows);
        await fill(partitionName('returns', month), RETURNS, firsts);
      }
      await supersede(trx, posting);
      await postDifference(trx, posting);
      const others = [...days.keys()].filter(month => !fresh.has(month));
      await noteReceipts(trx, posting, others, receivedAt);
    },
  };
}
