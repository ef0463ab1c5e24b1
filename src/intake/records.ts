/** UTF-8 in pieces to records of cells: lines without quotes are cut here, everything else by the CSV library. */
import { CsvError, parse } from 'csv-parse/sync';
import type { RawRow } from '../kpi/finding.ts';
import { cellReader } from './cell-bytes.ts';
import { visible, withoutInvisible } from './encoding.ts';
import { NotText } from './table.ts';

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

/** In bytes. A quoted record that grows beyond this never closed its quote. */
const LONGEST_RECORD = 1_000_000;
const [NUL, LF, CR, QUOTE] = [0, 10, 13, 34];

/**
 * Cuts text into records, batch by batch (one per piece). Rows are numbered as a spreadsheet shows them: a
 * record with line breaks inside quotes is one row, a blank line is a row. Most lines of a large file hold no
 * quote, and cutting those by hand is many times as quick as parsing them; a record is handed to the library
 * with all its lines, since within it quotes come in pairs. Cells are as `visible` leaves them. Throws `BrokenQuotes`,
 * `LongRecord`, `NotText` and, where the bytes are no UTF-8, `NotInEncoding`.
 */
export async function* records(pieces: AsyncIterable<Buffer>, delimiter: string): AsyncGenerator<RawRow[]> {
  const cutLines = lineCutter(delimiter);
  let rest: Buffer = Buffer.alloc(0);
  let row = 0;
  for await (const piece of pieces) {
    const all = rest.length ? Buffer.concat([rest, piece]) : piece;
    const cut = cutLines(all, all.lastIndexOf(LF) + 1, row);
    row = cut.row;
    rest = all.subarray(cut.end);
    if (cut.batch.length) yield cut.batch;
    if (rest.length > LONGEST_RECORD) {
      if (rest.includes(QUOTE)) throw new BrokenQuotes(row + 1);
      throw new LongRecord(row + 1);
    }
  }
  if (rest.length === 0) return;
  const last = Buffer.concat([rest, Buffer.from('\n')]);
  const cut = cutLines(last, last.length, row);
  if (cut.end < last.length) throw new BrokenQuotes(cut.row + 1);
  if (cut.batch.length) yield cut.batch;
}

interface Cut {
  batch: RawRow[];
  /** Where cutting stopped: before the end when there a record begins whose quotes are not closed yet. */
  end: number;
  row: number;
}

/** Cuts whole lines, up to `end`, into records numbered after `from`. */
function lineCutter(delimiter: string): (bytes: Buffer, end: number, from: number) => Cut {
  const mark = delimiter.charCodeAt(0);
  const { textOf, cellOf } = cellReader();
  let width = 0;

  /** Puts the cells of the line at `start` into `cells` and says where it ends; -1 when cutting is not enough. */
  function plainLine(bytes: Buffer, start: number, cells: string[]): number {
    let [count, hash] = [0, 0];
    for (let at = start, from = start; ; at++) {
      const byte = bytes[at] as number;
      // Nearly all bytes are of the first kind.
      if ((byte > QUOTE || (byte !== LF && byte !== QUOTE && byte !== NUL)) && byte !== mark) {
        hash = (Math.imul(hash, 31) + byte) | 0;
        continue;
      }
      if (byte === QUOTE || byte === NUL) return -1;
      const to = byte === LF && at > from && bytes[at - 1] === CR ? at - 1 : at;
      cells[count++] = cellOf(bytes, from, to, hash);
      if (byte === LF) {
        width = cells.length = count;
        return at;
      }
      from = at + 1;
      hash = 0;
    }
  }

  return (bytes, end, from) => {
    const batch: RawRow[] = [];
    let row = from;
    let start = 0;
    while (start < end) {
      // As long as the line before: an array that grows costs more than its cells.
      const cells = new Array<string>(width);
      const plainEnd = plainLine(bytes, start, cells);
      if (plainEnd >= 0) {
        batch.push({ row: ++row, cells });
        start = plainEnd + 1;
        continue;
      }
      let stop = bytes.indexOf(LF, start);
      let quotes = countQuotes(bytes, start, stop);
      while (quotes % 2 === 1) {
        const next = stop + 1 < end ? bytes.indexOf(LF, stop + 1) : -1;
        if (next < 0) return { batch, end: start, row };
        quotes += countQuotes(bytes, stop + 1, next);
        stop = next;
      }
      batch.push({ row: ++row, cells: parseRecord(textOf(bytes, start, stop), delimiter, row) });
      start = stop + 1;
    }
    return { batch, end, row };
  };
}

function countQuotes(bytes: Buffer, from: number, to: number): number {
  let count = 0;
  // Not by `indexOf`, which looks beyond the line: a quoted field of a million lines would take for ever.
  for (let i = from; i < to; i++) if (bytes[i] === QUOTE) count += 1;
  return count;
}

function parseRecord(text: string, delimiter: string, row: number): string[] {
  if (text.includes('\0')) throw new NotText(row);
  try {
    const found: string[][] = parse(withoutInvisible(text), {
      delimiter,
      relax_column_count: true,
      record_delimiter: ['\r\n', '\n', '\r'],
    });
    if (found.length === 1) return (found[0] as string[]).map(visible);
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
  }
  throw new BrokenQuotes(row);
}
