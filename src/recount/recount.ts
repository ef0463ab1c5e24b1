/** Every stored sum worked out again from the files as they were sent, by code that the intake does not use. */
import type { Db } from '../store/connect.ts';
import { catalogueAt } from '../store/reference.ts';
import { openBytes } from './bytes.ts';
import { compareRow, compareSums, place, type Report } from './compare.ts';
import { type Names, namesOf } from './names.ts';
import { type CurrentRow, startReplay } from './replay.ts';
import { type FileRow, fileRows } from './rows.ts';
import { SPOKEN, type StatusReplay, takeStatuses } from './statuses.ts';
import {
  figuresIn,
  ledgerOf,
  monthsHeld,
  postingsOf,
  receiptsOf,
  type StoredPosting,
  statusesOf,
  unpostedFiles,
} from './stored.ts';
import { NotReadable } from './workbook.ts';

/** What was gone through; the differences went to the report. */
export interface Recounted {
  months: string[];
  submissions: number;
  rows: number;
  sums: number;
  differences: number;
}

/** Months are taken together up to this many rows of files, so that a file of many months is read once. */
const ROWS_TOGETHER = 100_000;

/**
 * Replays every approved return and status file in the order in which they became current and compares with
 * what is stored: the ledger posting by posting (so for every instant, not only for now), current and
 * superseded figures, first receipts, statuses. `month` null is all of them. One snapshot; nothing is
 * written; memory is bounded by the largest month.
 */
export async function recount(db: Db, month: string | null, report: Report): Promise<Recounted> {
  return db
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute(async trx => {
      const done: Recounted = { months: [], submissions: 0, rows: 0, sums: 0, differences: 0 };
      const count: Report = difference => {
        done.differences += 1;
        report(difference);
      };
      const audit = newAudit(trx, await postingsOf(trx), count, done);
      const returns = audit.postings.filter(p => p.kind === 'monthly-return');
      const held = month ? [month] : [...(await monthsHeld(trx)), ...returns.flatMap(p => p.months)];
      done.months = [...new Set(held)].sort();
      for (const group of inGroups(done.months, returns)) await recountReturns(audit, returns, group);
      await recountStatuses(audit, month);
      for (const { submission, period } of await unpostedFiles(trx)) {
        if (month && period !== month) continue;
        count({
          ...place('postings', period ?? '', submission),
          sum: 'row',
          stored: null,
          recounted: submission,
        });
      }
      done.submissions = audit.read.size;
      return done;
    });
}

interface Audit {
  db: Db;
  postings: StoredPosting[];
  report: Report;
  done: Recounted;
  /** Submissions whose bytes were read. */
  read: Set<string>;
  fileOf(posting: number): string | null;
  /** Hands the rows of a posting's file to `take`; what is wrong with the file itself is reported. */
  replay(
    posting: StoredPosting,
    take: (rows: AsyncIterable<FileRow>, names: Names) => Promise<number>,
  ): Promise<void>;
}

function newAudit(db: Db, postings: StoredPosting[], report: Report, done: Recounted): Audit {
  const files = new Map(postings.map(p => [p.id, p.submission]));
  const read = new Set<string>();
  return {
    db,
    postings,
    report,
    done,
    read,
    fileOf: posting => files.get(posting) ?? null,
    replay: async (posting, take) => {
      const names = namesOf(await catalogueAt(db, posting.recordedAt));
      const bytes = openBytes(db, posting.sha256);
      let rows: number | string;
      try {
        rows = await take(fileRows(bytes.parts, posting.readAs), names);
      } catch (error) {
        if (!(error instanceof NotReadable)) throw error;
        rows = error.message;
      }
      const sha256 = await bytes.digest();
      if (read.has(posting.submission)) return;
      read.add(posting.submission);
      const at = place('submissions', `${posting.period ?? ''}`, posting.submission);
      if (sha256 !== posting.sha256) {
        report({ ...at, sum: 'sha256', stored: posting.sha256, recounted: sha256 });
      }
      if (rows !== posting.rowCount) {
        report({ ...at, sum: 'row_count', stored: posting.rowCount, recounted: rows });
      }
      if (typeof rows === 'number') done.rows += rows;
    },
  };
}

async function recountReturns(audit: Audit, returns: StoredPosting[], months: string[]): Promise<void> {
  const { db, report, done, fileOf } = audit;
  const replay = startReplay(new Set(months));
  const ledger = await ledgerOf(db, months);
  const receipts = await receiptsOf(db, months);
  const history = new Map<string, CurrentRow>();
  for (const [order, posting] of returns.entries()) {
    if (!posting.months.some(m => months.includes(m))) continue;
    await audit.replay(posting, async (rows, names) => {
      const effect = await replay.take({ ...posting, place: order }, rows, names);
      done.sums += effect.sums.size;
      compareSums(ledger.get(posting.id) ?? new Map(), effect.sums, posting.submission, report);
      ledger.delete(posting.id);
      for (const key of effect.firstReceipts) {
        compareReceipt(audit, `${key}|${posting.id}`, receipts, posting.receivedAt);
      }
      for (const row of effect.superseded) history.set(`${row.key}|${row.unit}|${posting.id}`, row);
      return effect.rows;
    });
  }
  for (const [posting, sums] of ledger) compareSums(sums, new Map(), fileOf(posting), report);
  for (const key of [...receipts.keys()]) compareReceipt(audit, key, receipts, null);
  for (const month of months) {
    for await (const stored of figuresIn(db, 'figures', month)) {
      compareRow('figures', stored, replay.release(stored.key, stored.unit), fileOf, report);
    }
    for await (const stored of figuresIn(db, 'figures_history', month)) {
      const key = `${stored.key}|${stored.unit}|${stored.ended}`;
      compareRow('figures_history', stored, history.get(key) ?? null, fileOf, report);
      history.delete(key);
    }
  }
  for (const row of replay.current()) compareRow('figures', null, row, fileOf, report);
  for (const row of history.values()) compareRow('figures_history', null, row, fileOf, report);
}

function compareReceipt(
  { fileOf, report }: Audit,
  key: string,
  stored: Map<string, number>,
  recounted: number | null,
): void {
  const there = stored.get(key) ?? null;
  stored.delete(key);
  if (there === recounted) return;
  const text = (instant: number | null): string | null =>
    instant === null ? null : new Date(instant).toISOString();
  const at = place('returns', key, fileOf(Number(key.split('|')[3])));
  report({ ...at, sum: 'received_at', stored: text(there), recounted: text(recounted) });
}

async function recountStatuses(audit: Audit, month: string | null): Promise<void> {
  const { db, report, fileOf } = audit;
  const replay: StatusReplay = { current: new Map(), superseded: new Map() };
  for (const posting of audit.postings) {
    if (posting.kind !== 'service-status') continue;
    if (month && !posting.months.includes(month)) continue;
    await audit.replay(posting, (rows, names) => takeStatuses(replay, posting, rows, names));
  }
  const asked = (key: string): boolean => month === null || key.startsWith(month);
  for (const stored of await statusesOf(db)) {
    if (!asked(stored.key)) continue;
    const [side, key] =
      stored.ended === null
        ? [replay.current, stored.key]
        : [replay.superseded, `${stored.key}|${stored.ended}`];
    const table = stored.ended === null ? 'statuses' : 'statuses_history';
    const counted = side.get(key);
    side.delete(key);
    const at = place(table, stored.key, fileOf(stored.posting));
    for (const sum of SPOKEN) {
      const recounted = counted?.[sum] ?? null;
      if (stored[sum] !== recounted) report({ ...at, sum, stored: stored[sum], recounted });
    }
    if (counted && counted.posting !== stored.posting) {
      const [a, b] = [fileOf(stored.posting), fileOf(counted.posting)];
      report({ ...at, sum: 'submission', stored: a, recounted: b });
    }
  }
  for (const [table, side] of [
    ['statuses', replay.current],
    ['statuses_history', replay.superseded],
  ] as const) {
    for (const status of side.values()) {
      if (!asked(status.key)) continue;
      const recounted = status.mode ?? status.level;
      report({ ...place(table, status.key, fileOf(status.posting)), sum: 'row', stored: null, recounted });
    }
  }
}

/** Months side by side as long as their files stay small. */
function inGroups(months: readonly string[], returns: readonly StoredPosting[]): string[][] {
  const groups: string[][] = [];
  let [group, rows]: [string[], number] = [[], 0];
  for (const month of months) {
    const more = returns
      .filter(p => p.months.includes(month))
      .reduce((sum, p) => sum + p.rowCount / p.months.length, 0);
    if (group.length && rows + more > ROWS_TOGETHER) {
      groups.push(group);
      [group, rows] = [[], 0];
    }
    group.push(month);
    rows += more;
  }
  if (group.length) groups.push(group);
  return groups;
}
