/** The service statuses of the sample: one full file at the start and at the change of regime, then news. */
import type { Agency } from '../kpi/agency.ts';
import { type Catalogue, mustDeliver } from '../kpi/catalogue.ts';
import { reportersIn } from '../kpi/facts.ts';
import { FULL_PROCESS_REGIME } from '../kpi/indicators.ts';
import { type Day, lastDay, type Month, monthOf } from '../kpi/month.ts';
import type { Status } from '../kpi/status.ts';
import { chanceOf } from './chance.ts';
import { FULL, heightOf, lowestOf, type Maturity, maturityIn } from './maturity.ts';
import type { Planted } from './oddities.ts';
import { type Profile, takenOverFrom } from './profile.ts';
import { cellKey, sampleServices } from './scope.ts';
import { monthsSince2022 } from './settings.ts';

/** What a month's statuses are drawn from; `said` holds what every (agency, service) has said so far. */
export interface StatusWorld {
  catalogue: Catalogue;
  seed: string | number;
  planted: Planted;
  profileOf: (agency: Agency) => Profile;
  said: Map<string, Maturity>;
}

/**
 * Moves `world.said` on by a month and returns what is said in it, ordered by day: everything in the first
 * month and at the change of regime, otherwise only what is new. A successor inherits in silence.
 */
export function statusesOf(world: StatusWorld, month: Month): Status[] {
  const { catalogue, said } = world;
  const day = lastDay(month);
  const rows: Status[] = [];
  const services = sampleServices(catalogue, day);
  const restated = month === monthOf(FULL_PROCESS_REGIME);
  for (const agency of reportersIn(catalogue, month)) {
    for (const { service, listedFrom } of services) {
      if (!mustDeliver(catalogue, agency, service, day)) continue;
      const key = cellKey(agency.code, service.code);
      const from = takenOverFrom(catalogue, agency, service.code, day);
      const before = said.get(key) ?? lowestOf(from.map(code => said.get(cellKey(code, service.code))));
      const now = nextMaturity(world, agency, service.code, month, before);
      said.set(key, now);
      const add = (asOf: Day) =>
        rows.push({ agency: agency.code, service: service.code, asOf, ...spoken(now, asOf) });
      const news = before === undefined ? `${month}-01` : dayOfNews(world.seed, key, month);
      const asOf = latest(news, agency.validFrom, listedFrom);
      if (isNews(before, now, asOf) && !(restated && asOf >= FULL_PROCESS_REGIME)) add(asOf);
      if (restated) add(FULL_PROCESS_REGIME);
    }
  }
  return rows.sort((a, b) => (a.asOf < b.asOf ? -1 : a.asOf > b.asOf ? 1 : 0));
}

/** What the agency has reached by this month; one that was just formed is busy with its reform. */
function nextMaturity(
  world: StatusWorld,
  agency: Agency,
  service: string,
  month: Month,
  before: Maturity | undefined,
): Maturity {
  if (world.planted('online_without_dossiers', agency.code, null, service)) return before ?? FULL;
  if (before && agency.validFrom !== null) {
    const age = monthsSince2022(month) - monthsSince2022(monthOf(agency.validFrom));
    if (age < 1 + Math.floor(chanceOf(world.seed, 'reform', agency.code, service)() * 4)) return before;
  }
  const reached = maturityIn(world.seed, world.profileOf(agency), service, month);
  return before && heightOf(reached) <= heightOf(before) ? before : reached;
}

/** Levels are said before the regime changed, modes from then on. */
function spoken(maturity: Maturity, asOf: Day): Pick<Status, 'level' | 'mode'> {
  return asOf < FULL_PROCESS_REGIME
    ? { level: maturity.level, mode: null }
    : { level: null, mode: maturity.mode };
}

/** Whether a change shows in the words of the day: between levels 1 and 2 there is one mode. */
function isNews(before: Maturity | undefined, now: Maturity, asOf: Day): boolean {
  if (before === undefined) return true;
  const [then, today] = [spoken(before, asOf), spoken(now, asOf)];
  return then.level !== today.level || then.mode !== today.mode;
}

function dayOfNews(seed: string | number, key: string, month: Month): Day {
  return `${month}-${String(1 + Math.floor(chanceOf(seed, 'news', key, month)() * 25)).padStart(2, '0')}`;
}

function latest(day: Day, ...others: (Day | null)[]): Day {
  return others.reduce<Day>((late, other) => (other !== null && other > late ? other : late), day);
}
