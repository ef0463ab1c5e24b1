/** The checks on a file of service statuses: how an agency delivers a service from a day on. */
import type { CheckContext, Checked } from './check.ts';
import { cellReader, type Findings, noFindings, note, type ProblemCode, type RawTable } from './finding.ts';
import { lookUps, readAgency, readService } from './look-up.ts';
import { type Day, hanoiDay, lastDay, monthOf, readDay } from './month.ts';
import { foldName } from './names.ts';
import { type Mode, regimeOn } from './status.ts';

export interface StatusRow {
  asOf: Day;
  agency: string;
  service: string;
  level: number | null;
  mode: Mode | null;
  onPortal: boolean | null;
  note: string;
  row: number;
}

const MODE_NAMES: Readonly<Record<string, Mode>> = {
  information: 'information',
  'cung cap thong tin': 'information',
  'thong tin': 'information',
  partial: 'partial',
  'mot phan': 'partial',
  'truc tuyen mot phan': 'partial',
  full: 'full',
  'toan trinh': 'full',
  'truc tuyen toan trinh': 'full',
};
const YES = ['co', 'da', 'yes', 'true', '1', 'x', '✓', '✔'];
const NO = ['khong', 'chua', 'no', 'false', '0'];

/** Checks every row; any problem means that no status of the file may be stored. */
export function checkServiceStatus(
  table: RawTable,
  context: CheckContext,
  problems: Findings<ProblemCode>,
): Checked<StatusRow> {
  const cell = cellReader(table.columns);
  const names = lookUps(context.catalogue);
  const items: StatusRow[] = [];
  const closed = noFindings<ProblemCode>();
  const seen = new Map<string, number>();
  const today = hanoiDay(context.now);
  for (const { row, cells } of table.rows) {
    const before = problems.count;
    const found = (
      code: ProblemCode,
      column: string,
      value: string,
      details: Record<string, string> = {},
    ) => {
      note(problems, { row, column, value, code, details });
    };
    const asOfText = cell(cells, 'as_of');
    const asOf = readDay(asOfText);
    if (!asOf) found('bad_period', 'as_of', asOfText, { day: 'yes' });
    else if (asOf > today) found('future_period', 'as_of', asOfText, { now: today });
    const month = asOf ? monthOf(asOf) : null;
    const agency = readAgency(cell(cells, 'agency'), asOf, context, names, found);
    const service = readService(cell(cells, 'service'), month, names, found);

    const levelText = cell(cells, 'level');
    const level = /^(?:mức độ |muc do |mức |level )?([1-4])$/i.exec(levelText.normalize('NFC'))?.[1];
    if (levelText && !level) found('not_a_whole_number', 'level', levelText, { expected: 'level' });
    const modeText = cell(cells, 'mode');
    const mode = MODE_NAMES[foldName(modeText)];
    if (modeText && !mode) found('not_a_whole_number', 'mode', modeText, { expected: 'mode' });
    if (!levelText && !modeText) found('missing_value', 'level', '');
    const portalText = cell(cells, 'on_portal');
    const portal = foldName(portalText) || portalText;
    const onPortal = YES.includes(portal) ? true : NO.includes(portal) ? false : null;
    if (portalText && onPortal === null)
      found('not_a_whole_number', 'on_portal', portalText, { expected: 'yes_or_no' });

    if (asOf && changesClosed(asOf, level !== undefined, mode !== undefined, context)) {
      note(closed, { row, column: 'as_of', value: asOfText, code: 'closed_period', details: {} });
    }
    if (asOf && agency && service) {
      const key = `${asOf}|${agency.code}|${service.code}`;
      const first = seen.get(key);
      if (first !== undefined)
        found('duplicate_row', 'service', cell(cells, 'service'), { first: String(first) });
      else seen.set(key, row);
      if (problems.count === before) {
        const spoken = {
          level: level ? Number(level) : null,
          mode: mode ?? null,
          onPortal,
          note: cell(cells, 'note'),
        };
        items.push({ asOf, agency: agency.code, service: service.code, ...spoken, row });
      }
    }
  }
  return { items, warnings: noFindings(), closed: closed };
}

/** Whether a status would move a number of a closed month: one that ends later, in a regime it speaks for. */
function changesClosed(
  asOf: Day,
  hasLevel: boolean,
  hasMode: boolean,
  { closed, reason }: CheckContext,
): boolean {
  if (reason) return false;
  for (const month of closed) {
    const end = lastDay(month);
    if (end >= asOf && (regimeOn(end) === 'level' ? hasLevel : hasMode)) return true;
  }
  return false;
}
