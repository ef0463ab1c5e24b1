/** How numbers, rates and sizes are written in each language; only here are they rounded. */
import type { Lang } from './words.ts';

const points = both({ minimumFractionDigits: 2, maximumFractionDigits: 2 });
const whole = both({ maximumFractionDigits: 0 });
const exact = both({ maximumFractionDigits: 20 });
const percentage = both({ style: 'percent', minimumFractionDigits: 1, maximumFractionDigits: 1 });
const target = both({ style: 'percent', maximumFractionDigits: 1 });
const signed = both({ signDisplay: 'exceptZero', minimumFractionDigits: 1, maximumFractionDigits: 1 });
const fine = both({ signDisplay: 'exceptZero', minimumFractionDigits: 2, maximumFractionDigits: 2 });
const ranks = both({ signDisplay: 'exceptZero', maximumFractionDigits: 1 });
const megabytes = both({ maximumFractionDigits: 1 });
const lists: Readonly<Record<Lang, Intl.ListFormat>> = {
  vi: new Intl.ListFormat('vi', { type: 'conjunction' }),
  en: new Intl.ListFormat('en-GB', { type: 'conjunction' }),
};

function both(options: Intl.NumberFormatOptions): Readonly<Record<Lang, Intl.NumberFormat>> {
  return { vi: new Intl.NumberFormat('vi', options), en: new Intl.NumberFormat('en', options) };
}

/** A count: `1.234.567` or `1,234,567`; points of an index with two decimals: `30,64`. */
export function countText(lang: Lang, n: number): string {
  return (Number.isInteger(n) ? whole : points)[lang].format(n);
}

/** A fraction of 1 as a percentage with one decimal: `87,5%`. */
export function percentText(lang: Lang, value: number): string {
  return percentage[lang].format(value);
}

/** A target, written as the document sets it: `80%`, `39,5%`. */
export function targetText(lang: Lang, value: number): string {
  return target[lang].format(value);
}

/** The difference of two fractions of 1 in percentage points, with its sign: `+1,2`, `0,0`. */
export function pointsText(lang: Lang, difference: number): string {
  const rounded = Math.round(difference * 1000) / 10;
  return signed[lang].format(rounded === 0 ? 0 : rounded);
}

/** Percentage points to the hundredth, with their sign: `+0,37`. */
export function finePointsText(lang: Lang, points: number): string {
  return fine[lang].format(points);
}

/** Ranks gained or lost, with their sign; halves occur: `-1,5`. */
export function ranksText(lang: Lang, change: number): string {
  return ranks[lang].format(change);
}

/** A figure quoted from a document, with every decimal that it has there. */
export function quotedText(lang: Lang, value: number): string {
  return exact[lang].format(value);
}

/** A size in bytes, as megabytes. */
export function megabytesText(lang: Lang, bytes: number): string {
  return `${megabytes[lang].format(bytes / 1_048_576)} MB`;
}

/** `A, B và C`. */
export function listText(lang: Lang, items: readonly string[]): string {
  return lists[lang].format(items);
}
