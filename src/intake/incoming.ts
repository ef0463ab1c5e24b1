/** The folder for files on their way in: one for each process, taken away with it. */
import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { FolderInUse, lockFolder } from '../store/lock.ts';

export interface Incoming {
  folder: string;
  close(): void;
}

/**
 * Makes a folder of this process below `dataDir` and removes those that killed processes left behind: the
 * operating system's lock on a folder goes with its process, whatever ended it and wherever it ran.
 */
export async function openIncoming(dataDir: string): Promise<Incoming> {
  const all = join(dataDir, 'incoming');
  mkdirSync(all, { recursive: true });
  // One at a time: a folder that is made and not locked yet would look like one left behind.
  const done = await lockSoon(all);
  try {
    for (const entry of readdirSync(all, { withFileTypes: true })) {
      if (entry.isDirectory()) removeLeft(join(all, entry.name));
    }
    const folder = join(all, randomUUID());
    const unlock = lockFolder(folder);
    return {
      folder,
      close: () => {
        unlock();
        rmSync(folder, { recursive: true, force: true });
      },
    };
  } finally {
    done();
  }
}

/** How often and how long (ms) a start waits for another one that is tidying up. */
const TRIES = 100;
const PAUSE = 50;

async function lockSoon(folder: string): Promise<() => void> {
  for (let tried = 1; ; tried++) {
    try {
      return lockFolder(folder);
    } catch (error) {
      if (!(error instanceof FolderInUse) || tried >= TRIES) throw error;
      await setTimeout(PAUSE);
    }
  }
}

function removeLeft(folder: string): void {
  try {
    lockFolder(folder)();
  } catch (error) {
    if (error instanceof FolderInUse) return;
    throw error;
  }
  rmSync(folder, { recursive: true, force: true });
}
