/** The parameters that pages and commands share, read from text into a typed question. */
import type { Agency } from '../kpi/agency.ts';
import { type Catalogue, scopeOf } from '../kpi/catalogue.ts';
import type { Frame, View } from '../kpi/facts.ts';
import { type IndicatorId, indicatorIds } from '../kpi/indicators.ts';
import {
  type Day,
  firstDay,
  hanoiDay,
  isDay,
  lastDay,
  type Month,
  type Period,
  parseInstant,
  parsePeriod,
  periodOfMonth,
} from '../kpi/month.ts';
import { PEERS, type Peers } from '../kpi/peers.ts';
import type { Lang } from '../words/words.ts';
import { type Fault, fault, isFault } from './fault.ts';

export type RankedKind = 'province' | 'ministry';

export interface Question {
  lang: Lang;
  /** Instant (ms) as of which to answer; null is now. */
  asOf: number | null;
  /** Null when none was asked for and no month is published. */
  period: Period | null;
  periodGiven: boolean;
  catalogue: string;
  /** As given; null leaves it to the period (see `frameOf`). */
  boundaries: Day | null;
  kind: RankedKind;
  /** As given; null leaves it to the kind of agency (see `viewOf`). */
  view: View | null;
  indicator: IndicatorId;
  withoutVertical: boolean;
  /** As given: which regions there are depends on the boundaries. */
  region: string | null;
  peers: Peers | null;
  /** What a movement is measured against. */
  against: Against;
}

/** The period before, or the same period a year earlier. */
export type Against = 'before' | 'year';

/** What decides which answers there are. */
export interface Bounds {
  catalogue: Catalogue;
  /** The months that may be seen. */
  published: readonly Month[];
  /** The month shown unless another is asked for, where that is not the last one that may be seen. */
  latest?: Month | null;
  /** Now, in milliseconds. */
  now: number;
  /** Whether months that are not published may be asked for. */
  drafts: boolean;
}

/** Parameters as they come: texts from a command, texts or lists of texts from an address. */
export type Parameters = Readonly<Record<string, unknown>>;

/** One parameter; an empty field of a form counts as not given. */
export function parameter(given: Parameters, name: string): string | undefined | Fault {
  const value = Object.hasOwn(given, name) ? given[name] : undefined;
  if (value === undefined || value === '') return undefined;
  if (typeof value !== 'string') return fault('repeated_parameter', { parameter: name });
  // No text holds this character, and no database takes it.
  return value.includes('\0')
    ? fault('unknown_value', { parameter: name, value: '\\0', allowed: '—' })
    : value;
}

/** The language asked for; Vietnamese unless it is English. */
export function readLang(given: Parameters): Lang | Fault {
  return oneOf<Lang>(given, 'lang', ['vi', 'en'], 'vi');
}

/** Reads `as_of`, an RFC 3339 instant not later than `now`; null when not given. */
export function readAsOf(given: Parameters, now: number): number | null | Fault {
  const text = parameter(given, 'as_of');
  if (text === undefined) return null;
  if (isFault(text)) return text;
  // An address turns the plus sign of an offset into a space unless it is written as %2B.
  const instant = parseInstant(text.replace(/ (?=\d\d:\d\d$)/, '+'));
  if (instant === null) return unknownValue('as_of', text, '2025-01-31T17:00:00+07:00');
  return instant > now ? fault('future_as_of', { parameter: 'as_of', value: text }) : instant;
}

/** Reads every shared parameter; the first one at fault is returned as the fault. */
export function readQuestion(given: Parameters, bounds: Bounds): Question | Fault {
  const lang = readLang(given);
  if (isFault(lang)) return lang;
  const asOf = readAsOf(given, bounds.now);
  if (isFault(asOf)) return asOf;
  const period = readPeriod(given, bounds);
  if (isFault(period)) return period;
  const catalogue = readCatalogue(given, bounds.catalogue);
  if (isFault(catalogue)) return catalogue;
  const boundaries = readDay(given, 'boundaries');
  if (isFault(boundaries)) return boundaries;
  const kind = oneOf<RankedKind>(given, 'kind', ['province', 'ministry'], 'province');
  if (isFault(kind)) return kind;
  const view = oneOf<View | null>(given, 'view', ['own', 'sector'], null);
  if (isFault(view)) return view;
  const indicator = readIndicator(given, bounds.catalogue);
  if (isFault(indicator)) return indicator;
  const vertical = oneOf<'in' | 'out'>(given, 'vertical', ['in', 'out'], 'in');
  if (isFault(vertical)) return vertical;
  const region = parameter(given, 'region');
  if (isFault(region)) return region;
  const peers = oneOf<Peers | null>(given, 'peers', PEERS, null);
  if (isFault(peers)) return peers;
  const against = oneOf<Against>(given, 'against', ['before', 'year'], 'before');
  if (isFault(against)) return against;
  return {
    lang,
    asOf,
    ...period,
    catalogue,
    boundaries,
    kind,
    view,
    indicator,
    withoutVertical: vertical === 'out',
    region: region ?? null,
    peers,
    against,
  };
}

/** Ministries are judged by the whole sector they lead, everybody else by what it does itself. */
export function viewOf(question: Question, kind: Agency['kind']): View | Fault {
  if (question.view === 'sector' && kind === 'province')
    return fault('sector_of_provinces', { parameter: 'view' });
  return question.view ?? (kind === 'ministry' ? 'sector' : 'own');
}

/** What is counted for a period: boundaries are those of its last day unless others were asked for. */
export function frameOf(question: Question, period: Period, view: View): Frame {
  return {
    catalogue: question.catalogue,
    view,
    boundaries: question.boundaries ?? lastDay(period.last),
    withoutVertical: question.withoutVertical,
  };
}

function readPeriod(
  given: Parameters,
  bounds: Bounds,
): { period: Period | null; periodGiven: boolean } | Fault {
  const text = parameter(given, 'period');
  if (isFault(text)) return text;
  if (text === undefined) {
    const latest = bounds.latest === undefined ? bounds.published.at(-1) : bounds.latest;
    return { period: !latest ? null : periodOfMonth(latest), periodGiven: false };
  }
  const period = parsePeriod(text);
  if (!period) return unknownValue('period', text, '2022-07, 2023-Q2, 2023-H1, 2023-YTD-05');
  if (firstDay(period.last) > hanoiDay(bounds.now)) {
    return fault('future_period', { parameter: 'period', value: text });
  }
  if (!bounds.drafts && !period.months.every(m => bounds.published.includes(m))) {
    return fault('unpublished_period', { parameter: 'period', value: text });
  }
  return { period, periodGiven: true };
}

function readCatalogue(given: Parameters, catalogue: Catalogue): string | Fault {
  const text = parameter(given, 'catalogue');
  if (isFault(text)) return text;
  if (text === undefined) return 'essential-25';
  if (scopeOf(catalogue, text)) return text;
  return unknownValue('catalogue', text, catalogue.catalogues.map(c => c.code).join(', '));
}

function readDay(given: Parameters, name: string): Day | null | Fault {
  const text = parameter(given, name);
  if (text === undefined) return null;
  return isFault(text) || isDay(text) ? text : unknownValue(name, text, '2025-07-01');
}

function readIndicator(given: Parameters, catalogue: Catalogue): IndicatorId | Fault {
  const text = parameter(given, 'indicator');
  if (isFault(text)) return text;
  if (text === undefined) return 'end_to_end_completion';
  const defined = indicatorIds(catalogue);
  return defined.find(id => id === text) ?? unknownValue('indicator', text, defined.join(', '));
}

function oneOf<T extends string | null>(
  given: Parameters,
  name: string,
  values: readonly (T & string)[],
  fallback: T,
): T | Fault {
  const text = parameter(given, name);
  if (isFault(text)) return text;
  if (text === undefined) return fallback;
  return values.find(v => v === text) ?? unknownValue(name, text, values.join(', '));
}

export function unknownValue(name: string, value: string, allowed: string): Fault {
  return fault('unknown_value', { parameter: name, value, allowed });
}
