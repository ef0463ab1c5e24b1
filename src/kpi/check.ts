/** The checks on a monthly return: raw rows in, figures and findings out; no I/O, no sentences. */
import { type Catalogue, owesReturn } from './catalogue.ts';
import { readCount } from './count.ts';
import { COUNTS, type CountName, type Counts, type Figure, REQUIRED_COUNTS } from './figure.ts';
import { cellReader, type Problem, type RawTable, type Warning } from './finding.ts';
import { lookUps, type Report, readAgency, readService } from './look-up.ts';
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

export interface Checked<T> {
  items: T[];
  problems: Problem[];
  warnings: Warning[];
  /** The thousands separator met: `.`, `,`, a space or null. */
  separator: string | null;
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
const BALANCE_IN = ['carried_over', 'received_online', 'received_direct'] as const;
const BALANCE_OUT = [
  'resolved_early',
  'resolved_on_time',
  'resolved_late',
  'pending_on_time',
  'pending_overdue',
] as const;

/** Checks every row; any problem means that no figure of the file may be stored. */
export function checkMonthlyReturn(table: RawTable, context: CheckContext): Checked<Figure> {
  const { catalogue } = context;
  const cell = cellReader(table);
  const problems: Problem[] = [];
  const warnings: Warning[] = [];
  const items: Figure[] = [];
  const thisMonth = monthOf(hanoiDay(context.now));
  const names = lookUps(catalogue);
  const seen = new Map<string, number>();
  const forms = new Map<string, { row: number; whole: boolean }>();
  let separator: string | null = null;

  for (const { row, cells } of table.rows) {
    const before = problems.length;
    const found = (
      code: Problem['code'],
      column: string,
      value: string,
      details: Record<string, string> = {},
    ) => {
      problems.push({ row, column, value, code, details });
    };
    const month = readPeriod(cell(cells, 'period'), context, thisMonth, found);
    const agency = readAgency(cell(cells, 'agency'), month, context, names, found);
    const serviceText = cell(cells, 'service');
    const service = readService(serviceText, month, names, found);
    const unit = cell(cells, 'unit').normalize('NFC') || null;

    const counts = {} as Counts;
    for (const name of COUNTS) {
      const text = cell(cells, name);
      const read = readCount(text);
      counts[name] = read.value;
      if (read.problem) found(read.problem, name, text);
      else if (read.value === null && REQUIRED_COUNTS.includes(name)) found('missing_value', name, '');
      if (read.separator && separator && read.separator !== separator) {
        found('ambiguous_numbers', name, text, { first: separator, second: read.separator });
      }
      separator ??= read.separator;
    }
    checkIdentities(counts, cell.bind(null, cells), found);

    if (month && agency && service) {
      const key = `${month}|${agency.code}|${service.code}`;
      const unitKey = `${key}|${unit === null ? '' : foldName(unit)}`;
      const first = seen.get(unitKey);
      if (first !== undefined) found('duplicate_row', 'service', serviceText, { first: String(first) });
      else seen.set(unitKey, row);
      const form = forms.get(key);
      if (form && form.whole !== (unit === null)) {
        found('duplicate_row', 'unit', unit ?? '', { first: String(form.row), form: 'mixed' });
      } else if (!form) forms.set(key, { row, whole: unit === null });
      if (!owesReturn(catalogue, agency, service, lastDay(month))) {
        warnings.push({
          row,
          column: 'service',
          value: serviceText,
          code: 'service_not_due',
          details: { agency: agency.code },
        });
      }
      if (problems.length === before)
        items.push({ month, agency: agency.code, unit, service: service.code, counts, row });
    }
  }
  return { items, problems, warnings, separator };
}

function readPeriod(text: string, context: CheckContext, thisMonth: Month, found: Report): Month | null {
  const month = text === '' ? context.period : readMonth(text);
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

function checkIdentities(counts: Counts, text: (column: string) => string, found: Report): void {
  const total = (names: readonly CountName[]): number | null => {
    let sum = 0;
    for (const name of names) {
      const count = counts[name];
      if (count === null) return null;
      sum += count;
    }
    return sum;
  };
  const online = total(['online_full', 'online_partial']);
  if (online !== null && counts.received_online !== null && online !== counts.received_online) {
    found('online_sum_mismatch', 'received_online', text('received_online'), {
      sum: String(online),
      whole: String(counts.received_online),
    });
  }
  const [entered, left] = [total(BALANCE_IN), total(BALANCE_OUT)];
  if (entered !== null && left !== null && entered !== left) {
    found('balance_mismatch', 'carried_over', text('carried_over'), {
      in: String(entered),
      out: String(left),
    });
  }
  for (const [part, wholes] of PARTS) {
    const whole = total(wholes);
    const count = counts[part];
    if (count !== null && whole !== null && count > whole) {
      found('part_exceeds_whole', part, text(part), { whole: String(whole), of: wholes.join('|') });
    }
  }
}
