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

export const WARNING_CODES = ['service_missing', 'service_not_due', 'new_unit'] as const;
export type WarningCode = (typeof WARNING_CODES)[number];

/** `row` is the row as the user sees it in the file (the first line is 1); null when it is the whole file. */
export interface Finding<C extends string = string> {
  row: number | null;
  column: string | null;
  value: string | null;
  code: C;
  /** Names and numbers that the sentence needs. */
  details: Record<string, string>;
}
export type Problem = Finding<ProblemCode>;
export type Warning = Finding<WarningCode>;

/** A file as rows of text under known headings. `columns[i]` is null for a column that is passed over. */
export interface RawTable {
  columns: (string | null)[];
  rows: { row: number; cells: string[] }[];
  headingRow: number;
}

/** Reads the cells of a row by column name; '' for a column the file does not have. */
export function cellReader(table: RawTable): (cells: readonly string[], column: string) => string {
  const place = new Map(table.columns.map((c, i) => [c, i]));
  return (cells, column) => {
    const i = place.get(column);
    return i === undefined ? '' : (cells[i] ?? '').trim();
  };
}
