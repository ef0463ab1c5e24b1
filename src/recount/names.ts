/** What the texts of a row stand for, by the catalogue of the instant at which it became current. */
import { type Catalogue, resolveAgency, resolveService } from '../kpi/catalogue.ts';
import { NotReadable } from './workbook.ts';

/** Looks up months, agencies and services, with memory. Throws `NotReadable` for what nothing stands for. */
export interface Names {
  month(text: string): string;
  agency(text: string, month: string): string;
  service(text: string): string;
  knows(service: string): boolean;
}

export function namesOf(catalogue: Catalogue): Names {
  const agencies = new Map<string, string>();
  const services = new Map<string, string>();
  const known = (map: Map<string, string>, key: string, look: () => string | undefined): string => {
    const there = map.get(key);
    if (there !== undefined) return there;
    const code = look();
    if (code === undefined) throw new NotReadable(`nothing is called "${key}"`);
    map.set(key, code);
    return code;
  };
  return {
    month: monthIn,
    agency: (text, month) =>
      known(agencies, `${month} ${text}`, () => resolveAgency(catalogue, text, endOf(month)).found?.code),
    service: text => known(services, text, () => resolveService(catalogue, text)?.code),
    knows: text => services.has(text) || resolveService(catalogue, text) !== null,
  };
}

/**
 * Whether a row of an accepted file is about no service and holds no figure: the heading of a group, or what is
 * signed and noted below the table. With a figure it is none; then its service is asked for, and missed.
 */
export function isAside(cell: (column: string) => string, names: Names, figures: readonly string[]): boolean {
  return !names.knows(cell('service')) && !figures.some(column => /^[^\p{L}]*\d/u.test(cell(column)));
}

/** `YYYY-MM` out of `2022-07`, `07/2022`, `Tháng 7/2022`, `31/07/2022`: the year is the number of four digits. */
function monthIn(text: string): string {
  const numbers = text.match(/\d+/g) ?? [];
  const [year, month] = numbers[0]?.length === 4 ? numbers : [numbers.at(-1), numbers.at(-2)];
  if (year?.length !== 4 || month === undefined) throw new NotReadable(`"${text}" is no month`);
  return `${year}-${month.padStart(2, '0')}`;
}

/** `YYYY-MM-DD` out of `2022-08-09` or `9/8/2022`. */
export function dayIn(text: string): string {
  const [a = '', b = '', c = ''] = text.match(/\d+/g) ?? [];
  const [year, month, day] = a.length === 4 ? [a, b, c] : [c, b, a];
  if (year.length !== 4) throw new NotReadable(`"${text}" is no day`);
  return `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
}

function endOf(month: string): string {
  const [year, number] = month.split('-').map(Number) as [number, number];
  return new Date(Date.UTC(year, number, 0)).toISOString().slice(0, 10);
}

/** A count as typed; null when blank. Groups of three are thousands, a fraction of zeros is none. */
export function countIn(text: string): number | null {
  const digits = text.replace(/[.,]0{1,2}$/, '').replace(/[^\d]/g, '');
  return digits === '' ? null : Number(digits);
}
