/** Files that arrive at the same time, and a database that goes away. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { accept } from '../../src/intake/accept.ts';
import { inTransaction } from '../../src/store/connect.ts';
import { freshDatabase, type TestDatabase } from '../support/database.ts';

const NOW = Date.parse('2023-06-15T03:00:00Z');
const MONTHS = ['2022-05', '2022-06', '2022-07', '2022-08', '2022-09', '2022-10', '2022-11', '2022-12'];

function returnOf(month: string, agency: string): Parameters<typeof accept>[1] {
  const heading =
    'period,agency,unit,service,received_online,received_direct,resolved_early,resolved_on_time,resolved_late';
  const rows = ['Xã A', 'Xã B'].map(unit => `${month},${agency},${unit},dk-khai-sinh,4,3,2,1,0`);
  return {
    bytes: Buffer.from([heading, ...rows].join('\n')),
    fileName: `${month}.csv`,
    contentType: 'text/csv',
    kind: 'monthly-return',
    period: null,
    agency: null,
    sender: 'test',
    door: 'command',
    reason: null,
    lang: 'en',
  };
}

describe('files at the same time', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await freshDatabase();
  });
  afterAll(() => database.close());

  it('for months that hold nothing yet are all taken', async () => {
    const sent = MONTHS.flatMap(month => ['ha-noi', 'da-nang'].map(agency => returnOf(month, agency)));
    const receipts = await Promise.all(sent.map(upload => accept(database.db, upload, () => NOW)));
    expect(receipts.map(r => r.status)).toEqual(sent.map(() => 'approved'));
    const { rows } = await sql<{ n: number; s: number }>`
      select (select count(*) from figures) as n, (select sum(received)::bigint from ledger) as s`.execute(
      database.db,
    );
    expect(rows).toEqual([{ n: sent.length * 2, s: sent.length * 14 }]);
  });

  (process.env.TEST_DATABASE_URL ? it : it.skip)(
    'cost a lost connection its own request and no more',
    async () => {
      const lost = inTransaction(database.db, async trx => {
        const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(trx);
        await sql`select pg_terminate_backend(${rows[0]?.pid})`.execute(database.db);
        await sql`select 1`.execute(trx);
      });
      await expect(lost).rejects.toThrow();
      expect((await sql`select 1 as one`.execute(database.db)).rows).toEqual([{ one: 1 }]);
    },
  );
});
