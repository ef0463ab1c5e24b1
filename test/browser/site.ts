/** The addresses that the walks visit, and the site they are visited on. */

/** Where the server of these tests listens. */
export const SITE = process.env.SITE as string;
/** What the browsers of a reporter and an approver of Hà Nội hold. */
export const PEOPLE = JSON.parse(process.env.PEOPLE ?? '{}') as Record<'reporter' | 'approver', string>;

export interface Address {
  path: string;
  /** The status it answers with. */
  status: number;
}

const ok = (path: string): Address => ({ path, status: 200 });

/** Every page, and of each the forms that differ: other kinds, boundaries, a past, no data, refusals. */
export const ADDRESSES: readonly Address[] = [
  ok('/'),
  ok('/?period=2022-07'),
  ok('/?catalogue=essential-53&period=2025-06'),
  ok('/rankings'),
  ok('/rankings?kind=ministry&indicator=on_time&period=2025-06'),
  ok('/rankings?indicator=end_to_end_services&period=2025-05&boundaries=2025-07-01'),
  ok('/rankings?indicator=reporting_punctuality&catalogue=essential-53&vertical=out'),
  ok('/agencies'),
  ok('/agencies/ha-noi'),
  ok('/agencies/binh-duong'),
  ok('/agencies/ha-noi/quality?period=2025-06'),
  ok('/agencies/dien-bien/quality'),
  ok('/agencies/bca?period=2022-07'),
  ok('/agencies/bca?view=own&catalogue=essential-53'),
  ok('/rankings?period=2025-07&region=dong-bang-song-hong&peers=large'),
  ok('/agencies/ho-chi-minh-2025/movement?period=2025-07&indicator=on_time'),
  ok('/agencies/national/movement?period=2025-06'),
  ok('/agencies/bca/movement?against=year&indicator=overdue'),
  ok('/services'),
  ok('/services?catalogue=essential-53'),
  ok('/services/dk-thuong-tru'),
  ok('/catalogues/essential-25'),
  ok('/catalogues/essential-53?period=2022-07'),
  ok('/lineage'),
  ok('/lineage?agency=ha-noi&indicator=on_time&service=dk-khai-sinh&period=2025-06'),
  ok('/lineage?agency=bca&indicator=services_with_dossiers&period=2025-06'),
  ok('/lineage?agency=dien-bien&indicator=reporting_punctuality'),
  ok('/lineage?agency=bca&indicator=directives_done&period=2025-06'),
  ok('/rankings?kind=ministry&indicator=directives_done'),
  ok('/methodology'),
  ok('/sign-in'),
  { path: '/rankings?indicator=nonsense', status: 400 },
  { path: '/rankings?period=2025-08', status: 404 },
  { path: '/agencies/nowhere', status: 404 },
];

export const LANGS = ['vi', 'en'] as const;
export type Lang = (typeof LANGS)[number];

/** The address in a language: Vietnamese needs no parameter. */
export function inLang(path: string, lang: Lang): string {
  if (lang === 'vi') return path;
  return `${path}${path.includes('?') ? '&' : '?'}lang=en`;
}
