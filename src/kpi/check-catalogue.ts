/** The checks on a file of reference data: what each row changes, and whether the whole still makes sense. */
import type { CheckContext, Checked } from './check.ts';
import { readCount } from './count.ts';
import { cellReader, type Findings, noFindings, note, type ProblemCode, type RawTable } from './finding.ts';
import { type Day, lastDay, type Month, readDay } from './month.ts';
import { foldName } from './names.ts';
import { checkCoherence } from './reference-coherence.ts';
import {
  type Cell,
  type CellForm,
  type ImportTable,
  keyOf,
  movesOn,
  type ReferenceState,
  type Row,
  shapeOf,
} from './reference-table.ts';

/** What one row of a file does to the row that is current under its key. */
export interface ReferenceChange {
  row: number;
  before: Row | null;
  after: Row;
  /** The columns in which they differ; all that are filled when there was none. */
  fields: string[];
}

/** The months for which figures of agencies and of services are stored: none of them may lose its footing. */
export interface Used {
  agencies: readonly { code: string; month: Month }[];
  services: readonly { code: string; month: Month }[];
}

export interface CheckedCatalogue extends Checked<ReferenceChange> {
  /** Published months whose numbers may move. */
  moved: Month[];
}

/** Checks a file of one table against what is current; rows that change nothing are among the items. */
export function checkCatalogue(
  table: ImportTable,
  raw: RawTable,
  current: ReferenceState,
  used: Used,
  context: CheckContext,
  problems: Findings<ProblemCode>,
): CheckedCatalogue {
  const shape = shapeOf(table);
  const cell = cellReader(raw.columns);
  const present = Object.keys(shape.columns).filter(column => raw.columns.includes(column));
  const codes = codesIn(table, raw, current);
  const byKey = new Map(current[table].map(row => [keyOf(table, row), row]));
  const seen = new Map<string, number>();
  const items: ReferenceChange[] = [];
  const before = problems.count;
  for (const { row, cells } of raw.rows) {
    const read: Record<string, Cell> = {};
    const sound = problems.count;
    for (const column of present) {
      const text = cell(cells, column).normalize('NFC');
      const found = readCell(text, shape.columns[column] as CellForm, codes);
      if ('value' in found) read[column] = found.value;
      else {
        note(problems, { row, column, value: text, code: found.code, details: found.details ?? {} });
      }
      if ('value' in found && text === '' && shape.filled.includes(column)) {
        note(problems, { row, column, value: '', code: 'missing_value', details: { reference: 'blank' } });
      }
    }
    if (problems.count > sound) continue;
    const key = keyOf(table, { ...blankRow(table), ...read });
    const first = seen.get(key);
    if (first !== undefined) {
      const column = shape.key.at(-1) as string;
      const details = { first: String(first) };
      note(problems, { row, column, value: cell(cells, column), code: 'duplicate_row', details });
      continue;
    }
    seen.set(key, row);
    const there = byKey.get(key) ?? null;
    const after = completed(table, { ...blankRow(table), ...there, ...read });
    const differ = Object.keys(shape.columns).filter(c => (there ?? blankRow(table))[c] !== after[c]);
    items.push({ row, before: there, after, fields: differ });
  }
  if (problems.count === before) checkCoherence(table, items, current, used, problems);
  return { items, warnings: noFindings(), ...movedMonths(table, items, context) };
}

/** The published months that would move, and without a reason the rows that would move them. */
function movedMonths(
  table: ImportTable,
  items: readonly ReferenceChange[],
  { closed, reason }: CheckContext,
): { closed: Findings<ProblemCode>; moved: Month[] } {
  const blocked = noFindings<ProblemCode>();
  const moved = new Set<Month>();
  for (const { row, before, after, fields } of items) {
    if (before && fields.length === 0) continue;
    const months = [...closed].filter(month => movesOn(table, before, after, lastDay(month) as Day)).sort();
    for (const month of months) moved.add(month);
    const [first] = months;
    if (first === undefined || reason) continue;
    const details = { reference: 'moves', month: first, months: String(months.length) };
    note(blocked, { row, column: null, value: null, code: 'closed_period', details });
  }
  return { closed: blocked, moved: [...moved].sort() };
}

/** Codes that a cell may name: those that are current, and those that the file itself brings. */
function codesIn(table: ImportTable, raw: RawTable, current: ReferenceState): Record<string, Set<string>> {
  const of = (of: 'agencies' | 'services' | 'catalogues'): Set<string> => {
    const codes = new Set(current[of].map(row => String(row.code)));
    const place = raw.columns.indexOf('code');
    if (of === table) for (const { cells } of raw.rows) codes.add((cells[place] ?? '').trim().toLowerCase());
    return codes;
  };
  return { agency: of('agencies'), service: of('services'), catalogue: of('catalogues') };
}

const KINDS: Readonly<Record<string, string>> = {
  ministry: 'ministry',
  bo: 'ministry',
  'bo nganh': 'ministry',
  'co quan ngang bo': 'ministry',
  province: 'province',
  tinh: 'province',
  'tinh thanh pho': 'province',
  'thanh pho': 'province',
  enterprise: 'enterprise',
  'doanh nghiep': 'enterprise',
  other: 'other',
  khac: 'other',
  group: 'group',
  nhom: 'group',
};
const SUCCESSIONS: Readonly<Record<string, string>> = {
  merge: 'merge',
  'sap nhap': 'merge',
  'hop nhat': 'merge',
  rename: 'rename',
  'doi ten': 'rename',
  split: 'split',
  tach: 'split',
  'chia tach': 'split',
};
const LEVELS: Readonly<Record<string, string>> = {
  central: 'central',
  'trung uong': 'central',
  province: 'province',
  tinh: 'province',
  district: 'district',
  huyen: 'district',
  commune: 'commune',
  xa: 'commune',
};
const FLAGS: Readonly<Record<string, boolean>> = {
  ...{ true: true, yes: true, co: true, x: true, '1': true },
  ...{ false: false, no: false, khong: false, '0': false },
};
const UNKNOWN: Readonly<Record<string, ProblemCode>> = {
  agency: 'unknown_agency',
  service: 'unknown_service',
  catalogue: 'service_not_in_catalogue',
};

type Found = { value: Cell } | { code: ProblemCode; details?: Record<string, string> };

function readCell(text: string, form: CellForm, codes: Record<string, Set<string>>): Found {
  const expected = (what: string): Found => ({ code: 'not_a_whole_number', details: { expected: what } });
  const list = text
    .split(/[|;,]/)
    .map(part => part.trim())
    .filter(Boolean);
  switch (form) {
    case 'text':
      return { value: text };
    case 'code':
      return /^([a-z0-9]+(-[a-z0-9]+)*)?$/.test(text.toLowerCase())
        ? { value: text.toLowerCase() }
        : expected('code');
    case 'agency':
    case 'service':
    case 'catalogue': {
      const code = text.toLowerCase();
      if (text === '' || codes[form]?.has(code)) return { value: code };
      return { code: UNKNOWN[form] as ProblemCode, details: { reference: 'code' } };
    }
    case 'catalogues': {
      const unknown = list.find(code => !codes.catalogue?.has(code.toLowerCase()));
      if (unknown) return { code: 'service_not_in_catalogue', details: { reference: 'code' } };
      return { value: list.join('|').toLowerCase() };
    }
    case 'levels': {
      const levels = list.map(level => LEVELS[foldName(level)]);
      return levels.includes(undefined) ? expected('levels') : { value: levels.join('|') };
    }
    case 'day': {
      const day = readDay(text);
      return text === '' || day ? { value: day } : { code: 'bad_period', details: { day: 'yes' } };
    }
    case 'whole': {
      const { value, problem } = readCount(text);
      return problem ? { code: problem, details: { expected: 'number' } } : { value };
    }
    case 'flag': {
      const flag = FLAGS[foldName(text)];
      return text === '' ? { value: null } : flag === undefined ? expected('flag') : { value: flag };
    }
    case 'agency_kind':
    case 'succession_kind': {
      const value = (form === 'agency_kind' ? KINDS : SUCCESSIONS)[foldName(text)];
      return text === '' ? { value: '' } : value === undefined ? expected(form) : { value };
    }
  }
}

/** A row with nothing in it. */
function blankRow(table: ImportTable): Row {
  const blank = (form: CellForm): Cell => (['day', 'whole', 'flag'].includes(form) ? null : '');
  return Object.fromEntries(
    Object.entries(shapeOf(table).columns).map(([column, form]) => [column, blank(form)]),
  );
}

/** What goes without saying: a service in a file is known by name, and lists need a short name of an agency. */
function completed(table: ImportTable, row: Row): Row {
  if (table === 'services') return { ...row, named: row.named ?? true };
  if (table === 'agencies') return { ...row, short_vi: row.short_vi || (row.name_vi as string) };
  return row;
}
