/** Opening databases: the lock on an embedded folder and what types come back. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { FolderInUse, lockFolder } from '../../src/store/lock.ts';
import { freshDatabase, type TestDatabase } from '../support/database.ts';

const holder = (folder: string) =>
  spawn(process.execPath, [
    '--input-type=module',
    '-e',
    `import { lockFolder } from ${JSON.stringify(join(import.meta.dirname, '../../src/store/lock.ts'))};
     lockFolder(${JSON.stringify(folder)}); console.log('held'); setInterval(() => {}, 1000);`,
  ]);

describe('the lock on an embedded folder', () => {
  it('refuses a second process, names the holder, and is free once the holder is killed', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'toan-trinh-lock-'));
    const child = holder(folder);
    await once(child.stdout, 'data');
    expect(() => lockFolder(folder)).toThrow(FolderInUse);
    expect(() => lockFolder(folder)).toThrow(String(child.pid));
    child.kill('SIGKILL');
    await once(child, 'exit');
    const unlock = lockFolder(folder);
    expect(() => lockFolder(folder)).toThrow(FolderInUse);
    unlock();
    lockFolder(folder)();
  });
});

describe('types that come back', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await freshDatabase();
  });
  afterAll(() => database.close());

  it('keeps days as text and counts as numbers, and refuses a count it cannot hold exactly', async () => {
    const { rows } = await sql`select date '2024-05-01' as day, 9007199254740991::bigint as n`.execute(
      database.db,
    );
    expect(rows).toEqual([{ day: '2024-05-01', n: 9007199254740991 }]);
    await expect(sql`select 9007199254740993::bigint as n`.execute(database.db)).rejects.toThrow('too large');
  });
});
