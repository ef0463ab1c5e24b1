/** How the bytes of a text file are to be read: its encoding is told from the bytes, then they stream as text. */

import { isUtf8 } from 'node:buffer';
import iconv from 'iconv-lite';
import { entry } from '../kpi/entry.ts';
import { type FileSource, head, pieces } from './source.ts';

/** Encodings as the receipt names them. TCVN3 is what the old ABC fonts wrote. */
export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1258' | 'tcvn3';

/** One-byte encodings of Vietnamese: the library's names for them. */
const ONE_BYTE: Partial<Record<Encoding, string>> = { 'windows-1258': 'windows-1258', tcvn3: 'tcvn' };

/** Enough of a file to find its headings and to tell how it is written. */
export const HEAD_BYTES = 256 * 1024;
/** Rows are cut from pieces of this size: small enough that others have their turn between two of them. */
const READ_BYTES = 64 * 1024;

/**
 * The encoding of a file: by its byte-order mark, else by the zero bytes that only UTF-16 has, else UTF-8 when
 * all of the file is (its head alone proves nothing), else the one-byte encoding under which it holds most
 * words of `known` (lower case, with their marks). Null when nothing fits: figures are not taken on a guess.
 */
export async function encodingOf(
  source: FileSource,
  known: () => ReadonlySet<string>,
): Promise<Encoding | null> {
  const bytes = await head(source, HEAD_BYTES);
  const mark = bytes.subarray(0, 2).toString('hex');
  if (mark === 'fffe') return 'utf-16le';
  if (mark === 'feff') return 'utf-16be';
  const wide = wideOf(bytes);
  if (wide) return wide;
  if (await isAllUtf8(source)) return 'utf-8';
  let best: { encoding: Encoding | null; score: number } = { encoding: null, score: 0 };
  for (const encoding of Object.keys(ONE_BYTE) as Encoding[]) {
    const score = wordScore(decodeHead(bytes, encoding) ?? '', known());
    if (score > best.score) best = { encoding, score };
  }
  return best.encoding;
}

/** UTF-16 without a mark: delimiters, digits and line ends leave a zero in every second byte, text of one byte none. */
function wideOf(bytes: Buffer): Encoding | null {
  const zeros = [0, 0];
  for (let i = 0; i < bytes.length; i++) if (bytes[i] === 0) zeros[i % 2] = (zeros[i % 2] as number) + 1;
  const [even, odd] = zeros as [number, number];
  const enough = bytes.length / 10;
  if (odd > enough && even * 20 < odd) return 'utf-16le';
  if (even > enough && odd * 20 < even) return 'utf-16be';
  return null;
}

/** Whether files are UTF-8 to their ends, by file: it costs reading them whole, and several forms may be tried. */
const utf8 = new WeakMap<object, Promise<boolean>>();

function isAllUtf8(source: FileSource): Promise<boolean> {
  return entry(utf8, source, () => readAsUtf8(source));
}

async function readAsUtf8(source: FileSource): Promise<boolean> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const piece of pieces(source)) {
    const bytes = rest.length ? Buffer.concat([rest, piece]) : piece;
    const end = wholeCharacters(bytes);
    if (!isUtf8(bytes.subarray(0, end))) return false;
    rest = bytes.subarray(end);
  }
  return rest.length === 0;
}

/** How many of the bytes are whole characters, if they are UTF-8: a cut may go through the last one. */
function wholeCharacters(bytes: Buffer): number {
  for (let back = 1; back <= 3 && back <= bytes.length; back++) {
    const byte = bytes[bytes.length - back] as number;
    if (byte < 0x80) return bytes.length;
    if (byte >= 0xc0) {
      const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      return length > back ? bytes.length - back : bytes.length;
    }
  }
  return bytes.length;
}

/** Known words with marks in a text; 0 when they are too small a share for it to be Vietnamese so read. */
function wordScore(text: string, known: ReadonlySet<string>): number {
  let [found, marked] = [0, 0];
  for (const [word] of text.toLowerCase().matchAll(/[\p{L}\p{M}\ufffd\u0080-\u00bf]+/gu)) {
    // Plain letters are the same in every encoding: they tell nothing.
    if (!/[^a-z]/.test(word)) continue;
    marked += 1;
    if (known.has(word)) found += 1;
  }
  return found * 3 >= marked ? found : 0;
}

/** The words with marks of some names, as `encodingOf` wants them. */
export function wordsOf(names: Iterable<string>): Set<string> {
  const words = new Set<string>();
  for (const name of names) {
    for (const [word] of name
      .normalize('NFC')
      .toLowerCase()
      .matchAll(/\p{L}+/gu)) {
      if (/[^a-z]/.test(word)) words.add(word);
    }
  }
  return words;
}

/** Characters without width, marks of direction, soft hyphens: copied along from web pages, never meant. */
const INVISIBLE = /[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]/g;

/** Text in the form in which everything is read: composed (NFC), without what cannot be seen. */
export function visible(text: string): string {
  return withoutInvisible(text).normalize('NFC');
}

export function withoutInvisible(text: string): string {
  return text.replace(INVISIBLE, '');
}

interface Decoder {
  write(bytes: Buffer): string;
  end(): string;
}

function decoderFor(encoding: Encoding): Decoder {
  const oneByte = ONE_BYTE[encoding];
  if (oneByte) {
    const decoder = iconv.getDecoder(oneByte);
    return { write: bytes => decoder.write(bytes), end: () => decoder.end() ?? '' };
  }
  const decoder = new TextDecoder(encoding, { fatal: true });
  return { write: bytes => decoder.decode(bytes, { stream: true }), end: () => decoder.decode() };
}

/** The beginning of a file as text; a character that the cut went through is left out. Null when it is not in that encoding. */
export function decodeHead(bytes: Buffer, encoding: Encoding): string | null {
  try {
    return visible(decoderFor(encoding).write(bytes));
  } catch {
    return null;
  }
}

/** The text of a file in pieces, as `visible` leaves it. Throws `NotInEncoding`. */
export async function* decoded(source: FileSource, encoding: Encoding): AsyncGenerator<string> {
  const decoder = decoderFor(encoding);
  let rest = '';
  const read = (decode: () => string): string => {
    try {
      return decode();
    } catch {
      throw new NotInEncoding();
    }
  };
  for await (const piece of pieces(source, READ_BYTES)) {
    const text = rest + read(() => decoder.write(piece));
    const end = composedEnd(text);
    rest = text.slice(end);
    if (end) yield visible(text.slice(0, end));
  }
  yield visible(rest + read(() => decoder.end()));
}

/** The bytes of a file as UTF-8, in pieces; those of a file that is in UTF-8 are not looked at. */
export async function* asUtf8(source: FileSource, encoding: Encoding): AsyncGenerator<Buffer> {
  if (encoding === 'utf-8') yield* pieces(source, READ_BYTES);
  else for await (const text of decoded(source, encoding)) yield Buffer.from(text);
}

/** The file is not in the encoding that its beginning is in. */
export class NotInEncoding extends Error {}

/** Marks follow their letter and may come with the next piece: nothing before a character of ASCII composes with what follows it. */
function composedEnd(text: string): number {
  const least = Math.max(0, text.length - READ_BYTES);
  for (let i = text.length - 1; i >= least; i--) if (text.charCodeAt(i) < 128) return i;
  // A run without any such character is no table: it need not wait for ever.
  return text.length > READ_BYTES ? text.length : 0;
}
