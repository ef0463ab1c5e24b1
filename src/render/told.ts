/** What records hold, in words: who did something, and the values that stood and stand. */
import { isDay } from '../kpi/month.ts';
import { dayText } from '../words/dates.ts';
import { t, wordFor } from '../words/words.ts';
import { lang, type Maybe, none, type Options } from './root.ts';

export const TOLD = {
  /** Who did something: the address where it is known, else what is left of it. */
  actorName: (actor: string, mail: Maybe<string>, o: Options) => {
    const [kind = '', id = ''] = actor.split(' ');
    return mail || `${wordFor(lang(o), 'audit_actor', kind)} ${id}`.trim();
  },
  /** A value that an event holds, as it stands there. */
  told: (value: unknown, o: Options) =>
    value === null ? none(o) : Array.isArray(value) ? value.join(', ') : String(value),
  /** The value of a cell of reference data. */
  inWords: (value: string | number | boolean | null, o: Options) => {
    if (value === null || value === '') return t(lang(o), 'difference.blank');
    if (typeof value === 'boolean') return wordFor(lang(o), 'flag', String(value));
    return typeof value === 'string' && isDay(value) ? dayText(lang(o), value) : String(value);
  },
};
