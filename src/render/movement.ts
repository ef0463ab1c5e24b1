/** The rows of a waterfall: stages that were reached and, between them, the steps that led from one to the next. */
import { extentOf, type Step, waterfallSvg } from '../charts/waterfall.ts';
import { lastDay, parsePeriod } from '../kpi/month.ts';
import { unitOf } from '../words/definitions.ts';
import { type RankMoved, type RateMoved, rankSentence, rateSentence } from '../words/movement.ts';
import { finePointsText, pointsText, ranksText } from '../words/numbers.ts';
import { type Lang, t, wordFor } from '../words/words.ts';
import { type Changes, originOf } from './address.ts';
import { lang, type Options, type Ref, root, version } from './root.ts';

interface Rate {
  numerator: number | null;
  denominator: number | null;
  value: number | null;
}
interface Place {
  rank: number;
  of: number;
}
interface Stages<T> {
  published: T | null;
  corrected: T | null;
  before: T;
  now: T;
}

interface Row {
  name: string;
  /** What the name means; empty for a stage. */
  hint: string;
  /** The change as written; empty for a stage. */
  change: string;
  rate: Rate | null;
  /** The address of what the rate is made of; empty without one. */
  opens: string;
  place: Place | null;
  drawing: string;
}

/** What a page's object says of the two periods that it compares. */
interface Comparison {
  agency: string;
  continues: { agency: string } | null;
  compared_with: string;
  published_at: string | null;
}

/**
 * Whose sums a stage shows, and when, where that differs from the page: the earlier period stands on the
 * boundaries of its own day as far as it was published or corrected.
 */
function stageChanges(
  stage: keyof Stages<Rate>,
  { agency, continues, compared_with: period, published_at }: Comparison,
): Changes {
  const then = parsePeriod(period);
  const own = { agency: continues?.agency ?? agency, period, boundaries: then && lastDay(then.last) };
  if (stage === 'published') return { ...own, as_of: published_at };
  if (stage === 'corrected') return own;
  return stage === 'before' ? { period } : {};
}

function rateRows(
  lang: Lang,
  {
    stages,
    parts,
  }: { stages: Stages<Rate>; parts: readonly { part: string; value: number; points: number }[] },
  higherIsBetter: boolean,
  opens: (stage: keyof Stages<Rate>) => string,
): Row[] {
  const rows = walk(stages, rate => rate.value ?? 0, parts);
  const extent = extentOf(rows.map(r => r.step));
  return rows.map(({ stage, part, step, of }) => ({
    ...said(
      lang,
      stage,
      part && { name: wordFor(lang, 'part', part.part), hint: wordFor(lang, 'part_text', part.part) },
    ),
    change: part ? finePointsText(lang, part.points) : '',
    rate: of,
    opens: stage ? opens(stage) : '',
    place: null,
    drawing: waterfallSvg(step, extent, higherIsBetter),
  }));
}

/** Ranks are drawn with the first on the right. */
function rankRows(
  lang: Lang,
  { stages, parts }: { stages: Stages<Place>; parts: readonly { part: string; value: number }[] },
): Row[] {
  const rows = walk(stages, place => -place.rank, parts);
  const extent = extentOf(rows.map(r => r.step));
  return rows.map(({ stage, part, step, of }) => ({
    ...said(
      lang,
      stage,
      part && {
        name: wordFor(lang, 'rank_part', part.part),
        hint: wordFor(lang, 'rank_part_text', part.part),
      },
    ),
    change: part ? ranksText(lang, part.value) : '',
    rate: null,
    opens: '',
    place: of,
    drawing: waterfallSvg(step, extent, true),
  }));
}

interface Walked<T, P> {
  stage: keyof Stages<T> | null;
  part: P | null;
  step: Step;
  of: T | null;
}

/** The first stage there is, each part from where the last one led, and the stage that is reached at the end. */
function walk<T, P extends { value: number }>(
  stages: Stages<T>,
  level: (stage: T) => number,
  parts: readonly P[],
): Walked<T, P>[] {
  const first = stages.corrected === null ? 'before' : stages.published === null ? 'corrected' : 'published';
  const start = stages[first] as T;
  const stage = (name: keyof Stages<T>, of: T): Walked<T, P> => ({
    ...{ stage: name, part: null, of },
    step: { from: null, to: level(of) },
  });
  let at = level(start);
  const steps = parts.map((part): Walked<T, P> => {
    const from = at;
    at += part.value;
    return { stage: null, part, of: null, step: { from, to: at } };
  });
  return [stage(first, start), ...steps, stage('now', stages.now)];
}

function said(lang: Lang, stage: keyof Stages<unknown> | null, part: Pick<Row, 'name' | 'hint'> | null) {
  return part ?? { name: wordFor(lang, 'stage', stage === 'corrected' ? 'before' : (stage ?? '')), hint: '' };
}

/** Functions that tell of movements and distances, by the name under which templates call them. */
export const MOVED = {
  rateSentence: (moved: RateMoved, o: Options) => rateSentence(lang(o), moved),
  rankSentence: (moved: RankMoved, o: Options) => rankSentence(lang(o), moved),
  rateRows: (moved: Parameters<typeof rateRows>[1], ref: Ref, o: Options) =>
    rateRows(lang(o), moved, version(ref, o)?.higherIsBetter ?? true, stage => {
      const { page, doc } = root(o);
      const changes = stageChanges(stage, doc as Comparison);
      return originOf(page, lang(o), doc, { indicator: ref.id, ...changes });
    }),
  rankRows: (moved: Parameters<typeof rankRows>[1], o: Options) => rankRows(lang(o), moved),
  finePoints: (points: number, o: Options) => finePointsText(lang(o), points),
  gapPoints: (gap: number, o: Options) => pointsText(lang(o), gap).replace('+', ''),
  missingText: (count: number, ref: Ref, o: Options) =>
    t(lang(o), version(ref, o)?.higherIsBetter === false ? 'rankings.fewer' : 'rankings.more', {
      n: count,
      unit: unitOf(lang(o), version(ref, o)),
    }),
  anyYear: (rows: { change_year: number | null }[]) => rows.some(r => r.change_year !== null),
  anyOf: (rows: Record<string, unknown>[], name: string) => rows.some(r => r[name]),
};
