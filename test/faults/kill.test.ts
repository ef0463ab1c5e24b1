/** Real processes killed in the middle of an import: the file is there whole or not at all, and nothing else is lost. */
import type { ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { sql } from 'kysely';
import type { Receipt } from '../../src/intake/receipt.ts';
import { recount as recountFiles } from '../../src/recount/recount.ts';
import type { Connection } from '../../src/store/connect.ts';
import {
  admins,
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
const UNITS = 250;
const ROWS = AGENCIES.length * SERVICES.length * UNITS;

/** The same keys in every version, other counts: each version replaces all rows of the one before. */
function writeLarge(place: Place, version: number): string {
  const lines = [
    'period,agency,unit,service,received_online,received_direct,resolved_early,resolved_on_time,resolved_late,resolved_end_to_end',
  ];
  for (const agency of AGENCIES)
    for (let unit = 0; unit < UNITS; unit++)
      for (const service of SERVICES)
        lines.push(`2022-07,${agency},Xã ${unit},${service},${version},${unit},${version},0,0,${version}`);
  const file = join(place.dataDir, 'large.csv');
  writeFileSync(file, `${lines.join('\n')}\n`);
  return file;
}

/** An import by a process of its own. */
interface Running {
  child: ChildProcess;
  /** Null when the process died before it gave one. */
  receipt: Promise<Receipt | null>;
}

function byCommand(place: Place, file: string): Running {
  const child = start(place, ['import', file, '--json']);
  return { child, receipt: ended(child).then(({ code, out }) => (code === 0 ? JSON.parse(out) : null)) };
}

/** A file that waits on a server, and is approved there. */
async function byServer(place: Place, file: string, [sender, second]: readonly string[]): Promise<Running> {
  const { address, child } = await serve(place);
  const asked = (who: string | undefined) => ({ Accept: 'application/json', Cookie: String(who) });
  const sent = await fetch(`${address}/submissions?kind=monthly-return`, {
    method: 'POST',
    headers: { ...asked(sender), 'Content-Type': 'text/csv' },
    body: new Uint8Array(readFileSync(file)),
  });
  const { id, confirmation } = (await sent.json()) as Receipt;
  const answer = fetch(`${address}/submissions/${id}/approve`, {
    method: 'POST',
    headers: asked(second),
    body: new URLSearchParams({ shown: String(confirmation) }),
  });
  return { child, receipt: answer.then(a => a.json() as Promise<Receipt>).catch(() => null) };
}

/**
 * Follows an import until it is so far, or over, and tells how far it came: in pieces written to the log of
 * the embedded database, or in milliseconds since its transaction wrote first on the server.
 */
async function follow(place: Place, { receipt }: Running, far: number): Promise<number> {
  let over = false;
  const end = receipt.finally(() => {
    over = true;
  });
  if (ON_SERVER) {
    const watcher = await place.open();
    while (!over && !(await isWriting(watcher))) await wait(1);
    const since = performance.now();
    await (far === Number.POSITIVE_INFINITY ? end : Promise.race([end, wait(far)]));
    await watcher.close();
    return performance.now() - since;
  }
  const log = join(place.dataDir, 'database', 'pg_wal');
  const stamp = () =>
    readdirSync(log)
      .map(f => statSync(join(log, f)).mtimeMs)
      .join();
  let [seen, last] = [0, stamp()];
  for (; seen < far && !over; await wait(1)) {
    const now = stamp();
    if (now !== last) seen += 1;
    last = now;
  }
  return seen;
}

/** Whether another connection to the database has written in a transaction that is still open. */
async function isWriting({ db }: Connection): Promise<boolean> {
  const { rows } = await sql`select from pg_stat_activity
    where datname = current_database() and backend_xid is not null and pid <> pg_backend_pid()`.execute(db);
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

/** Moments of the kill in hundredths of the whole import; more than are needed, since an import may be over sooner. */
const moments = (n: number, seed: number): number[] =>
  fc.sample(fc.noBias(fc.integer({ min: 0, max: 94 })), { seed, numRuns: n });
const KILLS = [
  ...moments(28, 766).map(moment => ['command', moment] as const),
  ...moments(4, 224).map(moment => ['server', moment] as const),
];
/** The versions before the first that is killed. */
const WHOLE = 2;
/** A machine that does much else takes a minute to start a process. */
const PATIENCE = 300_000;

describe('an import that is killed', () => {
  let place: Place;
  /** How far a whole import comes. */
  let length: number;
  /** Submissions that were taken, with the hash of their bytes. */
  const taken = new Map<string, string>();
  let current = WHOLE;
  let people: string[];
  let killed = 0;

  const take = (receipt: Receipt | null) => taken.set(receipt?.id as string, receipt?.sha256 as string);

  beforeAll(async () => {
    place = await somePlace();
    const small = join(place.dataDir, 'small.csv');
    writeFileSync(
      small,
      'period,agency,service,received_online,received_direct,resolved_early,resolved_on_time,resolved_late\n2022-06,ha-noi,dk-khai-sinh,5,4,3,2,1\n',
    );
    for (const receipt of await json<Receipt[]>(place, ['import', small, writeLarge(place, 1)]))
      take(receipt);
    const whole = byCommand(place, writeLarge(place, WHOLE));
    length = await follow(place, whole, Number.POSITIVE_INFINITY);
    take(await whole.receipt);
    people = await admins(place, 2);
  }, PATIENCE);
  afterAll(async () => {
    await endAll();
    await place.remove();
  }, PATIENCE);

  it.each(KILLS.map(([by, moment], i) => [by, moment, WHOLE + 1 + i] as const))(
    'by a %s at %i hundredths (version %i) leaves the whole file or nothing of it',
    async (by, moment, version) => {
      const file = writeLarge(place, version);
      const running = by === 'command' ? byCommand(place, file) : await byServer(place, file, people);
      const came = await follow(place, running, (length * moment) / 100);
      await end(running.child, 'SIGKILL');
      const receipt = await running.receipt;
      if (receipt) {
        // The file was taken before the kill, which is no fault: imports are shorter than the first one was.
        take(receipt);
        length = Math.min(length, came);
      } else killed += 1;

      const connection = await place.open();
      try {
        // A server notices the death of its client at the end of the statement at hand.
        while (ON_SERVER && (await isWriting(connection))) await wait(20);
        const { db } = connection;
        const found = await versionIn(connection);
        expect(receipt ? [version] : [current, version]).toContain(found);
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
        const differences: unknown[] = [];
        await recountFiles(db, null, difference => differences.push(difference));
        expect(differences).toEqual([]);
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
    PATIENCE,
  );

  it(
    'was killed alive, at least twenty times, and can be sent again',
    async () => {
      expect(killed).toBeGreaterThanOrEqual(20);
      const version = WHOLE + 1 + KILLS.length;
      await json<Receipt>(place, ['import', writeLarge(place, version)]);
      const connection = await place.open();
      try {
        expect(await versionIn(connection)).toBe(version);
      } finally {
        await connection.close();
      }
      expect(await json(place, ['recount'])).toMatchObject({ difference_count: 0 });
    },
    PATIENCE,
  );
});

(ON_SERVER ? describe.skip : describe)('a data folder that a process serves', () => {
  it(
    'is refused to another process, and free once the first is killed',
    async () => {
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
    },
    PATIENCE,
  );
});
