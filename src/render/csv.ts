/** Writes tables as CSV that Excel opens rightly and no cell of which can act as a formula. */

import { INVENTED_MARK } from '../kpi/invented.ts';
import { csvCell } from './harmless.ts';

export type Cell = string | number | boolean | null | undefined;

/** Columns in their order, and rows as records; a column that a record lacks is a blank. */
export interface Table {
  columns: readonly string[];
  rows: readonly Readonly<Record<string, Cell>>[];
}

/**
 * A table as RFC 4180 text: UTF-8 with a byte order mark, CRLF, numbers in full precision. Texts that a
 * spreadsheet would take for a formula get a leading apostrophe; numbers never do.
 */
export function toCsv({ columns, rows }: Table, invented: boolean): string {
  const all = invented ? [...columns, 'data_note'] : columns;
  const lines = rows.map(row => {
    const noted = invented ? { data_note: INVENTED_MARK, ...row } : row;
    return all.map(column => cell(noted[column])).join(',');
  });
  return `\uFEFF${[all.join(','), ...lines].join('\r\n')}\r\n`;
}

/** A table as programs read it back: the bare values, for files that are verified rather than opened. */
export function toPlainCsv({ columns, rows }: Table): string {
  const lines = rows.map(row => columns.map(column => quoted(String(row[column] ?? ''))).join(','));
  return `${[columns.join(','), ...lines].join('\n')}\n`;
}

function cell(value: Cell): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'string' ? csvCell(value) : String(value);
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
