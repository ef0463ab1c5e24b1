/** A fingerprint of warnings, by which a confirmation says which ones were seen. */
import { createHash } from 'node:crypto';
import type { StoredSubmission } from '../store/submissions.ts';

/** The same for the same warnings, in whatever order they and their details come. */
export function fingerprintOf({
  warningCount,
  warnings,
}: Pick<StoredSubmission, 'warningCount' | 'warnings'>): string {
  const lines = warnings.map(({ sheet, row, column, value, code, details }) =>
    JSON.stringify([sheet ?? null, row, column, value, code, Object.entries(details).sort()]),
  );
  const text = [warningCount, ...lines.sort()].join('\n');
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}
