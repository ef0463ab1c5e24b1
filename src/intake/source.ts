/** The bytes of a file, read as often as needed: held in memory when small, on disk when not. */
import { open } from 'node:fs/promises';

/** Bytes in memory, or a file that is read in pieces and never held whole; `passed` is told of each piece. */
export type FileSource = Buffer | { path: string; passed?: (bytes: number) => void };

const MEGABYTE = 1024 * 1024;

/** The bytes from the beginning, in pieces of at most `size`; each is over when the one after the next is asked for. */
export async function* pieces(source: FileSource, size = MEGABYTE): AsyncGenerator<Buffer> {
  if (Buffer.isBuffer(source)) {
    for (let i = 0; i < source.length; i += size) yield source.subarray(i, i + size);
  } else {
    for await (const piece of piecesOf(source.path, size)) {
      source.passed?.(piece.length);
      yield piece;
    }
  }
}

/** Reads into the same few buffers again and again: fresh ones would be most of the garbage of a large file. */
async function* piecesOf(path: string, size: number): AsyncGenerator<Buffer> {
  const file = await open(path);
  const buffers = [0, 1, 2].map(() => Buffer.allocUnsafe(size));
  const read = (i: number) => file.read(buffers[i % 3] as Buffer, 0, size);
  let next = read(0);
  try {
    for (let i = 1; ; i++) {
      const { bytesRead, buffer } = await next;
      if (bytesRead === 0) return;
      // The next piece is read while this one is looked at.
      next = read(i);
      next.catch(() => {});
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await next.catch(() => {});
    await file.close();
  }
}

/** The first bytes of a file, at most `length`. */
export async function head(source: FileSource, length: number): Promise<Buffer> {
  if (Buffer.isBuffer(source)) return source.subarray(0, length);
  const file = await open(source.path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
