/** Reading one count as an office types it: whole numbers, with one kind of thousands separator a file. */
import { LARGEST_COUNT } from './figure.ts';

export type CountProblem = 'not_a_whole_number' | 'negative' | 'percentage' | 'too_large' | 'formula_error';

export interface ReadCount {
  /** Null when the cell is blank, which means "not reported". */
  value: number | null;
  problem: CountProblem | null;
  /** The thousands separator met: `.`, `,` or a space. */
  separator: string | null;
  /** The decimal mark met, before a zero fraction: `.` or `,`. */
  decimal: string | null;
}

/** What a cell of a figure holds that is merged with the one above it: one count cannot be that of several rows. */
export const MERGED_CELL = '\u2191';

/** What Excel shows for a formula that failed (`#REF!`, `#N/A`, `#TÊN?` …), or one that was never calculated. */
const FORMULA_ERROR = /^(?:#\p{L}|=)/u;

/** Whether a cell holds a formula that gave no value. */
export function isFormulaError(text: string): boolean {
  return FORMULA_ERROR.test(text);
}

const GROUPED =
  /^(?<whole>[1-9]\d{0,2}(?<mark>[., '])\d{3}(?:\k<mark>\d{3})*)(?:(?<decimal>(?!\k<mark>)[.,])0{1,2})?$/;

/**
 * Reads a cell. Three-digit groups with one separator are thousands (`1.234`, `1,234`, `1 234`); a zero
 * fraction (`12,0`) is a whole number, any other fraction is not.
 */
export function readCount(text: string): ReadCount {
  const t = text.replace(/[\s\u00a0\u202f]+/g, ' ').trim();
  const problem = (code: CountProblem): ReadCount => ({
    value: null,
    problem: code,
    separator: null,
    decimal: null,
  });
  if (t === '') return { value: null, problem: null, separator: null, decimal: null };
  if (/^\d+$/.test(t)) return bounded(t, null, null);
  if (FORMULA_ERROR.test(t)) return problem('formula_error');
  if (/^[-+]?[\d., ]+\s?[%‰]$/.test(t)) return problem('percentage');
  if (/^[-−–]\s?\d[\d., ]*$/.test(t) || /^\(\d[\d., ]*\)$/.test(t)) return problem('negative');
  const grouped = GROUPED.exec(t)?.groups;
  if (grouped)
    return bounded(
      (grouped.whole as string).replace(/\D/g, ''),
      grouped.mark as string,
      grouped.decimal ?? null,
    );
  const zeroFraction = /^(\d+)([.,])0{1,2}$/.exec(t);
  if (zeroFraction) return bounded(zeroFraction[1] as string, null, zeroFraction[2] as string);
  return problem('not_a_whole_number');
}

function bounded(digits: string, separator: string | null, decimal: string | null): ReadCount {
  const count = Number(digits);
  const fits = count <= LARGEST_COUNT;
  return { value: fits ? count : null, problem: fits ? null : 'too_large', separator, decimal };
}

/** A cell of plain digits as its number; -1 for anything else, which `readCount` reads. Most cells are plain. */
export function plainCount(text: string): number {
  const { length } = text;
  if (length === 0 || length > 9) return -1;
  let count = 0;
  for (let i = 0; i < length; i++) {
    const digit = text.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9) return -1;
    count = count * 10 + digit;
  }
  return count;
}
