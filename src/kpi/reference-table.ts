/** The reference tables that an operator may import, as their files have them: columns, keys, what moves numbers. */
import { within } from './agency.ts';
import type { Day } from './month.ts';

export type Cell = string | number | boolean | null;
export type Row = Readonly<Record<string, Cell>>;

/** How the cells of a column are read. `agency`, `service`, `catalogue`: a code that must exist. */
export type CellForm =
  | 'text'
  | 'code'
  | 'agency'
  | 'service'
  | 'catalogue'
  | 'catalogues'
  | 'day'
  | 'whole'
  | 'flag'
  | 'levels'
  | 'agency_kind'
  | 'succession_kind';

export interface TableShape {
  columns: Readonly<Record<string, CellForm>>;
  /** What tells rows apart: a row of a file takes the place of the current row that has the same. */
  key: readonly string[];
  /** Columns that a file must have. */
  needed: readonly string[];
  /** Columns that may not be blank. */
  filled: readonly string[];
  /** Columns by which numbers move, and on which days; null where none do. */
  moves: { columns: readonly string[]; days: 'span' | 'from_date' | 'always' } | null;
}

const SPAN = { valid_from: 'day', valid_to: 'day' } as const;
const SURE = { confidence: 'text', source: 'text' } as const;

export const SHAPES = {
  agencies: {
    columns: {
      ...{ code: 'code', kind: 'agency_kind', name_vi: 'text', name_en: 'text', short_vi: 'text' },
      ...{ gso_code: 'text', egov_code: 'text', iso_3166_2: 'text', ...SPAN, ...SURE },
    },
    key: ['code'],
    needed: ['code', 'kind', 'name_vi'],
    filled: ['code', 'kind', 'name_vi'],
    moves: { columns: ['kind'], days: 'span' },
  },
  agency_aliases: {
    columns: { agency_code: 'agency', alias: 'text' },
    key: ['agency_code', 'alias'],
    needed: ['agency_code', 'alias'],
    filled: ['agency_code', 'alias'],
    moves: null,
  },
  agency_successions: {
    columns: {
      ...{ predecessor_code: 'agency', successor_code: 'agency', effective_date: 'day' },
      ...{ kind: 'succession_kind', note: 'text' },
    },
    key: ['predecessor_code', 'successor_code', 'effective_date'],
    needed: ['predecessor_code', 'successor_code', 'effective_date', 'kind'],
    filled: ['predecessor_code', 'successor_code', 'effective_date', 'kind'],
    moves: { columns: ['kind'], days: 'from_date' },
  },
  province_regions: {
    columns: { province_code: 'agency', scheme: 'text', region: 'text', ...SPAN, ...SURE },
    key: ['province_code', 'scheme'],
    needed: ['province_code', 'scheme', 'region'],
    filled: ['province_code', 'scheme', 'region'],
    moves: null,
  },
  services: {
    columns: {
      ...{ code: 'code', name_vi: 'text', name_en: 'text', implemented_at: 'levels', audience: 'text' },
      ...{ life_event: 'text', named: 'flag', ...SURE },
    },
    key: ['code'],
    needed: ['code', 'name_vi', 'implemented_at'],
    filled: ['code', 'name_vi'],
    moves: { columns: ['implemented_at', 'named'], days: 'always' },
  },
  service_leads: {
    columns: {
      ...{ service_code: 'service', agency_code: 'agency', ...SPAN },
      ...{ vertical_branch: 'text', note: 'text' },
    },
    key: ['service_code', 'valid_from'],
    needed: ['service_code', 'agency_code'],
    filled: ['service_code', 'agency_code'],
    moves: { columns: ['agency_code', 'vertical_branch'], days: 'span' },
  },
  service_procedure_codes: {
    columns: {
      ...{ service_code: 'service', tthc_code: 'text', tthc_name: 'text', level: 'text' },
      ...{ status_note: 'text', source: 'text' },
    },
    key: ['service_code', 'tthc_code'],
    needed: ['service_code', 'tthc_code'],
    filled: ['service_code', 'tthc_code'],
    moves: null,
  },
  service_eligibility: {
    columns: { service_code: 'service', ...SPAN, eligible_full: 'flag', note: 'text' },
    key: ['service_code', 'valid_from'],
    needed: ['service_code', 'eligible_full'],
    filled: ['service_code'],
    moves: { columns: ['eligible_full'], days: 'span' },
  },
  catalogues: {
    columns: { code: 'code', name_vi: 'text', name_en: 'text', document: 'text', includes: 'catalogues' },
    key: ['code'],
    needed: ['code', 'name_vi', 'includes'],
    filled: ['code', 'name_vi', 'includes'],
    moves: { columns: ['includes'], days: 'always' },
  },
  catalogue_items: {
    columns: { catalogue: 'catalogue', service_code: 'service', position: 'whole', ...SPAN, note: 'text' },
    key: ['catalogue', 'service_code'],
    needed: ['catalogue', 'service_code'],
    filled: ['catalogue', 'service_code'],
    moves: { columns: [], days: 'span' },
  },
  reporting_rules: {
    columns: { ...SPAN, window_vi: 'text', window_en: 'text', deadline_day: 'whole', note: 'text' },
    key: ['valid_from'],
    needed: ['deadline_day', 'window_vi'],
    filled: ['deadline_day', 'window_vi'],
    moves: { columns: ['deadline_day'], days: 'span' },
  },
} as const satisfies Record<string, TableShape>;

export type ImportTable = keyof typeof SHAPES;
export const IMPORT_TABLES = Object.keys(SHAPES) as ImportTable[];
export const shapeOf = (table: ImportTable): TableShape => SHAPES[table];

/** The rows of every importable table as they are current. */
export type ReferenceState = Readonly<Record<ImportTable, readonly Row[]>>;

/** A row's key as one text. */
export function keyOf(table: ImportTable, row: Row): string {
  return JSON.stringify(shapeOf(table).key.map(column => row[column] ?? null));
}

export const dayIn = (row: Row, column: string): Day | null => (row[column] as string | null) ?? null;
export const holdsOn = (row: Row, day: Day): boolean =>
  within(day, dayIn(row, 'valid_from'), dayIn(row, 'valid_to'));

/** Whether numbers of `day` (the last of a month) may move when `after` takes the place of `before`. */
export function movesOn(table: ImportTable, before: Row | null, after: Row, day: Day): boolean {
  const { moves } = shapeOf(table);
  if (!moves) return false;
  const differs = moves.columns.some(column => before?.[column] !== after[column]);
  if (moves.days === 'always') return before !== null && differs;
  if (moves.days === 'from_date') return differs && day >= (after.effective_date as string);
  const [was, is] = [before !== null && holdsOn(before, day), holdsOn(after, day)];
  return was !== is || (was && differs);
}
