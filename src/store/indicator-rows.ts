/** Indicator definitions, and the components of index 766, as their rows in the reference data have them. */

import type { SumName } from '../kpi/figure.ts';
import type { IndexComponent } from '../kpi/index-766.ts';
import type { Delivered, IndicatorId, IndicatorVersion } from '../kpi/indicators.ts';
import type { Row } from './reference-rows.ts';

/** One definition. What a row should not hold is carried along as it is, for the check to find. */
export function indicatorFromRow(row: Row): IndicatorVersion {
  const text = (column: string): string => String(row[column] ?? '');
  const both = (name: string) => ({ vi: text(`${name}_vi`), en: text(`${name}_en`) });
  const sums = (column: string): SumName[] => text(column).split('|').filter(Boolean) as SumName[];
  const shared = {
    id: text('id') as IndicatorId,
    version: Number(row.version ?? Number.NaN),
    validFrom: row.valid_from === null ? null : text('valid_from'),
    validTo: row.valid_to === null ? null : text('valid_to'),
    name: both('name'),
    numeratorText: both('numerator'),
    denominatorText: both('denominator'),
    whyItMatters: both('why'),
    legalBasis: text('legal_basis'),
    higherIsBetter: row.higher_is_better === true,
    minimumDenominator: Number(row.minimum_denominator ?? Number.NaN),
    target: row.target === null ? null : Number(row.target),
  };
  const eligibleOnly = row.eligible_only === true;
  const delivered = text('delivered') as Delivered;
  const kind = text('kind') as IndicatorVersion['kind'];
  switch (kind) {
    case 'services':
      return { ...shared, kind, delivered, eligibleOnly };
    case 'used':
      return { ...shared, kind, delivered };
    case 'directives':
    case 'composite':
      return { ...shared, kind };
    case 'returns':
      return { ...shared, kind, byDeadline: row.by_deadline === true };
    default: {
      const counted = { numerator: sums('numerator'), denominator: sums('denominator') };
      return { ...shared, kind, ...counted, rows: text('rows') as SumName, eligibleOnly };
    }
  }
}

/** One group or component of index 766; full points from a rate of 1 where no other is named. */
export function componentFromRow(row: Row): IndexComponent {
  const text = (column: string): string => String(row[column] ?? '');
  return {
    id: text('id'),
    level: text('level') as IndexComponent['level'],
    name: { vi: text('name_vi'), en: text('name_en') },
    maxMinistry: Number(row.max_points_ministry),
    maxProvince: Number(row.max_points_province),
    indicator: (text('indicator') || null) as IndexComponent['indicator'],
    fullFrom: row.full_from === null ? 1 : Number(row.full_from),
  };
}
