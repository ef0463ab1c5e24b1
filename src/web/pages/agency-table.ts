/** A scorecard flattened for `.csv`. */
import type { Table } from '../../render/csv.ts';
import type { ScorecardDocument } from '../documents.ts';
import { rateColumnNames, rateColumns } from '../shape.ts';

/** One long table: `section` says whether a row is an indicator, a month of a trend, a service, a check of quality or a milestone. */
export function scorecardTable(doc: ScorecardDocument): Table {
  const same = {
    agency: doc.agency,
    agency_name: doc.name,
    catalogue: doc.catalogue,
    view: doc.view,
    boundaries: doc.boundaries,
    as_of: doc.as_of,
    data_version: doc.data_version,
  };
  const at = { period: doc.period };
  const rows: Table['rows'] = [
    ...doc.indicators.map(
      ({ indicator: { id, version }, rate: own, national, coverage: returns, ...line }) => ({
        section: 'indicator',
        ...at,
        indicator: id,
        version,
        ...own,
        ...line,
        ...rateColumns('national', national),
        ...returns,
      }),
    ),
    ...doc.trend.flatMap(t =>
      t.points.map(({ coverage: { returns, due }, ...point }) => ({
        section: 'trend',
        indicator: t.indicator,
        ...point,
        returns,
        due,
      })),
    ),
    ...doc.services.map(({ online, end_to_end, on_time, due, returned, ...service }) => ({
      section: 'service',
      ...at,
      ...service,
      is_due: due,
      returned,
      ...rateColumns('online', online),
      ...rateColumns('end_to_end', end_to_end),
      ...rateColumns('on_time', on_time),
    })),
    ...(doc.quality?.checks ?? []).map(check => ({ section: 'quality', ...at, ...check })),
    ...doc.milestones.map(({ as_of, agency: _, ...m }) => ({ section: 'milestone', day: as_of, ...m })),
  ];
  return {
    columns: [
      ...[
        'section',
        'period',
        'day',
        'indicator',
        'version',
        'service',
        'name',
        'numerator',
        'denominator',
        'value',
      ],
      ...['unit', 'low', 'high', 'rank', 'rank_low', 'rank_high', 'ranked_of', 'reason', 'change'],
      ...rateColumnNames('national'),
      ...[
        'target',
        'returns',
        'due',
        'rows_in',
        'rows',
        'lead',
        'is_due',
        'returned',
        'level',
        'mode',
        'status_as_of',
      ],
      ...['received', ...rateColumnNames('online', 'end_to_end', 'on_time'), 'check', 'found'],
      ...['document', 'clause', 'quote'],
      ...Object.keys(same),
    ],
    rows: rows.map(row => ({ ...row, ...same })),
  };
}
