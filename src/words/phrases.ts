/** Whole phrases made from numbers: what a page says in words about the figures it shows. */
import { type Defined, hasInterval, type IndicatorId, type IndicatorVersion } from '../kpi/indicators.ts';
import { periodText } from './dates.ts';
import { versionOf } from './definitions.ts';
import { percentText, pointsText, quotedText, targetText } from './numbers.ts';
import { type Lang, t, wordFor } from './words.ts';

export interface RateParts {
  numerator: number | null;
  denominator: number | null;
  value: number | null;
}

/** The rule of a ranking, in full, for the indicator it is made by. */
export function rankingRule(lang: Lang, version: IndicatorVersion): string {
  const order = t(lang, version.higherIsBetter ? 'rankings.higher' : 'rankings.lower');
  const minimum = `${t(lang, 'rankings.rule', { minimum: version.minimumDenominator })}`;
  const silence = version.kind === 'returns' ? ` ${t(lang, 'rankings.rule_reporting')}` : '';
  return `${order} ${minimum}${silence}`;
}

/** Why an agency is not ranked. */
export function reasonText(
  lang: Lang,
  reason: string,
  version: IndicatorVersion | null,
  due?: number,
): string {
  if (reason === 'below_minimum') {
    return t(lang, 'reason.below_minimum', { minimum: version?.minimumDenominator ?? 0 });
  }
  if (version?.kind === 'directives') {
    return t(lang, reason === 'no_return' ? 'reason.no_progress' : 'reason.no_task');
  }
  if (reason === 'nothing_to_divide' && due === 0) return t(lang, 'reason.nothing_due');
  return wordFor(lang, 'reason', reason);
}

export function coverageSentence(lang: Lang, { returns, due }: { returns: number; due: number }): string {
  if (due === 0) return '';
  return t(lang, 'coverage.sentence', { returns, due, percent: percentText(lang, returns / due) });
}

export interface QualityFound {
  due: number;
  checks: readonly { found: number }[];
}

/** What a data-quality sheet holds, in a sentence. */
export function qualitySentence(lang: Lang, { due, checks }: QualityFound): string {
  const n = checks.reduce((sum, { found }) => sum + found, 0);
  if (n > 0) return t(lang, 'quality.found', { n, due });
  return due > 0 ? t(lang, 'quality.clean', { due }) : t(lang, 'quality.clean_nothing');
}

/** A published figure as printed: `11/25 = 44,0%`, `100%`, `3.552`. */
export function milestoneFigure(lang: Lang, m: RateParts & { unit: string }): string {
  const { numerator, denominator, value } = m;
  if (numerator !== null && denominator !== null) {
    const parts = `${quotedText(lang, numerator)}/${quotedText(lang, denominator)}`;
    return value !== null && m.unit === 'percent' ? `${parts} = ${percentText(lang, value / 100)}` : parts;
  }
  if (value === null) return numerator === null ? '–' : quotedText(lang, numerator);
  return m.unit.startsWith('percent') ? `${quotedText(lang, value)}%` : quotedText(lang, value);
}

/** How a file was read, part by part. */
export function readingText(
  lang: Lang,
  as: {
    encoding: string;
    delimiter: string | null;
    numbers: string;
    heading_row: number | null;
    sheet?: string | null;
    from_title?: { period?: string; agency?: string };
    left_out?: readonly number[];
  },
): string {
  const parts = [
    wordFor(lang, 'encoding', as.encoding),
    as.sheet ? t(lang, 'receipt.in_sheet', { sheet: as.sheet }) : '',
    as.delimiter ? wordFor(lang, 'delimiter', as.delimiter) : '',
    wordFor(lang, 'numbers', as.numbers),
  ];
  if (as.heading_row) parts.push(t(lang, 'receipt.heading_row', { row: as.heading_row }));
  const { period, agency } = as.from_title ?? {};
  if (period) parts.push(t(lang, 'receipt.title_period', { period: periodText(lang, period) }));
  if (agency) parts.push(t(lang, 'receipt.title_agency', { agency }));
  if (as.left_out) parts.push(t(lang, 'receipt.left_out', { rows: as.left_out.join(', ') }));
  return parts.filter(Boolean).join(', ');
}

interface Line {
  indicator: { id: string; version: number };
  rate: RateParts;
}

/** What the overview says first, as its heading. */
export function overviewTitle(lang: Lang, period: string | null, headlines: readonly Line[]): string {
  if (!period) return t(lang, 'overview.title_empty');
  const rate = rateIn(headlines, 'end_to_end_completion');
  if (rate === null) return t(lang, 'overview.title_no_rate', { period });
  return t(lang, 'overview.title', { percent: percentText(lang, rate), period });
}

/** The overview in a few plain sentences: the goal, the services, the channel, the delays. */
export function overviewSentences(
  lang: Lang,
  headlines: readonly (Line & { before: RateParts | null; target: number | null })[],
  returns: { returns: number; due: number },
): string[] {
  const said: string[] = [];
  const completion = headlines.find(h => h.indicator.id === 'end_to_end_completion');
  const value = completion?.rate.value ?? null;
  if (value !== null && completion?.target) {
    const target = targetText(lang, completion.target);
    const gap = completion.target - value;
    const key = gap > 0 ? 'overview.say_target_below' : 'overview.say_target_met';
    said.push(t(lang, key, { target, points: unsigned(lang, gap) }));
  }
  const before = completion?.before?.value ?? null;
  if (value !== null && before !== null) said.push(change(lang, value - before));
  const online = headlines.find(h => h.indicator.id === 'level_3_4_completion');
  const services = parts(lang, online);
  if (services) {
    const all = services.numerator === services.denominator ? '_all' : '';
    const key = online?.indicator.version === 1 ? 'overview.say_levels' : 'overview.say_services';
    said.push(t(lang, `${key}${all}`, services));
  }
  const whole = headlines.find(h => h.indicator.id === 'end_to_end_services');
  const full = parts(lang, whole);
  if (full) {
    const key = whole?.indicator.version === 1 ? 'overview.say_level_4' : 'overview.say_end_to_end_services';
    said.push(t(lang, key, full));
  }
  const overdue = parts(
    lang,
    headlines.find(h => h.indicator.id === 'overdue'),
  );
  if (overdue) said.push(t(lang, 'overview.say_overdue', { n: overdue.numerator, percent: overdue.percent }));
  return [...said, coverageSentence(lang, returns)].filter(Boolean);
}

interface StandingLine extends Line {
  rank: number | null;
  rank_low: number | null;
  rank_high: number | null;
  ranked_of: number;
  reason: string | null;
  national: RateParts;
}

/** A scorecard in a few plain sentences: the main rank, against the country, best and worst standing. */
export function scorecardSentences(lang: Lang, known: Defined, lines: readonly StandingLine[]): string[] {
  const said: string[] = [];
  const main = lines.find(l => l.indicator.id === 'end_to_end_completion');
  if (main) {
    const indicator = nameOf(lang, known, main);
    if (main.rank !== null && main.rate.value !== null) {
      const percent = percentText(lang, main.rate.value);
      said.push(t(lang, 'agency.say_rank', { rank: main.rank, of: main.ranked_of, indicator, percent }));
      if (main.rank_low !== null && main.rank_high !== null && main.rank_low !== main.rank_high) {
        said.push(t(lang, 'agency.say_range', { low: main.rank_low, high: main.rank_high }));
      }
    } else if (main.reason) {
      const reason = reasonText(lang, main.reason, versionOf(known, main.indicator));
      said.push(t(lang, 'agency.say_not_ranked', { indicator, reason: lowerFirst(lang, reason) }));
    }
    if (main.rate.value !== null && main.national.value !== null) {
      const gap = main.rate.value - main.national.value;
      const points = unsigned(lang, gap);
      const key =
        Math.abs(gap) < 0.0005 ? 'agency.say_equal' : gap > 0 ? 'agency.say_above' : 'agency.say_below';
      said.push(t(lang, key, { points }));
    }
  }
  const ranked = lines
    .filter(l => l.rank !== null && l.ranked_of > 1 && isTelling(known, l))
    .sort((a, b) => standing(a) - standing(b));
  const [best, worst] = [ranked[0], ranked.at(-1)];
  if (best && worst && best !== worst) {
    for (const [key, l] of [
      ['agency.say_best', best],
      ['agency.say_worst', worst],
    ] as const) {
      said.push(t(lang, key, { indicator: nameOf(lang, known, l), rank: l.rank ?? 0, of: l.ranked_of }));
    }
  }
  return said;
}

/** Counts of services tie for the first rank all over, and overdue repeats what on time says. */
function isTelling(known: Defined, line: Line): boolean {
  return isDrawnWithInterval(versionOf(known, line.indicator)) && line.indicator.id !== 'overdue';
}

function standing(line: StandingLine): number {
  return ((line.rank ?? 1) - 1) / (line.ranked_of - 1);
}

function rateIn(headlines: readonly Line[], id: IndicatorId): number | null {
  return headlines.find(h => h.indicator.id === id)?.rate.value ?? null;
}

function parts(
  lang: Lang,
  line: Line | undefined,
): { numerator: number; denominator: number; percent: string } | null {
  const { numerator = null, denominator = null, value = null } = line?.rate ?? {};
  if (numerator === null || denominator === null || value === null) return null;
  return { numerator, denominator, percent: percentText(lang, value) };
}

function change(lang: Lang, difference: number): string {
  if (Math.abs(difference) < 0.0005) return t(lang, 'overview.say_before_same');
  const key = difference > 0 ? 'overview.say_before_up' : 'overview.say_before_down';
  return t(lang, key, { points: unsigned(lang, difference) });
}

function unsigned(lang: Lang, difference: number): string {
  return pointsText(lang, Math.abs(difference)).replace('+', '');
}

function nameOf(lang: Lang, known: Defined, line: Line): string {
  const name = versionOf(known, line.indicator)?.name[lang] ?? line.indicator.id;
  return lang === 'vi' ? lowerFirst(lang, name) : name;
}

function lowerFirst(lang: Lang, text: string): string {
  return text.charAt(0).toLocaleLowerCase(lang) + text.slice(1);
}

/** Whether an interval of chance is drawn for an indicator. */
export function isDrawnWithInterval(version: IndicatorVersion | null): boolean {
  return version !== null && hasInterval(version);
}
