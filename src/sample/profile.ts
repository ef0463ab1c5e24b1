/** What the sample makes of an agency: its size, its drive, and from whom it inherits both. */
import type { Agency } from '../kpi/agency.ts';
import { type Catalogue, leadOf } from '../kpi/catalogue.ts';
import { addDays, type Day } from '../kpi/month.ts';
import { chanceOf, normal } from './chance.ts';
import { populationOf } from './settings.ts';

/** Drive and care come from the seed alone, so that no hand decided which office looks good. */
export interface Profile {
  /** The agency before any merger or renaming, of several the largest: habits outlive a reform. */
  root: string;
  /** Hundred thousand people; 0 for an agency without a territory. */
  population: number;
  /** How eagerly it goes online, around 0. */
  drive: number;
  /** How carefully it keeps deadlines, around 0. */
  care: number;
}

const UNLISTED_POPULATION = 10;

/** Profiles of agencies by code, each worked out once. */
export function profilesOf(catalogue: Catalogue, seed: string | number): (agency: Agency) => Profile {
  const known = new Map<string, Profile>();
  const profileOf = (agency: Agency): Profile => {
    const there = known.get(agency.code);
    if (there) return there;
    const before = predecessorsOf(catalogue, agency.code, null)
      .map(code => catalogue.agencyByCode.get(code))
      .filter(a => a !== undefined)
      .map(profileOf);
    const profile = before.length > 0 ? joined(before) : drawn(agency, seed);
    known.set(agency.code, profile);
    return profile;
  };
  return profileOf;
}

function drawn(agency: Agency, seed: string | number): Profile {
  const chance = chanceOf(seed, 'profile', agency.code);
  const population = agency.kind === 'province' ? (populationOf(agency.code) ?? UNLISTED_POPULATION) : 0;
  return { root: agency.code, population, drive: bounded(normal(chance)), care: bounded(normal(chance)) };
}

function joined(parts: readonly Profile[]): Profile {
  const largest = parts.reduce((a, b) => (b.population > a.population ? b : a));
  const population = parts.reduce((sum, p) => sum + p.population, 0);
  const mean = (of: (p: Profile) => number) =>
    population === 0 ? of(largest) : parts.reduce((sum, p) => sum + of(p) * p.population, 0) / population;
  return { root: largest.root, population, drive: mean(p => p.drive), care: mean(p => p.care) };
}

function bounded(x: number): number {
  return Math.max(-2, Math.min(2, x));
}

/** Agencies that were merged into this one or renamed to it, by `day` (at any time, when null). */
export function predecessorsOf(catalogue: Catalogue, agency: string, day: Day | null): string[] {
  return catalogue.successions
    .filter(s => s.successor === agency && s.kind !== 'split' && (day === null || s.date <= day))
    .map(s => s.predecessor);
}

/** From whom an agency took over a service by `day`: its predecessors, and the lead before it. */
export function takenOverFrom(catalogue: Catalogue, agency: Agency, service: string, day: Day): string[] {
  const from = new Set(predecessorsOf(catalogue, agency.code, day));
  const lead = agency.kind === 'province' ? undefined : leadOf(catalogue, service, day);
  if (lead?.agency === agency.code && lead.validFrom !== null) {
    const before = leadOf(catalogue, service, addDays(lead.validFrom, -1))?.agency;
    if (before !== undefined && before !== agency.code) from.add(before);
  }
  return [...from];
}
