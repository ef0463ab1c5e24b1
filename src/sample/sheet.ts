/** Writes returns and statuses as the files an office would send: semicolons, Vietnamese headings, a title. */
import { headingOf } from '../intake/headings.ts';
import type { Agency } from '../kpi/agency.ts';
import type { PublicService } from '../kpi/catalogue.ts';
import { COUNTS, type Counts } from '../kpi/figure.ts';
import { INVENTED_MARK } from '../kpi/invented.ts';
import type { Month } from '../kpi/month.ts';
import type { Status } from '../kpi/status.ts';

/** Stands alone on the first line of every file, so that no invented figure can pass for a real one. */
export const INVENTED_TITLE = `DỮ LIỆU MẪU - SỐ LIỆU BỊA ĐỂ MINH HỌA, KHÔNG PHẢI SỐ LIỆU THẬT (${INVENTED_MARK})`;

const KEY_COLUMNS = ['period', 'agency', 'unit', 'service'];
const STATUS_COLUMNS = ['as_of', 'agency', 'service', 'level', 'mode', 'note'];

/** One row of a return as it is sent: of the agency itself, or of one of its units. */
export interface SampleRow {
  agency: Agency;
  unit: string | null;
  service: PublicService;
  counts: Counts;
}

/** A monthly return. With units there is a unit column, and services go by code to keep large files small. */
export function returnSheet(month: Month, rows: readonly SampleRow[], withUnits: boolean): Buffer {
  const period = `${month.slice(5)}/${month.slice(0, 4)}`;
  const lines = rows.map(({ agency, unit, service, counts }) => {
    const key = withUnits ? [agency.nameVi, unit ?? '', service.code] : [agency.nameVi, service.nameVi];
    return [period, ...key, ...COUNTS.map(name => counts[name] ?? '')];
  });
  const columns = [...KEY_COLUMNS.filter(column => withUnits || column !== 'unit'), ...COUNTS];
  return sheet([columns.map(column => headingOf('monthly-return', column)), ...lines]);
}

/** A service-status file. */
export function statusSheet(statuses: readonly Status[]): Buffer {
  const lines = statuses.map(s => [s.asOf, s.agency, s.service, s.level ?? '', s.mode ?? '', 'số liệu bịa']);
  return sheet([STATUS_COLUMNS.map(column => headingOf('service-status', column)), ...lines]);
}

function sheet(lines: (string | number)[][]): Buffer {
  const body = lines.map(cells => cells.map(quoted).join(';'));
  return Buffer.from(`\uFEFF${[INVENTED_TITLE, ...body].join('\r\n')}\r\n`, 'utf8');
}

function quoted(cell: string | number): string {
  return typeof cell === 'string' && /[;"\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : String(cell);
}
