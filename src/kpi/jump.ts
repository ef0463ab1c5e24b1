/** How far a count stands from an office's own history, measured so that one odd month does not hide another. */

/** From when on a figure is remarkable; a question to the office, never a judgement. */
export const JUMP = {
  /** Months looked back, and how many of them there must be. */
  months: 12,
  least: 6,
  /** Distance in robust standard deviations of the logarithm. */
  z: 6,
  /** The least spread that is believed: seasons and ordinary luck move every office by this much. */
  spread: 0.25,
  /** Counts below this on both sides are too small to speak of. */
  smallest: 30,
  /** This many offices in one file show the season that they share. */
  peers: 8,
} as const;

/** An office's count beside its own history. */
export interface Distance {
  median: number;
  /** Logarithm of how many times the median it is. */
  log: number;
  /** Robust standard deviation of the history's logarithms. */
  spread: number;
}

/** Null when the history is too short. */
export function distanceFrom(history: readonly number[], count: number): Distance | null {
  if (history.length < JUMP.least) return null;
  const logs = history.map(n => Math.log(n + 1));
  const middle = medianOf(logs);
  const deviation = 1.4826 * medianOf(logs.map(l => Math.abs(l - middle)));
  const luck = Math.sqrt(JUMP.spread ** 2 + 1 / Math.exp(middle));
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
