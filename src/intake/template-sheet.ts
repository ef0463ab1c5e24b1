/** The sheet of a template: headings, rows to fill in, what may stand in each cell, and a total below. */
import type ExcelJS from 'exceljs';
import { COUNTS, type CountName, LARGEST_COUNT, REQUIRED_COUNTS } from '../kpi/figure.ts';
import { INVENTED_MARK } from '../kpi/invented.ts';
import { serviceLabel } from '../kpi/label.ts';
import { firstDay, type Month } from '../kpi/month.ts';
import { dayText, periodTitle } from '../words/dates.ts';
import { type Lang, t, wordFor } from '../words/words.ts';
import { columnsFor, headingOf } from './headings.ts';
import type { Template, TemplateRow } from './template.ts';
import { highlightBroken } from './template-highlights.ts';

/** Rows that an office may add: units, services it reports for without owing it. */
const SPARE = 20;
/** Title and hint stand above. */
const HEADING_ROW = 3;
const SERVICE_WIDTH = 46;
const WIDTHS: Readonly<Record<string, number>> = {
  period: 12,
  agency: 20,
  unit: 16,
  service: SERVICE_WIDTH,
  as_of: 13,
  level: 10,
  mode: 20,
  on_portal: 20,
  note: 40,
};
const COUNT_WIDTH = 11;

const FONT = { name: 'Calibri', size: 11 };
const LINE_HEIGHT = 15;

const LOCKED = 'FFEDEFEA';
const HEADING = 'FFDCE6E0';
const LINE: Partial<ExcelJS.Border> = { style: 'thin', color: { argb: 'FFB9C1BB' } };
const BORDER = { top: LINE, left: LINE, bottom: LINE, right: LINE };
const solid = (argb: string): ExcelJS.Fill => ({ type: 'pattern', pattern: 'solid', fgColor: { argb } });

/** Where the lists of the template stand: names hold commas, and are longer than a cell's rule may be. */
export interface Lists {
  services: string;
  units: string | null;
  period: string;
  agency: string;
}

/** A name in a language. */
export const nameIn = (lang: Lang, named: { nameVi: string; nameEn: string }): string =>
  lang === 'vi' ? named.nameVi : named.nameEn;

/** A month as it stands in the rows of a template. */
export const periodKey = (month: Month, lang: Lang): string =>
  lang === 'vi' ? periodTitle('vi', month) : month;

/** Fills a sheet. Locked is everything but what the office is to write; no password keeps it locked. */
export async function fillSheet(
  sheet: ExcelJS.Worksheet,
  template: Template,
  lists: Lists,
  lang: Lang,
): Promise<void> {
  const columns = columnsFor(template.kind);
  const letters = new Map(columns.map((c, i) => [c, sheet.getColumn(i + 1).letter]));
  const letter = (column: string): string => letters.get(column) as string;
  columns.forEach((column, i) => {
    sheet.getColumn(i + 1).width = WIDTHS[column] ?? COUNT_WIDTH;
  });
  writeHead(sheet, template, columns, lang);
  const first = HEADING_ROW + 1;
  const last = HEADING_ROW + template.rows.length + SPARE;
  for (let row = first; row <= last; row++) {
    const known = template.rows[row - first];
    for (const [i, column] of columns.entries()) {
      const cell = sheet.getCell(row, i + 1);
      const value = prefilled(template, known, column, lang);
      if (value !== null) cell.value = value;
      if (column === 'service') sheet.getRow(row).height = heightOf(value);
      const open = isOpen(template, column, known !== undefined);
      cell.border = BORDER;
      cell.font = FONT;
      cell.protection = { locked: !open };
      if (!open) cell.fill = solid(LOCKED);
      cell.numFmt = isCount(column) ? '#,##0' : column === 'level' ? '0' : '@';
      cell.alignment = { vertical: 'top', wrapText: !isCount(column) };
      const rule = ruleOf(column, lists, lang);
      if (rule && open) cell.dataValidation = rule;
    }
  }
  if (template.kind === 'monthly-return') {
    writeTotal(sheet, columns, first, last);
    highlightBroken(sheet, letter, first, last);
  }
  const width = columns.length;
  sheet.views = [
    { state: 'frozen', xSplit: columns.indexOf('service') + 1, ySplit: HEADING_ROW, showGridLines: false },
  ];
  sheet.pageSetup = {
    paperSize: 9,
    orientation: 'landscape',
    fitToPage: true,
    fitToWidth: 1,
    fitToHeight: 0,
    printTitlesRow: `${HEADING_ROW}:${HEADING_ROW}`,
    margins: { left: 0.4, right: 0.4, top: 0.5, bottom: 0.5, header: 0.2, footer: 0.2 },
  };
  sheet.headerFooter.oddFooter = '&R&P/&N';
  for (const row of [1, 2]) sheet.mergeCells(row, 1, row, width);
  await sheet.protect('', { formatColumns: true, formatRows: true, autoFilter: true, sort: true });
}

function writeHead(
  sheet: ExcelJS.Worksheet,
  { kind, agency, month, invented }: Template,
  columns: readonly string[],
  lang: Lang,
): void {
  const mark = invented ? ` – ${t(lang, 'invented.mark')} [${INVENTED_MARK}]` : '';
  const title = sheet.getCell(1, 1);
  title.value = `${wordFor(lang, 'submission_kind', kind)} – ${nameIn(lang, agency)} – ${periodTitle(lang, month)}${mark}`;
  title.font = { ...FONT, bold: true, size: 14 };
  const hint = sheet.getCell(2, 1);
  hint.value = wordFor(lang, 'template_hint', kind);
  hint.font = FONT;
  hint.alignment = { wrapText: true, vertical: 'top' };
  sheet.getRow(2).height = 34;
  sheet.getRow(HEADING_ROW).height = 64;
  for (const [i, column] of columns.entries()) {
    const cell = sheet.getCell(HEADING_ROW, i + 1);
    cell.value = lang === 'vi' ? headingOf(kind, column) : column;
    const required = REQUIRED_COUNTS.includes(column as CountName);
    cell.font = { ...FONT, bold: true, underline: required };
    cell.fill = solid(HEADING);
    cell.border = BORDER;
    cell.alignment = { wrapText: true, vertical: 'middle', horizontal: isCount(column) ? 'center' : 'left' };
    cell.note = { texts: [{ text: wordFor(lang, 'column', column) }] };
  }
}

/** Programs do not work the height of a wrapped row out when they open a file. */
function heightOf(service: ExcelJS.CellValue): number {
  return LINE_HEIGHT * Math.max(1, Math.ceil(String(service ?? '').length / (SERVICE_WIDTH - 2)));
}

const isCount = (column: string): boolean => COUNTS.includes(column as CountName);

/** The keys of a prefilled return are not for changing; a status may be left out by clearing its row. */
function isOpen({ kind }: Template, column: string, known: boolean): boolean {
  return kind === 'service-status' || !known || !['period', 'agency', 'service'].includes(column);
}

/** What stands in a cell from the start; nothing in rows that the office adds. */
function prefilled(
  { month, agency }: Template,
  row: TemplateRow | undefined,
  column: string,
  lang: Lang,
): ExcelJS.CellValue {
  if (!row) return null;
  switch (column) {
    case 'period':
      return periodKey(month, lang);
    case 'as_of':
      return lang === 'vi' ? dayText('vi', firstDay(month)) : firstDay(month);
    case 'agency':
      return nameIn(lang, agency);
    case 'service':
      return serviceLabel(row.service, nameIn(lang, row.service));
    case 'level':
      return row.level;
    case 'mode':
      return row.mode && wordFor(lang, 'template_mode', row.mode);
    default:
      return row.known[column as CountName] ?? null;
  }
}

function ruleOf(column: string, lists: Lists, lang: Lang): ExcelJS.DataValidation | null {
  const complaint = {
    allowBlank: true,
    showErrorMessage: true,
    errorStyle: 'stop',
    errorTitle: t(lang, 'template.error_title'),
  };
  if (isCount(column)) {
    const formulae = [0, LARGEST_COUNT];
    return {
      ...complaint,
      type: 'whole',
      operator: 'between',
      formulae,
      error: t(lang, 'template.error_count'),
    };
  }
  const list = (range: string): ExcelJS.DataValidation => ({
    ...complaint,
    type: 'list',
    formulae: [range],
    error: t(lang, 'template.error_list'),
  });
  const modes = ['full', 'partial', 'information'].map(m => wordFor(lang, 'template_mode', m));
  if (column === 'service' || column === 'period' || column === 'agency')
    return list(lists[column === 'service' ? 'services' : column]);
  // Another unit than those known may be written.
  if (column === 'unit')
    return lists.units === null ? null : { ...list(lists.units), showErrorMessage: false };
  if (column === 'level') return list('"1,2,3,4"');
  if (column === 'mode') return list(`"${modes.join(',')}"`);
  if (column === 'on_portal') return list(`"${t(lang, 'template.yes')},${t(lang, 'template.no')}"`);
  return null;
}

/** Sums below the rows; the intake knows them for a total and passes them over. */
function writeTotal(sheet: ExcelJS.Worksheet, columns: readonly string[], first: number, last: number): void {
  const row = last + 1;
  for (const [i, column] of columns.entries()) {
    const cell = sheet.getCell(row, i + 1);
    if (i === 0) cell.value = 'Tổng cộng';
    if (isCount(column)) {
      const { letter } = sheet.getColumn(i + 1);
      let result = 0;
      for (let r = first; r <= last; r++) result += Number(sheet.getCell(r, i + 1).value ?? 0);
      cell.value = { formula: `SUM(${letter}${first}:${letter}${last})`, result };
      cell.numFmt = '#,##0';
    }
    cell.font = { ...FONT, bold: true };
    cell.border = BORDER;
    cell.fill = solid(HEADING);
  }
}
