/** The page `/services/CODE`: one public service across all agencies that deliver or report it. */
import { within } from '../../kpi/agency.ts';
import { breakDown, emptyBreakdown, standingOf } from '../../kpi/breakdown.ts';
import { fold, mustDeliver, owesReturn } from '../../kpi/catalogue.ts';
import { coverageByService, reportersIn } from '../../kpi/facts.ts';
import { lastDay } from '../../kpi/month.ts';
import { byName } from '../../kpi/ranking.ts';
import type { Table } from '../../render/csv.ts';
import type { Db } from '../../store/connect.ts';
import type { DataPage } from '../answer.ts';
import type { ServiceDocument } from '../documents.ts';
import { type Fault, fault } from '../fault.ts';
import { type Asked, know } from '../reading.ts';
import {
  agencyName,
  breakdownRates,
  delivery,
  KIND_ORDER,
  localName,
  procedureCodes,
  rateColumnNames,
  rateColumns,
} from '../shape.ts';

export const publicServicePage: DataPage<ServiceDocument> = {
  view: 'public-service',
  fileName: doc => `service-${doc.service}-${doc.period ?? 'none'}`,
  read: readPublicService,
  table: publicServiceTable,
};

async function readPublicService(db: Db, asked: Asked, code: string): Promise<ServiceDocument | Fault> {
  const { question, catalogue, today } = asked;
  const { period, lang } = question;
  const service = catalogue.serviceByCode.get(code);
  if (!service) return fault('unknown_service', { value: code });
  const { facts, meta } = await know(db, asked, period?.months ?? []);
  const day = period ? lastDay(period.last) : today;
  const boundaries = question.boundaries ?? day;
  const shownAs = (agency: string): string => fold(catalogue, agency, boundaries).code;
  const rates = period
    ? breakDown(catalogue, facts, period, null, (agency, s) => (s === code ? shownAs(agency) : null))
    : new Map();
  const country =
    period && breakDown(catalogue, facts, period, null, (_, s) => (s === code ? s : null)).get(code);
  const members = Map.groupBy(period ? reportersIn(catalogue, period.last) : [], a => shownAs(a.code));
  const { received: _, ...rated } = breakdownRates(country ?? emptyBreakdown());
  const listedIn = catalogue.items.find(
    i => i.service === code && within(day, i.validFrom, i.validTo),
  )?.catalogue;
  const covered =
    period && listedIn
      ? coverageByService(catalogue, facts, period, { catalogue: listedIn, withoutVertical: false }).get(code)
      : undefined;
  const national = { ...rated, coverage: covered ?? { returns: 0, due: 0 } };
  return {
    service: code,
    name: localName(service, lang),
    name_en: service.nameEn,
    named: service.named,
    implemented_at: service.implementedAt,
    catalogues: catalogue.items
      .filter(i => i.service === code && within(day, i.validFrom, i.validTo))
      .map(i => i.catalogue),
    procedure_codes: procedureCodes(catalogue, service),
    leads: (catalogue.leadsByService.get(code) ?? []).map(l => ({
      agency: l.agency,
      name: agencyName(catalogue, l.agency, lang),
      valid_from: l.validFrom,
      valid_to: l.validTo,
      vertical_branch: l.branch || null,
    })),
    eligible_full:
      catalogue.eligibility.find(e => e.service === code && within(day, e.validFrom, e.validTo))?.eligible ??
      null,
    period: period?.id ?? null,
    boundaries,
    ...meta,
    national,
    agencies: catalogue.agencies
      .filter(
        a => rates.has(a.code) || members.get(a.code)?.some(m => mustDeliver(catalogue, m, service, day)),
      )
      .sort((a, b) => KIND_ORDER[a.kind] - KIND_ORDER[b.kind] || byName(a, b))
      .map(a => {
        const group = members.get(a.code) ?? [];
        const { level, mode } = delivery(standingOf(catalogue, facts.statuses, group, service, day), day);
        return {
          agency: a.code,
          name: localName(a, lang),
          kind: a.kind,
          level,
          mode,
          due: group.some(m => owesReturn(catalogue, m, service, day)),
          ...breakdownRates(rates.get(a.code) ?? emptyBreakdown()),
        };
      }),
  };
}

function publicServiceTable(doc: ServiceDocument): Table {
  const same = {
    service: doc.service,
    period: doc.period,
    boundaries: doc.boundaries,
    as_of: doc.as_of,
    data_version: doc.data_version,
  };
  return {
    columns: [
      ...['agency', 'name', 'kind', 'level', 'mode', 'due', 'received'],
      ...rateColumnNames('online', 'end_to_end', 'on_time'),
      ...Object.keys(same),
    ],
    rows: doc.agencies.map(({ online, end_to_end, on_time, ...a }) => ({
      ...a,
      ...rateColumns('online', online),
      ...rateColumns('end_to_end', end_to_end),
      ...rateColumns('on_time', on_time),
      ...same,
    })),
  };
}
