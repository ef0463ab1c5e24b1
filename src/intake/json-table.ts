/** Rows that a program sends as JSON: an array of objects, their keys the headings. */
import type { RawRow } from '../kpi/finding.ts';
import { decoded, type Encoding, NotInEncoding, visible } from './encoding.ts';
import { MOST_COLUMNS } from './heading-rows.ts';
import { columnOf, type Form } from './headings.ts';
import { numberText } from './number-text.ts';
import type { FileSource } from './source.ts';
import { refusal, type Table } from './table.ts';

/** JSON is read whole, and a few bytes of it can make a large object: it is for an office's rows, not for bulk. */
const MOST_CHARACTERS = 8_000_000;
const BATCH = 500;

/** Whether a text begins as an array of objects does. No table of ours begins so. */
export function looksLikeJson(beginning: string): boolean {
  return /^\ufeff?\s*\[\s*[[{\]]/.test(beginning);
}

/** Reads JSON. Row 1 is the first object; a key that no object has before is a further column. */
export async function openJson(source: FileSource, encoding: Encoding, form: Form): Promise<Table> {
  let text = '';
  try {
    for await (const piece of decoded(source, encoding)) {
      text += piece;
      if (text.length > MOST_CHARACTERS) return refusal('too_big', { what: 'json' });
    }
  } catch (error) {
    if (error instanceof NotInEncoding) return refusal('unreadable_file', { why: 'encoding' });
    throw error;
  }
  const sent = parsed(text);
  if (!Array.isArray(sent)) return refusal('unreadable_file', { why: 'json' });
  const places = new Map<string, number>();
  const rows: RawRow[] = [];
  for (const [i, item] of sent.entries()) {
    if (typeof item !== 'object' || item === null || Array.isArray(item)) {
      return refusal('unreadable_file', { why: 'json' }, i + 1);
    }
    const cells: string[] = [];
    for (const [key, value] of Object.entries(item)) {
      const place = places.get(key) ?? places.size;
      places.set(key, place);
      if (place >= MOST_COLUMNS) return refusal('too_big', { what: 'columns' }, i + 1);
      while (cells.length < place) cells.push('');
      cells[place] = cellText(value);
    }
    rows.push({ row: i + 1, cells });
  }
  if (rows.length === 0) return refusal('empty_file');
  const texts = [...places.keys()];
  const columns = texts.map(key => columnOf(form, key));
  const known = new Set(columns.filter(Boolean)).size;
  return {
    reading: { encoding: 'json', delimiter: null, sheet: null },
    // There is no heading row: every row holds data.
    headings: { row: 0, labelRow: 0, texts, columns, known, title: [] },
    failure: null,
    rows: () => inBatches(rows),
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function cellText(value: unknown): string {
  if (value === null) return '';
  if (typeof value === 'string') return visible(value);
  if (typeof value === 'number') return numberText(value);
  return String(JSON.stringify(value)).slice(0, 200);
}

async function* inBatches(rows: readonly RawRow[]): AsyncGenerator<RawRow[]> {
  for (let i = 0; i < rows.length; i += BATCH) yield rows.slice(i, i + BATCH);
}
