/** What goes into a template: an office's own services of a month, with what is known of them already. */
import type { Agency } from '../kpi/agency.ts';
import { type Catalogue, mustDeliver, type PublicService, servicesOf } from '../kpi/catalogue.ts';
import { servicesDue } from '../kpi/facts.ts';
import type { CountName } from '../kpi/figure.ts';
import { addMonths, type Day, firstDay, lastDay, type Month } from '../kpi/month.ts';
import { pendingBefore, takenOverFrom } from '../kpi/past.ts';
import { type Mode, regimeOn, type Status, statusOn } from '../kpi/status.ts';
import type { Db } from '../store/connect.ts';
import { factsFor } from '../store/facts.ts';
import { unitsOf } from '../store/keys.ts';
import { lastSums } from '../store/past.ts';

/** One row to fill in; `known` are counts that the office need not look up. */
export interface TemplateRow {
  service: PublicService;
  known: Partial<Record<CountName, number>>;
  level: number | null;
  mode: Mode | null;
}

export interface Template {
  kind: 'monthly-return' | 'service-status';
  agency: Agency;
  month: Month;
  rows: TemplateRow[];
  /** All services that may be reported for in the month: for rows that the office adds. */
  services: PublicService[];
  /** The office's units, as far as they ever reported. */
  units: string[];
  /** Something filled in comes from invented figures. */
  invented: boolean;
}

/**
 * A monthly return: a row for each service the office owes a return for. Last month's pending dossiers, summed
 * over units and predecessors, stand as carried over, exactly as `carried_over_mismatch` expects them.
 */
export async function returnTemplate(
  db: Db,
  catalogue: Catalogue,
  agency: Agency,
  month: Month,
): Promise<Template> {
  const services = listed(catalogue, lastDay(month));
  const owed = new Set(servicesDue(catalogue, agency, lastDay(month)));
  const due = services.filter(s => owed.has(s));
  const before = addMonths(month, -1);
  const agencies = [...new Set(due.flatMap(s => takenOverFrom(catalogue, agency, s, month)))];
  const past = await lastSums(db, { months: [before], agencies, services: due.map(s => s.code) });
  const rows = due.map(service => {
    const pending = pendingBefore(catalogue, past, agency, service, month)?.pending;
    return {
      service,
      known: pending === undefined ? {} : { carried_over: pending },
      level: null,
      mode: null,
    };
  });
  const facts = await factsFor(db, [before], null);
  return {
    kind: 'monthly-return',
    agency,
    month,
    rows,
    services,
    units: (await unitsOf(db, agency.code)).sort(new Intl.Collator('vi').compare),
    invented:
      rows.some(r => r.known.carried_over !== undefined) && facts.months.get(before)?.invented === true,
  };
}

/** Service statuses: a row for each service the office must deliver, with how it is known to deliver it. */
export async function statusTemplate(
  db: Db,
  catalogue: Catalogue,
  agency: Agency,
  month: Month,
): Promise<Template> {
  const day = firstDay(month);
  const facts = await factsFor(db, [month], null);
  const services = listed(catalogue, lastDay(month));
  const rows = services
    .filter(s => mustDeliver(catalogue, agency, s, lastDay(month)))
    .map(service => {
      const status: Status | null = statusOn(catalogue, facts.statuses, agency.code, service, day);
      const byLevel = regimeOn(day) === 'level';
      return {
        service,
        known: {},
        level: byLevel ? (status?.level ?? null) : null,
        mode: byLevel ? null : (status?.mode ?? null),
      };
    });
  return {
    kind: 'service-status',
    agency,
    month,
    rows,
    services,
    units: [],
    invented: rows.some(r => r.level ?? r.mode) && facts.months.get(month)?.invented === true,
  };
}

/** The named services in force, in the order in which the decisions list them. */
function listed(catalogue: Catalogue, day: Day): PublicService[] {
  return [...new Set(catalogue.catalogues.flatMap(c => servicesOf(catalogue, c.code, day)))];
}
