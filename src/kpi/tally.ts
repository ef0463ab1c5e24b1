/** From facts to numerators and denominators: sums over (agency, service) pairs for groups and the country. */
import { type Catalogue, deadline, fold, isEligible, leadOf, mustDeliver } from './catalogue.ts';
import { entry } from './entry.ts';
import { type Cell, duesIn, type Facts, type Frame, reportersIn, servicesIn } from './facts.ts';
import { totalOf } from './figure.ts';
import { type IndicatorId, type IndicatorVersion, indicatorOn } from './indicators.ts';
import { type Day, lastDay, type Period } from './month.ts';
import type { Fraction } from './rate.ts';
import { hasStatus, isDelivered, statusOn } from './status.ts';

/** A rate's parts for one group. Numerator and denominator are null when nothing was reported. */
export interface Tally extends Fraction {
  /** Rows that stand in the rate, of the rows reported: a blank keeps a row out of both. */
  rowsIn: number;
  rows: number;
  /** Returns received, of the returns due. */
  returns: number;
  due: number;
  /** (Agency, service) pairs that must be delivered or returned; 0 means there is nothing to ask for. */
  expected: number;
  returned: boolean;
}

export interface Tallies {
  indicator: IndicatorVersion;
  groups: ReadonlyMap<string, Tally>;
  national: Tally;
}

const NO_CELLS: ReadonlyMap<string, ReadonlyMap<string, Cell>> = new Map();

export function emptyTally(): Tally {
  return {
    numerator: null,
    denominator: null,
    rowsIn: 0,
    rows: 0,
    returns: 0,
    due: 0,
    expected: 0,
    returned: false,
  };
}

/**
 * Tallies an indicator over a period for every group and for the country. The version is that in force on
 * the period's last day. Groups are keyed by agency code on the frame's boundaries.
 */
export function tallyIndicator(
  catalogue: Catalogue,
  facts: Facts,
  id: IndicatorId,
  period: Period,
  frame: Frame,
): Tallies {
  const indicator = indicatorOn(catalogue, id, lastDay(period.last));
  const tallies = groupsOn(catalogue, frame.boundaries);
  addReturns(catalogue, facts, indicator, period, frame, tallies);
  if (indicator.kind === 'dossiers') addDossiers(catalogue, facts, indicator, period, frame, tallies);
  if (indicator.kind === 'services' || indicator.kind === 'used') {
    addServices(catalogue, facts, indicator, period, frame, tallies);
  }
  return { indicator, groups: tallies.byCode, national: tallies.national };
}

/** Tallies under way: by group on the frame's boundaries, and for the country. */
interface Groups {
  byCode: ReadonlyMap<string, Tally>;
  national: Tally;
  /** The tally of the group that an agency belongs to. */
  of(agency: string): Tally;
}

function groupsOn(catalogue: Catalogue, boundaries: Day): Groups {
  const byCode = new Map<string, Tally>();
  const folded = new Map<string, string>();
  return {
    byCode,
    national: emptyTally(),
    of: agency =>
      entry(
        byCode,
        entry(folded, agency, () => fold(catalogue, agency, boundaries).code),
        emptyTally,
      ),
  };
}

function add(tally: Tally, numerator: number, denominator: number): void {
  tally.numerator = (tally.numerator ?? 0) + numerator;
  tally.denominator = (tally.denominator ?? 0) + denominator;
}

/** Coverage for every indicator, and the indicators of reporting themselves. */
function addReturns(
  catalogue: Catalogue,
  facts: Facts,
  indicator: IndicatorVersion,
  period: Period,
  frame: Frame,
  tallies: Groups,
): void {
  for (const month of period.months) {
    const late = deadline(catalogue, month);
    const cells = facts.months.get(month)?.cells ?? NO_CELLS;
    for (const { agency, service, lead } of duesIn(catalogue, frame, month)) {
      const owner = frame.view === 'sector' ? lead : agency;
      const cell = cells.get(agency)?.get(service);
      for (const tally of owner === undefined ? [tallies.national] : [tallies.of(owner), tallies.national]) {
        tally.due += 1;
        if (cell) tally.returns += 1;
        if (indicator.kind === 'returns') {
          tally.expected += 1;
          tally.returned = true;
          add(tally, cell && (!indicator.byDeadline || cell.receivedAt < late) ? 1 : 0, 1);
        }
      }
    }
  }
}

function addDossiers(
  catalogue: Catalogue,
  facts: Facts,
  indicator: IndicatorVersion & { kind: 'dossiers' },
  period: Period,
  frame: Frame,
  tallies: Groups,
): void {
  for (const tally of [...tallies.byCode.values(), tallies.national]) tally.expected = tally.due;
  for (const month of period.months) {
    const day = lastDay(month);
    const isLast = month === period.last;
    const leads = new Map(
      servicesIn(catalogue, frame, day)
        .filter(s => !indicator.eligibleOnly || isEligible(catalogue, s.code, day))
        .map(s => [s.code, leadOf(catalogue, s.code, day)?.agency]),
    );
    for (const [agency, byService] of facts.months.get(month)?.cells ?? NO_CELLS) {
      for (const [service, { sums }] of byService) {
        if (!leads.has(service)) continue;
        const owner = frame.view === 'sector' ? leads.get(service) : agency;
        for (const tally of owner === undefined
          ? [tallies.national]
          : [tallies.of(owner), tallies.national]) {
          tally.returned = true;
          tally.rows += sums.rows;
          tally.rowsIn += sums[indicator.rows];
          if (sums[indicator.rows] > 0)
            add(
              tally,
              totalOf(sums, indicator.numerator, isLast),
              totalOf(sums, indicator.denominator, isLast),
            );
        }
      }
    }
  }
}

/** Service-counting indicators: judged by own statuses on the period's last day, in both views. */
function addServices(
  catalogue: Catalogue,
  facts: Facts,
  indicator: IndicatorVersion & { kind: 'services' | 'used' },
  period: Period,
  frame: Frame,
  tallies: Groups,
): void {
  const day = lastDay(period.last);
  const services = servicesIn(catalogue, frame, day);
  const used = indicator.kind === 'used' ? onlineDossiers(catalogue, facts, period, frame, day) : null;
  for (const agency of reportersIn(catalogue, period.last)) {
    const due = services.filter(s => mustDeliver(catalogue, agency, s, day));
    if (due.length === 0) continue;
    const own =
      agency.kind !== 'province' && frame.view === 'sector' ? used?.anywhere : used?.by.get(agency.code);
    // The yardstick of use speaks only where dossiers are reported; statuses alone say nothing of use.
    const reported =
      !used || (agency.kind === 'province' || frame.view === 'own' ? !!own : due.some(s => own?.has(s.code)));
    const known = hasStatus(catalogue, facts.statuses, agency.code, day);
    for (const service of due) {
      const leads = leadOf(catalogue, service.code, day)?.agency === agency.code;
      const group = tallies.of(agency.code);
      group.expected += 1;
      if (leads) tallies.national.expected += 1;
      if (
        indicator.kind === 'services' &&
        indicator.eligibleOnly &&
        !isEligible(catalogue, service.code, day)
      ) {
        if (known) group.returned = true;
        continue;
      }
      const delivered = isDelivered(
        statusOn(catalogue, facts.statuses, agency.code, service, day),
        indicator.delivered,
      );
      if (known && reported) {
        group.returned = true;
        count(group, delivered, used ? (own?.get(service.code) ?? 0) > 0 : null);
      }
      if (leads && known && (!used || used.anywhere.size > 0)) {
        tallies.national.returned = true;
        count(tallies.national, delivered, used ? (used.anywhere.get(service.code) ?? 0) > 0 : null);
      } else if (leads && indicator.kind === 'services') {
        add(tallies.national, 0, 1);
      }
    }
  }
  if (!tallies.national.returned) tallies.national.numerator = tallies.national.denominator = null;
}

/** Adds one pair: delivered over all, or, for the anti-formalism yardstick, used over delivered. */
function count(tally: Tally, delivered: boolean, used: boolean | null): void {
  tally.rows += 1;
  tally.rowsIn += 1;
  if (used === null) add(tally, delivered ? 1 : 0, 1);
  else add(tally, delivered && used ? 1 : 0, delivered ? 1 : 0);
}

/** Online dossiers of the period by agency (as it stands on `day`) and service, and by service in the country. */
function onlineDossiers(catalogue: Catalogue, facts: Facts, period: Period, frame: Frame, day: Day) {
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
