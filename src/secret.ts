/** The installation's secret: given by the setting SECRET, or made once and kept beside the data. */
import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The secret from which keys follow. Several machines on one database need the same SECRET; alone, a machine
 * makes its own in `dataDir`/secret, readable by its owner only. Of two processes that start at once, one makes it.
 */
export function secretOf({ secret, dataDir }: { secret: string | null; dataDir: string }): string {
  if (secret) return secret;
  const file = join(dataDir, 'secret');
  const known = readOr(file);
  if (known) return known;
  mkdirSync(dataDir, { recursive: true });
  // Written whole beside it and linked into place: whoever comes second finds the first one's.
  const beside = `${file}.${process.pid}`;
  writeFileSync(beside, `${randomBytes(32).toString('hex')}\n`, { mode: 0o600, flush: true });
  try {
    linkSync(beside, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(beside, { force: true });
  }
  return readFileSync(file, 'utf8').trim();
}

function readOr(file: string): string | null {
  try {
    return readFileSync(file, 'utf8').trim() || null;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
