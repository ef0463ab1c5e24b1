/** A workbook read a second time, straight from its parts: no library, no formula, only what the cells say. */
import { inflateRawSync } from 'node:zlib';

/** One row as it stands in the file: its number as a spreadsheet shows it, and its cells. */
export interface FileRecord {
  row: number;
  cells: string[];
}

/** The file cannot be read a second time; `message` says why. */
export class NotReadable extends Error {}

/** A part of a workbook that was accepted never grows beyond this. */
const LARGEST_PART = 512 * 1024 * 1024;
const DAY_MS = 86_400_000;

/** Rows of the sheet of that name, the first one when there is none. Throws `NotReadable`. */
export function* workbookRows(
  bytes: Buffer,
  sheet: string | null,
  headingRow: number,
): Generator<FileRecord> {
  const parts = zipParts(bytes);
  const text = (name: string): string => parts.get(name.toLowerCase())?.() ?? '';
  const book = text('xl/workbook.xml');
  const sheets = [...book.matchAll(/<(?:\w+:)?sheet\s[^>]*>/g)].map(([tag]) => ({
    name: unescaped(attribute(tag, 'name')),
    id: attribute(tag, '(?:\\w+:)?id'),
  }));
  const chosen = sheets.find(s => s.name === sheet) ?? sheets[0];
  const targets = new Map(
    [...text('xl/_rels/workbook.xml.rels').matchAll(/<Relationship\s[^>]*>/g)].map(([tag]) => [
      attribute(tag, 'Id'),
      attribute(tag, 'Target'),
    ]),
  );
  const target = (chosen && targets.get(chosen.id)) ?? 'worksheets/sheet1.xml';
  const shared = [
    ...text('xl/sharedStrings.xml').matchAll(/<(?:\w+:)?si(?:\s[^>]*)?(?:\/>|>([\s\S]*?)<\/(?:\w+:)?si>)/g),
  ].map(([, inner]) => textIn(inner ?? ''));
  const epoch = /date1904="(1|true)"/.test(book) ? Date.UTC(1904, 0, 1) : Date.UTC(1899, 11, 30);
  const xml = text(target.startsWith('/') ? target.slice(1) : `xl/${target}`);
  yield* withMerges(rowsIn(xml, shared, epoch), xml, headingRow);
}

const ROW = /<(?:\w+:)?row(\s[^>]*?)?(?:\/>|>([\s\S]*?)<\/(?:\w+:)?row>)/g;
const CELL = /<(?:\w+:)?c(\s[^>]*?)?(?:\/>|>([\s\S]*?)<\/(?:\w+:)?c>)/g;

function* rowsIn(xml: string, shared: readonly string[], epoch: number): Generator<FileRecord> {
  let row = 0;
  for (const [, ofRow = '', inner = ''] of xml.matchAll(ROW)) {
    row = Number(attribute(ofRow, 'r')) || row + 1;
    const cells: string[] = [];
    let at = -1;
    for (const [, ofCell = '', content = ''] of inner.matchAll(CELL)) {
      const letters = /^[A-Z]+/.exec(attribute(ofCell, 'r'))?.[0];
      at = letters ? columnAt(letters) : at + 1;
      while (cells.length < at) cells.push('');
      cells[at] = cellText(attribute(ofCell, 't'), content, shared, epoch);
    }
    yield { row, cells };
  }
}

/** Cells merged over rows of the table: all of them say what the first does. Figures never are; such a file is refused. */
function* withMerges(rows: Iterable<FileRecord>, xml: string, headingRow: number): Generator<FileRecord> {
  const merges = [...xml.matchAll(/<(?:\w+:)?mergeCell\s[^>]*ref="([A-Z]+)(\d+):[A-Z]+(\d+)"/g)]
    .map(([, letters = '', from, to]) => ({ at: columnAt(letters), from: Number(from), to: Number(to) }))
    .filter(merge => merge.to > merge.from && merge.from > headingRow);
  const beginning = Map.groupBy(merges, merge => merge.from);
  let open: { at: number; to: number; text: string }[] = [];
  for (const { row, cells } of rows) {
    open = open.filter(merge => merge.to >= row);
    const isBlank = cells.every(cell => cell === '');
    for (const { at, text } of isBlank ? [] : open) {
      while (cells.length < at) cells.push('');
      cells[at] ||= text;
    }
    for (const { at, to } of beginning.get(row) ?? []) open.push({ at, to, text: cells[at] ?? '' });
    yield { row, cells };
  }
}

const columnAt = (letters: string): number =>
  [...letters].reduce((n, l) => n * 26 + l.charCodeAt(0) - 64, 0) - 1;

function cellText(type: string, content: string, shared: readonly string[], epoch: number): string {
  if (type === 'inlineStr') return textIn(content);
  const value = /<(?:\w+:)?v(?:\s[^>]*)?>([\s\S]*?)<\/(?:\w+:)?v>/.exec(content)?.[1];
  if (value === undefined) return '';
  if (type === 's') return shared[Number(value)] ?? '';
  if (type === 'str' || type === 'e') return unescaped(value);
  if (type === 'd') return value.slice(0, 10);
  const exact = Number(value);
  if (!Number.isFinite(exact)) return value;
  // A sum of a spreadsheet may miss the whole number that it is by a hair.
  const number = Math.abs(exact - Math.round(exact)) < 1e-9 ? Math.round(exact) : exact;
  return `${number}${serialDay(number, epoch)}`;
}

/** Marks a number that may be a day with the day: only columns of months and days look at it. */
function serialDay(number: number, epoch: number): string {
  if (!Number.isInteger(number) || number < 30_000 || number > 80_000) return '';
  return `${DAY_MARK}${new Date(epoch + number * DAY_MS).toISOString().slice(0, 10)}`;
}
/** Stands between a number and the day that it would be. */
export const DAY_MARK = '\u0001';

/** All `<t>` of a rich text, without the reading aids of other scripts. */
function textIn(xml: string): string {
  const plain = xml.replace(/<(?:\w+:)?rPh[\s\S]*?<\/(?:\w+:)?rPh>/g, '');
  return [...plain.matchAll(/<(?:\w+:)?t(?:\s[^>]*)?>([\s\S]*?)<\/(?:\w+:)?t>/g)]
    .map(([, text = '']) => unescaped(text))
    .join('');
}

function attribute(tag: string, name: string): string {
  return new RegExp(`(?:^|\\s)${name}="([^"]*)"`).exec(tag)?.[1] ?? '';
}

const NAMED: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

function unescaped(text: string): string {
  return text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(lt|gt|amp|quot|apos));/gi, (_, hex, decimal, name) =>
    name ? (NAMED[name] ?? '') : String.fromCodePoint(hex ? Number.parseInt(hex, 16) : Number(decimal)),
  );
}

/** The parts of a zip archive by name, from its central directory; each is inflated when asked for. */
function zipParts(bytes: Buffer): Map<string, () => string> {
  const end = bytes.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  if (end < 0) throw new NotReadable('the archive has no directory');
  const parts = new Map<string, () => string>();
  let at = bytes.readUInt32LE(end + 16);
  for (let i = bytes.readUInt16LE(end + 10); i > 0; i--) {
    const [method, size, from] = [
      bytes.readUInt16LE(at + 10),
      bytes.readUInt32LE(at + 20),
      bytes.readUInt32LE(at + 42),
    ];
    const [nameLength, extra, comment] = [28, 30, 32].map(o => bytes.readUInt16LE(at + o)) as [
      number,
      number,
      number,
    ];
    parts.set(
      bytes
        .toString('utf8', at + 46, at + 46 + nameLength)
        .replaceAll('\\', '/')
        .toLowerCase(),
      () => {
        const start = from + 30 + bytes.readUInt16LE(from + 26) + bytes.readUInt16LE(from + 28);
        const packed = bytes.subarray(start, start + size);
        return (method === 0 ? packed : inflateRawSync(packed, { maxOutputLength: LARGEST_PART })).toString(
          'utf8',
        );
      },
    );
    at += 46 + nameLength + extra + comment;
  }
  return parts;
}
