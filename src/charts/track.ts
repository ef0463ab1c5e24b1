/** A rate drawn to scale as SVG: a rail from 0 to 100 %, how far it is run, its interval, country and target. */

/** All values are fractions of 1; null is not drawn. */
export interface Track {
  value: number | null;
  low?: number | null;
  high?: number | null;
  national?: number | null;
  target?: number | null;
}

const START = 5;
const LENGTH = 150;
const WIDTH = START + LENGTH + 5;
const MIDDLE = 8;

/** The drawing repeats numbers that stand beside it as text, so that it is hidden from screen readers. */
export function trackSvg({ value, low = null, high = null, national = null, target = null }: Track): string {
  const parts = [`<path class="rail" d="M${START} ${MIDDLE}H${START + LENGTH}"/>`];
  if (low !== null && high !== null) {
    const width = Math.max(1, position(high) - position(low));
    parts.push(`<rect class="band" x="${position(low)}" y="3" width="${round(width)}" height="10"/>`);
  }
  if (value !== null) parts.push(`<path class="run" d="M${START} ${MIDDLE}H${position(value)}"/>`);
  if (national !== null) parts.push(`<path class="country" d="M${position(national)} 1V15"/>`);
  if (target !== null) parts.push(`<path class="goal" d="M${position(target)} 1l3 0l-3 4l-3 -4z"/>`);
  parts.push(`<circle class="end" cx="${START + LENGTH}" cy="${MIDDLE}" r="3"/>`);
  if (value !== null) parts.push(`<circle class="here" cx="${position(value)}" cy="${MIDDLE}" r="3.5"/>`);
  return `<svg class="track" viewBox="0 0 ${WIDTH} 16" aria-hidden="true" focusable="false">${parts.join('')}</svg>`;
}

function position(value: number): number {
  return round(START + LENGTH * Math.min(1, Math.max(0, value)));
}

function round(x: number): number {
  return Math.round(x * 10) / 10;
}
