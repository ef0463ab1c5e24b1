/** The bytes of a file, read as often as needed: held in memory when small, on disk when not. */
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';

/** Bytes in memory, or a file that is read in pieces and never held whole; `passed` is told of each piece. */
export type FileSource = Buffer | { path: string; passed?: (bytes: number) => void };

const MEGABYTE = 1024 * 1024;

/** The bytes from the beginning, in pieces of at most `size`. */
export async function* pieces(source: FileSource, size = MEGABYTE): AsyncGenerator<Buffer> {
  if (Buffer.isBuffer(source)) {
    for (let i = 0; i < source.length; i += size) yield source.subarray(i, i + size);
  } else {
    const stream: AsyncIterable<Buffer> = createReadStream(source.path, { highWaterMark: size });
    for await (const piece of stream) {
      source.passed?.(piece.length);
      yield piece;
    }
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
