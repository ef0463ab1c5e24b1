/** A template goes out with what is known, and comes back filled in, through the library and through LibreOffice. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import ExcelJS from 'exceljs';
import { columnsFor, headingOf } from '../../src/intake/headings.ts';
import type { Receipt } from '../../src/intake/receipt.ts';
import { type Agency, inForce } from '../../src/kpi/agency.ts';
import { type Catalogue, resolveAgency, resolveService } from '../../src/kpi/catalogue.ts';
import { servicesDue } from '../../src/kpi/facts.ts';
import { IDENTITIES } from '../../src/kpi/identities.ts';
import { serviceLabel } from '../../src/kpi/label.ts';
import { lastDay } from '../../src/kpi/month.ts';
import { catalogueAt } from '../../src/store/reference.ts';
import { type Cells, goodRow, sent, sheet } from '../intake/sheets.ts';
import { byLibreOffice, HAS_LIBREOFFICE } from '../intake/workbooks.ts';
import type { Person } from './people.ts';
import { openSite, type Site } from './small-world.ts';
import { type HandIn, twoAdmins } from './two-people.ts';

const NOW = Date.parse('2025-08-20T10:00:00+07:00');
const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
const COLUMNS = columnsFor('monthly-return');
const at = (column: string): number => COLUMNS.indexOf(column) + 1;

/** Of 110 dossiers that came in, `late` are pending past their deadline and 20 − `late` within it. */
const june = (agency: string, late: number, change: Cells = {}): Cells =>
  goodRow({ period: '2025-06', agency, pending_overdue: late, pending_on_time: 20 - late, ...change });

let site: Site;
let admin: Person;
let handIn: HandIn;
let catalogue: Catalogue;
beforeAll(async () => {
  const open = await openSite({ fill: 'nothing', now: () => NOW });
  handIn = await twoAdmins(open.person);
  admin = await open.person('admin');
  site = open.as(admin);
  catalogue = await catalogueAt(site.db, null);
  const units = ['Quận Ba Đình', 'Quận Đống Đa'].map(unit => june('ha-noi', 3, { unit }));
  const merged = ['ho-chi-minh', 'binh-duong', 'ba-ria-vung-tau'].map(agency => june(agency, 1));
  await sent(site.db, sheet([...units, ...merged]), {}, NOW);
});
afterAll(() => site.close());

async function download(query: string): Promise<ExcelJS.Workbook> {
  const response = await fetch(`${site.address}/submissions/template.xlsx?${query}`, {
    headers: { Cookie: admin.cookie },
  });
  expect([response.status, response.headers.get('content-type')]).toEqual([200, XLSX]);
  const workbook = new ExcelJS.Workbook();
  await workbook.xlsx.load(await response.arrayBuffer());
  return workbook;
}
const first = (workbook: ExcelJS.Workbook): ExcelJS.Worksheet => workbook.worksheets[0] as ExcelJS.Worksheet;
const bytesOf = async (workbook: ExcelJS.Workbook): Promise<Buffer> =>
  Buffer.from(await workbook.xlsx.writeBuffer());

/** The numbers of the rows that have a service from the start, and what is carried over in each. */
function prefilled(s: ExcelJS.Worksheet): { row: number; service: string; carried: number | null }[] {
  const rows = [];
  for (let row = 4; s.getCell(row, at('service')).value; row++) {
    const carried = s.getCell(row, at('carried_over')).value as number | null;
    rows.push({ row, service: String(s.getCell(row, at('service')).value), carried });
  }
  return rows;
}

/** Writes counts that agree with each other into every row. */
function fill(s: ExcelJS.Worksheet): number {
  const rows = prefilled(s);
  for (const { row, carried } of rows) {
    const counts = {
      ...{ received_online: 1010, received_direct: 5, online_full: 606, online_partial: 404 },
      ...{ resolved_early: 5, resolved_on_time: 5, resolved_late: 0, pending_overdue: 5 },
      pending_on_time: 1000 + (carried ?? 0),
    };
    for (const [column, count] of Object.entries(counts)) s.getCell(row, at(column)).value = count;
  }
  return rows.length;
}

async function post(bytes: Buffer, kind = 'monthly-return'): Promise<Receipt> {
  const { json } = await handIn(`/submissions?kind=${kind}`, {
    method: 'POST',
    headers: { 'content-type': XLSX },
    body: new Uint8Array(bytes),
  });
  return json as unknown as Receipt;
}

const HA_NOI = 'agency=ha-noi&period=2025-07';
const HCM = 'agency=ho-chi-minh-2025&period=2025-07';

describe('a template', () => {
  it('has a row for each service that the office owes a return for, and what is pending summed over units', async () => {
    const s = first(await download(HA_NOI));
    expect((s.getRow(3).values as string[]).slice(1)).toEqual(
      COLUMNS.map(c => headingOf('monthly-return', c)),
    );
    const rows = prefilled(s);
    const due = servicesDue(catalogue, catalogue.agencyByCode.get('ha-noi') as Agency, '2025-07-31');
    expect(rows.map(r => r.service).sort()).toEqual(due.map(d => serviceLabel(d, d.nameVi)).sort());
    const carried = rows.filter(r => r.carried !== null);
    expect(carried).toMatchObject([{ service: 'Đăng ký khai sinh [dk-khai-sinh]', carried: 40 }]);
    expect([s.getCell('A4').value, s.getCell('B4').value]).toEqual(['Tháng 7/2025', 'Thành phố Hà Nội']);
  });

  it('adds up the predecessors of an office that was merged', async () => {
    const rows = prefilled(first(await download(`${HCM}&lang=en`)));
    expect(rows.filter(r => r.carried !== null)).toMatchObject([{ carried: 60 }]);
  });

  it('locks headings and keys without a password, and leaves counts open to whole numbers only', async () => {
    const s = first(await download(HA_NOI));
    const { sheetProtection } = s as unknown as { sheetProtection: Record<string, unknown> };
    expect(sheetProtection).toMatchObject({ sheet: true });
    expect(sheetProtection.hashValue ?? sheetProtection.password).toBeUndefined();
    const isOpen = (address: string): boolean => s.getCell(address).protection?.locked === false;
    expect(['A3', 'A4', 'B4', 'D4', 'E4', 'V4'].map(isOpen)).toEqual([
      false,
      false,
      false,
      false,
      true,
      true,
    ]);
    expect(s.getCell('E4').dataValidation).toMatchObject({
      type: 'whole',
      formulae: [0, 999_999_999],
      error: expect.stringContaining('số nguyên'),
    });
    expect(s.getCell('C4').dataValidation).toMatchObject({
      type: 'list',
      formulae: ["'Danh mục'!$B$1:$B$2"],
    });
    expect(s.getCell('E3').note).toContain('nộp trực tuyến');
    expect(s.views[0]).toMatchObject({ state: 'frozen', ySplit: 3 });
    expect(s.pageSetup).toMatchObject({ orientation: 'landscape', paperSize: 9, fitToWidth: 1 });
  });

  it.each([
    ['bca', '2025-06', 'vi', 'rows'],
    ['ha-noi', '2022-07', 'en', 'rows'],
    ['btc-2025', '2025-07', 'vi', 'no rows'],
    ['evn', '2025-07', 'vi', 'rows'],
  ])('is there for %s in %s, in %s, with %s', async (agency, period, lang, rows) => {
    const workbook = await download(`agency=${agency}&period=${period}&lang=${lang}`);
    expect(workbook.worksheets.map(s => s.state)).toEqual(['visible', 'visible', 'hidden']);
    expect(prefilled(first(workbook)).length > 0).toBe(rows === 'rows');
  });

  it('refuses what it does not know, and names who is there instead', async () => {
    for (const [query, parameter] of [
      ['agency=ha-noi&period=2025-13', 'period'],
      ['agency=ha-noi', 'period'],
      ['agency=ha-noi&period=2025-09', 'period'],
      ['period=2025-07', 'agency'],
      ['agency=nowhere&period=2025-07', 'agency'],
      ['agency=binh-duong&period=2025-07', 'agency'],
      [`${HA_NOI}&kind=milestones`, 'kind'],
      [`${HA_NOI}&lang=fr`, 'lang'],
    ]) {
      const { status, text } = await site.get(`/submissions/template.xlsx?${query}`, {
        accept: 'application/json',
      });
      expect([query, status, JSON.parse(text).parameter]).toEqual([query, 400, parameter]);
      if (query?.includes('binh-duong')) expect(text).toContain('ho-chi-minh-2025');
    }
  });

  it('names every office and service so that the intake knows them', () => {
    for (const month of ['2022-07', '2025-03', '2025-07']) {
      const day = lastDay(month);
      for (const a of catalogue.agencies.filter(a => a.kind !== 'group' && inForce(a, day))) {
        for (const name of [a.nameVi, a.nameEn])
          expect([name, resolveAgency(catalogue, name, day).found?.code]).toEqual([name, a.code]);
      }
    }
    for (const service of catalogue.services) {
      for (const name of [service.nameVi, service.nameEn])
        expect(resolveService(catalogue, serviceLabel(service, name))).toBe(service);
    }
    expect(resolveService(catalogue, 'Đăng ký khai tử [dk-khai-sinh]')).toBeNull();
    expect(resolveService(catalogue, 'Đăng ký khai sinh [dk-khai]')).toBeNull();
  });
});

describe('a template that comes back', () => {
  it('filled in by the library is taken, with last month’s pending as carried over', async () => {
    const workbook = await download(HA_NOI);
    const count = fill(first(workbook));
    const receipt = await post(await bytesOf(workbook));
    expect(receipt.problems).toEqual([]);
    expect(receipt).toMatchObject({ status: 'approved', agency: 'ha-noi', period: '2025-07', rows: count });
    expect(receipt.warnings.map(w => w.code)).not.toContain('carried_over_mismatch');
  });

  it('with another count carried over is taken with a question', async () => {
    const workbook = await download(HA_NOI);
    const s = first(workbook);
    fill(s);
    const { row } = prefilled(s).find(r => r.carried !== null) as { row: number };
    s.getCell(row, at('carried_over')).value = 41;
    s.getCell(row, at('pending_on_time')).value = 1041;
    const receipt = await post(await bytesOf(workbook));
    expect(receipt.warnings).toMatchObject([{ row, code: 'carried_over_mismatch', value: '41' }]);
  });

  it('with statuses filled in is taken, and shows them the next time', async () => {
    const query = `kind=service-status&${HA_NOI}`;
    const workbook = await download(query);
    const s = first(workbook);
    let rows = 0;
    for (let row = 4; s.getCell(row, 3).value; row++, rows++) s.getCell(row, 5).value = 'Một phần';
    s.getCell(4, 5).value = 'Toàn trình';
    s.getCell(4, 6).value = 'Có';
    const receipt = await post(await bytesOf(workbook), 'service-status');
    expect(receipt.problems).toEqual([]);
    expect(receipt).toMatchObject({ status: 'approved', rows });
    const again = first(await download(`${query}&lang=en`));
    expect([again.getCell(4, 5).value, again.getCell(5, 5).value]).toEqual(['full', 'partial']);
  });
});

const office = HAS_LIBREOFFICE ? it : it.skip;
describe(`a template in LibreOffice ${HAS_LIBREOFFICE ? '' : '(not installed: left out)'}`, () => {
  office(
    'goes through its own format and back, and is taken',
    async () => {
      const workbook = await download(`${HCM}&lang=en`);
      const count = fill(first(workbook));
      const own = byLibreOffice(await bytesOf(workbook), 'xlsx', 'ods');
      const receipt = await post(byLibreOffice(own, 'ods', 'xlsx'));
      expect(receipt.problems).toEqual([]);
      expect(receipt).toMatchObject({ status: 'approved', agency: 'ho-chi-minh-2025', rows: count });
      expect(receipt.warnings.map(w => w.code)).not.toContain('carried_over_mismatch');
    },
    180_000,
  );

  office(
    'marks the rows whose counts do not agree, and no others',
    async () => {
      const workbook = await download(HA_NOI);
      const s = first(workbook);
      fill(s);
      // One broken rule a row, in the order of the rules; the rows below are whole or not filled in.
      const spoil: Cells[] = [
        { online_full: 607 },
        { pending_overdue: 6, carried_over: 0 },
        { resolved_end_to_end: 11 },
        { results_digitised: 11 },
        { fee_due: 3, paid_online: 4 },
        { ratings: 3, satisfied: 4 },
        { files_digitised: 1016 },
        { data_reused: 1016 },
        { received_online: null },
      ];
      for (const [i, cells] of spoil.entries()) {
        for (const [column, count] of Object.entries(cells)) s.getCell(4 + i, at(column)).value = count;
      }
      const rules = (
        s as unknown as { conditionalFormattings: { ref: string; rules: { formulae: string[] }[] }[] }
      ).conditionalFormattings;
      expect(rules.length).toBe(IDENTITIES.length);
      for (let row = 4; row < 14; row++) {
        for (const [i, rule] of rules.entries()) {
          const formula = (rule.rules[0]?.formulae[0] ?? '').replaceAll(/(\$[A-Z]+)4\b/g, `$1${row}`);
          s.getCell(row, 30 + i).value = {
            formula: `IF(${formula},"broken","")`,
          } as ExcelJS.CellFormulaValue;
        }
      }
      const csv = byLibreOffice(await bytesOf(workbook), 'xlsx', 'csv:Text - txt - csv (StarCalc):9,34,76,1');
      const lines = csv
        .toString('utf8')
        .split('\n')
        .map(line => line.split('\t').map(c => c.replaceAll('"', '')));
      const broken = lines
        .slice(3, 13)
        .map(cells => cells.flatMap((c, i) => (c === 'broken' ? [i - 29] : [])));
      expect(broken).toEqual([[0], [1], [2], [3], [4], [5], [6], [7], [], []]);
    },
    180_000,
  );
});
