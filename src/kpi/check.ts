/** The checks on a monthly return: rows in, figures and findings out; no I/O, no sentences. */
import { BLANK, type CodedRows, textOf } from './coded-rows.ts';
import { isFormulaError, MERGED_CELL, readCount } from './count.ts';
import { entry } from './entry.ts';
import { COUNTS, type CountName, type Figures, NOT_REPORTED, REQUIRED_COUNTS } from './figure.ts';
import {
  type Columns,
  type Findings,
  noFindings,
  note,
  type ProblemCode,
  type WarningCode,
} from './finding.ts';
import { addRow, type HeldCell, newHeldCell } from './held.ts';
import { brokenIdentities } from './identities.ts';
import type { Speaker } from './look-up.ts';
import type { Month } from './month.ts';
import { foldUnit } from './names.ts';
import { type ReturnCell, returnCells } from './return-cells.ts';

/** The longest name of a unit that is taken, in characters. */
const LONGEST_UNIT = 200;

/** What a file is checked against. */
export interface CheckContext extends Speaker {
  /** Month given beside the file, for files that leave it out. */
  period: Month | null;
  /** Months that take no figures without a reason. */
  closed: ReadonlySet<Month>;
  reason: string | null;
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
  /** Checks rows and gives their figures, over once it is called again; those of rows with a problem are left out. */
  take(rows: CodedRows): Figures;
  warnings: Findings<WarningCode>;
  /** Rows of closed months without a reason: a problem only if they change anything. */
  closed: Findings<ProblemCode>;
  /** The thousands separator met: `.`, `,`, a space or null. */
  separator(): string | null;
  /** What the file holds, added up; complete once every row was taken without a problem. */
  held(): Held;
}
export interface Held {
  /** By `MONTH|AGENCY`, then by service. */
  services: ReadonlyMap<string, ReadonlyMap<string, HeldCell>>;
  /** Units of every agency by folded name, with their first row. */
  units: ReadonlyMap<string, ReadonlyMap<string, { name: string; row: number }>>;
}

const IS_REQUIRED = COUNTS.map(c => REQUIRED_COUNTS.includes(c));

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
  const cells = returnCells(context);
  const units = new Map<string, Map<string, { place: number; name: string; row: number }>>();
  const unitTexts = new Map<string, Map<string, number>>();
  let lastName: { text: string; name: string | null } = { text: '', name: null };
  let lastUnit = { agency: '', unit: '', place: 0 };
  let separator: string | null = null;
  let decimal: string | null = null;

  const figures: Figures = {
    ...{ count: 0, places: [], units: [] },
    ...{ rows: new Int32Array(0), counts: new Int32Array(0) },
  };

  function takeRow(table: CodedRows, at: number): void {
    const { cells: codes, texts } = table;
    const row = table.row[at] as number;
    const before = problems.count;
    const first = at * table.width;
    const codeAt = (i: number): number => (i < 0 ? BLANK : (codes[first + i] as number));
    const text = (i: number): string => textOf(codeAt(i), texts);
    const cell = cells.of(text(periodAt), text(agencyAt), text(serviceAt));
    for (const problem of cell.problems) {
      note(problem.code === 'closed_period' ? closed : problems, { row, ...problem });
    }
    const unit = unitNamed(row, text(unitAt));

    const { counts } = figures;
    const start = figures.count * COUNTS.length;
    for (let i = 0; i < COUNTS.length; i++) {
      const code = codeAt(countAt[i] as number);
      counts[start + i] = code >= 0 ? code : readCell(row, i, textOf(code, texts));
    }
    for (const { code, column, details } of brokenIdentities(counts, start)) {
      note(problems, { row, column, value: text(placeOf(column)).trim(), code, details });
    }

    const { place } = cell;
    if (!place) return;
    checkDuplicate(row, cell, place.agency, unit, text(serviceAt));
    if (!cell.due) {
      const details = { agency: place.agency };
      const value = text(serviceAt).trim();
      note(warnings, { row, column: 'service', value, code: 'service_not_due', details });
    }
    if (problems.count > before) return;
    cell.rows.held ??= newHeldCell(row, unit === null);
    addRow(cell.rows.held, counts, start);
    figures.places[figures.count] = place;
    figures.units[figures.count] = unit;
    figures.rows[figures.count++] = row;
  }

  /** The name of the unit in a row; null where the row is the agency's own. */
  function unitNamed(row: number, text: string): string | null {
    // Most rows are of the unit of the row before.
    if (text === lastName.text) return lastName.name;
    const name = text.normalize('NFC').trim() || null;
    const before = problems.count;
    if (name !== null) checkUnitName(row, name);
    if (problems.count === before) lastName = { text, name };
    return name;
  }

  /** A unit may have any name, so it is the one text that nothing else judges. */
  function checkUnitName(row: number, unit: string): void {
    const found = (code: ProblemCode, details: Record<string, string> = {}) =>
      note(problems, { row, column: 'unit', value: unit, code, details });
    if (isFormulaError(unit)) found('formula_error');
    if (unit.length > LONGEST_UNIT) found('too_big', { what: 'unit' });
  }

  function readCell(row: number, i: number, text: string): number {
    if (text === '' && !IS_REQUIRED[i]) return NOT_REPORTED;
    const column = COUNTS[i] as CountName;
    const found = (code: ProblemCode, details: Record<string, string> = {}) =>
      note(problems, { row, column, value: text.trim(), code, details });
    const read = readCount(text);
    if (read.problem) found(read.problem, text === MERGED_CELL ? { expected: 'apart' } : {});
    else if (read.value === null && IS_REQUIRED[i]) found('missing_value');
    if (read.separator && separator && read.separator !== separator) {
      found('ambiguous_numbers', { first: separator, second: read.separator });
    }
    separator ??= read.separator;
    decimal ??= read.decimal;
    // `12,0` says that the comma is the decimal mark; then `1,234` cannot be a thousand.
    if (separator && separator === decimal && (read.separator || read.decimal)) {
      found('ambiguous_numbers', { first: separator, second: decimal, twice: 'yes' });
    }
    return read.value ?? NOT_REPORTED;
  }

  function checkDuplicate(
    row: number,
    cell: ReturnCell,
    agency: string,
    unit: string | null,
    service: string,
  ): void {
    const place = unit === null ? 0 : unitPlace(agency, unit, row);
    const { rows } = cell;
    const first = rows.ofUnit[place];
    const found = (column: string, value: string, details: Record<string, string>) =>
      note(problems, { row, column, value, code: 'duplicate_row', details });
    if (first) found('service', service.trim(), { first: String(first) });
    else if (rows.first && (place === 0) !== Boolean(rows.ofUnit[0])) {
      found('unit', unit ?? '', { first: String(rows.first), form: 'mixed' });
    }
    while (rows.ofUnit.length < place) rows.ofUnit.push(0);
    rows.ofUnit[place] ||= row;
    rows.first ||= row;
  }

  /** A small number for a unit of an agency, from 1 on; spellings that fold alike are one unit. */
  function unitPlace(agency: string, unit: string, row: number): number {
    if (unit === lastUnit.unit && agency === lastUnit.agency) return lastUnit.place;
    const texts = entry(unitTexts, agency, () => new Map<string, number>());
    const place = entry(texts, unit, () => {
      const known = entry(units, agency, () => new Map());
      return entry(known, foldUnit(unit), () => ({ place: known.size + 1, name: unit, row })).place;
    });
    lastUnit = { agency, unit, place };
    return place;
  }

  return {
    take: rows => {
      figures.count = 0;
      if (figures.rows.length < rows.count) {
        figures.rows = new Int32Array(rows.count);
        figures.counts = new Int32Array(rows.count * COUNTS.length);
      }
      for (let i = 0; i < rows.count; i++) takeRow(rows, i);
      return figures;
    },
    warnings,
    closed,
    separator: () => separator,
    held: () => {
      const services = new Map<string, Map<string, HeldCell>>();
      for (const { place, rows } of cells.all()) {
        if (!place || !rows.held) continue;
        const ofAgency = entry(services, `${place.month}|${place.agency}`, () => new Map<string, HeldCell>());
        ofAgency.set(place.service, rows.held);
      }
      return { services, units };
    },
  };
}
