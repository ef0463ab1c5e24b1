/** The auditor's recount of every indicator, from rows and statuses to ranks, with arithmetic of its own. */
import { type Duties, duties, type Standings, standings } from './duties.ts';
import { type CountRow, type Data, endOf, type State } from './raw.ts';

export interface Question {
  indicator: string;
  kind: 'province' | 'ministry' | 'enterprise' | 'other';
  view: 'own' | 'sector';
  /** `YYYY-MM`, `YYYY-Qn`, `YYYY-Hn` or `YYYY-YTD-MM`. */
  period: string;
  catalogue: string;
  /** Null: those of the period's last day. */
  boundaries: string | null;
  withoutVertical: boolean;
}

/** A group's parts; numerator and denominator are null when nothing was reported. */
export interface Parts {
  numerator: number | null;
  denominator: number | null;
  returns: number;
  due: number;
  rowsIn: number;
  rows: number;
  /** Something was asked of it; something came. */
  asked: boolean;
  came: boolean;
}

export interface Counted {
  groups: ReadonlyMap<string, Parts>;
  national: Parts;
}

const RECEIVED = ['received_online', 'received_direct'];
const RESOLVED = ['resolved_early', 'resolved_on_time', 'resolved_late'];
const PENDING = ['pending_on_time', 'pending_overdue'];

/** Numerator and denominator of the rates over dossiers, as product.md's table has them. */
export const RATES: Readonly<Record<string, { over: string[]; under: string[] }>> = {
  end_to_end_completion: { over: ['resolved_end_to_end'], under: RESOLVED },
  online_dossiers: { over: ['received_online'], under: RECEIVED },
  on_time: {
    over: ['resolved_early', 'resolved_on_time', 'pending_on_time'],
    under: [...RESOLVED, ...PENDING],
  },
  overdue: { over: ['pending_overdue', 'resolved_late'], under: [...RESOLVED, ...PENDING] },
  online_payment: { over: ['paid_online'], under: ['fee_due'] },
  files_digitised: { over: ['files_digitised'], under: RECEIVED },
  results_digitised: { over: ['results_digitised'], under: RESOLVED },
  data_reuse: { over: ['data_reused'], under: RECEIVED },
  satisfaction: { over: ['satisfied'], under: ['ratings'] },
};
/** Indicators that count services or returns: no minimum but one, no interval. */
export const COUNTED_SERVICES = ['level_3_4_completion', 'end_to_end_services', 'services_with_dossiers'];
export const COUNTED_RETURNS = ['reporting_completeness', 'reporting_punctuality'];
/** Index 766: most points of a component, the rate that earns them, and the least denominator that counts. */
const POINTS: Readonly<Record<string, { most: number; from: number; least: number }>> = {
  on_time: { most: 20, from: 1, least: 30 },
  level_3_4_completion: { most: 2, from: 0.8, least: 1 },
  services_with_dossiers: { most: 4, from: 1, least: 1 },
  results_digitised: { most: 6, from: 1, least: 30 },
  data_reuse: { most: 2, from: 0.8, least: 30 },
  online_payment: { most: 6, from: 1, least: 30 },
};
export const INDICATORS = [
  ...Object.keys(RATES),
  ...COUNTED_SERVICES,
  ...COUNTED_RETURNS,
  'directives_done',
  'index_766',
];

/** The months of a period in order. */
export function monthsOf(period: string): string[] {
  const [year, part = '', to = ''] = period.split('-') as [string, string?, string?];
  const span: Record<string, [number, number]> = {
    Q: [Number(part[1]) * 3 - 2, Number(part[1]) * 3],
    H: [Number(part[1]) * 6 - 5, Number(part[1]) * 6],
    Y: [1, Number(to)],
  };
  const [first, last] = span[part[0] ?? ''] ?? [Number(part), Number(part)];
  return Array.from({ length: last - first + 1 }, (_, i) => `${year}-${String(first + i).padStart(2, '0')}`);
}

/** The version in force on a day, for the indicators whose definition product.md dates. */
export function versionOn(indicator: string, day: string): number {
  if (COUNTED_SERVICES.includes(indicator)) return day < '2022-08-15' ? 1 : 2;
  return indicator === 'end_to_end_completion' && day >= '2026-07-01' ? 2 : 1;
}

/** Numerators and denominators of every agency on the boundaries asked for, and of the country. */
export function count(data: Data, state: State, question: Question): Counted {
  if (question.indicator === 'index_766') return countPoints(data, state, question);
  const duty = dutiesOf(data);
  const months = monthsOf(question.period);
  const end = endOf(months.at(-1) as string);
  const groups = new Map<string, Parts>();
  const national = nothing();
  const parts = (agency: string): Parts => {
    const code = duty.onBoundaries(agency, question.boundaries ?? end);
    const there = groups.get(code) ?? nothing();
    groups.set(code, there);
    return there;
  };
  const owner = (agency: string, service: string, day: string): string =>
    question.view === 'sector' ? duty.lead(service, day) : agency;
  const inMonth = new Map(months.map(m => [m, rowsOf(state).get(m) ?? []]));

  // Tasks owe no return: what covers them is counted with them.
  for (const month of question.indicator === 'directives_done' ? [] : months) {
    const day = endOf(month);
    const deadline = duty.deadline(month);
    const services = duty.services(question.catalogue, day, question.withoutVertical);
    for (const { code: agency = '' } of duty.agencies(day)) {
      for (const service of services) {
        if (!duty.owes(agency, service, day)) continue;
        const received = state.firstReceived.get([month, agency, service].join());
        const inTime = received !== undefined && received < deadline;
        for (const group of [parts(owner(agency, service, day)), national]) {
          group.due += 1;
          if (!COUNTED_SERVICES.includes(question.indicator)) group.asked = true;
          if (received !== undefined) group.returns += 1;
          if (!COUNTED_RETURNS.includes(question.indicator)) continue;
          const counts = question.indicator === 'reporting_completeness' ? received !== undefined : inTime;
          put(group, counts ? 1 : 0, 1);
        }
      }
    }
  }
  if (question.indicator in RATES) {
    for (const month of months) {
      const day = endOf(month);
      const listed = duty.services(question.catalogue, day, question.withoutVertical);
      const onlyEligible = versionOn(question.indicator, end) === 2;
      for (const row of inMonth.get(month) ?? []) {
        if (!listed.includes(row.service)) continue;
        if (onlyEligible && !duty.eligible(row.service, day)) continue;
        const rate = rateOfRow(row, question.indicator, month === months.at(-1));
        for (const group of [parts(owner(row.agency, row.service, day)), national]) {
          group.came = true;
          group.rows += 1;
          if (!rate) continue;
          group.rowsIn += 1;
          put(group, rate.numerator, rate.denominator);
        }
      }
    }
  }
  if (COUNTED_SERVICES.includes(question.indicator)) {
    countServices(data, state, question, end, inMonth, parts, national);
  }
  if (question.indicator === 'directives_done') countTasks(data, state, question, end, parts, national);
  return { groups, national };
}

/** What a row adds; null when a count that the rate needs is blank. Pending is that of the last month only. */
function rateOfRow(row: CountRow, indicator: string, isLast: boolean) {
  const { over, under } = RATES[indicator] as { over: string[]; under: string[] };
  if ([...over, ...under].some(c => row.counts[c] === null)) return null;
  const sum = (columns: string[]): number =>
    columns
      .filter(c => isLast || !PENDING.includes(c))
      .reduce((total, c) => total + (row.counts[c] as number), 0);
  return { numerator: sum(over), denominator: sum(under) };
}

function countServices(
  data: Data,
  state: State,
  question: Question,
  end: string,
  inMonth: ReadonlyMap<string, readonly CountRow[]>,
  parts: (agency: string) => Parts,
  national: Parts,
): void {
  const duty = dutiesOf(data);
  const status = standingsOf(data, state, end);
  const listed = duty.services(question.catalogue, end, question.withoutVertical);
  const used = question.indicator === 'services_with_dossiers';
  /** Online dossiers of the period: by the agency as it stands at its end, or by anybody. */
  const online = new Map<string, number>();
  const sent = new Set<string>();
  for (const [month, rows] of inMonth) {
    const then = duty.services(question.catalogue, endOf(month), question.withoutVertical);
    for (const row of rows) {
      if (!then.includes(row.service)) continue;
      const agency = duty.onBoundaries(row.agency, end);
      sent
        .add(agency)
        .add(`sector of ${duty.lead(row.service, end)}`)
        .add('anybody');
      for (const who of [agency, 'anybody']) {
        const key = `${who},${row.service}`;
        online.set(key, (online.get(key) ?? 0) + (row.counts.received_online as number));
      }
    }
  }
  const counts = (group: Parts, agency: string, service: string, whose: string): void => {
    const has = delivered(status.of(agency, service), question.indicator, end);
    if (!used) put(group, has ? 1 : 0, 1);
    else put(group, has && (online.get(`${whose},${service}`) ?? 0) > 0 ? 1 : 0, has ? 1 : 0);
  };
  const eligibleOnly = question.indicator === 'end_to_end_services';
  for (const { code: agency = '' } of duty.agencies(end)) {
    const sector = question.view === 'sector';
    const returned = !used || sent.has(sector ? `sector of ${agency}` : agency);
    for (const service of listed) {
      if (!duty.mustDeliver(agency, service, end)) continue;
      const group = parts(agency);
      group.asked = true;
      if (!status.reported(agency) || !returned) continue;
      group.came = true;
      if (eligibleOnly && !duty.eligible(service, end)) continue;
      counts(group, agency, service, sector ? 'anybody' : agency);
    }
  }
  // The country: by the own status of each service's lead; a lead that reports nothing delivers nothing.
  const leads = listed.map(service => ({ service, lead: duty.lead(service, end) }));
  const known = leads.filter(l => status.reported(l.lead));
  if (known.length === 0 || (used && !sent.has('anybody'))) return;
  national.came = true;
  for (const { service, lead } of leads) {
    if (!eligibleOnly || duty.eligible(service, end)) counts(national, lead, service, 'anybody');
  }
}

/**
 * Tasks done of tasks due by the end; those given to many, or to an office not there in the period, count for the
 * country, and silence of all is nothing.
 */
function countTasks(
  data: Data,
  state: State,
  question: Question,
  end: string,
  parts: (agency: string) => Parts,
  national: Parts,
): void {
  const duty = dutiesOf(data);
  const standing = (code: string): string => duty.onBoundaries(code, question.boundaries ?? end);
  const there = monthsOf(question.period).flatMap(month =>
    duty.agencies(endOf(month)).map(a => standing(a.code ?? '')),
  );
  const due = state.tasks.filter(t => t.deadline !== '' && t.deadline <= end);
  const counting = due.map(task => ({
    task,
    whose: there.includes(standing(task.lead)) ? [national, parts(task.lead)] : [national],
  }));
  for (const { task, whose } of counting) {
    for (const group of whose) {
      group.asked = true;
      group.due += 1;
      if (task.status === '') continue;
      group.came = true;
      group.returns += 1;
    }
  }
  for (const { task, whose } of counting) {
    const done = task.status === 'done' && (task.doneOn === '' || task.doneOn <= end);
    for (const group of whose) if (group.came) put(group, done ? 1 : 0, 1);
  }
}

function delivered(standing: { level: number; mode: string } | null, indicator: string, day: string) {
  if (!standing) return false;
  const endToEnd = indicator === 'end_to_end_services';
  if (day < '2022-08-15') return standing.level >= (endToEnd ? 4 : 3);
  return standing.mode === 'full' || (!endToEnd && standing.mode === 'partial');
}

function nothing(): Parts {
  const none = { numerator: null, denominator: null };
  return { ...none, returns: 0, due: 0, rowsIn: 0, rows: 0, asked: false, came: false };
}

function put(group: Parts, numerator: number, denominator: number): void {
  group.came = true;
  group.numerator = (group.numerator ?? 0) + numerator;
  group.denominator = (group.denominator ?? 0) + denominator;
}

const rememberedRows = new WeakMap<State, ReadonlyMap<string, readonly CountRow[]>>();
/** The rows by month. */
export function rowsOf(state: State): ReadonlyMap<string, readonly CountRow[]> {
  const there = rememberedRows.get(state) ?? Map.groupBy(state.rows, r => r.month);
  rememberedRows.set(state, there);
  return there;
}

const rememberedDuties = new WeakMap<Data, Duties>();
export function dutiesOf(data: Data): Duties {
  const there = rememberedDuties.get(data) ?? duties(data);
  rememberedDuties.set(data, there);
  return there;
}

const rememberedStandings = new WeakMap<State, Map<string, Standings>>();
function standingsOf(data: Data, state: State, day: string): Standings {
  const days = rememberedStandings.get(state) ?? new Map<string, Standings>();
  rememberedStandings.set(state, days);
  const there = days.get(day) ?? standings(data, dutiesOf(data), state, day);
  days.set(day, there);
  return there;
}

/** Points over most points; a component that its own indicator would not rank leaves both. */
function countPoints(data: Data, state: State, question: Question): Counted {
  const components = Object.entries(POINTS).map(([indicator, scale]) => ({
    ...scale,
    counted: count(data, state, { ...question, indicator }),
  }));
  const scored = (of: (counted: Counted) => Parts | undefined): Parts => {
    const owed = of(components[0]?.counted as Counted) ?? nothing();
    const sum: Parts = { ...nothing(), returns: owed.returns, due: owed.due, asked: owed.due > 0 };
    for (const { most, from, least, counted } of components) {
      const part = of(counted);
      if (!part?.came || !part.denominator || part.denominator < least) continue;
      const points = Math.min(most, ((part.numerator ?? 0) * most) / part.denominator / from);
      sum.came = true;
      sum.numerator = Math.round(((sum.numerator ?? 0) + Math.round(points * 1e6) / 1e6) * 1e6) / 1e6;
      sum.denominator = (sum.denominator ?? 0) + most;
    }
    return sum;
  };
  const codes = new Set(components.flatMap(c => [...c.counted.groups.keys()]));
  return {
    groups: new Map([...codes].map(code => [code, scored(c => c.groups.get(code))])),
    national: scored(c => c.national),
  };
}
