/** What the receipt shows of a file: its headings, the columns they were taken for, its first rows as read. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { receiptOf } from '../../src/intake/receipt.ts';
import { freshDatabase, type TestDatabase } from '../support/database.ts';
import { ENCODERS, officialForm } from './guises.ts';
import { clear, goodRow, send, sent, sheet } from './sheets.ts';
import { byLibrary } from './workbooks.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await freshDatabase();
});
afterEach(() => clear(database.db));
afterAll(() => database.close());

const services = ['dk-khai-sinh', 'dk-khai-tu', 'dk-ket-hon', 'ho-chieu', 'dk-tam-tru', 'dk-thuong-tru'];

describe('the preview', () => {
  it('holds the first five rows of a file that was taken, and is kept with it', async () => {
    const rows = services.map(service => goodRow({ service }));
    const receipt = await sent(database.db, sheet(rows));
    expect(receipt.preview?.headings).toEqual(Object.keys(goodRow()));
    expect(receipt.preview?.columns).toEqual(Object.keys(goodRow()));
    expect(receipt.preview?.rows.map(r => [r.row, r.cells[2], r.cells[3]])).toEqual(
      services.slice(0, 5).map((service, i) => [i + 2, service, '60']),
    );
    const kept = await receiptOf(database.db, receipt.id as string, 'vi');
    expect(kept?.preview).toEqual(receipt.preview);
  });

  it('shows a file that was refused for its headings, and one that was only tried', async () => {
    const bytes = Buffer.from('Cơ quan;Màu sắc;STT;Tiếp nhận trực tuyến\nHà Nội;đỏ;1;60\n\nTổng cộng;;;60\n');
    const preview = {
      headings: ['Cơ quan', 'Màu sắc', 'STT', 'Tiếp nhận trực tuyến'],
      columns: ['agency', null, null, 'received_online'],
      rows: [{ row: 2, cells: ['Hà Nội', 'đỏ', '1', '60'] }],
    };
    const refused = await send(database.db, bytes);
    expect(refused).toMatchObject({ status: 'refused', preview });
    const tried = await send(database.db, sheet([goodRow()]), { dryRun: true });
    expect(tried).toMatchObject({ id: null, preview: { rows: [{ row: 2 }] } });
  });

  it('shows what old encodings, groups of headings and workbooks were read as', async () => {
    const abc = ENCODERS['TCVN3 (ABC)']?.encode('Kỳ báo cáo;Cơ quan\n07/2022;Đắk Lắk\n') as Buffer;
    expect((await send(database.db, abc)).preview).toMatchObject({
      headings: ['Kỳ báo cáo', 'Cơ quan'],
      rows: [{ row: 2, cells: ['07/2022', 'Đắk Lắk'] }],
    });
    const form = await byLibrary(s => void s.addRows(officialForm()));
    const { preview } = await send(database.db, form, { period: '2022-07', agency: 'ha-noi' });
    expect(preview?.columns.slice(0, 4)).toEqual([null, 'service', null, 'received_online']);
    expect(preview?.rows[0]).toMatchObject({ row: 7, cells: expect.arrayContaining(['Đăng ký khai sinh']) });
  });

  it('is short and storable whatever stands in the cells', async () => {
    const long = `${'x'.repeat(99)}😀`;
    const rows = [{ period: '2022-07', note: long, zero: 'a\0b' }];
    const { preview } = await send(database.db, Buffer.from(JSON.stringify(rows)));
    expect(preview?.rows[0]?.cells).toEqual(['2022-07', `${'x'.repeat(99)}\ufffd…`, 'ab']);
  });

  it('is absent where nothing could be read, and in submissions stored before it was kept', async () => {
    expect((await send(database.db, Buffer.from('%PDF-1.4'))).preview).toBeNull();
    const { id } = await sent(database.db, sheet([goodRow()]));
    await sql`update submissions set preview = null where id = ${id}::bigint`.execute(database.db);
    expect(await receiptOf(database.db, id as string, 'vi')).toMatchObject({ preview: null });
  });
});
