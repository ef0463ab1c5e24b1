/** The real application on a database of its own, filled with a small world, and how to ask it. */
import { createServer, type IncomingHttpHeaders, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Kysely } from 'kysely';
import pino from 'pino';
import { render } from '../../src/render.ts';
import { publishMonth } from '../../src/store/months.ts';
import type { Tables } from '../../src/store/tables.ts';
import { createApp } from '../../src/web/app.ts';
import { UPLOADS, type Uploads } from '../../src/web/receive.ts';
import { type Cells, goodRow, sent, sheet } from '../intake/sheets.ts';
import { freshDatabase } from '../support/database.ts';
import { type Person, peopleOf, SETTLED, type SignIn } from './people.ts';

/** 10 November 2022, 10:00 in Hanoi. July and August are published; October is in, and is not. */
export const NOW = Date.parse('2022-11-10T10:00:00+07:00');

/** A number that stands only in figures of the month that is not published. */
export const SECRET = 7_654_321;

/** `n` of 100 dossiers completed end to end; the rest of the row as usual. */
const done = (period: string, agency: string, service: string, n: number, change: Cells = {}): Cells =>
  goodRow({
    period,
    agency,
    service,
    received_online: 80,
    received_direct: 40,
    online_full: 50,
    online_partial: 30,
    carried_over: 0,
    resolved_early: 40,
    resolved_on_time: 50,
    resolved_late: 10,
    pending_on_time: 15,
    pending_overdue: 5,
    resolved_end_to_end: n,
    ...change,
  });

/** The returns of the world, by hand: what they add up to stands in the tests. */
export const RETURNS: Cells[] = [
  done('2022-07', 'ha-noi', 'dk-khai-sinh', 60),
  done('2022-07', 'ha-noi', 'dk-khai-tu', 50),
  // A service of Decision 422 only: in essential-53, not in essential-25.
  done('2022-07', 'ha-noi', 'vieng-mo-liet-si', 99),
  done('2022-07', 'da-nang', 'dk-khai-sinh', 70),
  done('2022-07', 'da-nang', 'dk-khai-tu', 1, { resolved_end_to_end: null }),
  done('2022-07', 'ho-chi-minh', 'dk-khai-sinh', 55),
  done('2022-07', 'binh-duong', 'dk-khai-sinh', 20),
  done('2022-07', 'ba-ria-vung-tau', 'dk-khai-sinh', 30),
  // Fewer dossiers than a ranking takes.
  done('2022-07', 'bac-kan', 'dk-khai-sinh', 9, {
    ...{ resolved_early: 10, resolved_on_time: 5, resolved_late: 0 },
    ...{ pending_on_time: 100, results_digitised: 9 },
  }),
  done('2022-07', 'bca', 'ho-chieu', 80),
  done('2022-08', 'ha-noi', 'dk-khai-sinh', 65),
  done('2022-08', 'da-nang', 'dk-khai-sinh', 60),
  done('2022-10', 'ha-noi', 'dk-khai-sinh', 10, { ratings: SECRET, satisfied: SECRET }),
  done('2022-10', 'cao-bang', 'dk-khai-sinh', 90, { fee_due: SECRET }),
];

export const STATUSES = `as_of,agency,service,level,mode
2022-07-01,bca,ho-chieu,4,
2022-07-01,bca,con-dau-moi,3,
2022-07-01,bca,dk-thuong-tru,2,
2022-08-15,bca,ho-chieu,,full
2022-08-15,bca,con-dau-moi,,partial
2022-07-01,ha-noi,dk-khai-sinh,4,
2022-07-01,ha-noi,dk-khai-tu,1,
2022-08-15,ha-noi,dk-khai-sinh,,full
`;

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}

export interface Site {
  db: Kysely<Tables>;
  /** Signs somebody new in. */
  person: SignIn;
  address: string;
  port: number;
  /** Asks as is: no redirect is followed, any header may be set. */
  ask(
    method: string,
    path: string,
    headers?: Record<string, string>,
    body?: Buffer | string,
  ): Promise<Answer>;
  get(path: string, headers?: Record<string, string>): Promise<Answer>;
  /** A JSON answer; throws unless it is one, with status 200. */
  json<T>(path: string): Promise<T>;
  /** Sends a form with a file, as a browser does. */
  form(
    fields: Record<string, string>,
    file: { name: string; bytes: Buffer } | null,
    headers?: Record<string, string>,
  ): Promise<Answer>;
  /** The same site as somebody who is signed in asks it. */
  as(person: Person): Site;
  close(): Promise<void>;
}

export interface SiteOptions {
  now: () => number;
  /** What is there when the site opens. */
  fill: 'world' | 'nothing';
  uploads: Uploads;
}

export async function openSite(options: Partial<SiteOptions> = {}): Promise<Site> {
  const { now = () => NOW, fill = 'world', uploads = UPLOADS } = options;
  const database = await freshDatabase();
  const { db } = database;
  if (fill === 'world') {
    await sent(db, sheet(RETURNS), {}, NOW);
    await sent(db, Buffer.from(STATUSES), { kind: 'service-status' }, NOW);
    for (const month of ['2022-07', '2022-08']) await publishMonth(db, month, 'operator');
  }
  const app = createApp({ db, now, log: pino({ level: 'silent' }), render, uploads, ...SETTLED });
  const server = createServer(app);
  server.keepAliveTimeout = 60_000;
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;

  const asking =
    (who: Record<string, string>): Site['ask'] =>
    (method, path, given = {}, body) =>
      new Promise((resolve, reject) => {
        const headers = { ...who, ...given };
        const asked = request({ host: '127.0.0.1', port, method, path, headers }, response => {
          const parts: Buffer[] = [];
          response.on('data', part => parts.push(part));
          response.on('end', () => {
            const text = Buffer.concat(parts).toString('utf8');
            resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
          });
        });
        asked.on('error', reject);
        asked.end(body);
      });
  const siteAs = (who: Record<string, string>): Site => {
    const ask = asking(who);
    const get: Site['get'] = (path, headers) => ask('GET', path, headers);
    return {
      db,
      as: ({ cookie }) => siteAs({ Cookie: cookie }),
      person: peopleOf(db, `http://127.0.0.1:${port}`, now),
      address: `http://127.0.0.1:${port}`,
      port,
      ask,
      get,
      async json(path) {
        const { status, headers, text } = await get(path);
        if (status !== 200 || !headers['content-type']?.startsWith('application/json'))
          throw new Error(`${path}: ${status} ${headers['content-type']} ${text.slice(0, 300)}`);
        return JSON.parse(text);
      },
      form(fields, file, headers = {}) {
        const mark = '----a-line-between-parts';
        const parts: Buffer[] = Object.entries(fields).map(([name, value]) =>
          Buffer.from(`--${mark}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`),
        );
        if (file) {
          // Browsers write quotes and line breaks of a file's name like this.
          const name = file.name.replace(/"/g, '%22').replace(/\r/g, '%0D').replace(/\n/g, '%0A');
          parts.push(
            Buffer.from(
              `--${mark}\r\nContent-Disposition: form-data; name="file"; filename="${name}"\r\n` +
                'Content-Type: text/csv\r\n\r\n',
            ),
            file.bytes,
            Buffer.from('\r\n'),
          );
        }
        parts.push(Buffer.from(`--${mark}--\r\n`));
        const body = Buffer.concat(parts);
        const type = `multipart/form-data; boundary=${mark}`;
        return ask('POST', '/submissions', { Accept: 'text/html', 'Content-Type': type, ...headers }, body);
      },
      async close() {
        server.closeAllConnections();
        await new Promise(resolve => server.close(resolve));
        await database.close();
      },
    };
  };
  return siteAs({});
}
