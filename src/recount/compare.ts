/** Stored beside recounted, cell by cell: whatever differs is named. */
import { COUNTED } from './headings.ts';
import type { CurrentRow } from './replay.ts';
import type { StoredFigure } from './stored.ts';
import { SUMS } from './sums.ts';

type Value = string | number | boolean | null;

/** One cell that differs. `sum` is the column; `submission` the file that it comes from, where one can be named. */
export interface Difference {
  table: string;
  period: string | null;
  agency: string | null;
  unit: string | null;
  service: string | null;
  sum: string;
  stored: Value;
  recounted: Value;
  submission: string | null;
}
export type Report = (difference: Difference) => void;

/** A key `PERIOD|AGENCY|SERVICE` taken apart. */
export function place(
  table: string,
  key: string,
  submission: string | null,
  unit = '',
): Omit<Difference, 'sum' | 'stored' | 'recounted'> {
  const [period = null, agency = null, service = null] = key.split('|');
  return { table, period, agency, unit: unit || null, service, submission };
}

/** The sums that one posting is said to have moved, beside those that it moved. Nothing posted is 0. */
export function compareSums(
  stored: ReadonlyMap<string, readonly number[]>,
  recounted: ReadonlyMap<string, readonly number[]>,
  submission: string | null,
  report: Report,
): void {
  for (const key of new Set([...stored.keys(), ...recounted.keys()])) {
    const [there, counted] = [stored.get(key), recounted.get(key)];
    for (const [i, sum] of SUMS.entries()) {
      const [a, b] = [there?.[i] ?? 0, counted?.[i] ?? 0];
      if (a !== b) report({ ...place('ledger', key, submission), sum, stored: a, recounted: b });
    }
  }
}

/** A stored row beside the recounted one; either may be missing. `fileOf` names the submission of a posting. */
export function compareRow(
  table: string,
  stored: StoredFigure | null,
  recounted: CurrentRow | null,
  fileOf: (posting: number) => string | null,
  report: Report,
): void {
  const either = stored ?? recounted;
  if (!either) return;
  const at = place(table, either.key, fileOf((recounted ?? either).posting), either.unit);
  if (!stored || !recounted) {
    report({ ...at, sum: 'row', stored: stored?.row ?? null, recounted: recounted?.row ?? null });
    return;
  }
  for (const [i, sum] of COUNTED.entries()) {
    const [a, b] = [stored.counts[i] ?? null, recounted.counts[i] ?? null];
    if (a !== b) report({ ...at, sum, stored: a, recounted: b });
  }
  const pairs = [
    ['submission', fileOf(stored.posting), fileOf(recounted.posting)],
    ['source_row', stored.row, recounted.row],
  ] as const;
  for (const [sum, a, b] of pairs) if (a !== b) report({ ...at, sum, stored: a, recounted: b });
}
