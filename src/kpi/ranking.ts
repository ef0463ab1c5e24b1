/** Rankings: one rule for order and ties, ranges that chance allows, and reasons for not being ranked. */
import { type Agency, type AgencyKind, type Fold, inForce } from './agency.ts';
import { compareVietnamese } from './alphabet.ts';
import { type Catalogue, fold } from './catalogue.ts';
import { rankRanges } from './exact-interval.ts';
import { type Facts, type Frame, reportersIn } from './facts.ts';
import { hasInterval, type IndicatorId, type IndicatorVersion } from './indicators.ts';
import { type Day, type Period, periodBefore, yearBefore } from './month.ts';
import { chosen, EVERYBODY, type Selection } from './peers.ts';
import { compareRates, rateOf, wilson } from './rate.ts';
import { emptyTally, type Tally, tallyIndicator } from './tally.ts';

/** How far an agency came since an earlier period by the same definition; null where it was not ranked. */
export interface Change {
  /** Rank then minus rank now. */
  rank: number;
  /** Rate now minus rate then, as a fraction of 1. */
  value: number;
}

export interface Ranked {
  rank: number;
  /** Rank among all of the kind, where the ranking is of some of them. */
  overall: number;
  /** Best and worst rank that simultaneous 95 % intervals allow; null for counts of services or returns. */
  rankLow: number | null;
  rankHigh: number | null;
  agency: string;
  numerator: number;
  denominator: number;
  /** Fraction of 1, unrounded. */
  value: number;
  /** Bounds of the 95 % Wilson interval; null for counts of services or returns. */
  low: number | null;
  high: number | null;
  /** Against the period before, and against the same period a year earlier. */
  change: Change | null;
  changeYear: Change | null;
  tally: Tally;
}

export type NotRankedReason = 'no_return' | 'below_minimum' | 'nothing_to_divide';

export interface NotRanked {
  agency: string;
  reason: NotRankedReason;
  numerator: number | null;
  denominator: number | null;
  tally: Tally;
}

export interface Ranking {
  indicator: IndicatorVersion;
  period: Period;
  kind: AgencyKind;
  frame: Frame;
  selection: Selection;
  ranked: Ranked[];
  notRanked: NotRanked[];
  national: Tally;
  coverage: { returns: number; due: number; rowsIn: number; rows: number };
  /** Agencies that a merger after the boundary date formed: shown whole, since a sum cannot be taken apart. */
  asFormed: string[];
}

/** Groups of a kind in a period on given boundaries: what its agencies fold onto. */
export function groupsOf(catalogue: Catalogue, kind: AgencyKind, period: Period, boundaries: Day): Fold[] {
  const groups = new Map<string, Fold>();
  for (const month of period.months) {
    for (const agency of reportersIn(catalogue, month)) {
      if (agency.kind !== kind) continue;
      const folded = fold(catalogue, agency.code, boundaries);
      const target = catalogue.agencyByCode.get(folded.code);
      if (target?.kind === kind) groups.set(folded.code, folded);
    }
  }
  return [...groups.values()];
}

/**
 * Ranks every agency of a kind, or those selected: best first, equal rates share a rank (1, 2, 2, 4), names
 * break the display order only. Below the minimum denominator or without a return an agency is not ranked,
 * never last. Changes are those among the same agencies on the same boundaries.
 */
export function buildRanking(
  catalogue: Catalogue,
  facts: Facts,
  id: IndicatorId,
  kind: AgencyKind,
  period: Period,
  frame: Frame,
  selection: Selection = EVERYBODY,
): Ranking {
  const all = rankPeriod(catalogue, facts, id, kind, period, frame);
  const codes = [...all.ranked, ...all.notRanked].map(r => r.agency);
  const among = chosen(catalogue, facts, codes, period, frame, selection);
  const now = among ? rankPeriod(catalogue, facts, id, kind, period, frame, among) : all;
  const overall = new Map(all.ranked.map(r => [r.agency, r.rank]));
  const since = (before: Period): ((r: Ranked) => Change | null) => {
    const then = before.months.every(m => facts.months.has(m))
      ? rankPeriod(catalogue, facts, id, kind, before, frame, among)
      : null;
    const lines = then?.indicator.version === now.indicator.version ? then.ranked : [];
    const earlier = new Map(lines.map(r => [r.agency, r]));
    return ({ agency, rank, value }) => {
      const line = earlier.get(agency);
      return line ? { rank: line.rank - rank, value: value - line.value } : null;
    };
  };
  const [before, year] = [since(periodBefore(period)), since(yearBefore(period))];
  const ranked = now.ranked.map(r => ({
    ...r,
    overall: overall.get(r.agency) ?? r.rank,
    change: before(r),
    changeYear: year(r),
  }));
  return { ...now, selection, ranked: withRanges(ranked, now.indicator) };
}

/** The months a ranking reads: its own and those of the periods it is compared with. */
export function monthsForRanking(period: Period): string[] {
  return [...yearBefore(period).months, ...periodBefore(period).months, ...period.months];
}

/** Compares agencies by Vietnamese name, then by code: a total order independent of any database. */
export function byName(a: Agency | undefined, b: Agency | undefined): number {
  const difference = compareVietnamese(a?.shortVi ?? '', b?.shortVi ?? '');
  if (difference !== 0) return difference;
  return (a?.code ?? '') < (b?.code ?? '') ? -1 : 1;
}

/** The ranks of one period alone, without intervals or changes; `among` (null: all) says who is ranked. */
export function rankPeriod(
  catalogue: Catalogue,
  facts: Facts,
  id: IndicatorId,
  kind: AgencyKind,
  period: Period,
  frame: Frame,
  among: ReadonlySet<string> | null = null,
): Ranking {
  const { indicator, groups: tallies, national } = tallyIndicator(catalogue, facts, id, period, frame);
  const groups = groupsOf(catalogue, kind, period, frame.boundaries).filter(g => !among || among.has(g.code));
  const coverage = { returns: 0, due: 0, rowsIn: 0, rows: 0 };
  const notRanked: NotRanked[] = [];
  const candidates: { agency: string; numerator: number; denominator: number; tally: Tally }[] = [];
  for (const { code } of groups) {
    const tally = tallies.get(code) ?? emptyTally();
    coverage.returns += tally.returns;
    coverage.due += tally.due;
    coverage.rowsIn += tally.rowsIn;
    coverage.rows += tally.rows;
    const { numerator, denominator } = tally;
    const reason = reasonNotToRank(indicator, tally);
    if (reason || numerator === null || denominator === null) {
      notRanked.push({ agency: code, reason: reason ?? 'nothing_to_divide', numerator, denominator, tally });
    } else {
      candidates.push({ agency: code, numerator, denominator, tally });
    }
  }
  const name = (code: string): Agency | undefined => catalogue.agencyByCode.get(code);
  const sign = indicator.higherIsBetter ? -1 : 1;
  candidates.sort((a, b) => sign * compareRates(a, b) || byName(name(a.agency), name(b.agency)));
  notRanked.sort((a, b) => byName(name(a.agency), name(b.agency)));
  return {
    indicator,
    period,
    kind,
    frame,
    selection: EVERYBODY,
    ranked: withRanks(candidates),
    notRanked,
    national,
    coverage,
    asFormed: groups
      .filter(g => g.asFormed && !inForce(name(g.code) as Agency, frame.boundaries))
      .map(g => g.code),
  };
}

/** Why a tally is not ranked; null when it is. */
export function reasonNotToRank(indicator: IndicatorVersion, tally: Tally): NotRankedReason | null {
  if (tally.expected === 0 && !tally.returned) return 'nothing_to_divide';
  if (!tally.returned) return 'no_return';
  if (!tally.denominator) return 'nothing_to_divide';
  return tally.denominator < indicator.minimumDenominator ? 'below_minimum' : null;
}

function withRanks(
  sorted: { agency: string; numerator: number; denominator: number; tally: Tally }[],
): Ranked[] {
  const ranked: Ranked[] = [];
  for (const [i, c] of sorted.entries()) {
    const above = ranked[i - 1];
    const rank = above && compareRates(above, c) === 0 ? above.rank : i + 1;
    const value = rateOf(c) as number;
    const unknown = { rankLow: null, rankHigh: null, low: null, high: null, change: null, changeYear: null };
    ranked.push({ ...c, rank, overall: rank, value, ...unknown });
  }
  return ranked;
}

/** Adds the interval of each rate and the range of each rank, where chance moves them. */
function withRanges(ranked: Ranked[], indicator: IndicatorVersion): Ranked[] {
  if (!hasInterval(indicator)) return ranked;
  const ranges = rankRanges(ranked, indicator.higherIsBetter);
  return ranked.map((r, i) => {
    const [low, high] = wilson(r.numerator, r.denominator) as [number, number];
    const [rankLow, rankHigh] = ranges[i] as [number, number];
    return { ...r, low, high, rankLow, rankHigh };
  });
}
