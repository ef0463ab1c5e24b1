/** What a template marks by itself: cells of a row whose counts do not agree with each other. */
import type ExcelJS from 'exceljs';
import { IDENTITIES, type Identity } from '../kpi/identities.ts';

const WRONG: ExcelJS.Fill = { type: 'pattern', pattern: 'solid', bgColor: { argb: 'FFF6B8AE' } };

/** Marks the cells that a broken rule speaks of, and the service of their row. */
export function highlightBroken(
  sheet: ExcelJS.Worksheet,
  letter: (column: string) => string,
  first: number,
  last: number,
): void {
  for (const [i, identity] of IDENTITIES.entries()) {
    const marked = ['service', ...identity.left, ...identity.right].map(letter);
    sheet.addConditionalFormatting({
      ref: marked.map(l => `${l}${first}:${l}${last}`).join(' '),
      rules: [
        {
          type: 'expression',
          priority: i + 1,
          formulae: [brokenFormula(identity, letter, first)],
          style: { fill: WRONG, font: { bold: true, color: { argb: 'FF8C1D0F' } } },
        },
      ],
    });
  }
}

/** True in a row where all counts of a rule are filled in and the rule is broken. */
export function brokenFormula(
  { left, right, relation }: Identity,
  letter: (column: string) => string,
  row: number,
): string {
  const cell = (column: string): string => `$${letter(column)}${row}`;
  const all = [...left, ...right];
  const sum = (columns: readonly string[]): string => columns.map(cell).join('+');
  const compared = `${sum(left)}${relation === 'equal' ? '<>' : '>'}${sum(right)}`;
  return `AND(COUNT(${all.map(cell).join(',')})=${all.length},${compared})`;
}
