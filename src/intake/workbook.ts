/** The parts of a workbook: which sheets there are, their texts and formats, and their rows as they stream past. */
import type { ZipFile } from 'yauzl';
import type { RawRow } from '../kpi/finding.ts';
import { type Directory, directoryOf, openArchive, partName } from './archive.ts';
import { cellText, formOf, LONGEST_CELL, type NumberForm, type RawCell, unescaped } from './cell-text.ts';
import { visible } from './encoding.ts';
import { fillMerged, type MergeRules, mergesOf, placeOf } from './merged-cells.ts';
import type { FileSource } from './source.ts';
import { type Handlers, parsed, readPart } from './workbook-xml.ts';

export interface Workbook {
  sheets: { name: string; hidden: boolean; part: string }[];
  /** `rules` say what cells merged over several rows do below the first. */
  rows(part: string, rules?: MergeRules): AsyncGenerator<RawRow[]>;
  close(): void;
}

/** A sheet wider than is taken; `row` is where. */
export class WideSheet extends Error {
  readonly row: number;
  constructor(row: number) {
    super(`row ${row} is too wide`);
    this.row = row;
  }
}

/** A part of a workbook is not what it should be. */
export class BrokenWorkbook extends Error {}

/** Opens a workbook; `widest` is how many columns a sheet may have. */
export async function openWorkbook(source: FileSource, widest: number): Promise<Workbook> {
  const archive = await openArchive(source);
  const directory = await directoryOf(archive);
  const main = await mainPart(archive, directory);
  const links = await linksOf(archive, directory, main);
  const { sheets, from1904 } = await sheetsOf(archive, directory, main, links);
  const byType = (type: string): string | undefined =>
    [...links.values()].find(l => l.type.endsWith(`/${type}`))?.target;
  const shared = await sharedTexts(archive, directory, byType('sharedStrings'));
  const forms = await formsOf(archive, directory, byType('styles'));
  return {
    sheets,
    rows: (part, rules = []) =>
      sheetRows(archive, directory, part, { shared, forms, from1904, widest, rules }),
    close: () => archive.close(),
  };
}

/** An attribute by its name without prefix: relations are named `r:id` in one file and `d3p1:id` in another. */
function linkId(attributes: Record<string, string>): string {
  const prefixed = Object.keys(attributes).find(name => name.endsWith(':id'));
  return (prefixed && attributes[prefixed]) || attributes.id || '';
}

interface Link {
  type: string;
  target: string;
}

async function linksOf(archive: ZipFile, directory: Directory, part: string): Promise<Map<string, Link>> {
  const folder = part.slice(0, part.lastIndexOf('/') + 1);
  const links = new Map<string, Link>();
  await readPart(archive, directory, `${folder}_rels/${part.slice(folder.length)}.rels`, {
    open: (name, { Id = '', Type = '', Target = '' }) => {
      if (name !== 'Relationship') return;
      const target = Target.startsWith('/') ? Target.slice(1) : joined(folder, Target);
      links.set(Id, { type: Type, target });
    },
  });
  return links;
}

function joined(folder: string, target: string): string {
  const path = folder.split('/').slice(0, -1);
  for (const step of target.split('/')) {
    if (step === '..') path.pop();
    else if (step !== '.') path.push(step);
  }
  return path.join('/');
}

async function mainPart(archive: ZipFile, directory: Directory): Promise<string> {
  const links = await linksOf(archive, directory, '');
  const named = [...links.values()].find(l => l.type.endsWith('/officeDocument'))?.target;
  const part = [named, 'xl/workbook.xml'].find(p => p !== undefined && directory.entries.has(partName(p)));
  if (part === undefined) throw new BrokenWorkbook('no workbook part');
  return part;
}

async function sheetsOf(
  archive: ZipFile,
  directory: Directory,
  main: string,
  links: ReadonlyMap<string, Link>,
): Promise<{ sheets: Workbook['sheets']; from1904: boolean }> {
  const sheets: Workbook['sheets'] = [];
  let from1904 = false;
  await readPart(archive, directory, main, {
    open: (name, attributes) => {
      if (name === 'workbookPr') from1904 = /^(1|true)$/.test(attributes.date1904 ?? '');
      if (name !== 'sheet') return;
      const link = links.get(linkId(attributes));
      if (!link?.type.endsWith('/worksheet')) return;
      const hidden = /hidden/i.test(attributes.state ?? '');
      sheets.push({ name: (attributes.name ?? '').normalize('NFC'), hidden, part: link.target });
    },
  });
  return { sheets, from1904 };
}

/** The texts that cells refer to by number; runs of rich text are joined, readings of characters left out. */
async function sharedTexts(
  archive: ZipFile,
  directory: Directory,
  part: string | undefined,
): Promise<string[]> {
  const texts: string[] = [];
  let text = '';
  let [inText, inReading] = [false, false];
  await readPart(archive, directory, part, {
    open: name => {
      if (name === 'si') text = '';
      else if (name === 't') inText = true;
      else if (name === 'rPh') inReading = true;
    },
    text: piece => {
      if (inText && !inReading && text.length <= LONGEST_CELL) text += piece;
    },
    close: name => {
      if (name === 'si') texts.push(visible(unescaped(text)));
      else if (name === 't') inText = false;
      else if (name === 'rPh') inReading = false;
    },
  });
  return texts;
}

/** What each cell style makes of a number. */
async function formsOf(
  archive: ZipFile,
  directory: Directory,
  part: string | undefined,
): Promise<NumberForm[]> {
  const codes = new Map<number, string>();
  const styles: number[] = [];
  let inStyles = false;
  await readPart(archive, directory, part, {
    open: (name, { numFmtId = '0', formatCode = '' }) => {
      if (name === 'numFmt') codes.set(Number(numFmtId), formatCode);
      else if (name === 'cellXfs') inStyles = true;
      else if (name === 'xf' && inStyles) styles.push(Number(numFmtId));
    },
    close: name => {
      if (name === 'cellXfs') inStyles = false;
    },
  });
  return styles.map(id => formOf(id, codes.get(id)));
}

interface SheetContext {
  shared: readonly string[];
  forms: readonly NumberForm[];
  from1904: boolean;
  widest: number;
  rules: MergeRules;
}

/** The rows of a sheet with their numbers as shown; rows without any text are left out. Throws `WideSheet`. */
async function* sheetRows(
  archive: ZipFile,
  directory: Directory,
  part: string,
  { shared, forms, from1904, widest, rules }: SheetContext,
): AsyncGenerator<RawRow[]> {
  const entry = directory.entries.get(partName(part));
  if (!entry) throw new BrokenWorkbook('no sheet part');
  const merges = rules.length ? await mergesOf(archive, entry, rules) : new Map();
  let batch: RawRow[] = [];
  let row = 0;
  let place = -1;
  let cells: string[] = [];
  let cell: RawCell | null = null;
  let into: 'value' | 'formula' | null = null;
  let inReading = false;
  const handlers: Handlers = {
    open: (name, a) => {
      if (name === 'row') {
        row = /^\d{1,7}$/.test(a.r ?? '') ? Number(a.r) : row + 1;
        cells = [];
        place = -1;
      } else if (name === 'c') {
        place = a.r === undefined ? place + 1 : placeOf(a.r);
        cell = {
          type: a.t ?? '',
          value: '',
          form: forms[Number(a.s ?? 0)] ?? null,
          formula: null,
          hasValue: false,
        };
      } else if (cell && (name === 'v' || name === 't')) {
        into = 'value';
        cell.hasValue = true;
      } else if (cell && name === 'f') {
        into = 'formula';
        cell.formula = '';
      } else if (name === 'rPh') inReading = true;
    },
    text: piece => {
      if (!cell || inReading) return;
      if (into === 'value' && cell.value.length <= LONGEST_CELL) cell.value += piece;
      if (into === 'formula') cell.formula = `${cell.formula}${piece}`.slice(0, 200);
    },
    close: name => {
      if (name === 'c' && cell) {
        const text = visible(cellText(cell, shared, from1904));
        cell = null;
        if (text.trim() === '') return;
        if (place < 0 || place >= widest) throw new WideSheet(row);
        while (cells.length < place) cells.push('');
        cells[place] = text;
      } else if (name === 'row') {
        if (cells.length === 0) return;
        fillMerged({ row, cells }, merges, rules);
        batch.push({ row, cells });
      } else if (name === 'v' || name === 't' || name === 'f') into = null;
      else if (name === 'rPh') inReading = false;
    },
  };
  for await (const _ of parsed(archive, entry, handlers)) {
    if (batch.length === 0) continue;
    yield batch;
    batch = [];
  }
  if (batch.length) yield batch;
}
