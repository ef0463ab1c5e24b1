/** How far a count stands from an office's own history, measured so that one odd month does not hide another. */
import type { QualityRules } from './quality-rules.ts';

/** An office's count beside its own history. */
export interface Distance {
  median: number;
  /** Logarithm of how many times the median it is. */
  log: number;
  /** Robust standard deviation of the history's logarithms. */
  spread: number;
}

/** Null when the history is too short. */
export function distanceFrom(
  history: readonly number[],
  count: number,
  rules: Pick<QualityRules, 'jump_least' | 'jump_spread'>,
): Distance | null {
  if (history.length < rules.jump_least) return null;
  const logs = history.map(n => Math.log(n + 1));
  const middle = medianOf(logs);
  const deviation = 1.4826 * medianOf(logs.map(l => Math.abs(l - middle)));
  const luck = Math.sqrt(rules.jump_spread ** 2 + 1 / Math.exp(middle));
  return {
    median: medianOf(history),
    log: Math.log(count + 1) - middle,
    spread: Math.max(deviation, luck),
  };
}

export function medianOf(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  const upper = sorted[half] ?? 0;
  return sorted.length % 2 ? upper : ((sorted[half - 1] ?? 0) + upper) / 2;
}
