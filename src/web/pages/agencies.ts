/** The page `/agencies`: every agency, in force or past, with what it reported and how far it has come. */
import { type Agency, inForce, nearestDay } from '../../kpi/agency.ts';
import { regionOf } from '../../kpi/catalogue.ts';
import { lastDay } from '../../kpi/month.ts';
import { byName } from '../../kpi/ranking.ts';
import { emptyTally, type Tally } from '../../kpi/tally.ts';
import type { Table } from '../../render/csv.ts';
import type { Db } from '../../store/connect.ts';
import type { DataPage } from '../answer.ts';
import type { AgenciesDocument } from '../documents.ts';
import { frameOf } from '../question.ts';
import { type Asked, know } from '../reading.ts';
import { KIND_ORDER, localName, rate, rateColumnNames, rateColumns } from '../shape.ts';

export const agenciesPage: DataPage<AgenciesDocument> = {
  view: 'agencies',
  fileName: doc => `agencies-${doc.period ?? 'none'}`,
  read: readAgencies,
  table: agenciesTable,
};

async function readAgencies(db: Db, asked: Asked): Promise<AgenciesDocument> {
  const { question, catalogue, today } = asked;
  const { period } = question;
  const { counting, meta } = await know(db, asked, period?.months ?? []);
  const boundaries = question.boundaries ?? (period ? lastDay(period.last) : today);
  const groups = (view: 'own' | 'sector', id: 'reporting_completeness' | 'end_to_end_completion') =>
    period ? counting.tally(id, period, frameOf(question, period, view)).groups : new Map<string, Tally>();
  const returns = groups('own', 'reporting_completeness');
  const own = groups('own', 'end_to_end_completion');
  const sector = groups('sector', 'end_to_end_completion');
  const isPast = (a: Agency): boolean => !inForce(a, boundaries);
  return {
    period: period?.id ?? null,
    boundaries,
    ...meta,
    agencies: catalogue.agencies
      .filter(a => a.kind !== 'group')
      .sort(
        (a, b) =>
          Number(isPast(a)) - Number(isPast(b)) || KIND_ORDER[a.kind] - KIND_ORDER[b.kind] || byName(a, b),
      )
      .map(a => ({
        agency: a.code,
        name: localName(a, question.lang),
        name_en: a.nameEn,
        kind: a.kind,
        region: regionOf(catalogue, a.code, nearestDay(a, boundaries)),
        valid_from: a.validFrom,
        valid_to: a.validTo,
        returns: returns.get(a.code)?.returns ?? 0,
        due: returns.get(a.code)?.due ?? 0,
        end_to_end: rate((a.kind === 'ministry' ? sector : own).get(a.code) ?? emptyTally()),
        became: catalogue.successions.filter(s => s.predecessor === a.code).map(s => s.successor),
      })),
  };
}

function agenciesTable(doc: AgenciesDocument): Table {
  const same = {
    period: doc.period,
    boundaries: doc.boundaries,
    as_of: doc.as_of,
    data_version: doc.data_version,
  };
  return {
    columns: [
      ...['agency', 'name', 'name_en', 'kind', 'region', 'valid_from', 'valid_to', 'returns', 'due'],
      ...rateColumnNames('end_to_end'),
      ...['became', ...Object.keys(same)],
    ],
    rows: doc.agencies.map(({ end_to_end, became, ...a }) => ({
      ...a,
      ...rateColumns('end_to_end', end_to_end),
      became: became.join(' '),
      ...same,
    })),
  };
}
