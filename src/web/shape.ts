/** From core objects to the parts of page objects: names in the page's language, rates, coverage, milestones. */
import type { Agency } from '../kpi/agency.ts';
import type { Breakdown, Standing } from '../kpi/breakdown.ts';
import { type Catalogue, fold, type PublicService } from '../kpi/catalogue.ts';
import type { IndexScore } from '../kpi/index-766.ts';
import type { IndicatorVersion } from '../kpi/indicators.ts';
import type { Milestone } from '../kpi/milestone.ts';
import { type Day, rfc3339 } from '../kpi/month.ts';
import type { Ranked } from '../kpi/ranking.ts';
import { type Fraction, rateOf } from '../kpi/rate.ts';
import type { TrendMonth } from '../kpi/scorecard.ts';
import { regimeOn } from '../kpi/status.ts';
import type { Tally } from '../kpi/tally.ts';
import { distanceToTarget } from '../kpi/target.ts';
import type { Table } from '../render/csv.ts';
import type { Correction } from '../store/corrections.ts';
import type { Publication } from '../store/publications.ts';
import type { Lang } from '../words/words.ts';
import type {
  CorrectionDocument,
  Coverage,
  IndexDocument,
  IndicatorRef,
  MilestoneDocument,
  RankingDocument,
  Rate,
  ReopenedDocument,
  TrendPoint,
} from './documents.ts';

export function rate(fraction: Fraction): Rate {
  const { numerator, denominator } = fraction;
  return { numerator, denominator, value: rateOf(fraction) };
}

/** Returns in of returns due; of directives, which owe no return, tasks whose progress is reported of tasks due. */
export function returnsOf(
  { returns, due, rowsIn, rows }: Covered,
  of: IndicatorVersion,
): { returns: number; due: number } {
  return of.kind === 'directives' ? { returns: rowsIn, due: rows } : { returns, due };
}
type Covered = Pick<Tally, 'returns' | 'due' | 'rowsIn' | 'rows'>;

/** The same, and for dossiers the rows that stand in the rate. */
export function coverage(tally: Covered, of: IndicatorVersion): Coverage {
  const returns = returnsOf(tally, of);
  return of.kind === 'dossiers' ? { ...returns, rows_in: tally.rowsIn, rows: tally.rows } : returns;
}

export function indicatorRef({ id, version }: IndicatorVersion): IndicatorRef {
  return { id, version };
}

export function trendPoints(points: readonly TrendMonth[], indicator: string): MonthlyTrend {
  return {
    indicator,
    points: points.map(({ month, indicator: of, tally }) => ({
      period: month,
      version: of.version,
      ...rate(tally),
      coverage: returnsOf(tally, of),
    })),
  };
}
interface MonthlyTrend {
  indicator: string;
  points: TrendPoint[];
}

export function localName(named: { nameVi: string; nameEn: string } | undefined, lang: Lang): string {
  return (lang === 'en' && named?.nameEn) || (named?.nameVi ?? '');
}

/** Name of an agency in the page's language; the code itself when unknown. `national` is the country. */
export function agencyName(catalogue: Catalogue, code: string, lang: Lang): string {
  if (code === 'national') return lang === 'en' ? 'The country' : 'Cả nước';
  return localName(catalogue.agencyByCode.get(code), lang) || code;
}

export function publicServiceName(catalogue: Catalogue, code: string, lang: Lang): string {
  return localName(catalogue.serviceByCode.get(code), lang) || code;
}

/** The lines of a ranking as they are printed, shown and listed among the best and slowest. */
export function rankedLines(
  ranked: readonly Ranked[],
  indicator: IndicatorVersion,
  catalogue: Catalogue,
  lang: Lang,
): RankingDocument['ranked'] {
  return ranked.map(r => {
    const distance = distanceToTarget(indicator, r);
    return {
      rank: r.rank,
      rank_low: r.rankLow,
      rank_high: r.rankHigh,
      agency: r.agency,
      name: agencyName(catalogue, r.agency, lang),
      numerator: r.numerator,
      denominator: r.denominator,
      value: r.value,
      low: r.low,
      high: r.high,
      change: r.change?.rank ?? null,
      change_value: r.change?.value ?? null,
      change_year: r.changeYear?.rank ?? null,
      change_value_year: r.changeYear?.value ?? null,
      rank_overall: r.overall,
      to_target: distance?.gap ?? null,
      to_target_count: distance?.count ?? null,
      ...returnsOf(r.tally, indicator),
    };
  });
}

/** Milestones in the order of their days. */
export function milestoneDocuments(
  milestones: readonly Milestone[],
  catalogue: Catalogue,
  lang: Lang,
): MilestoneDocument[] {
  return [...milestones]
    .sort((a, b) => (a.asOf < b.asOf ? -1 : a.asOf > b.asOf ? 1 : 0))
    .map(({ asOf, agency, ...rest }) => ({
      as_of: asOf,
      agency,
      agency_name: agencyName(catalogue, agency, lang),
      ...rest,
    }));
}

/** The milestones of a group: of its code, or of an agency that is shown under it. */
export function milestonesOf(
  milestones: readonly Milestone[],
  catalogue: Catalogue,
  group: string,
  boundaries: Day,
): Milestone[] {
  return milestones.filter(
    m =>
      m.agency === group || (m.agency !== 'national' && fold(catalogue, m.agency, boundaries).code === group),
  );
}

/** How a service is delivered, in the words of the regime of `day` only: a level before Decree 42/2022, then a mode. */
export function delivery(
  standing: Standing,
  day: Day,
): { level: number | null; mode: string | null; status_as_of: string | null } {
  if (typeof standing === 'string') return { level: null, mode: null, status_as_of: null };
  const byLevel = regimeOn(day) === 'level';
  return {
    level: byLevel ? standing.level : null,
    mode: byLevel ? null : standing.mode,
    status_as_of: standing.asOf,
  };
}

export function breakdownRates(
  breakdown: Breakdown,
): { received: number | null } & Record<BreakdownRate, Rate> {
  return {
    received: breakdown.received,
    online: rate(breakdown.online),
    end_to_end: rate(breakdown.endToEnd),
    on_time: rate(breakdown.onTime),
  };
}
type BreakdownRate = 'online' | 'end_to_end' | 'on_time';

/** Codes of procedures that stand behind a service, each once. */
export function procedureCodes(
  catalogue: Catalogue,
  service: PublicService,
): { code: string; name: string }[] {
  return catalogue.procedureCodes
    .filter(p => p.service === service.code)
    .map(({ code, name }) => ({ code, name }));
}

/** Orders agencies for lists: ministries, provinces, enterprises, others. */
export const KIND_ORDER: Readonly<Record<Agency['kind'], number>> = {
  ministry: 0,
  province: 1,
  enterprise: 2,
  other: 3,
  group: 4,
};

/** Prefixes the three parts of a rate for a column of its own: `online_numerator` and so on. */
export function rateColumns(name: string, { numerator, denominator, value }: Rate): Table['rows'][number] {
  return { [`${name}_numerator`]: numerator, [`${name}_denominator`]: denominator, [`${name}_value`]: value };
}

export function rateColumnNames(...names: string[]): string[] {
  return names.flatMap(n => [`${n}_numerator`, `${n}_denominator`, `${n}_value`]);
}

/** Corrections as documents list them. */
export function correctionDocuments(
  corrections: readonly Correction[],
  catalogue: Catalogue,
  lang: Lang,
): CorrectionDocument[] {
  return corrections.map(c => ({
    period: c.month,
    recorded_at: rfc3339(c.at),
    agency: c.agency,
    agency_name: c.agency && agencyName(catalogue, c.agency, lang),
    kind: c.kind,
    reason: c.reason,
  }));
}

/** The openings of published months as documents list them; `publications` as the store gives them. */
export function reopenedDocuments(publications: readonly Publication[]): ReopenedDocument[] {
  return publications.flatMap(({ month, edition, publishedAt, reopened }) => {
    if (!reopened) return [];
    const next = publications.find(p => p.month === month && p.edition === edition + 1);
    return {
      period: month,
      edition,
      published_at: rfc3339(publishedAt),
      reopened_at: rfc3339(reopened.at),
      reason: reopened.reason,
      published_again_at: next ? rfc3339(next.publishedAt) : null,
    };
  });
}

/** Index 766 as documents print it. */
export function indexDocument({ lines, points, max }: IndexScore): IndexDocument {
  return {
    points,
    max,
    official_max: lines.reduce((sum, l) => sum + l.max, 0),
    components: lines.map(line => ({
      component: line.component.id,
      name: line.component.name,
      max: line.max,
      indicator: line.component.indicator,
      rate: line.rate && rate(line.rate),
      points: line.points,
      reason: line.reason,
    })),
  };
}
