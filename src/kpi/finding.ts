/** What a check finds in a file: a code and the cell it speaks of; sentences are made where it is shown. */

export const PROBLEM_CODES = [
  'unreadable_file',
  'unsupported_type',
  'too_big',
  'empty_file',
  'unknown_column',
  'missing_column',
  'ambiguous_numbers',
  'unknown_agency',
  'agency_not_in_force',
  'unknown_service',
  'service_not_in_catalogue',
  'bad_period',
  'future_period',
  'closed_period',
  'out_of_scope',
  'missing_value',
  'not_a_whole_number',
  'negative',
  'percentage',
  'too_large',
  'formula_error',
  'online_sum_mismatch',
  'balance_mismatch',
  'part_exceeds_whole',
  'duplicate_row',
] as const;
export type ProblemCode = (typeof PROBLEM_CODES)[number];

export const WARNING_CODES = [
  'carried_over_mismatch',
  'copied_forward',
  'jump',
  'round_numbers',
  'online_without_dossiers',
  'service_missing',
  'service_not_due',
  'new_unit',
] as const;
export type WarningCode = (typeof WARNING_CODES)[number];

/** `row` is the row as the user sees it in the file (the first line is 1); null when it is the whole file. */
export interface Finding<C extends string = ProblemCode | WarningCode> {
  row: number | null;
  column: string | null;
  value: string | null;
  code: C;
  /** Names and numbers that the sentence needs. */
  details: Record<string, string>;
}
export type Problem = Finding<ProblemCode>;
export type Warning = Finding<WarningCode>;

/** Findings of a file of any size: all are counted, the first thousand kept. */
export interface Findings<C extends string = ProblemCode | WarningCode> {
  count: number;
  /** How many are kept; a thousand when it is not said. */
  limit?: number;
  listed: Finding<C>[];
}
export const LISTED = 1000;

export function noFindings<C extends string>(): Findings<C> {
  return { count: 0, listed: [] };
}

export function note<C extends string>(findings: Findings<C>, finding: Finding<C>): void {
  findings.count += 1;
  if (findings.listed.length >= (findings.limit ?? LISTED)) return;
  const value =
    finding.value && (finding.value.length > QUOTED ? `${finding.value.slice(0, QUOTED)}…` : finding.value);
  findings.listed.push({ ...finding, value });
}
/** So much of a cell is quoted: enough to find it, however large it is. */
const QUOTED = 200;

/** One row of a file: its number as the user sees it, and its cells. */
export interface RawRow {
  row: number;
  cells: string[];
}

/** Columns by place; null for a column that is passed over. */
export type Columns = readonly (string | null)[];

/** A whole file as rows of text under known headings. */
export interface RawTable {
  columns: Columns;
  rows: RawRow[];
}

/** Reads the cells of a row by column name; '' for a column the file does not have. */
export function cellReader(columns: Columns): (cells: readonly string[], column: string) => string {
  const place = new Map(columns.map((c, i) => [c, i]));
  return (cells, column) => {
    const i = place.get(column);
    return i === undefined ? '' : (cells[i] ?? '').trim();
  };
}
