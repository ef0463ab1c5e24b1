/** Returns replayed file by file in the order in which they became current: rows, their history, sums, receipts. */
import { foldName } from '../kpi/names.ts';
import { COUNTED } from './headings.ts';
import { countIn, isAside, type Names } from './names.ts';
import type { FileRow } from './rows.ts';
import { BLANK, SUMS, sumsOf } from './sums.ts';

/** One approval of a file. `place` is its place in the order of postings. */
export interface Posting {
  id: number;
  place: number;
  receivedAt: number;
  /** Month and agency for files that leave them out. */
  period: string | null;
  agency: string | null;
}

/** Keys are `MONTH|AGENCY|SERVICE`; a unit stands under its folded name, the agency itself under ''. */
export interface Replay {
  take(posting: Posting, rows: AsyncIterable<FileRow>, names: Names): Promise<Effect>;
  /** Gives one of the current rows away; null when there is none. */
  release(key: string, unit: string): CurrentRow | null;
  /** The current rows that were not given away. */
  current(): Iterable<CurrentRow>;
}
/** A row that is or was current: its counts (blanks as null), and where they come from. */
export interface CurrentRow {
  key: string;
  unit: string;
  counts: (number | null)[];
  posting: number;
  row: number;
}
/** What one posting did. */
export interface Effect {
  /** Rows of the file, of other months too. */
  rows: number;
  /** What it added to every sum, by key. */
  sums: Map<string, number[]>;
  /** Keys whose return came for the first time, or earlier than was known. */
  firstReceipts: string[];
  superseded: CurrentRow[];
}

const WIDTH = COUNTED.length + 2;

/** Starts with nothing; holds the current rows of `months` in one block of whole numbers. */
export function startReplay(months: ReadonlySet<string>): Replay {
  let block = new Int32Array(WIDTH * 1024);
  let used = 0;
  const cells = new Map<string, Map<string, number>>();
  const received = new Map<string, number>();
  const postings: number[] = [];
  const units = new Map<string, string>();
  const scratch = new Int32Array(WIDTH);

  const rowAt = (key: string, unit: string, slot: number): CurrentRow => {
    const at = slot * WIDTH;
    return {
      key,
      unit,
      counts: Array.from(block.subarray(at, at + COUNTED.length), n => (n === BLANK ? null : n)),
      posting: postings[block[at + WIDTH - 2] as number] as number,
      row: block[at + WIDTH - 1] as number,
    };
  };

  function newSlot(): number {
    if ((used + 1) * WIDTH > block.length) {
      const larger = new Int32Array(block.length * 2);
      larger.set(block);
      block = larger;
    }
    return used++;
  }

  async function take(posting: Posting, rows: AsyncIterable<FileRow>, names: Names): Promise<Effect> {
    postings[posting.place] = posting.id;
    const effect: Effect = { rows: 0, sums: new Map(), firstReceipts: [], superseded: [] };
    const add = (key: string, counts: ArrayLike<number>, sign: 1 | -1): void => {
      const sums = effect.sums.get(key) ?? SUMS.map(() => 0);
      for (const [i, n] of sumsOf(counts).entries()) sums[i] = (sums[i] as number) + sign * n;
      effect.sums.set(key, sums);
    };
    const away = (key: string, unit: string, slot: number): void => {
      add(key, block.subarray(slot * WIDTH, (slot + 1) * WIDTH), -1);
      effect.superseded.push(rowAt(key, unit, slot));
    };
    for await (const { row, cell } of rows) {
      if (isAside(cell, names, COUNTED)) continue;
      effect.rows += 1;
      const month = names.month(cell('period') || (posting.period ?? ''));
      if (!months.has(month)) continue;
      const agency = names.agency(cell('agency') || (posting.agency ?? ''), month);
      const key = `${month}|${agency}|${names.service(cell('service'))}`;
      const unitText = cell('unit');
      let unit = units.get(unitText);
      if (unit === undefined) {
        // A name without letters and digits stands for itself.
        unit = foldName(unitText) || unitText;
        units.set(unitText, unit);
      }
      for (const [i, column] of COUNTED.entries()) scratch[i] = countIn(cell(column)) ?? BLANK;
      scratch[WIDTH - 2] = posting.place;
      scratch[WIDTH - 1] = row;

      const cellRows = cells.get(key) ?? new Map<string, number>();
      cells.set(key, cellRows);
      // Either the agency's own row stands, or those of its units.
      for (const [other, slot] of cellRows) {
        if ((other === '') === (unit === '')) break;
        away(key, other, slot);
        cellRows.delete(other);
      }
      const slot = cellRows.get(unit);
      if (slot !== undefined) {
        const at = slot * WIDTH;
        if (COUNTED.every((_, i) => block[at + i] === scratch[i])) continue;
        away(key, unit, slot);
        block.set(scratch, at);
      } else {
        const fresh = newSlot();
        block.set(scratch, fresh * WIDTH);
        cellRows.set(unit, fresh);
      }
      add(key, scratch, 1);
      const before = received.get(key);
      if (before === undefined || posting.receivedAt < before) {
        received.set(key, posting.receivedAt);
        effect.firstReceipts.push(key);
      }
    }
    return effect;
  }

  return {
    take,
    current: function* () {
      for (const [key, cellRows] of cells) {
        for (const [unit, slot] of cellRows) yield rowAt(key, unit, slot);
      }
    },
    release: (key, unit) => {
      const cellRows = cells.get(key);
      const slot = cellRows?.get(unit);
      if (slot === undefined) return null;
      cellRows?.delete(unit);
      return rowAt(key, unit, slot);
    },
  };
}
