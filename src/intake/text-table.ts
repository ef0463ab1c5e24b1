/** Delimited text as a table: which delimiter it has is told by the headings it makes, then its rows stream. */
import { parse } from 'csv-parse/sync';
import { asUtf8, decodeHead, encodingOf, HEAD_BYTES } from './encoding.ts';
import { findHeadings, HEAD_ROWS, type Headings, MOST_COLUMNS } from './heading-rows.ts';
import type { Form } from './headings.ts';
import { records } from './records.ts';
import { type FileSource, head } from './source.ts';
import { refusal, type Table } from './table.ts';

const DELIMITERS = [';', ',', '\t', '|'];
const LINE_END = /\r?\n|\r/;
const [LF, CR] = [10, 13];

/** Opens delimited text; `words` are those by which an encoding is known to make sense. */
export async function openText(
  source: FileSource,
  form: Form,
  words: () => ReadonlySet<string>,
): Promise<Table> {
  const bytes = await head(source, HEAD_BYTES);
  const encoding = await encodingOf(source, words);
  const beginning = encoding && decodeHead(bytes, encoding);
  if (encoding === null || beginning == null) {
    return refusal('unreadable_file', { why: bytes.includes(0) ? 'binary' : 'encoding' });
  }
  if (beginning.includes('\0')) return refusal('unreadable_file', { why: 'binary' });
  if (beginning.trim() === '' && bytes.length < HEAD_BYTES) return refusal('empty_file');
  const { delimiter, headings } = bestDelimiter(beginning, form);
  if (headings.texts.length > MOST_COLUMNS || (headings.known < 1 && isWide(beginning))) {
    return refusal('too_big', { what: 'columns' }, headings.row);
  }
  // Lines that end in a carriage return alone.
  const macLines = !beginning.includes('\n');
  return {
    reading: { encoding, delimiter, sheet: null },
    headings,
    failure: null,
    rows: () => {
      const bytes = asUtf8(source, encoding);
      return records(macLines ? withLineFeeds(bytes) : bytes, delimiter, headings.texts.length);
    },
  };
}

async function* withLineFeeds(pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  for await (const piece of pieces) yield Buffer.from(piece.map(byte => (byte === CR ? LF : byte)));
}

/** The delimiter with which most headings are known. */
function bestDelimiter(text: string, form: Form): { delimiter: string; headings: Headings } {
  const tried = DELIMITERS.map(delimiter => {
    const rows = headRecords(text, delimiter).map((cells, i) => ({ row: i + 1, cells }));
    return { delimiter, headings: findHeadings(rows, form) };
  });
  return tried.reduce((best, d) => (d.headings.known > best.headings.known ? d : best));
}

/** Whether some row among the first has too many columns, whatever the delimiter is. */
function isWide(text: string): boolean {
  const lines = text.split(LINE_END, HEAD_ROWS);
  return DELIMITERS.some(d => lines.some(line => line.split(d, MOST_COLUMNS + 1).length > MOST_COLUMNS));
}

function headRecords(text: string, delimiter: string): string[][] {
  try {
    return parse(text, {
      delimiter,
      relax_column_count: true,
      relax_quotes: true,
      to: HEAD_ROWS,
      record_delimiter: ['\r\n', '\n', '\r'],
    });
  } catch {
    // A quote further down is broken; the headings can be found all the same.
    return text.split(LINE_END, HEAD_ROWS).map(line => line.split(delimiter));
  }
}
