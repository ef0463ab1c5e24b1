/** Takes the change of a rate apart into own rates, mixes and what stands in, exactly. */
import type { Piece } from './pieces.ts';
import { HALF, minus, plus, type Rational, ratio, sum, times, ZERO } from './rational.ts';

/** What one service (or all together) brings to the change of a rate; all add up to it exactly. */
export interface RateParts {
  /** The rates themselves rose or fell. */
  ownRate: Rational;
  /** Services with higher or lower rates took a larger share. */
  serviceMix: Rational;
  /** The same of agencies within each service; zero where one agency reports. */
  agencyMix: Rational;
  /** Pieces that stand in one period only, for want of a return or for blanks. */
  coverage: Rational;
}

export type Pieces = ReadonlyMap<string, Piece>;

/** A sum over a sum that may be empty. */
interface Pair {
  top: number;
  over: number;
}
interface Cell {
  service: string;
  before: Pair;
  now: Pair;
}
const NOTHING: Pair = { top: 0, over: 0 };

/** The rate of all pieces together; null when there is nothing to divide. */
export function rateOfPieces(pieces: Pieces): Rational | null {
  const { top, over } = total([...pieces.values()].map(pairOf));
  return over > 0 ? ratio(top, over) : null;
}

/**
 * Splits R₁ − R₀ by service. R* is the rate over the pieces that stand in both periods or are missing from
 * one for no want of data (a service that came or went, no dossier): coverage is (R₁ − R₁*) − (R₀ − R₀*).
 * For R* = Σ w r, with w the share of a service in the denominator, half-way weights make every order of
 * accounting give the same (A. Marshall 1887, F. Y. Edgeworth 1887): own rate Σ ½(w₀ + w₁)(r₁ − r₀), mix
 * Σ (w₁ − w₀)(½(r₀ + r₁) − c) with c = ½(R₀* + R₁*), which changes no total, as shares add up to 1. The rate of
 * a service is split over its agencies in the same way. A service without a rate in one period has there the
 * rate of the other, so that its coming or going is mix. Null when either period has no rate.
 */
export function splitRate(before: Pieces, now: Pieces): Map<string, RateParts> | null {
  const [r0, r1] = [rateOfPieces(before), rateOfPieces(now)];
  if (!r0 || !r1) return null;
  const all = cellsOf(before, now);
  const standing = all.filter(([key]) => !isMissing(before.get(key), now.get(key))).map(([, cell]) => cell);
  const [s0, s1] = [total(standing.map(c => c.before)), total(standing.map(c => c.now))];
  // Where nothing stands in both, coverage is all there is to say.
  const matched = s0.over > 0 && s1.over > 0 ? standing : [];
  const parts = matched.length > 0 ? splitMatched(matched, s0, s1) : new Map<string, RateParts>();
  const covered = coverageOf(
    all.map(([, cell]) => cell),
    new Set(matched),
    s0,
    s1,
  );
  for (const [service, coverage] of covered) {
    parts.set(service, { ...(parts.get(service) ?? NO_PARTS), coverage });
  }
  return parts;
}

/** The parts of all services together. */
export function addParts(parts: Iterable<RateParts>): RateParts {
  const all = [...parts];
  const of = (name: keyof RateParts): Rational => sum(all.map(p => p[name]));
  return {
    ownRate: of('ownRate'),
    serviceMix: of('serviceMix'),
    agencyMix: of('agencyMix'),
    coverage: of('coverage'),
  };
}

const NO_PARTS: RateParts = { ownRate: ZERO, serviceMix: ZERO, agencyMix: ZERO, coverage: ZERO };

function splitMatched(cells: readonly Cell[], s0: Pair, s1: Pair): Map<string, RateParts> {
  const centre = times(HALF, plus(rational(s0), rational(s1)));
  const parts = new Map<string, RateParts>();
  for (const [service, own] of Map.groupBy(cells, c => c.service)) {
    const [b, n] = [total(own.map(c => c.before)), total(own.map(c => c.now))];
    if (b.over === 0 && n.over === 0) continue;
    const [w0, w1] = [ratio(b.over, s0.over), ratio(n.over, s1.over)];
    const [rate0, rate1] = [rational(b.over > 0 ? b : n), rational(n.over > 0 ? n : b)];
    const weight = times(HALF, plus(w0, w1));
    // Only a service that has a rate in both periods has one that changed.
    const change = b.over > 0 && n.over > 0 ? splitAgencies(own, b, n) : { own: ZERO, mix: ZERO };
    const middle = minus(times(HALF, plus(rate0, rate1)), centre);
    parts.set(service, {
      ownRate: times(weight, change.own),
      serviceMix: times(minus(w1, w0), middle),
      agencyMix: times(weight, change.mix),
      coverage: ZERO,
    });
  }
  return parts;
}

/** Splits the change of one service's rate into its agencies' rates and their mix. */
function splitAgencies(cells: readonly Cell[], b: Pair, n: Pair): { own: Rational; mix: Rational } {
  const own: Rational[] = [];
  const mix: Rational[] = [];
  for (const { before, now } of cells) {
    if (before.over === 0 && now.over === 0) continue;
    const [v0, v1] = [ratio(before.over, b.over), ratio(now.over, n.over)];
    const [rate0, rate1] = [rational(before.over > 0 ? before : now), rational(now.over > 0 ? now : before)];
    own.push(times(times(HALF, plus(v0, v1)), minus(rate1, rate0)));
    mix.push(times(minus(v1, v0), times(HALF, plus(rate0, rate1))));
  }
  return { own: sum(own), mix: sum(mix) };
}

/** Coverage by service: what its pieces that stand in one period only bring to R − R* of either. */
function coverageOf(
  all: readonly Cell[],
  matched: ReadonlySet<Cell>,
  s0: Pair,
  s1: Pair,
): Map<string, Rational> {
  const left = all.filter(c => !matched.has(c));
  const found = new Map<string, Rational>();
  if (left.length === 0) return found;
  const [d0, d1] = [total(all.map(c => c.before)).over, total(all.map(c => c.now)).over];
  // Without R*, what a piece brings is its own part of R.
  const [c0, c1] = matched.size > 0 ? [rational(s0), rational(s1)] : [ZERO, ZERO];
  for (const [service, own] of Map.groupBy(left, c => c.service)) {
    const [b, n] = [total(own.map(c => c.before)), total(own.map(c => c.now))];
    // R − R* = Σ over the left-out pieces of their share times (their rate − R*).
    const at0 = minus(ratio(b.top, d0), times(ratio(b.over, d0), c0));
    const at1 = minus(ratio(n.top, d1), times(ratio(n.over, d1), c1));
    found.set(service, minus(at1, at0));
  }
  return found;
}

/** Whether a piece stands in one of the periods only because the other's return is missing or left blank. */
function isMissing(before: Piece | undefined, now: Piece | undefined): boolean {
  return stands(before) !== stands(now) && wants(stands(before) ? now : before);
}

function stands(piece: Piece | undefined): boolean {
  return (piece?.denominator ?? 0) > 0;
}

/** Data that should be there is not: a return is due and has not come, or came with blanks. */
function wants(piece: Piece | undefined): boolean {
  if (!piece) return false;
  const { rows, rowsIn, returns, due } = piece;
  return rowsIn === 0 && (rows > 0 || returns < due);
}

function cellsOf(before: Pieces, now: Pieces): [string, Cell][] {
  return [...new Set([...before.keys(), ...now.keys()])].map(key => {
    const [then, later] = [before.get(key), now.get(key)];
    const service = (then ?? later)?.service ?? '';
    return [key, { service, before: then ? pairOf(then) : NOTHING, now: later ? pairOf(later) : NOTHING }];
  });
}

function pairOf({ numerator, denominator }: Piece): Pair {
  return { top: numerator ?? 0, over: denominator ?? 0 };
}

function total(pairs: readonly Pair[]): Pair {
  return pairs.reduce((t, p) => ({ top: t.top + p.top, over: t.over + p.over }), NOTHING);
}

function rational({ top, over }: Pair): Rational {
  return ratio(top, over);
}
