/** Draws the counts of one (agency, service, month) so that they add up as a true return does. */
import type { Agency } from '../kpi/agency.ts';
import type { CountName, Counts } from '../kpi/figure.ts';
import type { Month } from '../kpi/month.ts';
import { type Chance, chanceOf, drawCount, drawPart, logistic, normal } from './chance.ts';
import { isOnline, type Maturity } from './maturity.ts';
import type { Profile } from './profile.ts';
import { demandOf, monthsSince2022, seasonIn } from './settings.ts';

/** One cell of the sample; `maturity` is how the agency delivers the service that month. */
export interface Cell {
  seed: string | number;
  agency: Agency;
  profile: Profile;
  service: string;
  month: Month;
  maturity: Maturity;
  /** The planted quiet of a service that is online on paper only. */
  nobodyOnline: boolean;
}

/** Dossiers expected in a month of average luck. */
function demandIn({ agency, profile, service, month }: Cell): number {
  const demand = demandOf(service);
  const monthly =
    agency.kind === 'province' ? (demand.perThousand * profile.population * 100) / 12 : demand.central;
  return monthly * seasonIn(demand.season, month) * (1 + 0.002 * monthsSince2022(month));
}

/** What is pending before the first month of the sample: what an average month leaves over. */
export function openingStock(cell: Cell): number {
  const { pace } = demandOf(cell.service);
  const chance = chanceOf(cell.seed, 'opening', cell.profile.root, cell.service);
  return drawCount(chance, (demandIn(cell) * (1 - pace)) / pace);
}

/**
 * The counts of a cell that takes over `carriedOver` pending dossiers. Every identity and every part of a
 * whole that a monthly return must keep holds by construction; nothing is blank.
 */
export function drawCounts(cell: Cell, carriedOver: number): Counts {
  const { seed, profile, service, month, maturity } = cell;
  const demand = demandOf(service);
  const at = monthsSince2022(month);
  const chance = chanceOf(seed, 'dossiers', profile.root, service, month);
  const habit = habitOf(seed, profile, service);
  const swing = Math.exp(0.25 * habit.size + 0.05 * normal(chance));
  const received = drawCount(chance, demandIn(cell) * swing);

  const wish =
    -0.1 + 0.022 * at + demand.pull + 0.4 * profile.drive + 0.3 * habit.online + 0.06 * normal(chance);
  const onlineShare = isOnline(maturity) && !cell.nobodyOnline ? logistic(wish) : 0;
  const received_online = drawPart(chance, received, onlineShare);
  const online_full = maturity.mode === 'full' ? drawPart(chance, received_online, 0.95) : 0;

  const atHand = carriedOver + received;
  const resolved = drawPart(chance, atHand, bounded(demand.pace + 0.02 * profile.care));
  const pending = atHand - resolved;
  const tardiness = -2.85 - 0.006 * at - 0.45 * profile.care - 0.25 * habit.care + 1.2 * (0.9 - demand.pace);
  const resolved_late = drawPart(chance, resolved, logistic(tardiness + 0.1 * normal(chance)));
  const resolved_early = drawPart(chance, resolved - resolved_late, 0.35 + 0.25 * logistic(profile.care));
  const pending_overdue = drawPart(chance, pending, logistic(tardiness + 0.5));

  const paperless = logistic(0.65 + 0.006 * at + 0.3 * profile.drive);
  const fullShare = received === 0 ? 0 : online_full / received;
  const resolved_end_to_end = drawPart(chance, resolved, fullShare * paperless);
  const electronic = drawPart(chance, resolved - resolved_end_to_end, share(-1.2, 0.03, at, profile.drive));
  const fee_due = drawPart(chance, received, demand.fee);
  const ratings = drawPart(chance, resolved, share(-2.8, 0.025, at, habit.online));
  return {
    received_online,
    received_direct: received - received_online,
    carried_over: carriedOver,
    online_full,
    online_partial: received_online - online_full,
    resolved_early,
    resolved_on_time: resolved - resolved_late - resolved_early,
    resolved_late,
    resolved_end_to_end,
    pending_on_time: pending - pending_overdue,
    pending_overdue,
    fee_due,
    paid_online: drawPart(chance, fee_due, onlineShare * share(-0.6, 0.045, at, profile.drive)),
    files_digitised: drawPart(chance, received, share(-1, 0.045, at, profile.drive)),
    results_digitised: resolved_end_to_end + electronic,
    data_reused: drawPart(chance, received, share(-3, 0.05, at, profile.drive)),
    ratings,
    satisfied: drawPart(chance, ratings, share(2.4, 0.01, at, profile.care)),
  };
}

/** The standing habits of an office with a service: they outlast the months and the mergers. */
function habitOf(seed: string | number, profile: Profile, service: string) {
  const chance = chanceOf(seed, 'habit', profile.root, service);
  return { size: normal(chance), online: normal(chance), care: normal(chance) };
}

function share(start: number, growth: number, at: number, drive: number): number {
  return logistic(start + growth * at + 0.35 * drive);
}

function bounded(x: number): number {
  return Math.min(0.995, Math.max(0.3, x));
}

/** Counts that some offices do not keep yet: how many do not in 2022, and how long that lasts (months). */
const UNKEPT: { counts: CountName[]; offices: number; until: number }[] = [
  { counts: ['data_reused'], offices: 0.3, until: 60 },
  { counts: ['ratings', 'satisfied'], offices: 0.15, until: 48 },
  { counts: ['files_digitised'], offices: 0.1, until: 40 },
  { counts: ['results_digitised'], offices: 0.06, until: 36 },
  { counts: ['fee_due', 'paid_online'], offices: 0.05, until: 48 },
  { counts: ['resolved_end_to_end'], offices: 0.05, until: 36 },
];

/** The counts that an office leaves blank in a month; never one of those a return cannot do without. */
export function blanksIn(seed: string | number, profile: Profile, month: Month): CountName[] {
  const at = monthsSince2022(month);
  return UNKEPT.flatMap(({ counts, offices, until }) => {
    const chance: Chance = chanceOf(seed, 'blank', profile.root, counts[0] ?? '');
    return chance() < offices && at < until * (0.3 + 0.7 * chance()) ? counts : [];
  });
}

/** The same counts with some left blank. */
export function leaveBlank(counts: Counts, blanks: readonly CountName[]): Counts {
  const copy = { ...counts };
  for (const name of blanks) copy[name] = null;
  return copy;
}
