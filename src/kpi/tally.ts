/** From facts to numerators and denominators: sums over (agency, service) pairs for groups and the country. */
import { type Catalogue, deadline, fold, isEligible, leadOf, mustDeliver } from './catalogue.ts';
import { entry } from './entry.ts';
import {
  duesIn,
  type Facts,
  type Frame,
  NO_CELLS,
  onlineDossiers,
  reportersIn,
  servicesIn,
} from './facts.ts';
import { totalOf } from './figure.ts';
import { addPoints } from './index-766.ts';
import { type IndicatorId, type IndicatorVersion, indicatorOn } from './indicators.ts';
import { type Day, lastDay, type Period } from './month.ts';
import type { Witness } from './part.ts';
import type { Fraction } from './rate.ts';
import { hasStatus, isDelivered, statusOn } from './status.ts';
import { addDirectives } from './tally-directives.ts';

/** A rate's parts for one group. Numerator and denominator are null when nothing was reported. */
export interface Tally extends Fraction {
  /** Rows that stand in the rate, of the rows reported; of directives, tasks with progress, of tasks due. */
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
 * the period's last day. Groups are keyed by agency code on the frame's boundaries. `witness` sees every
 * part of every sum: what a page opens a rate into is what the rate was added up from.
 */
export function tallyIndicator(
  catalogue: Catalogue,
  facts: Facts,
  id: IndicatorId,
  period: Period,
  frame: Frame,
  witness?: Witness,
): Tallies {
  const indicator = indicatorOn(catalogue, id, lastDay(period.last));
  const tallies = groupsOn(catalogue, frame.boundaries);
  addReturns(catalogue, facts, indicator, period, frame, tallies, witness);
  if (indicator.kind === 'dossiers') {
    addDossiers(catalogue, facts, indicator, period, frame, tallies, witness);
  }
  if (indicator.kind === 'services' || indicator.kind === 'used') {
    addServices(catalogue, facts, indicator, period, frame, tallies, witness);
  }
  if (indicator.kind === 'directives') addDirectives(catalogue, facts, period, tallies, witness);
  if (indicator.kind === 'composite') {
    const ids = new Set(catalogue.indexComponents.flatMap(c => c.indicator ?? []));
    const parts = new Map([...ids].map(i => [i, tallyIndicator(catalogue, facts, i, period, frame)]));
    addPoints(catalogue, tallies, parts);
  }
  return { indicator, groups: tallies.byCode, national: tallies.national };
}

/** Tallies under way: by group on the frame's boundaries, and for the country. */
interface Groups {
  byCode: ReadonlyMap<string, Tally>;
  national: Tally;
  /** The code of the group that an agency belongs to, and its tally. */
  codeOf(agency: string): string;
  of(agency: string): Tally;
}

function groupsOn(catalogue: Catalogue, boundaries: Day): Groups {
  const byCode = new Map<string, Tally>();
  const folded = new Map<string, string>();
  const codeOf = (agency: string): string =>
    entry(folded, agency, () => fold(catalogue, agency, boundaries).code);
  return {
    byCode,
    national: emptyTally(),
    codeOf,
    of: agency => entry(byCode, codeOf(agency), emptyTally),
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
  witness?: Witness,
): void {
  const byDeadline = indicator.kind === 'returns' && indicator.byDeadline;
  for (const month of period.months) {
    const late = deadline(catalogue, month);
    const cells = facts.months.get(month)?.cells ?? NO_CELLS;
    for (const { agency, service, lead } of duesIn(catalogue, frame, month)) {
      const owner = frame.view === 'sector' ? lead : agency;
      const cell = cells.get(agency)?.get(service);
      const counted = cell && (!byDeadline || cell.receivedAt < late) ? 1 : 0;
      for (const tally of owner === undefined ? [tallies.national] : [tallies.of(owner), tallies.national]) {
        tally.due += 1;
        if (cell) tally.returns += 1;
        if (indicator.kind === 'returns') {
          tally.expected += 1;
          tally.returned = true;
          add(tally, counted, 1);
        }
      }
      if (indicator.kind === 'returns') {
        const group = owner === undefined ? null : tallies.codeOf(owner);
        const whose = { month, agency, service, group, national: true };
        const came = { receivedAt: cell?.receivedAt ?? null, late, rows: 1, rowsIn: 1 };
        witness?.({ ...whose, numerator: counted, denominator: 1, ...came });
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
  witness?: Witness,
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
        const rows = { rowsIn: sums[indicator.rows], rows: sums.rows };
        const fraction =
          rows.rowsIn > 0
            ? {
                numerator: totalOf(sums, indicator.numerator, isLast),
                denominator: totalOf(sums, indicator.denominator, isLast),
              }
            : { numerator: null, denominator: null };
        for (const tally of owner === undefined
          ? [tallies.national]
          : [tallies.of(owner), tallies.national]) {
          tally.returned = true;
          tally.rows += rows.rows;
          tally.rowsIn += rows.rowsIn;
          if (fraction.numerator !== null) add(tally, fraction.numerator, fraction.denominator);
        }
        const group = owner === undefined ? null : tallies.codeOf(owner);
        witness?.({ month, agency, service, group, national: true, ...fraction, ...rows });
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
  witness?: Witness,
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
      const status = statusOn(catalogue, facts.statuses, agency.code, service, day);
      const delivered = isDelivered(status, indicator.delivered);
      const part = { month: period.last, agency: agency.code, service: service.code, status };
      if (known && reported) {
        group.returned = true;
        const online = used ? (own?.get(service.code) ?? 0) : undefined;
        const counted = count(group, delivered, online);
        witness?.({ ...part, ...counted, group: tallies.codeOf(agency.code), national: false, online });
      }
      if (leads && known && (!used || used.anywhere.size > 0)) {
        tallies.national.returned = true;
        const online = used ? (used.anywhere.get(service.code) ?? 0) : undefined;
        const counted = count(tallies.national, delivered, online);
        witness?.({ ...part, ...counted, group: null, national: true, online });
      } else if (leads && indicator.kind === 'services') {
        add(tallies.national, 0, 1);
        witness?.({ ...part, numerator: 0, denominator: 1, rowsIn: 0, rows: 0, group: null, national: true });
      }
    }
  }
  if (!tallies.national.returned) tallies.national.numerator = tallies.national.denominator = null;
}

/** Adds one pair: delivered over all; or, where `online` dossiers say whether it is used, used over delivered. */
function count(tally: Tally, delivered: boolean, online: number | undefined) {
  tally.rows += 1;
  tally.rowsIn += 1;
  const numerator = delivered && online !== 0 ? 1 : 0;
  const denominator = online === undefined || delivered ? 1 : 0;
  add(tally, numerator, denominator);
  return { numerator, denominator, rowsIn: 1, rows: 1 };
}
