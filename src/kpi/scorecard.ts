/** The scorecard of one agency: each indicator with rank and interval, the trend, and every service. */
import {
  type Breakdown,
  breakDown,
  emptyBreakdown,
  membersOf,
  type Standing,
  standingOf,
} from './breakdown.ts';
import {
  type Catalogue,
  fold,
  leadOf,
  leadShown,
  mustDeliver,
  owesReturn,
  type PublicService,
} from './catalogue.ts';
import { type Facts, type Frame, reportersIn, servicesIn } from './facts.ts';
import { countedRate, type IndexScore, scoreIndex } from './index-766.ts';
import { hasInterval, type IndicatorId, type IndicatorVersion, indicatorIds } from './indicators.ts';
import { lastDay, type Month, type Period, periodOfMonth } from './month.ts';
import type { Selection } from './peers.ts';
import { buildRanking, type Change, type NotRankedReason, type Ranking, reasonNotToRank } from './ranking.ts';
import { wilson } from './rate.ts';
import { emptyTally, type Tallies, type Tally, tallyIndicator } from './tally.ts';

/** How the builders count: a shell may put a memory in front of it, since agencies share their rankings. */
export interface Counting {
  rank(id: IndicatorId, kind: Ranking['kind'], period: Period, frame: Frame, selection?: Selection): Ranking;
  tally(id: IndicatorId, period: Period, frame: Frame): Tallies;
}

/** Counts afresh each time. */
export function countingOver(catalogue: Catalogue, facts: Facts): Counting {
  return {
    rank: (id, kind, period, frame, selection) =>
      buildRanking(catalogue, facts, id, kind, period, frame, selection),
    tally: (id, period, frame) => tallyIndicator(catalogue, facts, id, period, frame),
  };
}

export interface ScorecardLine {
  indicator: IndicatorVersion;
  tally: Tally;
  low: number | null;
  high: number | null;
  rank: number | null;
  rankLow: number | null;
  rankHigh: number | null;
  /** How many agencies of the kind are ranked. */
  rankedOf: number;
  /** Why it is not ranked; null when it is. */
  reason: NotRankedReason | null;
  /** Against the period before. */
  change: Change | null;
  national: Tally;
}

/** One month of a trend; a line is to break where the version of the indicator changes. */
export interface TrendMonth {
  month: Month;
  indicator: IndicatorVersion;
  tally: Tally;
}

export interface ScorecardRow extends Breakdown {
  service: PublicService;
  lead: string | null;
  /** A return is due: from a member itself (own view) or from anybody (sector view). */
  due: boolean;
  returned: boolean;
  standing: Standing;
}

export interface Scorecard {
  agency: string;
  period: Period;
  frame: Frame;
  asFormed: boolean;
  coverage: { returns: number; due: number };
  lines: ScorecardLine[];
  trend: { indicator: IndicatorId; points: TrendMonth[] }[];
  rows: ScorecardRow[];
  /** Index 766, component by component. */
  index: IndexScore;
}

/** The longest trend shown, in months. */
const TREND_MONTHS = 24;

/** The months of a trend that ends with `period`: at most 24 of `available` (ascending), and the period's own. */
export function trendMonths(available: readonly Month[], period: Period): Month[] {
  const months = new Set([...available.filter(m => m <= period.last), ...period.months]);
  return [...months].sort().slice(-TREND_MONTHS);
}

/**
 * Builds the scorecard of the group shown as `agency` on the frame's boundaries. `facts` holds the months
 * of the period, of the period before (where there is one to compare with), and `months` of the trend.
 */
export function buildScorecard(
  catalogue: Catalogue,
  facts: Facts,
  agency: string,
  period: Period,
  frame: Frame,
  months: readonly Month[],
  counting: Counting = countingOver(catalogue, facts),
): Scorecard {
  const kind = catalogue.agencyByCode.get(agency)?.kind;
  if (!kind) throw new Error(`no agency ${agency}`);
  const rankings = indicatorIds(catalogue).map(id => counting.rank(id, kind, period, frame));
  const reporting =
    counting.tally('reporting_completeness', period, frame).groups.get(agency) ?? emptyTally();
  const { returns, due } = reporting;
  return {
    agency,
    period,
    frame,
    asFormed: rankings.some(r => r.asFormed.includes(agency)),
    coverage: { returns, due },
    lines: rankings.map(r => lineOf(r, agency)),
    trend: indicatorIds(catalogue).map(id => ({
      indicator: id,
      points: trendOf(counting, id, months, frame, tallies => tallies.groups.get(agency) ?? emptyTally()),
    })),
    rows: rowsOf(catalogue, facts, agency, period, frame),
    index: scoreIndex(catalogue.indexComponents, kind, id =>
      countedRate(counting.tally(id, period, frame), part => part.groups.get(agency)),
    ),
  };
}

/** What a scorecard says of the agency alone: drafts of others neither show nor can be told from a rank. */
export function withoutOthers(scorecard: Scorecard): Scorecard {
  const nothing = {
    rank: null,
    rankLow: null,
    rankHigh: null,
    rankedOf: 0,
    change: null,
    national: emptyTally(),
  };
  return { ...scorecard, lines: scorecard.lines.map(line => ({ ...line, ...nothing })) };
}

function lineOf(ranking: Ranking, agency: string): ScorecardLine {
  const { indicator, national } = ranking;
  const rankedOf = ranking.ranked.length;
  const ranked = ranking.ranked.find(r => r.agency === agency);
  if (ranked) return { ...ranked, indicator, national, rankedOf, reason: null };
  const unranked = ranking.notRanked.find(r => r.agency === agency);
  const tally = unranked?.tally ?? emptyTally();
  const reason = unranked?.reason ?? reasonNotToRank(indicator, tally) ?? 'nothing_to_divide';
  // Too few dossiers to rank, but not too few to show, with the wide interval that says how little they tell.
  const interval =
    hasInterval(indicator) && tally.denominator ? wilson(tally.numerator ?? 0, tally.denominator) : null;
  const [low, high] = interval ?? [null, null];
  return {
    indicator,
    tally,
    national,
    rankedOf,
    reason,
    low,
    high,
    rank: null,
    rankLow: null,
    rankHigh: null,
    change: null,
  };
}

/** One indicator month by month on fixed boundaries; `pick` says whose tally is drawn. */
export function trendOf(
  counting: Counting,
  id: IndicatorId,
  months: readonly Month[],
  frame: Frame,
  pick: (tallies: Tallies) => Tally,
): TrendMonth[] {
  return months.map(month => {
    const tallies = counting.tally(id, periodOfMonth(month), frame);
    return { month, indicator: tallies.indicator, tally: pick(tallies) };
  });
}

/** Every service that the group must deliver, or reported all the same, in the order of the catalogue. */
function rowsOf(
  catalogue: Catalogue,
  facts: Facts,
  agency: string,
  period: Period,
  frame: Frame,
): ScorecardRow[] {
  const day = lastDay(period.last);
  const sector = frame.view === 'sector';
  const members = membersOf(catalogue, agency, period, frame.boundaries);
  const askedFor = sector ? reportersIn(catalogue, period.last) : members;
  const folded = new Set(
    catalogue.agencies
      .filter(a => fold(catalogue, a.code, frame.boundaries).code === agency)
      .map(a => a.code),
  );
  const rates = breakDown(catalogue, facts, period, frame, (reporter, service, then) => {
    const owner = sector ? leadOf(catalogue, service, then)?.agency : reporter;
    return owner !== undefined && folded.has(owner) ? service : null;
  });
  return servicesIn(catalogue, frame, day)
    .filter(s => rates.has(s.code) || members.some(m => mustDeliver(catalogue, m, s, day)))
    .map(service => ({
      service,
      lead: leadShown(catalogue, service.code, day, frame.boundaries),
      due: askedFor.some(a => owesReturn(catalogue, a, service, day)),
      returned: rates.has(service.code),
      standing: standingOf(catalogue, facts.statuses, members, service, day),
      ...(rates.get(service.code) ?? emptyBreakdown()),
    }));
}
