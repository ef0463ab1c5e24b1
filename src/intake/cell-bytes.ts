/** Cells of UTF-8 as text, with memory: the cells of a large file are few different ones, met again and again. */
import { NotInEncoding, visible } from './encoding.ts';

/** Cells remembered, each in the one place that its hash gives it; a power of two. */
const PLACES = 1 << 14;
/** Bytes of the longest cell that is remembered. */
const LONGEST = 48;

export interface CellReader {
  /** The text of some bytes as it is. Throws `NotInEncoding`. */
  textOf(bytes: Buffer, from: number, to: number): string;
  /** The text, as `visible` leaves it, of a cell with some hash of its bytes; one met before gives the same string again. */
  cellOf(bytes: Buffer, from: number, to: number, hash: number): string;
}

export function cellReader(): CellReader {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const known = new Uint8Array(PLACES * LONGEST);
  const lengths = new Uint8Array(PLACES);
  const texts: string[] = new Array(PLACES).fill('');

  function textOf(bytes: Buffer, from: number, to: number): string {
    try {
      return decoder.decode(bytes.subarray(from, to));
    } catch {
      throw new NotInEncoding();
    }
  }

  return {
    textOf,
    cellOf: (bytes, from, to, hash) => {
      const length = to - from;
      if (length > LONGEST) return visible(textOf(bytes, from, to));
      const place = (hash ^ (hash >>> 15)) & (PLACES - 1);
      const start = place * LONGEST;
      if (lengths[place] === length) {
        let i = 0;
        while (i < length && known[start + i] === bytes[from + i]) i++;
        if (i === length) return texts[place] as string;
      }
      const text = visible(textOf(bytes, from, to));
      for (let i = 0; i < length; i++) known[start + i] = bytes[from + i] as number;
      lengths[place] = length;
      texts[place] = text;
      return text;
    },
  };
}
