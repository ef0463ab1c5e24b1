/** Splits an agency's return over invented units so that every count of the units adds up to the agency's. */
import { COUNTS, type CountName, type Counts } from '../kpi/figure.ts';
import type { Month } from '../kpi/month.ts';
import { type Chance, chanceOf, normal } from './chance.ts';
import type { Profile } from './profile.ts';
import { unitNamesIn } from './settings.ts';

const { exp, floor, min } = Math;

/** One unit's share of a return. */
export interface UnitCounts {
  unit: string;
  counts: Counts;
}

/** Pending dossiers by unit at the end of the last month, for each (agency, service) key. */
export type UnitStocks = Map<string, number[]>;

/**
 * The return of `key` split over the units of the month. Each unit takes over its own pending dossiers;
 * where those do not make up the agency's (first month, merger, copied return) they are dealt out anew.
 * Every unit keeps the identities that the agency's return keeps. Updates `stocks`.
 */
export function splitOverUnits(
  seed: string | number,
  profile: Profile,
  key: string,
  month: Month,
  counts: Counts,
  stocks: UnitStocks,
): UnitCounts[] {
  const names = unitNamesIn(month);
  const chance = chanceOf(seed, 'units', key, month);
  const sizes = names.map(name => exp(0.5 * normal(chanceOf(seed, 'unit', profile.root, name))));
  const full = (name: CountName) => counts[name] ?? 0;
  const bySize = (name: CountName) =>
    deal(
      chance,
      full(name),
      sizes.map(size => size * (0.8 + 0.4 * chance())),
    );

  const split = Object.fromEntries(COUNTS.map(name => [name, [] as number[]])) as Record<CountName, number[]>;
  split.online_full = bySize('online_full');
  split.online_partial = bySize('online_partial');
  split.received_online = sum(split.online_full, split.online_partial);
  split.received_direct = bySize('received_direct');
  const stock = stocks.get(key);
  const fits = stock?.length === names.length && total(stock) === full('carried_over');
  split.carried_over = fits && stock ? stock : bySize('carried_over');

  const received = sum(split.received_online, split.received_direct);
  const atHand = sum(received, split.carried_over);
  const pending = deal(chance, full('pending_on_time') + full('pending_overdue'), atHand);
  split.pending_overdue = deal(chance, full('pending_overdue'), pending);
  split.pending_on_time = minus(pending, split.pending_overdue);
  const resolved = minus(atHand, pending);
  split.resolved_late = deal(chance, full('resolved_late'), resolved);
  const punctual = minus(resolved, split.resolved_late);
  split.resolved_early = deal(chance, full('resolved_early'), punctual);
  split.resolved_on_time = minus(punctual, split.resolved_early);
  for (const name of ['resolved_end_to_end', 'results_digitised', 'ratings'] as const) {
    split[name] = deal(chance, full(name), resolved);
  }
  for (const name of ['fee_due', 'files_digitised', 'data_reused'] as const) {
    split[name] = deal(chance, full(name), received);
  }
  split.paid_online = deal(chance, full('paid_online'), split.fee_due);
  split.satisfied = deal(chance, full('satisfied'), split.ratings);

  stocks.set(key, pending);
  return names.map((unit, i) => ({
    unit,
    counts: Object.fromEntries(
      COUNTS.map(name => [name, counts[name] === null ? null : (split[name][i] ?? 0)]),
    ) as Counts,
  }));
}

/**
 * Deals `whole` out in proportion to `weights`, in whole numbers that add up to it exactly. Where the
 * weights are whole and make up at least `whole`, no part exceeds its weight.
 */
export function deal(chance: Chance, whole: number, weights: readonly number[]): number[] {
  const all = total(weights);
  const offset = floor(chance() * 1024) / 1024;
  let weight = 0;
  let dealt = 0;
  return weights.map((w, i) => {
    weight += w;
    const upTo = i === weights.length - 1 || all === 0 ? whole : floor((whole * weight) / all + offset);
    const part = min(whole, upTo) - dealt;
    dealt += part;
    return part;
  });
}

function total(parts: readonly number[]): number {
  return parts.reduce((a, b) => a + b, 0);
}

function sum(a: readonly number[], b: readonly number[]): number[] {
  return a.map((x, i) => x + (b[i] ?? 0));
}

function minus(a: readonly number[], b: readonly number[]): number[] {
  return a.map((x, i) => x - (b[i] ?? 0));
}
