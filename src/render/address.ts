/** Addresses inside pages: links that keep what was asked for, twins in other forms, navigation. */
import { mayEver, type Visitor } from '../kpi/access.ts';
import { lastDay, parsePeriod } from '../kpi/month.ts';
import type { ViewName } from '../render.ts';
import { type Lang, t } from '../words/words.ts';

/** The parameters that go along from page to page; others belong to the page they were given on. */
const SHARED = ['period', 'catalogue', 'boundaries', 'as_of', 'vertical'];

export interface Place {
  path: string;
  query: Readonly<Record<string, string>>;
  /** The parameters led nowhere: links to other pages do not take them along. */
  astray?: boolean;
  /** The office whose part of a draft is shown: other pages than its own do not show that month. */
  draftOf?: string | null;
}

export type Changes = Readonly<Record<string, string | number | null | undefined>>;

/** The address of `path` with the parameters that go along, changed as asked; an empty change drops one. */
export function linkFrom(place: Place, lang: Lang, path: string, changes: Changes = {}): string {
  const kept = path === place.path ? Object.keys(place.query) : place.astray ? [] : SHARED;
  const parameters = new Map<string, string>();
  for (const name of kept) {
    const value = place.query[name];
    if (value) parameters.set(name, value);
  }
  if (lang === 'en') parameters.set('lang', 'en');
  else parameters.delete('lang');
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined) continue;
    if (value === null || value === '') parameters.delete(name);
    else parameters.set(name, String(value));
  }
  const own = `/agencies/${place.draftOf}`;
  if (place.draftOf && ![own, `${own}/quality`, '/lineage', '/objections/new', place.path].includes(path))
    parameters.delete('period');
  const query = new URLSearchParams([...parameters]).toString();
  return query ? `${path}?${query}` : path;
}

/** A path in a language, and nothing else that was asked for. */
export function inLang(path: string, lang: Lang): string {
  if (lang === 'vi' || /[?&]lang=/.test(path)) return path;
  return `${path}${path.includes('?') ? '&' : '?'}lang=${lang}`;
}

/** The address of a frozen edition in one of its forms; an empty one is the page. */
export function frozenAddress(period: string, edition: number, form: string, lang: Lang): string {
  return inLang(`/publications/${period}${form && `.${form}`}?edition=${edition}`, lang);
}

/** Where a visitor's role leads besides what everybody sees. */
export function placesOf(visitor: Visitor | undefined, lang: Lang): { href: string; name: string }[] {
  const places = [
    ['nav.work', '/work', 'see_submission'],
    ['nav.objections', '/objections', 'object'],
    ['nav.months', '/months', 'publish'],
    ['nav.admin', '/admin', 'manage_accounts'],
  ] as const;
  return places
    .filter(([, , action]) => visitor && mayEver(visitor, action))
    .map(([key, path]) => ({ href: inLang(path, lang), name: t(lang, key) }));
}

/** Pages on the way in: none of them is a place to come back to. */
const ON_THE_WAY = /^\/(sign-in|sign-out|invitation|reset)\b/;

/** The address of the sign-in that leads back to a place; null where somebody is signing in already. */
export function signInAddress(place: Place, lang: Lang): string | null {
  if (ON_THE_WAY.test(place.path)) return null;
  const back = place.path === '/' ? null : linkFrom(place, lang, place.path);
  return inLang(back === null ? '/sign-in' : `/sign-in?${new URLSearchParams({ to: back })}`, lang);
}

/** What a page's object says of how its rates are counted. */
interface Counted {
  period?: string | null;
  agency?: string;
  catalogue?: string;
  view?: string;
  boundaries?: string | null;
}

/** The three rates of a single service, by the indicators that they are. */
const RATES: Readonly<Record<string, string>> = {
  online: 'online_dossiers',
  end_to_end: 'end_to_end_completion',
};

/**
 * The address of what a rate of a page is made of: that of the page's agency (or of the country) under the
 * page's own period, catalogue, view and boundaries, unless `whose` says otherwise.
 */
export function originOf(place: Place, lang: Lang, doc: Counted, whose: Changes): string {
  const counted = { ...doc, ...whose };
  const period = parsePeriod(String(counted.period));
  const { boundaries } = counted;
  const own = period !== null && boundaries === lastDay(period.last);
  return linkFrom(place, lang, '/lineage', {
    indicator: RATES[String(whose.indicator)] ?? whose.indicator,
    agency: counted.agency ?? 'national',
    service: whose.service,
    period: counted.period,
    catalogue: counted.catalogue,
    view: counted.view,
    boundaries: own ? '' : boundaries,
    vertical: whose.vertical,
    as_of: whose.as_of,
  });
}

/** The same page as `.json` or `.csv`; the twin of `/` is `/overview`. */
export function twinOf(place: Place, lang: Lang, format: string): string {
  const path = place.path === '/' ? '/overview' : place.path;
  const from = { path: `${path}.${format}`, query: place.query };
  return linkFrom(from, lang, from.path);
}

export interface NavigationEntry {
  href: string;
  name: string;
  /** The value of `aria-current`; null elsewhere. */
  current: 'page' | 'true' | null;
}

/** The main navigation; a page below an entry marks it as well. */
export function navigation(place: Place, lang: Lang, catalogue: string, visitor: Visitor): NavigationEntry[] {
  const entries = [
    ['nav.overview', '/'],
    ['nav.rankings', '/rankings'],
    ['nav.agencies', '/agencies'],
    ['nav.services', '/services'],
    ['nav.catalogue', `/catalogues/${encodeURIComponent(catalogue)}`],
    ['nav.directives', '/directives'],
    ['nav.publications', '/publications'],
    ['nav.methodology', '/methodology'],
    ...(mayEver(visitor, 'submit') ? ([['nav.upload', '/submissions/new']] as const) : []),
  ] as const;
  return entries.map(([key, path]) => {
    const section = path.split('/')[1];
    const inside = section !== '' && place.path.split('/')[1] === section;
    return {
      href: linkFrom({ ...place, path: '' }, lang, path),
      name: t(lang, key),
      current: place.path === path ? 'page' : inside ? 'true' : null,
    };
  });
}

/** The same page in each language. */
export function alternates(
  place: Place,
  lang: Lang,
): { lang: Lang; name: string; href: string; current: boolean }[] {
  return [
    { lang: 'vi' as const, name: 'Tiếng Việt' },
    { lang: 'en' as const, name: 'English' },
  ].map(tongue => ({
    ...tongue,
    href: linkFrom(place, tongue.lang, place.path),
    current: tongue.lang === lang,
  }));
}

/** Views that carry a chart and need its script. */
export const CHARTED: ReadonlySet<ViewName> = new Set(['overview', 'agency']);
