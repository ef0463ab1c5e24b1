/** An intake while it runs: what it tells of its progress, and how it is stopped. */
import { stat } from 'node:fs/promises';
import type { CodedRows } from '../kpi/coded-rows.ts';
import type { FileSource } from './source.ts';

export type Phase = 'opening' | 'reading' | 'comparing' | 'storing';

export interface Progress {
  phase: Phase;
  /** Bytes that have passed in this phase; 0 where nobody counts them (a workbook is read by another process). */
  bytes: number;
  /** Bytes of the file. */
  total: number;
  /** Rows with data read so far. */
  rows: number;
}

/** Whoever waits for an intake. A signal that is raised before the commit undoes all of it; later it does nothing. */
export interface Watch {
  signal?: AbortSignal;
  progress?: (progress: Progress) => void;
}

export interface Watched {
  /** The same bytes, counted as they pass. */
  source: FileSource;
  enter(phase: Phase): void;
  rows(batches: AsyncIterable<CodedRows>): AsyncGenerator<CodedRows>;
}

/** Puts a watch on a file. Whatever it gives back throws the signal's reason once that is raised. */
export async function watched(file: FileSource, { signal, progress }: Watch): Promise<Watched> {
  const total = Buffer.isBuffer(file) ? file.length : (await stat(file.path)).size;
  const state: Progress = { phase: 'opening', bytes: 0, total, rows: 0 };
  const tell = (): void => {
    signal?.throwIfAborted();
    progress?.({ ...state });
  };
  const passed = (bytes: number): void => {
    state.bytes += bytes;
    tell();
  };
  return {
    source: Buffer.isBuffer(file) ? file : { path: file.path, passed },
    enter: phase => {
      Object.assign(state, { phase, bytes: 0 });
      tell();
    },
    rows: async function* (batches) {
      for await (const batch of batches) {
        state.rows += batch.count;
        tell();
        yield batch;
      }
    },
  };
}
