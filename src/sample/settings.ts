/** The invented settings of `data/sample.json`, with what stands in for services and provinces it lacks. */
import settings from '../../data/sample.json' with { type: 'json' };
import type { Month } from '../kpi/month.ts';

/** How much of a service is asked for, and how it went online; see `about` in the file. */
export interface DemandSetting {
  /** Dossiers a year per thousand people of a province. */
  perThousand: number;
  /** Dossiers a month that the lead agency handles itself. */
  central: number;
  /** Month, counted from 2022-01, from which the lead offers it online. */
  online: number;
  /** Month from which the lead offers it end to end; null when it never does. */
  full: number | null;
  /** How strongly people prefer the online way, as a shift of log-odds. */
  pull: number;
  /** Share of the dossiers at hand that are resolved within the month. */
  pace: number;
  /** Share of the dossiers that carry a fee. */
  fee: number;
  season: string;
}

const DEMAND: Record<string, DemandSetting> = settings.services;
const POPULATION: Record<string, number> = settings.population;
const SEASONS: Record<string, number[]> = settings.seasons;
const LUNAR_NEW_YEAR: Record<string, string> = settings.lunarNewYear;
const UNITS: { until: Month | null; perProvince: number; name: string }[] = settings.units;

/** A service that was imported later than the settings were written: a little of everything. */
const UNFAMILIAR: DemandSetting = {
  perThousand: 1,
  central: 300,
  online: 12,
  full: 30,
  pull: 0,
  pace: 0.85,
  fee: 0.3,
  season: 'even',
};

export function demandOf(service: string): DemandSetting {
  return DEMAND[service] ?? UNFAMILIAR;
}

/** Population of a province of before July 2025, in hundred thousand people; null for one not listed. */
export function populationOf(province: string): number | null {
  return POPULATION[province] ?? null;
}

/** Factor of a season in a month; the month of the lunar new year is quiet, the next one catches up. */
export function seasonIn(season: string, month: Month): number {
  const year = month.slice(0, 4);
  const number = Number(month.slice(5));
  const factor = SEASONS[season]?.[number - 1] ?? 1;
  const quiet = Number((LUNAR_NEW_YEAR[year] ?? `${year}-02`).slice(5));
  return factor * (number === quiet ? 0.72 : number === quiet + 1 ? 1.12 : 1);
}

/** Names of the invented units of a province in a month; the reform of July 2025 gave fewer, larger ones. */
export function unitNamesIn(month: Month): string[] {
  const units = UNITS.find(u => u.until === null || month <= u.until);
  if (!units) return [];
  return Array.from(
    { length: units.perProvince },
    (_, i) => `${units.name} ${String(i + 1).padStart(3, '0')}`,
  );
}

/** Months from January 2022 to `month`: the time axis on which everything grows. */
export function monthsSince2022(month: Month): number {
  return (Number(month.slice(0, 4)) - 2022) * 12 + Number(month.slice(5)) - 1;
}
