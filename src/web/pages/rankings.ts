/** The page `/rankings`: all agencies of a kind by one indicator, and why some are not ranked. */
import type { Fold } from '../../kpi/agency.ts';
import { compareVietnamese } from '../../kpi/alphabet.ts';
import type { Catalogue } from '../../kpi/catalogue.ts';
import type { Day } from '../../kpi/month.ts';
import { foldName } from '../../kpi/names.ts';
import { regionsOf, type Selection } from '../../kpi/peers.ts';
import { groupsOf, monthsForRanking, type Ranking } from '../../kpi/ranking.ts';
import type { Table } from '../../render/csv.ts';
import type { Db } from '../../store/connect.ts';
import { type Correction, correctionsOf } from '../../store/corrections.ts';
import type { Lang } from '../../words/words.ts';
import type { DataPage } from '../answer.ts';
import { correctedRates } from '../corrected.ts';
import type { Meta, RankingDocument } from '../documents.ts';
import { type Fault, fault, isFault } from '../fault.ts';
import { frameOf, type Question, viewOf } from '../question.ts';
import { type Asked, know } from '../reading.ts';
import {
  agencyName,
  correctionDocuments,
  coverage,
  indicatorRef,
  rankedLines,
  rate,
  returnsOf,
} from '../shape.ts';

export const rankingsPage: DataPage<RankingDocument> = {
  view: 'rankings',
  fileName: doc => `rankings-${doc.kind}-${doc.indicator.id}-${doc.period}`,
  read: readRanking,
  table: rankingTable,
};

/** Reads and builds the ranking that is asked for. */
export async function readRanking(db: Db, asked: Asked): Promise<RankingDocument | Fault> {
  const { question, catalogue } = asked;
  const { period, kind, indicator, lang } = question;
  const view = viewOf(question, kind);
  if (isFault(view)) return view;
  if (!period) return fault('nothing_published', { parameter: 'period' });
  const { counting, meta } = await know(db, asked, monthsForRanking(period));
  const corrections = await correctionsOf(db, period.months, question.asOf);
  const frame = frameOf(question, period, view);
  const regions = regionsFor(
    catalogue,
    groupsOf(catalogue, kind, period, frame.boundaries),
    frame.boundaries,
  );
  const selection = selectionOf(question, regions);
  if (isFault(selection)) return selection;
  const ranking = counting.rank(indicator, kind, period, frame, selection);
  const agencies = [...ranking.ranked, ...ranking.notRanked].map(r => r.agency);
  const corrected = await correctedRates(db, asked, counting, corrections, {
    ...{ period, frame, indicators: [indicator], agencies: ['national', ...agencies] },
  });
  return { ...rankingDocument(ranking, regions, corrections, catalogue, meta, lang), corrected };
}

/** The regions of the groups that can be ranked, in the order of the alphabet. */
function regionsFor(catalogue: Catalogue, groups: readonly Fold[], boundaries: Day): string[] {
  const found = regionsOf(
    catalogue,
    groups.map(g => g.code),
    boundaries,
  );
  return [...new Set(found.values())].sort(compareVietnamese);
}

/** A region is known by its name as in an address: accents, case and hyphens do not matter. */
function selectionOf({ region, peers }: Question, regions: readonly string[]): Selection | Fault {
  if (region === null) return { region, peers };
  const found = regions.find(r => foldName(r) === foldName(region));
  const allowed = regions.join(', ') || '—';
  return found
    ? { region: found, peers }
    : fault('unknown_value', { parameter: 'region', value: region, allowed });
}

/** A ranking as `.json` prints it. */
export function rankingDocument(
  ranking: Ranking,
  regions: string[],
  corrections: readonly Correction[],
  catalogue: Catalogue,
  meta: Meta,
  lang: Lang,
): Omit<RankingDocument, 'corrected'> {
  const { indicator, frame, national } = ranking;
  return {
    period: ranking.period.id,
    kind: ranking.kind === 'ministry' ? 'ministry' : 'province',
    indicator: indicatorRef(indicator),
    catalogue: frame.catalogue,
    view: frame.view,
    boundaries: frame.boundaries,
    without_vertical: frame.withoutVertical,
    ...ranking.selection,
    regions,
    target: indicator.target,
    ...meta,
    coverage: coverage(ranking.coverage, indicator),
    national: { ...rate(national), coverage: coverage(national, indicator) },
    ranked: rankedLines(ranking.ranked, indicator, catalogue, lang),
    not_ranked: ranking.notRanked.map(r => ({
      agency: r.agency,
      name: agencyName(catalogue, r.agency, lang),
      reason: r.reason,
      numerator: r.numerator,
      denominator: r.denominator,
      ...returnsOf(r.tally, indicator),
    })),
    as_formed: ranking.asFormed,
    corrections: correctionDocuments(corrections, catalogue, lang),
  };
}

/** One row per agency, the ranked first, each with all that is needed to ask the same again. */
export function rankingTable(doc: RankingDocument): Table {
  const same = {
    period: doc.period,
    kind: doc.kind,
    indicator: doc.indicator.id,
    version: doc.indicator.version,
    catalogue: doc.catalogue,
    view: doc.view,
    boundaries: doc.boundaries,
    without_vertical: doc.without_vertical,
    region: doc.region,
    peers: doc.peers,
    target: doc.target,
    as_of: doc.as_of,
    data_version: doc.data_version,
  };
  const own = [
    'rank',
    'rank_low',
    'rank_high',
    'agency',
    'name',
    'numerator',
    'denominator',
    'value',
    'low',
    'high',
  ];
  const since = ['change', 'change_value', 'change_year', 'change_value_year'];
  const distance = ['rank_overall', 'to_target', 'to_target_count'];
  return {
    columns: [...own, ...since, ...distance, 'returns', 'due', 'not_ranked', ...Object.keys(same)],
    rows: [
      ...doc.ranked.map(r => ({ ...r, ...same })),
      ...doc.not_ranked.map(({ reason, ...r }) => ({ ...r, not_ranked: reason, ...same })),
    ],
  };
}
