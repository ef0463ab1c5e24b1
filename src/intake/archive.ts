/** What a zip archive says of itself in its directory, read before anything in it is inflated. */
import { type Entry, fromBufferPromise, openPromise, type ZipFile } from 'yauzl';
import type { FileSource } from './source.ts';

/** A workbook has a few dozen parts; more than this is made to keep somebody busy. */
export const MOST_PARTS = 2000;
/** What all parts together may inflate to, in bytes: about a quarter of a million rows. */
export const MOST_INFLATED = 200 * 1024 * 1024;

export interface Directory {
  /** By `partName`. */
  entries: Map<string, Entry>;
  inflated: number;
  /** Some part is encrypted. */
  locked: boolean;
}

/** An archive that cannot be read: cut short, or made up. */
export class BrokenArchive extends Error {}
/** An archive with more in it than is taken. */
export class BigArchive extends Error {
  readonly limit: 'parts' | 'inflated';
  constructor(limit: 'parts' | 'inflated') {
    super(`too many ${limit}`);
    this.limit = limit;
  }
}

/** Opens an archive for reading its parts by name; nothing is written anywhere. The caller closes it. */
export async function openArchive(source: FileSource): Promise<ZipFile> {
  // The sizes that the directory states are held against what comes out.
  const options = { lazyEntries: true, autoClose: false, validateEntrySize: true };
  try {
    return Buffer.isBuffer(source)
      ? await fromBufferPromise(source, options)
      : await openPromise(source.path, options);
  } catch (error) {
    throw new BrokenArchive('no archive', { cause: error });
  }
}

/** Names of parts are compared without case: programs write one and refer to the other. */
export function partName(name: string): string {
  return name.toLowerCase();
}

/** Reads the directory of an archive. Throws `BrokenArchive`, or `BigArchive` as soon as a limit is passed. */
export async function directoryOf(archive: ZipFile): Promise<Directory> {
  if (archive.entryCount > MOST_PARTS) throw new BigArchive('parts');
  const entries = new Map<string, Entry>();
  let inflated = 0;
  let locked = false;
  try {
    for await (const entry of archive.eachEntry()) {
      // Two parts of one name, and every reader may take another: made to be read twice, differently.
      if (entries.has(partName(entry.fileName))) throw new BrokenArchive('two parts of one name');
      entries.set(partName(entry.fileName), entry);
      inflated += entry.uncompressedSize;
      locked ||= entry.isEncrypted();
      if (entries.size > MOST_PARTS) throw new BigArchive('parts');
      if (inflated > MOST_INFLATED) throw new BigArchive('inflated');
    }
  } catch (error) {
    if (error instanceof BigArchive) throw error;
    throw new BrokenArchive('broken directory', { cause: error });
  }
  return { entries, inflated, locked };
}
