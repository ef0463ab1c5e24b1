/** The lock on an embedded database's folder: the operating system's own, so it goes when its holder dies. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

const SQLITE_BUSY = 5;

/** Another live process holds the folder. */
export class FolderInUse extends Error {
  override name = 'FolderInUse';
}

/**
 * Takes the folder for this process alone and returns what lets it go. The lock is an exclusive
 * transaction on an empty SQLite file: a kernel file lock on every platform and across containers, freed
 * by kill -9 too, which a lock file with a process id in it is not.
 * Throws `FolderInUse` when another process (or another connection of this one) holds it.
 */
export function lockFolder(folder: string): () => void {
  mkdirSync(folder, { recursive: true });
  const holderFile = join(folder, 'holder.txt');
  const lock = new DatabaseSync(join(folder, 'lock.sqlite'), { timeout: 0 });
  try {
    lock.exec('pragma locking_mode = exclusive; begin exclusive');
  } catch (error) {
    lock.close();
    // Anything but "busy" is no other process: a full disk, a folder that may not be written to.
    if (((error as { errcode?: number }).errcode ?? 0) % 256 !== SQLITE_BUSY) throw error;
    throw new FolderInUse(
      `Thư mục dữ liệu ${folder} đang được tiến trình ${holder(holderFile)} sử dụng; hãy dừng tiến trình đó trước. / ` +
        `The data folder ${folder} is in use by process ${holder(holderFile)}; stop that process first ` +
        '(an embedded database serves one process; set DATABASE_URL to work with several).',
    );
  }
  writeFileSync(holderFile, String(process.pid));
  return () => lock.close();
}

function holder(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim() || '?';
  } catch {
    return '?';
  }
}
