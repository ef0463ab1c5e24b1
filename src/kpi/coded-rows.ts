/** Rows of a table as whole numbers: those of a bulk file are too many to make a text of every cell. */
import type { RawRow } from './finding.ts';

/**
 * Rows of one width, one after the other. A cell of plain digits (no leading zero, at most nine) is its own
 * number; any other is `~place` of its text, so that blank is `BLANK`. Whoever gives rows out may fill the same
 * arrays again for the next ones.
 */
export interface CodedRows {
  width: number;
  count: number;
  /** Rows as the user sees them. */
  row: Int32Array;
  /** `width` codes a row. */
  cells: Int32Array;
  /** Texts of the codes below zero; the first is the blank. */
  texts: readonly string[];
}

export const BLANK = ~0;

export function textOf(code: number, texts: readonly string[]): string {
  return code >= 0 ? String(code) : (texts[~code] as string);
}

/** The same rows with their cells as texts. */
export function rawRowsOf(coded: CodedRows, most = coded.count): RawRow[] {
  return Array.from({ length: Math.min(most, coded.count) }, (_, i) => rawRow(coded, i));
}

export function rawRow({ width, row, cells, texts }: CodedRows, i: number): RawRow {
  const codes = cells.subarray(i * width, (i + 1) * width);
  return { row: row[i] as number, cells: Array.from(codes, code => textOf(code, texts)) };
}

/** Some of the rows, `to` not among them; over the same arrays. */
export function someRows(coded: CodedRows, from: number, to: number): CodedRows {
  const { width, row, cells } = coded;
  if (from === 0 && to === coded.count) return coded;
  return {
    ...coded,
    count: to - from,
    row: row.subarray(from, to),
    cells: cells.subarray(from * width, to * width),
  };
}
