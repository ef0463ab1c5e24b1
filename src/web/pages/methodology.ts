/** The page `/methodology`: every version of every indicator, the reporting rules and the catalogues. */
import { itemsOf, servicesOf } from '../../kpi/catalogue.ts';
import type { IndicatorVersion } from '../../kpi/indicators.ts';
import type { Table } from '../../render/csv.ts';
import type { Db } from '../../store/connect.ts';
import { publicationsAt } from '../../store/publications.ts';
import type { DataPage } from '../answer.ts';
import type { CountedBy, MethodologyDocument } from '../documents.ts';
import { type Asked, know } from '../reading.ts';
import { localName } from '../shape.ts';
import { signingKeys } from './publications.ts';

export const methodologyPage: DataPage<MethodologyDocument> = {
  view: 'methodology',
  fileName: () => 'methodology',
  read: readMethodology,
  table: methodologyTable,
};

async function readMethodology(db: Db, asked: Asked): Promise<MethodologyDocument> {
  const { catalogue, question, today } = asked;
  const { meta } = await know(db, asked, []);
  return {
    ...meta,
    signing_keys: signingKeys(await publicationsAt(db, question.asOf)),
    indicators: catalogue.indicators.map(i => ({
      id: i.id,
      version: i.version,
      valid_from: i.validFrom,
      valid_to: i.validTo,
      name: i.name,
      numerator: i.numeratorText,
      denominator: i.denominatorText,
      why_it_matters: i.whyItMatters,
      legal_basis: i.legalBasis,
      higher_is_better: i.higherIsBetter,
      minimum_denominator: i.minimumDenominator,
      target: i.target,
      ...countedBy(i),
    })),
    index_766: catalogue.indexComponents
      .filter(c => c.level === 'component')
      .map(c => ({
        component: c.id,
        name: c.name,
        max_ministry: c.maxMinistry,
        max_province: c.maxProvince,
        indicator: c.indicator,
        full_from: c.fullFrom,
      })),
    reporting_rules: catalogue.reportingRules.map(r => ({
      valid_from: r.validFrom,
      valid_to: r.validTo,
      window: { vi: r.windowVi, en: r.windowEn },
      deadline_day: r.deadlineDay,
    })),
    catalogues: catalogue.catalogues.map(c => ({
      code: c.code,
      name: localName(c, question.lang),
      document: c.document,
      places: itemsOf(catalogue, c.code, today).length,
      named: servicesOf(catalogue, c.code, today).length,
    })),
  };
}

/** What is counted, in the names of the kept sums and of the rules: enough to work a rate out again. */
function countedBy(i: IndicatorVersion): CountedBy {
  return {
    kind: i.kind,
    numerator_sums: i.kind === 'dossiers' ? i.numerator : [],
    denominator_sums: i.kind === 'dossiers' ? i.denominator : [],
    rows_sum: i.kind === 'dossiers' ? i.rows : null,
    delivered: 'delivered' in i ? i.delivered : null,
    eligible_only: 'eligibleOnly' in i ? i.eligibleOnly : null,
    by_deadline: 'byDeadline' in i ? i.byDeadline : null,
  };
}

/** One row per indicator version; both languages, since a definition is quoted in either. */
function methodologyTable(doc: MethodologyDocument): Table {
  const texts = ['name', 'numerator', 'denominator', 'why_it_matters'] as const;
  return {
    columns: [
      ...['id', 'version', 'valid_from', 'valid_to', ...texts.flatMap(t => [`${t}_vi`, `${t}_en`])],
      ...['legal_basis', 'higher_is_better', 'minimum_denominator', 'target'],
      ...[
        'kind',
        'numerator_sums',
        'denominator_sums',
        'rows_sum',
        'delivered',
        'eligible_only',
        'by_deadline',
      ],
      ...['as_of', 'data_version'],
    ],
    rows: doc.indicators.map(({ name, numerator, denominator, why_it_matters, ...i }) => {
      const both = Object.entries({ name, numerator, denominator, why_it_matters }).flatMap(([key, text]) => [
        [`${key}_vi`, text.vi],
        [`${key}_en`, text.en],
      ]);
      return {
        ...i,
        ...Object.fromEntries(both),
        numerator_sums: i.numerator_sums.join(' '),
        denominator_sums: i.denominator_sums.join(' '),
        as_of: doc.as_of,
        data_version: doc.data_version,
      };
    }),
  };
}
