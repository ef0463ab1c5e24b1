/** Text in pieces to records of cells: lines without quotes are cut here, everything else by the CSV library. */
import { CsvError, parse } from 'csv-parse/sync';
import type { RawRow } from '../kpi/finding.ts';

/** A quote is not closed or stands in the wrong place; `row` is where reading stopped. */
export class BrokenQuotes extends Error {
  readonly row: number;
  constructor(row: number) {
    super(`broken quotes in row ${row}`);
    this.row = row;
  }
}

/** A line that does not end: no row of a table. */
export class LongRecord extends Error {
  readonly row: number;
  constructor(row: number) {
    super(`row ${row} is too long`);
    this.row = row;
  }
}

/** In characters. A quoted record that grows beyond this never closed its quote. */
const LONGEST_RECORD = 1_000_000;

/**
 * Cuts text into records, batch by batch (one per piece of text). Rows are numbered as a spreadsheet shows
 * them: a record with line breaks inside quotes is one row, a blank line is a row. Most lines of a large
 * file hold no quote, and cutting those by hand is three times as quick as parsing them; a record is handed
 * to the library with all its lines, since within it quotes come in pairs. Throws `BrokenQuotes` and
 * `LongRecord`.
 */
export async function* records(text: AsyncIterable<string>, delimiter: string): AsyncGenerator<RawRow[]> {
  let rest = '';
  let row = 0;
  for await (const piece of text) {
    const all = rest + piece;
    const end = all.lastIndexOf('\n') + 1;
    const cut = cutLines(all.slice(0, end), delimiter, row);
    row = cut.row;
    rest = cut.open + all.slice(end);
    if (cut.batch.length) yield cut.batch;
    if (rest.length > LONGEST_RECORD) {
      if (rest.includes('"')) throw new BrokenQuotes(row + 1);
      throw new LongRecord(row + 1);
    }
  }
  if (rest === '') return;
  const cut = cutLines(`${rest}\n`, delimiter, row);
  if (cut.open) throw new BrokenQuotes(cut.row + 1);
  if (cut.batch.length) yield cut.batch;
}

/** Cuts whole lines into records; `open` is the beginning of a record whose quotes are not closed yet. */
function cutLines(
  text: string,
  delimiter: string,
  from: number,
): { batch: RawRow[]; open: string; row: number } {
  const batch: RawRow[] = [];
  let row = from;
  let start = 0;
  let quote = -1;
  while (start < text.length) {
    let end = text.indexOf('\n', start);
    if (end < 0) end = text.length;
    if (quote < start) quote = indexOrEnd(text, '"', start);
    if (quote > end) {
      const line =
        text.charCodeAt(end - 1) === 13 && end > start ? text.slice(start, end - 1) : text.slice(start, end);
      batch.push({ row: ++row, cells: line.split(delimiter) });
      start = end + 1;
      continue;
    }
    let quotes = countQuotes(text, start, end);
    while (quotes % 2 === 1) {
      if (end >= text.length) return { batch, open: text.slice(start), row };
      const next = text.indexOf('\n', end + 1);
      if (next < 0) return { batch, open: text.slice(start), row };
      quotes += countQuotes(text, end + 1, next);
      end = next;
    }
    batch.push({ row: ++row, cells: parseRecord(text.slice(start, end), delimiter, row) });
    start = end + 1;
  }
  return { batch, open: '', row };
}

function indexOrEnd(text: string, mark: string, from: number): number {
  const i = text.indexOf(mark, from);
  return i < 0 ? Number.POSITIVE_INFINITY : i;
}

function countQuotes(text: string, from: number, to: number): number {
  let count = 0;
  // Not by `indexOf`, which looks beyond the line: a quoted field of a million lines would take for ever.
  for (let i = from; i < to; i++) if (text.charCodeAt(i) === 34) count += 1;
  return count;
}

function parseRecord(text: string, delimiter: string, row: number): string[] {
  try {
    const found: string[][] = parse(text, {
      delimiter,
      relax_column_count: true,
      record_delimiter: ['\r\n', '\n', '\r'],
    });
    if (found.length === 1) return found[0] as string[];
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
  }
  throw new BrokenQuotes(row);
}
