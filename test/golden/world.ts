/** Random but valid returns and statuses from a fixed seed, written as offices write their files. */
import fc from 'fast-check';
import { type Duties, dayBefore } from './duties.ts';
import { COLUMNS, type Data, endOf, type Row, type Sheet, vietnamese } from './raw.ts';

export type Counts = Record<string, number | null>;
export interface Return {
  month: string;
  agency: string;
  unit: string;
  service: string;
  counts: Counts;
}

/** How an office writes its file. */
export interface Style {
  delimiter: ';' | ',' | '\t';
  vietnamese: boolean;
  thousands: '.' | ',' | ' ' | '';
  agencyBy: 'code' | 'name_vi' | 'gso_code';
  month(month: string): string;
  head: string;
  lineEnd: '\n' | '\r\n';
}
export const STYLES: readonly Style[] = [
  {
    ...{ delimiter: ';', vietnamese: true, thousands: '.', agencyBy: 'name_vi', head: '\ufeff' },
    month: m => `Tháng ${Number(m.slice(5))}/${m.slice(0, 4)}`,
    lineEnd: '\r\n',
  },
  {
    ...{ delimiter: ',', vietnamese: false, thousands: ',', agencyBy: 'code', head: '', lineEnd: '\n' },
    month: m => m,
  },
  {
    ...{ delimiter: '\t', vietnamese: true, thousands: ' ', agencyBy: 'gso_code', head: '', lineEnd: '\n' },
    month: m => `${m.slice(5)}/${m.slice(0, 4)}`,
  },
];

/** The counts that may be left blank. */
const OPTIONAL = COLUMNS.filter(c => !/^received_|^resolved_(early|on_time|late)$/.test(c));

/** Evenly spread from 0 to 1; fast-check's own decimals crowd at the ends. */
const share = fc.noBias(fc.nat(999_999)).map(n => n / 1_000_000);
const size = fc.oneof(
  { weight: 1, arbitrary: fc.constant(0) },
  { weight: 3, arbitrary: fc.nat(12) },
  { weight: 4, arbitrary: fc.nat(3000) },
);

/** Counts that keep every identity, with some of the optional ones left blank. */
export const validCounts: fc.Arbitrary<Counts> = fc
  .record({
    sizes: fc.tuple(size, size, fc.nat(40), fc.nat(300)),
    shares: fc.array(share, { minLength: 12, maxLength: 12 }),
    blanks: fc.oneof(
      { weight: 2, arbitrary: fc.constant([]) },
      { weight: 3, arbitrary: fc.subarray(OPTIONAL, { maxLength: 4 }) },
      { weight: 1, arbitrary: fc.constant(OPTIONAL) },
    ),
  })
  .map(({ sizes: [online, direct, carried, ratings], shares, blanks }) => {
    let next = 0;
    const part = (of: number): number => Math.floor((of + 1) * (shares[next++] ?? 0));
    const all = carried + online + direct;
    const full = part(online);
    const resolved = part(all);
    const late = part(Math.floor(resolved / 3));
    const early = part(resolved - late);
    const overdue = part(all - resolved);
    const fee = part(resolved);
    const counts: Counts = {
      ...{ received_online: online, received_direct: direct, carried_over: carried },
      ...{ online_full: full, online_partial: online - full, resolved_early: early },
      ...{ resolved_on_time: resolved - late - early, resolved_late: late },
      ...{ resolved_end_to_end: part(resolved), pending_overdue: overdue },
      ...{ pending_on_time: all - resolved - overdue, fee_due: fee, paid_online: part(fee) },
      ...{ files_digitised: part(online + direct), results_digitised: part(resolved) },
      ...{ data_reused: part(online + direct), ratings, satisfied: part(ratings) },
    };
    for (const blank of blanks) counts[blank] = null;
    return counts;
  });

/** Draws numbers and things from one seed, one after the other. */
export interface Lot {
  counts(): Counts;
  chance(probability: number): boolean;
  oneOf<T>(things: readonly T[]): T;
}
export function lot(seed: number): Lot {
  let drawn = 0;
  let rows: Counts[] = [];
  let numbers: number[] = [];
  const number = (): number => {
    if (numbers.length === 0) numbers = fc.sample(share, { seed: seed + drawn++, numRuns: 5000 });
    return numbers.pop() as number;
  };
  return {
    counts: () => {
      if (rows.length === 0) rows = fc.sample(validCounts, { seed: seed + drawn++, numRuns: 1000 });
      return rows.pop() as Counts;
    },
    chance: probability => number() < probability,
    oneOf: things => things[Math.floor(number() * things.length)] as (typeof things)[number],
  };
}

/** Returns of a month: some offices silent, some services missing, some by units, a few rows not due. */
export function returnsOf(data: Data, duty: Duties, month: string, draw: Lot): Return[] {
  const day = endOf(month);
  const listed = data.services.map(s => s.code ?? '');
  const inCatalogue = new Set(
    ['essential-53', 'qd206-2024'].flatMap(scope => duty.services(scope, day, false)),
  );
  const returns: Return[] = [];
  for (const { code: agency = '' } of duty.agencies(day)) {
    if (draw.chance(0.12)) continue;
    for (const service of listed) {
      if (!inCatalogue.has(service)) continue;
      const due = duty.owes(agency, service, day);
      const leads = duty.lead(service, day) === agency;
      if (!draw.chance(due ? 0.7 : leads ? 0.15 : duty.kindOf(agency) === 'province' ? 0.01 : 0)) continue;
      const units = draw.chance(0.08)
        ? ['Phường Một', 'Xã Hai', 'Xã Ba'].slice(draw.chance(0.5) ? 0 : 1)
        : [''];
      for (const unit of units) returns.push({ month, agency, unit, service, counts: draw.counts() });
    }
  }
  return returns;
}

const grouped = (count: number | null | undefined, mark: string): string =>
  count === null || count === undefined ? '' : String(count).replace(/\B(?=(\d{3})+$)/g, mark);

/** A file of returns as an office of that style writes it. */
export function fileOf(data: Data, returns: readonly Return[], style: Style, receivedAt: number): Sheet {
  const withUnit = returns.some(r => r.unit !== '');
  const columns = ['period', 'agency', ...(withUnit ? ['unit'] : []), 'service', ...COLUMNS];
  const line = (cells: readonly string[]): string =>
    cells.map(c => (/[",;\t]/.test(c) ? `"${c.replaceAll('"', '""')}"` : c)).join(style.delimiter);
  const name = (code: string): string => data.agencies.find(a => a.code === code)?.[style.agencyBy] || code;
  const lines = returns.map(r => [
    style.month(r.month),
    name(r.agency),
    ...(withUnit ? [r.unit] : []),
    r.service,
    ...COLUMNS.map(c => grouped(r.counts[c], style.thousands)),
  ]);
  const head = columns.map(c => (style.vietnamese ? vietnamese(c) : c));
  const text = style.head + [head, ...lines].map(line).join(style.lineEnd) + style.lineEnd;
  return { kind: 'monthly-return', bytes: Buffer.from(text), receivedAt };
}

const LEADS = [
  ...['ha-noi', 'hue', 'binh-duong', 'ho-chi-minh-2025', 'evn', 'bca', 'bca', 'btttt', 'bkhdt', 'btc'],
  ...['btc-2025', 'all-ministries', 'all-ministries-localities'],
];
const DAYS = [
  '2022-07-31',
  '2022-09-01',
  '2024-12-31',
  '2025-03-01',
  '2025-06-30',
  '2025-07-01',
  '2026-07-15',
];

/** A file of tasks: some of those that ship, and `many` new ones; some with progress, some with none reported. */
export function tasksOf(data: Data, many: number, draw: Lot, receivedAt: number): Sheet {
  const shipped = data.directives.filter(d => d.deadline && draw.chance(0.3));
  const drawn = Array.from({ length: many }, (_, i) => ({
    ...{ id: `G-${i}`, document: '1/TB', title: `Việc ${i}`, lead_agency: draw.oneOf(LEADS) },
    deadline: draw.oneOf(['', ...DAYS]),
  }));
  const columns = ['id', 'document', 'title', 'lead_agency', 'deadline', 'status', 'done_on'];
  const lines = [...shipped, ...drawn].map(task => {
    const status = draw.oneOf(['', '', 'not_started', 'in_progress', 'done', 'done', 'done']);
    const row: Row = { ...task, status, done_on: status === 'done' ? draw.oneOf(['', ...DAYS]) : '' };
    return columns.map(c => `"${(row[c] ?? '').replaceAll('"', '""')}"`).join();
  });
  return {
    kind: 'directives',
    bytes: Buffer.from(`${[columns.join(), ...lines].join('\n')}\n`),
    receivedAt,
  };
}

/** A file of statuses of many agencies from a day on; some say nothing, some only part. */
export function statusesOf(
  duty: Duties,
  asOf: string,
  speaks: 'level' | 'mode' | 'both',
  silent: number,
  draw: Lot,
): Sheet {
  const services = ['essential-53', 'qd206-2024'].flatMap(scope => duty.services(scope, asOf, false));
  const lines = ['as_of,agency,service,level,mode,on_portal,note'];
  for (const { code: agency = '' } of duty.agencies(asOf)) {
    if (draw.chance(silent)) continue;
    for (const service of services) {
      if (!duty.mustDeliver(agency, service, asOf) || draw.chance(0.25)) continue;
      const level = speaks === 'mode' ? '' : draw.oneOf(['1', '2', '3', '4']);
      const mode = speaks === 'level' ? '' : draw.oneOf(['information', 'partial', 'full']);
      lines.push([asOf, agency, service, level, mode, '', ''].join());
    }
  }
  const receivedAt = Date.parse(`${dayBefore(asOf)}T00:00:00Z`);
  return { kind: 'service-status', bytes: Buffer.from(`${lines.join('\n')}\n`), receivedAt };
}
