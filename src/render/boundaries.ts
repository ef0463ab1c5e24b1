/** The boundaries of a page: which they are, in a sentence, and the others that it can be shown on. */
import type { CountedKind } from '../kpi/boundaries.ts';
import type { PageContext } from '../render.ts';
import { dayText } from '../words/dates.ts';
import { type Lang, t } from '../words/words.ts';

/** Says whose boundaries are shown, how many provinces and ministries that makes, and what adds up. */
export function boundariesSentence(lang: Lang, { eras, query }: PageContext, day: string): string {
  const count = (kind: CountedKind): number =>
    eras[kind].findLast(e => e.from === null || e.from <= day)?.count ?? 0;
  const numbers = { provinces: count('province'), ministries: count('ministry') };
  const shown = t(lang, 'boundaries.shown', { day: dayText(lang, day), ...numbers });
  return query.boundaries ? `${shown} ${t(lang, 'boundaries.added_up')}` : shown;
}

/** As in the period, as in every era of the kind, and as today. */
export function boundaryChoices(
  lang: Lang,
  { eras, query, today }: PageContext,
  kind: CountedKind,
): { value: string; name: string; current: boolean }[] {
  return [
    { value: '', name: t(lang, 'boundaries.then') },
    ...eras[kind].map(e => ({ value: e.day, name: t(lang, `boundaries.${kind}`, { n: e.count }) })),
    { value: today, name: t(lang, 'boundaries.today') },
  ].map(choice => ({ ...choice, current: choice.value === (query.boundaries ?? '') }));
}
