/** The two languages of the interface, and how a text is looked up in them. */
import { EN } from './en.ts';
import { VI } from './vi.ts';

/** Vietnamese is the default; English is chosen by `?lang=en`. */
export type Lang = 'vi' | 'en';
export type Key = keyof typeof VI;
export type Vars = Readonly<Record<string, string | number>>;

const TEXTS: Readonly<Record<Lang, Readonly<Record<Key, string>>>> = { vi: VI, en: EN };
const PLURALS: Readonly<Record<Lang, Intl.PluralRules>> = {
  vi: new Intl.PluralRules('vi'),
  en: new Intl.PluralRules('en'),
};
const NUMBERS: Readonly<Record<Lang, Intl.NumberFormat>> = {
  vi: new Intl.NumberFormat('vi'),
  en: new Intl.NumberFormat('en'),
};

export function isKey(text: string): text is Key {
  return Object.hasOwn(VI, text);
}

/**
 * The text of `key` with its `{places}` filled; numbers are written as the language writes them. A text
 * `one|other` is chosen by the plural of `n`.
 */
export function t(lang: Lang, key: Key, vars: Vars = {}): string {
  const forms = TEXTS[lang][key].split('|');
  const n = vars.n;
  const other = forms.length > 1 && typeof n === 'number' && PLURALS[lang].select(n) !== 'one';
  const text = forms[other ? 1 : 0] ?? '';
  return text.replace(/\{(\w+)\}/g, (place, name: string) => {
    const value = vars[name];
    return value === undefined ? place : typeof value === 'number' ? NUMBERS[lang].format(value) : value;
  });
}

/** The word for a code of a group (`kind`, `reason` …); the code itself when the dictionary has none. */
export function wordFor(lang: Lang, group: string, code: string | number): string {
  const key = `${group}.${code}`;
  return isKey(key) ? t(lang, key) : String(code);
}
