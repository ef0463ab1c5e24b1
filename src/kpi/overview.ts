/** The country in one object: every indicator against the period before, best and slowest, what is missing. */
import type { Catalogue } from './catalogue.ts';
import type { Facts, Frame } from './facts.ts';
import { type IndicatorId, type IndicatorVersion, indicatorIds } from './indicators.ts';
import { type Month, type Period, periodBefore } from './month.ts';
import { byName, type Ranked } from './ranking.ts';
import { type Counting, countingOver, type TrendMonth, trendOf } from './scorecard.ts';
import type { Tally } from './tally.ts';

export interface Overview {
  coverage: { returns: number; due: number };
  headlines: {
    indicator: IndicatorVersion;
    tally: Tally;
    /** The same version in the period before; null when that is not shown or was defined otherwise. */
    before: Tally | null;
  }[];
  trend: { indicator: IndicatorId; points: TrendMonth[] }[];
  best: Ranked[];
  /** Slowest first; nobody stands in both lists. */
  slowest: Ranked[];
  /** The largest changes of rank since the period before, the largest first. */
  rises: Ranked[];
  falls: Ranked[];
  /** The version of the indicator that these four lists are ranked by. */
  rankedBy: IndicatorVersion;
  /** Offices (own view) that owe returns of the period and have not sent them all, most missing first. */
  missing: { agency: string; returns: number; due: number }[];
}

const LISTED = 5;
const RANKED_BY: IndicatorId = 'end_to_end_completion';

/** Builds the overview; `facts` holds the period, the period before where it is shown, and `months`. */
export function buildOverview(
  catalogue: Catalogue,
  facts: Facts,
  period: Period,
  frame: Frame,
  months: readonly Month[],
  counting: Counting = countingOver(catalogue, facts),
): Overview {
  const before = periodBefore(period);
  const comparable = before.months.every(m => facts.months.has(m));
  const reporting = counting.tally('reporting_completeness', period, frame);
  const { ranked, indicator: rankedBy } = counting.rank(RANKED_BY, 'province', period, frame);
  const best = ranked.slice(0, LISTED);
  const moved = (sign: 1 | -1): Ranked[] =>
    ranked
      .filter(r => sign * (r.change?.rank ?? 0) > 0)
      .sort((a, b) => sign * ((b.change?.rank ?? 0) - (a.change?.rank ?? 0)))
      .slice(0, LISTED);
  const name = (code: string) => catalogue.agencyByCode.get(code);
  const { returns, due } = reporting.national;
  return {
    coverage: { returns, due },
    headlines: indicatorIds(catalogue).map(id => {
      const now = counting.tally(id, period, frame);
      const earlier = comparable ? counting.tally(id, before, frame) : null;
      const same = earlier?.indicator.version === now.indicator.version;
      return {
        indicator: now.indicator,
        tally: now.national,
        before: same ? (earlier?.national ?? null) : null,
      };
    }),
    trend: indicatorIds(catalogue).map(id => ({
      indicator: id,
      points: trendOf(counting, id, months, frame, tallies => tallies.national),
    })),
    best,
    rises: moved(1),
    falls: moved(-1),
    rankedBy,
    slowest: ranked.slice(Math.max(best.length, ranked.length - LISTED)).reverse(),
    missing: [...reporting.groups]
      .filter(([, tally]) => tally.returns < tally.due)
      .map(([agency, tally]) => ({ agency, returns: tally.returns, due: tally.due }))
      .sort((a, b) => b.due - b.returns - (a.due - a.returns) || byName(name(a.agency), name(b.agency))),
  };
}
