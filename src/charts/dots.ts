/** A ranking drawn as dots with intervals, on a stretch of the scale wide enough for all of its rates. */

/** Fractions of 1; `low` and `high` are null for rates that carry no interval. */
export interface Dot {
  value: number;
  low: number | null;
  high: number | null;
}

/** The stretch of the scale that is drawn: whole steps of five percentage points. */
export interface Stretch {
  from: number;
  to: number;
}

const STEP = 0.05;
const START = 4;
const LENGTH = 264;

/** The least stretch that holds every rate with its interval, and the country. */
export function stretchOf(dots: readonly Dot[], national: number | null): Stretch {
  const values = [
    ...dots.flatMap(d => [d.value, d.low ?? d.value, d.high ?? d.value]),
    ...(national === null ? [] : [national]),
  ];
  if (values.length === 0) return { from: 0, to: 1 };
  // Steps are counted in whole numbers, since 0.05 has no exact double.
  const from = Math.max(0, Math.floor(Math.min(...values) / STEP));
  const to = Math.min(20, Math.max(from + 1, Math.ceil(Math.max(...values) / STEP)));
  return { from: Math.min(from, to - 1) / 20, to: to / 20 };
}

/**
 * One dot with its interval and the country's line. No bar leads to the dot: the scale need not begin at
 * zero. Hidden from screen readers, since the numbers stand beside it.
 */
export function dotSvg(dot: Dot, stretch: Stretch, national: number | null): string {
  const x = (v: number): number =>
    Math.round((START + ((v - stretch.from) / (stretch.to - stretch.from)) * LENGTH) * 10) / 10;
  const parts = [`<path class="rail" d="M${START} 8H${START + LENGTH}"/>`];
  if (national !== null) parts.push(`<path class="country" d="M${x(national)} 0V16"/>`);
  if (dot.low !== null && dot.high !== null) {
    const width = Math.max(2, x(dot.high) - x(dot.low));
    parts.push(
      `<rect class="band" x="${x(dot.low)}" y="2" width="${Math.round(width * 10) / 10}" height="12"/>`,
    );
  }
  parts.push(`<circle class="here" cx="${x(dot.value)}" cy="8" r="3.5"/>`);
  const box = `viewBox="0 0 ${LENGTH + 2 * START} 16" aria-hidden="true" focusable="false"`;
  return `<svg class="track dots" ${box}>${parts.join('')}</svg>`;
}
