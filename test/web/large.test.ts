/** Large files through the real application: on disk while they come in, watched, cancelled, and gone afterwards. */
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { type ClientRequest, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { openIncoming } from '../../src/intake/incoming.ts';
import type { Receipt } from '../../src/intake/receipt.ts';
import { sheet, shortRow } from '../intake/sheets.ts';
import { recount } from '../store/recount.ts';
import type { Person } from './people.ts';
import { openSite, type Site } from './small-world.ts';

const MEGABYTE = 1024 * 1024;
const HEADINGS =
  'period,agency,unit,service,received_online,received_direct,resolved_early,resolved_on_time,resolved_late\n';
let CSV: Record<string, string> = { Accept: 'application/json', 'Content-Type': 'text/csv' };

const LONG_NAME = 'của một thành phố trực thuộc trung ương có tên rất dài '.repeat(3);

/** A month of Hà Nội by units, long enough to be kept on disk; `online` makes other counts of the same rows. */
function communes(month: string, online: number, rows = ROWS): Buffer {
  const lines = Array.from({ length: rows }, (_, i) => {
    const service = i % 2 ? 'dk-khai-tu' : 'dk-khai-sinh';
    return `${month},ha-noi,Phường ${i >> 1} ${LONG_NAME},${service},${online},3,2,1,0\n`;
  });
  return Buffer.from(HEADINGS + lines.join(''));
}
const ROWS = 11_000;

let folder: string;
let site: Site;
let second: Person;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'toan-trinh-large-'));
  const open = await openSite({ uploads: { folder, limit: 8 * MEGABYTE } });
  const admin = await open.person('admin');
  second = await open.person('admin');
  CSV = { ...CSV, Cookie: admin.cookie };
  site = open.as(admin);
});
afterAll(async () => {
  await site.close();
  await rm(folder, { recursive: true });
});

/** How much of everything there is. */
async function held(): Promise<unknown> {
  const { rows } = await sql`select (select count(*) from submissions) as submissions,
    (select count(*) from submission_file_parts) as parts, (select count(*) from postings) as postings,
    (select count(*) from figures) as figures, (select sum(received_online) from figures) as online,
    (select count(*) from ledger) as ledger, (select count(*) from unit_keys) as units,
    (select count(*) from pg_inherits) as partitions`.execute(site.db);
  return rows;
}
const left = (): string[] => readdirSync(folder);
async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await wait(5);
}

/** Begins a form with a file as a browser does, and hands over the answer as it grows. */
function beginForm(
  bytes: Buffer,
  fields: Record<string, string>,
  heard: (text: string) => void,
): ClientRequest {
  const mark = '----a-line-between-parts';
  const parts = Object.entries(fields).map(
    ([name, value]) => `--${mark}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  );
  parts.push(
    `--${mark}\r\nContent-Disposition: form-data; name="file"; filename="xã.csv"\r\nContent-Type: text/csv\r\n\r\n`,
  );
  const headers = {
    Accept: 'text/html',
    'Accept-Encoding': 'gzip',
    Cookie: String(CSV.Cookie),
    'Content-Type': `multipart/form-data; boundary=${mark}`,
  };
  const asked = request(
    { host: '127.0.0.1', port: site.port, method: 'POST', path: '/submissions', headers },
    answer => {
      answer.on('data', part => heard(String(part)));
      answer.on('error', () => {});
    },
  );
  asked.on('error', () => {});
  asked.write(parts.join(''));
  asked.write(bytes);
  asked.end(`\r\n--${mark}--\r\n`);
  return asked;
}

describe('a large file', () => {
  it('is answered with a page that grows and leads to the receipt; approving it does the same', async () => {
    const grown = await site.form({}, { name: 'xã <b>.csv', bytes: communes('2022-09', 4) });
    expect(grown.status).toBe(200);
    expect(grown.headers['cache-control']).toContain('no-transform');
    expect(grown.headers['x-accel-buffering']).toBe('no');
    expect(grown.headers['content-encoding']).toBeUndefined();
    expect(grown.text).toContain('xã &lt;b&gt;.csv');
    for (const said of ['Đang đọc và kiểm tra', 'Đang so với số liệu hiện có', '11.000 dòng'])
      expect(grown.text).toContain(said);
    const [, address = ''] =
      /http-equiv="refresh" content="0;url=(\/submissions\/\d+)"/.exec(grown.text) ?? [];
    expect(grown.text).toContain(`<a class="button" href="${address}">`);
    const waiting = await site.json<Receipt>(`${address}.json`);
    expect(waiting).toMatchObject({ status: 'accepted', rows: ROWS });

    const form = { Accept: 'text/html', 'Content-Type': 'application/x-www-form-urlencoded' };
    const shown = `shown=${waiting.confirmation}`;
    expect((await site.ask('POST', `${address}/confirm`, form, shown)).status).toBe(303);
    const approved = await site.as(second).ask('POST', `${address}/approve`, form, shown);
    expect(approved.text).toContain(`content="0;url=${address}"`);
    expect(await site.json<Receipt>(`${address}.json`)).toMatchObject({ status: 'approved', rows: ROWS });
    await until(() => left().length === 0);
  });

  it('is tried on a page that ends with its receipt, and nothing is stored', async () => {
    const before = await held();
    const tried = await site.form({ dry_run: 'true' }, { name: 'a.csv', bytes: communes('2022-09', 5) });
    expect(tried.text).toContain('Kiểm tra thử: tệp không có lỗi');
    expect(tried.text).not.toContain('http-equiv="refresh"');
    expect(await held()).toEqual(before);
    await until(() => left().length === 0);
  });

  it('whose sender leaves while it is read is cancelled, and nothing of it is kept', async () => {
    const before = await held();
    let heard = '';
    const asked = beginForm(communes('2022-11', 4, 30_000), {}, text => {
      heard += text;
    });
    await until(() => heard.includes('Đang đọc và kiểm tra'));
    expect(left()).toHaveLength(1);
    asked.destroy();
    await until(() => left().length === 0);
    expect(await held()).toEqual(before);
    expect((await recount(site.db, null)).differences).toEqual([]);
    // Its turn and its month are free again.
    const other = sheet([shortRow({ period: '2022-11' })]);
    expect((await site.ask('POST', '/submissions', CSV, other)).status).toBe(201);
  });

  it('that breaks off on its way leaves nothing either', async () => {
    const before = await held();
    const headers = { ...CSV, 'Content-Length': String(7 * MEGABYTE) };
    const asked = request({
      host: '127.0.0.1',
      port: site.port,
      method: 'POST',
      path: '/submissions',
      headers,
    });
    asked.on('error', () => {});
    asked.write(communes('2022-09', 4).subarray(0, 2.5 * MEGABYTE));
    await until(() => left().length === 1);
    asked.destroy();
    await until(() => left().length === 0);
    expect(await held()).toEqual(before);
  });

  it('of more than is taken is refused before it is read, or while it streams in, however it is wrapped', async () => {
    const large = Buffer.alloc(8 * MEGABYTE + 1, 'a,b\n');
    const told = [
      await site.ask('POST', '/submissions', CSV, large),
      await site.ask('POST', '/submissions', { ...CSV, 'Content-Encoding': 'gzip' }, gzipSync(large)),
      await site.ask('POST', '/submissions', { ...CSV, 'Transfer-Encoding': 'chunked' }, large),
      await site.form({}, { name: 'a.csv', bytes: large }, { Accept: 'application/json' }),
    ];
    for (const { status, text } of told) {
      expect([status, JSON.parse(text).status]).toEqual([413, 413]);
      expect(JSON.parse(text).detail).toContain('8 MB');
    }
    await until(() => left().length === 0);
  });

  it('too many at once are sent away with the time to come again, and the others are taken', async () => {
    const headers = { ...CSV, 'Content-Length': '100' };
    const slow = Array.from({ length: 16 }, () => {
      const asked = request({
        host: '127.0.0.1',
        port: site.port,
        method: 'POST',
        path: '/submissions',
        headers,
      });
      asked.on('error', () => {});
      asked.write('period');
      return asked;
    });
    await until(async () => {
      const { status, headers } = await site.ask('POST', '/submissions', CSV, 'period\n');
      return status === 503 && Number(headers['retry-after']) > 0;
    });
    for (const asked of slow) asked.destroy();
    await until(async () => (await site.ask('POST', '/submissions', CSV, 'period\n')).status === 422);
  });
});

describe('the folder for files on their way in', () => {
  it('is taken away at the end, and by the next process when its own was killed', async () => {
    const own = await openIncoming(folder);
    const all = join(folder, 'incoming');
    // Nobody holds this one any more.
    mkdirSync(join(all, 'left'));
    writeFileSync(join(all, 'left', 'half.csv'), 'period');
    const next = await openIncoming(folder);
    const folders = () => readdirSync(all, { withFileTypes: true }).filter(e => e.isDirectory()).length;
    expect(folders()).toBe(2);
    own.close();
    expect(folders()).toBe(1);
    next.close();
    expect(folders()).toBe(0);
    await rm(all, { recursive: true });
  });
});
