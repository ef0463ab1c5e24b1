/** Four months of a few offices, across the mergers of July 2025, published and served, with a correction. */

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import pino from 'pino';
import { accept } from '../../src/intake/accept.ts';
import { rfc3339 } from '../../src/kpi/month.ts';
import { render } from '../../src/render.ts';
import { publishMonth } from '../../src/store/months.ts';
import { createApp } from '../../src/web/app.ts';
import { SETTLED } from '../web/people.ts';
import { type Audit, openAudit } from './audit.ts';
import { endOf, type Sheet, type State, stateAfter } from './raw.ts';
import { dutiesOf } from './recount.ts';
import { fileOf, lot, type Return, returnsOf, STYLES, statusesOf, tasksOf } from './world.ts';

export const MONTHS = ['2025-04', '2025-05', '2025-06', '2025-07'];
export const REASON = 'Đếm nhầm hồ sơ quá hạn';

/** Three that merge into one, two that stay, and ministries of two sectors; with services of both catalogues. */
const OFFICES = new Set([
  ...['ha-noi', 'lai-chau', 'ho-chi-minh', 'binh-duong', 'ba-ria-vung-tau', 'ho-chi-minh-2025'],
  ...['bca', 'btc-2025'],
]);
const SERVICES = new Set([
  ...['dk-khai-sinh', 'dk-khai-tu', 'dk-thuong-tru', 'ho-chieu', 'con-dau-moi', 'vieng-mo-liet-si'],
]);

export interface Served {
  audit: Audit;
  state: State;
  /** The office, service and month whose figure was corrected, with its counts before and after. */
  corrected: { before: Return; after: Return };
  /** An instant before the correction and after publication, RFC 3339. */
  asOf: string;
  get(path: string): Promise<{ status: number; text: string }>;
  json<D>(path: string): Promise<D>;
  close(): Promise<void>;
}

export async function openServed(seed: number): Promise<Served> {
  const audit = await openAudit();
  const draw = lot(seed);
  const duty = dutiesOf(audit.data);
  await audit.take(statusesOf(duty, '2024-12-31', 'mode', 0.3, draw));
  const returns = new Map(
    MONTHS.map(month => [
      month,
      returnsOf(audit.data, duty, month, draw).filter(r => OFFICES.has(r.agency) && SERVICES.has(r.service)),
    ]),
  );
  const file = (rows: readonly Return[], late: number): Sheet => {
    const end = Date.parse(`${endOf(rows[0]?.month ?? '')}T00:00:00Z`);
    return fileOf(audit.data, rows, STYLES[1] as (typeof STYLES)[number], end + late * 86_400_000);
  };
  for (const rows of returns.values()) {
    // Every other return is late.
    await audit.take(
      file(
        rows.filter((_, i) => i % 2 === 0),
        2,
      ),
    );
    await audit.take(
      file(
        rows.filter((_, i) => i % 2 === 1),
        9,
      ),
    );
  }
  await audit.take(tasksOf(audit.data, 80, lot(seed), Date.parse('2025-08-01T09:00:00+07:00')));
  const { db } = audit.database;
  for (const month of MONTHS) await publishMonth(db, month, 'operator');
  const published = await db.selectFrom('publications').select('published_at').execute();
  const asOf = rfc3339(Math.max(...published.map(p => p.published_at.getTime())));

  const before = returns.get('2025-06')?.find(r => r.agency === 'ha-noi' && r.unit === '') as Return;
  const { resolved_late: late, resolved_on_time: inTime } = before.counts;
  const moved = Math.floor((inTime ?? 0) / 2);
  const counts = {
    ...before.counts,
    resolved_late: (late ?? 0) + moved,
    resolved_on_time: (inTime ?? 0) - moved,
  };
  const after = { ...before, counts };
  const sheet = file([after], 40);
  const receipt = await accept(
    db,
    {
      ...{ bytes: Buffer.from(sheet.bytes), fileName: 'correction.csv', contentType: 'text/csv' },
      ...{ kind: sheet.kind, period: null, agency: null, sender: 'golden', reason: REASON },
      ...{ door: 'command', lang: 'en', receivedAt: sheet.receivedAt },
    },
    () => Date.now(),
  );
  if (receipt.status !== 'approved') throw new Error(JSON.stringify(receipt));
  audit.sheets.push(sheet);

  const now = (): number => Date.now() + 60_000;
  const app = createApp({ db, now, log: pino({ level: 'silent' }), render, ...SETTLED });
  const server = createServer(app);
  server.keepAliveTimeout = 60_000;
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const get = async (path: string) => {
    const response = await fetch(origin + path);
    return { status: response.status, text: await response.text() };
  };
  return {
    audit,
    state: stateAfter(audit.data, audit.sheets),
    corrected: { before, after },
    asOf,
    get,
    async json(path) {
      const { status, text } = await get(path);
      if (status !== 200) throw new Error(`${path}: ${status} ${text.slice(0, 300)}`);
      return JSON.parse(text);
    },
    async close() {
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
      await audit.database.close();
    },
  };
}
