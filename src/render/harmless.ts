/** Texts that no spreadsheet takes for a formula, and the way back: exports write them, files bring them back. */

/** What begins a formula, or is passed over before one. */
const FORMULA = /^[=+\-@\t\r]/;
const MADE_HARMLESS = /^'(?=[=+\-@\t\r])/;

/** A text as it stands in an export: one that would act as a formula gets a leading apostrophe. */
export function harmless(text: string): string {
  return FORMULA.test(text) ? `'${text}` : text;
}

/** Puts the texts that `harmless` was given back in place. */
export function restore(cells: string[]): void {
  for (let i = 0; i < cells.length; i++) {
    const text = cells[i] as string;
    if (text.charCodeAt(0) === APOSTROPHE) cells[i] = text.replace(MADE_HARMLESS, '');
  }
}
const APOSTROPHE = 39;

/** A text as a cell of CSV (RFC 4180). */
export function csvCell(text: string, delimiter = ','): string {
  const safe = harmless(text);
  return /["\r\n]/.test(safe) || safe.includes(delimiter) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
