/** The checks on a monthly return: rows in, figures and findings out; no I/O, no sentences. */
import type { Agency } from './agency.ts';
import { type Catalogue, owesReturn, type PublicService } from './catalogue.ts';
import { readCount } from './count.ts';
import { entry } from './entry.ts';
import { COUNTS, type CountName, type Figure, REQUIRED_COUNTS } from './figure.ts';
import {
  type Columns,
  type Findings,
  noFindings,
  note,
  type Problem,
  type ProblemCode,
  type RawRow,
  type WarningCode,
} from './finding.ts';
import { type LookUps, lookUps, type Report, readAgency, readService } from './look-up.ts';
import { hanoiDay, lastDay, type Month, monthOf, readMonth } from './month.ts';
import { foldName } from './names.ts';

/** What a file is checked against. */
export interface CheckContext {
  catalogue: Catalogue;
  /** The instant of the check (ms): a month that begins after it in Hanoi is in the future. */
  now: number;
  /** Month and agency given beside the file, for files that leave them out. */
  period: Month | null;
  agency: string | null;
  /** Months that take no figures without a reason. */
  closed: ReadonlySet<Month>;
  reason: string | null;
  /** The agencies the sender may report for; null for all. */
  scope: ReadonlySet<string> | null;
}

/** What a checked file comes to; its problems are noted beside. */
export interface Checked<T> {
  items: T[];
  warnings: Findings<WarningCode>;
  /** Rows that touch closed months without a reason: a problem only if they change anything. */
  closed: Findings<ProblemCode>;
}

/** A check under way: rows go in as they are read, in any number of pieces. */
export interface ReturnCheck {
  /** Checks rows and gives their figures; those of rows with a problem are left out. */
  take(rows: readonly RawRow[]): Figure[];
  warnings: Findings<WarningCode>;
  /** Rows of closed months without a reason: a problem only if they change anything. */
  closed: Findings<ProblemCode>;
  /** The thousands separator met: `.`, `,`, a space or null. */
  separator(): string | null;
  /** What the file holds: the services of every (month, agency), and the units of every agency with their first row. */
  held(): Held;
}
export interface Held {
  services: ReadonlyMap<string, ReadonlySet<string>>;
  units: ReadonlyMap<string, ReadonlyMap<string, { name: string; row: number }>>;
}

/** Parts that cannot exceed their wholes. */
const PARTS: readonly [CountName, readonly CountName[]][] = [
  ['resolved_end_to_end', ['resolved_early', 'resolved_on_time', 'resolved_late']],
  ['results_digitised', ['resolved_early', 'resolved_on_time', 'resolved_late']],
  ['paid_online', ['fee_due']],
  ['satisfied', ['ratings']],
  ['files_digitised', ['received_online', 'received_direct']],
  ['data_reused', ['received_online', 'received_direct']],
];

const at = (name: CountName): number => COUNTS.indexOf(name);
const places = (...names: CountName[]): number[] => names.map(at);
const RECEIVED_ONLINE = at('received_online');
const ONLINE_PARTS = places('online_full', 'online_partial');
const BALANCE_IN = places('carried_over', 'received_online', 'received_direct');
const BALANCE_OUT = places(
  'resolved_early',
  'resolved_on_time',
  'resolved_late',
  'pending_on_time',
  'pending_overdue',
);
const PART_PLACES = PARTS.map(([part, wholes]) => ({ part: at(part), wholes: places(...wholes) }));
const IS_REQUIRED = COUNTS.map(c => REQUIRED_COUNTS.includes(c));

/** What all rows with the same texts for month, agency and service have in common, worked out once. */
interface Cell {
  month: Month | null;
  agency: Agency | null;
  service: PublicService | null;
  problems: Omit<Problem, 'row'>[];
  due: boolean;
  /** Shared by all spellings of the same (month, agency, service), to find a second row. */
  rows: Rows;
}
interface Rows {
  /** Row of each unit; place 0 is the agency itself, 0 is none yet. */
  ofUnit: number[];
  first: number;
}

/** Starts a check; any problem noted means that no figure of the file may be stored. */
export function startMonthlyReturn(
  columns: Columns,
  context: CheckContext,
  problems: Findings<ProblemCode>,
): ReturnCheck {
  const place = new Map(columns.map((c, i) => [c, i]));
  const placeOf = (column: string): number => place.get(column) ?? -1;
  const [periodAt, agencyAt, serviceAt, unitAt] = ['period', 'agency', 'service', 'unit'].map(placeOf) as [
    number,
    number,
    number,
    number,
  ];
  const countAt = COUNTS.map(placeOf);
  const warnings = noFindings<WarningCode>();
  const closed = noFindings<ProblemCode>();
  const names = lookUps(context.catalogue);
  const cells = new Map<string, Map<string, Map<string, Cell>>>();
  const cellOf = new Map<string, Cell>();
  const units = new Map<string, Map<string, { place: number; name: string; row: number }>>();
  const unitTexts = new Map<string, Map<string, number>>();
  let separator: string | null = null;

  function takeRow({ row, cells: texts }: RawRow): Figure | null {
    const before = problems.count;
    const text = (i: number): string => (i < 0 ? '' : (texts[i] ?? ''));
    const periodText = text(periodAt);
    const agencyText = text(agencyAt);
    const serviceText = text(serviceAt);
    const byAgency = entry(cells, periodText, () => new Map<string, Map<string, Cell>>());
    const byService = entry(byAgency, agencyText, () => new Map<string, Cell>());
    const cell = entry(byService, serviceText, () => {
      const resolved = resolveCell(periodText.trim(), agencyText.trim(), serviceText.trim(), context, names);
      const { month, agency, service } = resolved;
      if (!month || !agency || !service) return resolved;
      const first = entry(cellOf, `${month}|${agency.code}|${service.code}`, () => resolved);
      return { ...resolved, rows: first.rows };
    });
    for (const problem of cell.problems) {
      note(problem.code === 'closed_period' ? closed : problems, { row, ...problem });
    }
    const unitText = text(unitAt);
    const unit = unitText === '' ? null : unitText.normalize('NFC').trim() || null;

    const counts: (number | null)[] = [];
    for (let i = 0; i < COUNTS.length; i++) counts.push(readCell(row, i, text(countAt[i] as number)));
    checkIdentities(row, counts, i => text(countAt[i] as number).trim());

    if (!cell.month || !cell.agency || !cell.service) return null;
    checkDuplicate(row, cell, unit, serviceText.trim());
    if (!cell.due) {
      const details = { agency: cell.agency.code };
      note(warnings, { row, column: 'service', value: serviceText.trim(), code: 'service_not_due', details });
    }
    if (problems.count > before) return null;
    return { month: cell.month, agency: cell.agency.code, unit, service: cell.service.code, counts, row };
  }

  function readCell(row: number, i: number, text: string): number | null {
    const plain = plainCount(text);
    if (plain >= 0) return plain;
    const column = COUNTS[i] as CountName;
    const found = (code: ProblemCode, details: Record<string, string> = {}) =>
      note(problems, { row, column, value: text.trim(), code, details });
    const read = readCount(text);
    if (read.problem) found(read.problem);
    else if (read.value === null && IS_REQUIRED[i]) found('missing_value');
    if (read.separator && separator && read.separator !== separator) {
      found('ambiguous_numbers', { first: separator, second: read.separator });
    }
    separator ??= read.separator;
    return read.value;
  }

  /** Identities hold where all their counts are reported. */
  function checkIdentities(
    row: number,
    counts: readonly (number | null)[],
    text: (i: number) => string,
  ): void {
    const found = (code: ProblemCode, i: number, details: Record<string, string>) =>
      note(problems, { row, column: COUNTS[i] as CountName, value: text(i), code, details });
    const online = total(counts, ONLINE_PARTS);
    const received = counts[RECEIVED_ONLINE] ?? null;
    if (online !== null && received !== null && online !== received) {
      found('online_sum_mismatch', RECEIVED_ONLINE, { sum: String(online), whole: String(received) });
    }
    const entered = total(counts, BALANCE_IN);
    const left = entered === null ? null : total(counts, BALANCE_OUT);
    if (entered !== null && left !== null && entered !== left) {
      found('balance_mismatch', at('carried_over'), { in: String(entered), out: String(left) });
    }
    for (const { part, wholes } of PART_PLACES) {
      const count = counts[part] ?? null;
      const whole = count === null ? null : total(counts, wholes);
      if (count !== null && whole !== null && count > whole) {
        found('part_exceeds_whole', part, { whole: String(whole), of: wholes.map(i => COUNTS[i]).join('|') });
      }
    }
  }

  function checkDuplicate(row: number, cell: Cell, unit: string | null, serviceText: string): void {
    const place = unit === null ? 0 : unitPlace((cell.agency as Agency).code, unit, row);
    const { rows } = cell;
    const first = rows.ofUnit[place];
    const found = (column: string, value: string, details: Record<string, string>) =>
      note(problems, { row, column, value, code: 'duplicate_row', details });
    if (first) found('service', serviceText, { first: String(first) });
    else if (rows.first && (place === 0) !== Boolean(rows.ofUnit[0])) {
      found('unit', unit ?? '', { first: String(rows.first), form: 'mixed' });
    }
    while (rows.ofUnit.length < place) rows.ofUnit.push(0);
    rows.ofUnit[place] ||= row;
    rows.first ||= row;
  }

  /** A small number for a unit of an agency, from 1 on; spellings that fold alike are one unit. */
  function unitPlace(agency: string, unit: string, row: number): number {
    return entry(
      entry(unitTexts, agency, () => new Map<string, number>()),
      unit,
      () => {
        const known = entry(units, agency, () => new Map());
        return entry(known, foldName(unit), () => ({ place: known.size + 1, name: unit, row })).place;
      },
    );
  }

  return {
    take: rows => rows.map(takeRow).filter(f => f !== null),
    warnings,
    closed,
    separator: () => separator,
    held: () => {
      const services = new Map<string, Set<string>>();
      for (const { month, agency, service, rows } of cellOf.values()) {
        if (rows.first)
          entry(services, `${month}|${agency?.code}`, () => new Set<string>()).add(
            (service as PublicService).code,
          );
      }
      return { services, units };
    },
  };
}

/** A cell of plain digits as its number; -1 for anything else. */
function plainCount(text: string): number {
  const { length } = text;
  if (length === 0 || length > 9) return -1;
  let count = 0;
  for (let i = 0; i < length; i++) {
    const digit = text.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9) return -1;
    count = count * 10 + digit;
  }
  return count;
}

function total(counts: readonly (number | null)[], at: readonly number[]): number | null {
  let sum = 0;
  for (const i of at) {
    const count = counts[i] ?? null;
    if (count === null) return null;
    sum += count;
  }
  return sum;
}

function resolveCell(
  periodText: string,
  agencyText: string,
  serviceText: string,
  context: CheckContext,
  names: LookUps,
): Cell {
  const problems: Omit<Problem, 'row'>[] = [];
  const found: Report = (code, column, value, details = {}) =>
    problems.push({ column, value, code, details });
  const month = readPeriod(periodText, context, found);
  const agency = readAgency(agencyText, month, context, names, found);
  const service = readService(serviceText, month, names, found);
  const due =
    !!month && !!agency && !!service && owesReturn(context.catalogue, agency, service, lastDay(month));
  return { month, agency, service, problems, due, rows: { ofUnit: [], first: 0 } };
}

function readPeriod(text: string, context: CheckContext, found: Report): Month | null {
  const month = text === '' ? context.period : readMonth(text);
  const thisMonth = monthOf(hanoiDay(context.now));
  if (!month) {
    found('bad_period', 'period', text);
    return null;
  }
  if (text !== '' && context.period && month !== context.period) {
    found('bad_period', 'period', text, { asked: context.period });
    return null;
  }
  if (month > thisMonth) {
    found('future_period', 'period', text || month, { now: thisMonth });
    return null;
  }
  if (context.closed.has(month) && !context.reason) found('closed_period', 'period', text || month);
  return month;
}
