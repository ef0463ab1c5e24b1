/** Rows of data out of a table: what is none is left out, what cannot be one is a problem, the first are previewed. */
import { type CodedRows, rawRow, rawRowsOf, someRows } from '../kpi/coded-rows.ts';
import { type Findings, note, type ProblemCode, type RawRow } from '../kpi/finding.ts';
import { restore } from '../render/harmless.ts';
import type { StoredPreview } from '../store/tables.ts';
import { coder } from './coder.ts';
import type { Sieve } from './data-rows.ts';
import { NotInEncoding } from './encoding.ts';
import { MOST_COLUMNS } from './heading-rows.ts';
import { addRows, isFull, PREVIEWED } from './preview.ts';
import { BrokenQuotes, LongRecord } from './records.ts';
import { problemOf } from './sheet-table.ts';
import { SpreadsheetFailure } from './spreadsheet.ts';
import { NotText, rawRowsIn, type Table } from './table.ts';

/** Longest text of a cell; spreadsheets hold no more either. */
const LONGEST_CELL = 32_767;

/** Reads as far as the preview goes, and judges nothing. */
export async function look(table: Table, through: Sieve, preview: StoredPreview): Promise<void> {
  if (preview.rows.length) return;
  try {
    for await (const batch of rawBatches(table)) {
      addRows(preview, through.take(batch.filter(r => r.row > table.headings.row)));
      if (isFull(preview)) return;
    }
  } catch (error) {
    if (!failureOf(error)) throw error;
  }
}

export async function* rawBatches(table: Table): AsyncGenerator<RawRow[]> {
  for await (const batch of table.rows()) yield rawRowsIn(batch);
}

export async function* dataRows(
  table: Table,
  through: Sieve,
  problems: Findings<ProblemCode>,
  preview: StoredPreview,
): AsyncGenerator<CodedRows> {
  const { texts, row: headingRow } = table.headings;
  const unheaded = texts.flatMap((h, i) => (h.trim() === '' ? [i] : []));
  const codes = coder(texts.length);
  preview.rows = [];
  let any = false;

  function* given(rows: CodedRows): Generator<CodedRows> {
    if (rows.count === 0) return;
    if (!isFull(preview)) addRows(preview, rawRowsOf(rows, PREVIEWED));
    any = true;
    yield rows;
  }

  /** Rows that must be looked at cell by cell; false when one is none of a table. */
  function* looked(rows: readonly RawRow[]): Generator<CodedRows, boolean> {
    const data = through.take(rows.filter(r => r.row > headingRow));
    codes.start();
    for (const row of data) {
      const { cells } = row;
      // JSON and XML have ways to write what is no text.
      if (cells.some(c => c.includes('\0'))) throw new NotText(row.row);
      if (!fits(row.row, cells, problems)) return false;
      restore(cells);
      for (let i = texts.length; i < cells.length; i++) checkUnheaded(row.row, cells, i, problems);
      for (const i of unheaded) checkUnheaded(row.row, cells, i, problems);
      codes.put(row);
      if (!codes.isFull()) continue;
      yield* given(codes.batch);
      codes.start();
    }
    yield* given(codes.batch);
    return true;
  }

  try {
    for await (const batch of table.rows()) {
      if (Array.isArray(batch)) {
        if (!(yield* looked(batch))) return;
        continue;
      }
      for (let i = 0; i < batch.count; ) {
        const start = i;
        if ((batch.row[i] as number) > headingRow) i = through.plainRun(batch, i, unheaded);
        if (i > start) yield* given(someRows(batch, start, i));
        else if (!(yield* looked([rawRow(batch, i++)]))) return;
      }
    }
  } catch (error) {
    const failure = failureOf(error);
    if (!failure) throw error;
    note(problems, { column: null, value: null, ...failure });
    return;
  }
  if (!any && problems.count === 0) {
    note(problems, { row: null, column: null, value: null, code: 'empty_file', details: {} });
  }
}

/** What reading may run into, as a problem of the file; null for what is nobody's fault but ours. */
export function failureOf(error: unknown): Table['failure'] {
  if (error instanceof BrokenQuotes)
    return { row: error.row, code: 'unreadable_file', details: { why: 'quotes' } };
  if (error instanceof NotText)
    return { row: error.row, code: 'unreadable_file', details: { why: 'binary' } };
  if (error instanceof LongRecord) return { row: error.row, code: 'too_big', details: { what: 'row' } };
  if (error instanceof NotInEncoding)
    return { row: null, code: 'unreadable_file', details: { why: 'encoding' } };
  return error instanceof SpreadsheetFailure ? problemOf(error.failure) : null;
}

/** Whether a row is one of a table: not too wide, no cell too long. */
function fits(row: number, cells: readonly string[], problems: Findings<ProblemCode>): boolean {
  let what = cells.length > MOST_COLUMNS ? 'columns' : null;
  for (let i = 0; i < cells.length && !what; i++) {
    if ((cells[i] as string).length > LONGEST_CELL) what = 'cell';
  }
  if (what) note(problems, { row, column: null, value: null, code: 'too_big', details: { what } });
  return what === null;
}

function checkUnheaded(
  row: number,
  cells: readonly string[],
  i: number,
  problems: Findings<ProblemCode>,
): void {
  const value = cells[i]?.trim() ?? '';
  if (value === '') return;
  note(problems, { row, column: null, value, code: 'unknown_column', details: { place: String(i + 1) } });
}
