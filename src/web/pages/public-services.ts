/** The page `/services`: every place of a catalogue, who leads it, and how it runs in the country. */

import { breakDown, emptyBreakdown } from '../../kpi/breakdown.ts';
import { itemsOf, leadOf, leadShown, servicesOf } from '../../kpi/catalogue.ts';
import { coverageByService } from '../../kpi/facts.ts';
import { lastDay } from '../../kpi/month.ts';
import type { Table } from '../../render/csv.ts';
import type { Db } from '../../store/connect.ts';
import type { DataPage } from '../answer.ts';
import type { ServicesDocument } from '../documents.ts';
import { type Asked, know } from '../reading.ts';
import {
  agencyName,
  breakdownRates,
  procedureCodes,
  publicServiceName,
  rateColumnNames,
  rateColumns,
} from '../shape.ts';

export const publicServicesPage: DataPage<ServicesDocument> = {
  view: 'public-services',
  fileName: doc => `services-${doc.catalogue}-${doc.period ?? 'none'}`,
  read: readPublicServices,
  table: publicServicesTable,
};

async function readPublicServices(db: Db, asked: Asked): Promise<ServicesDocument> {
  const { question, catalogue, today } = asked;
  const { period, lang, withoutVertical } = question;
  const { facts, meta } = await know(db, asked, period?.months ?? []);
  const scope = { catalogue: question.catalogue, withoutVertical };
  const day = period ? lastDay(period.last) : today;
  const rates = period ? breakDown(catalogue, facts, period, scope, (_, service) => service) : null;
  const covered = period ? coverageByService(catalogue, facts, period, scope) : null;
  const items = itemsOf(catalogue, question.catalogue, day);
  const boundaries = question.boundaries ?? day;
  return {
    period: period?.id ?? null,
    catalogue: question.catalogue,
    boundaries,
    ...meta,
    catalogue_places: items.length,
    catalogue_named: servicesOf(catalogue, question.catalogue, day).length,
    services: items.flatMap(item => {
      const service = catalogue.serviceByCode.get(item.service);
      const lead = leadOf(catalogue, item.service, day);
      if (!service || (withoutVertical && lead?.branch)) return [];
      const leader = leadShown(catalogue, item.service, day, boundaries);
      return {
        service: service.code,
        name: publicServiceName(catalogue, service.code, lang),
        name_en: service.nameEn,
        named: service.named,
        position: item.position,
        catalogue: item.catalogue,
        lead: leader,
        lead_name: leader && agencyName(catalogue, leader, lang),
        vertical_branch: lead?.branch || null,
        procedure_codes: [...new Set(procedureCodes(catalogue, service).map(p => p.code))],
        coverage: covered?.get(service.code) ?? { returns: 0, due: 0 },
        ...breakdownRates(rates?.get(service.code) ?? emptyBreakdown()),
      };
    }),
  };
}

function publicServicesTable(doc: ServicesDocument): Table {
  const same = {
    period: doc.period,
    boundaries: doc.boundaries,
    as_of: doc.as_of,
    data_version: doc.data_version,
  };
  return {
    columns: [
      ...[
        'service',
        'name',
        'name_en',
        'named',
        'catalogue',
        'position',
        'lead',
        'lead_name',
        'vertical_branch',
      ],
      ...[
        'procedure_codes',
        'returns',
        'due',
        'received',
        ...rateColumnNames('online', 'end_to_end', 'on_time'),
        ...Object.keys(same),
      ],
    ],
    rows: doc.services.map(({ procedure_codes, coverage, online, end_to_end, on_time, ...s }) => ({
      ...s,
      ...coverage,
      procedure_codes: procedure_codes.join(' '),
      ...rateColumns('online', online),
      ...rateColumns('end_to_end', end_to_end),
      ...rateColumns('on_time', on_time),
      ...same,
    })),
  };
}
