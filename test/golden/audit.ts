/** One database and the auditor's books side by side: every file goes into both, every number is compared. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, jest } from '@jest/globals';
import { accept } from '../../src/intake/accept.ts';
import type { Receipt } from '../../src/intake/receipt.ts';
import { OPERATOR } from '../../src/kpi/access.ts';
import type { Db } from '../../src/store/connect.ts';
import type { RankingDocument } from '../../src/web/documents.ts';
import { isFault } from '../../src/web/fault.ts';
import { rankingsPage } from '../../src/web/pages/rankings.ts';
import { ask } from '../../src/web/reading.ts';
import { freshDatabase, type TestDatabase } from '../support/database.ts';
import { type Recount, recount } from './ranks.ts';
import { type Data, endOf, readData, type Sheet, type State, stateAfter } from './raw.ts';
import { monthsOf, type Parts, type Question } from './recount.ts';

// Thousands of rankings are compared; a busy machine may take its time.
jest.setTimeout(300_000);

export const DATA = join(import.meta.dirname, '../../data');
/** The fixed day of these tests; pages are asked at the real instant when that is later. */
const TODAY = Date.parse('2026-09-25T09:00:00+07:00');

export interface Audit {
  data: Data;
  database: TestDatabase;
  /** The files taken so far. */
  sheets: Sheet[];
  /** Takes a file into the database and into the books. */
  take(sheet: Sheet): Promise<Receipt>;
  /** What a page says; throws a refusal. */
  ranking(question: Question, asOf?: string): Promise<RankingDocument>;
  /** Compares every number of a ranking with the recount of the files. */
  compare(question: Question): Promise<RankingDocument>;
}

export async function openAudit(folder = DATA): Promise<Audit> {
  const database = await freshDatabase();
  const data = readData(folder);
  const sheets: Sheet[] = [];
  let state: State | null = null;
  // The past is asked over a handle of its own, so that nothing remembered of it can answer.
  const pasts = new Map<string, Db>();
  const handleFor = (asOf: string | undefined): Db => {
    if (asOf === undefined) return database.db;
    const key = `${asOf} after ${sheets.length} files`;
    const handle = pasts.get(key) ?? database.db.withoutPlugins();
    pasts.set(key, handle);
    return handle;
  };
  const ranking = async (question: Question, asOf?: string): Promise<RankingDocument> => {
    const db = handleFor(asOf);
    const now = Math.max(TODAY, Date.now() + 60_000);
    const asked = await ask(db, parametersOf(question, asOf), now, OPERATOR, 'all');
    const doc = isFault(asked) ? asked : await rankingsPage.read(db, asked, '');
    if (isFault(doc)) throw new Error(JSON.stringify(doc));
    return doc;
  };
  return {
    data,
    database,
    sheets,
    async take(sheet) {
      const receipt = await accept(
        database.db,
        {
          ...{ bytes: Buffer.from(sheet.bytes), fileName: 'golden.csv', contentType: 'text/csv' },
          ...{ kind: sheet.kind, period: null, agency: null, sender: 'golden', reason: null },
          ...{ door: 'command', lang: 'en', receivedAt: sheet.receivedAt },
        },
        () => TODAY,
      );
      if (receipt.status === 'refused') throw new Error(JSON.stringify(receipt.problems.slice(0, 5)));
      sheets.push(sheet);
      state = null;
      return receipt;
    },
    ranking,
    async compare(question) {
      state ??= stateAfter(data, sheets);
      const doc = await ranking(question);
      expectSame(doc, recount(data, state, question), question);
      return doc;
    },
  };
}

/** The hand-written file of that name beside this one. */
export function handWritten(name: string, kind: Sheet['kind'], receivedAt: string): Sheet {
  return { kind, bytes: readFileSync(join(import.meta.dirname, name)), receivedAt: Date.parse(receivedAt) };
}

export function question(change: Partial<Question>): Question {
  return {
    ...{ indicator: 'on_time', kind: 'province', view: 'own', period: '2022-07', catalogue: 'essential-25' },
    ...{ boundaries: null, withoutVertical: false },
    ...change,
  };
}

function parametersOf(q: Question, asOf?: string): Record<string, string> {
  return {
    ...{ indicator: q.indicator, kind: q.kind, view: q.view, period: q.period, catalogue: q.catalogue },
    ...(q.boundaries && { boundaries: q.boundaries }),
    ...(q.withoutVertical && { vertical: 'out' }),
    ...(asOf && { as_of: asOf }),
  };
}

const quotient = (p: { numerator: number | null; denominator: number | null }): number | null =>
  p.numerator === null || !p.denominator ? null : p.numerator / p.denominator;

/** What the books tell of a ranked agency, bounds apart. */
const TOLD = [
  ...(['agency', 'rank', 'rank_low', 'rank_high', 'change'] as const),
  ...(['numerator', 'denominator', 'value', 'returns', 'due'] as const),
];

/** Whole numbers, ranks and quotients to the last digit; interval bounds to twelve. */
function expectSame(doc: RankingDocument, books: Recount, q: Question): void {
  const dossiers = doc.coverage.rows !== undefined;
  const covered = ({ returns, due, rowsIn, rows }: Pick<Parts, 'returns' | 'due' | 'rowsIn' | 'rows'>) =>
    dossiers ? { returns, due, rows_in: rowsIn, rows } : { returns, due };
  const byAgency = (a: { agency: string }, b: { agency: string }): number => (a.agency < b.agency ? -1 : 1);
  const page = {
    question: q,
    coverage: doc.coverage,
    national: doc.national,
    boundaries: doc.boundaries,
    asFormed: [...doc.as_formed].sort(),
    ranked: [...doc.ranked].sort(byAgency).map(r => Object.fromEntries(TOLD.map(key => [key, r[key]]))),
    notRanked: doc.not_ranked.map(({ name, ...r }) => r).sort(byAgency),
  };
  const { numerator, denominator } = books.national;
  const told = {
    question: q,
    coverage: covered(books.coverage),
    national: { numerator, denominator, value: quotient(books.national), coverage: covered(books.national) },
    asFormed: books.asFormed.sort(),
    boundaries: q.boundaries ?? endOf(monthsOf(q.period).at(-1) as string),
    ranked: books.ranked
      .map(({ agency, rank, rankLow, rankHigh, change, parts, ...r }) => ({
        ...{ agency, rank, rank_low: rankLow, rank_high: rankHigh, change },
        ...{ numerator: r.numerator, denominator: r.denominator, value: quotient(r) },
        ...{ returns: parts.returns, due: parts.due },
      }))
      .sort(byAgency),
    notRanked: books.notRanked
      .map(({ agency, reason, parts }) => ({
        ...{ agency, reason, numerator: parts.numerator, denominator: parts.denominator },
        ...{ returns: parts.returns, due: parts.due },
      }))
      .sort(byAgency),
  };
  expect(page).toEqual(told);
  const ranks = doc.ranked.map(r => r.rank);
  expect(ranks).toEqual([...ranks].sort((a, b) => a - b));
  for (const line of books.ranked) {
    const shown = doc.ranked.find(r => r.agency === line.agency);
    for (const bound of ['low', 'high'] as const) {
      if (line[bound] === null) expect(shown?.[bound]).toBeNull();
      else expect(shown?.[bound]).toBeCloseTo(line[bound], 12);
    }
  }
}
