/** Whether reference data still make sense once a file is applied: days, successions, names, what figures stand on. */

import type { ReferenceChange, Used } from './check-catalogue.ts';
import { isFormulaError } from './count.ts';
import { type Findings, note, type ProblemCode } from './finding.ts';
import { addDays, type Day, lastDay } from './month.ts';
import { foldName } from './names.ts';
import { dayIn, holdsOn, type ImportTable, keyOf, type ReferenceState, type Row } from './reference-table.ts';

type Report = (
  change: ReferenceChange,
  column: string,
  code: ProblemCode,
  details: Record<string, string>,
) => void;

/** Columns that say of what one row at most may hold on a day. */
const ONE_A_DAY: Partial<Record<ImportTable, readonly string[]>> = {
  service_leads: ['service_code'],
  service_eligibility: ['service_code'],
  province_regions: ['province_code'],
  reporting_rules: [],
};

/** Notes what the changes of a file would break. All of it is said of rows of the file. */
export function checkCoherence(
  table: ImportTable,
  items: readonly ReferenceChange[],
  current: ReferenceState,
  used: Used,
  problems: Findings<ProblemCode>,
): void {
  const changes = items.filter(item => item.before === null || item.fields.length > 0);
  const merged: ReferenceState = { ...current, [table]: replaced(table, current[table], changes) };
  const found: Report = ({ row, after }, column, code, details) => {
    const value = after[column];
    note(problems, { row, column, value: value == null ? '' : String(value), code, details });
  };
  for (const change of changes) {
    for (const [column, value] of Object.entries(change.after)) {
      if (typeof value === 'string' && isFormulaError(value)) found(change, column, 'formula_error', {});
    }
    const [from, to] = [dayIn(change.after, 'valid_from'), dayIn(change.after, 'valid_to')];
    if (from && to && to < from)
      found(change, 'valid_to', 'bad_period', { reference: 'ends_before', day_from: from });
  }
  checkOverlaps(table, changes, merged, found);
  if (table === 'reporting_rules') checkRules(changes, merged, found);
  if (table === 'agency_successions') checkSuccessions(changes, merged, found);
  if (table === 'agencies' || table === 'agency_aliases') checkNames(table, changes, merged, found);
  if (table === 'agencies') checkAgenciesInUse(changes, used, found);
  if (table === 'services' || table === 'catalogue_items') {
    checkServicesInUse(table, changes, current, merged, used, found);
  }
}

function replaced(
  table: ImportTable,
  rows: readonly Row[],
  changes: readonly ReferenceChange[],
): readonly Row[] {
  const byKey = new Map(rows.map(row => [keyOf(table, row), row]));
  for (const { after } of changes) byKey.set(keyOf(table, after), after);
  return [...byKey.values()];
}

function checkOverlaps(
  table: ImportTable,
  changes: readonly ReferenceChange[],
  merged: ReferenceState,
  found: Report,
): void {
  const of = ONE_A_DAY[table];
  if (!of) return;
  for (const change of changes) {
    const other = merged[table].find(
      row =>
        row !== change.after &&
        of.every(column => row[column] === change.after[column]) &&
        overlap(row, change.after),
    );
    if (other) {
      found(change, 'valid_from', 'duplicate_row', { reference: 'overlap', ...spanOf(other) });
    }
  }
}

function overlap(a: Row, b: Row): boolean {
  const [from, to] = [dayIn(a, 'valid_from'), dayIn(a, 'valid_to')];
  const [otherFrom, otherTo] = [dayIn(b, 'valid_from'), dayIn(b, 'valid_to')];
  return (!from || !otherTo || from <= otherTo) && (!otherFrom || !to || otherFrom <= to);
}

const spanOf = (row: Row): Record<string, string> => ({
  valid_from: dayIn(row, 'valid_from') ?? '',
  valid_to: dayIn(row, 'valid_to') ?? '',
});

/** Every month needs a rule by which its returns are due. */
function checkRules(changes: readonly ReferenceChange[], merged: ReferenceState, found: Report): void {
  for (const change of changes) {
    const day = change.after.deadline_day as number;
    if (day < 1 || day > 28)
      found(change, 'deadline_day', 'not_a_whole_number', { expected: 'deadline_day' });
  }
  const rules = [...merged.reporting_rules].sort((a, b) =>
    (dayIn(a, 'valid_from') ?? '') < (dayIn(b, 'valid_from') ?? '') ? -1 : 1,
  );
  const gap = rules.findIndex((rule, i) => {
    const to = i === 0 ? null : dayIn(rules[i - 1] as Row, 'valid_to');
    return dayIn(rule, 'valid_from') !== (to && addDays(to, 1));
  });
  const open = dayIn(rules.at(-1) as Row, 'valid_to') !== null;
  const last = changes.at(-1);
  if ((gap >= 0 || open) && last) found(last, 'valid_to', 'bad_period', { reference: 'gap' });
}

/** A merger or a renaming carries the whole predecessor over: to one successor, and never back to itself. */
function checkSuccessions(changes: readonly ReferenceChange[], merged: ReferenceState, found: Report): void {
  const agencies = new Map(merged.agencies.map(row => [row.code as string, row]));
  const whole = merged.agency_successions.filter(row => row.kind !== 'split');
  const next = new Map(whole.map(row => [row.predecessor_code as string, row.successor_code as string]));
  for (const change of changes) {
    const { predecessor_code: from, successor_code: to, effective_date: day, kind } = change.after;
    const successor = agencies.get(to as string);
    if (successor && !holdsOn(successor, day as Day)) {
      const details = { reference: 'successor', agency: to as string, ...spanOf(successor) };
      found(change, 'effective_date', 'bad_period', details);
    }
    if (kind === 'split') {
      if (from === to) found(change, 'successor_code', 'bad_period', { reference: 'circle' });
      continue;
    }
    const other = whole.find(row => row !== change.after && row.predecessor_code === from);
    if (other) {
      const details = { reference: 'carried_over', agency: other.successor_code as string };
      found(change, 'successor_code', 'duplicate_row', details);
      continue;
    }
    const path = [from as string];
    for (let code = to as string | undefined; code !== undefined; code = next.get(code)) {
      const round = path.includes(code);
      path.push(code);
      if (!round) continue;
      if (code === from) found(change, 'successor_code', 'bad_period', { reference: 'circle' });
      break;
    }
  }
}

const NAMES = ['name_vi', 'name_en', 'short_vi', 'gso_code', 'egov_code'] as const;

/** On one day a name stands for one agency. */
function checkNames(
  table: 'agencies' | 'agency_aliases',
  changes: readonly ReferenceChange[],
  merged: ReferenceState,
  found: Report,
): void {
  const agencies = new Map(merged.agencies.map(row => [row.code as string, row]));
  const bearers = new Map<string, Set<string>>();
  const add = (name: Row[string], code: string): void => {
    const folded = foldName(String(name));
    if (folded) bearers.set(folded, (bearers.get(folded) ?? new Set()).add(code));
  };
  for (const row of merged.agencies) for (const column of NAMES) add(row[column] ?? '', row.code as string);
  for (const row of merged.agency_aliases) add(row.alias ?? '', row.agency_code as string);
  for (const change of changes) {
    const code = (table === 'agencies' ? change.after.code : change.after.agency_code) as string;
    const own = agencies.get(code);
    for (const column of table === 'agencies' ? NAMES : ['alias']) {
      const others = bearers.get(foldName(String(change.after[column] ?? ''))) ?? [];
      const other = [...others].find(c => c !== code && own && overlap(own, agencies.get(c) as Row));
      if (!other) continue;
      found(change, column, 'duplicate_row', { reference: 'name', agency: other });
      break;
    }
  }
}

function checkAgenciesInUse(changes: readonly ReferenceChange[], used: Used, found: Report): void {
  for (const change of changes) {
    const code = change.after.code as string;
    const lost = used.agencies.find(u => u.code === code && !holdsOn(change.after, lastDay(u.month)));
    if (!lost) continue;
    const details = { reference: 'in_use', agency: code, month: lost.month };
    found(change, 'valid_to', 'agency_not_in_force', details);
  }
}

/** A service for which figures are stored stays in some catalogue in those months, and stays known by name. */
function checkServicesInUse(
  table: 'services' | 'catalogue_items',
  changes: readonly ReferenceChange[],
  current: ReferenceState,
  merged: ReferenceState,
  used: Used,
  found: Report,
): void {
  const listed = (state: ReferenceState, service: string, day: Day): boolean =>
    state.catalogue_items.some(row => row.service_code === service && holdsOn(row, day)) &&
    state.services.some(row => row.code === service && row.named === true);
  const column = table === 'services' ? 'code' : 'service_code';
  for (const change of changes) {
    const service = change.after[column] as string;
    const lost = used.services.find(u => {
      if (u.code !== service) return false;
      const day = lastDay(u.month);
      return listed(current, service, day) && !listed(merged, service, day);
    });
    if (!lost) continue;
    const place = table === 'services' ? 'named' : 'valid_to';
    found(change, place, 'service_not_in_catalogue', { reference: 'in_use', service, month: lost.month });
  }
}
