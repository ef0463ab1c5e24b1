/** Reads sample files the plain way, sharing no code with the generator or the intake. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildCatalogue, type Catalogue } from '../../src/kpi/catalogue.ts';
import { buildSample, type SampleFile, type SampleOptions } from '../../src/sample/generate.ts';
import { referenceFromRows, referenceTables } from '../../src/store/reference-rows.ts';

const DATA = join(import.meta.dirname, '..', '..', 'data');

/** The catalogue as it ships; `only` keeps some of the agencies, for samples that are made of less. */
export async function realCatalogue(only?: readonly string[]): Promise<Catalogue> {
  const reference = referenceFromRows(await referenceTables(DATA));
  const agencies = reference.agencies.filter(a => only === undefined || only.includes(a.code));
  return buildCatalogue({ ...reference, agencies });
}

/** The files of a sample; each question is answered once, since several tests look at the same answer. */
export function sampleOf(catalogue: Catalogue, options: Partial<SampleOptions>): SampleFile[] {
  const full: SampleOptions = { months: 1, from: '2023-01', seed: 7, units: 'none', ...options };
  const key = JSON.stringify(full);
  const files = made.get(key) ?? freshSample(catalogue, full);
  made.set(key, files);
  return files;
}

export function freshSample(catalogue: Catalogue, options: SampleOptions): SampleFile[] {
  return [...buildSample(catalogue, options)];
}

const made = new Map<string, SampleFile[]>();

/** What tells one file from another: everything about it, its bytes as text. */
export function faceOf(file: SampleFile): string {
  return `${file.name} ${file.kind} ${file.receivedAt} ${file.bytes.toString('latin1')}`;
}

/** A row as it stands in the file: cells by heading, and the numbers of its count columns (null: blank). */
export interface SheetRow {
  file: string;
  month: string;
  agency: string;
  unit: string | null;
  service: string;
  counts: Record<string, number | null>;
}

const KEYS = ['Kỳ báo cáo', 'Cơ quan', 'Đơn vị', 'Dịch vụ công'];

/** Lines of a file without its byte-order mark and its last line break; null when it has no such mark. */
export function linesOf(file: SampleFile): string[] {
  const text = file.bytes.toString('utf8');
  if (!text.startsWith('\uFEFF') || !text.endsWith('\r\n'))
    throw new Error(`${file.name} is not as Excel writes it`);
  return text.slice(1, -2).split('\r\n');
}

export function rowsOf(file: SampleFile): SheetRow[] {
  const [, heading, ...lines] = linesOf(file);
  const names = (heading ?? '').split(';');
  return lines.map(line => {
    const cells = line.split(';');
    if (cells.length !== names.length) throw new Error(`${file.name}: ${line}`);
    const cell = (name: string) => cells[names.indexOf(name)];
    const [month, year] = (cell('Kỳ báo cáo') ?? '').split('/');
    const counts = names
      .filter(name => !KEYS.includes(name))
      .map(name => {
        const text = cell(name) ?? '';
        if (!/^\d*$/.test(text)) throw new Error(`${file.name}: ${name} is ${text}`);
        return [name, text === '' ? null : Number(text)] as const;
      });
    return {
      file: file.name,
      month: `${year}-${month}`,
      agency: cell('Cơ quan') ?? '',
      unit: cell('Đơn vị') ?? null,
      service: cell('Dịch vụ công') ?? '',
      counts: Object.fromEntries(counts),
    };
  });
}

/** Rows of all returns, corrections left out. */
export function returnsIn(files: readonly SampleFile[]): SheetRow[] {
  return files.filter(f => f.kind === 'monthly-return' && !f.name.includes('correction')).flatMap(rowsOf);
}

export function count(row: SheetRow, ...headings: string[]): number | null {
  let sum = 0;
  for (const heading of headings) {
    const value = row.counts[heading];
    if (value === undefined) throw new Error(`no column ${heading}`);
    if (value === null) return null;
    sum += value;
  }
  return sum;
}

export const RECEIVED = ['Tiếp nhận trực tuyến', 'Tiếp nhận trực tiếp, bưu chính'];
export const RESOLVED = ['Giải quyết trước hạn', 'Giải quyết đúng hạn', 'Giải quyết quá hạn'];
export const PENDING = ['Đang giải quyết trong hạn', 'Đang giải quyết quá hạn'];

/** Predecessors by successor, as the reference file has them, splits left out. */
export function mergersByName(): { from: string; to: string }[] {
  const lines = (file: string) => readFileSync(join(DATA, file), 'utf8').trim().split(/\r?\n/).slice(1);
  const names = new Map(lines('agencies.csv').map(l => [l.split(',')[0], l.split(',')[2] ?? '']));
  return lines('agency_successions.csv')
    .map(l => l.split(','))
    .filter(c => c[3] !== 'split')
    .map(c => ({ from: names.get(c[0]) ?? '', to: names.get(c[1]) ?? '' }));
}

/** The rules of a monthly return that a row breaks, recounted from its cells. */
export function brokenRules(row: SheetRow): string[] {
  const broken: string[] = [];
  const equal = (rule: string, left: string[], right: string[]) => {
    const [a, b] = [count(row, ...left), count(row, ...right)];
    if (a !== null && b !== null && a !== b) broken.push(`${rule}: ${a} is not ${b}`);
  };
  const within = (part: string, whole: string[]) => {
    const [a, b] = [count(row, part), count(row, ...whole)];
    if (a !== null && b !== null && a > b) broken.push(`${part}: ${a} is more than ${b}`);
  };
  equal('online', ['Trực tuyến toàn trình', 'Trực tuyến một phần'], ['Tiếp nhận trực tuyến']);
  equal('balance', ['Kỳ trước chuyển sang', ...RECEIVED], [...RESOLVED, ...PENDING]);
  within('Hoàn thành toàn trình', RESOLVED);
  within('Kết quả điện tử', RESOLVED);
  within('Thanh toán trực tuyến', ['Hồ sơ có phí, lệ phí']);
  within('Hài lòng', ['Lượt đánh giá']);
  within('Hồ sơ được số hóa', RECEIVED);
  within('Tái sử dụng dữ liệu', RECEIVED);
  for (const needed of [...RECEIVED, ...RESOLVED])
    if (row.counts[needed] === null) broken.push(`${needed} is blank`);
  return broken;
}

/** Things by a key of theirs, in the order in which the keys are met. */
export function groups<T>(things: readonly T[], keyOf: (thing: T) => string): Map<string, T[]> {
  const by = new Map<string, T[]>();
  for (const thing of things) {
    const there = by.get(keyOf(thing));
    if (there) there.push(thing);
    else by.set(keyOf(thing), [thing]);
  }
  return by;
}
