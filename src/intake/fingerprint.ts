/** A fingerprint of warnings and of a difference, by which a confirmation says what was seen. */
import { createHash } from 'node:crypto';
import type { StoredSubmission } from '../store/submissions.ts';

/** The same for the same warnings, in whatever order they and their details come. */
export function fingerprintOf({
  warningCount,
  warnings,
  difference,
}: Pick<StoredSubmission, 'warningCount' | 'warnings' | 'difference'>): string {
  const lines = warnings.map(({ sheet, row, column, value, code, details }) =>
    JSON.stringify([sheet ?? null, row, column, value, code, Object.entries(details).sort()]),
  );
  const changes = (difference?.rows ?? []).map(({ row, what, key, fields }) =>
    JSON.stringify([row, what, key, fields.map(f => [f.column, f.from, f.to])]),
  );
  const text = [warningCount, ...lines.sort(), ...changes].join('\n');
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}
