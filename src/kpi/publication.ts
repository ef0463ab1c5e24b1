/** A month as it is frozen: its definitions, boundaries, every ranking and every scorecard, worked out in one go. */
import { type AgencyKind, inForce } from './agency.ts';
import { type Catalogue, fold, itemsOf, scopeOf, servicesOf } from './catalogue.ts';
import { type Facts, type Frame, reportersIn, type View } from './facts.ts';
import { type IndicatorVersion, indicatorIds, indicatorOn } from './indicators.ts';
import { type Day, lastDay, type Month, type Period, periodOfMonth } from './month.ts';
import { groupsOf, type Ranking } from './ranking.ts';
import type { Fraction } from './rate.ts';
import {
  buildScorecard,
  type Counting,
  countingOver,
  type Scorecard,
  type ScorecardRow,
} from './scorecard.ts';
import { regimeOn } from './status.ts';

/** Changes whenever the frozen form does; a bundle of another form is verified, but not worked out again. */
export const FORMAT = 'toan-trinh-publication-1';

/** The scopes that are frozen, and the kinds of agencies with the views in which they are ranked. */
const SCOPES = ['essential-25', 'essential-53'];
const RANKED: readonly { kind: AgencyKind; views: readonly View[] }[] = [
  { kind: 'province', views: ['own'] },
  { kind: 'ministry', views: ['sector', 'own'] },
];
const SCORED: readonly { kind: AgencyKind; view: View }[] = [
  { kind: 'ministry', view: 'sector' },
  { kind: 'province', view: 'own' },
  { kind: 'enterprise', view: 'own' },
  { kind: 'other', view: 'own' },
];

type Sum = [numerator: number | null, denominator: number | null];

export interface FrozenRanking {
  kind: AgencyKind;
  view: View;
  catalogue: string;
  indicator: string;
  version: number;
  national: Sum;
  coverage: { returns: number; due: number };
  ranked: {
    rank: number;
    rank_low: number | null;
    rank_high: number | null;
    agency: string;
    numerator: number;
    denominator: number;
    value: number;
    low: number | null;
    high: number | null;
  }[];
  not_ranked: { agency: string; reason: string; numerator: number | null; denominator: number | null }[];
}

export interface FrozenScorecard {
  agency: string;
  view: View;
  catalogue: string;
  coverage: { returns: number; due: number };
  as_formed: boolean;
  indicators: { indicator: string; version: number; sum: Sum; rank: number | null; reason: string | null }[];
  services: {
    service: string;
    due: boolean;
    returned: boolean;
    /** A level (to 2022-08-14) or a mode, or `none`, `not_due`, `no_return`. */
    delivered: number | string;
    received: number | null;
    online: Sum;
    end_to_end: Sum;
    on_time: Sum;
  }[];
}

/** The content of a publication, apart from when it was published. */
export interface FrozenMonth {
  format: string;
  period: Month;
  /** The day whose boundaries are shown, and the agencies in force on it. */
  boundaries: { date: Day; agencies: { code: string; kind: string; name_vi: string; name_en: string }[] };
  /** Agencies whose figures are shown under another one on these boundaries. */
  folded: { agency: string; under: string }[];
  definitions: IndicatorVersion[];
  catalogues: { code: string; places: number; services: string[] }[];
  services: { code: string; name_vi: string; name_en: string }[];
  rankings: FrozenRanking[];
  scorecards: FrozenScorecard[];
}

/** Works a month out from its facts. Pure: the same reference data and facts give the same content. */
export function buildFrozenMonth(catalogue: Catalogue, facts: Facts, month: Month): FrozenMonth {
  const period = periodOfMonth(month);
  const boundaries = lastDay(month);
  const counting = remembered(countingOver(catalogue, facts));
  const scopes = SCOPES.filter(code => scopeOf(catalogue, code));
  const frame = (scope: string, view: View): Frame => ({
    catalogue: scope,
    view,
    boundaries,
    withoutVertical: false,
  });
  const services = new Map(
    scopes.flatMap(scope => servicesOf(catalogue, scope, boundaries)).map(s => [s.code, s]),
  );
  return {
    format: FORMAT,
    period: month,
    boundaries: {
      date: boundaries,
      agencies: catalogue.agencies
        .filter(a => a.kind !== 'group' && inForce(a, boundaries))
        .map(a => ({ code: a.code, kind: a.kind, name_vi: a.nameVi, name_en: a.nameEn }))
        .sort((a, b) => (a.code < b.code ? -1 : 1)),
    },
    folded: reportersIn(catalogue, month)
      .map(a => ({ agency: a.code, under: fold(catalogue, a.code, boundaries).code }))
      .filter(f => f.agency !== f.under),
    definitions: indicatorIds(catalogue).map(id => indicatorOn(catalogue, id, boundaries)),
    catalogues: scopes.map(code => ({
      code,
      places: itemsOf(catalogue, code, boundaries).length,
      services: servicesOf(catalogue, code, boundaries).map(s => s.code),
    })),
    services: [...services.values()].map(s => ({ code: s.code, name_vi: s.nameVi, name_en: s.nameEn })),
    rankings: scopes.flatMap(scope =>
      RANKED.flatMap(({ kind, views }) =>
        views.flatMap(view =>
          indicatorIds(catalogue).map(id =>
            frozenRanking(counting.rank(id, kind, period, frame(scope, view))),
          ),
        ),
      ),
    ),
    scorecards: scopes.flatMap(scope =>
      SCORED.flatMap(({ kind, view }) =>
        groupsOf(catalogue, kind, period, boundaries).map(({ code }) =>
          frozenScorecard(
            buildScorecard(catalogue, facts, code, period, frame(scope, view), [], counting),
            boundaries,
          ),
        ),
      ),
    ),
  };
}

/** All scorecards of a kind share their rankings. */
function remembered(counting: Counting): Counting {
  const rankings = new Map<string, Ranking>();
  return {
    tally: counting.tally,
    rank: (id, kind, period: Period, frame) => {
      const key = [id, kind, frame.catalogue, frame.view].join(' ');
      const ranking = rankings.get(key) ?? counting.rank(id, kind, period, frame);
      rankings.set(key, ranking);
      return ranking;
    },
  };
}

function frozenRanking({
  indicator,
  kind,
  frame,
  national,
  coverage,
  ranked,
  notRanked,
}: Ranking): FrozenRanking {
  return {
    kind,
    view: frame.view,
    catalogue: frame.catalogue,
    indicator: indicator.id,
    version: indicator.version,
    national: sumOf(national),
    coverage: { returns: coverage.returns, due: coverage.due },
    ranked: ranked.map(r => ({
      rank: r.rank,
      rank_low: r.rankLow,
      rank_high: r.rankHigh,
      agency: r.agency,
      numerator: r.numerator,
      denominator: r.denominator,
      value: r.value,
      low: r.low,
      high: r.high,
    })),
    not_ranked: notRanked.map(({ agency, reason, numerator, denominator }) => ({
      agency,
      reason,
      numerator,
      denominator,
    })),
  };
}

function frozenScorecard(scorecard: Scorecard, day: Day): FrozenScorecard {
  return {
    agency: scorecard.agency,
    view: scorecard.frame.view,
    catalogue: scorecard.frame.catalogue,
    coverage: scorecard.coverage,
    as_formed: scorecard.asFormed,
    indicators: scorecard.lines.map(({ indicator, tally, rank, reason }) => ({
      indicator: indicator.id,
      version: indicator.version,
      sum: sumOf(tally),
      rank,
      reason,
    })),
    services: scorecard.rows.map(row => ({
      service: row.service.code,
      due: row.due,
      returned: row.returned,
      delivered: deliveredAs(row.standing, day),
      received: row.received,
      online: sumOf(row.online),
      end_to_end: sumOf(row.endToEnd),
      on_time: sumOf(row.onTime),
    })),
  };
}

function sumOf({ numerator, denominator }: Fraction): Sum {
  return [numerator, denominator];
}

function deliveredAs(standing: ScorecardRow['standing'], day: Day): number | string {
  if (typeof standing === 'string') return standing;
  return (regimeOn(day) === 'level' ? standing.level : standing.mode) ?? 'none';
}
