/** Rows as a CSV file with a heading row, for files that tests send. */
export function stringify(rows: readonly Record<string, string>[]): Buffer {
  const columns = Object.keys(rows[0] ?? {});
  const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;
  return Buffer.from(
    [columns, ...rows.map(r => columns.map(c => r[c] ?? ''))].map(r => r.map(quoted).join(',')).join('\n'),
  );
}
