/** How far the sample lets each agency bring a service online, month by month; nothing ever goes back. */
import type { Month } from '../kpi/month.ts';
import { MODES, type Mode } from '../kpi/status.ts';
import { type Chance, chanceOf, normal } from './chance.ts';
import type { Profile } from './profile.ts';
import { demandOf, monthsSince2022 } from './settings.ts';

/** Both ways of saying it: the level of the regime before 2022-08-15 and the mode of the one after. */
export interface Maturity {
  level: 1 | 2 | 3 | 4;
  mode: Mode;
}

export const FULL: Maturity = { level: 4, mode: 'full' };

/**
 * The state of one service at one agency in `month`. Leads follow the settings; provinces come later, the
 * eager ones soon, the others after a year or more.
 */
export function maturityIn(seed: string | number, profile: Profile, service: string, month: Month): Maturity {
  const { online, full } = demandOf(service);
  const at = monthsSince2022(month);
  const chance = chanceOf(seed, 'maturity', profile.root, service);
  const [lag, fullLag] = profile.population === 0 ? [0, 0] : lagsOf(chance, profile.drive);
  const onlineFrom = online + lag;
  const fullFrom = full === null ? Infinity : Math.max(onlineFrom + 1, full + fullLag);
  if (at >= fullFrom) return FULL;
  if (at >= onlineFrom) return { level: 3, mode: 'partial' };
  return { level: at >= onlineFrom - 9 ? 2 : 1, mode: 'information' };
}

/** Months by which a province is behind the lead, online and end to end; some pairs stay stuck for years. */
function lagsOf(chance: Chance, drive: number): [number, number] {
  const online = clamp(1.5 - 2.5 * drive + 2.5 * normal(chance), 0, 16);
  const full = clamp(2 - 4 * drive + 4 * normal(chance), 0, 24);
  const stuckOffline = chance() < 0.025 - 0.015 * drive;
  const stuckHalfway = chance() < 0.11 - 0.05 * drive;
  return [online + (stuckOffline ? 20 + 40 * chance() : 0), full + (stuckHalfway ? 15 + 50 * chance() : 0)];
}

/** Orders maturities: 0 for none, then information, partial, full. */
export function heightOf(maturity: Maturity | undefined): number {
  return maturity ? maturity.level * MODES.length + MODES.indexOf(maturity.mode) : -1;
}

/** The lowest of several; undefined when there is none. */
export function lowestOf(maturities: readonly (Maturity | undefined)[]): Maturity | undefined {
  return maturities
    .filter(m => m !== undefined)
    .reduce<Maturity | undefined>(
      (low, m) => (heightOf(m) < heightOf(low ?? FULL) ? m : (low ?? m)),
      undefined,
    );
}

export function isOnline(maturity: Maturity): boolean {
  return maturity.mode !== 'information';
}

function clamp(x: number, low: number, high: number): number {
  return Math.max(low, Math.min(high, x));
}
