/** The difference that a file of reference data makes, as it is shown before it is applied and kept after. */
import type { ReferenceChange } from './check-catalogue.ts';
import { LISTED } from './finding.ts';
import { type Cell, type ImportTable, shapeOf } from './reference-table.ts';

/** What a file of reference data changes: all rows counted, the first thousand kept, changes before the rest. */
export interface StoredDifference {
  table: ImportTable;
  new: number;
  changed: number;
  same: number;
  rows: {
    row: number;
    what: 'new' | 'changed' | 'same';
    key: Cell[];
    fields: { column: string; from: Cell; to: Cell }[];
  }[];
}

type Line = StoredDifference['rows'][number];

export function differenceOf(table: ImportTable, items: readonly ReferenceChange[]): StoredDifference {
  const { key } = shapeOf(table);
  const rows = items.map(({ row, before, after, fields }): Line => {
    const what = before === null ? 'new' : fields.length > 0 ? 'changed' : 'same';
    // The key of a new row is named once.
    const shown = fields.filter(column => !key.includes(column));
    return {
      row,
      what,
      key: key.map(column => after[column] ?? null),
      fields: shown.map(column => ({ column, from: before?.[column] ?? null, to: after[column] ?? null })),
    };
  });
  const count = (what: Line['what']): number => rows.filter(r => r.what === what).length;
  const changes = rows.filter(r => r.what !== 'same');
  return {
    table,
    new: count('new'),
    changed: count('changed'),
    same: count('same'),
    rows: [...changes, ...rows.filter(r => r.what === 'same')].slice(0, LISTED),
  };
}
