/** The page `/`: the country in one screen. Its twins are `/overview.json` and `/overview.csv`. */
import { itemsOf, servicesOf } from '../../kpi/catalogue.ts';
import { indicatorIds } from '../../kpi/indicators.ts';
import { lastDay, periodBefore } from '../../kpi/month.ts';
import { buildOverview } from '../../kpi/overview.ts';
import type { Ranked } from '../../kpi/ranking.ts';
import { trendMonths } from '../../kpi/scorecard.ts';
import type { Table } from '../../render/csv.ts';
import type { Db } from '../../store/connect.ts';
import { correctionsOf } from '../../store/corrections.ts';
import { milestonesAt } from '../../store/milestones.ts';
import type { DataPage } from '../answer.ts';
import { correctedRates } from '../corrected.ts';
import type { OverviewDocument } from '../documents.ts';
import { frameOf } from '../question.ts';
import { type Asked, know } from '../reading.ts';
import {
  agencyName,
  correctionDocuments,
  coverage,
  indicatorRef,
  milestoneDocuments,
  rankedLines,
  rate,
  trendPoints,
} from '../shape.ts';

export const overviewPage: DataPage<OverviewDocument> = {
  view: 'overview',
  fileName: doc => `overview-${doc.period ?? 'none'}`,
  read: readOverview,
  table: overviewTable,
};

async function readOverview(db: Db, asked: Asked): Promise<OverviewDocument> {
  const { question, catalogue, today } = asked;
  const { period, lang } = question;
  const day = period ? lastDay(period.last) : today;
  const places = {
    catalogue: question.catalogue,
    catalogue_places: itemsOf(catalogue, question.catalogue, day).length,
    catalogue_named: servicesOf(catalogue, question.catalogue, day).length,
  };
  const milestones = milestoneDocuments(await milestonesAt(db, question.asOf), catalogue, lang);
  if (!period) {
    const { meta } = await know(db, asked, []);
    const nothing = {
      ...{ headlines: [], trend: [], best: [], slowest: [], rises: [], falls: [], missing: [] },
      ...{ corrections: [], corrected: [] },
    };
    const where = { period: null, boundaries: question.boundaries, coverage: { returns: 0, due: 0 } };
    return { ...where, ...places, ...meta, ...nothing, milestones };
  }
  const months = trendMonths(asked.months, period);
  const { facts, counting, meta } = await know(db, asked, [
    ...months,
    ...periodBefore(period).months,
    ...period.months,
  ]);
  const frame = frameOf(question, period, 'own');
  const overview = buildOverview(catalogue, facts, period, frame, months, counting);
  const corrections = await correctionsOf(db, period.months, question.asOf);
  const corrected = await correctedRates(db, asked, counting, corrections, {
    ...{ period, frame, indicators: indicatorIds(catalogue), agencies: ['national'] },
  });
  const lines = (ranked: readonly Ranked[]) => rankedLines(ranked, overview.rankedBy, catalogue, lang);
  return {
    period: period.id,
    ...places,
    boundaries: frame.boundaries,
    ...meta,
    coverage: overview.coverage,
    corrections: correctionDocuments(corrections, catalogue, lang),
    corrected,
    headlines: overview.headlines.map(({ indicator, tally, before }) => ({
      indicator: indicatorRef(indicator),
      rate: rate(tally),
      before: before && rate(before),
      target: indicator.target,
      coverage: coverage(tally, indicator),
    })),
    trend: overview.trend.map(t => trendPoints(t.points, t.indicator)),
    best: lines(overview.best),
    slowest: lines(overview.slowest),
    rises: lines(overview.rises),
    falls: lines(overview.falls),
    missing: overview.missing.map(m => ({ ...m, name: agencyName(catalogue, m.agency, lang) })),
    milestones,
  };
}

/** One long table: `section` says what a row is. */
function overviewTable(doc: OverviewDocument): Table {
  const same = {
    catalogue: doc.catalogue,
    boundaries: doc.boundaries,
    as_of: doc.as_of,
    data_version: doc.data_version,
  };
  const at = { period: doc.period };
  const rows: Table['rows'] = [
    ...doc.headlines.map(h => ({
      section: 'headline',
      ...at,
      indicator: h.indicator.id,
      version: h.indicator.version,
      ...h.rate,
      before: h.before?.value,
      target: h.target,
      ...h.coverage,
    })),
    ...doc.trend.flatMap(t =>
      t.points.map(({ coverage: { returns, due }, ...point }) => ({
        section: 'trend',
        indicator: t.indicator,
        ...point,
        returns,
        due,
      })),
    ),
    ...(['best', 'slowest', 'rises', 'falls'] as const).flatMap(section =>
      doc[section].map(r => ({ section, ...at, indicator: 'end_to_end_completion', ...r })),
    ),
    ...doc.missing.map(m => ({ section: 'missing', ...at, ...m })),
    ...doc.milestones.map(({ agency_name, as_of, ...m }) => ({
      section: 'milestone',
      // Quoted from real documents, whatever else stands in this file.
      data_note: '',
      ...m,
      name: agency_name,
      day: as_of,
    })),
  ];
  return {
    columns: [
      ...[
        'section',
        'period',
        'day',
        'agency',
        'name',
        'indicator',
        'version',
        'rank',
        'numerator',
        'denominator',
      ],
      ...[
        'value',
        'unit',
        'low',
        'high',
        'rank_low',
        'rank_high',
        'change',
        'change_value',
        'before',
        'target',
        'returns',
        'due',
        'document',
        'clause',
        'quote',
      ],
      ...Object.keys(same),
    ],
    rows: rows.map(row => ({ ...row, ...same })),
  };
}
