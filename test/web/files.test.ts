/** Files other than CSV over the web: workbooks by form and program, rows in JSON, and hostile ones beside other requests. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { archive, byLibrary, workbookParts } from '../intake/workbooks.ts';
import type { Person, PersonAnswer } from './people.ts';
import { openSite, type Site } from './site.ts';

const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
const HEADINGS = [
  'Kỳ báo cáo',
  'Cơ quan',
  'Dịch vụ công',
  'Tiếp nhận trực tuyến',
  'Tiếp nhận trực tiếp, bưu chính',
  'Giải quyết trước hạn',
  'Giải quyết đúng hạn',
  'Giải quyết quá hạn',
];
const rowOf = (agency: string, received: number): (string | number)[] => [
  '07/2025',
  agency,
  'dk-thuong-tru',
  received,
  30,
  20,
  60,
  5,
];
const workbook = (...rows: (string | number)[][]): Promise<Buffer> =>
  byLibrary(s => void s.addRows([HEADINGS, ...rows]), 'Tháng 7');

let site: Site;
let admin: Person;
beforeAll(async () => {
  site = await openSite({ filled: false });
  admin = await site.person('admin');
});
afterAll(() => site.close());

const send = (bytes: Buffer, type: string): Promise<PersonAnswer> =>
  admin.send('/submissions', {
    method: 'POST',
    body: new Uint8Array(bytes),
    headers: { 'content-type': type, accept: 'application/json' },
  });

describe('a workbook', () => {
  it('from a program is taken and echoes how it was read', async () => {
    const taken = await send(await workbook(rowOf('ha-noi', 70)), XLSX);
    expect(taken.status).toBe(201);
    expect(taken.json).toMatchObject({
      status: 'accepted',
      agency: 'ha-noi',
      period: '2025-07',
      file_name: 'submission.xlsx',
      read_as: { encoding: 'xlsx', delimiter: null, sheet: 'Tháng 7', heading_row: 1, numbers: 'plain' },
    });
  });

  it('from the form shows its sheet on the receipt, and in each problem', async () => {
    const data = new FormData();
    data.set('kind', 'monthly-return');
    const bytes = new Uint8Array(await workbook(rowOf('hue', 12.5)));
    data.set('file', new Blob([bytes], { type: XLSX }), 'Tháng 7.xlsx');
    const sent = await admin.send('/submissions', { method: 'POST', body: data });
    expect(sent.status).toBe(303);
    const address = sent.headers.get('location') ?? '';
    expect((await admin.get(address)).text).toContain('trang tính “Tháng 7”');
    const [path = '', query = ''] = address.split('?');
    const receipt = await admin.get(`${path}.json${query && `?${query}`}`);
    expect(receipt.json.problems).toMatchObject([
      { sheet: 'Tháng 7', row: 2, column: 'received_online', value: '12.5', code: 'not_a_whole_number' },
    ]);
  });

  it('made to fill the memory is refused while other requests are answered', async () => {
    const bomb = await archive({
      ...workbookParts([{ name: 'S', xml: '<sheetData/>' }]),
      'xl/sharedStrings.xml': Buffer.from(`<sst>${'<si><t>abcdefghij</t></si>'.repeat(7_000_000)}</sst>`),
    });
    let done = false;
    const refused = send(bomb, XLSX).finally(() => {
      done = true;
    });
    let [answered, slowest] = [0, 0];
    while (!done) {
      const start = performance.now();
      expect((await site.get('/methodology')).status).toBe(200);
      slowest = Math.max(slowest, performance.now() - start);
      answered += 1;
    }
    expect((await refused).json).toMatchObject({ status: 'refused', problems: [{ code: 'too_big' }] });
    expect(answered).toBeGreaterThan(3);
    expect(slowest).toBeLessThan(5000);
  }, 90_000);
});

describe('rows in JSON', () => {
  it('are taken, and a wrong one is named by its place', async () => {
    const rows = [{ period: '2025-07', agency: 'hue', service: 'dk-thuong-tru', received_online: 70 }];
    const whole = rows.map(r => ({
      ...r,
      received_direct: 1,
      resolved_early: 0,
      resolved_on_time: 0,
      resolved_late: 0,
    }));
    const taken = await send(Buffer.from(JSON.stringify(whole)), 'application/json');
    expect(taken.status).toBe(201);
    expect(taken.json).toMatchObject({ read_as: { encoding: 'json', heading_row: null } });
    const wrong = whole.map(r => ({ ...r, received_direct: -1 }));
    const refused = await send(Buffer.from(JSON.stringify(wrong)), 'application/json; charset=utf-8');
    expect(refused.status).toBe(422);
    expect(refused.json.problems).toMatchObject([
      { sheet: null, row: 1, column: 'received_direct', value: '-1', code: 'negative' },
    ]);
  });

  it('of any other type are refused', async () => {
    expect((await send(Buffer.from('<x/>'), 'application/xml')).status).toBe(415);
  });
});
