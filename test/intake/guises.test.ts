/** One month in every guise in which offices send it gives the same figures, and the receipt says how it was read. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type ExcelJS from 'exceljs';
import { openFile } from '../../src/intake/read.ts';
import type { Receipt } from '../../src/intake/receipt.ts';
import { type Catalogue, resolveService } from '../../src/kpi/catalogue.ts';
import { startMonthlyReturn } from '../../src/kpi/check.ts';
import { COUNTS } from '../../src/kpi/figure.ts';
import { recount } from '../../src/recount/recount.ts';
import { catalogueAt } from '../../src/store/reference.ts';
import { freshDatabase, type TestDatabase } from '../support/database.ts';
import {
  COLUMNS,
  delimited,
  ENCODERS,
  MONTH,
  OFFICIAL,
  officialForm,
  SIGNATURES,
  type Style,
  texts,
} from './guises.ts';
import { type Cells, clear, figuresOf, NOW, send, sent, sheet } from './sheets.ts';
import { archive, byLibrary, byLibreOffice, HAS_LIBREOFFICE, inlineRow, workbookParts } from './workbooks.ts';

let database: TestDatabase;
let catalogue: Catalogue;
let expected: Awaited<ReturnType<typeof figuresOf>>;

beforeAll(async () => {
  database = await freshDatabase();
  catalogue = await catalogueAt(database.db, null);
  await clear(database.db);
  await sent(database.db, sheet(MONTH));
  expected = bare(await figuresOf(database.db));
  await clear(database.db);
});
afterEach(() => clear(database.db));
afterAll(() => database.close());

const bare = (rows: Awaited<ReturnType<typeof figuresOf>>) =>
  rows
    .map(({ source_row: _, ...rest }) => rest)
    .sort((a, b) => (String(a.service) < String(b.service) ? -1 : 1));

/** Sends a guise, and holds its figures against the month's. */
async function same(bytes: Buffer, columns: readonly string[] = COLUMNS): Promise<Receipt> {
  const beside = columns === OFFICIAL ? { period: '2022-07', agency: 'ha-noi' } : {};
  const receipt = await sent(database.db, bytes, beside);
  const known = expected.map(row =>
    Object.fromEntries(
      Object.entries(row).map(([name, value]) => [name, columns.includes(name) ? value : null]),
    ),
  );
  expect(bare(await figuresOf(database.db))).toEqual(known);
  expect(receipt.status).toBe('approved');
  // The second reader of the same bytes comes to the same figures.
  const differences: unknown[] = [];
  expect(await recount(database.db, null, d => differences.push(d))).toMatchObject({
    rows: receipt.rows,
    differences: 0,
  });
  expect(differences).toEqual([]);
  return receipt;
}

/** Reads and checks without a database: for guises by the hundred. */
async function figuresIn(
  bytes: Buffer,
): Promise<{ figures: object[]; numbers: string | null; encoding: string; delimiter: string | null }> {
  const file = await openFile(bytes, 'monthly-return', [], {
    names: () => catalogue.agencies.map(a => a.nameVi),
    isService: text => resolveService(catalogue, text) !== null,
    isAgency: () => false,
  });
  const context = {
    catalogue,
    now: NOW,
    period: null,
    agency: null,
    closed: new Set<string>(),
    reason: null,
    scope: null,
  };
  const check = startMonthlyReturn(file.columns, context, file.problems);
  const figures: object[] = [];
  for await (const rows of file.rows()) {
    const { count, places, units, counts } = check.take(rows);
    for (let i = 0; i < count; i++) {
      const own = [...counts.subarray(i * COUNTS.length, (i + 1) * COUNTS.length)];
      figures.push({ ...places[i], unit: units[i], counts: own });
    }
  }
  expect(file.problems.listed).toEqual([]);
  return {
    figures,
    numbers: check.separator(),
    encoding: file.reading?.encoding ?? '',
    delimiter: file.reading?.delimiter ?? null,
  };
}

const STYLES: Style[] = ['plain', 'vi', 'en', 'space'];
const SEPARATORS: Record<Style, string | null> = { plain: null, vi: '.', en: ',', space: ' ' };

describe('text', () => {
  it('in every encoding, delimiter, language of headings and style of numbers is the same month', async () => {
    const plain = await figuresIn(sheet(MONTH));
    let guises = 0;
    for (const [name, { readAs, encode }] of Object.entries(ENCODERS)) {
      for (const delimiter of [';', ',', '\t', '|']) {
        for (const headings of ['vi', 'en'] as const) {
          for (const style of STYLES) {
            const read = await figuresIn(encode(delimited(texts(headings, style), delimiter)));
            const guise = { name, delimiter, headings, style };
            expect({ guise, ...read }).toEqual({
              guise,
              figures: plain.figures,
              numbers: SEPARATORS[style],
              encoding: readAs,
              delimiter,
            });
            guises += 1;
          }
        }
      }
    }
    expect(guises).toBe(288);
  });

  it.each(Object.entries(ENCODERS))('in %s goes in and is echoed', async (_, { readAs, encode }) => {
    const { read_as } = await same(encode(delimited(texts('vi', 'vi'), ';', '\r\n')));
    expect(read_as).toEqual({ encoding: readAs, delimiter: ';', sheet: null, heading_row: 1, numbers: 'vi' });
  });

  it.each([
    ['LF', '\n'],
    ['CRLF', '\r\n'],
    ['CR', '\r'],
  ])('with lines that end in %s, blank lines, a title and a total', async (_, end) => {
    const [headings = [], ...rows] = texts('vi', 'plain');
    const table = [['Báo cáo tháng 7'], [], headings, [], ...rows, [], ['Tổng cộng', '', '', '3.705']];
    const { read_as, rows: count } = await same(Buffer.from(delimited(table, ';', end)));
    expect(read_as).toMatchObject({ heading_row: 3, delimiter: ';', numbers: 'plain' });
    expect(count).toBe(3);
  });

  it('in the official form II.06: groups above the headings, sums passed over, numbered columns', async () => {
    for (const delimiter of [';', '\t']) {
      const { read_as } = await same(Buffer.from(delimited(officialForm(), delimiter)), OFFICIAL);
      expect(read_as).toMatchObject({ heading_row: 6, delimiter });
      await clear(database.db);
    }
  });

  it('with the headings of product groups in two rows', async () => {
    const [headings = [], ...rows] = texts('vi', 'plain');
    const top = headings.map(h => /^(Tiếp nhận|Đang giải quyết|Giải quyết|Trực tuyến) /.exec(h)?.[1] ?? h);
    const below = headings.map((h, i) => (top[i] === h ? '' : h.slice((top[i] ?? '').length + 1)));
    const merged = top.map((t, i) => (i > 0 && t === top[i - 1] ? '' : t));
    await same(Buffer.from(delimited([merged, below, ...rows], ';')));
  });

  it('that is UTF-8 at its beginning and breaks far below is no UTF-8', async () => {
    const [headings = [], ...rows] = texts('en', 'plain');
    const filler = Array.from({ length: 60_000 }, () => ['', '', '', '', '', '', '']);
    const ascii = delimited([headings, ...filler], ';');
    const vietnamese = ENCODERS['Windows-1258']?.encode(delimited(rows, ';')) as Buffer;
    const file = await openFile(Buffer.concat([Buffer.from(ascii), vietnamese]), 'monthly-return', []);
    // Nothing in its head tells which encoding it is, so it is refused and nothing guessed.
    expect(file.problems.listed).toMatchObject([{ code: 'unreadable_file', details: { why: 'encoding' } }]);
  });
});

describe('what stands around the figures', () => {
  const [headings = [], ...rows] = texts('vi', 'plain');
  const csv = (table: readonly string[][]): Buffer => Buffer.from(delimited(table, ';', '\r\n'));

  it('below the total: notes, places and dates, signatures, recipients', async () => {
    const total = ['Tổng cộng', '', '', '3.705', '6.000'];
    const { read_as, rows: count } = await same(csv([headings, ...rows, total, ...SIGNATURES]));
    expect(count).toBe(3);
    expect(read_as).toMatchObject({ numbers: 'plain', left_out: [7, 8, 9, 10, 12, 13, 14, 15] });
  });

  it('below the last row where there is no total', async () => {
    const { read_as } = await same(csv([headings, ...rows, ...SIGNATURES]));
    expect(read_as?.left_out).toEqual([6, 7, 8, 9, 11, 12, 13, 14]);
  });

  it('the total in the column of services, after month and agency', async () => {
    const total = ['Tháng 7/2022', 'Thành phố Hà Nội', 'TỔNG SỐ', '3705', '6000'];
    const { read_as } = await same(csv([headings, ...rows, total]));
    expect(read_as).not.toHaveProperty('left_out');
  });

  it('headings of groups between the rows, numbered or not', async () => {
    const [first = [], ...rest] = rows;
    const numbered = (no: string, cells: readonly string[]): string[] => [no, ...cells];
    const table = [
      numbered('STT', headings),
      ['I', '', '', 'Lĩnh vực hộ tịch'],
      numbered('1', first),
      ['II', 'Tháng 7/2022', 'Thành phố Hà Nội', 'Lĩnh vực cư trú, xuất nhập cảnh'],
      ['', '', '', 'Nhóm do Bộ Công an hướng dẫn'],
      ...rest.map((r, i) => numbered(String(i + 2), r)),
    ];
    expect((await same(csv(table))).read_as?.left_out).toEqual([2, 4, 5]);
  });

  it('numbers of columns in any form, and headings with units, notes and breaks', async () => {
    const dressed = headings.map((h, i) => {
      if (i < 3) return h;
      return (
        [`${h} (hồ sơ)`, `${h} (1)`, `${h}*`, `${h}\u00b2`, h.replace(' ', '\n'), `${h} [3]`][i % 6] ?? h
      );
    });
    const places = dressed.map((_, i) => i + 1);
    for (const numbers of [
      places.map(i => `(${i})`),
      places.map(String),
      places.map(i => (i < 3 ? `(${i})` : `(${i})=(${i + 1})+(${i + 2})`)),
      places.map(i => ['A', 'B', 'C'][i - 1] ?? String(i - 3)),
    ]) {
      const { read_as } = await same(csv([dressed, numbers, ...rows]));
      expect(read_as?.heading_row).toBe(2);
      await clear(database.db);
    }
  });

  it('month and agency in the title alone, which the receipt says', async () => {
    const title = [
      ['ỦY BAN NHÂN DÂN THÀNH PHỐ HÀ NỘI', '', 'CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM'],
      ['', '', 'Hà Nội, ngày 05 tháng 8 năm 2022'],
      ['BÁO CÁO TÌNH HÌNH GIẢI QUYẾT THỦ TỤC HÀNH CHÍNH'],
      ['Kỳ báo cáo: Tháng 7/2022'],
      ['Đơn vị báo cáo:', 'Ủy ban nhân dân thành phố Hà Nội'],
      ['Đơn vị tính: hồ sơ'],
    ];
    const bare = [headings, ...rows].map(r => r.slice(2));
    const { read_as } = await same(csv([...title, ...bare]));
    expect(read_as).toMatchObject({
      heading_row: 7,
      from_title: { period: '2022-07', agency: 'Ủy ban nhân dân thành phố Hà Nội' },
    });
  });

  it.each([
    ['two months', ['Tháng 6/2022', 'Tháng 7/2022'], 'period'],
    ['a span of months', ['Lũy kế đến tháng 7/2022'], 'period'],
    ['an agency that is none', ['Tháng 7/2022', 'Đơn vị báo cáo: Sở Tư pháp'], 'agency'],
    ['two agencies', ['Tháng 7/2022', 'Đơn vị báo cáo: Hà Nội', 'Cơ quan: Đà Nẵng'], 'agency'],
  ])('a title with %s says nothing', async (_, lines, missing) => {
    const table = [...lines.map(line => [line]), ...[headings, ...rows].map(r => r.slice(2))];
    const receipt = await send(database.db, csv(table));
    expect(receipt.problems.map(p => [p.column, p.code])).toContainEqual([missing, 'missing_column']);
  });

  it('spaces that do not break or have no width, in names and in numbers', async () => {
    const odd = (text: string): string =>
      /^\d/.test(text)
        ? `\u200b${text.replace(/(?=\d{3}$)/, '\u00a0')}\u202f`
        : `\ufeff${text.replace(' ', '\u00a0')}\u200b`;
    const { read_as } = await same(
      csv([headings, ...rows].map(r => r.map(c => (c === '' ? '\u00a0' : odd(c))))),
    );
    expect(read_as?.numbers).toBe('space');
  });

  it('never swallows a row with a count, nor one about a known service', async () => {
    const codes = async (row: string[]): Promise<unknown> =>
      (await send(database.db, csv([headings, ...rows, row]))).problems.map(p => [p.row, p.code]);
    expect(await codes(['', '', 'Lĩnh vực hộ tịch', '5'])).toContainEqual([5, 'unknown_service']);
    expect(await codes(['Người lập biểu', '', '', '', '-3'])).toContainEqual([5, 'negative']);
    expect(await codes(['', '', 'Ghi chú', '#REF!'])).toContainEqual([5, 'formula_error']);
    expect(await codes(['Tháng 7/2022', 'Hà Nội', 'Đăng ký kết hôn'])).toContainEqual([5, 'missing_value']);
    expect(await codes(['Tháng 7/2022', 'Hà Nội', 'Đăng ký kết hon nhầm'])).toContainEqual([
      5,
      'unknown_service',
    ]);
    expect(await codes(['', '', 'Sai tên', 'một', 'hai', 'ba', 'bốn'])).toContainEqual([
      5,
      'unknown_service',
    ]);
    // Words where counts are due are a foot only when nothing follows.
    const middle = ['', '', 'Sai tên', 'không có', 'không có'];
    const receipt = await send(database.db, csv([headings, middle, ...rows]));
    expect(receipt.problems.map(p => [p.row, p.code])).toContainEqual([2, 'not_a_whole_number']);
  });
});

describe('the name of a file', () => {
  it('is kept as given up to 255 characters, whatever is in it', async () => {
    const names: [given: string, kept: string][] = [
      ['bao-cao\u200f\u202evsc.exe', 'bao-cao\u200f\u202evsc.exe'],
      ['x'.repeat(10_000), 'x'.repeat(255)],
      ['📄'.repeat(5_000), `${'📄'.repeat(127)}\ufffd`],
      ['a\0b.csv', 'a\ufffdb.csv'],
      ['../../etc/<b>"\'`\n.csv', '../../etc/<b>"\'`\n.csv'],
    ];
    for (const [fileName, kept] of names) {
      const receipt = await sent(database.db, sheet(MONTH), { fileName });
      expect({ fileName, kept: receipt.file_name }).toEqual({ fileName, kept });
      await clear(database.db);
    }
  });
});

describe('rows in JSON', () => {
  const read_as = { encoding: 'json', delimiter: null, sheet: null, heading_row: null, numbers: 'plain' };

  it('with numbers and nulls are the same month', async () => {
    expect((await same(Buffer.from(JSON.stringify(MONTH)))).read_as).toEqual(read_as);
  });

  it('with Vietnamese keys and texts are the same month', async () => {
    const [headings = [], ...rows] = texts('vi', 'vi');
    const items = rows.map(r => Object.fromEntries(r.map((cell, i) => [headings[i] ?? '', cell])));
    expect((await same(Buffer.from(JSON.stringify(items, null, 2)))).read_as).toEqual({
      ...read_as,
      numbers: 'vi',
    });
  });

  it('name the place in the array, and a fraction is no thousand', async () => {
    const rows = [MONTH[0], { ...MONTH[1], received_direct: 1.234 }, { ...MONTH[2], satisfied: { a: 1 } }];
    const file = await openFile(Buffer.from(JSON.stringify(rows)), 'monthly-return', []);
    const context = {
      catalogue,
      now: NOW,
      period: null,
      agency: null,
      closed: new Set<string>(),
      reason: null,
      scope: null,
    };
    const check = startMonthlyReturn(file.columns, context, file.problems);
    for await (const batch of file.rows()) check.take(batch);
    expect(file.problems.listed.map(p => [p.row, p.column, p.value, p.code])).toEqual([
      [2, 'received_direct', '1.2340', 'not_a_whole_number'],
      [3, 'satisfied', '{"a":1}', 'not_a_whole_number'],
    ]);
  });
});

/** The month with numbers as numbers. */
const numeric = (
  headings: readonly string[],
  month: readonly Cells[] = MONTH,
): (string | number | null)[][] => [
  [...headings],
  ...month.map(row => [row.period, row.agency, row.service, ...COUNTS.map(c => row[c])].map(c => c ?? null)),
];
const XLSX = { encoding: 'xlsx', delimiter: null, heading_row: 1, numbers: 'plain' };

describe('a workbook of the library', () => {
  it('with numbers is the same month', async () => {
    const bytes = await byLibrary(s => void s.addRows(numeric(COLUMNS)));
    expect((await same(bytes)).read_as).toEqual({ ...XLSX, sheet: 'Báo cáo tháng' });
  });

  it('with numbers as texts in Vietnamese style is the same month', async () => {
    const bytes = await byLibrary(s => void s.addRows(texts('vi', 'vi')));
    expect((await same(bytes)).read_as).toMatchObject({ encoding: 'xlsx', numbers: 'vi' });
  });

  it('with hidden sheets, notes before it, dates, formulas, rich text and hidden rows is the same month', async () => {
    const bytes = await byLibrary((s, workbook) => {
      s.state = 'hidden';
      s.addRows(numeric(COLUMNS, MONTH.slice(0, 1)));
      workbook.addWorksheet('Hướng dẫn').addRow(['Điền số liệu vào trang bên cạnh']);
      const data = workbook.addWorksheet('Số liệu');
      data.addRow(['BÁO CÁO THÁNG']);
      data.addRow([]);
      data.addRows(numeric(COLUMNS));
      for (const row of [4, 5, 6]) {
        data.getCell(row, 1).value = new Date(Date.UTC(2022, 6, 1));
        data.getCell(row, 1).numFmt = 'mm/yyyy';
        data.getCell(row, 2).value = { richText: [{ text: 'Hà ' }, { font: { bold: true }, text: 'Nội' }] };
        const received = data.getCell(row, 4);
        received.value = { formula: 'G4+H4', result: received.value as number } as ExcelJS.CellFormulaValue;
        data.getCell(row, 5).numFmt = '#,##0';
      }
      data.getRow(5).hidden = true;
      data.addRow(['Tổng cộng', '', '', 3705]);
    });
    expect((await same(bytes)).read_as).toEqual({ ...XLSX, sheet: 'Số liệu', heading_row: 3 });
  });

  it('in the official form with merged headings is the same month', async () => {
    const bytes = await byLibrary(s => {
      s.addRows(officialForm().map(r => r.map(c => (/^\d+$/.test(c) ? Number(c) : c || null))));
      for (const range of ['A3:A5', 'B3:B5', 'C3:F3', 'G3:J3', 'K3:M3', 'D4:E4', 'A1:M1'])
        s.mergeCells(range);
    });
    expect((await same(bytes, OFFICIAL)).read_as).toMatchObject({ heading_row: 6, sheet: 'Báo cáo tháng' });
  });
  it('with month, agency and service merged over rows, signatures below and counts in their own cells', async () => {
    const bytes = await byLibrary(s => {
      const table = numeric(COLUMNS);
      s.addRow(['Kỳ báo cáo: Tháng 6/2022']);
      s.addRows(table.map((row, i) => (i > 1 ? [null, null, ...row.slice(2)] : row)));
      s.addRows([['Tổng cộng', null, null, 3705], ...SIGNATURES]);
      for (const range of ['A3:A5', 'B3:B5', 'H9:J11', 'A13:B15']) s.mergeCells(range);
    });
    expect((await same(bytes)).read_as).toMatchObject({ heading_row: 2 });
  });

  it('with a count merged over rows is refused: it cannot be that of each', async () => {
    const bytes = await byLibrary(s => {
      s.addRows(numeric(COLUMNS));
      s.mergeCells('O2:O4');
      s.mergeCells('E3:E4');
    });
    const receipt = await send(database.db, bytes);
    expect(receipt.problems.map(p => [p.row, p.column, p.code])).toEqual([
      [3, 'fee_due', 'not_a_whole_number'],
      [4, 'received_direct', 'not_a_whole_number'],
      [4, 'fee_due', 'not_a_whole_number'],
    ]);
    expect(receipt.problems[0]).toMatchObject({ message: expect.stringContaining('gộp') });
  });
});

describe('a workbook of other programs', () => {
  it('as WPS Spreadsheets saves it, with its own namespaces, parts and marks, is the same month', async () => {
    const table = texts('vi', 'plain');
    const shared = [...new Set(table.flat())].filter(text => /\D/.test(text));
    const letters = [...'ABCDEFGHIJKLMNOPQRSTU'];
    // Texts are shared, results of formulas and texts of other programs are not; cells of no value keep their style.
    const cell = (text: string, row: number, i: number): string => {
      const at = `r="${letters[i]}${row}" s="1"`;
      if (text === '') return `<c ${at}/>`;
      if (!/\D/.test(text)) return `<c ${at}><v>${text}</v></c>`;
      if (row > 1 && i === 0) return `<c ${at} t="str"><f>TEXT(DATE(2022,7,1),"")</f><v>${text}</v></c>`;
      if (row > 1 && i === 1) return `<c ${at} t="inlineStr"><is><t>${text}</t></is></c>`;
      return `<c ${at} t="s"><v>${shared.indexOf(text)}</v></c>`;
    };
    const rows = table.map(
      (r, i) =>
        `<row r="${i + 1}" spans="1:${r.length}">${r.map((text, j) => cell(text, i + 1, j)).join('')}</row>`,
    );
    const [main, office, xml] = [
      'http://schemas.openxmlformats.org/spreadsheetml/2006/main',
      'http://schemas.openxmlformats.org/officeDocument/2006',
      '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n',
    ];
    const spaces = `xmlns="${main}" xmlns:r="${office}/relationships" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:etc="http://www.wps.cn/officeDocument/2017/etCustomData"`;
    const relations = (...links: [type: string, target: string][]): string =>
      `${xml}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${links
        .map(([type, target], i) => `<Relationship Id="rId${i + 1}" Type="${type}" Target="${target}"/>`)
        .join('')}</Relationships>`;
    const bytes = await archive({
      '[Content_Types].xml': `${xml}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>`,
      '_rels/.rels': relations(
        [`${office}/relationships/extended-properties`, '/docProps/app.xml'],
        [`${office}/relationships/officeDocument`, '/xl/workbook.xml'],
        [`${office}/relationships/custom-properties`, '/docProps/custom.xml'],
      ),
      'docProps/app.xml': `${xml}<Properties xmlns="${office}/extended-properties"><Application>WPS表格</Application></Properties>`,
      'docProps/custom.xml': `${xml}<Properties xmlns="${office}/custom-properties" xmlns:vt="${office}/docPropsVTypes"><property fmtid="{D5CDD505-2E9C-101B-9397-08002B2CF9AE}" pid="2" name="KSOProductBuildVer"><vt:lpwstr>1066-12.2.0.13472</vt:lpwstr></property></Properties>`,
      'xl/_rels/workbook.xml.rels': relations(
        [`${office}/relationships/worksheet`, '/xl/worksheets/sheet1.xml'],
        ['http://www.wps.cn/officeDocument/2020/cellImage', '/xl/cellimages.xml'],
        [`${office}/relationships/styles`, '/xl/styles.xml'],
        [`${office}/relationships/sharedStrings`, '/xl/sharedStrings.xml'],
      ),
      'xl/workbook.xml': `${xml}<workbook ${spaces} xmlns:x15="http://schemas.microsoft.com/office/spreadsheetml/2010/11/main" mc:Ignorable="x15"><fileVersion appName="xl" lastEdited="3" lowestEdited="5" rupBuild="9302"/><workbookPr/><bookViews><workbookView windowWidth="28800" windowHeight="12375"/></bookViews><sheets><sheet name="Số liệu" sheetId="1" r:id="rId1"/></sheets><definedNames><definedName name="_xlnm._FilterDatabase" localSheetId="0" hidden="1">'Số liệu'!$A$1:$U$4</definedName></definedNames><calcPr calcId="191029"/></workbook>`,
      'xl/worksheets/sheet1.xml': `${xml}<worksheet ${spaces}><sheetPr/><dimension ref="A1:U4"/><sheetViews><sheetView tabSelected="1" workbookViewId="0"/></sheetViews><sheetFormatPr defaultColWidth="9" defaultRowHeight="15"/><sheetData>${rows.join('')}</sheetData><autoFilter ref="A1:U4" etc:filterBottomFollowUsedRange="0"><extLst/></autoFilter><pageMargins left="0.7" right="0.7" top="0.75" bottom="0.75" header="0.3" footer="0.3"/><headerFooter/></worksheet>`,
      'xl/cellimages.xml': `${xml}<etc:cellImages ${spaces}/>`,
      'xl/styles.xml': `${xml}<styleSheet xmlns="${main}"><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="0" applyAlignment="1"><alignment vertical="center"/></xf></cellXfs></styleSheet>`,
      'xl/sharedStrings.xml': `${xml}<sst xmlns="${main}" uniqueCount="${shared.length}">${shared.map(t => `<si><t xml:space="preserve">${t}</t></si>`).join('')}</sst>`,
    });
    expect((await same(bytes)).read_as).toEqual({ ...XLSX, sheet: 'Số liệu' });
  });

  it('with prefixes, shared and rich texts, dates from 1904 and no cell addresses is the same month', async () => {
    const rows = texts('vi', 'plain');
    const all = [...new Set(rows.flat())].filter(Boolean);
    const cell = (text: string, i: number): string =>
      i === 0 && text.startsWith('Tháng')
        ? '<x:c s="1"><x:v>43281</x:v></x:c>'
        : text === ''
          ? '<x:c/>'
          : /^\d+$/.test(text)
            ? `<x:c><x:v>${text}.00000000001</x:v></x:c>`
            : `<x:c t="s"><x:v>${all.indexOf(text)}</x:v></x:c>`;
    const parts = workbookParts(
      [
        {
          name: 'Sheet1',
          xml: `<x:sheetData xmlns:x="x">${rows.map(r => `<x:row>${r.map(cell).join('')}</x:row>`).join('')}</x:sheetData>`,
        },
      ],
      {
        properties: '<workbookPr date1904="1"/>',
        shared: all
          .map(
            t =>
              `<si><r><t>${t.slice(0, 2)}</t></r><r><t xml:space="preserve">${t.slice(2).normalize('NFD')}</t></r><rPh><t>x</t></rPh></si>`,
          )
          .join(''),
        styles:
          '<cellStyleXfs><xf numFmtId="9"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="17"/></cellXfs>',
      },
    );
    expect((await same(await archive(parts))).read_as).toEqual({ ...XLSX, sheet: 'Sheet1' });
  });

  it('names sheet and row of what is wrong: errors, formulas never calculated, fractions, percentages', async () => {
    const rows = numeric(COLUMNS);
    const bytes = await byLibrary(s => {
      s.addRows(rows);
      s.getCell('E2').value = { error: '#REF!' };
      s.getCell('E3').value = { formula: 'A1+B1' } as ExcelJS.CellFormulaValue;
      s.getCell('E4').value = 1.234;
      s.getCell('I2').value = 1;
      s.getCell('I2').numFmt = '0%';
      s.getCell('B4').value = { error: '#N/A' };
    }, 'Quý <b>');
    const file = await openFile(bytes, 'monthly-return', []);
    expect(file.problems.listed).toEqual([]);
    const receipt = await send(database.db, bytes, { lang: 'en' });
    expect(receipt.problems.map(p => [p.sheet, p.row, p.column, p.value, p.code])).toEqual([
      ['Quý <b>', 2, 'received_direct', '#REF!', 'formula_error'],
      ['Quý <b>', 2, 'resolved_early', '100%', 'percentage'],
      ['Quý <b>', 3, 'received_direct', '=A1+B1', 'formula_error'],
      ['Quý <b>', 4, 'agency', '#N/A', 'formula_error'],
      ['Quý <b>', 4, 'received_direct', '1.2340', 'not_a_whole_number'],
    ]);
    expect(receipt.read_as).toMatchObject({ sheet: 'Quý <b>' });
  });

  it('with a single sheet that is hidden is read all the same', async () => {
    const rows = texts('vi', 'plain').map((r, i) => inlineRow(i + 1, r));
    const parts = workbookParts([
      { name: 'Ẩn', state: 'hidden', xml: `<sheetData>${rows.join('')}</sheetData>` },
    ]);
    expect((await same(await archive(parts))).read_as).toMatchObject({ sheet: 'Ẩn' });
  });
});

/** An office program takes its time to start, the more so on a busy machine. */
const office = (name: string, run: () => Promise<void>): void =>
  (HAS_LIBREOFFICE ? it : it.skip)(name, run, 240_000);
/** LibreOffice's words for text with semicolons in UTF-8. */
const CSV = 'CSV:59,34,76,1';

describe(`LibreOffice ${HAS_LIBREOFFICE ? '' : '(not installed: left out)'}`, () => {
  office('saves a CSV file as a workbook that is the same month', async () => {
    const bytes = byLibreOffice(Buffer.from(delimited(texts('vi', 'plain'), ';')), 'csv', 'xlsx', CSV);
    expect((await same(bytes)).read_as).toMatchObject({ encoding: 'xlsx', heading_row: 1 });
  });

  office(
    'saves the official form, and the form of the library, as a workbook that is the same month',
    async () => {
      await same(byLibreOffice(Buffer.from(delimited(officialForm(), ';')), 'csv', 'xlsx', CSV), OFFICIAL);
      await clear(database.db);
      const bytes = await byLibrary(s => {
        s.addRows(numeric(COLUMNS));
        for (const row of [2, 3, 4]) {
          s.getCell(row, 1).value = new Date(Date.UTC(2022, 6, 1));
          s.getCell(row, 5).value = { formula: '1000*2', result: 2000 } as ExcelJS.CellFormulaValue;
        }
      });
      await same(byLibreOffice(bytes, 'xlsx', 'xlsx'));
    },
  );

  office('saves a workbook as CSV in UTF-16 with tabs that is the same month', async () => {
    const bytes = await byLibrary(s => void s.addRows(texts('vi', 'plain')));
    const csv = byLibreOffice(bytes, 'xlsx', 'csv:Text - txt - csv (StarCalc):9,34,65535,1');
    expect((await same(csv)).read_as).toMatchObject({ encoding: 'utf-16le', delimiter: '\t' });
  });

  office('saves in its own and the old format, which are refused with what to do', async () => {
    const bytes = await byLibrary(s => void s.addRows(numeric(COLUMNS)));
    for (const [format, type] of [
      ['ods', 'ods'],
      ['xls', 'xls'],
    ] as const) {
      const file = await openFile(byLibreOffice(bytes, 'xlsx', format), 'monthly-return', []);
      expect(file.problems.listed).toMatchObject([{ code: 'unsupported_type', details: { type } }]);
    }
  });
});
