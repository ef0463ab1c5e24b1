/** Before all tests: a migrated database to copy from, embedded (a dump) or on a server (a template). */
import { execFileSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export default function beforeAll(): void {
  makeDatabase();
  process.stdout.write(
    process.env.TEST_DATABASE_URL
      ? '\nRunning on the PostgreSQL server of TEST_DATABASE_URL.\n'
      : '\nRunning on the embedded database. Left out: the same suite on a PostgreSQL server ' +
          '(npm run test:postgres) and the browser tests (npm run test:browser).\n',
  );
}

export function makeDatabase(): void {
  const dump = join(mkdtempSync(join(tmpdir(), 'toan-trinh-test-')), 'migrated.tar.gz');
  // A process of its own: Jest loads this file in a way that cannot import migrations.
  execFileSync(process.execPath, [join(import.meta.dirname, 'template.ts'), dump], { stdio: 'inherit' });
  process.env.TEST_DUMP = dump;
}
