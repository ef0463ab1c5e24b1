/** The recount finds nothing where nothing was touched, and names each stored cell that was. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Kysely, sql } from 'kysely';
import type { Difference } from '../../src/recount/compare.ts';
import { type Recounted, recount } from '../../src/recount/recount.ts';
import { fileRows, type SaidReading } from '../../src/recount/rows.ts';
import { NotReadable } from '../../src/recount/workbook.ts';
import { publishMonth } from '../../src/store/months.ts';
import type { Tables } from '../../src/store/tables.ts';
import { clear, goodRow, NOW, send, sent, sheet, shortRow } from '../intake/sheets.ts';
import { freshDatabase, type TestDatabase } from '../support/database.ts';

let database: TestDatabase;
let db: Kysely<Tables>;
beforeAll(async () => {
  database = await freshDatabase();
  db = database.db;
});
afterAll(() => database.close());
beforeEach(() => clear(db));

async function recounted(month: string | null = null): Promise<Recounted & { found: Difference[] }> {
  const found: Difference[] = [];
  const done = await recount(db, month, d => found.push(d));
  return { ...done, found };
}

const UNITS = ['Phường Một', 'Phường Hai', 'Xã Ba'];
const inUnits = (change = {}) => UNITS.map((unit, i) => goodRow({ unit, ratings: 25 + i, ...change }));

/** Files that do to each other everything that a file can do. */
async function sendStory(): Promise<void> {
  const taken = async (rows: Parameters<typeof sheet>[0], change: Parameters<typeof send>[2] = {}) => {
    const receipt = await send(db, sheet(rows), change);
    expect(receipt).toMatchObject({ status: 'approved', problems: [] });
  };
  const otherService = { service: 'dk-khai-tu' };
  await taken([goodRow(), goodRow(otherService), shortRow({ period: '2022-08' })]);
  // One row differs; the other is current already and stays where it came from.
  await taken([goodRow({ ratings: 30 }), goodRow(otherService)]);
  await taken(inUnits());
  await taken([goodRow({ unit: 'PHƯỜNG HAI', satisfied: null, ratings: null })]);
  await taken([goodRow()]);
  await taken(inUnits(otherService), { receivedAt: NOW - 30 * 86_400_000 });
  await publishMonth(db, '2022-07', 'operator');
  await taken([goodRow({ resolved_late: 9, resolved_on_time: 51 })], { reason: 'counted anew' });
}

/** A status file with a level before the regime changed and modes after it, sent twice with one change. */
async function sendStatuses(): Promise<void> {
  const rows = [
    {
      as_of: '2022-03-01',
      agency: 'ha-noi',
      service: 'dk-khai-sinh',
      level: 4,
      mode: '',
      on_portal: 'có',
      note: '',
    },
    {
      as_of: '09/09/2022',
      agency: 'ha-noi',
      service: 'dk-khai-sinh',
      level: '',
      mode: 'Một phần',
      on_portal: '',
      note: 'thử',
    },
  ];
  const change = { kind: 'service-status', reason: 'reported late' } as const;
  await sent(db, sheet(rows), change);
  await sent(db, sheet(rows.map(r => (r.mode ? { ...r, mode: 'Toàn trình' } : r))), change);
}

describe('a database that nobody touched', () => {
  it('is found as stored: corrections, units for agency rows and back, closed months, earlier receipts', async () => {
    await sendStory();
    await sendStatuses();
    const { found, months, submissions, differences } = await recounted();
    expect(found).toEqual([]);
    expect({ months, submissions, differences }).toEqual({
      months: ['2022-07', '2022-08'],
      submissions: 9,
      differences: 0,
    });
    expect((await recounted('2022-07')).found).toEqual([]);
    expect((await recounted('2022-08')).submissions).toBe(1);
    expect((await recounted('2030-01')).submissions).toBe(0);
  });

  it('is read again from bytes in any encoding, with titles, quotes, blank lines, totals and thousands', async () => {
    const lines = [
      'BÁO CÁO;;',
      '"Tháng\r\n7";;',
      'STT;Dịch vụ công;Tiếp nhận trực tuyến;Tiếp nhận trực tiếp, bưu chính;Giải quyết trước hạn;Giải quyết đúng hạn;Giải quyết quá hạn',
      '1;"Đăng ký khai sinh";1.234;0;1.000;2,0;3',
      '',
      '2;dk-khai-tu;12;5;1;2;3',
      'Tổng cộng;;1246;5;1001;4;6',
    ].join('\r\n');
    const files = [
      Buffer.from(`\uFEFF${lines}`),
      Buffer.from(`\uFEFF${lines}\r\n`, 'utf16le'),
      Buffer.from(`\uFEFF${lines}`, 'utf16le').swap16(),
    ];
    for (const bytes of files) {
      await clear(db);
      const receipt = await send(db, bytes, { period: '2022-07', agency: 'Hà Nội' });
      expect(receipt).toMatchObject({ status: 'approved', rows: 2 });
      expect(await recounted()).toMatchObject({ found: [], rows: 2, sums: 2 });
    }
  });
});

describe('a database that somebody touched', () => {
  beforeEach(async () => {
    await sendStory();
    await sendStatuses();
  });
  const at = { period: '2022-07', agency: 'ha-noi' };

  it.each<[string, string, object[]]>([
    [
      'a sum of the ledger',
      `update ledger set resolved = resolved + 1 where period = '2022-08-01'`,
      [
        {
          table: 'ledger',
          period: '2022-08',
          agency: 'ha-noi',
          service: 'dk-khai-sinh',
          sum: 'resolved',
          stored: 91,
          recounted: 90,
        },
      ],
    ],
    [
      'a posting taken out of the ledger',
      `delete from ledger where period = '2022-08-01'`,
      [
        { sum: 'rows', stored: 0, recounted: 1 },
        { sum: 'received_online', stored: 0, recounted: 60 },
        { sum: 'received', stored: 0, recounted: 100 },
        { sum: 'resolved', stored: 0, recounted: 90 },
      ],
    ],
    [
      'a current figure, a blank too',
      `update figures set ratings = 26, satisfied = null where unit_id = 0 and service_id = (select id from service_keys where code = 'dk-khai-sinh') and period = '2022-07-01'`,
      [
        { ...at, table: 'figures', unit: null, sum: 'ratings', stored: 26, recounted: 25 },
        { ...at, table: 'figures', unit: null, sum: 'satisfied', stored: null, recounted: 24 },
      ],
    ],
    [
      'the row that a figure is said to come from',
      `update figures set source_row = 7 where unit_id = (select id from unit_keys where name = 'Xã Ba')`,
      [{ ...at, unit: 'xa ba', service: 'dk-khai-tu', sum: 'source_row', stored: 7, recounted: 4 }],
    ],
    [
      'a figure taken out',
      `delete from figures where unit_id = (select id from unit_keys where name = 'Xã Ba')`,
      [
        {
          ...at,
          table: 'figures',
          unit: 'xa ba',
          service: 'dk-khai-tu',
          sum: 'row',
          stored: null,
          recounted: 4,
        },
      ],
    ],
    [
      'a superseded figure',
      `update figures_history set received_direct = 41 where ratings = 30`,
      [{ ...at, table: 'figures_history', sum: 'received_direct', stored: 41, recounted: 40 }],
    ],
    [
      'a first receipt',
      `update returns set received_at = received_at - interval '1 day' where period = '2022-08-01'`,
      [{ table: 'returns', period: '2022-08', sum: 'received_at' }],
    ],
    [
      'a first receipt taken out',
      `delete from returns where period = '2022-08-01'`,
      [{ table: 'returns', period: '2022-08', sum: 'received_at', stored: null }],
    ],
    [
      'a superseded figure taken out',
      `delete from figures_history where ratings = 30`,
      [{ ...at, table: 'figures_history', sum: 'row', stored: null, recounted: 2 }],
    ],
    [
      'a figure that no file holds',
      `insert into figures select (jsonb_populate_record(f, jsonb_build_object('service_id', (select id from service_keys where code = 'ho-chieu')))).*
        from figures f where period = '2022-08-01'`,
      [{ table: 'figures', period: '2022-08', service: 'ho-chieu', sum: 'row', stored: 4, recounted: null }],
    ],
    [
      'a status',
      `update statuses set mode = 'partial' where mode = 'full'`,
      [{ table: 'statuses', period: '2022-09-09', sum: 'mode', stored: 'partial', recounted: 'full' }],
    ],
    [
      'a status that was superseded',
      `delete from statuses_history`,
      [{ table: 'statuses_history', period: '2022-09-09', sum: 'row', stored: null, recounted: 'partial' }],
    ],
    [
      'the number of rows of a file',
      `update submissions set row_count = 4 where id = (select min(id) from submissions)`,
      [{ table: 'submissions', sum: 'row_count', stored: 4, recounted: 3 }],
    ],
  ])('%s is named', async (_, statement, named) => {
    await sql.raw(statement).execute(db);
    const { found } = await recounted();
    expect(found).toHaveLength(named.length);
    expect(found).toMatchObject(named);
  });

  it('the bytes of a file are named, with every cell that they would change', async () => {
    await sql`update submission_file_parts set bytes = convert_to(replace(convert_from(bytes, 'UTF8'), '2022-08', '2022-07'), 'UTF8')
      where sha256 = (select sha256 from submissions order by id limit 1)`.execute(db);
    const { found } = await recounted();
    expect(found.filter(d => d.sum === 'sha256')).toHaveLength(1);
    expect(found).toContainEqual(
      expect.objectContaining({ table: 'figures', period: '2022-08', recounted: null }),
    );
  });

  it('a file that no longer counts, with all its traces gone, is named', async () => {
    await clear(db);
    const { id } = await sent(db, sheet([goodRow()]));
    for (const table of ['ledger', 'returns', 'figures'])
      await sql`delete from ${sql.table(table)}`.execute(db);
    await sql`update postings set recorded_at = 'infinity'`.execute(db);
    expect((await recounted()).found).toMatchObject([
      { table: 'postings', period: '2022-07', sum: 'row', stored: null, recounted: id, submission: id },
    ]);
  });

  it('a month is asked for alone', async () => {
    await sql`update ledger set resolved = resolved + 1 where period = '2022-08-01'`.execute(db);
    expect((await recounted('2022-07')).differences).toBe(0);
    expect((await recounted('2022-08')).differences).toBe(1);
  });
});

describe('the recount', () => {
  it('shares nothing with the intake but the catalogue and the database', () => {
    const folder = join(import.meta.dirname, '../../src/recount');
    const imports = readdirSync(folder).flatMap(file =>
      [...readFileSync(join(folder, file), 'utf8').matchAll(/from '(\.\.\/[^']+)'/g)].map(([, path]) => path),
    );
    expect([...new Set(imports)].sort()).toEqual([
      '../kpi/catalogue.ts',
      '../kpi/names.ts',
      '../store/connect.ts',
      '../store/reference.ts',
    ]);
  });

  it('knows a unit whose name has neither letters nor digits', async () => {
    await clear(db);
    await sent(db, sheet([goodRow({ unit: '***' }), goodRow({ unit: 'Xã Ba' })]));
    expect((await recounted()).found).toEqual([]);
  });
});

describe('a file read a second time', () => {
  const rowsOf = async (bytes: Buffer, reading: SaidReading): Promise<string[]> => {
    const rows: string[] = [];
    const parts = (async function* () {
      // After the beginning in small pieces, so that characters and records are cut anywhere.
      const half = bytes.length >> 1;
      yield bytes.subarray(0, half);
      for (let i = half; i < bytes.length; i += 7) yield bytes.subarray(i, i + 7);
    })();
    const columns = [
      'period',
      'agency',
      'service',
      'received_online',
      'carried_over',
      'resolved_late',
      'pending_overdue',
    ];
    for await (const { row, cell } of fileRows(parts, reading))
      rows.push([row, ...columns.map(cell)].join('|'));
    return rows;
  };

  it('has the headings of the official form in two rows, groups above, numbers below', async () => {
    const lines = [
      'BÁO CÁO;;;;;;;;;;;;;',
      'STT;Kỳ;Cơ quan;Lĩnh vực, dịch vụ;Số lượng hồ sơ tiếp nhận;;;;Số lượng hồ sơ đã giải quyết;;;Số lượng hồ sơ đang giải quyết;;',
      ';;;;Tổng số;Trực tuyến;Trực tiếp, dịch vụ bưu chính;Từ kỳ trước;Trước hạn;Đúng hạn;Quá hạn;Tổng số;Trong hạn;Quá hạn',
      '(1);(2);(3);(4);(5);(6);(7);(8);(9);(10);(11);(12);(13);(14)',
      '1;07/2022;Hà Nội;dk-khai-sinh;110;60;40;10;30;50;7;23;18;5',
    ];
    const bytes = Buffer.from(lines.join('\n'));
    const expected = ['5|07/2022|Hà Nội|dk-khai-sinh|60|10|7|5'];
    expect(await rowsOf(bytes, { encoding: 'utf-8', delimiter: ';', heading_row: 4 })).toEqual(expected);
  });

  it('may be in an encoding of old fonts, or an array of objects', async () => {
    const old = Buffer.from(
      'B¸o c¸o\nKú,C¬ quan,DÞch vô c«ng,TiÕp nhËn trùc tuyÕn\n07/2022,Hµ Néi,§¨ng ký khai sinh,5\n',
      'latin1',
    );
    expect(await rowsOf(old, { encoding: 'tcvn3', delimiter: ',', heading_row: 2 })).toEqual([
      '3|07/2022|Hà Nội|Đăng ký khai sinh|5|||',
    ]);
    const json = Buffer.from(
      JSON.stringify([{ service: 'dk-khai-sinh', received_online: 5, carried_over: null }]),
    );
    expect(await rowsOf(json, { encoding: 'json', delimiter: null, heading_row: null })).toEqual([
      '1|||dk-khai-sinh|5|||',
    ]);
  });

  it('that it cannot read is named, not passed over', async () => {
    await expect(
      rowsOf(Buffer.from('a'), { encoding: 'ebcdic', delimiter: ',', heading_row: 1 }),
    ).rejects.toThrow(NotReadable);
    await expect(
      rowsOf(Buffer.from('a,b\n1,2\n'), { encoding: 'utf-8', delimiter: ',', heading_row: 1 }),
    ).rejects.toThrow(NotReadable);
    await expect(
      rowsOf(Buffer.from('PK'), { encoding: 'xlsx', delimiter: null, heading_row: 1 }),
    ).rejects.toThrow(NotReadable);
  });
});
