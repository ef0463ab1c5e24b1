/** The addresses that the walks visit, and the site they are visited on. */

/** What `fill.ts` tells of what it put into the database. */
export interface Filled {
  /** What the browser of each person holds. */
  sessions: Record<string, string>;
  /** Paths of pages whose numbers are not known before. */
  places: Record<
    'refused' | 'returned' | 'unconfirmed' | 'waiting' | 'open' | 'answered' | 'invitation',
    string
  >;
}

/** Where the server of these tests listens. */
export const SITE = process.env.SITE as string;
const { sessions, places } = JSON.parse(process.env.FILLED as string) as Filled;

/** A reporter and an approver of Hà Nội, a leader, an admin, and two who have yet to take the second step. */
export type Who = 'reporter' | 'approver' | 'leader' | 'admin' | 'enrolling' | 'halfway';

/** The cookie that the browser of somebody holds. */
export const cookieOf = (who: Who): { name: string; value: string } => ({
  name: 'toan_trinh',
  value: sessions[who] ?? '',
});

/** Headers of a request by somebody, or by nobody who is known. */
export function headersOf(who?: Who): Record<string, string> {
  if (!who) return {};
  const { name, value } = cookieOf(who);
  return { Cookie: `${name}=${value}` };
}

export interface Address {
  path: string;
  /** The status it answers with. */
  status: number;
  /** Who goes there; left out: anybody. */
  who?: Who;
}

const ok = (path: string): Address => ({ path, status: 200 });
const by = (who: Who, ...paths: readonly string[]): Address[] =>
  paths.map(path => ({ path, status: 200, who }));

/** Every page that anybody may see, and of each the forms that differ: other kinds, boundaries, a past, no data, refusals. */
const PUBLIC: readonly Address[] = [
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
  ok('/directives'),
  ok('/publications'),
  ok('/publications/2025-07'),
  ok('/sign-in'),
  ok('/sign-in?chosen=1'),
  ok('/reset'),
  ok(places.invitation),
  { path: '/reset/khong-con', status: 410 },
  { path: '/rankings?indicator=nonsense', status: 400 },
  { path: '/rankings?period=2025-08', status: 404 },
  { path: '/agencies/nowhere', status: 404 },
];

/** The pages of those who are signed in, each as somebody sees it for whom there is much on it. */
const INSIDE: readonly Address[] = [
  ...by('enrolling', '/sign-in/second-factor'),
  ...by('halfway', '/sign-in/second-factor'),
  ...by(
    'reporter',
    '/work',
    '/account',
    '/submissions',
    '/submissions/new',
    '/objections',
    '/objections/new',
  ),
  ...by('reporter', places.refused, places.returned, places.unconfirmed, places.open, places.answered),
  ...by('reporter', '/agencies/ha-noi?period=2025-08'),
  ...by('reporter', '/lineage?agency=ha-noi&service=dk-khai-sinh&indicator=on_time&period=2025-08'),
  ...by('approver', '/work', '/account', places.waiting),
  ...by('leader', '/work', '/admin', '/months', '/months/2025-08', '/months/2025-07', '/months/2022-07'),
  ...by(
    'leader',
    '/admin/objections',
    places.open,
    places.waiting,
    '/?period=2025-08',
    '/rankings?period=2025-08',
  ),
  ...by('admin', '/work', '/admin', '/admin/accounts', '/admin/keys', '/admin/audit', '/submissions'),
  ...by('admin', '/admin/audit?action=key_issued', '/admin/late-entries', '/admin/deadlines'),
  ...by('admin', '/admin/objections?status=open', '/submissions/new', '/months'),
  { path: '/admin', status: 403, who: 'reporter' },
  { path: '/submissions/999999', status: 404, who: 'reporter' },
  { path: '/rankings?period=2025-08', status: 404, who: 'reporter' },
];

export const ADDRESSES: readonly Address[] = [...PUBLIC, ...INSIDE];

export const LANGS = ['vi', 'en'] as const;
export type Lang = (typeof LANGS)[number];

/** The address in a language: Vietnamese needs no parameter. */
export function inLang(path: string, lang: Lang): string {
  if (lang === 'vi') return path;
  return `${path}${path.includes('?') ? '&' : '?'}lang=en`;
}
