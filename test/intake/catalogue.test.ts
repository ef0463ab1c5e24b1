/** Reference data come in by file: what changes is said first, then holds from one instant on, for good. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Kysely, sql } from 'kysely';
import { guessKind } from '../../src/intake/read.ts';
import { receiptOf } from '../../src/intake/receipt.ts';
import { isListed, resolveAgency, resolveService, servicesOf } from '../../src/kpi/catalogue.ts';
import { IMPORT_TABLES, SHAPES } from '../../src/kpi/reference-table.ts';
import type { Difference } from '../../src/recount/compare.ts';
import { recount } from '../../src/recount/recount.ts';
import { correctionsOf } from '../../src/store/corrections.ts';
import { DATA_FOLDER } from '../../src/store/migrate.ts';
import { publishMonth } from '../../src/store/months.ts';
import { catalogueAt, loadReference } from '../../src/store/reference.ts';
import { COLUMNS, referenceTables } from '../../src/store/reference-rows.ts';
import type { Tables } from '../../src/store/tables.ts';
import { freshDatabase, type TestDatabase } from '../support/database.ts';
import { type Cells, goodRow, send, sent, sheet, UNFILLED, VIETNAMESE } from './sheets.ts';

const catalogue = { kind: 'catalogue' } as const;

let database: TestDatabase;
let db: Kysely<Tables>;
beforeAll(async () => {
  database = await freshDatabase();
  db = database.db;
});
afterAll(() => database.close());

const take = (rows: readonly Cells[], change = {}) => sent(db, sheet(rows), { ...catalogue, ...change });
const refused = async (rows: readonly Cells[], change = {}) => {
  const receipt = await send(db, sheet(rows), { ...catalogue, ...change });
  expect(receipt.status).toBe('refused');
  return receipt.problems.map(({ row, column, value, code }) => [row, column, value, code]);
};

/** Every row of reference data ever recorded. */
const referenceRows = async (): Promise<string> => {
  const parts = IMPORT_TABLES.map(
    table => sql`select row_to_json(t)::text as line from ${sql.table(table)} t`,
  );
  const { rows } = await sql<{ line: string }>`${sql.join(parts, sql` union all `)} order by 1`.execute(db);
  return rows.map(r => r.line).join('\n');
};

describe('the tables that may be imported', () => {
  it('have the columns of the tables that are kept', () => {
    for (const table of IMPORT_TABLES) {
      expect(Object.keys(SHAPES[table].columns)).toEqual(Object.keys(COLUMNS[table]));
    }
  });

  it.each(IMPORT_TABLES)('take data/%s.csv as it ships, and find nothing in it that changes', async table => {
    const bytes = await readFile(join(DATA_FOLDER, `${table}.csv`));
    expect(await guessKind(bytes)).toBe('catalogue');
    const receipt = await send(db, bytes, catalogue);
    expect(receipt).toMatchObject({
      status: 'unchanged',
      problems: [],
      read_as: { table },
      difference: { table, new: 0, changed: 0, same: receipt.rows },
    });
  });
});

describe('a file that an operator imports', () => {
  it('says row by row what is new, what changes and what stays, and is applied only when it is no dry run', async () => {
    const rows = [
      { code: 'nha-o', name_vi: 'Đăng ký nhà ở', implemented_at: 'Tỉnh, Xã', named: '' },
      { code: 'dk-khai-tu', name_vi: 'Đăng ký khai tử', implemented_at: 'commune', named: 'có' },
      { code: 'dk-khai-sinh', name_vi: 'Khai sinh', implemented_at: 'commune', named: 'yes' },
    ];
    const difference = {
      ...{ table: 'services', new: 1, changed: 1, same: 1 },
      rows: [
        {
          row: 2,
          what: 'new',
          key: ['nha-o'],
          fields: [
            { column: 'name_vi', heading: 'Tên', from: null, to: 'Đăng ký nhà ở' },
            { column: 'implemented_at', heading: 'Cấp thực hiện', from: null, to: 'province|commune' },
            { column: 'named', heading: 'Đã rõ tên', from: null, to: true },
          ],
        },
        {
          row: 4,
          what: 'changed',
          key: ['dk-khai-sinh'],
          fields: [{ column: 'name_vi', heading: 'Tên', from: 'Đăng ký khai sinh', to: 'Khai sinh' }],
        },
        { row: 3, what: 'same', key: ['dk-khai-tu'], fields: [] },
      ],
    };
    expect(await take(rows, { dryRun: true })).toMatchObject({ status: 'accepted', id: null, difference });
    expect((await catalogueAt(db, null)).serviceByCode.has('nha-o')).toBe(false);
    const applied = await take(rows);
    expect(applied).toMatchObject({ status: 'approved', difference });
    const { serviceByCode } = await catalogueAt(db, null);
    expect(serviceByCode.get('nha-o')).toMatchObject({ implementedAt: ['province', 'commune'], named: true });
    expect(serviceByCode.get('dk-khai-sinh')).toMatchObject({
      nameVi: 'Khai sinh',
      // What the file leaves out stays.
      nameEn: 'Birth registration',
    });
    // Kept with the submission, and read back with it.
    expect(await receiptOf(db, applied.id as string, 'vi')).toEqual(applied);
    expect(await take(rows)).toMatchObject({ status: 'unchanged', id: applied.id });
  });

  it('stays the operator’s: what ships later under the same key never brings the old row back', async () => {
    await take([{ agency_code: 'ha-noi', alias: 'Thủ đô' }]);
    await take([{ code: 'bca', kind: 'Bộ', name_vi: 'Bộ Công an', source: 'imported' }]);
    const sourceOf = async () => {
      const { rows } = await sql<{ source: string; origin: string }>`select source, origin from agencies
        where code = 'bca' and recorded_to is null`.execute(db);
      return rows;
    };
    const shipped = await referenceTables(DATA_FOLDER);
    expect(await loadReference(db, shipped)).toEqual({ begun: 0, ended: 0 });
    expect(await sourceOf()).toEqual([{ source: 'imported', origin: 'imported' }]);
    // A release that corrects the very same row, and one that drops it.
    const corrected = shipped.agencies.map(r => (r.code === 'bca' ? { ...r, source: 'S99' } : r));
    await loadReference(db, { ...shipped, agencies: corrected });
    await loadReference(db, { ...shipped, agencies: shipped.agencies.filter(r => r.code !== 'bca') });
    expect(await sourceOf()).toEqual([{ source: 'imported', origin: 'imported' }]);
    expect(resolveAgency(await catalogueAt(db, null), 'thủ đô', '2025-01-01').found?.code).toBe('ha-noi');
  });

  it('has Vietnamese headings and words, and days as offices write them', async () => {
    const receipt = await take([
      { 'Danh mục': 'qd206-2024', 'Mã dịch vụ công': 'nha-o', 'Hiệu lực từ': '28/02/2027', 'Ghi chú': 'mới' },
    ]);
    expect(receipt).toMatchObject({ status: 'approved', read_as: { table: 'catalogue_items' } });
    expect(isListed(await catalogueAt(db, null), 'nha-o', '2027-03-01')).toBe(true);
  });

  it('takes the place of a numbered placeholder', async () => {
    await take([
      { code: 'qd422-chua-ro-01', name_vi: 'Cấp giấy phép xây dựng', implemented_at: 'province', named: 'x' },
    ]);
    const names = servicesOf(await catalogueAt(db, null), 'essential-53', '2025-06-30').map(s => s.nameVi);
    expect(names).toContain('Cấp giấy phép xây dựng');
  });
});

describe('a file that cannot stand', () => {
  it.each<[string, Cells[], (string | number | null)[][]]>([
    [
      'names agencies and services that are not on record',
      [
        { service_code: 'khong-co', agency_code: 'bca', valid_from: '2027-01-01' },
        { service_code: 'dk-khai-sinh', agency_code: 'bo-x', valid_from: '2027-01-01' },
      ],
      [
        [2, 'service_code', 'khong-co', 'unknown_service'],
        [3, 'agency_code', 'bo-x', 'unknown_agency'],
      ],
    ],
    [
      'leaves a needed cell blank, or a needed column out',
      [{ code: 'x', kind: '', name_vi: 'X' }],
      [[2, 'kind', '', 'missing_value']],
    ],
    [
      'has days that are none, or an end before the beginning',
      [
        { code: 'bca', kind: 'ministry', name_vi: 'Bộ Công an', valid_from: '30/02/2027', valid_to: '' },
        { code: 'bqp', kind: 'ministry', name_vi: 'BQP', valid_from: '2027-02-01', valid_to: '2027-01-31' },
      ],
      [[2, 'valid_from', '30/02/2027', 'bad_period']],
    ],
    [
      'ends before it begins',
      [{ code: 'bqp', kind: 'ministry', name_vi: 'BQP', valid_from: '2027-02-01', valid_to: '2027-01-31' }],
      [[2, 'valid_to', '2027-01-31', 'bad_period']],
    ],
    [
      'has a service twice in a catalogue',
      [
        { catalogue: 'qd206-2024', service_code: 'dk-khai-sinh' },
        { catalogue: 'qd206-2024', service_code: 'dk-khai-sinh' },
      ],
      [[3, 'service_code', 'dk-khai-sinh', 'duplicate_row']],
    ],
    [
      'puts a service into a catalogue that does not exist',
      [{ catalogue: 'qd999', service_code: 'dk-khai-sinh' }],
      [[2, 'catalogue', 'qd999', 'service_not_in_catalogue']],
    ],
    [
      'forms a circle, directly or through successions on record',
      [
        { predecessor_code: 'hue', successor_code: 'hue', effective_date: '2026-01-01', kind: 'Đổi tên' },
        {
          predecessor_code: 'ho-chi-minh-2025',
          successor_code: 'binh-duong',
          effective_date: '2020-01-01',
          kind: 'Sáp nhập',
        },
      ],
      [
        [2, 'successor_code', 'hue', 'bad_period'],
        [3, 'successor_code', 'binh-duong', 'bad_period'],
      ],
    ],
    [
      'carries a predecessor over twice, or to one that is not in force that day',
      [
        {
          predecessor_code: 'binh-duong',
          successor_code: 'da-nang-2025',
          effective_date: '2025-07-01',
          kind: 'merge',
        },
        {
          predecessor_code: 'hue',
          successor_code: 'da-nang',
          effective_date: '2025-07-01',
          kind: 'split',
        },
      ],
      [
        [2, 'successor_code', 'da-nang-2025', 'duplicate_row'],
        [3, 'effective_date', '2025-07-01', 'bad_period'],
      ],
    ],
    [
      'gives two agencies of one day the same name',
      [
        { agency_code: 'hue', alias: 'Kinh đô' },
        { agency_code: 'ha-noi', alias: 'kinh do' },
        { agency_code: 'ha-noi', alias: 'Bộ Công an' },
      ],
      [
        [2, 'alias', 'Kinh đô', 'duplicate_row'],
        [3, 'alias', 'kinh do', 'duplicate_row'],
        [4, 'alias', 'Bộ Công an', 'duplicate_row'],
      ],
    ],
    [
      'has two leads of a service on one day',
      [{ service_code: 'dk-khai-sinh', agency_code: 'bca', valid_from: '2027-01-01' }],
      [[2, 'valid_from', '2027-01-01', 'duplicate_row']],
    ],
    [
      'leaves days without a rule of reporting, or sets a day that not every month has',
      [{ valid_from: '', valid_to: '2026-12-31', window_vi: 'Tháng', deadline_day: 31 }],
      [
        [2, 'deadline_day', '31', 'not_a_whole_number'],
        [2, 'valid_to', '2026-12-31', 'bad_period'],
      ],
    ],
    [
      'has words that mean nothing',
      [
        { code: 'Bộ X', kind: 'ministry', name_vi: 'X' },
        { code: 'bo-x', kind: 'phường', name_vi: 'X' },
      ],
      [
        [2, 'code', 'Bộ X', 'not_a_whole_number'],
        [3, 'kind', 'phường', 'not_a_whole_number'],
      ],
    ],
    [
      'has the headings of none of the tables',
      [{ 'abc;Tên gì đó': 1 }],
      [
        [1, 'abc', 'abc', 'unknown_column'],
        [1, 'Tên gì đó', 'Tên gì đó', 'unknown_column'],
        [1, 'agency_code', '', 'missing_column'],
        [1, 'alias', '', 'missing_column'],
      ],
    ],
  ])('%s', async (_, rows, problems) => {
    const before = await referenceRows();
    expect(await refused(rows, { dryRun: true })).toEqual(problems);
    expect(await referenceRows()).toBe(before);
    for (const lang of ['vi', 'en'] as const) {
      const receipt = await send(db, sheet(rows), { ...catalogue, dryRun: true, lang });
      for (const { message, remedy } of receipt.problems) {
        expect(`${message} ${remedy}`).not.toMatch(UNFILLED);
        if (lang === 'en') expect(message).not.toMatch(VIETNAMESE);
      }
    }
  });
});

describe('reference data that figures and published numbers rest on', () => {
  beforeAll(async () => {
    await sent(db, sheet([goodRow({ period: '2025-06' }), goodRow({ period: '2025-08' })]));
    await publishMonth(db, '2025-06', 'operator');
  });

  it('are not taken away from under stored figures', async () => {
    expect(
      await refused([{ code: 'ha-noi', kind: 'province', name_vi: 'Hà Nội', valid_to: '2025-07-31' }]),
    ).toEqual([[2, 'valid_to', '2025-07-31', 'agency_not_in_force']]);
    expect(
      await refused([
        { catalogue: 'qd06-2022', service_code: 'dk-khai-sinh', valid_from: '', valid_to: '2025-08-30' },
      ]),
    ).toEqual([[2, 'valid_to', '2025-08-30', 'service_not_in_catalogue']]);
    // From the day after the last month with figures on it may end.
    await take([
      {
        catalogue: 'qd06-2022',
        service_code: 'dk-khai-sinh',
        valid_from: '2022-01-06',
        valid_to: '2025-08-31',
      },
    ]);
  });

  it('move a published month only with a reason, which then stands among its corrections', async () => {
    const lead = (change: Cells) => [{ service_code: 'dk-ket-hon', agency_code: 'bca', ...change }];
    expect(await refused(lead({ valid_from: '', valid_to: '' }))).toEqual([[2, null, null, 'closed_period']]);
    // What only later months see needs none; nor does a name.
    await take([{ service_code: 'dk-ket-hon', agency_code: 'btp', valid_from: '', valid_to: '2025-12-31' }]);
    await take(lead({ valid_from: '2026-01-01' }));
    await take([
      { code: 'hue', kind: 'province', name_vi: 'Thành phố Huế (cố đô)', valid_from: '2025-01-01' },
    ]);
    expect(await correctionsOf(db, ['2025-06'], null)).toEqual([]);
    await take([{ service_code: 'dk-khai-tu', eligible_full: 'không', valid_from: '' }], {
      reason: 'Quyết định mới',
    });
    expect(await correctionsOf(db, ['2025-06', '2025-08'], null)).toMatchObject([
      { month: '2025-06', agency: null, kind: 'catalogue', reason: 'Quyết định mới' },
    ]);
  });

  it('leave the recount of earlier files alone, which goes by the names of their instant', async () => {
    const code = '1.000656';
    await sent(db, sheet([goodRow({ period: '2025-07', service: code })]));
    await take([{ service_code: 'dk-ket-hon', tthc_code: code, tthc_name: 'Cùng một mã' }]);
    // The code now fits two services, so it names none any more.
    expect(resolveService(await catalogueAt(db, null), code)).toBeNull();
    const found: Difference[] = [];
    const done = await recount(db, null, difference => found.push(difference));
    expect(found).toEqual([]);
    expect(done.months).toEqual(['2025-06', '2025-07', '2025-08']);
  });
});
