/** Which rows of a table hold data: not blank ones, totals, headings of groups, nor what is signed and noted below. */
import { BLANK, type CodedRows } from '../kpi/coded-rows.ts';
import { MERGED_CELL } from '../kpi/count.ts';
import { entry } from '../kpi/entry.ts';
import type { RawRow } from '../kpi/finding.ts';
import { readDay, readMonth } from '../kpi/month.ts';
import { foldName } from '../kpi/names.ts';
import { type Form, SUBJECTS } from './headings.ts';

/** Lets rows of data through, in order. */
export interface Sieve {
  /** Whether a row is a total of those above it. */
  isTotal(cells: readonly string[]): boolean;
  /** What may yet turn out to stand below the table is held back until more rows come. */
  take(rows: readonly RawRow[]): RawRow[];
  /** Where a run of rows from `from` on ends that are data at first sight, with nothing in some columns. */
  plainRun(rows: CodedRows, from: number, empty: readonly number[]): number;
  /** Rows in which something stands that is neither data nor a total; the first few of them. */
  leftOut(): number[];
}

const TOTALS = new Set(['tong cong', 'tong so', 'tong', 'cong', 'total', 'grand total']);
/** Numbers and words that groups of services begin with: `I.`, `A)`, `Lĩnh vực …`. */
const GROUP =
  /^(?:[IVX]{1,5}|[A-H])(?:\s*[.):/-]|\s|$)|^(?:lĩnh vực|linh vuc|nhóm|nhom|phần|phan|mục|muc)\s/iu;
/** Words, folded, that stand below a table. */
const BELOW =
  /^(?:nguoi (?:lap|tong hop|bao cao|kiem tra)|thu truong|(?:pho )?(?:giam doc|chu tich|chanh van phong)|lanh dao|truong phong|ke toan|kt|tm|tl|tuq|ky|noi nhan|ghi chu|luu y)\b|\bngay \d+ thang \d+/;
/** What a figure begins with, or a formula, or an error of one. */
const FIGURE = /^[-+−–(]?\s*\d|^[#=]/;
const DIGIT = /^[0-9]/;
/** A row of data fills more figures than a line of signatures has places. */
const MOST_NOTES = 3;
/** No note is longer: what is, is for the checks to refuse. In characters. */
const LONGEST_NOTE = 2000;
/** So many rows may stand below a table, and so many are named in the receipt. */
const LONGEST_FOOT = 40;

/**
 * `columns` are the names by place. A row with anything like a figure in a column of figures is data, and so is
 * one about a known service; a row with neither is a group's heading, or belongs to the foot if no data follow.
 */
export function sieve(
  form: Form,
  columns: readonly (string | null | undefined)[],
  isService: (text: string) => boolean,
): Sieve {
  const about = SUBJECTS[form];
  const placesOf = (names: readonly string[]): number[] =>
    names.map(name => columns.indexOf(name)).filter(place => place >= 0);
  const figures = placesOf(about?.figures ?? []);
  const keys = placesOf(about?.keys ?? []);
  const [subject = -1] = placesOf(about ? [about.subject] : []);
  const ordinals = columns.flatMap((column, i) => (column === null ? [i] : []));
  const totals = new Map<string, boolean>();
  const leftOut: number[] = [];
  let held: RawRow[] = [];

  function isTotal(cell: string): boolean {
    const text = cell.slice(0, 60);
    // Only names begin with T, C or G: the rest need no folding.
    if (!/^\s*[tcg]/i.test(text)) return false;
    const known = totals.get(text);
    if (known !== undefined) return known;
    const folded = foldName(text);
    // "Tổng cộng" with whatever follows, but not "Tổng công ty", a kind of enterprise.
    const total = TOTALS.has(folded) || /^tong cong(?! ty\b)/.test(folded);
    if (totals.size < 1000) totals.set(text, total);
    return total;
  }

  /** `foot` is a row that is data if data follow. */
  function natureOf(cells: readonly string[]): 'data' | 'group' | 'foot' {
    const at = (place: number): string => (cells[place] ?? '').trim();
    const [name, filled] = [at(subject), figures.map(at).filter(text => text !== '' && text !== MERGED_CELL)];
    if (cells.some(cell => cell.length > LONGEST_NOTE)) return 'data';
    if (!about || filled.length > MOST_NOTES || filled.some(text => FIGURE.test(text))) return 'data';
    if (/^[#=]/.test(name) || (name !== '' && isService(name))) return 'data';
    const spoken = keys.map(at).filter(text => text !== '');
    const claims =
      spoken.some(text => readMonth(text) ?? readDay(text)) || (name !== '' && spoken.length > 0);
    const isGroup = [name, ...ordinals.map(at)].some(text => GROUP.test(text));
    if (claims && !isGroup && !cells.some(cell => BELOW.test(foldName(cell.slice(0, 80))))) return 'data';
    return filled.length === 0 ? 'group' : 'foot';
  }

  const isTotalRow = (cells: readonly string[]): boolean =>
    isTotal(cells.find(cell => cell.trim() !== '') ?? '') || isTotal(cells[subject] ?? '');
  const leave = (row: RawRow): void => {
    if (leftOut.length < LONGEST_FOOT) leftOut.push(row.row);
  };
  /** Whether codes are of totals, as long as they stand for the same texts. */
  const totalCodes = { texts: [] as readonly string[], known: new Map<number, boolean>() };
  function isTotalCode(code: number, texts: readonly string[]): boolean {
    if (code >= 0) return false;
    if (totalCodes.texts !== texts) Object.assign(totalCodes, { texts, known: new Map() });
    return entry(totalCodes.known, code, () => isTotal(texts[~code] as string));
  }

  return {
    isTotal: isTotalRow,
    plainRun: ({ width, count, cells, texts }, from, empty) => {
      const figure = figures[0];
      if (figure === undefined || held.length) return from;
      let i = from;
      for (; i < count; i++) {
        const at = i * width;
        if (!beginsWithDigit(cells[at + figure] as number, texts)) break;
        let first = at;
        while (cells[first] === BLANK) first++;
        if (isSpace(cells[first] as number, texts) || isTotalCode(cells[first] as number, texts)) break;
        if (subject >= 0 && isTotalCode(cells[at + subject] as number, texts)) break;
        if (!empty.every(place => cells[at + place] === BLANK)) break;
      }
      return i;
    },
    take: rows => {
      const data: RawRow[] = [];
      for (const row of rows) {
        const first = row.cells.find(cell => cell.trim() !== '');
        if (first === undefined || isTotalRow(row.cells)) continue;
        const nature = DIGIT.test(row.cells[figures[0] ?? -1] ?? '') ? 'data' : natureOf(row.cells);
        if (nature === 'group') {
          leave(row);
          continue;
        }
        if (held.length) {
          held.push(row);
          if (nature === 'foot' && held.length <= LONGEST_FOOT) continue;
          for (const one of held) data.push(one);
          held = [];
        } else if (nature === 'foot') held.push(row);
        else data.push(row);
      }
      return data;
    },
    leftOut: () => {
      held.forEach(leave);
      held = [];
      return leftOut.sort((a, b) => a - b);
    },
  };
}

function beginsWithDigit(code: number, texts: readonly string[]): boolean {
  return code >= 0 || DIGIT.test(texts[~code] as string);
}

function isSpace(code: number, texts: readonly string[]): boolean {
  return code < 0 && (texts[~code] as string).trim() === '';
}
