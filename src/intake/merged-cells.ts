/** Cells of a worksheet merged over several rows: what stands in the first row holds for all of them. */
import type { Entry, ZipFile } from 'yauzl';
import { MERGED_CELL } from '../kpi/count.ts';
import { entry } from '../kpi/entry.ts';
import type { RawRow } from '../kpi/finding.ts';

/** What a merge does to the cells below its first, by the place of the column. */
export type MergeRules = readonly ('spread' | 'mark' | null)[];

/** Merges of a column, the last of the sheet first. */
type Merges = Map<number, { first: number; last: number; text: string }[]>;

const MERGE = /<(?:\w+:)?mergeCell\s[^>]{0,99}?ref="\$?([A-Z]{1,3})\$?(\d{1,7}):\$?[A-Z]{1,3}\$?(\d{1,7})"/g;
const LONGEST_TAG = 200;
/** A sheet with more of them is nobody's table. */
const MOST_MERGES = 100_000;

/** Merges over several rows. They stand behind the rows of a sheet, so it is gone through once for them alone. */
export async function mergesOf(archive: ZipFile, part: Entry, rules: MergeRules): Promise<Merges> {
  const merges: Merges = new Map();
  let [rest, count] = ['', 0];
  for await (const chunk of await archive.openReadStreamPromise(part)) {
    const text = rest + (chunk as Buffer).toString('latin1');
    let end = 0;
    if (text.includes('mergeCell')) {
      for (const { index, 0: tag, 1: letters = '', 2: from, 3: to } of text.matchAll(MERGE)) {
        end = index + tag.length;
        const [place, first, last] = [placeOf(letters), Number(from), Number(to)];
        if (last <= first || !rules[place] || ++count > MOST_MERGES) continue;
        entry(merges, place, () => []).push({ first, last, text: '' });
      }
    }
    rest = text.slice(Math.max(end, text.length - LONGEST_TAG));
  }
  for (const ofColumn of merges.values()) ofColumn.sort((a, b) => b.first - a.first);
  return merges;
}

/** Fills in a row what merges say of it; rows come in order. A cell that holds something keeps it. */
export function fillMerged({ row, cells }: RawRow, merges: Merges, rules: MergeRules): void {
  for (const [place, ofColumn] of merges) {
    while ((ofColumn.at(-1)?.last ?? row) < row) ofColumn.pop();
    const merge = ofColumn.at(-1);
    if (!merge || row < merge.first) continue;
    const own = cells[place] ?? '';
    if (row === merge.first) merge.text = own;
    else if (own === '' && merge.text !== '') {
      while (cells.length < place) cells.push('');
      cells[place] = rules[place] === 'spread' ? merge.text : MERGED_CELL;
    }
  }
}

/** The place of a column by its letters, from 0: `C` and `C7` are 2. */
export function placeOf(address: string): number {
  let place = 0;
  for (let i = 0; i < address.length && i < 4; i++) {
    const letter = address.charCodeAt(i) - 64;
    if (letter < 1 || letter > 26) break;
    place = place * 26 + letter;
  }
  return place - 1;
}
