/**
 * Index 766 as far as monthly returns can feed it: points by component, and the rest named as not measured.
 * Source: Decision 766/QĐ-TTg of 2022-06-23; points and thresholds as in `data/index_766.csv`.
 */
import type { AgencyKind } from './agency.ts';
import type { Catalogue } from './catalogue.ts';
import type { IndicatorId } from './indicators.ts';
import type { Fraction } from './rate.ts';
import type { Tallies, Tally } from './tally.ts';

export interface IndexComponent {
  /** As in the decision: `2` for a group, `2.1` for a component. */
  id: string;
  level: 'group' | 'component';
  name: { vi: string; en: string };
  maxMinistry: number;
  maxProvince: number;
  /** What it is measured by here; null when the returns cannot feed it. */
  indicator: IndicatorId | null;
  /** The rate from which the full points are given, as a fraction of 1. */
  fullFrom: number;
}

export interface IndexLine {
  component: IndexComponent;
  max: number;
  /** Null where the component is not measured. */
  rate: Fraction | null;
  /** Points to six decimals; null where it does not count. */
  points: number | null;
  /** Why it does not count: no returns can feed it, or this agency has too little to measure it by. */
  reason: 'not_measured' | 'too_little' | null;
}

export interface IndexScore {
  lines: IndexLine[];
  /** Points reached and most points, over the components that count. */
  points: number;
  max: number;
}

/** Points are whole millionths, so that equal sums are equal. */
const MILLIONTHS = 1_000_000;

/**
 * Scores an agency of a kind. `rateOf` gives its rate by an indicator, or null when that indicator would not rank
 * it (no return, nothing to divide, below its minimum): such a component leaves both points and maximum.
 */
export function scoreIndex(
  components: readonly IndexComponent[],
  kind: AgencyKind,
  rateOf: (id: IndicatorId) => Fraction | null,
): IndexScore {
  const lines = components
    .filter(c => c.level === 'component')
    .map((component): IndexLine => {
      const max = kind === 'ministry' ? component.maxMinistry : component.maxProvince;
      if (component.indicator === null)
        return { component, max, rate: null, points: null, reason: 'not_measured' };
      const rate = rateOf(component.indicator);
      if (!rate?.denominator) return { component, max, rate: null, points: null, reason: 'too_little' };
      const share = Math.min(1, (rate.numerator ?? 0) / rate.denominator / component.fullFrom);
      return {
        component,
        max,
        rate,
        points: Math.round(share * max * MILLIONTHS) / MILLIONTHS,
        reason: null,
      };
    });
  const counted = lines.filter(l => l.points !== null);
  const sum = (of: (line: IndexLine) => number): number =>
    counted.reduce((total, line) => total + Math.round(of(line) * MILLIONTHS), 0) / MILLIONTHS;
  return { lines, points: sum(l => l.points ?? 0), max: sum(l => l.max) };
}

/** Adds up points over most points for every group and the country, from the tallies of the components' indicators. */
export function addPoints(
  { indexComponents, agencyByCode }: Pick<Catalogue, 'indexComponents' | 'agencyByCode'>,
  tallies: { byCode: ReadonlyMap<string, Tally>; national: Tally; of(agency: string): Tally },
  parts: ReadonlyMap<IndicatorId, Tallies>,
): void {
  const score = (tally: Tally, kind: AgencyKind, of: (part: Tallies) => Tally | undefined): void => {
    const { points, max } = scoreIndex(indexComponents, kind, id => countedRate(parts.get(id), of));
    tally.expected = tally.due;
    if (max === 0) return;
    Object.assign(tally, { returned: true, numerator: points, denominator: max });
  };
  const known = [tallies.byCode, ...[...parts.values()].map(p => p.groups)];
  for (const code of new Set(known.flatMap(groups => [...groups.keys()]))) {
    score(tallies.of(code), agencyByCode.get(code)?.kind ?? 'other', part => part.groups.get(code));
  }
  score(tallies.national, 'province', part => part.national);
}

/** A rate that counts for a component: one by which its own indicator would rank. */
export function countedRate(
  part: Tallies | undefined,
  of: (part: Tallies) => Tally | undefined,
): Tally | null {
  const tally = part && of(part);
  if (!part || !tally?.returned || !tally.denominator) return null;
  return tally.denominator < part.indicator.minimumDenominator ? null : tally;
}
