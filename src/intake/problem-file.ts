/** The rows of a file with what was found in them, as CSV and as a workbook, written as they come. */
import type { Writable } from 'node:stream';
import ExcelJS from 'exceljs';
import { csvCell } from '../render/harmless.ts';
import { type Lang, t } from '../words/words.ts';
import type { Line } from './problem-lines.ts';

/** Each line as CSV in UTF-8 with a mark, in the delimiter of the file as sent. */
export async function* problemCsv(
  lines: AsyncIterable<Line>,
  delimiter: string,
  lang: Lang,
): AsyncGenerator<string> {
  let mark = '\ufeff';
  for await (const line of lines) {
    yield `${mark}${cellsOf(line, lang)
      .map(c => csvCell(c, delimiter))
      .join(delimiter)}\r\n`;
    mark = '';
  }
}

function cellsOf({ part, row, findings, cells }: Line, lang: Lang): string[] {
  if (part === 'title') return cells;
  const number = part === 'heading' && findings ? t(lang, 'problems_file.row') : String(row ?? '');
  return [number, findings, ...cells];
}

const WIDTHS = { row: 8, findings: 60, cell: 14 } as const;
const solid = (argb: string): ExcelJS.Fill => ({ type: 'pattern', pattern: 'solid', fgColor: { argb } });
const [WRONG, FINDINGS, HEADING] = [solid('FFF6B8AE'), solid('FFFDECE8'), solid('FFDCE6E0')];
const FONT = { name: 'Calibri', size: 11 };
const TITLE_WIDTH = 12;
const LINE_HEIGHT = 15;

/** The same as a workbook, wrong cells coloured. Texts are texts: no cell of it is a formula. */
export async function problemWorkbook(
  lines: AsyncIterable<Line>,
  headingRows: number,
  out: Writable,
  lang: Lang,
): Promise<void> {
  const workbook = new ExcelJS.stream.xlsx.WorkbookWriter({ stream: out, useStyles: true });
  const sheet = workbook.addWorksheet(t(lang, 'problems_file.sheet'), {
    views: [{ state: 'frozen', xSplit: 2, ySplit: headingRows + 1 }],
    pageSetup: { paperSize: 9, orientation: 'landscape', fitToPage: true, fitToWidth: 1, fitToHeight: 0 },
  });
  sheet.columns = [WIDTHS.row, WIDTHS.findings, ...Array(30).fill(WIDTHS.cell)].map(width => ({ width }));
  let number = 0;
  for await (const line of lines) {
    const row = sheet.getRow(++number);
    for (const [i, text] of cellsOf(line, lang).entries()) {
      const cell = row.getCell(i + 1);
      if (text !== '') cell.value = typed(text);
      cell.font = FONT;
      cell.alignment = {
        vertical: 'top',
        wrapText: i === 1 || line.part === 'title' || line.part === 'heading',
      };
      if (line.part === 'heading') cell.font = { ...FONT, bold: true };
      if (line.part === 'heading') cell.fill = HEADING;
      if (line.part === 'row' && i === 1 && text !== '') cell.fill = FINDINGS;
    }
    for (const i of line.wrong) row.getCell(i + 3).fill = WRONG;
    if (line.part === 'heading') row.height = 4 * LINE_HEIGHT;
    if (line.part === 'row' && line.findings) row.height = LINE_HEIGHT * linesOf(line.findings);
    if (line.part === 'title') {
      sheet.mergeCells(number, 1, number, TITLE_WIDTH);
      row.height = Math.min(400, LINE_HEIGHT * (1 + String(row.getCell(1).value).split('\n').length));
    }
    row.commit();
  }
  await workbook.commit();
}

/** Programs do not work the height of a wrapped cell out when they open a file. */
function linesOf(findings: string): number {
  const wrapped = findings.split('\n').map(text => Math.ceil(text.length / (WIDTHS.findings - 6)));
  return Math.min(
    wrapped.reduce((sum, n) => sum + n, 0),
    25,
  );
}

/** Plain digits as a number, as a spreadsheet would have them; codes with leading zeros stay texts. */
function typed(text: string): string | number {
  return /^(0|[1-9]\d{0,14})$/.test(text) ? Number(text) : text;
}
