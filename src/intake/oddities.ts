/** Asks of a return that passed its checks what the months before say to it; reads them as far as needed. */
import type { Catalogue } from '../kpi/catalogue.ts';
import type { Held } from '../kpi/check.ts';
import { compareWithLast, lastNeeded } from '../kpi/compare.ts';
import type { Findings, WarningCode } from '../kpi/finding.ts';
import { findJumps, findUnused, suspectsIn, unusedIn } from '../kpi/unusual.ts';
import type { Db } from '../store/connect.ts';
import { statusBook } from '../store/facts.ts';
import { lastSums, receivedOf } from '../store/past.ts';

/**
 * Adds the warnings that come from history. Sums of agencies come from the ledger, so that a file of a
 * million unit rows costs no more than one of the agencies; longer histories and statuses are read only
 * for what the month before makes suspect.
 */
export async function noteOddities(
  db: Db,
  catalogue: Catalogue,
  held: Held,
  warnings: Findings<WarningCode>,
): Promise<void> {
  const stored = await lastSums(db, lastNeeded(catalogue, held));
  const { past, compared } = compareWithLast(catalogue, held, stored, warnings);
  const suspects = suspectsIn(compared, past);
  const pairs = [...suspects.moved, ...suspects.quiet];
  if (pairs.length === 0) return;
  const older = await receivedOf(db, pairs, suspects.months);
  for (const [key, sums] of older) if (!past.has(key)) past.set(key, sums);
  findJumps(compared, suspects, past, warnings);
  const unused = unusedIn(suspects, past);
  if (unused.length) findUnused(catalogue, unused, await statusBook(db), warnings);
}
