/** A file as a table, however it is stored: where its headings are, and its rows as they are wanted. */
import { type CodedRows, rawRowsOf } from '../kpi/coded-rows.ts';
import type { ProblemCode, RawRow } from '../kpi/finding.ts';
import type { ImportTable } from '../kpi/reference-table.ts';
import type { Headings } from './heading-rows.ts';

/** How a file is read; the style of its numbers shows only in its cells. */
export interface Reading {
  /** `xlsx` and `json` for files that are no delimited text. */
  encoding: string;
  delimiter: string | null;
  /** The lowest row of the headings; null where a file has none (JSON). */
  heading_row: number | null;
  /** The sheet of a workbook. */
  sheet: string | null;
  /** The reference table that a file of reference data holds; told by its headings. */
  table?: ImportTable;
}

export interface Table {
  reading: Omit<Reading, 'heading_row' | 'table'> | null;
  headings: Headings;
  /** Why nothing of it can be read. */
  failure: { code: ProblemCode; details: Record<string, string>; row: number | null } | null;
  /** All rows, headings and title too, with their numbers as the user sees them. Throws `NotText`. */
  rows(): AsyncGenerator<Batch>;
}

/** Some rows of a table, in either form; coded ones are as wide as the headings, and gone with the next batch. */
export type Batch = RawRow[] | CodedRows;

export function rawRowsIn(batch: Batch): RawRow[] {
  return Array.isArray(batch) ? batch : rawRowsOf(batch);
}

/** A cell holds a NUL, which no text has and no database keeps. */
export class NotText extends Error {
  readonly row: number;
  constructor(row: number) {
    super(`row ${row} holds a NUL`);
    this.row = row;
  }
}

/** A file of which nothing can be read. */
export function refusal(
  code: ProblemCode,
  details: Record<string, string> = {},
  row: number | null = null,
): Table {
  const headings: Headings = { row: 1, labelRow: 1, texts: [], columns: [], known: -1, title: [] };
  return { reading: null, headings, failure: { code, details, row }, rows: noRows };
}

async function* noRows(): AsyncGenerator<RawRow[]> {}
