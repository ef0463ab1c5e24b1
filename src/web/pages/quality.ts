/** The page `/agencies/CODE/quality`: what is missing, late or odd in an agency's returns; empty for a clean office. */
import { inWords } from '../../intake/receipt.ts';
import { deadline } from '../../kpi/catalogue.ts';
import type { Finding } from '../../kpi/finding.ts';
import { addMonths, type Period, rfc3339 } from '../../kpi/month.ts';
import {
  agenciesOf,
  buildQuality,
  findingsByCheck,
  type LateReturn,
  monthsForQuality,
  type Quality,
} from '../../kpi/quality.ts';
import type { Table } from '../../render/csv.ts';
import type { Db } from '../../store/connect.ts';
import { tensOf } from '../../store/quality.ts';
import { instantText } from '../../words/dates.ts';
import { t } from '../../words/words.ts';
import type { DataPage } from '../answer.ts';
import type { QualityDocument } from '../documents.ts';
import { type Fault, fault } from '../fault.ts';
import { frameOf } from '../question.ts';
import { type Asked, type Known, know } from '../reading.ts';
import { agencyName, publicServiceName } from '../shape.ts';
import { periodFor } from './agency.ts';

export const qualityPage: DataPage<QualityDocument> = {
  view: 'quality',
  subject: (_, code) => code,
  fileName: doc => `quality-${doc.agency}-${doc.period}`,
  read: readQuality,
  table: qualityTable,
};

type Evidence = QualityDocument['checks'][number]['evidence'][number];

async function readQuality(db: Db, asked: Asked, code: string): Promise<QualityDocument | Fault> {
  const { question, catalogue } = asked;
  const { lang } = question;
  const agency = catalogue.agencyByCode.get(code);
  if (!agency || agency.kind === 'group') return fault('unknown_agency', { value: code });
  const period = periodFor(asked, agency);
  if (!period) return fault('nothing_published', { parameter: 'period' });
  const frame = frameOf(question, period, 'own');
  const { facts, meta } = await know(db, asked, monthsForQuality(catalogue, period));
  const quality = await qualityOf(db, asked, facts, code, period);
  const evidence = (
    month: string,
    of: string,
    service: string | null,
  ): Omit<Evidence, 'message' | 'details'> => ({
    period: month,
    agency: of,
    service,
    service_name: service && publicServiceName(catalogue, service, lang),
  });
  const missing = (r: LateReturn): Evidence => ({
    ...evidence(r.month, r.agency, r.service),
    message: t(lang, 'quality.is_missing'),
    details: {},
  });
  const late = (r: LateReturn): Evidence => {
    const [came, end] = [r.receivedAt as number, deadline(catalogue, r.month)];
    return {
      ...evidence(r.month, r.agency, r.service),
      message: t(lang, 'quality.is_late', { came: instantText(lang, came), end: instantText(lang, end) }),
      details: { received_at: rfc3339(came), late_from: rfc3339(end) },
    };
  };
  const odd = (finding: Finding): Evidence => {
    const { agency: of = code, service = null } = finding.details;
    return {
      ...evidence(monthOfFinding(finding), of, service),
      message: inWords(catalogue, 'monthly-return', finding, lang).message,
      details: finding.details,
    };
  };
  const told = (found: LateReturn | Finding): Evidence =>
    'code' in found ? odd(found) : found.receivedAt === null ? missing(found) : late(found);
  return {
    agency: code,
    name: agencyName(catalogue, code, lang),
    kind: agency.kind,
    period: period.id,
    catalogue: frame.catalogue,
    boundaries: frame.boundaries,
    ...meta,
    due: quality.due,
    checks: findingsByCheck(quality).map(({ check, found }) => ({
      check,
      found: found.length,
      evidence: found.map(told),
    })),
  };
}

/** Looks through the returns that the agency itself owes. `facts` holds the months of `monthsForQuality`. */
export async function qualityOf(
  db: Db,
  { question, catalogue }: Asked,
  facts: Known['facts'],
  code: string,
  period: Period,
): Promise<Quality> {
  const frame = frameOf(question, period, 'own');
  const tens = await tensOf(db, period.months, agenciesOf(catalogue, code, frame), facts.asOf);
  return buildQuality(catalogue, facts, code, period, frame, tens);
}

/** What is compared with the month before names that month. */
function monthOfFinding({ code, details: { month, last } }: Finding): string {
  if (month) return month;
  return code === 'online_without_dossiers' ? (last ?? '') : addMonths(last ?? '', 1);
}

function qualityTable(doc: QualityDocument): Table {
  const same = {
    of: doc.agency,
    of_period: doc.period,
    catalogue: doc.catalogue,
    boundaries: doc.boundaries,
    as_of: doc.as_of,
    data_version: doc.data_version,
  };
  return {
    columns: ['check', 'period', 'agency', 'service', 'service_name', 'message', ...Object.keys(same)],
    rows: doc.checks.flatMap(({ check, evidence }) =>
      evidence.map(({ details: _, ...line }) => ({ check, ...line, ...same })),
    ),
  };
}
