/** The page `/catalogues/CODE`: services × agencies, by level before Decree 42/2022 and by mode from it on. */
import { standingOf } from '../../kpi/breakdown.ts';
import { fold, itemsOf, leadOf, leadShown } from '../../kpi/catalogue.ts';
import { reportersIn } from '../../kpi/facts.ts';
import { lastDay } from '../../kpi/month.ts';
import { byName } from '../../kpi/ranking.ts';
import { regimeOn } from '../../kpi/status.ts';
import type { Table } from '../../render/csv.ts';
import type { Db } from '../../store/connect.ts';
import type { DataPage } from '../answer.ts';
import type { CatalogueDocument } from '../documents.ts';
import { type Fault, fault } from '../fault.ts';
import { type Asked, know } from '../reading.ts';
import { delivery, KIND_ORDER, localName } from '../shape.ts';

export const cataloguePage: DataPage<CatalogueDocument> = {
  view: 'catalogue',
  fileName: doc => `catalogue-${doc.catalogue}-${doc.period ?? 'none'}`,
  read: readCatalogue,
  table: catalogueTable,
};

async function readCatalogue(db: Db, asked: Asked, code: string): Promise<CatalogueDocument | Fault> {
  const { question, catalogue, today } = asked;
  const { period, lang, withoutVertical } = question;
  const scope = catalogue.catalogues.find(c => c.code === code);
  if (!scope) return fault('unknown_catalogue', { value: code });
  const { facts, meta } = await know(db, asked, period?.months ?? []);
  const day = period ? lastDay(period.last) : today;
  const boundaries = question.boundaries ?? day;
  const services = itemsOf(catalogue, code, day).flatMap(({ service: item, position }) => {
    const service = catalogue.serviceByCode.get(item);
    const lead = leadOf(catalogue, item, day);
    return !service || (withoutVertical && lead?.branch)
      ? []
      : { service, position, lead: leadShown(catalogue, item, day, boundaries) };
  });
  const members = Map.groupBy(
    period ? reportersIn(catalogue, period.last) : [],
    a => fold(catalogue, a.code, boundaries).code,
  );
  const cells: CatalogueDocument['cells'] = {};
  for (const [group, agencies] of members) {
    const row: Record<string, number | string> = {};
    for (const { service } of services) {
      const standing = standingOf(catalogue, facts.statuses, agencies, service, day);
      const { level, mode } = delivery(standing, day);
      row[service.code] = typeof standing === 'string' ? standing : (level ?? mode ?? 'none');
    }
    if (Object.values(row).some(cell => cell !== 'not_due')) cells[group] = row;
  }
  return {
    catalogue: code,
    name: localName(scope, lang),
    name_en: scope.nameEn,
    document: scope.document,
    period: period?.id ?? null,
    boundaries,
    regime: regimeOn(day),
    ...meta,
    places: services.length,
    named: services.filter(s => s.service.named).length,
    services: services.map(({ service, position, lead }) => ({
      service: service.code,
      name: localName(service, lang),
      position,
      named: service.named,
      lead,
    })),
    agencies: catalogue.agencies
      .filter(a => Object.hasOwn(cells, a.code))
      .sort((a, b) => KIND_ORDER[a.kind] - KIND_ORDER[b.kind] || byName(a, b))
      .map(a => ({ agency: a.code, name: localName(a, lang), kind: a.kind })),
    cells,
  };
}

/** One row per (agency, service), placeholders left out: nobody can deliver what is not known by name. */
function catalogueTable(doc: CatalogueDocument): Table {
  const same = {
    catalogue: doc.catalogue,
    regime: doc.regime,
    period: doc.period,
    boundaries: doc.boundaries,
    as_of: doc.as_of,
    data_version: doc.data_version,
  };
  return {
    columns: [
      'agency',
      'agency_name',
      'service',
      'service_name',
      'position',
      'lead',
      'status',
      ...Object.keys(same),
    ],
    rows: doc.agencies.flatMap(a =>
      doc.services
        .filter(s => s.named)
        .map(s => ({
          agency: a.agency,
          agency_name: a.name,
          service: s.service,
          service_name: s.name,
          position: s.position,
          lead: s.lead,
          status: doc.cells[a.agency]?.[s.service],
          ...same,
        })),
    ),
  };
}
