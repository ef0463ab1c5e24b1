/** A month's returns, agency by agency: what each would truly report, and whether it does so in time. */
import type { Agency } from '../kpi/agency.ts';
import { owesReturn, type PublicService } from '../kpi/catalogue.ts';
import { reportersIn } from '../kpi/facts.ts';
import type { Counts } from '../kpi/figure.ts';
import { lastDay, type Month } from '../kpi/month.ts';
import { chanceOf } from './chance.ts';
import { inTens, withJump } from './distort.ts';
import { blanksIn, drawCounts, leaveBlank, openingStock } from './dossiers.ts';
import { type Maturity, maturityIn } from './maturity.ts';
import { takenOverFrom } from './profile.ts';
import { cellKey, sampleServices } from './scope.ts';
import type { SampleRow } from './sheet.ts';
import type { StatusWorld } from './statuses.ts';

/** Everything the sample remembers from one month to the next. */
export interface SampleWorld extends StatusWorld {
  /** Pending dossiers by (agency, service). */
  stocks: Map<string, number>;
  /** Last month's counts as sent, by (agency, service), for the office that sends them again. */
  last: Map<string, Counts>;
}

export interface AgencyReturn {
  agency: Agency;
  /** In the order of the catalogue; one row per service. */
  rows: SampleRow[];
  fate: 'in_time' | 'late' | 'missing';
  /** First sent with its late dossiers hidden, then corrected. */
  corrected: boolean;
}

/** Shares of offices that send nothing, or too late, and of (agency, service) pairs that are left out. */
const MISSING = 0.006;
const LATE = 0.03;
const LEFT_OUT = 0.004;
/** From this size on (hundred thousand people) an office has someone who sends the return, if late. */
const ALWAYS_SENDS = 30;

/**
 * The returns of `month`, of every agency that owes one. Moves the stocks of `world` on: pending dossiers
 * carry over also where nothing was sent, and pass to whoever takes a service over.
 */
export function returnsOf(
  world: SampleWorld,
  month: Month,
  saidBefore: ReadonlyMap<string, Maturity>,
): AgencyReturn[] {
  const { catalogue, planted } = world;
  const day = lastDay(month);
  const services = sampleServices(catalogue, day).map(s => s.service);
  const last = new Map<string, Counts>();
  const returns: AgencyReturn[] = [];
  for (const agency of reportersIn(catalogue, month)) {
    const blanks = blanksIn(world.seed, world.profileOf(agency), month);
    const rows: SampleRow[] = [];
    for (const service of services) {
      const due = owesReturn(catalogue, agency, service, day);
      if (!due && !planted('service_not_due', agency.code, month, service.code)) continue;
      const counts = leaveBlank(countsOf(world, agency, service, month, saidBefore), blanks);
      last.set(cellKey(agency.code, service.code), counts);
      if (!isLeftOut(world, agency, service, month)) rows.push({ agency, unit: null, service, counts });
    }
    if (rows.length === 0) continue;
    const corrected = planted('corrected', agency.code, month);
    returns.push({ agency, rows, fate: fateOf(world, agency, month), corrected });
  }
  world.last = last;
  return returns;
}

function countsOf(
  world: SampleWorld,
  agency: Agency,
  service: PublicService,
  month: Month,
  saidBefore: ReadonlyMap<string, Maturity>,
): Counts {
  const { seed, planted, stocks } = world;
  const key = cellKey(agency.code, service.code);
  const profile = world.profileOf(agency);
  const maturity =
    saidBefore.get(key) ?? world.said.get(key) ?? maturityIn(seed, profile, service.code, month);
  const nobodyOnline = planted('online_without_dossiers', agency.code, month, service.code);
  const cell = { seed, agency, profile, service: service.code, month, maturity, nobodyOnline };
  let counts = drawCounts(cell, carriedInto(world, agency, service.code, month) ?? openingStock(cell));
  const before = world.last.get(key);
  if (planted('copied_forward', agency.code, month) && before) counts = before;
  if (planted('round_numbers', agency.code, month)) counts = inTens(counts);
  if (planted('jump', agency.code, month, service.code)) counts = withJump(counts);
  stocks.set(key, (counts.pending_on_time ?? 0) + (counts.pending_overdue ?? 0));
  return counts;
}

/** What the agency, or whoever it took the service over from, had pending last month; null when unknown. */
function carriedInto(
  { catalogue, stocks }: SampleWorld,
  agency: Agency,
  service: string,
  month: Month,
): number | null {
  const own = stocks.get(cellKey(agency.code, service));
  if (own !== undefined) return own;
  const before = takenOverFrom(catalogue, agency, service, lastDay(month))
    .map(code => stocks.get(cellKey(code, service)))
    .filter(stock => stock !== undefined);
  return before.length > 0 ? before.reduce((a, b) => a + b, 0) : null;
}

function isPlanted({ planted }: SampleWorld, agency: string): boolean {
  const kinds = [
    'copied_forward',
    'round_numbers',
    'jump',
    'online_without_dossiers',
    'corrected',
    'service_not_due',
  ] as const;
  return kinds.some(kind => planted(kind, agency, null));
}

function fateOf(world: SampleWorld, agency: Agency, month: Month): AgencyReturn['fate'] {
  if (world.planted('missing', agency.code, month)) return 'missing';
  if (isPlanted(world, agency.code)) return 'in_time';
  const chance = chanceOf(world.seed, 'fate', agency.code, month)();
  if (chance < MISSING && world.profileOf(agency).population < ALWAYS_SENDS) return 'missing';
  return chance < MISSING + LATE ? 'late' : 'in_time';
}

function isLeftOut(world: SampleWorld, agency: Agency, service: PublicService, month: Month): boolean {
  if (isPlanted(world, agency.code)) return false;
  return chanceOf(world.seed, 'left out', agency.code, service.code, month)() < LEFT_OUT;
}
