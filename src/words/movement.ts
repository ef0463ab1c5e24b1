/** What a page says in words about why a rate or a rank moved. */
import { finePointsText, listText, percentText, ranksText } from './numbers.ts';
import { type Lang, t, wordFor } from './words.ts';

export interface RateMoved {
  stages: { now: { value: number | null } };
  points: number;
  parts: readonly { part: string; points: number }[];
}
export interface RankMoved {
  stages: { now: { rank: number; of: number } };
  change: number;
  parts: readonly { part: string; value: number }[];
}

/** The change of a rate with what made it, the largest first: "up 3.42 points: +2.10 by …". */
export function rateSentence(lang: Lang, { stages, points, parts }: RateMoved): string {
  const made = bySize(parts.map(p => ({ part: p.part, size: p.points }))).map(
    ({ part, size }) => `${finePointsText(lang, size)} ${wordFor(lang, 'part_by', part)}`,
  );
  const percent = percentText(lang, stages.now.value ?? 0);
  const by = finePointsText(lang, Math.abs(points)).replace('+', '');
  const said = t(lang, `say_rate.${direction(points)}`, { percent, points: by });
  return closed(lang, said, made);
}

/** The same of a rank. */
export function rankSentence(lang: Lang, { stages, change, parts }: RankMoved): string {
  const made = bySize(parts.map(p => ({ part: p.part, size: p.value }))).map(
    ({ part, size }) => `${ranksText(lang, size)} ${wordFor(lang, 'rank_part_by', part)}`,
  );
  const places = ranksText(lang, Math.abs(change)).replace('+', '');
  const key = `say_rank.${direction(change)}` as const;
  return closed(lang, t(lang, key, { ...stages.now, places, n: Math.abs(change) }), made);
}

function direction(change: number): 'up' | 'down' | 'same' {
  return change > 0 ? 'up' : change < 0 ? 'down' : 'same';
}

function bySize(parts: readonly { part: string; size: number }[]): { part: string; size: number }[] {
  return parts.filter(p => p.size !== 0).sort((a, b) => Math.abs(b.size) - Math.abs(a.size));
}

function closed(lang: Lang, said: string, made: readonly string[]): string {
  return made.length > 0 ? `${said}: ${listText(lang, made)}.` : `${said}.`;
}
