/** A refused file comes back with its problems beside its rows, is corrected in place and sent in again. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import ExcelJS from 'exceljs';
import type { Receipt } from '../../src/intake/receipt.ts';
import { delimited, ENCODERS, officialForm, texts } from '../intake/guises.ts';
import { clear, figuresOf, goodRow, sheet, shortRow } from '../intake/sheets.ts';
import { byLibrary, byLibreOffice, HAS_LIBREOFFICE } from '../intake/workbooks.ts';
import type { Person } from './people.ts';
import { openSite, type Site } from './small-world.ts';
import { type HandIn, twoAdmins } from './two-people.ts';

const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
let site: Site;
let admin: Person;
let handIn: HandIn;
beforeAll(async () => {
  const open = await openSite({ fill: 'nothing' });
  handIn = await twoAdmins(open.person);
  admin = await open.person('admin');
  site = open.as(admin);
});
afterAll(() => site.close());

async function post(bytes: Buffer, type = 'text/csv', query = ''): Promise<Receipt> {
  const { json } = await handIn(`/submissions?kind=monthly-return${query}`, {
    method: 'POST',
    headers: { 'content-type': type },
    body: new Uint8Array(bytes),
  });
  return json as unknown as Receipt;
}
async function download(id: string | null, format: string, lang = 'vi'): Promise<Buffer> {
  const response = await fetch(`${site.address}/submissions/${id}/problems.${format}?lang=${lang}`, {
    headers: { Cookie: admin.cookie },
  });
  expect(response.status).toBe(200);
  return Buffer.from(await response.arrayBuffer());
}
async function workbookOf(bytes: Buffer): Promise<ExcelJS.Worksheet> {
  const workbook = new ExcelJS.Workbook();
  await workbook.xlsx.load(new Uint8Array(bytes).buffer);
  return workbook.worksheets[0] as ExcelJS.Worksheet;
}
const bytesOf = async (s: ExcelJS.Worksheet): Promise<Buffer> =>
  Buffer.from(await s.workbook.xlsx.writeBuffer());
const isRed = (cell: ExcelJS.Cell): boolean =>
  (cell.fill as ExcelJS.FillPattern | undefined)?.fgColor?.argb === 'FFF6B8AE';

/** Rows 2 and 4 are wrong; units begin as formulas do. */
const BAD = sheet(
  [
    shortRow({ unit: '+Xã B', received_online: -5 }),
    shortRow({ unit: '-Phòng A' }),
    shortRow({ unit: '@x', service: 'nothing', resolved_late: '12,5' }),
  ],
  ';',
);

describe('the file with its problems', () => {
  it('is the rows as sent with problem and remedy beside them, in UTF-8 and its own delimiter', async () => {
    const { id } = await post(BAD);
    const csv = (await download(id, 'csv')).toString('utf8');
    const lines = csv.split('\r\n');
    expect(lines[0]).toMatch(/^\ufeffToàn Trình · .*3 lỗi phải sửa\. [^;"]+$/);
    expect(lines[1]).toBe(
      'Dòng trong tệp đã nộp;Lỗi cần sửa;period;agency;service;received_online;received_direct;resolved_early;resolved_on_time;resolved_late;unit',
    );
    expect(lines[2]).toMatch(
      /^2;Tiếp nhận trực tuyến: Số hồ sơ mà lại là số âm\. .+;2022-07;ha-noi;dk-khai-sinh;'-5;40;30;50;10;'\+Xã B$/,
    );
    expect(lines[3]).toBe("3;;2022-07;ha-noi;dk-khai-sinh;60;40;30;50;10;'-Phòng A");
    expect(csv).toContain('4;"Dịch vụ công: ');
    expect(csv).toMatch(/\nGiải quyết quá hạn: Không phải số nguyên\./);
    const english = (await download(id, 'csv', 'en')).toString('utf8');
    expect(english).toContain('received_online: A count below zero.');
  });

  it('corrected in CSV and sent back is taken, with its texts as they were', async () => {
    const { id } = await post(BAD);
    const csv = (await download(id, 'csv')).toString('utf8');
    const mended = csv.replace("'-5", '60').replace('nothing', 'dk-khai-sinh').replace('12,5', '10');
    const receipt = await post(Buffer.from(mended));
    expect(receipt).toMatchObject({ status: 'approved', rows: 3, problems: [] });
    const figures = await figuresOf(site.db);
    expect(figures.map(f => f.unit)).toEqual(['+Xã B', '-Phòng A', '@x']);
    await clear(site.db);
  });

  it('still wrong is refused again, and comes back with one title and one column of problems', async () => {
    const { id } = await post(BAD);
    const again = await post(await download(id, 'csv'));
    expect(again.problems.map(p => [p.row, p.code])).toEqual([
      [3, 'negative'],
      [5, 'unknown_service'],
      [5, 'not_a_whole_number'],
    ]);
    const csv = (await download(again.id, 'csv')).toString('utf8');
    expect(csv.match(/Toàn Trình · /g)).toHaveLength(1);
    expect(csv.match(/Lỗi cần sửa/g)).toHaveLength(1);
  });

  it('as a workbook colours the wrong cells, keeps numbers numbers, and is taken once corrected', async () => {
    const bytes = await byLibrary(s => {
      const headings = texts('vi', 'plain')[0] as string[];
      s.addRow(['BÁO CÁO THÁNG']);
      s.addRow(headings);
      const row = goodRow();
      const values = ['07/2022', 'Hà Nội', 'Đăng ký khai sinh', ...Object.values(row).slice(3)];
      s.addRow(values.map((v, i) => (i === 4 ? 12.5 : v)));
      s.addRow(['Tổng cộng', '', '', 60]);
    });
    const refused = await post(bytes, XLSX);
    expect(refused.problems.map(p => [p.row, p.column])).toEqual([[3, 'received_direct']]);
    const s = await workbookOf(await download(refused.id, 'xlsx'));
    expect(s.getCell('A1').value).toMatch(/^Toàn Trình · .*1 lỗi phải sửa/);
    expect([s.getCell('C2').value, s.getCell('B3').value]).toEqual(['BÁO CÁO THÁNG', 'Lỗi cần sửa']);
    expect([s.getCell('A4').value, s.getCell('F4').value, s.getCell('G4').value]).toEqual([3, 60, '12.5']);
    expect(s.getCell('B4').value).toMatch(/^Tiếp nhận trực tiếp, bưu chính: Không phải số nguyên/);
    expect(['F4', 'G4', 'H4'].map(a => isRed(s.getCell(a)))).toEqual([false, true, false]);
    s.getCell('G4').value = 40;
    expect(await post(await bytesOf(s), XLSX)).toMatchObject({ status: 'approved', rows: 1, problems: [] });
    await clear(site.db);
  });

  it('lists all problems of the rows, also those that the receipt has no room for', async () => {
    const rows = Array.from({ length: 1500 }, (_, i) => shortRow({ unit: `Xã ${i}`, received_online: 'x' }));
    const { id, problem_count, problems } = await post(sheet(rows));
    expect([problem_count, problems.length]).toEqual([1500, 1000]);
    const csv = (await download(id, 'csv')).toString('utf8');
    expect(csv.match(/Tiếp nhận trực tuyến: Không phải số nguyên/g)).toHaveLength(1500);
    expect(csv).toContain('\r\n1501,"Tiếp nhận trực tuyến: ');
  });

  it('is there for old encodings, the official form and JSON, and each comes back once corrected', async () => {
    const beside = '&period=2022-07&agency=ha-noi';
    const form = officialForm().map(r => r.map((c, i) => (c === '1234' && i === 3 ? '1234x' : c)));
    const abc = ENCODERS['TCVN3 (ABC)']?.encode(delimited(form, ';')) as Buffer;
    const json = Buffer.from(JSON.stringify([{ ...goodRow(), received_online: '1234x' }]));
    for (const [bytes, type, right] of [
      [abc, 'text/csv', '1234'],
      [json, 'application/json', '60'],
    ] as const) {
      const refused = await post(bytes, type, beside);
      expect(refused.problems.map(p => p.value)).toEqual(['1234x']);
      const csv = (await download(refused.id, 'csv')).toString('utf8');
      const taken = await post(Buffer.from(csv.replaceAll('1234x', right)), 'text/csv', beside);
      expect(taken.problems).toEqual([]);
      await clear(site.db);
    }
  });

  it('shows what is to be looked at where nothing is wrong, and what concerns the whole file on top', async () => {
    const { id, warnings } = await post(sheet([goodRow({ unit: 'Phường Mới' })]));
    expect(warnings[0]?.code).toBe('new_unit');
    const csv = (await download(id, 'csv')).toString('utf8');
    expect(csv).toContain('Điểm cần xem lại');
    expect(csv).toMatch(/• Dịch vụ công dk-khai-tu: Thiếu báo cáo/);
    const s = await workbookOf(await download(id, 'xlsx', 'en'));
    expect(String(s.getCell('B3').value)).toContain('unit: ');
    await clear(site.db);
  });

  it('is not there for a file that could not be read, a clean one or none, and says so', async () => {
    const { id } = await post(Buffer.from('period;agency\n"2022;x\n'));
    for (const [path, type] of [
      [`/submissions/${id}/problems.xlsx`, 'text/html'],
      [`/submissions/${id}/problems.csv`, 'text/plain'],
      ['/submissions/999/problems.csv', 'text/plain'],
    ] as const) {
      const { status, headers, text } = await site.get(path, { accept: 'text/html' });
      expect([path, status]).toEqual([path, 404]);
      expect(headers['content-type']).toContain(type);
      expect(text).toMatch(/lần nộp/);
    }
  });
});

const office = HAS_LIBREOFFICE ? it : it.skip;
describe(`the file with its problems in LibreOffice ${HAS_LIBREOFFICE ? '' : '(not installed: left out)'}`, () => {
  office(
    'comes back as it went out but for what was corrected',
    async () => {
      const { id } = await post(BAD);
      const s = await workbookOf(await download(id, 'xlsx'));
      expect([s.getCell('K3').value, s.getCell('K4').value]).toEqual(['+Xã B', '-Phòng A']);
      s.getCell('F3').value = 60;
      s.getCell('E5').value = 'dk-khai-sinh';
      s.getCell('J5').value = 10;
      const own = byLibreOffice(await bytesOf(s), 'xlsx', 'ods');
      const receipt = await post(byLibreOffice(own, 'ods', 'xlsx'), XLSX);
      expect(receipt).toMatchObject({ status: 'approved', rows: 3, problems: [] });
      expect((await figuresOf(site.db)).map(f => f.unit)).toEqual(['+Xã B', '-Phòng A', '@x']);
      await clear(site.db);
    },
    180_000,
  );
});
