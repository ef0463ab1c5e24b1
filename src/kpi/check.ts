/** The checks on a monthly return: rows in, figures and findings out; no I/O, no sentences. */
import type { Agency } from './agency.ts';
import type { PublicService } from './catalogue.ts';
import { isFormulaError, MERGED_CELL, plainCount, readCount } from './count.ts';
import { entry } from './entry.ts';
import { COUNTS, type CountName, type Figure, REQUIRED_COUNTS } from './figure.ts';
import {
  type Columns,
  type Findings,
  noFindings,
  note,
  type ProblemCode,
  type RawRow,
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
  /** Checks rows and gives their figures; those of rows with a problem are left out. */
  take(rows: readonly RawRow[]): Figure[];
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

const NO_COUNTS: readonly number[] = COUNTS.map(() => 0);
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
  const unitNames = new Map<string, string>();
  const unitTexts = new Map<string, Map<string, number>>();
  let separator: string | null = null;
  let decimal: string | null = null;

  function takeRow({ row, cells: texts }: RawRow): Figure | null {
    const before = problems.count;
    const text = (i: number): string => (i < 0 ? '' : (texts[i] ?? ''));
    const serviceText = text(serviceAt);
    const cell = cells.of(text(periodAt), text(agencyAt), serviceText);
    for (const problem of cell.problems) {
      note(problem.code === 'closed_period' ? closed : problems, { row, ...problem });
    }
    const unitText = text(unitAt);
    const unit =
      unitText === '' ? null : entry(unitNames, unitText, () => unitText.normalize('NFC').trim()) || null;
    if (unit !== null) checkUnitName(row, unit);

    const counts: (number | null)[] = NO_COUNTS.slice();
    for (let i = 0; i < COUNTS.length; i++) {
      const cellText = text(countAt[i] as number);
      const plain = plainCount(cellText);
      counts[i] = plain >= 0 ? plain : readCell(row, i, cellText);
    }
    for (const { code, column, details } of brokenIdentities(counts)) {
      note(problems, { row, column, value: text(placeOf(column)).trim(), code, details });
    }

    if (!cell.month || !cell.agency || !cell.service) return null;
    checkDuplicate(row, cell, unit, serviceText.trim());
    if (!cell.due) {
      const details = { agency: cell.agency.code };
      note(warnings, { row, column: 'service', value: serviceText.trim(), code: 'service_not_due', details });
    }
    if (problems.count > before) return null;
    cell.rows.held ??= newHeldCell(row, unit === null);
    addRow(cell.rows.held, counts);
    return { month: cell.month, agency: cell.agency.code, unit, service: cell.service.code, counts, row };
  }

  /** A unit may have any name, so it is the one text that nothing else judges. */
  function checkUnitName(row: number, unit: string): void {
    const found = (code: ProblemCode, details: Record<string, string> = {}) =>
      note(problems, { row, column: 'unit', value: unit, code, details });
    if (isFormulaError(unit)) found('formula_error');
    if (unit.length > LONGEST_UNIT) found('too_big', { what: 'unit' });
  }

  function readCell(row: number, i: number, text: string): number | null {
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
    return read.value;
  }

  function checkDuplicate(row: number, cell: ReturnCell, unit: string | null, serviceText: string): void {
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
        return entry(known, foldUnit(unit), () => ({ place: known.size + 1, name: unit, row })).place;
      },
    );
  }

  return {
    take: rows => rows.map(takeRow).filter(f => f !== null),
    warnings,
    closed,
    separator: () => separator,
    held: () => {
      const services = new Map<string, Map<string, HeldCell>>();
      for (const { month, agency, service, rows } of cells.all()) {
        if (!rows.held) continue;
        const ofAgency = entry(services, `${month}|${agency?.code}`, () => new Map<string, HeldCell>());
        ofAgency.set((service as PublicService).code, rows.held);
      }
      return { services, units };
    },
  };
}
