/** Original bytes to rows of text, by the parser's own streaming reader, guided by how the file was said to be read. */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parse } from 'csv-parse';
import { newDecoder } from './encoding.ts';
import { bare, columnsOf } from './headings.ts';
import { DAY_MARK, type FileRecord, NotReadable, workbookRows } from './workbook.ts';

/** How the receipt says that the file was read. */
export interface SaidReading {
  encoding: string;
  delimiter: string | null;
  /** The lowest row of the headings; null where there is none. */
  heading_row: number | null;
  /** Name of the sheet of a workbook. */
  sheet?: string | null;
}

/** One row of a file: its number as a spreadsheet shows it, and its cells by column. */
export interface FileRow {
  row: number;
  cell(column: string): string;
}

/** Groups may stand above headings, groups above those, and numbers of columns below them. */
const DEEPEST = 4;

/** Columns in which a spreadsheet's number is a day. */
const DATED = new Set(['period', 'as_of']);
const TOTAL = /^(tongcong|tongso|tong|cong|total|grandtotal)$|^tongcong(?!ty)/;

/** The rows that hold figures: below the headings, neither blank nor a total. Throws `NotReadable`. */
export async function* fileRows(parts: AsyncIterable<Buffer>, reading: SaidReading): AsyncGenerator<FileRow> {
  const pieces = parts[Symbol.asyncIterator]();
  const first = await pieces.next();
  const head = first.done ? Buffer.alloc(0) : first.value;
  const all = async function* (): AsyncGenerator<Buffer> {
    yield head;
    for (let next = await pieces.next(); !next.done; next = await pieces.next()) yield next.value;
  };
  if (head.subarray(0, 2).toString('latin1') === 'PK') {
    yield* underHeadings(
      workbookRows(await whole(all()), reading.sheet ?? null, reading.heading_row ?? 1),
      reading.heading_row ?? 1,
    );
  } else if (reading.encoding === 'json') yield* jsonRows(all());
  else yield* underHeadings(csvRecords(all(), head, reading), reading.heading_row ?? 1);
}

/** The rows below the headings, under their columns. */
async function* underHeadings(
  records: AsyncIterable<FileRecord> | Iterable<FileRecord>,
  headingRow: number,
): AsyncGenerator<FileRow> {
  const above: string[][] = [];
  let columns: Map<string, number> | null = null;
  for await (const { row, cells } of records) {
    if (row <= headingRow) {
      above.push(cells);
      if (above.length > DEEPEST) above.shift();
      continue;
    }
    columns ??= placesOf(columnsOf(above));
    if (!columns.has('received_online') && !columns.has('as_of')) {
      throw new NotReadable('the headings are not known');
    }
    const over = rowOver(row, cells, columns);
    if (holdsData(cells) && !TOTAL.test(bare(over.cell('service').slice(0, 60)))) yield over;
  }
}

async function* csvRecords(
  bytes: AsyncIterable<Buffer>,
  head: Buffer,
  reading: SaidReading,
): AsyncGenerator<FileRecord> {
  const beginning = newDecoder(reading.encoding).decode(head, { stream: true });
  const parser = parse({
    delimiter: reading.delimiter ?? ',',
    record_delimiter: beginning.includes('\n') ? ['\r\n', '\n'] : ['\r'],
    relax_column_count: true,
    skip_empty_lines: false,
  });
  const done = pipeline(Readable.from(decoded(bytes, reading.encoding)), parser);
  // The loop below meets the same error.
  done.catch(() => {});
  let row = 0;
  try {
    for await (const cells of parser as AsyncIterable<string[]>) yield { row: ++row, cells };
    await done;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    throw /^(CSV|INVALID|ERR_ENCODING)/.test(code) ? new NotReadable((error as Error).message) : error;
  }
}

async function whole(bytes: AsyncIterable<Buffer>): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of bytes) pieces.push(piece);
  return Buffer.concat(pieces);
}

async function* decoded(bytes: AsyncIterable<Buffer>, encoding: string): AsyncGenerator<string> {
  const decoder = newDecoder(encoding);
  for await (const piece of bytes) yield decoder.decode(piece, { stream: true });
  yield decoder.decode();
}

/** An array of objects; the first is row 1. */
async function* jsonRows(bytes: AsyncIterable<Buffer>): AsyncGenerator<FileRow> {
  let text = '';
  for await (const piece of decoded(bytes, 'utf-8')) text += piece;
  const things: unknown = JSON.parse(text);
  if (!Array.isArray(things)) throw new NotReadable('not an array of rows');
  for (const [i, thing] of things.entries()) {
    const entries = Object.entries(thing as object).map(([key, value]) => [key, String(value ?? '')]);
    const names = columnsOf([entries.map(([key]) => key as string)]);
    yield rowOver(
      i + 1,
      entries.map(([, value]) => value as string),
      placesOf(names),
    );
  }
}

function placesOf(columns: readonly string[]): Map<string, number> {
  return new Map(columns.flatMap((name, i) => (name === '' ? [] : [[name, i] as const])));
}

function rowOver(row: number, cells: readonly string[], places: ReadonlyMap<string, number>): FileRow {
  return {
    row,
    cell: column => {
      const place = places.get(column);
      if (place === undefined) return '';
      const [text = '', day] = (cells[place] ?? '').split(DAY_MARK);
      if (day !== undefined && DATED.has(column)) return day;
      // The apostrophe is what an export put before a text so that it is no formula.
      return text
        .replace(/\p{Cf}/gu, '')
        .normalize('NFC')
        .replace(/^'(?=[=+\-@\t\r])/, '')
        .trim();
    },
  };
}

function holdsData(cells: readonly string[]): boolean {
  const first = cells.find(cell => cell.trim() !== '');
  return first !== undefined && !TOTAL.test(bare(first.slice(0, 40)));
}
