/** What templates can call: words, numbers, addresses, small drawings. Each gets the page from its root. */
import type Handlebars from 'handlebars';
import type { SparkPoint } from '../charts/sparkline.ts';
import { COUNTS } from '../kpi/figure.ts';
import { indicatorIds } from '../kpi/indicators.ts';
import type { Formula } from '../kpi/lineage.ts';
import { lastDay, parsePeriod } from '../kpi/month.ts';
import { type ReviewKind, stateOf } from '../kpi/review.ts';
import { dayText, instantText, periodText, periodTitle } from '../words/dates.ts';
import * as definitions from '../words/definitions.ts';
import { countText, listText, megabytesText, percentText, pointsText, targetText } from '../words/numbers.ts';
import * as phrases from '../words/phrases.ts';
import { isKey, type Lang, t, type Vars, wordFor } from '../words/words.ts';
import { frozenAddress, inLang, linkFrom, originOf, placesOf, signInAddress, twinOf } from './address.ts';
import { boundariesSentence, boundaryChoices } from './boundaries.ts';
import { DRAWN } from './drawings.ts';
import * as groups from './groups.ts';
import { MOVED } from './movement.ts';
import {
  isNumber,
  lang,
  type Maybe,
  none,
  type Options,
  type Rate,
  type Ref,
  type Root,
  root,
  version,
} from './root.ts';
import { TOLD } from './told.ts';
import { isMain, type Published, trendFigure } from './trend.ts';

/** The rates an overview shows large; the others follow in its table. */
const HEADLINES = [
  'end_to_end_completion',
  'online_dossiers',
  'on_time',
  'level_3_4_completion',
  'end_to_end_services',
];

const logic = {
  eq: (a: unknown, b: unknown) => a === b,
  ne: (a: unknown, b: unknown) => a !== b,
  and: (a: unknown, b: unknown) => a && b,
  or: (a: unknown, b: unknown) => a || b,
  isNumber,
  above: (a: unknown, b: unknown) => isNumber(a) && isNumber(b) && a > b,
  less: (a: unknown, b: unknown) => isNumber(a) && isNumber(b) && a < b,
  known: (rate: Maybe<Rate>) => isNumber(rate?.value),
  size: (n: number) => Math.abs(n),
  outside: (c: { rows_in?: number; rows?: number }) => (c.rows ?? 0) - (c.rows_in ?? 0),
  minus: (a: Maybe<Rate>, b: Maybe<Rate>) => (a?.value ?? 0) - (b?.value ?? 0),
  member: (of: Record<string, unknown>, name: string) => of[name],
  list: (...items: unknown[]) => items.slice(0, -1),
  more: (d: { new: number; changed: number; same: number; rows: unknown[] }) =>
    d.rows.length < d.new + d.changed + d.same,
  some: (rows: Record<string, unknown>[], name: string) => rows.some(r => r[name] !== null),
};

const texts = {
  t: (key: string, o: Options) => {
    if (!isKey(key)) throw new Error(`no text ${key}`);
    return t(lang(o), key, o.hash as Vars);
  },
  word: (group: string, code: Maybe<string | number>, o: Options) =>
    code === null || code === undefined ? '' : wordFor(lang(o), group, code),
  n: (value: Maybe<number>, o: Options) => (isNumber(value) ? countText(lang(o), value) : none(o)),
  pct: (rate: Maybe<Rate | number>, o: Options) => {
    const value = isNumber(rate) ? rate : rate?.value;
    return isNumber(value) ? percentText(lang(o), value) : none(o);
  },
  points: (difference: number, o: Options) => pointsText(lang(o), difference),
  targetText: (value: number, o: Options) => targetText(lang(o), value),
  shortHash: (sha256: string) => `${sha256.slice(0, 12)}…`,
  megabytes: (bytes: number, o: Options) => megabytesText(lang(o), bytes),
  day: (day: Maybe<string>, o: Options) => (day ? dayText(lang(o), day) : ''),
  period: (id: string, o: Options) => periodText(lang(o), id),
  periodTitle: (id: string, o: Options) => periodTitle(lang(o), id),
  instant: (at: Maybe<string | number>, o: Options) => (at ? instantText(lang(o), at) : ''),
  span: (from: Maybe<string>, to: Maybe<string>, o: Options) =>
    definitions.spanText(lang(o), from ?? null, to ?? null),
  inLang: (pair: Record<Lang, string>, o: Options) => pair[lang(o)],
  agencyName: (code: string, name: unknown, o?: Options) => named(code, name, o, 'agencyName'),
  serviceName: (code: string, name: unknown, o?: Options) => named(code, name, o, 'serviceName'),
  agencyList: (agencies: readonly (string | { agency: string })[], o: Options) =>
    listText(
      lang(o),
      agencies.map(a => root(o).page.agencyName(typeof a === 'string' ? a : a.agency)),
    ),
  catalogueName: (code: string, name: unknown, o?: Options) => {
    const found = root(o ?? (name as Options)).page.catalogues.find(c => c.value === code)?.name;
    return found ?? (typeof name === 'string' && name ? name : code);
  },
};

/** A name in the page's language; where the page does not know it, the one of the document, or the code. */
function named(
  code: string,
  name: unknown,
  o: Options | undefined,
  of: 'agencyName' | 'serviceName',
): string {
  const found = root(o ?? (name as Options)).page[of](code);
  return found === code && typeof name === 'string' && name ? name : found;
}

const said = {
  indicatorName: (ref: Ref, o: Options) => version(ref, o)?.name[lang(o)] ?? ref.id,
  indicatorUnit: (ref: Ref, o: Options) => definitions.unitOf(lang(o), version(ref, o)),
  indicatorParts: (ref: Ref, o: Options) => {
    const v = version(ref, o);
    return v ? `${v.numeratorText[lang(o)]} ÷ ${v.denominatorText[lang(o)]}` : '';
  },
  definition: (ref: Ref, o: Options) => {
    const v = version(ref, o);
    return v ? definitions.definitionText(lang(o), root(o).page, v) : '';
  },
  indicatorCalled: (id: string, o: Options) =>
    definitions.indicatorNameOn(lang(o), root(o).page, id, root(o).page.today),
  versionMark: (ref: Ref, o: Options) => definitions.versionMark(lang(o), root(o).page, ref),
  spansDefinitions: (refs: readonly { indicator: Ref }[] | Ref, o: Options) => {
    const period = parsePeriod(root(o).doc.period ?? '');
    const all = 'id' in refs ? [refs] : refs.map(r => r.indicator);
    return period ? definitions.spansText(lang(o), root(o).page, all, period) : '';
  },
  hasInterval: (ref: Ref, o: Options) => phrases.isDrawnWithInterval(version(ref, o)),
  /** Tasks have neither a view nor a catalogue. */
  countsTasks: (ref: Maybe<Ref>, o: Options) => version(ref, o)?.kind === 'directives',
  qualitySentence: (sheet: phrases.QualityFound, o: Options) => phrases.qualitySentence(lang(o), sheet),
  rankingRule: (ref: Ref, o: Options) => {
    const v = version(ref, o);
    return v ? phrases.rankingRule(lang(o), v) : '';
  },
  reason: (code: string, ref: Ref, due: number, o: Options) =>
    phrases.reasonText(lang(o), code, version(ref, o), due),
  rankRange: (r: { rank_low: Maybe<number>; rank_high: Maybe<number> }, o: Options) => {
    if (!isNumber(r.rank_low) || !isNumber(r.rank_high)) return none(o);
    return r.rank_low === r.rank_high ? String(r.rank_low) : `${r.rank_low}–${r.rank_high}`;
  },
  direction: (difference: number, ref: Ref, o: Options) => {
    if (Math.abs(difference) < 0.0005) return 'same';
    return difference > 0 === (version(ref, o)?.higherIsBetter ?? true) ? 'better' : 'worse';
  },
  coverageSentence: (c: { returns: number; due: number }, o: Options) => phrases.coverageSentence(lang(o), c),
  overviewTitle: (doc: Root['doc'], o: Options) => {
    const period = doc.period ? periodText(lang(o), doc.period) : null;
    return phrases.overviewTitle(lang(o), period, doc.headlines ?? []);
  },
  overviewSentences: (doc: Root['doc'], o: Options) =>
    phrases.overviewSentences(lang(o), doc.headlines ?? [], doc.coverage ?? { returns: 0, due: 0 }).join(' '),
  scorecardSentences: (doc: Root['doc'], o: Options) =>
    phrases.scorecardSentences(lang(o), root(o).page, doc.indicators ?? []).join(' '),
  milestoneFigure: (m: Published, o: Options) => phrases.milestoneFigure(lang(o), m),
  milestoneAgency: (m: Published, o: Options) => named(m.agency, m.agency_name, o, 'agencyName'),
  status: (row: { level: Maybe<number>; mode: Maybe<string> }, o: Options) => {
    if (isNumber(row.level)) return wordFor(lang(o), 'level', row.level);
    return row.mode ? wordFor(lang(o), 'mode', row.mode) : t(lang(o), 'status.none');
  },
  eligible: (value: Maybe<boolean>, o: Options) => {
    const key = typeof value !== 'boolean' ? 'eligible_unknown' : value ? 'eligible_yes' : 'eligible_no';
    return t(lang(o), `service.${key}`);
  },
  readAs: (as: Parameters<typeof phrases.readingText>[1], o: Options) => phrases.readingText(lang(o), as),
};

const places = {
  link: (path: string, o: Options) => linkFrom(root(o).page, lang(o), path, o.hash as Record<string, string>),
  plainLink: (path: string, o: Options) => inLang(path, lang(o)),
  visitorPlaces: (o: Options) => placesOf(root(o).page.visitor, lang(o)),
  signInLink: (o: Options) => signInAddress(root(o).page, lang(o)),
  origin: (o: Options) => originOf(root(o).page, lang(o), root(o).doc, o.hash as Record<string, string>),
  twin: (format: string, o: Options) => twinOf(root(o).page, lang(o), format),
  path: (folder: string, code: string) => `${folder}/${encodeURIComponent(code)}`,
  frozen: (period: string, edition: number, form: string, o: Options) =>
    frozenAddress(period, edition, form, lang(o)),
  movementPath: (agency: string) => `/agencies/${encodeURIComponent(agency)}/movement`,
  /** The usual comparison needs no parameter. */
  unlessBefore: (against: string) => (against === 'before' ? '' : against),
  rankingKind: (kind: string) => (kind === 'ministry' ? kind : ''),
};

const parts = {
  mainHeadlines: (all: readonly { indicator: Ref }[]) =>
    HEADLINES.flatMap(id => all.filter(h => h.indicator.id === id)),
  otherHeadlines: (all: readonly { indicator: Ref }[]) =>
    all.filter(h => !HEADLINES.includes(h.indicator.id)),
  mainMilestones: (all: readonly Published[]) => all.filter(isMain),
  otherMilestones: (all: readonly Published[]) => {
    const others = all.filter(m => !isMain(m));
    return others.length > 0 ? others : null;
  },
  agencyLists: (doc: { agencies: readonly groups.Listed[]; boundaries: string }) =>
    groups.agencyLists(doc.agencies, doc.boundaries),
  bySilence: groups.bySilence,
  byKind: groups.byKind,
  byIndicator: (all: Parameters<typeof groups.byIndicator>[0], o: Options) =>
    groups.byIndicator(all, lang(o)),
  lineage: (doc: { came_from: groups.Succession[]; became: groups.Succession[] }, o: Options) => {
    const lines = groups.lineage(lang(o), doc.came_from, doc.became);
    return lines.length > 0 ? lines : null;
  },
  matrix: (doc: groups.MatrixDoc, o: Options) => groups.matrix(lang(o), doc, root(o).page.serviceName),
  boundariesSentence: (day: string, o: Options) => boundariesSentence(lang(o), root(o).page, day),
  boundaryChoices: (kind: Maybe<string>, o: Options) =>
    boundaryChoices(lang(o), root(o).page, kind === 'ministry' ? kind : 'province'),
  neighbours: (period: string, o: Options) => groups.neighbours(root(o).page.published, period),
  periodChoices: (selected: Maybe<string>, o: Options) =>
    groups.periodChoices(lang(o), root(o).page.published, selected ?? null),
  indicatorChoices: (o: Options) => {
    const period = parsePeriod(root(o).doc.period ?? '');
    return indicatorIds(root(o).page).map(id => ({
      value: id,
      name: definitions.indicatorNameOn(
        lang(o),
        root(o).page,
        id,
        period ? lastDay(period.last) : root(o).page.today,
      ),
    }));
  },
  usedCounts: ({ numerator, denominator, needed }: Formula) =>
    COUNTS.filter(name => [...numerator, ...denominator, ...needed].includes(name)),
  qualityIndicator: (check: string) =>
    check === 'completeness' || check === 'punctuality' ? `reporting_${check}` : 'on_time',
  // A service is looked for wherever it is listed; all of an agency's in the catalogue of the page.
  anyCatalogue: (service: Maybe<string>, catalogue: string) => (service ? '' : catalogue),
  submissionState: (s: { awaits: string | null; status: string; last_review: ReviewKind | null }) =>
    stateOf(s, s.last_review),
  chosenKind: (kind: string, o: Options) => (root(o).doc.given?.kind || 'monthly-return') === kind,
  methodSections: (o: Options) => groups.methodSections(lang(o)),
  trend: (doc: Root['doc'], o: Options) =>
    trendFigure(lang(o), root(o).page, doc.trend ?? [], doc.milestones ?? [], doc.agency ?? null),
  trendOf: (trend: readonly { indicator: string; points: readonly SparkPoint[] }[], id: string) =>
    trend.find(l => l.indicator === id)?.points,
};

/** Every function by the name under which templates call it. */
export const FUNCTIONS: Readonly<Record<string, Handlebars.HelperDelegate>> = {
  ...logic,
  ...texts,
  ...said,
  ...DRAWN,
  ...MOVED,
  ...TOLD,
  ...places,
  ...parts,
};
