/** One cell of a worksheet as the text that an office would have typed. */
import { numberText, percentageText } from './number-text.ts';

/** How a cell's number is shown, as far as it changes what the number means. */
export type NumberForm = 'date' | 'percent' | null;

/** A cell as it stands in the file. */
export interface RawCell {
  /** `s` shared text, `inlineStr`, `str` text of a formula, `b`, `e` an error, `d` a date; '' a number. */
  type: string;
  value: string;
  form: NumberForm;
  /** Text of the formula; null for none. */
  formula: string | null;
  /** There was a value, though perhaps a blank one. */
  hasValue: boolean;
}

/** A cell refers to a text that the file does not hold. */
export class LostText extends Error {}

/** Longest text of a cell that a spreadsheet can hold. */
export const LONGEST_CELL = 32_767;

/**
 * The text of a cell: a date as `2022-07-01`, an error as the spreadsheet shows it, a formula that was never
 * calculated as the formula itself (a blank would mean "not reported"), everything else as it stands.
 */
export function cellText(cell: RawCell, shared: readonly string[], from1904: boolean): string {
  const { type, value } = cell;
  if (cell.formula !== null && !cell.hasValue) return `=${cell.formula}`;
  if (type === 's') {
    const text = shared[Number(value)];
    // A blank would mean "not reported", and say nothing of what is lost.
    if (text === undefined && value.trim() !== '') throw new LostText(`no shared text ${value.slice(0, 20)}`);
    return text ?? '';
  }
  if (type === 'b') return value === '1' ? 'TRUE' : 'FALSE';
  if (type !== '' && type !== 'n') return unescaped(value);
  const number = Number(value);
  if (value.trim() === '' || Number.isNaN(number)) return value;
  if (cell.form === 'date') return dayText(number, from1904) ?? numberText(number);
  return cell.form === 'percent' ? percentageText(number) : numberText(number);
}

const DAY = 86_400_000;
/** Serial 60 is a day that never was: spreadsheets take 1900 for a leap year. */
const EPOCH_1900 = Date.UTC(1899, 11, 30);
const EPOCH_1904 = Date.UTC(1904, 0, 1);
/** The last serial, 9999-12-31. */
const LAST_SERIAL = 2_958_465;

function dayText(serial: number, from1904: boolean): string | null {
  if (serial < 1 || serial > LAST_SERIAL) return null;
  const days = Math.floor(serial);
  const time = from1904 ? EPOCH_1904 + days * DAY : EPOCH_1900 + (days < 60 ? days + 1 : days) * DAY;
  return new Date(time).toISOString().slice(0, 10);
}

/** Characters that XML cannot hold are written `_x000D_`. */
export function unescaped(text: string): string {
  return text.includes('_x')
    ? text.replace(/_x([0-9A-Fa-f]{4})_/g, (_, code: string) =>
        String.fromCharCode(Number.parseInt(code, 16)),
      )
    : text;
}

/** Formats that every spreadsheet knows by number. */
const BUILT_IN_DATES = new Set([
  14, 15, 16, 17, 22, 27, 28, 29, 30, 31, 36, 50, 51, 52, 53, 54, 55, 56, 57, 58,
]);
const BUILT_IN_PERCENTAGES = new Set([9, 10]);

/** What a number format makes of a number: letters of days, months and years outside quotes and brackets, or a percent sign. */
export function formOf(id: number, code: string | undefined): NumberForm {
  if (code === undefined) {
    return BUILT_IN_DATES.has(id) ? 'date' : BUILT_IN_PERCENTAGES.has(id) ? 'percent' : null;
  }
  const bare = code.replace(/"[^"]*"|\[[^\]]*\]|\\.|_.|\*./g, '');
  if (bare.includes('%')) return 'percent';
  if (/^(general|standard)$/i.test(bare.trim())) return null;
  return /[yd]/i.test(bare) || (/m/i.test(bare) && !/[hs]/i.test(bare)) ? 'date' : null;
}
