/** The first rows of a file as they were read, for its sender to see whether that is what was meant. */
import type { Columns, RawRow } from '../kpi/finding.ts';
import type { StoredPreview } from '../store/tables.ts';
import type { Headings } from './heading-rows.ts';

/** What is kept of a file: enough to recognise it, little enough to keep with every submission. */
const KEPT = { rows: 5, columns: 60, characters: 100 } as const;
/** Rows of a preview. */
export const PREVIEWED = KEPT.rows;

/** Cells cut short, and without what no database keeps: zeros, halves of characters. */
function shown(cells: readonly string[]): string[] {
  return cells.slice(0, KEPT.columns).map(c => {
    const text = c.length > KEPT.characters ? `${c.slice(0, KEPT.characters)}…` : c;
    return text.replaceAll('\0', '').toWellFormed();
  });
}

/** The headings of a table and the columns they name, without rows yet. */
export function startPreview(headings: Headings, columns: Columns): StoredPreview {
  return { headings: shown(headings.texts), columns: columns.slice(0, KEPT.columns), rows: [] };
}

export function isFull(preview: StoredPreview): boolean {
  return preview.rows.length >= KEPT.rows;
}

/** Adds rows with data until there are enough. */
export function addRows(preview: StoredPreview, rows: readonly RawRow[]): void {
  for (const { row, cells } of rows.slice(0, KEPT.rows - preview.rows.length)) {
    preview.rows.push({ row, cells: shown(cells) });
  }
}
