/** Bytes to rows of text under known headings; says how the file was read. */
import { CsvError, parse } from 'csv-parse/sync';
import type { Problem, RawTable } from '../kpi/finding.ts';
import { foldName } from '../kpi/names.ts';
import { columnOf, KINDS, type Kind, NEEDED } from './headings.ts';

/** How a file was read; `numbers` is known only after the cells are checked. */
export interface Reading {
  encoding: string;
  delimiter: string;
  heading_row: number;
}

export interface ReadFile {
  table: RawTable;
  reading: Reading;
  problems: Problem[];
  /** The file says of itself that its figures are invented. */
  invented: boolean;
}

/** Stands in the title of every sample file and marks whatever is read from it. */
export const INVENTED_MARK = 'INVENTED SAMPLE DATA';

const DELIMITERS = [';', ',', '\t', '|'];
/** The headings are looked for in the first rows; a title block is never longer. */
const HEAD_ROWS = 40;
const HEAD_LENGTH = 100_000;
const TOTALS = new Set(['tong cong', 'tong so', 'tong', 'cong', 'total', 'grand total']);

/**
 * Reads a CSV file (UTF-8, or UTF-16 with a byte-order mark). `given` names columns that need not stand in
 * the file. Any problem means that the table is not to be used.
 */
export function readFile(bytes: Buffer, kind: Kind, given: readonly string[]): ReadFile {
  const refused = (
    code: Problem['code'],
    details: Record<string, string> = {},
    row: number | null = null,
  ): ReadFile => ({
    table: { columns: [], rows: [], headingRow: 0 },
    reading: { encoding: '', delimiter: '', heading_row: 0 },
    problems: [{ row, column: null, value: null, code, details }],
    invented: false,
  });
  if (bytes.length === 0) return refused('empty_file');
  const foreign = foreignType(bytes);
  if (foreign) return refused('unsupported_type', { type: foreign });
  const decoded = decode(bytes);
  if (!decoded) return refused('unreadable_file', { why: 'encoding' });
  const { text, encoding } = decoded;
  if (text.includes('\0')) return refused('unreadable_file', { why: 'binary' });
  if (text.trim() === '') return refused('empty_file');

  const { delimiter, headingIndex } = findHeadings(text, kind);
  let records: string[][];
  try {
    records = parse(text, { delimiter, relax_column_count: true });
  } catch (error) {
    if (error instanceof CsvError)
      return refused('unreadable_file', { why: 'quotes' }, Number(error.lines) || null);
    throw error;
  }
  const headings = records[headingIndex] as string[];
  const title = records.slice(0, headingIndex).flat().join(' ');
  const reading = { encoding, delimiter, heading_row: headingIndex + 1 };
  const problems: Problem[] = [];
  const columns = headings.map(heading => columnOf(kind, heading));
  const problem = (
    code: Problem['code'],
    column: string,
    value: string,
    details: Record<string, string> = {},
  ) => problems.push({ row: headingIndex + 1, column, value, code, details });
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
  const rows = records
    .slice(headingIndex + 1)
    .map((cells, i) => ({ row: headingIndex + 2 + i, cells }))
    .filter(({ cells }) => cells.some(c => c.trim() !== '') && !isTotal(cells));
  for (const { row, cells } of rows) {
    const i = cells.findIndex(
      (c, n) => c.trim() !== '' && (n >= headings.length || headings[n]?.trim() === ''),
    );
    if (i >= 0)
      problems.push({
        row,
        column: null,
        value: cells[i] ?? '',
        code: 'unknown_column',
        details: { place: String(i + 1) },
      });
  }
  if (rows.length === 0 && problems.length === 0) return { ...refused('empty_file'), reading };
  return {
    table: { columns: columns.map(c => c ?? null), rows, headingRow: headingIndex + 1 },
    reading,
    problems,
    invented: title.includes(INVENTED_MARK),
  };
}

/** The kind of file that recognises most of its headings; a monthly return when in doubt. */
export function guessKind(bytes: Buffer): Kind {
  const text = decode(bytes)?.text ?? '';
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

function decode(bytes: Buffer): { text: string; encoding: string } | null {
  const mark = bytes.subarray(0, 2).toString('hex');
  const encoding = mark === 'fffe' ? 'utf-16le' : mark === 'feff' ? 'utf-16be' : 'utf-8';
  try {
    return { text: new TextDecoder(encoding, { fatal: true }).decode(bytes), encoding };
  } catch {
    return null;
  }
}

/** The delimiter and the row under which most headings are recognised. */
function findHeadings(text: string, kind: Kind): { delimiter: string; headingIndex: number; known: number } {
  let best = { delimiter: ',', headingIndex: 0, known: -1 };
  for (const delimiter of DELIMITERS) {
    const records = headRecords(text, delimiter);
    for (const [headingIndex, cells] of records.entries()) {
      const known = new Set(cells.map(c => columnOf(kind, c)).filter(Boolean)).size;
      if (known > best.known) best = { delimiter, headingIndex, known };
    }
  }
  return best;
}

function headRecords(text: string, delimiter: string): string[][] {
  try {
    const options = { delimiter, relax_column_count: true, relax_quotes: true, to: HEAD_ROWS };
    return parse(text.slice(0, HEAD_LENGTH), options);
  } catch {
    return [];
  }
}

function isTotal(cells: readonly string[]): boolean {
  const first = foldName(cells.find(c => c.trim() !== '') ?? '');
  return TOTALS.has(first) || first.startsWith('tong cong');
}
