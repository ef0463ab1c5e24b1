/** What a file holds, added up as its rows go by: one entry for each (month, agency, service). */
import { COUNTS, type CountRows, NOT_REPORTED } from './figure.ts';

/** The rows of one (month, agency, service) in a file, added up. */
export interface HeldCell {
  /** The first row, as the user sees it. */
  row: number;
  rows: number;
  /** The agency's own row, as opposed to those of its units. */
  whole: boolean;
  /** Sums in the order of `COUNTS`; blanks add nothing. */
  totals: number[];
  /** In how many rows each count was left blank. */
  blanks: number[];
  /** Counts of at least ten, and those of them that are multiples of ten. */
  tens: { counts: number; round: number };
}

export function newHeldCell(row: number, whole: boolean): HeldCell {
  const none = () => COUNTS.map(() => 0);
  return { row, rows: 0, whole, totals: none(), blanks: none(), tens: { counts: 0, round: 0 } };
}

/** Adds the row at `start`. On the path of every row of a bulk file: plain loops, nothing made. */
export function addRow(cell: HeldCell, counts: CountRows, start: number): void {
  cell.rows += 1;
  for (let i = 0; i < COUNTS.length; i++) {
    const count = counts[start + i] as number;
    if (count === NOT_REPORTED) {
      (cell.blanks[i] as number)++;
      continue;
    }
    (cell.totals[i] as number) += count;
    if (count < 10) continue;
    cell.tens.counts += 1;
    if (count % 10 === 0) cell.tens.round += 1;
  }
}
