/** A file as rows under known headings, whatever it is: how it is to be read is told first, then it streams. */
import type { CodedRows } from '../kpi/coded-rows.ts';
import {
  type Columns,
  type Findings,
  noFindings,
  note,
  type ProblemCode,
  type RawRow,
} from '../kpi/finding.ts';
import { INVENTED_MARK } from '../kpi/invented.ts';
import { IMPORT_TABLES } from '../kpi/reference-table.ts';
import type { StoredPreview } from '../store/tables.ts';
import { sieve } from './data-rows.ts';
import { decodeHead, encodingOf, HEAD_BYTES, wordsOf } from './encoding.ts';
import { typeOf } from './file-type.ts';
import type { Headings } from './heading-rows.ts';
import { allHeadings, type Form, KINDS, type Kind, NEEDED } from './headings.ts';
import { looksLikeJson, openJson } from './json-table.ts';
import { startPreview } from './preview.ts';
import { openSpreadsheet } from './sheet-table.ts';
import { type FileSource, head } from './source.ts';
import { type Reading, refusal, type Table } from './table.ts';
import { dataRows, look, rawBatches } from './table-rows.ts';
import { openText } from './text-table.ts';
import { type Said, saidBy } from './title.ts';

export interface OpenFile {
  reading: Reading | null;
  columns: Columns;
  /** Any problem means that nothing of the file may be stored; `rows` may add to them while it runs. */
  problems: Findings<ProblemCode>;
  /** The file says of itself that its figures are invented. */
  invented: boolean;
  /** What its title says, where it is neither a column nor given beside the file. */
  said: Said;
  /**
   * Rows with data, in order; title, blank and total rows left out, headings of groups and signatures too. Each
   * batch is over when the next is asked for.
   */
  rows(): AsyncGenerator<CodedRows>;
  /** Rows left out though something stands in them, once all rows were read. */
  leftOut(): number[];
  headings: Headings;
  /** Every row of the table, title, headings and totals too. */
  all(): AsyncGenerator<RawRow[]>;
  /** Whether a row is a total of those above it. */
  isTotal(cells: readonly string[]): boolean;
  /** Null for a file of which nothing can be read. Its rows are there once rows were read. */
  preview: StoredPreview | null;
  /** Fills the preview of a file that was refused before its rows were read. */
  look(): Promise<void>;
}

/** What is known of the names in a file before it is read. */
export interface Known {
  /** Names that it may hold, by which old encodings are told apart. */
  names(): Iterable<string>;
  isService(text: string): boolean;
  isAgency(text: string): boolean;
}
const NOTHING: Known = { names: () => [], isService: () => false, isAgency: () => false };

/**
 * Opens a file: delimited text in the encodings of `encodingOf`, a workbook (XLSX) or an array of rows in JSON.
 * `given` names columns that need not stand in the file. Whatever the bytes are, the answer is a file or its problems, never an error.
 */
export async function openFile(
  source: FileSource,
  kind: Kind,
  given: readonly string[],
  known: Known = NOTHING,
): Promise<OpenFile> {
  const form: Form = kind === 'catalogue' ? await bestForm(source, IMPORT_TABLES) : kind;
  const table = await openTable(source, form, given, known);
  const problems = noFindings<ProblemCode>();
  if (table.failure || !table.reading) {
    const { code, details, row } = table.failure ?? { code: 'empty_file', details: {}, row: null };
    note(problems, { row, column: null, value: null, code, details });
    return unread(table, problems);
  }
  const { texts, columns, row, title } = table.headings;
  if (texts.some(text => text.includes('\0'))) {
    note(problems, { row, column: null, value: null, code: 'unreadable_file', details: { why: 'binary' } });
    return unread(table, problems);
  }
  const headingRow = row || null;
  const problem = (code: ProblemCode, column: string, value: string, details: Record<string, string> = {}) =>
    note(problems, { row: headingRow, column, value, code, details });
  for (const [i, column] of columns.entries()) {
    const heading = texts[i] as string;
    const shown = heading.trim().slice(0, 200);
    if (column === undefined) problem('unknown_column', shown, heading);
    else if (column !== null && columns.indexOf(column) !== i) {
      problem('unknown_column', shown, heading, { twice: 'yes' });
    }
  }
  const missing = NEEDED[form].filter(column => !columns.includes(column) && !given.includes(column));
  const said = kind === 'monthly-return' ? saidBy(title, known.isAgency) : {};
  const told: Said = Object.fromEntries(Object.entries(said).filter(([column]) => missing.includes(column)));
  for (const column of missing) if (!(column in told)) problem('missing_column', column, '');
  const through = sieve(form, columns, known.isService);
  const named = columns.map(c => c ?? null);
  const preview = startPreview(table.headings, named);
  const marked = title.flatMap(r => r.cells).join(' ');
  return {
    reading: { ...table.reading, heading_row: headingRow, ...tableOf(form) },
    columns: named,
    problems,
    invented: marked.includes(INVENTED_MARK),
    said: told,
    rows: () => dataRows(table, through, problems, preview),
    leftOut: through.leftOut,
    headings: table.headings,
    all: () => rawBatches(table),
    isTotal: through.isTotal,
    preview,
    look: () => look(table, sieve(form, columns, known.isService), preview),
  };
}

function unread({ headings }: Table, problems: Findings<ProblemCode>): OpenFile {
  return {
    ...{ reading: null, columns: [], problems, invented: false, said: {}, headings, preview: null },
    ...{ rows: noRows, all: noRows, leftOut: () => [], isTotal: () => false, look: async () => {} },
  };
}

/** The reference table that a form stands for, as readings name it. */
function tableOf(form: Form): Pick<Reading, 'table'> {
  const table = IMPORT_TABLES.find(name => name === form);
  return table ? { table } : {};
}

async function openTable(
  source: FileSource,
  form: Form,
  given: readonly string[],
  known: Known,
): Promise<Table> {
  const bytes = await head(source, HEAD_BYTES);
  if (bytes.length === 0) return refusal('empty_file');
  const type = await typeOf(source);
  if (type.form === 'refused') return refusal(type.code, type.details);
  if (type.form === 'xlsx') return openSpreadsheet(source, form, given);
  if (looksLikeJson(bytes.subarray(0, 200).toString('utf8').replaceAll('\0', ''))) {
    const encoding = await encodingOf(source, () => new Set());
    return encoding && decodeHead(bytes, encoding) !== null
      ? openJson(source, encoding, form)
      : refusal('unreadable_file', { why: 'encoding' });
  }
  let words: ReadonlySet<string> | null = null;
  return openText(source, form, () => {
    words ??= wordsOf([...allHeadings(), ...known.names()]);
    return words;
  });
}

async function* noRows(): AsyncGenerator<never> {}

/** The kind of file that recognises most of its headings; a monthly return when in doubt. */
export async function guessKind(source: FileSource): Promise<Kind> {
  const form = await bestForm(source, [...KINDS.filter(kind => kind !== 'catalogue'), ...IMPORT_TABLES]);
  return KINDS.find(kind => kind === form) ?? 'catalogue';
}

/** The form that knows most headings of a file; of several, the one that misses fewest. The first when in doubt. */
async function bestForm<F extends Form>(source: FileSource, forms: readonly F[]): Promise<F> {
  let best: { form: F; known: number; missed: number } | null = null;
  for (const form of forms) {
    const { known, columns } = (await openTable(source, form, [], NOTHING)).headings;
    const missed = NEEDED[form].filter(column => !columns.includes(column)).length;
    // A file that cannot be read misses everything alike.
    if (!best || known > best.known || (known >= 0 && known === best.known && missed < best.missed)) {
      best = { form, known, missed };
    }
  }
  return (best as { form: F }).form;
}
