/** What the title above a table says of it, where it says so plainly: the month, and who reports. */
import type { RawRow } from '../kpi/finding.ts';
import { type Month, readMonth } from '../kpi/month.ts';
import { foldName } from '../kpi/names.ts';

export interface Said {
  period?: Month;
  /** As written. */
  agency?: string;
}

/** "Đơn vị báo cáo: UBND tỉnh …"; the name may stand in the next cell. */
const REPORTER = /^\s*(?:tên\s+)?(?:đơn vị|cơ quan)(?:\s+báo cáo)?\s*:\s*(.*)$/iu;
/** The day on which a report was signed. */
const SIGNED = /\bngay \d{1,2} thang \d{1,2} nam \d{4}\b/g;
const MONTH = /\bthang (\d{1,2}) (?:nam )?(\d{4})\b|\bky (?:bao cao )?(\d{1,2}) (\d{4})\b/g;
/** Words of reports that are not of one month. */
const OTHER_SPAN = /\bluy ke\b|\bden (?:het )?thang\b|\bthang dau nam\b|\bquy\b|\bso voi\b/;

/** A month or an agency named twice, and differently, is not named at all. */
export function saidBy(title: readonly RawRow[], isAgency: (text: string) => boolean): Said {
  const months = new Set<Month>();
  const reporters = new Set<string>();
  let isOneMonth = true;
  for (const row of title) {
    const cells = row.cells.filter(c => c.trim() !== '').map(c => c.slice(0, 500));
    const folded = foldName(cells.join(' ')).replace(SIGNED, '');
    if (OTHER_SPAN.test(folded)) isOneMonth = false;
    for (const [, ...found] of folded.matchAll(MONTH)) {
      const [month, year] = found.filter(Boolean);
      const read = readMonth(`${month}/${year}`);
      if (read) months.add(read);
    }
    for (const [i, cell] of cells.entries()) {
      const found = REPORTER.exec(cell.normalize('NFC'));
      if (found) reporters.add(found[1]?.trim() || (cells[i + 1]?.trim() ?? ''));
    }
  }
  const [period, agency] = [only(months), only(reporters)];
  return {
    ...(period && isOneMonth ? { period } : {}),
    ...(agency && isAgency(agency) ? { agency } : {}),
  };
}

function only(found: ReadonlySet<string>): string | undefined {
  return found.size === 1 ? [...found][0] : undefined;
}
