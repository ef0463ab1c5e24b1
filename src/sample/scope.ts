/** Which services the sample reports: the named ones of the essential catalogues, from the day they are listed. */
import { type Catalogue, itemsOf, type PublicService } from '../kpi/catalogue.ts';
import type { Day } from '../kpi/month.ts';

const SCOPES = ['essential-53', 'qd206-2024'];

/** The named services listed on `day`, in catalogue order, each with the day it was first listed. */
export function sampleServices(
  catalogue: Catalogue,
  day: Day,
): { service: PublicService; listedFrom: Day | null }[] {
  const listed = new Map<string, { service: PublicService; listedFrom: Day | null }>();
  for (const item of SCOPES.flatMap(scope => itemsOf(catalogue, scope, day))) {
    const service = catalogue.serviceByCode.get(item.service);
    if (service?.named && !listed.has(service.code))
      listed.set(service.code, { service, listedFrom: item.validFrom });
  }
  return [...listed.values()];
}

/** Key of one (agency, service) in the generator's maps. */
export function cellKey(agency: string, service: string): string {
  return `${agency}|${service}`;
}
