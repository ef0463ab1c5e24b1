/** Finds the headings in the first rows of a table: one row, or up to three where groups stand above. */
import type { RawRow } from '../kpi/finding.ts';
import { columnOf, type Form, groupedColumnOf } from './headings.ts';

/** The headings are looked for in the first rows; a title block is never longer. */
export const HEAD_ROWS = 40;
/** A table with more columns is none of ours; far beyond any office's, far below what would cost anything. */
export const MOST_COLUMNS = 1000;
/** Groups ("Đã giải quyết") may stand above headings ("Quá hạn"), and groups above those. */
const DEEPEST = 3;

export interface Headings {
  /** The lowest row of the headings: data stand below it. */
  row: number;
  /** The lowest row that holds headings; numbers of the columns may stand below it. */
  labelRow: number;
  /** What stands over each column, lowest first found; '' for none. */
  texts: string[];
  /** By place: a column's name, null when it is passed over, undefined when it is unknown. */
  columns: (string | null | undefined)[];
  /** How many different columns are known. */
  known: number;
  /** Rows above them: a title. */
  title: RawRow[];
}

/** The rows among the first of a table under which most columns are known; the fewest and first of those. */
export function findHeadings(head: readonly RawRow[], form: Form): Headings {
  let best: Headings = {
    row: head[0]?.row ?? 1,
    labelRow: head[0]?.row ?? 1,
    texts: [],
    columns: [],
    known: -1,
    title: [],
  };
  const rows = head.slice(0, HEAD_ROWS).map(r => ({ ...r, cells: r.cells.slice(0, MOST_COLUMNS + 1) }));
  for (let depth = 1; depth <= DEEPEST; depth++) {
    for (let from = 0; from + depth <= rows.length; from++) {
      const block = rows.slice(from, from + depth);
      const { texts, columns } = depth === 1 ? flat(block[0] as RawRow, form) : grouped(block, form);
      const known = new Set(columns.filter(Boolean)).size;
      if (known <= best.known) continue;
      const row = block.at(-1)?.row ?? 1;
      best = { row, labelRow: row, texts, columns, known, title: rows.slice(0, from) };
    }
  }
  const numbers = rows.find(r => r.row > best.row && r.cells.some(c => c.trim() !== ''));
  if (numbers && best.known > 0 && numbersColumns(numbers.cells)) best.row = numbers.row;
  return best;
}

type Found = Pick<Headings, 'texts' | 'columns'>;

function flat({ cells }: RawRow, form: Form): Found {
  return { texts: cells, columns: cells.map(c => columnOf(form, c)) };
}

/** Reads each column downwards: the lowest text is its heading, the texts above it are the groups it stands in. */
function grouped(block: readonly RawRow[], form: Form): Found {
  const width = Math.max(...block.map(r => r.cells.length));
  // A group is written over the first of its columns; the cells beside it are blank, as a merged cell leaves them.
  const spread = block.map(({ cells }) => {
    let group = '';
    return Array.from({ length: width }, (_, i) => {
      group = cells[i]?.trim() || group;
      return group;
    });
  });
  const texts: string[] = [];
  const columns: (string | null | undefined)[] = [];
  for (let i = 0; i < width; i++) {
    const depth = block.findLastIndex(r => (r.cells[i] ?? '').trim() !== '');
    const text = block[depth]?.cells[i] ?? '';
    const groups = spread.slice(0, Math.max(depth, 0)).map(row => row[i] as string);
    texts.push(text);
    columns.push(groupedColumnOf(form, groups, text));
  }
  return { texts, columns };
}

/**
 * The official forms number their columns under the headings: `(1) (2) (3)=(4)+(5)` …, `1 2 3 …`, or `A B 1 2
 * 3 …` where texts come first; a spreadsheet takes `(1)` for minus one.
 */
function numbersColumns(cells: readonly string[]): boolean {
  const filled = cells.map(c => c.trim()).filter(c => c !== '');
  const letters = filled.findIndex(
    (c, i) => !/^\(?[A-E]\)?$/i.test(c) || !c.toUpperCase().includes(LETTERS[i] ?? '-'),
  );
  const numbers = filled.slice(Math.max(letters, 0));
  if (numbers.length < 5) return false;
  return numbers.every((c, i) => /^[-()[\]\d\s=+]+$/.test(c) && Number(/\d+/.exec(c)?.[0]) === i + 1);
}
const LETTERS = 'ABCDE';
