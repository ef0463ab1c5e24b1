/** A running site over a small invented country: two months published, one not, for tests of addresses. */
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Kysely } from 'kysely';
import pino from 'pino';
import { accept, type Upload } from '../../src/intake/accept.ts';
import { render } from '../../src/render.ts';
import { publishMonth } from '../../src/store/months.ts';
import type { Tables } from '../../src/store/tables.ts';
import type { Deps } from '../../src/web/answer.ts';
import { createApp } from '../../src/web/app.ts';
import { freshDatabase } from '../support/database.ts';
import { peopleOf, SETTLED, type SignIn } from './people.ts';

/** Noon of 20 August 2025 in Hanoi: the day of the tests. */
export const NOW = Date.parse('2025-08-20T12:00:00+07:00');

const HEADINGS =
  'period;agency;service;received_online;received_direct;resolved_early;resolved_on_time;resolved_late;' +
  'resolved_end_to_end;pending_on_time;pending_overdue';

/** A return as an office writes it; each row: agency, month, service, then the eight counts. */
export function returnOf(rows: readonly string[]): Buffer {
  const lines = rows.map(row => {
    const [agency, month, service, ...counts] = row.split(' ');
    return [month, agency, service, ...counts].join(';');
  });
  return Buffer.from([HEADINGS, ...lines].join('\r\n'));
}

export const JUNE = [
  'ha-noi 2025-06 dk-thuong-tru 60 40 10 70 5 30 10 5',
  'binh-duong 2025-06 dk-thuong-tru 30 70 10 50 20 20 15 5',
  'da-nang 2025-06 dk-thuong-tru 5 5 1 4 0 1 4 1',
];
export const JULY = [
  'ha-noi 2025-07 dk-thuong-tru 70 30 20 60 5 50 10 5',
  'ho-chi-minh-2025 2025-07 dk-thuong-tru 45 155 10 100 40 20 30 20',
];
export const AUGUST = ['ha-noi 2025-08 dk-thuong-tru 80 20 20 60 5 60 10 5'];

export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  json: Record<string, unknown>;
}

export interface Site {
  db: Kysely<Tables>;
  /** Signs somebody new in. */
  person: SignIn;
  origin: string;
  /** What the site takes for now, in ms; the database takes its instants from the real clock. */
  clock: { now: number };
  get(path: string, headers?: Record<string, string>): Promise<Answer>;
  send(path: string, init: RequestInit): Promise<Answer>;
  /** The status of a plain request with exactly these headers, another `host` among them if wanted. */
  plain(method: string, path: string, headers: Record<string, string>): Promise<number>;
  take(rows: readonly string[], reason?: string): Promise<string>;
  close(): Promise<void>;
}

/** Opens the site; with `filled` false nothing is imported or published. */
export async function openSite(options: { filled: boolean; deps?: Partial<Deps> }): Promise<Site> {
  const test = await freshDatabase();
  const { db } = test;
  const clock = { now: NOW };
  const now = (): number => clock.now;
  const app = createApp({
    db,
    now,
    log: pino({ level: 'silent' }),
    render,
    ...SETTLED,
    ...options.deps,
  });
  const server = createServer(app);
  // A busy machine must not lose the race between the next request and the end of a connection that idled.
  server.keepAliveTimeout = 60_000;
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const origin = `http://127.0.0.1:${port}`;
  const send = async (path: string, init: RequestInit): Promise<Answer> => {
    const response = await fetch(origin + path, { redirect: 'manual', ...init });
    const text = await response.text();
    const isJson = /json/.test(response.headers.get('content-type') ?? '');
    const json = isJson ? (JSON.parse(text) as Record<string, unknown>) : {};
    return { status: response.status, headers: response.headers, text, json };
  };
  const take = async (rows: readonly string[], reason?: string): Promise<string> => {
    const upload: Upload = {
      ...{ bytes: returnOf(rows), fileName: 'return.csv', contentType: 'text/csv', kind: 'monthly-return' },
      ...{
        period: null,
        agency: null,
        sender: 'operator',
        door: 'command',
        reason: reason ?? null,
        lang: 'en',
      },
    };
    const receipt = await accept(db, upload, now);
    if (receipt.status !== 'approved') throw new Error(JSON.stringify(receipt.problems));
    return String(receipt.id);
  };
  if (options.filled) {
    for (const rows of [JUNE, JULY, AUGUST]) await take(rows);
    for (const month of ['2025-06', '2025-07']) await publishMonth(db, month, 'operator');
  }
  return {
    db,
    person: peopleOf(db, origin, now),
    origin,
    clock,
    send,
    take,
    get: (path, headers = {}) => send(path, { headers }),
    plain: (method, path, headers) =>
      new Promise((resolve, reject) => {
        const asking = request({ host: '127.0.0.1', port, method, path, headers }, response => {
          response.resume();
          resolve(response.statusCode ?? 0);
        });
        asking.on('error', reject);
        asking.end();
      }),
    close: async () => {
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
      await test.close();
    },
  };
}
