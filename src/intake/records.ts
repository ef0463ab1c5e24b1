/** UTF-8 in pieces to records of cells: plain lines are cut and coded here, everything else by the CSV library. */
import { CsvError, parse } from 'csv-parse/sync';
import { BLANK } from '../kpi/coded-rows.ts';
import { coder, LONGEST_CODED, utf8Reader } from './coder.ts';
import { visible, withoutInvisible } from './encoding.ts';
import { type Batch, NotText } from './table.ts';

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
const [NUL, LF, CR, QUOTE, APOSTROPHE, ZERO, NINE] = [0, 10, 13, 34, 39, 48, 57];

/**
 * Cuts text into records, batch by batch. Rows are numbered as a spreadsheet shows them: a record with line
 * breaks inside quotes is one row, a blank line is a row. Most lines of a large file hold no quote and as many
 * cells as its headings (`width`): cutting those by hand is many times as quick as parsing them, and they come
 * as codes. A record with quotes is handed to the library with all its lines, since within it quotes come in
 * pairs. Cells are as `visible` leaves them. Throws `BrokenQuotes`, `LongRecord`, `NotText` and, where the bytes
 * are no UTF-8, `NotInEncoding`.
 */
export async function* records(
  pieces: AsyncIterable<Buffer>,
  delimiter: string,
  width: number,
): AsyncGenerator<Batch> {
  const cutter = lineCutter(delimiter, width);
  let rest: Buffer = Buffer.alloc(0);
  for await (const piece of pieces) {
    const all = rest.length ? Buffer.concat([rest, piece]) : piece;
    rest = all.subarray(yield* cutter.cut(all, all.lastIndexOf(LF) + 1));
    if (rest.length > LONGEST_RECORD) {
      if (rest.includes(QUOTE)) throw new BrokenQuotes(cutter.row() + 1);
      throw new LongRecord(cutter.row() + 1);
    }
  }
  if (rest.length === 0) return;
  const last = Buffer.concat([rest, Buffer.from('\n')]);
  const end = yield* cutter.cut(last, last.length);
  if (end < last.length) throw new BrokenQuotes(cutter.row() + 1);
}

interface LineCutter {
  /**
   * Cuts whole lines, up to `end`, into records. Returns where cutting stopped: before the end when there a
   * record begins whose quotes are not closed yet.
   */
  cut(bytes: Buffer, end: number): Generator<Batch, number>;
  /** How many rows were cut so far. */
  row(): number;
}

function lineCutter(delimiter: string, width: number): LineCutter {
  const mark = delimiter.charCodeAt(0);
  const read = utf8Reader();
  const rows = coder(width);
  let row = 0;

  /** Puts the codes of the line at `start` in place and says where the next begins; -1 when this is not enough. */
  function plainLine(bytes: Buffer, start: number): number {
    const { cells, count } = rows.batch;
    let at = count * width;
    const stop = at + width;
    let [hash, number, others] = [0, 0, 0];
    for (let i = start, from = start; ; i++) {
      const byte = bytes[i] as number;
      // Nearly all bytes are of the first kind.
      if ((byte > QUOTE || (byte !== LF && byte !== QUOTE && byte !== NUL)) && byte !== mark) {
        if (byte === CR && bytes[i + 1] === LF) continue;
        hash = (Math.imul(hash, 31) + byte) | 0;
        number = (Math.imul(number, 10) + byte - ZERO) | 0;
        if (byte < ZERO || byte > NINE) others = 1;
        continue;
      }
      if (byte === QUOTE || byte === NUL) return -1;
      const to = byte === LF && i > from && bytes[i - 1] === CR ? i - 1 : i;
      const length = to - from;
      if (at === stop) {
        if (length > 0) return -1;
      } else if (length === 0) cells[at++] = BLANK;
      else if (others === 0 && length < 10 && (length === 1 || bytes[from] !== ZERO)) cells[at++] = number;
      else if (length > LONGEST_CODED || bytes[from] === APOSTROPHE) return -1;
      else cells[at++] = rows.codeOf(bytes, from, to, hash);
      if (byte === LF) {
        if (at < stop) cells.fill(BLANK, at, stop);
        return i + 1;
      }
      from = i + 1;
      hash = number = others = 0;
    }
  }

  /** The record at `start`, with all its lines; null when it does not end before `end`. */
  function otherRecord(bytes: Buffer, start: number, end: number): { cells: string[]; next: number } | null {
    let stop = bytes.indexOf(LF, start);
    let quotes = countQuotes(bytes, start, stop);
    while (quotes % 2 === 1) {
      const next = stop + 1 < end ? bytes.indexOf(LF, stop + 1) : -1;
      if (next < 0) return null;
      quotes += countQuotes(bytes, stop + 1, next);
      stop = next;
    }
    const text = read(bytes, start, stop);
    if (text.includes('\0')) throw new NotText(row + 1);
    const cells = quotes
      ? parseRecord(text, delimiter, row + 1)
      : text.replace(/\r$/, '').split(delimiter).map(visible);
    return { cells, next: stop + 1 };
  }

  /** Whether nothing but blanks is beyond the width, and no cell is one that must be looked at as it is. */
  function fitsCodes(cells: readonly string[]): boolean {
    return cells.every((c, i) => (i < width || c === '') && c.length <= LONGEST_CODED && c[0] !== "'");
  }

  return {
    row: () => row,
    cut: function* (bytes, end) {
      let start = 0;
      rows.start();
      while (start < end) {
        const next = plainLine(bytes, start);
        if (next >= 0) {
          rows.end(++row);
          start = next;
        } else {
          const record = otherRecord(bytes, start, end);
          if (!record) break;
          const whole = { row: ++row, cells: record.cells };
          start = record.next;
          if (fitsCodes(record.cells)) rows.put(whole);
          else {
            if (rows.batch.count) yield rows.batch;
            yield [whole];
            rows.start();
          }
        }
        if (rows.isFull()) {
          yield rows.batch;
          rows.start();
        }
      }
      if (rows.batch.count) yield rows.batch;
      return start;
    },
  };
}

function countQuotes(bytes: Buffer, from: number, to: number): number {
  let count = 0;
  // Not by `indexOf`, which looks beyond the line: a quoted field of a million lines would take for ever.
  for (let i = from; i < to; i++) if (bytes[i] === QUOTE) count += 1;
  return count;
}

function parseRecord(text: string, delimiter: string, row: number): string[] {
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
