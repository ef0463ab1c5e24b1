/** A page of lineage flattened for `.csv`. */
import { COUNTS } from '../../kpi/figure.ts';
import type { Table } from '../../render/csv.ts';
import type { LineageDocument } from '../documents.ts';

/** One long table: `section` says whether a row is a part, a current row of a file or one that was replaced. */
export function lineageTable(doc: LineageDocument): Table {
  const same = {
    of: doc.agency,
    of_period: doc.period,
    indicator: doc.indicator.id,
    version: doc.indicator.version,
    catalogue: doc.catalogue,
    view: doc.view,
    boundaries: doc.boundaries,
    without_vertical: doc.without_vertical,
    as_of: doc.as_of,
    data_version: doc.data_version,
    next: doc.next,
  };
  const [only] = doc.parts;
  const where = { period: only?.period, agency: only?.agency, name: only?.name, service: only?.service };
  const rows: Table['rows'] = [
    ...doc.parts.map(({ source, ...part }) => ({ section: 'part', ...part, ...source })),
    ...(doc.cell?.figures ?? []).flatMap(({ unit, current, history }) =>
      [
        ...history.map(h => ({ section: 'replaced', ...h })),
        ...(current ? [{ section: 'row', ...current }] : []),
      ].map(({ counts, source, ...row }) => ({ ...where, unit, ...row, ...counts, ...source })),
    ),
  ];
  return {
    columns: [
      ...[
        'section',
        'period',
        'agency',
        'name',
        'unit',
        'service',
        'service_name',
        'numerator',
        'denominator',
      ],
      ...['rows_in', 'rows', 'level', 'mode', 'status_as_of', 'inherited_from', 'online', 'late_from'],
      ...['task', 'title', 'document', 'clause', 'deadline', 'state', 'done_on'],
      ...['submission', 'file_name', 'sha256', 'sheet', 'row', 'sender', 'door', 'approved_by', 'reason'],
      ...['received_at', 'recorded_at', 'replaced_at', 'replaced_by', 'reason_replaced'],
      ...COUNTS,
      ...Object.keys(same),
    ],
    rows: rows.map(row => ({ ...row, ...same })),
  };
}
