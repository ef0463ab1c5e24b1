/** The auditor's reading of who exists, leads, must deliver and must report on a day, and of statuses. */
import { type Data, endOf, holds, type Row, type State, type StatusRow } from './raw.ts';

const REGIME_OF_MODES = '2022-08-15';

/** The questions of one day, answered from the tables alone and remembered. */
export interface Duties {
  /** Agencies in force on the day that can report, groups of addressees left out. */
  agencies(day: string): readonly Row[];
  kindOf(agency: string): string;
  /** The agency under which `agency` stands on the boundaries of a day. */
  onBoundaries(agency: string, day: string): string;
  /** Named services of a scope on a day, vertical branches left out when asked. */
  services(scope: string, day: string, withoutVertical: boolean): readonly string[];
  lead(service: string, day: string): string;
  eligible(service: string, day: string): boolean;
  mustDeliver(agency: string, service: string, day: string): boolean;
  owes(agency: string, service: string, day: string): boolean;
  /** First instant (ms) that is too late for a return of the month. */
  deadline(month: string): number;
}

function remember<A extends readonly (string | boolean)[], T>(look: (...asked: A) => T): (...asked: A) => T {
  const known = new Map<string, T>();
  return (...asked) => {
    const key = asked.join('|');
    if (!known.has(key)) known.set(key, look(...asked));
    return known.get(key) as T;
  };
}

export function dayBefore(day: string): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10);
}

/** Successions that carry a whole agency over; a part that splits off never adds up. */
export function wholeSuccessions(data: Data): Row[] {
  return data.successions.filter(s => s.kind === 'merge' || s.kind === 'rename');
}

export function duties(data: Data): Duties {
  const agency = new Map(data.agencies.map(a => [a.code, a]));
  const service = new Map(data.services.map(s => [s.code, s]));
  const levels = new Map(
    data.services.map(s => [s.code ?? '', (s.implemented_at ?? '').split('|').filter(l => l !== '')]),
  );
  const territorial = (code: string): boolean =>
    levels.get(code)?.some(l => l === 'province' || l === 'district' || l === 'commune') ?? false;
  const central = (code: string): boolean =>
    levels.get(code)?.includes('central') || levels.get(code)?.length === 0;
  const kindOf = (code: string): string => agency.get(code)?.kind ?? '';
  const whole = wholeSuccessions(data);
  const onBoundaries = remember((code: string, day: string): string => {
    const it = agency.get(code);
    if (!it || holds(it, day)) return code;
    const over = it.valid_to && it.valid_to < day;
    if (over) {
      const next = whole.find(s => s.predecessor_code === code && (s.effective_date ?? '') <= day);
      return next?.successor_code ? onBoundaries(next.successor_code, day) : code;
    }
    // Not yet there on that day: a renamed agency goes by its former name, a merged one cannot be taken apart.
    const before = whole.filter(s => s.successor_code === code);
    const [only] = before;
    const renamed = before.length === 1 && only?.kind === 'rename' ? only.predecessor_code : undefined;
    return renamed ? onBoundaries(renamed, day) : code;
  });
  const leadRow = remember((code: string, day: string) =>
    data.leads.find(l => l.service_code === code && holds(l, day)),
  );
  const lead = remember((code: string, day: string) =>
    onBoundaries(leadRow(code, day)?.agency_code ?? '', day),
  );
  const mustDeliver = (who: string, code: string, day: string): boolean => {
    if (service.get(code)?.named !== 'true') return false;
    return kindOf(who) === 'province' ? territorial(code) : lead(code, day) === who;
  };
  return {
    agencies: remember((day: string) => data.agencies.filter(a => a.kind !== 'group' && holds(a, day))),
    kindOf,
    onBoundaries,
    services: remember((scope: string, day: string, withoutVertical: boolean) => {
      const includes = data.catalogues.find(c => c.code === scope)?.includes?.split('|') ?? [];
      const items = data.items.filter(i => includes.includes(i.catalogue ?? '') && holds(i, day));
      const codes = [...new Set(items.map(i => i.service_code ?? ''))];
      const named = codes.filter(c => service.get(c)?.named === 'true');
      return withoutVertical ? named.filter(c => !leadRow(c, day)?.vertical_branch) : named;
    }),
    lead,
    eligible: remember(
      (code: string, day: string) =>
        data.eligibility.find(e => e.service_code === code && holds(e, day))?.eligible_full !== 'false',
    ),
    mustDeliver,
    owes: (who, code, day) => mustDeliver(who, code, day) && (kindOf(who) === 'province' || central(code)),
    deadline: month => {
      const rule = data.rules.find(r => holds(r, endOf(month)));
      const [year, number] = month.split('-').map(Number) as [number, number];
      // Midnight that ends the deadline day; Hanoi is seven hours ahead of UTC.
      return Date.UTC(year, number, Number(rule?.deadline_day) + 1) - 7 * 3_600_000;
    },
  };
}

/** How an agency delivers a service, in the words of the day's regime. */
export interface Standing {
  level: number;
  mode: string;
}

export interface Standings {
  /** The status by which (agency, service) is judged; null when it has none, of its own or inherited. */
  of(agency: string, service: string): Standing | null;
  /** Whether the agency has any status that speaks for the regime, of its own or inherited. */
  reported(agency: string): boolean;
}

const MODES = ['', 'information', 'partial', 'full'];

/** Statuses as of `day`: level before 2022-08-15, mode from then on; successors and new leads inherit. */
export function standings(data: Data, duty: Duties, state: State, day: string): Standings {
  const byMode = day >= REGIME_OF_MODES;
  const speaking = state.statuses
    .filter(s => (byMode ? s.mode !== '' : s.level !== null))
    .sort((a, b) => (a.asOf < b.asOf ? 1 : -1));
  const byPair = new Map<string, StatusRow[]>();
  const byAgency = new Map<string, StatusRow[]>();
  for (const s of speaking) {
    const pair = `${s.agency},${s.service}`;
    byPair.set(pair, [...(byPair.get(pair) ?? []), s]);
    byAgency.set(s.agency, [...(byAgency.get(s.agency) ?? []), s]);
  }
  const height = (s: Standing | null): number => (s ? (byMode ? MODES.indexOf(s.mode) : s.level) : 0);
  /** Whole predecessors by `until`, each with its last day. */
  const whole = wholeSuccessions(data);
  const predecessors = (agency: string, until: string): { agency: string; day: string }[] =>
    whole
      .filter(s => s.successor_code === agency && (s.effective_date ?? '') <= until)
      .map(s => ({ agency: s.predecessor_code ?? '', day: dayBefore(s.effective_date ?? '') }));
  /** Leads before this agency, of the services it leads by a dated change. */
  const leadsBefore = (agency: string, until: string) =>
    data.leads
      .filter(l => l.agency_code === agency && l.valid_from && l.valid_from <= until)
      .map(l => ({ service: l.service_code ?? '', day: dayBefore(l.valid_from ?? '') }))
      .map(l => ({ ...l, agency: duty.lead(l.service, l.day) }))
      .filter(l => l.agency !== '' && l.agency !== agency);
  const statusAt = (agency: string, service: string, until: string): Standing | null => {
    const own = byPair.get(`${agency},${service}`)?.find(s => s.asOf <= until);
    if (own) return { level: own.level ?? 0, mode: own.mode };
    const before = [
      ...predecessors(agency, until).filter(p => duty.mustDeliver(p.agency, service, p.day)),
      ...leadsBefore(agency, until).filter(l => l.service === service),
    ].filter(b => reportedBy(b.agency, b.day));
    const inherited = before.map(b => statusAt(b.agency, service, b.day));
    return inherited.length ? inherited.reduce((low, s) => (height(s) < height(low) ? s : low)) : null;
  };
  const reportedBy = (agency: string, until: string): boolean =>
    (byAgency.get(agency) ?? []).some(s => s.asOf <= until) ||
    predecessors(agency, until).some(p => reportedBy(p.agency, p.day)) ||
    leadsBefore(agency, until).some(l => statusAt(l.agency, l.service, l.day) !== null);
  return {
    of: remember((agency: string, service: string) => statusAt(agency, service, day)),
    reported: remember((agency: string) => reportedBy(agency, day)),
  };
}
