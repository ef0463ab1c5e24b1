/** The auditor's own reading of files: bytes to rows of counts and statuses, and the tables of `data/`. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export type Row = Readonly<Record<string, string>>;

/** The Vietnamese headings of the contract beside the English ones. */
const HEADINGS: Readonly<Record<string, string>> = {
  'Kỳ báo cáo': 'period',
  'Cơ quan': 'agency',
  'Đơn vị': 'unit',
  'Dịch vụ công': 'service',
  'Tiếp nhận trực tuyến': 'received_online',
  'Tiếp nhận trực tiếp, bưu chính': 'received_direct',
  'Kỳ trước chuyển sang': 'carried_over',
  'Trực tuyến toàn trình': 'online_full',
  'Trực tuyến một phần': 'online_partial',
  'Giải quyết trước hạn': 'resolved_early',
  'Giải quyết đúng hạn': 'resolved_on_time',
  'Giải quyết quá hạn': 'resolved_late',
  'Hoàn thành toàn trình': 'resolved_end_to_end',
  'Đang giải quyết trong hạn': 'pending_on_time',
  'Đang giải quyết quá hạn': 'pending_overdue',
  'Hồ sơ có phí, lệ phí': 'fee_due',
  'Thanh toán trực tuyến': 'paid_online',
  'Hồ sơ được số hóa': 'files_digitised',
  'Kết quả điện tử': 'results_digitised',
  'Tái sử dụng dữ liệu': 'data_reused',
  'Lượt đánh giá': 'ratings',
  'Hài lòng': 'satisfied',
};

/** The count columns in the order of the contract, with the heading an office sees. */
export const COLUMNS: readonly string[] = Object.values(HEADINGS).slice(4);

/** The Vietnamese heading of a column. */
export function vietnamese(column: string): string {
  return Object.entries(HEADINGS).find(([, name]) => name === column)?.[0] ?? column;
}

/** Reads CSV cell by cell: `"` opens a quoted field, a doubled one inside stands for itself. */
export function readCsv(text: string, delimiter: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let field = '';
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const c = text[i] as string;
    if (quoted) {
      if (c !== '"') field += c;
      else if (text[i + 1] === '"') field += text[++i];
      else quoted = false;
    } else if (c === '"') quoted = true;
    else if (c === delimiter) {
      row.push(field);
      field = '';
    } else if (c === '\n') {
      rows.push([...row, field.replace(/\r$/, '')]);
      row = [];
      field = '';
    } else field += c;
  }
  if (field !== '' || row.length > 0) rows.push([...row, field]);
  return rows;
}

/** Rows under the headings of the first line, by English column name. */
export function records(bytes: Uint8Array): Row[] {
  const text = new TextDecoder('utf-8').decode(bytes);
  const firstLine = text.slice(0, text.indexOf('\n'));
  const count = (mark: string): number => firstLine.split(mark).length;
  const delimiter = [';', '\t', ','].reduce((best, mark) => (count(mark) > count(best) ? mark : best));
  const [head = [], ...rows] = readCsv(text, delimiter);
  const columns = head.map(h => HEADINGS[h] ?? h);
  return rows
    .filter(cells => cells.some(c => c !== ''))
    .map(cells => Object.fromEntries(columns.map((column, i) => [column, cells[i] ?? ''])));
}

/** A whole number with thousands grouped by point, comma or space; null for a blank cell. */
export function whole(cell: string): number | null {
  return cell.trim() === '' ? null : Number(cell.replace(/[., \u00a0]/g, ''));
}

/** `YYYY-MM` of the ways in which a file may write a month. */
export function monthIn(cell: string): string {
  const parts = cell.replace('Tháng ', '').split(/[/-]/) as [string, string];
  const [month, year] = parts[0].length === 4 ? [parts[1], parts[0]] : parts;
  return `${year}-${month.padStart(2, '0')}`;
}

export interface Data {
  agencies: readonly Row[];
  aliases: readonly Row[];
  successions: readonly Row[];
  services: readonly Row[];
  leads: readonly Row[];
  eligibility: readonly Row[];
  catalogues: readonly Row[];
  items: readonly Row[];
  rules: readonly Row[];
  directives: readonly Row[];
}

/** The reference tables of a folder, as text. */
export function readData(folder: string): Data {
  const table = (name: string): Row[] => records(readFileSync(join(folder, `${name}.csv`)));
  return {
    agencies: table('agencies'),
    aliases: table('agency_aliases'),
    successions: table('agency_successions'),
    services: table('services'),
    leads: table('service_leads'),
    eligibility: table('service_eligibility'),
    catalogues: table('catalogues'),
    items: table('catalogue_items'),
    rules: table('reporting_rules'),
    directives: table('directives'),
  };
}

/** Whether a row's `valid_from` and `valid_to` hold a day between them; blank is open. */
export function holds(row: Row, day: string): boolean {
  return (!row.valid_from || row.valid_from <= day) && (!row.valid_to || day <= row.valid_to);
}

/** A file as it was taken, in the order of taking. */
export interface Sheet {
  kind: 'monthly-return' | 'service-status' | 'directives';
  bytes: Uint8Array;
  /** Milliseconds since 1970 UTC. */
  receivedAt: number;
}

export interface CountRow {
  month: string;
  agency: string;
  service: string;
  counts: Readonly<Record<string, number | null>>;
}
export interface StatusRow {
  asOf: string;
  agency: string;
  service: string;
  level: number | null;
  mode: string;
}

/** A task; status and day of completion are empty where nobody told of them. */
export interface TaskRow {
  lead: string;
  deadline: string;
  status: string;
  doneOn: string;
}

/** What is current after a number of files: rows by (month, agency, service), first receipts, statuses, tasks. */
export interface State {
  rows: readonly CountRow[];
  firstReceived: ReadonlyMap<string, number>;
  statuses: readonly StatusRow[];
  tasks: readonly TaskRow[];
}

/** The agency that a cell names on a day: by code, any listed name, or statistics code. */
function agencyIn(data: Data, cell: string, day: string): string {
  const listed = data.aliases.filter(a => a.alias === cell).map(a => a.agency_code);
  const bearers = data.agencies.filter(
    a => [a.code, a.name_vi, a.short_vi, a.gso_code].includes(cell) || listed.includes(a.code),
  );
  const found = bearers.find(a => holds(a, day))?.code;
  if (!found) throw new Error(`nobody is called ${cell} on ${day}`);
  return found;
}

function serviceIn(data: Data, cell: string): string {
  const found = data.services.find(s => s.code === cell || s.name_vi === cell)?.code;
  if (!found) throw new Error(`no service is called ${cell}`);
  return found;
}

function taskIn({ lead_agency = '', deadline = '', status = '', done_on = '' }: Row): TaskRow {
  return { lead: lead_agency, deadline, status, doneOn: done_on };
}

/** The last day of a month. */
export function endOf(month: string): string {
  const [year, number] = month.split('-').map(Number) as [number, number];
  return new Date(Date.UTC(year, number, 0)).toISOString().slice(0, 10);
}

/**
 * Takes the files one after the other. A row replaces the row of the same month, agency, unit and service;
 * an agency's own row replaces its units' rows, and a unit's row replaces the agency's.
 */
export function stateAfter(data: Data, sheets: readonly Sheet[]): State {
  const returns = new Map<string, Map<string, CountRow>>();
  const firstReceived = new Map<string, number>();
  const statuses = new Map<string, StatusRow>();
  const tasks = new Map<string, TaskRow>();
  for (const row of data.directives) tasks.set(row.id ?? '', taskIn(row));
  for (const sheet of sheets) {
    for (const record of records(sheet.bytes)) {
      if (sheet.kind === 'directives') {
        const task = taskIn(record);
        // A blank takes nothing back.
        const { status, doneOn } = (task.status ? task : tasks.get(record.id ?? '')) ?? task;
        tasks.set(record.id ?? '', { ...task, status, doneOn });
        continue;
      }
      if (sheet.kind === 'service-status') {
        const { as_of: asOf = '', mode = '' } = record;
        const agency = agencyIn(data, record.agency ?? '', asOf);
        const service = serviceIn(data, record.service ?? '');
        statuses.set([asOf, agency, service].join(), {
          ...{ asOf, agency, service, mode },
          level: whole(record.level ?? ''),
        });
        continue;
      }
      const month = monthIn(record.period ?? '');
      const agency = agencyIn(data, record.agency ?? '', endOf(month));
      const service = serviceIn(data, record.service ?? '');
      const unit = record.unit ?? '';
      const key = [month, agency, service].join();
      const units = returns.get(key) ?? new Map<string, CountRow>();
      returns.set(key, units);
      for (const other of [...units.keys()]) if ((other === '') !== (unit === '')) units.delete(other);
      const counts = Object.fromEntries(COLUMNS.map(c => [c, whole(record[c] ?? '')]));
      units.set(unit, { month, agency, service, counts });
      firstReceived.set(key, Math.min(firstReceived.get(key) ?? Infinity, sheet.receivedAt));
    }
  }
  return {
    rows: [...returns.values()].flatMap(units => [...units.values()]),
    firstReceived,
    statuses: [...statuses.values()],
    tasks: [...tasks.values()],
  };
}
