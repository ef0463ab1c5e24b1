/** Cells of a file as codes: texts met again have the same code, so that each is made and judged once. */
import { BLANK, type CodedRows } from '../kpi/coded-rows.ts';
import { plainCount } from '../kpi/count.ts';
import type { RawRow } from '../kpi/finding.ts';
import { NotInEncoding, visible } from './encoding.ts';

/** Rows given out in one go. */
const MOST_ROWS = 1024;
/** Texts kept before they are all forgotten; nobody holds codes of an earlier batch by then. */
const MOST_TEXTS = 50_000;
/** Cells found again by their bytes, each in the one place that its hash gives it; a power of two. */
const PLACES = 1 << 13;
/** Bytes of the longest cell that is coded from its bytes. */
export const LONGEST_CODED = 512;

/** Codes rows, batch by batch, into arrays that are filled again and again. */
export interface Coder {
  /** Starts a batch: all codes given before are over. */
  start(): void;
  /** Ends a row whose codes were put into `cells`. */
  end(row: number): void;
  /** Puts a row in: cells that are missing are blank, those beyond the width are dropped. */
  put(row: RawRow): void;
  /** The code of a cell of at most `LONGEST_CODED` bytes, by a hash of them. Throws `NotInEncoding`. */
  codeOf(bytes: Buffer, from: number, to: number, hash: number): number;
  isFull(): boolean;
  batch: CodedRows;
}

export function coder(width: number): Coder {
  let codes = new Map([['', BLANK]]);
  let texts = [''];
  let byBytes: ReturnType<typeof byteMemory> | null = null;
  const batch: CodedRows = {
    ...{ width, count: 0, texts },
    ...{ row: new Int32Array(MOST_ROWS), cells: new Int32Array(MOST_ROWS * width) },
  };

  function codeOfText(text: string): number {
    const there = codes.get(text);
    if (there !== undefined) return there;
    const code = ~texts.length;
    texts.push(text);
    codes.set(text, code);
    return code;
  }

  function end(row: number): void {
    batch.row[batch.count++] = row;
  }

  return {
    batch,
    end,
    start: () => {
      batch.count = 0;
      if (texts.length < MOST_TEXTS) return;
      codes = new Map([['', BLANK]]);
      batch.texts = texts = [''];
      byBytes = null;
    },
    put: ({ row, cells }) => {
      for (let i = 0, at = batch.count * width; i < width; i++, at++) {
        const text = cells[i] ?? '';
        // A number that would not be written so again keeps its text.
        const plain = text.length > 1 && text.charCodeAt(0) === ZERO ? -1 : plainCount(text);
        batch.cells[at] = plain >= 0 ? plain : codeOfText(text);
      }
      end(row);
    },
    codeOf: (bytes, from, to, hash) => {
      byBytes ??= byteMemory();
      return byBytes(bytes, from, to, hash, codeOfText);
    },
    isFull: () => batch.count === MOST_ROWS,
  };
}
const ZERO = 48;

/** A memory of the codes of cells by their bytes. */
function byteMemory() {
  const read = utf8Reader();
  const known = new Uint8Array(PLACES * LONGEST_CODED);
  const lengths = new Int32Array(PLACES);
  const codes = new Int32Array(PLACES);
  return (bytes: Buffer, from: number, to: number, hash: number, codeOfText: (text: string) => number) => {
    const place = (hash ^ (hash >>> 13)) & (PLACES - 1);
    const start = place * LONGEST_CODED;
    const length = to - from;
    if (lengths[place] === length) {
      let i = 0;
      while (i < length && known[start + i] === bytes[from + i]) i++;
      if (i === length) return codes[place] as number;
    }
    const code = codeOfText(visible(read(bytes, from, to)));
    known.set(bytes.subarray(from, to), start);
    lengths[place] = length;
    codes[place] = code;
    return code;
  };
}

/** Gives the text of some bytes as it is. Throws `NotInEncoding`. */
export function utf8Reader(): (bytes: Buffer, from: number, to: number) => string {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  return (bytes, from, to) => {
    try {
      return decoder.decode(bytes.subarray(from, to));
    } catch {
      throw new NotInEncoding();
    }
  };
}
