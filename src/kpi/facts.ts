/** What is known of some months, and who is asked for what in them. */
import { type Agency, inForce } from './agency.ts';
import {
  type Catalogue,
  fold,
  isListed,
  leadOf,
  owesReturn,
  type PublicService,
  servicesOf,
} from './catalogue.ts';
import type { Directive } from './directive.ts';
import { entry } from './entry.ts';
import type { Sums } from './figure.ts';
import { type Day, lastDay, type Month, type Period } from './month.ts';
import type { StatusBook } from './status.ts';

/** The kept sums of one (agency, service, month) and the instant (ms) its first return was received. */
export interface Cell {
  sums: Sums;
  receivedAt: number;
}

/** What is known of one month: cells by agency, then by service. */
export interface MonthFacts {
  month: Month;
  cells: ReadonlyMap<string, ReadonlyMap<string, Cell>>;
  /** Some of the figures come from a file marked as invented. */
  invented: boolean;
}

export const NO_CELLS: MonthFacts['cells'] = new Map();

/** What is known, as of one instant, of the months that were asked for. */
export interface Facts {
  months: ReadonlyMap<Month, MonthFacts>;
  statuses: StatusBook;
  directives: readonly Directive[];
}

/** `own`: what an agency reports itself. `sector`: all reporters, for the services a ministry leads. */
export type View = 'own' | 'sector';

/** What is counted and how it is put together. */
export interface Frame {
  catalogue: string;
  view: View;
  boundaries: Day;
  /** Leaves out the services of vertical branches (police, tax, social insurance). */
  withoutVertical: boolean;
}

/** The agencies that are asked for figures in a month: in force on its last day, groups of addressees aside. */
export function reportersIn(catalogue: Catalogue, month: Month): Agency[] {
  const day = lastDay(month);
  return catalogue.agencies.filter(a => a.kind !== 'group' && inForce(a, day));
}

/** The named services of the frame's catalogue on `day`, vertical branches left out where asked. */
export function servicesIn(
  catalogue: Catalogue,
  frame: Pick<Frame, 'catalogue' | 'withoutVertical'>,
  day: Day,
): PublicService[] {
  const services = servicesOf(catalogue, frame.catalogue, day);
  return frame.withoutVertical ? services.filter(s => !leadOf(catalogue, s.code, day)?.branch) : services;
}

/** The services for which an agency owes a return on `day`. */
export function servicesDue(catalogue: Catalogue, agency: Agency, day: Day): PublicService[] {
  return catalogue.services.filter(
    s => isListed(catalogue, s.code, day) && owesReturn(catalogue, agency, s, day),
  );
}

/** A return that is due: who owes it for which service, and which agency leads that service. */
export interface Due {
  agency: string;
  service: string;
  lead: string | undefined;
}

const dues = new WeakMap<Catalogue, Map<string, Due[]>>();

/** The returns due for a month in the frame's catalogue; worked out once, since every indicator asks for them. */
export function duesIn(
  catalogue: Catalogue,
  frame: Pick<Frame, 'catalogue' | 'withoutVertical'>,
  month: Month,
): Due[] {
  const known = entry(dues, catalogue, () => new Map<string, Due[]>());
  return entry(known, `${month}|${frame.catalogue}|${frame.withoutVertical}`, () => {
    const day = lastDay(month);
    const services = servicesIn(catalogue, frame, day).map(service => ({
      service,
      lead: leadOf(catalogue, service.code, day)?.agency,
    }));
    return reportersIn(catalogue, month).flatMap(agency =>
      services
        .filter(({ service }) => owesReturn(catalogue, agency, service, day))
        .map(({ service, lead }) => ({ agency: agency.code, service: service.code, lead })),
    );
  });
}

/** Returns received of the returns due in a period, by service. */
export function coverageByService(
  catalogue: Catalogue,
  facts: Facts,
  period: Period,
  frame: Pick<Frame, 'catalogue' | 'withoutVertical'>,
): Map<string, { returns: number; due: number }> {
  const coverage = new Map<string, { returns: number; due: number }>();
  for (const month of period.months) {
    for (const { agency, service } of duesIn(catalogue, frame, month)) {
      const covered = entry(coverage, service, () => ({ returns: 0, due: 0 }));
      covered.due += 1;
      if (facts.months.get(month)?.cells.get(agency)?.has(service)) covered.returns += 1;
    }
  }
  return coverage;
}

/** Online dossiers of the period by agency (as it stands on `day`) and service, and by service in the country. */
export function onlineDossiers(
  catalogue: Catalogue,
  facts: Facts,
  period: Period,
  frame: Pick<Frame, 'catalogue' | 'withoutVertical'>,
  day: Day,
): { by: ReadonlyMap<string, ReadonlyMap<string, number>>; anywhere: ReadonlyMap<string, number> } {
  const by = new Map<string, Map<string, number>>();
  const anywhere = new Map<string, number>();
  for (const month of period.months) {
    const listed = new Set(servicesIn(catalogue, frame, lastDay(month)).map(s => s.code));
    for (const [agency, cells] of facts.months.get(month)?.cells ?? NO_CELLS) {
      const code = fold(catalogue, agency, day).code;
      for (const [service, { sums }] of cells) {
        if (!listed.has(service)) continue;
        const own = entry(by, code, () => new Map<string, number>());
        own.set(service, (own.get(service) ?? 0) + sums.received_online);
        anywhere.set(service, (anywhere.get(service) ?? 0) + sums.received_online);
      }
    }
  }
  return { by, anywhere };
}
