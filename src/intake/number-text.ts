/** Numbers that a file holds as numbers, written so that reading them as text cannot mistake them. */

/** Sums that a spreadsheet works out are off by less than this; nothing that is meant is so small. */
const NOISE = 1e-9;

/**
 * A number as text: fifteen digits, as spreadsheets show them, whole where only noise keeps it from that. A
 * fraction of three digits gets a zero more: 1.234 held as a number is a little more than one, but as text it
 * is a thousand.
 */
export function numberText(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const whole = Math.round(value);
  const text = String(Math.abs(value - whole) < NOISE ? whole : Number(value.toPrecision(15)));
  return /^-?\d{1,3}\.\d{3}$/.test(text) ? `${text}0` : text;
}

/** A share shown in percent: `1` is 100%, not one. */
export function percentageText(value: number): string {
  return `${Number((value * 100).toPrecision(12))}%`;
}
