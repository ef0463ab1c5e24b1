/** A file as rows under known headings: how it is to be read is told from its beginning, then it streams. */
import { parse } from 'csv-parse/sync';
import {
  type Columns,
  type Findings,
  noFindings,
  note,
  type ProblemCode,
  type RawRow,
} from '../kpi/finding.ts';
import { foldName } from '../kpi/names.ts';
import { columnOf, KINDS, type Kind, NEEDED } from './headings.ts';
import { BrokenQuotes, records } from './records.ts';
import { type FileSource, head, pieces } from './source.ts';

/** How a file is read; the style of its numbers shows only in its cells. */
export interface Reading {
  encoding: string;
  delimiter: string;
  heading_row: number;
}

export interface OpenFile {
  reading: Reading | null;
  columns: Columns;
  /** Any problem means that nothing of the file may be stored; `rows` may add to them while it runs. */
  problems: Findings<ProblemCode>;
  /** The file says of itself that its figures are invented. */
  invented: boolean;
  /** Rows with data, in order; title, blank and total rows left out. */
  rows(): AsyncGenerator<RawRow[]>;
}

/** Stands in the title of every sample file and marks whatever is read from it. */
export const INVENTED_MARK = 'INVENTED SAMPLE DATA';

const DELIMITERS = [';', ',', '\t', '|'];
/** The headings are looked for in the first rows; a title block is never longer. */
const HEAD_ROWS = 40;
const HEAD_BYTES = 256 * 1024;
/** Rows are cut from pieces of this size: small enough that what they leave behind never grows old. */
const READ_BYTES = 64 * 1024;
const TOTALS = new Set(['tong cong', 'tong so', 'tong', 'cong', 'total', 'grand total']);

/**
 * Opens a CSV file (UTF-8, or UTF-16 with a byte-order mark): tells encoding, delimiter and heading row from
 * its beginning. `given` names columns that need not stand in the file.
 */
export async function openFile(source: FileSource, kind: Kind, given: readonly string[]): Promise<OpenFile> {
  const problems = noFindings<ProblemCode>();
  const refused = (code: ProblemCode, details: Record<string, string> = {}): OpenFile => {
    note(problems, { row: null, column: null, value: null, code, details });
    return { reading: null, columns: [], problems, invented: false, rows: noRows };
  };
  const bytes = await head(source, HEAD_BYTES);
  if (bytes.length === 0) return refused('empty_file');
  const foreign = foreignType(bytes);
  if (foreign) return refused('unsupported_type', { type: foreign });
  const encoding = encodingOf(bytes);
  const beginning = decodeHead(bytes, encoding);
  if (beginning === null) return refused('unreadable_file', { why: 'encoding' });
  if (beginning.includes('\0')) return refused('unreadable_file', { why: 'binary' });
  if (beginning.trim() === '' && bytes.length < HEAD_BYTES) return refused('empty_file');

  const { delimiter, headingIndex, before } = findHeadings(beginning, kind);
  const headings = before[headingIndex] ?? [];
  const columns = headings.map(heading => columnOf(kind, heading));
  const problem = (code: ProblemCode, column: string, value: string, details: Record<string, string> = {}) =>
    note(problems, { row: headingIndex + 1, column, value, code, details });
  for (const [i, column] of columns.entries()) {
    const heading = headings[i] as string;
    if (column === undefined) problem('unknown_column', heading.trim(), heading);
    else if (column !== null && columns.indexOf(column) !== i) {
      problem('unknown_column', heading.trim(), heading, { twice: 'yes' });
    }
  }
  for (const column of NEEDED[kind]) {
    if (!columns.includes(column) && !given.includes(column)) problem('missing_column', column, '');
  }
  return {
    reading: { encoding, delimiter, heading_row: headingIndex + 1 },
    columns: columns.map(c => c ?? null),
    problems,
    invented: before.slice(0, headingIndex).flat().join(' ').includes(INVENTED_MARK),
    rows: () =>
      dataRows(
        source,
        { encoding, delimiter, headings, headingIndex, macLines: !beginning.includes('\n') },
        problems,
      ),
  };
}

interface Layout {
  encoding: string;
  delimiter: string;
  headings: readonly string[];
  headingIndex: number;
  /** Lines end in a carriage return alone. */
  macLines: boolean;
}

/** Holds bytes that no text file has. */
class NotText extends Error {}

async function* dataRows(
  source: FileSource,
  layout: Layout,
  problems: Findings<ProblemCode>,
): AsyncGenerator<RawRow[]> {
  const { delimiter, headings, headingIndex } = layout;
  const unheaded = headings.flatMap((h, i) => (h.trim() === '' ? [i] : []));
  let any = false;
  try {
    for await (const batch of records(decoded(source, layout), delimiter)) {
      const rows = batch.filter(r => r.row > headingIndex + 1 && hasData(r.cells));
      for (const { row, cells } of rows) {
        for (let i = headings.length; i < cells.length; i++) checkUnheaded(row, cells, i, problems);
        for (const i of unheaded) checkUnheaded(row, cells, i, problems);
      }
      if (rows.length === 0) continue;
      any = true;
      yield rows;
    }
  } catch (error) {
    if (error instanceof BrokenQuotes) {
      note(problems, {
        row: error.row,
        column: null,
        value: null,
        code: 'unreadable_file',
        details: { why: 'quotes' },
      });
    } else if (error instanceof NotText) {
      note(problems, {
        row: null,
        column: null,
        value: null,
        code: 'unreadable_file',
        details: { why: 'binary' },
      });
    } else if (
      error instanceof TypeError &&
      'code' in error &&
      error.code === 'ERR_ENCODING_INVALID_ENCODED_DATA'
    ) {
      note(problems, {
        row: null,
        column: null,
        value: null,
        code: 'unreadable_file',
        details: { why: 'encoding' },
      });
    } else throw error;
    return;
  }
  if (!any && problems.count === 0) {
    note(problems, { row: null, column: null, value: null, code: 'empty_file', details: {} });
  }
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

/** Neither blank nor a total of the rows above. */
function hasData(cells: readonly string[]): boolean {
  let first = '';
  for (const cell of cells) {
    first = cell.trim();
    if (first !== '') break;
  }
  if (first === '') return false;
  // Only names begin with T, C or G: the rest need no folding.
  if (!/^[tcg]/i.test(first)) return true;
  const folded = foldName(first.slice(0, 40));
  // "Tổng cộng" with whatever follows, but not "Tổng công ty", a kind of enterprise.
  return !TOTALS.has(folded) && !/^tong cong(?! ty\b)/.test(folded);
}

/** The kind of file that recognises most of its headings; a monthly return when in doubt. */
export async function guessKind(source: FileSource): Promise<Kind> {
  const bytes = await head(source, HEAD_BYTES);
  const text = decodeHead(bytes, encodingOf(bytes)) ?? '';
  const known = KINDS.map(kind => ({ kind, known: findHeadings(text, kind).known }));
  return known.reduce((best, k) => (k.known > best.known ? k : best)).kind;
}

/** What a file that is no text file is, by its first bytes. */
function foreignType(bytes: Buffer): string | null {
  const start = bytes.subarray(0, 8).toString('latin1');
  if (start.startsWith('PK\x03\x04')) return 'xlsx';
  if (start.startsWith('\xd0\xcf\x11\xe0')) return 'xls';
  if (start.startsWith('%PDF')) return 'pdf';
  return null;
}

function encodingOf(bytes: Buffer): string {
  const mark = bytes.subarray(0, 2).toString('hex');
  return mark === 'fffe' ? 'utf-16le' : mark === 'feff' ? 'utf-16be' : 'utf-8';
}

/** The beginning of a file as text; a character that the cut went through is left out. Null when it is not in that encoding. */
function decodeHead(bytes: Buffer, encoding: string): string | null {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes, { stream: true });
  } catch {
    return null;
  }
}

async function* decoded(source: FileSource, { encoding, macLines }: Layout): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding, { fatal: true });
  for await (const piece of pieces(source, READ_BYTES)) {
    const text = decoder.decode(piece, { stream: true });
    if (text.includes('\0')) throw new NotText();
    yield macLines ? text.replaceAll('\r', '\n') : text;
  }
  yield decoder.decode();
}

/** The delimiter and the row under which most headings are recognised, with the rows up to it. */
function findHeadings(
  text: string,
  kind: Kind,
): { delimiter: string; headingIndex: number; before: string[][]; known: number } {
  let best = { delimiter: ',', headingIndex: 0, before: [] as string[][], known: -1 };
  for (const delimiter of DELIMITERS) {
    const before = headRecords(text, delimiter);
    for (const [headingIndex, cells] of before.entries()) {
      const known = new Set(cells.map(c => columnOf(kind, c)).filter(Boolean)).size;
      if (known > best.known) best = { delimiter, headingIndex, before, known };
    }
  }
  return best;
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
    return text.split(/\r?\n|\r/, HEAD_ROWS).map(line => line.split(delimiter));
  }
}

async function* noRows(): AsyncGenerator<RawRow[]> {}
