/** Bytes on their way in: few are kept in memory, many in a file of their own, more than are taken nowhere. */
import { randomUUID } from 'node:crypto';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { looksLikeText } from './file-type.ts';
import type { FileSource } from './source.ts';

/** Files up to this size stay in memory. */
const IN_MEMORY = 2 * 1024 * 1024;
/** Largest file that is not text: workbooks are read by a process of bounded memory. */
export const WORKBOOK_LIMIT = 25 * 1024 * 1024;

/** More bytes than are taken; `limit` is how many those are. */
export class TooManyBytes extends Error {
  readonly limit: number;
  constructor(limit: number) {
    super(`more than ${limit} bytes`);
    this.limit = limit;
  }
}

export interface Spooled {
  source: FileSource;
  size: number;
  /** Takes the file away again; needed whatever happens. */
  remove(): Promise<void>;
}

/**
 * Reads all of `arriving`, at most `limit` bytes of text and `WORKBOOK_LIMIT` of anything else. Throws
 * `TooManyBytes` as soon as there are more; nothing is left behind by an error.
 */
export async function spool(
  arriving: AsyncIterable<Buffer>,
  folder: string,
  limit = Number.POSITIVE_INFINITY,
): Promise<Spooled> {
  const path = join(folder, randomUUID());
  let waiting: Buffer[] = [];
  let size = 0;
  let most = limit;
  let file: FileHandle | null = null;
  try {
    for await (const bytes of arriving) {
      size += bytes.length;
      if (size > most) throw new TooManyBytes(most);
      waiting.push(bytes);
      if (!file && size <= IN_MEMORY) continue;
      if (!file) {
        file = await open(path, 'wx', 0o600);
        if (!looksLikeText(Buffer.concat(waiting))) most = Math.min(limit, WORKBOOK_LIMIT);
      }
      await file.writev(waiting);
      waiting = [];
    }
    await file?.close();
  } catch (error) {
    await file?.close().catch(() => {});
    await rm(path, { force: true });
    throw error;
  }
  return {
    source: file ? { path } : Buffer.concat(waiting),
    size,
    remove: () => rm(path, { force: true }),
  };
}
