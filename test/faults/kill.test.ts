/** Real processes killed in the middle of an import: the file is there whole or not at all, and nothing else is lost. */
import type { ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import type { Receipt } from '../../src/intake/receipt.ts';
import type { Connection } from '../../src/store/connect.ts';
import {
  end,
  endAll,
  ended,
  json,
  ON_SERVER,
  type Place,
  run,
  serve,
  somePlace,
  start,
} from '../cli/process.ts';
import { bytesOf } from '../intake/sheets.ts';
import { brokenRules, recount } from '../store/recount.ts';

const AGENCIES = [
  'ha-noi',
  'ha-giang',
  'cao-bang',
  'bac-kan',
  'tuyen-quang',
  'lao-cai',
  'dien-bien',
  'lai-chau',
  'son-la',
  'yen-bai',
];
const SERVICES = ['dk-khai-sinh', 'dk-khai-tu'];
const UNITS = 1000;
const ROWS = AGENCIES.length * SERVICES.length * UNITS;

/** The same keys in every version, other counts: each version replaces all rows of the one before. */
function largeFile(version: number): string {
  const lines = [
    'period,agency,unit,service,received_online,received_direct,resolved_early,resolved_on_time,resolved_late,resolved_end_to_end',
  ];
  for (const agency of AGENCIES)
    for (let unit = 0; unit < UNITS; unit++)
      for (const service of SERVICES)
        lines.push(`2022-07,${agency},Xã ${unit},${service},${version},${unit},${version},0,0,${version}`);
  return `${lines.join('\n')}\n`;
}

/** Waits until the import has written so many pieces of its transaction to the log of the embedded database. */
async function untilWritten(place: Place, child: ChildProcess, pieces: number): Promise<void> {
  const log = join(place.dataDir, 'database', 'pg_wal');
  const stamp = () =>
    readdirSync(log)
      .map(f => statSync(join(log, f)).mtimeMs)
      .join();
  let last = stamp();
  for (let seen = 0; seen <= pieces && child.exitCode === null; await wait(2)) {
    const now = stamp();
    // The first piece is what any opening of the database writes.
    if (now !== last) seen++;
    last = now;
  }
}

/** Waits until a connection holds the month it writes to, and some time more. */
async function untilHeld(connection: Connection, child: ChildProcess, more: number): Promise<void> {
  while (child.exitCode === null && !(await monthHeld(connection))) await wait(2);
  await wait(more);
}

async function monthHeld({ db }: Connection): Promise<boolean> {
  const { rows } = await sql`select from pg_locks where locktype = 'advisory' and classid = 766002
    and database = (select oid from pg_database where datname = current_database())`.execute(db);
  return rows.length > 0;
}

/** The version whose counts are current, when it is one and complete. */
async function versionIn({ db }: Connection): Promise<number> {
  const { rows } = await sql<{ version: number; n: number; done: number }>`select received_online as version,
    count(*)::int as n, count(distinct posting_id)::int as done from figures
    where period = '2022-07-01' group by 1`.execute(db);
  expect(rows).toEqual([{ version: rows[0]?.version, n: ROWS, done: 1 }]);
  return rows[0]?.version ?? -1;
}

/** Moments of the kill: while the process starts, then pieces written (embedded) or milliseconds held (server). */
const MOMENTS = ON_SERVER ? ['start', 0, 30, 120, 250, 500, 900] : ['start', 1, 10, 40, 70, 100];

describe('an import that is killed', () => {
  let place: Place;
  const files = new Map<number, string>();
  /** Submissions that were taken, with the hash of their bytes. */
  const taken = new Map<string, string>();
  let current = 1;

  const take = (receipt: Receipt) => taken.set(receipt.id as string, receipt.sha256);

  beforeAll(async () => {
    place = await somePlace();
    for (let version = 1; version <= MOMENTS.length + 2; version++) {
      const file = join(place.dataDir, `${version}.csv`);
      writeFileSync(file, largeFile(version));
      files.set(version, file);
    }
    const small = join(place.dataDir, 'small.csv');
    writeFileSync(
      small,
      'period,agency,service,received_online,received_direct,resolved_early,resolved_on_time,resolved_late\n2022-06,ha-noi,dk-khai-sinh,5,4,3,2,1\n',
    );
    take(await json<Receipt>(place, ['import', small]));
    take(await json<Receipt>(place, ['import', files.get(1) as string]));
  });
  afterAll(async () => {
    await endAll();
    await place.remove();
  });

  it.each(MOMENTS.map((moment, i) => [moment, i + 2] as const))(
    'at moment %s leaves the whole file or nothing of it',
    async (moment, version) => {
      const child = start(place, ['import', files.get(version) as string, '--json']);
      const result = ended(child);
      if (moment === 'start') await wait(300);
      else if (ON_SERVER) {
        const watcher = await place.open();
        await untilHeld(watcher, child, Number(moment));
        await watcher.close();
      } else await untilWritten(place, child, Number(moment));
      // A machine may be quick: then the file is taken before the kill, which is no fault.
      await end(child, 'SIGKILL');
      const { code, out } = await result;

      const connection = await place.open();
      try {
        // The server notices the death of its client at the end of the statement at hand.
        while (ON_SERVER && (await monthHeld(connection))) await wait(20);
        const { db } = connection;
        const found = await versionIn(connection);
        expect([current, version]).toContain(found);
        if (code === 0) {
          expect(found).toBe(version);
          take(JSON.parse(out) as Receipt);
        }
        current = found;
        for (const [id, sha256] of taken) {
          expect(
            createHash('sha256')
              .update(await bytesOf(db, id))
              .digest('hex'),
          ).toBe(sha256);
        }
        // A submission without a posting would be half a submission, and the reverse.
        const { rows } = await sql`select from submissions s full join postings p on p.submission_id = s.id
          where s.id is null or (p.id is null and s.status = 'approved')`.execute(db);
        expect(rows).toEqual([]);
        expect((await recount(db, null)).differences).toEqual([]);
        expect(await brokenRules(db)).toEqual([]);
        const june = await db
          .selectFrom('figures')
          .select('received_online')
          .where('period', '=', '2022-06-01')
          .execute();
        expect(june).toEqual([{ received_online: 5 }]);
      } finally {
        await connection.close();
      }
    },
    60_000,
  );

  it('was killed alive, at least five times, and can be sent again', async () => {
    const version = MOMENTS.length + 2;
    take(await json<Receipt>(place, ['import', files.get(version) as string]));
    const connection = await place.open();
    try {
      expect(await versionIn(connection)).toBe(version);
      expect((await recount(connection.db, null)).differences).toEqual([]);
      // Every import that ended by itself is in `taken`: the small file, the first version, and this one.
      expect(MOMENTS.length - (taken.size - 3)).toBeGreaterThanOrEqual(5);
    } finally {
      await connection.close();
    }
  });
});

(ON_SERVER ? describe.skip : describe)('a data folder that a process serves', () => {
  it('is refused to another process, and free once the first is killed', async () => {
    const place = await somePlace();
    try {
      const { child } = await serve(place);
      for (const args of [
        ['ranking', '--json'],
        ['serve', '--no-sample'],
        ['import', import.meta.filename],
      ]) {
        const second = await run(place, args, { PORT: '0' });
        expect(second.code).toBe(1);
        expect(second.out).toBe('');
        expect(second.err).toContain(place.dataDir);
        expect(second.err).toContain(String(child.pid));
        expect(second.err).not.toContain('    at ');
      }
      await end(child, 'SIGKILL');
      expect(await run(place, ['migrate'])).toMatchObject({ code: 0 });
    } finally {
      await endAll();
      await place.remove();
    }
  });
});
