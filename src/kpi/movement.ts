/** Why a rate and a rank moved between two periods: corrections, reorganisation, then what really changed. */
import { inForce } from './agency.ts';
import { type Catalogue, fold } from './catalogue.ts';
import { addParts, type RateParts, rateOfPieces, splitRate } from './decompose.ts';
import type { Facts, Frame } from './facts.ts';
import { type IndicatorId, type IndicatorVersion, indicatorOn } from './indicators.ts';
import { type Day, lastDay, type Period } from './month.ts';
import { type Piece, piecesOf } from './pieces.ts';
import { type RankParts, splitRank } from './rank-movement.ts';
import { type Ranking, rankPeriod } from './ranking.ts';
import type { Fraction } from './rate.ts';
import { minus, type Rational, ratio } from './rational.ts';

/** What was known at one instant. */
export interface Knowledge {
  catalogue: Catalogue;
  facts: Facts;
}

/** `agency` null is the country, which has no rank. */
export interface Asking {
  id: IndicatorId;
  agency: string | null;
  now: Period;
  before: Period;
  /** Boundaries are those on which the two periods are compared. */
  frame: Frame;
}

/** Why there is nothing to take apart. */
export type NoMovement =
  | 'no_earlier_figures'
  | 'other_definition'
  | 'no_rate_before'
  | 'no_rate_now'
  | 'composite'
  | 'directives';

/** The earlier period seen three times, and the later: rate or rank; null where there was none. */
export interface Stages<T> {
  /** As published, on the boundaries of its own day. */
  published: T | null;
  /** By what is known today, on the same boundaries. */
  corrected: T | null;
  /** By what is known today, on the boundaries of the comparison. */
  before: T;
  now: T;
}

/** Parts between the first stage that there is and the last; null where the stage before it is missing. */
export interface Steps {
  corrections: Rational | null;
  reorganisation: Rational | null;
}

export interface RateMovement extends Steps, RateParts {
  stages: Stages<Fraction>;
  change: Rational;
  services: Map<string, RateParts & { before: Fraction; now: Fraction }>;
}

export interface RankMovement extends Steps, RankParts {
  stages: Stages<{ rank: number; of: number }>;
  /** Ranks gained since the first stage that there is. */
  change: Rational;
  entered: string[];
  left: string[];
}

export interface Movement {
  indicator: IndicatorVersion;
  /** The agency whose past on its own boundaries this one continues; null for none and for the country. */
  continues: string | null;
  reason: NoMovement | null;
  rate: RateMovement | null;
  rank: RankMovement | null;
}

/**
 * Takes a movement apart. `published` is what was known when the earlier period was published (null: never).
 * Corrections come first, as they were known first, then the change of boundaries; what remains is compared
 * on one set of boundaries by one definition. The parts add up to the change exactly.
 */
export function buildMovement(present: Knowledge, published: Knowledge | null, asking: Asking): Movement {
  const { id, agency, now, before, frame } = asking;
  const { catalogue, facts } = present;
  const indicator = indicatorOn(catalogue, id, lastDay(now.last));
  const ownDay = lastDay(before.last);
  const continues = agency === null ? null : continuedBy(catalogue, agency, ownDay);
  const nothing = { indicator, continues, rate: null, rank: null };
  if (!before.months.every(m => facts.months.has(m))) return { ...nothing, reason: 'no_earlier_figures' };
  const earlier = indicatorOn(catalogue, id, ownDay);
  if (earlier.version !== indicator.version) return { ...nothing, reason: 'other_definition' };

  // Components are indicators of their own; tasks are named one by one where the rate opens.
  if (indicator.kind === 'composite' || indicator.kind === 'directives') {
    return { ...nothing, reason: indicator.kind };
  }

  const own: Frame = { ...frame, boundaries: ownDay };
  const piecesAt = (known: Knowledge | null, period: Period, on: Frame, code: string | null | undefined) =>
    known && code !== undefined
      ? piecesOf(known.catalogue, known.facts, id, period, on, code)
      : new Map<string, Piece>();
  const past = agency === null ? null : (continues ?? undefined);
  const pieces = {
    published: piecesAt(published, before, own, past),
    corrected: piecesAt(present, before, own, past),
    before: piecesAt(present, before, frame, agency),
    now: piecesAt(present, now, frame, agency),
  };
  const services = splitRate(pieces.before, pieces.now);
  if (!services) {
    return { ...nothing, reason: rateOfPieces(pieces.now) ? 'no_rate_before' : 'no_rate_now' };
  }
  const rates = {
    published: rateOfPieces(pieces.published),
    corrected: rateOfPieces(pieces.corrected),
    before: rateOfPieces(pieces.before) as Rational,
    now: rateOfPieces(pieces.now) as Rational,
  };
  const stages = {
    published: fractionOf(pieces.published),
    corrected: fractionOf(pieces.corrected),
    before: fractionOf(pieces.before) as Fraction,
    now: fractionOf(pieces.now) as Fraction,
  };
  const rate: RateMovement = {
    stages,
    ...stepsOf(rates),
    ...addParts(services.values()),
    change: minus(rates.now, firstOf(rates)),
    services: new Map(
      [...services].map(([service, parts]) => {
        const of = (all: ReadonlyMap<string, Piece>): Fraction =>
          fractionOf(new Map([...all].filter(([, p]) => p.service === service))) ?? NONE;
        return [service, { ...parts, before: of(pieces.before), now: of(pieces.now) }];
      }),
    ),
  };
  return {
    indicator,
    continues,
    reason: null,
    rate,
    rank: rankMovement(present, published, asking, continues),
  };
}

function rankMovement(
  present: Knowledge,
  published: Knowledge | null,
  { id, agency, now, before, frame }: Asking,
  continues: string | null,
): RankMovement | null {
  const kind = present.catalogue.agencyByCode.get(agency ?? '')?.kind;
  if (agency === null || !kind) return null;
  const rank = ({ catalogue, facts }: Knowledge, period: Period, on: Frame): Ranking =>
    rankPeriod(catalogue, facts, id, kind, period, on);
  const [then, later] = [rank(present, before, frame), rank(present, now, frame)];
  const parts = splitRank(then, later, agency);
  if (!parts) return null;
  const own: Frame = { ...frame, boundaries: lastDay(before.last) };
  const placed = (ranking: Ranking | null, code: string | null) => {
    const line = ranking?.ranked.find(r => r.agency === code);
    return ranking && line ? { rank: line.rank, of: ranking.ranked.length } : null;
  };
  const stages = {
    published: placed(published && rank(published, before, own), continues),
    corrected: placed(rank(present, before, own), continues),
    before: placed(then, agency) as { rank: number; of: number },
    now: placed(later, agency) as { rank: number; of: number },
  };
  // A rank gained is a smaller number.
  const places = mapStages(stages, s => ratio(-s.rank));
  const missingFrom = (ranking: Ranking, other: Ranking): string[] => {
    const there = new Set(other.ranked.map(r => r.agency));
    return ranking.ranked.filter(r => !there.has(r.agency)).map(r => r.agency);
  };
  return {
    stages,
    ...stepsOf(places),
    ...parts,
    change: minus(places.now, firstOf(places)),
    entered: missingFrom(later, then),
    left: missingFrom(then, later),
  };
}

/**
 * The agency of `day` whose past `code` continues: itself; the only one it came from; of several that
 * merged, the one that bears its name. Null for a body that is new.
 */
export function continuedBy(catalogue: Catalogue, code: string, day: Day): string | null {
  const agency = catalogue.agencyByCode.get(code);
  const then = fold(catalogue, code, day).code;
  const found = catalogue.agencyByCode.get(then);
  if (!agency || !found) return null;
  if (inForce(found, day)) return then;
  const before = catalogue.successions.filter(s => s.successor === then && s.kind !== 'split');
  const named = before.filter(s => catalogue.agencyByCode.get(s.predecessor)?.shortVi === agency.shortVi);
  const [only, another] = before.length === 1 ? before : named;
  return only && !another ? continuedBy(catalogue, only.predecessor, day) : null;
}

const NONE: Fraction = { numerator: null, denominator: null };

function fractionOf(pieces: ReadonlyMap<string, Piece>): Fraction | null {
  const tallies = [...pieces.values()].filter(p => p.numerator !== null);
  if (tallies.length === 0) return null;
  const add = (of: keyof Fraction): number => tallies.reduce((total, t) => total + (t[of] ?? 0), 0);
  return { numerator: add('numerator'), denominator: add('denominator') };
}

function mapStages<T, U>({ published, corrected, before, now }: Stages<T>, of: (stage: T) => U): Stages<U> {
  return {
    published: published && of(published),
    corrected: corrected && of(corrected),
    before: of(before),
    now: of(now),
  };
}

function firstOf({ published, corrected, before }: Stages<Rational>): Rational {
  return (corrected && published) ?? corrected ?? before;
}

function stepsOf({ published, corrected, before }: Stages<Rational>): Steps {
  return {
    corrections: published && corrected && minus(corrected, published),
    reorganisation: corrected && minus(before, corrected),
  };
}
