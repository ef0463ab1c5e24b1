/** How days, months, periods and instants are written in each language, always in Hanoi time. */
import { isDay, parsePeriod } from '../kpi/month.ts';
import { type Lang, t } from './words.ts';

const DAYS: Readonly<Record<Lang, Intl.DateTimeFormat>> = {
  vi: new Intl.DateTimeFormat('vi', { day: '2-digit', month: '2-digit', year: 'numeric', timeZone: 'UTC' }),
  en: new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' }),
};
const INSTANTS: Readonly<Record<Lang, Intl.DateTimeFormat>> = {
  vi: instantFormat('vi'),
  en: instantFormat('en-GB'),
};
const ENGLISH_MONTH = new Intl.DateTimeFormat('en-GB', { month: 'long', timeZone: 'UTC' });
const ROMAN = ['I', 'II', 'III', 'IV'];

function instantFormat(locale: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat(locale, {
    day: '2-digit',
    month: locale === 'vi' ? '2-digit' : 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZone: 'Asia/Ho_Chi_Minh',
  });
}

/** A calendar day `YYYY-MM-DD` as `05/09/2022` or `5 September 2022`; anything else as it is. */
export function dayText(lang: Lang, day: string): string {
  return isDay(day) ? DAYS[lang].format(Date.parse(`${day}T00:00:00Z`)) : day;
}

/** A period inside a sentence: `tháng 7/2022`, `quý II/2023`, `July 2022`; anything else as it is. */
export function periodText(lang: Lang, id: string): string {
  const period = parsePeriod(id);
  if (!period) return id;
  const year = id.slice(0, 4);
  const month = Number(period.last.slice(5));
  if (period.months.length === 1 && !id.includes('YTD')) {
    return t(lang, 'period.month', { month: lang === 'vi' ? String(month) : monthName(period.last), year });
  }
  if (id[5] === 'Q') return t(lang, 'period.quarter', { quarter: quarterName(lang, Number(id[6])), year });
  if (id[5] === 'H') return t(lang, id[6] === '1' ? 'period.first_half' : 'period.second_half', { year });
  return t(lang, 'period.to_date', { month: lang === 'vi' ? String(month) : monthName(period.last), year });
}

/** A period that opens a line: `Tháng 7/2022`. */
export function periodTitle(lang: Lang, id: string): string {
  const text = periodText(lang, id);
  return text.charAt(0).toLocaleUpperCase(lang) + text.slice(1);
}

/** An instant (RFC 3339, or milliseconds) to the minute in Hanoi: `05/09/2022 14:30`. */
export function instantText(lang: Lang, instant: string | number): string {
  const ms = typeof instant === 'number' ? instant : Date.parse(instant);
  if (Number.isNaN(ms)) return String(instant);
  const part = Object.fromEntries(INSTANTS[lang].formatToParts(ms).map(p => [p.type, p.value]));
  const day =
    lang === 'vi' ? `${part.day}/${part.month}/${part.year}` : `${part.day} ${part.month} ${part.year}`;
  return `${day} ${part.hour}:${part.minute}`;
}

function monthName(month: string): string {
  return ENGLISH_MONTH.format(Date.parse(`${month}-01T00:00:00Z`));
}

function quarterName(lang: Lang, n: number): string {
  return lang === 'vi' ? (ROMAN[n - 1] ?? String(n)) : String(n);
}
