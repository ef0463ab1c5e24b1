/** A trend in the space of a word, as SVG; it breaks where nothing was reported or the definition changed. */

/** One point in the order of time; `value` is a fraction of 1. */
export interface SparkPoint {
  value: number | null;
  version: number;
}

const WIDTH = 96;
const HEIGHT = 22;
const MARGIN = 3;
/** The least range of the vertical axis (10 percentage points), so that a calm line looks calm. */
const LEAST_RANGE = 0.1;

/** Empty when there are fewer than two values to join. */
export function sparklineSvg(points: readonly SparkPoint[]): string {
  const values = points.flatMap(p => (p.value === null ? [] : [p.value]));
  if (values.length < 2) return '';
  const middle = (Math.min(...values) + Math.max(...values)) / 2;
  const range = Math.max(LEAST_RANGE, Math.max(...values) - Math.min(...values));
  const x = (i: number): number => round(MARGIN + (i / (points.length - 1)) * (WIDTH - 2 * MARGIN));
  const y = (v: number): number => round(HEIGHT / 2 - ((v - middle) / range) * (HEIGHT - 2 * MARGIN));
  let path = '';
  let last: [number, number] | null = null;
  for (const [i, p] of points.entries()) {
    if (p.value === null) continue;
    const before = points[i - 1];
    const joined = before !== undefined && before.value !== null && before.version === p.version;
    last = [x(i), y(p.value)];
    path += `${joined ? 'L' : 'M'}${last[0]} ${last[1]}`;
  }
  const dot = last ? `<circle class="here" cx="${last[0]}" cy="${last[1]}" r="2.5"/>` : '';
  const box = `viewBox="0 0 ${WIDTH} ${HEIGHT}" aria-hidden="true" focusable="false"`;
  return `<svg class="spark" ${box}><path class="line" d="${path}"/>${dot}</svg>`;
}

function round(v: number): number {
  return Math.round(v * 10) / 10;
}
