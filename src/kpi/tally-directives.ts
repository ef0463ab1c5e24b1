/** Directives done over directives due, by the agency that leads them; who reported no progress has no rate. */
import type { Catalogue } from './catalogue.ts';
import { type Directive, isDone, isDue } from './directive.ts';
import { type Facts, reportersIn } from './facts.ts';
import { lastDay, type Period } from './month.ts';
import type { Witness } from './part.ts';
import type { Tally } from './tally.ts';

/**
 * Tallies the tasks due by the last day of a period. A task counts for its lead on the boundaries of `tallies`; one
 * given to a group of addressees, or to an agency that is not there in the period, counts for the country alone.
 * Where no progress of any task due is reported, nothing is known: that is not 0. Where some is, a task without
 * progress is due and not done.
 */
export function addDirectives(
  catalogue: Catalogue,
  { directives }: Pick<Facts, 'directives'>,
  period: Period,
  tallies: { national: Tally; codeOf(agency: string): string; of(agency: string): Tally },
  witness?: Witness,
): void {
  const month = period.last;
  const day = lastDay(month);
  const there = new Set(
    period.months.flatMap(m => reportersIn(catalogue, m)).map(a => tallies.codeOf(a.code)),
  );
  const due = directives.filter(d => isDue(d, day));
  const count = (tally: Tally, tasks: readonly Directive[]): boolean => {
    const told = tasks.filter(d => d.progress !== null).length;
    Object.assign(tally, { expected: tasks.length, rows: tasks.length, rowsIn: told });
    if (told === 0) return false;
    const numerator = tasks.filter(d => isDone(d, day)).length;
    Object.assign(tally, { returned: true, numerator, denominator: tasks.length });
    return true;
  };
  const national = count(tallies.national, due);
  const byGroup = Map.groupBy(due, ({ lead }) => {
    const code = tallies.codeOf(lead);
    return there.has(code) ? code : null;
  });
  for (const [code, tasks] of byGroup) {
    const group = code !== null && count(tallies.of(code), tasks) ? code : null;
    for (const task of national ? tasks : []) {
      const counted = { numerator: isDone(task, day) ? 1 : 0, denominator: 1, rowsIn: 1, rows: 1 };
      witness?.({ month, agency: task.lead, service: '', group, national, ...counted, task });
    }
  }
}
