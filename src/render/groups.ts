/** How lists of a page's object are put together for reading: by kind, by duty, by version, as a matrix. */
import { within } from '../kpi/agency.ts';
import { monthsBetween, parsePeriod } from '../kpi/month.ts';
import { dayText, periodTitle } from '../words/dates.ts';
import { type Lang, t, wordFor } from '../words/words.ts';

const KINDS = ['ministry', 'province', 'enterprise', 'other', 'group'];

/** Agencies by kind, ministries first, in the order they came. */
export function byKind<A extends { kind: string }>(
  agencies: readonly A[],
): { kind: string; agencies: A[] }[] {
  return KINDS.map(kind => ({ kind, agencies: agencies.filter(a => a.kind === kind) })).filter(
    group => group.agencies.length > 0,
  );
}

/** What the list of agencies needs to know of each. */
export interface Listed {
  kind: string;
  valid_from: string | null;
  valid_to: string | null;
  due: number;
  end_to_end: { value: number | null };
}

/**
 * The agencies of a day by kind, those with something to report apart from those without; agencies of
 * other days apart from all of them, unless figures are shown under their name.
 */
export function agencyLists<A extends Listed>(agencies: readonly A[], boundaries: string) {
  const reports = (a: A): boolean => a.due > 0 || a.end_to_end.value !== null;
  const shown = agencies.filter(a => reports(a) || within(boundaries, a.valid_from, a.valid_to));
  return {
    groups: byKind(shown).map(({ kind, agencies: all }) => ({
      kind,
      count: all.length,
      reporting: all.filter(reports),
      quiet: all.filter(a => !reports(a)),
    })),
    elsewhere: agencies.filter(a => !shown.includes(a)),
  };
}

/** Those who sent nothing apart from those who sent a part. */
export function bySilence<A extends { returns: number }>(
  missing: readonly A[],
): { silent: A[]; partial: A[] } {
  return { silent: missing.filter(m => m.returns === 0), partial: missing.filter(m => m.returns > 0) };
}

/** The versions of each indicator together, oldest first, under the newest name. */
export function byIndicator<I extends { id: string; version: number; name: { vi: string; en: string } }>(
  indicators: readonly I[],
  lang: Lang,
): { id: string; name: string; versions: I[] }[] {
  return [...new Set(indicators.map(i => i.id))].map(id => {
    const versions = indicators.filter(i => i.id === id).sort((a, b) => a.version - b.version);
    return { id, name: versions.at(-1)?.name[lang] ?? id, versions };
  });
}

export interface Succession {
  agency: string;
  name: string;
  date: string;
  kind: string;
}

/** What an agency came from and became, one line for each kind of change and day. */
export function lineage(
  lang: Lang,
  cameFrom: readonly Succession[],
  became: readonly Succession[],
): { text: string; agencies: Succession[] }[] {
  return (['formed', 'became'] as const).flatMap(direction => {
    const all = direction === 'formed' ? cameFrom : became;
    const events = [...new Set(all.map(s => `${s.kind} ${s.date}`))];
    return events.map(event => {
      const agencies = all.filter(s => `${s.kind} ${s.date}` === event);
      const [kind = '', date = ''] = event.split(' ');
      const pattern = wordFor(lang, 'agency', `${direction}_${kind}`);
      return { text: pattern.replace('{day}', dayText(lang, date)), agencies };
    });
  });
}

interface PeriodChoices {
  name: string;
  choices: { value: string; name: string; selected: boolean }[];
}

/** What a period can be chosen from: every published month, and groups all of whose months are published. */
export function periodChoices(
  lang: Lang,
  published: readonly string[],
  selected: string | null,
): PeriodChoices[] {
  const months = new Set(published);
  const years = [...new Set(published.map(m => m.slice(0, 4)))];
  const complete = (ids: string[]): string[] =>
    ids.filter(id => parsePeriod(id)?.months.every(m => months.has(m))).reverse();
  const groups: [string, string[]][] = [
    [t(lang, 'period.months_group'), [...published].reverse()],
    [
      t(lang, 'period.quarters_group'),
      complete(years.flatMap(y => ['Q1', 'Q2', 'Q3', 'Q4'].map(q => `${y}-${q}`))),
    ],
    [t(lang, 'period.halves_group'), complete(years.flatMap(y => ['H1', 'H2'].map(h => `${y}-${h}`)))],
    [t(lang, 'period.to_date_group'), complete(years.flatMap(toDate))],
  ];
  return groups
    .filter(([, ids]) => ids.length > 0)
    .map(([name, ids]) => ({
      name,
      choices: ids.map(value => ({ value, name: periodTitle(lang, value), selected: value === selected })),
    }));
}

/** Year to date from February on: up to January it is January. */
function toDate(year: string): string[] {
  return monthsBetween(`${year}-02`, `${year}-12`).map(m => `${year}-YTD-${m.slice(5)}`);
}

/** The published months next to a month; null at the ends, and for groups of months. */
export function neighbours(
  published: readonly string[],
  period: string,
): { before: string | null; after: string | null } {
  const at = published.indexOf(period);
  return {
    before: at > 0 ? (published[at - 1] ?? null) : null,
    after: at >= 0 ? (published[at + 1] ?? null) : null,
  };
}

export interface MatrixDoc {
  regime: 'level' | 'mode';
  services: readonly {
    service: string;
    name: string;
    position: number | null;
    named: boolean;
    lead: string | null;
  }[];
  agencies: readonly { agency: string; name: string; kind: string }[];
  cells: Readonly<Record<string, Readonly<Record<string, number | string>>>>;
}

interface Cell {
  symbol: string;
  meaning: string;
  /** Class of the style sheet. */
  style: string;
}

/** The catalogue's matrix row by row, with its key; services are numbered as they stand. */
export function matrix(lang: Lang, doc: MatrixDoc, nameOf: (service: string) => string) {
  const services = doc.services.map((s, i) => ({ ...s, number: i + 1, name: nameOf(s.service) }));
  const groups = byKind(doc.agencies).map(({ kind, agencies }) => ({
    kind,
    rows: agencies.map(a => {
      const values = services.map(s => doc.cells[a.agency]?.[s.service] ?? 'not_due');
      return {
        ...a,
        cells: values.map(v => cell(lang, v)),
        done: values.filter(isOnline).length,
        due: values.filter(v => v !== 'not_due').length,
      };
    }),
  }));
  const states = doc.regime === 'level' ? [4, 3, 2, 1] : ['full', 'partial', 'information'];
  const key = [...states, 'none', 'not_due', 'no_return'].map(v => cell(lang, v));
  return { services, groups, key, columns: services.length + 2 };
}

function cell(lang: Lang, value: number | string): Cell {
  if (typeof value === 'number') {
    return { symbol: String(value), meaning: wordFor(lang, 'level', value), style: `level-${value}` };
  }
  return {
    symbol: wordFor(lang, 'symbol', value),
    meaning: wordFor(lang, 'cell', value),
    style: value.replaceAll('_', '-'),
  };
}

function isOnline(value: number | string): boolean {
  return typeof value === 'number' ? value >= 3 : value === 'partial' || value === 'full';
}

/** Sections of the page of methods, with how many paragraphs each has. */
const SECTIONS = {
  rates: 2,
  blank: 2,
  ranking: 4,
  duty: 3,
  boundaries: 2,
  movement: 3,
  past: 1,
  published: 1,
  unknown: 3,
};

export function methodSections(lang: Lang): { id: string; title: string; paragraphs: string[] }[] {
  return Object.entries(SECTIONS).map(([id, count]) => ({
    id,
    title: wordFor(lang, 'method', `${id}.title`),
    paragraphs: Array.from({ length: count }, (_, i) => wordFor(lang, 'method', `${id}.${i + 1}`)),
  }));
}
