/** Rankings: one rule for order and ties, ranges that chance allows, and reasons for not being ranked. */
import { type Agency, type AgencyKind, type Fold, inForce } from './agency.ts';
import { type Catalogue, fold } from './catalogue.ts';
import { type Facts, type Frame, reportersIn } from './facts.ts';
import { hasInterval, type IndicatorId, type IndicatorVersion } from './indicators.ts';
import { type Day, type Period, periodBefore } from './month.ts';
import { compareRates, rateOf, simultaneousZ, wilson } from './rate.ts';
import { emptyTally, type Tally, tallyIndicator } from './tally.ts';

export interface Ranked {
  rank: number;
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
  /** Rank in the period before minus rank now; null where there is none to compare with. */
  change: number | null;
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
 * Ranks every agency of a kind: best first, equal rates share a rank (1, 2, 2, 4), names break the display
 * order only. Below the minimum denominator or without a return an agency is not ranked, never last.
 */
export function buildRanking(
  catalogue: Catalogue,
  facts: Facts,
  id: IndicatorId,
  kind: AgencyKind,
  period: Period,
  frame: Frame,
): Ranking {
  const now = rankOnce(catalogue, facts, id, kind, period, frame);
  const before = periodBefore(period);
  const earlier = before.months.every(m => facts.months.has(m))
    ? rankOnce(catalogue, facts, id, kind, before, frame)
    : null;
  if (earlier && earlier.indicator.version === now.indicator.version) {
    const ranks = new Map(earlier.ranked.map(r => [r.agency, r.rank]));
    for (const r of now.ranked) {
      const rank = ranks.get(r.agency);
      r.change = rank === undefined ? null : rank - r.rank;
    }
  }
  return now;
}

/** The months a ranking reads: its own and those of the period it is compared with. */
export function monthsForRanking(period: Period): string[] {
  return [...periodBefore(period).months, ...period.months];
}

/** Compares agencies by Vietnamese name, then by code: a total order independent of any database. */
export function byName(a: Agency | undefined, b: Agency | undefined): number {
  const difference = VIETNAMESE.compare(a?.shortVi ?? '', b?.shortVi ?? '');
  if (difference !== 0) return difference;
  return (a?.code ?? '') < (b?.code ?? '') ? -1 : 1;
}
const VIETNAMESE = new Intl.Collator('vi');

function rankOnce(
  catalogue: Catalogue,
  facts: Facts,
  id: IndicatorId,
  kind: AgencyKind,
  period: Period,
  frame: Frame,
): Ranking {
  const { indicator, groups: tallies, national } = tallyIndicator(catalogue, facts, id, period, frame);
  const groups = groupsOf(catalogue, kind, period, frame.boundaries);
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
    ranked: withRanges(withRanks(candidates), indicator),
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
    ranked.push({ ...c, rank, value, rankLow: null, rankHigh: null, low: null, high: null, change: null });
  }
  return ranked;
}

/** Adds intervals; a rank could be better than those whose interval lies wholly on its worse side, and so on. */
function withRanges(ranked: Ranked[], indicator: IndicatorVersion): Ranked[] {
  if (!hasInterval(indicator)) return ranked;
  const z = simultaneousZ(ranked.length);
  const wide = ranked.map(r => wilson(r.numerator, r.denominator, z) as [number, number]);
  for (const [i, r] of ranked.entries()) {
    const [low, high] = wide[i] as [number, number];
    [r.low, r.high] = wilson(r.numerator, r.denominator) as [number, number];
    const above = wide.filter(w => (indicator.higherIsBetter ? w[0] > high : w[1] < low)).length;
    const below = wide.filter(w => (indicator.higherIsBetter ? w[1] < low : w[0] > high)).length;
    r.rankLow = above + 1;
    r.rankHigh = ranked.length - below;
  }
  return ranked;
}
