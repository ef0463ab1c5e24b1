/** The page `/agencies/CODE`: the scorecard of one agency. */
import { type Agency, nearestDay } from '../../kpi/agency.ts';
import { standsUnder } from '../../kpi/boundaries.ts';
import { membersOf } from '../../kpi/breakdown.ts';
import { type Catalogue, fold, regionOf } from '../../kpi/catalogue.ts';
import { indicatorIds } from '../../kpi/indicators.ts';
import type { Milestone } from '../../kpi/milestone.ts';
import { lastDay, type Period, periodBefore, periodOfMonth } from '../../kpi/month.ts';
import { findingsByCheck, monthsForQuality } from '../../kpi/quality.ts';
import { buildScorecard, type Scorecard, trendMonths, withoutOthers } from '../../kpi/scorecard.ts';
import type { Db } from '../../store/connect.ts';
import { type Correction, correctionsOf } from '../../store/corrections.ts';
import { milestonesAt } from '../../store/milestones.ts';
import type { Lang } from '../../words/words.ts';
import type { DataPage } from '../answer.ts';
import { correctedRates } from '../corrected.ts';
import type { Meta, ScorecardDocument } from '../documents.ts';
import { type Fault, fault, isFault } from '../fault.ts';
import { frameOf, viewOf } from '../question.ts';
import { type Asked, know } from '../reading.ts';
import {
  agencyName,
  breakdownRates,
  correctionDocuments,
  coverage,
  delivery,
  indexDocument,
  indicatorRef,
  localName,
  milestoneDocuments,
  milestonesOf,
  rate,
  trendPoints,
} from '../shape.ts';
import { scorecardTable } from './agency-table.ts';
import { qualityOf } from './quality.ts';

export const agencyPage: DataPage<ScorecardDocument> = {
  view: 'agency',
  subject: (_, code) => code,
  fileName: doc => `${doc.agency}-${doc.period ?? 'none'}`,
  read: readScorecard,
  table: scorecardTable,
};

/** Reads and builds the scorecard of the agency with that code. */
export async function readScorecard(db: Db, asked: Asked, code: string): Promise<ScorecardDocument | Fault> {
  const { question, catalogue, today } = asked;
  const agency = catalogue.agencyByCode.get(code);
  if (!agency || agency.kind === 'group') return fault('unknown_agency', { value: code });
  const view = viewOf(question, agency.kind);
  if (isFault(view)) return view;
  const milestones = await milestonesAt(db, question.asOf);
  const period = periodFor(asked, agency);
  if (!period) {
    const { meta } = await know(db, asked, []);
    const boundaries = question.boundaries ?? today;
    const { catalogue: scope } = question;
    const nothing = {
      coverage: { returns: 0, due: 0 },
      indicators: [],
      trend: [],
      services: [],
      index_766: null,
      corrections: [],
      corrected: [],
      quality: null,
      stands_under: null,
      own_period: null,
    };
    return {
      ...identityOf(catalogue, agency, question.lang, boundaries),
      ...{ period: null, catalogue: scope, view, boundaries, as_formed: false },
      ...meta,
      ...nothing,
      milestones: milestoneDocuments(
        milestonesOf(milestones, catalogue, code, boundaries),
        catalogue,
        question.lang,
      ),
    };
  }
  const months = trendMonths(asked.months, period);
  const { facts, counting, meta } = await know(db, asked, [
    ...months,
    ...monthsForQuality(catalogue, period),
    ...periodBefore(period).months,
    ...period.months,
  ]);
  const frame = frameOf(question, period, view);
  const whole = buildScorecard(catalogue, facts, code, period, frame, months, counting);
  const scorecard = asked.partial ? withoutOthers(whole) : whole;
  const all = await correctionsOf(db, period.months, question.asOf);
  // What a whole sector's reporters corrected moves its ministry; an office is moved by its own files alone.
  const corrections = all.filter(
    c => view === 'sector' || c.agency === null || fold(catalogue, c.agency, frame.boundaries).code === code,
  );
  const corrected = await correctedRates(db, asked, counting, corrections, {
    ...{ period, frame, indicators: indicatorIds(catalogue), agencies: [code] },
  });
  const document = {
    ...scorecardDocument(scorecard, corrections, milestones, catalogue, meta, question.lang),
    corrected,
  };
  const others = standsUnder(catalogue, code, period, frame.boundaries);
  if (!others) {
    const quality = await qualityOf(db, asked, facts, code, period);
    const checks = findingsByCheck(quality).map(({ check, found }) => ({ check, found: found.length }));
    return { ...document, quality: { due: quality.due, checks } };
  }
  const own = asked.months.findLast(m => membersOf(catalogue, code, periodOfMonth(m), lastDay(m)).length > 0);
  const named = others.map(other => ({ agency: other, name: agencyName(catalogue, other, question.lang) }));
  return { ...document, stands_under: named, own_period: own ?? null };
}

/**
 * The period asked for; by default the latest month in which the agency exists on the boundaries that will
 * be shown, so that the page of an agency of the past shows its last month. Null when there is none.
 */
export function periodFor({ question, catalogue, months }: Asked, agency: Agency): Period | null {
  const { period, periodGiven, boundaries } = question;
  if (period === null || periodGiven) return period;
  const exists = (p: Period): boolean =>
    membersOf(catalogue, agency.code, p, boundaries ?? lastDay(p.last)).length > 0;
  if (exists(period)) return period;
  const month = months.findLast(m => m <= period.last && exists(periodOfMonth(m)));
  return month === undefined ? null : periodOfMonth(month);
}

/** A scorecard as `.json` prints it. */
export function scorecardDocument(
  scorecard: Scorecard,
  corrections: readonly Correction[],
  milestones: readonly Milestone[],
  catalogue: Catalogue,
  meta: Meta,
  lang: Lang,
): Omit<ScorecardDocument, 'corrected'> {
  const { agency, period, frame } = scorecard;
  const known = catalogue.agencyByCode.get(agency);
  if (!known) throw new Error(`no agency ${agency}`);
  return {
    ...identityOf(catalogue, known, lang, lastDay(period.last)),
    period: period.id,
    catalogue: frame.catalogue,
    view: frame.view,
    boundaries: frame.boundaries,
    as_formed: scorecard.asFormed,
    quality: null,
    stands_under: null,
    own_period: null,
    ...meta,
    coverage: scorecard.coverage,
    corrections: correctionDocuments(corrections, catalogue, lang),
    indicators: scorecard.lines.map(line => ({
      indicator: indicatorRef(line.indicator),
      rate: rate(line.tally),
      low: line.low,
      high: line.high,
      rank: line.rank,
      rank_low: line.rankLow,
      rank_high: line.rankHigh,
      ranked_of: line.rankedOf,
      reason: line.reason,
      change: line.change?.rank ?? null,
      national: rate(line.national),
      target: line.indicator.target,
      coverage: coverage(line.tally, line.indicator),
    })),
    trend: scorecard.trend.map(t => trendPoints(t.points, t.indicator)),
    services: scorecard.rows.map(row => {
      const { status_as_of, ...how } = delivery(row.standing, lastDay(period.last));
      return {
        service: row.service.code,
        name: localName(row.service, lang),
        lead: row.lead,
        due: row.due,
        returned: row.returned,
        ...how,
        status_as_of,
        ...breakdownRates(row),
      };
    }),
    index_766: indexDocument(scorecard.index),
    milestones: milestoneDocuments(
      milestonesOf(milestones, catalogue, agency, frame.boundaries),
      catalogue,
      lang,
    ),
  };
}

type Identity =
  | 'agency'
  | 'name'
  | 'name_en'
  | 'kind'
  | 'region'
  | 'valid_from'
  | 'valid_to'
  | 'came_from'
  | 'became';

function identityOf(
  catalogue: Catalogue,
  agency: Agency,
  lang: Lang,
  day: string,
): Pick<ScorecardDocument, Identity> {
  const other = (code: string, { date, kind }: (typeof catalogue.successions)[number]) => ({
    agency: code,
    name: agencyName(catalogue, code, lang),
    date,
    kind,
  });
  return {
    agency: agency.code,
    name: localName(agency, lang),
    name_en: agency.nameEn,
    kind: agency.kind,
    region: regionOf(catalogue, agency.code, nearestDay(agency, day)),
    valid_from: agency.validFrom,
    valid_to: agency.validTo,
    came_from: catalogue.successions
      .filter(s => s.successor === agency.code)
      .map(s => other(s.predecessor, s)),
    became: catalogue.successions.filter(s => s.predecessor === agency.code).map(s => other(s.successor, s)),
  };
}
