/** A workbook as a table: the first sheet that has the headings. */
import { entry } from '../kpi/entry.ts';
import { findHeadings, type Headings } from './heading-rows.ts';
import { type Form, NEEDED, SUBJECTS } from './headings.ts';
import type { MergeRules } from './merged-cells.ts';
import type { FileSource } from './source.ts';
import { SpreadsheetFailure, sheetHeads, sheetRows } from './spreadsheet.ts';
import type { Failure } from './spreadsheet-messages.ts';
import { refusal, type Table } from './table.ts';

/** Opens a workbook. `given` names columns that need not stand in the file. */
export async function openSpreadsheet(
  source: FileSource,
  form: Form,
  given: readonly string[],
): Promise<Table> {
  try {
    const sheets = (await headsOf(source)).map(s => ({ ...s, headings: findHeadings(s.head, form) }));
    const needed = NEEDED[form].filter(column => !given.includes(column));
    const whole = sheets.find(s => needed.every(column => s.headings.columns.includes(column)));
    const [first] = sheets;
    if (!first || sheets.every(s => s.head.length === 0)) return refusal('empty_file');
    const sheet =
      whole ?? sheets.reduce((best, s) => (s.headings.known > best.headings.known ? s : best), first);
    return {
      reading: { encoding: 'xlsx', delimiter: null, sheet: sheet.name },
      headings: sheet.headings,
      failure: null,
      rows: () => sheetRows(source, sheet.part, mergeRules(form, sheet.headings)),
    };
  } catch (error) {
    if (!(error instanceof SpreadsheetFailure)) throw error;
    const { code, details, row } = problemOf(error.failure);
    return refusal(code, details, row);
  }
}

/** What a row is about holds for every row of a merge; a figure does not. */
function mergeRules(form: Form, { columns }: Headings): MergeRules {
  const about = SUBJECTS[form];
  return columns.map(column => {
    if (!about || !column) return null;
    if (about.figures.includes(column)) return 'mark';
    return column === about.subject || about.keys.includes(column) ? 'spread' : null;
  });
}

/** The heads of a workbook's sheets by file: reading them costs a process, and several forms may be tried. */
const heads = new WeakMap<object, ReturnType<typeof sheetHeads>>();

function headsOf(source: FileSource): ReturnType<typeof sheetHeads> {
  return entry(heads, source, () => sheetHeads(source));
}

/** A failure as a problem of the file. */
export function problemOf(failure: Failure): NonNullable<Table['failure']> {
  const row = failure.row ?? null;
  if (failure.why === 'locked') return { code: 'unsupported_type', details: { type: 'protected' }, row };
  if (failure.why === 'broken') return { code: 'unreadable_file', details: { why: 'spreadsheet' }, row };
  return { code: 'too_big', details: { what: failure.what ?? 'memory' }, row };
}
