/** Agencies and services as a file names them, looked up with memory: many rows name few of them. */
import type { Agency } from './agency.ts';
import {
  type Catalogue,
  isListed,
  type PublicService,
  type Resolved,
  resolveAgency,
  resolveService,
  standInsFor,
} from './catalogue.ts';
import { isFormulaError } from './count.ts';
import type { Problem } from './finding.ts';
import { type Day, hanoiDay, lastDay, type Month } from './month.ts';

/** Takes a problem of the row at hand. */
export type Report = (
  code: Problem['code'],
  column: string,
  value: string,
  details?: Record<string, string>,
) => void;

export interface LookUps {
  agency(text: string, day: Day): Resolved<Agency>;
  service(text: string): PublicService | null;
  isListed(service: string, day: Day): boolean;
}

export function lookUps(catalogue: Catalogue): LookUps {
  return {
    agency: remembered((text, day) => resolveAgency(catalogue, text, day as Day)),
    service: remembered(text => resolveService(catalogue, text)),
    isListed: remembered((service, day) => isListed(catalogue, service, day as Day)),
  };
}

function remembered<T>(look: (text: string, day?: Day) => T): (text: string, day?: Day) => T {
  const known = new Map<string, T>();
  return (text, day) => {
    const key = `${day ?? ''}|${text}`;
    if (!known.has(key)) known.set(key, look(text, day));
    return known.get(key) as T;
  };
}

/** Who a row or a whole file speaks for. */
export interface Speaker {
  catalogue: Catalogue;
  /** The instant of the check (ms): a month that begins after it in Hanoi is in the future. */
  now: number;
  /** Given beside the file, for files that leave the agency out. */
  agency: string | null;
  /** The agencies the sender may report for; null for all. */
  scope: ReadonlySet<string> | null;
}

/** Resolves a row's agency on its day (a month's last), or reports why it cannot stand. */
export function readAgency(
  text: string,
  on: Day | null,
  speaker: Speaker,
  names: LookUps,
  found: Report,
): Agency | null {
  if (isFormulaError(text)) {
    found('formula_error', 'agency', text);
    return null;
  }
  const given = text || speaker.agency || '';
  const day = on ?? hanoiDay(speaker.now);
  const { found: agency, notInForce } = names.agency(given, day);
  if (!agency) {
    const named = notInForce.find(a => a.kind !== 'group');
    if (!named) found('unknown_agency', 'agency', given, given === '' ? { blank: 'yes' } : {});
    else if (on) found('agency_not_in_force', 'agency', given, standIns(speaker.catalogue, named, day));
    return null;
  }
  if (agency.kind === 'group') {
    found('unknown_agency', 'agency', given);
    return null;
  }
  const asked = speaker.agency && text ? names.agency(speaker.agency, day).found : null;
  if (speaker.scope && !speaker.scope.has(agency.code)) {
    found('out_of_scope', 'agency', given, { agency: agency.code });
  } else if (asked && asked.code !== agency.code) {
    found('out_of_scope', 'agency', given, { agency: agency.code, asked: asked.code });
  }
  return agency;
}

function standIns(catalogue: Catalogue, agency: Agency, day: Day): Record<string, string> {
  const stand = standInsFor(catalogue, agency.code, day);
  return {
    agency: agency.code,
    stand_ins: stand.map(a => a.code).join('|'),
    valid_from: agency.validFrom ?? '',
    valid_to: agency.validTo ?? '',
    since: stand[0]?.validFrom ?? '',
  };
}

/** Resolves a row's service, or reports that it is unknown or in no catalogue that month. */
export function readService(
  text: string,
  month: Month | null,
  names: LookUps,
  found: Report,
): PublicService | null {
  if (isFormulaError(text)) {
    found('formula_error', 'service', text);
    return null;
  }
  const service = names.service(text);
  if (!service?.named) {
    found('unknown_service', 'service', text, text === '' ? { blank: 'yes' } : {});
    return null;
  }
  if (month && !names.isListed(service.code, lastDay(month))) {
    found('service_not_in_catalogue', 'service', text, { service: service.code, month });
    return null;
  }
  return service;
}
