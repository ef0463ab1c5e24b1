/** A template as a workbook: the sheet to fill in, how to fill it in, and the lists behind its drop-downs. */
import ExcelJS from 'exceljs';
import { serviceLabel } from '../kpi/label.ts';
import { type Lang, t, wordFor } from '../words/words.ts';
import { columnsFor, headingOf } from './headings.ts';
import type { Template } from './template.ts';
import { fillSheet, nameIn, periodKey } from './template-sheet.ts';

/** Sentences of the guide, by kind of file. */
const RULES = { 'monthly-return': 8, 'service-status': 5 } as const;

/** The bytes of the workbook, its notes in the language asked for. `now` (ms) is its date. */
export async function templateWorkbook(template: Template, lang: Lang, now: number): Promise<Buffer> {
  const workbook = new ExcelJS.Workbook();
  workbook.creator = 'Toàn Trình';
  workbook.created = new Date(now);
  workbook.modified = new Date(now);
  // The sums below are worked out when it is opened.
  workbook.calcProperties.fullCalcOnLoad = true;
  const sheet = workbook.addWorksheet(t(lang, 'template.sheet'));
  const guide = workbook.addWorksheet(t(lang, 'template.guide'));
  const lists = workbook.addWorksheet(t(lang, 'template.lists'), { state: 'hidden' });
  const columns = [
    template.services.map(s => serviceLabel(s, nameIn(lang, s))),
    template.units,
    [periodKey(template.month, lang)],
    [nameIn(lang, template.agency)],
  ];
  const [services = '', units = '', period = '', agency = ''] = columns.map((values, i) => {
    const column = lists.getColumn(i + 1);
    column.values = values;
    return `'${lists.name}'!$${column.letter}$1:$${column.letter}$${values.length}`;
  });
  const known = { services, units: template.units.length ? units : null, period, agency };
  await fillSheet(sheet, template, known, lang);
  await fillGuide(guide, template, lang);
  return Buffer.from(await workbook.xlsx.writeBuffer());
}

async function fillGuide(guide: ExcelJS.Worksheet, { kind }: Template, lang: Lang): Promise<void> {
  guide.getColumn(1).width = 30;
  guide.getColumn(2).width = 100;
  const title = guide.addRow([t(lang, 'template.guide_title')]);
  title.font = { name: 'Calibri', bold: true, size: 14 };
  guide.addRow([]);
  for (let i = 1; i <= RULES[kind]; i++) {
    const row = guide.addRow([`${i}. ${wordFor(lang, 'template_rule', `${kind}.${i}`)}`]);
    guide.mergeCells(row.number, 1, row.number, 2);
    row.getCell(1).alignment = { wrapText: true, vertical: 'top' };
    row.height = String(row.getCell(1).value).length > 115 ? 32 : 18;
  }
  guide.addRow([]);
  guide.addRow([t(lang, 'template.guide_columns')]).font = { name: 'Calibri', bold: true };
  for (const column of columnsFor(kind)) {
    const heading = lang === 'vi' ? headingOf(kind, column) : column;
    const row = guide.addRow([heading, wordFor(lang, 'column', column)]);
    row.alignment = { wrapText: true, vertical: 'top' };
    row.getCell(1).font = { name: 'Calibri', bold: true };
    row.height = String(row.getCell(2).value).length > 95 ? 32 : 18;
  }
  guide.views = [{ showGridLines: false }];
  guide.pageSetup = {
    paperSize: 9,
    orientation: 'landscape',
    fitToPage: true,
    fitToWidth: 1,
    fitToHeight: 0,
  };
  await guide.protect('', {});
}
