/** What a file is, by its bytes and never by its name: a workbook, rows in JSON, text, or something not taken. */
import type { ProblemCode } from '../kpi/finding.ts';
import { BigArchive, BrokenArchive, directoryOf, openArchive } from './archive.ts';
import { type FileSource, head, pieces } from './source.ts';

export type FileType =
  | { form: 'text' | 'xlsx' }
  | { form: 'refused'; code: ProblemCode; details: Record<string, string> };

const unsupported = (type: string): FileType => ({
  form: 'refused',
  code: 'unsupported_type',
  details: { type },
});

/** First bytes, in Latin-1, of files that offices send by mistake. */
const BEGINNINGS: readonly [string, string][] = [
  ['%PDF', 'pdf'],
  ['\x89PNG', 'picture'],
  ['\xff\xd8\xff', 'picture'],
  ['GIF8', 'picture'],
  ['II*\0', 'picture'],
  ['MM\0*', 'picture'],
  ['RIFF', 'picture'],
  ['Rar!', 'archive'],
  ['7z\xbc\xaf', 'archive'],
  ['\x1f\x8b', 'archive'],
  ['BZh', 'archive'],
  ['\xfd7zXZ', 'archive'],
  ['{\\rtf', 'word'],
];
/** Programs write tables as web pages and name them `.xls`. */
const PAGES: readonly [RegExp, string][] = [
  [/^\s*<(!doctype html|html|table|meta|head|body|style|div)\b/i, 'html'],
  [/^\s*mime-version:/i, 'html'],
  [/^\s*<\?xml/i, 'xml'],
];
const ZIP = ['PK\x03\x04', 'PK\x05\x06', 'PK\x07\x08'];
const OLE = '\xd0\xcf\x11\xe0';
/** How many bytes tell. */
const START = 512;

/** Parts of an archive that tell what it is; the first that is there decides. */
const PARTS: readonly [RegExp, string][] = [
  [/^word\//, 'word'],
  [/^ppt\//, 'slides'],
  [/^xl\/vbaproject\.bin$/, 'xlsm'],
  [/^xl\/workbook\.bin$/i, 'xlsb'],
  [/^content\.xml$/, 'ods'],
  [/^index\.(numbers|zip)$|^index\//i, 'numbers'],
];

/** Tells what a file is. An archive's directory is read and its limits held, nothing of it inflated. */
export async function typeOf(source: FileSource): Promise<FileType> {
  const start = (await head(source, START)).toString('latin1');
  if (isArchive(start)) return archiveType(source);
  if (start.startsWith(OLE)) return unsupported(await oleType(source));
  const foreign = foreignType(start);
  return foreign ? unsupported(foreign) : { form: 'text' };
}

/** Whether the first bytes of a file are those of text, which may be large: none of a type that is known. */
export function looksLikeText(bytes: Buffer): boolean {
  const start = bytes.toString('latin1', 0, START);
  return !isArchive(start) && !start.startsWith(OLE) && !foreignType(start);
}

const isArchive = (start: string): boolean => ZIP.some(beginning => start.startsWith(beginning));

function foreignType(start: string): string | undefined {
  const text = start.replace(/^(\xef\xbb\xbf|\xff\xfe|\xfe\xff)/, '').replaceAll('\0', '');
  const known =
    BEGINNINGS.find(([beginning]) => start.startsWith(beginning)) ??
    PAGES.find(([beginning]) => beginning.test(text));
  return known?.[1];
}

async function archiveType(source: FileSource): Promise<FileType> {
  try {
    const archive = await openArchive(source);
    try {
      const { entries, locked } = await directoryOf(archive);
      const names = [...entries.keys()];
      const foreign = PARTS.find(([part]) => names.some(name => part.test(name)));
      if (foreign) return unsupported(foreign[1]);
      if (!names.some(name => /^\/?xl\/workbook\w*\.xml$/i.test(name))) return unsupported('archive');
      return locked ? unsupported('protected') : { form: 'xlsx' };
    } finally {
      archive.close();
    }
  } catch (error) {
    if (error instanceof BigArchive) {
      return { form: 'refused', code: 'too_big', details: { what: error.limit } };
    }
    if (error instanceof BrokenArchive) {
      return { form: 'refused', code: 'unreadable_file', details: { why: 'spreadsheet' } };
    }
    throw error;
  }
}

/** The container of Office files before 2007, and of workbooks with a password: its streams have names in UTF-16. */
async function oleType(source: FileSource): Promise<string> {
  const named = (name: string): Buffer => Buffer.from(name, 'utf16le');
  const [locked, word] = [named('EncryptedPackage'), named('WordDocument')];
  let before: Buffer = Buffer.alloc(0);
  let type = 'xls';
  for await (const piece of pieces(source)) {
    const bytes = Buffer.concat([before, piece]);
    if (bytes.includes(locked)) return 'protected';
    if (bytes.includes(word)) type = 'word';
    before = bytes.subarray(-locked.length);
  }
  return type;
}
