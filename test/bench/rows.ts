/** The file of the benchmark: communes of every province in one month, as an office would send them. */
import { inForce } from '../../src/kpi/agency.ts';
import { type Catalogue, isListed, owesReturn } from '../../src/kpi/catalogue.ts';
import { COUNTS, type CountName } from '../../src/kpi/figure.ts';
import { lastDay } from '../../src/kpi/month.ts';

/** The last month of the 63 provinces. */
export const MONTH = '2025-06';

/**
 * A CSV file of `wanted` rows: agencies by name, services by code, units by name, all 18 counts given. The
 * same bytes every time. Every row obeys every rule, so that the whole of the intake runs over all of them.
 */
export function benchFile(catalogue: Catalogue, wanted: number): Buffer {
  const day = lastDay(MONTH);
  const provinces = catalogue.agencies.filter(a => a.kind === 'province' && inForce(a, day));
  const lines = [['period', 'agency', 'unit', 'service', ...COUNTS].join(';')];
  const next = numbers(20_250_630);
  for (let unit = 1; lines.length <= wanted; unit++) {
    for (const agency of provinces) {
      for (const service of catalogue.services) {
        if (lines.length > wanted) break;
        if (!service.named || !isListed(catalogue, service.code, day)) continue;
        if (!owesReturn(catalogue, agency, service, day)) continue;
        const counts = countsFrom(next);
        const place = `Xã số ${String(unit).padStart(3, '0')}`;
        lines.push(
          [MONTH, agency.nameVi, place, service.code, ...COUNTS.map(name => counts[name])].join(';'),
        );
      }
    }
  }
  return Buffer.from(`${lines.join('\n')}\n`);
}

/** The same file with one rating more in every hundredth row. */
export function changedFile(file: Buffer): Buffer {
  const lines = file.toString().split('\n');
  const ratings = 4 + COUNTS.indexOf('ratings');
  for (let i = 1; i < lines.length - 1; i += 100) {
    const cells = (lines[i] as string).split(';');
    cells[ratings] = String(Number(cells[ratings]) + 1);
    lines[i] = cells.join(';');
  }
  return Buffer.from(lines.join('\n'));
}

/** Counts that add up: what came in is resolved or pending, and no part is larger than its whole. */
function countsFrom(next: (below: number) => number): Record<CountName, number> {
  const [online_full, online_partial, direct, carried] = [next(900), next(300), next(400), next(90)];
  const received = online_full + online_partial + direct;
  const open = carried + received;
  const pending = next(Math.floor(open / 5) + 1);
  const resolved = open - pending;
  const [late, early] = [next(Math.floor(resolved / 12) + 1), next(Math.floor(resolved / 2) + 1)];
  const overdue = next(Math.floor(pending / 4) + 1);
  const [fee_due, ratings] = [next(received + 1), next(resolved + 1)];
  return {
    received_online: online_full + online_partial,
    received_direct: direct,
    carried_over: carried,
    online_full,
    online_partial,
    resolved_early: early,
    resolved_on_time: resolved - late - early,
    resolved_late: late,
    resolved_end_to_end: next(resolved + 1),
    pending_on_time: pending - overdue,
    pending_overdue: overdue,
    fee_due,
    paid_online: next(fee_due + 1),
    files_digitised: next(received + 1),
    results_digitised: next(resolved + 1),
    data_reused: next(received + 1),
    ratings,
    satisfied: next(ratings + 1),
  };
}

/** A small generator of numbers (a linear congruence): the same run of numbers for the same seed. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return below => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}
