/** One step of a waterfall as SVG: a bar from where the steps before it led to where it leads itself. */

/** `from` null is a level that is reached, drawn as a dot, and not a step. */
export interface Step {
  from: number | null;
  to: number;
}

export interface Extent {
  least: number;
  most: number;
}

const START = 6;
const LENGTH = 228;

/** The stretch of the scale that holds every step. */
export function extentOf(steps: readonly Step[]): Extent {
  const values = steps.flatMap(s => (s.from === null ? [s.to] : [s.from, s.to]));
  return { least: Math.min(...values), most: Math.max(...values) };
}

/** `better` says whether a step to the right is good. The numbers stand beside it: hidden from screen readers. */
export function waterfallSvg({ from, to }: Step, { least, most }: Extent, better: boolean): string {
  const at = (v: number): number =>
    Math.round((START + (most === least ? 0.5 : (v - least) / (most - least)) * LENGTH) * 10) / 10;
  const parts = [`<path class="rail" d="M${START} 8H${START + LENGTH}"/>`];
  if (from === null) {
    parts.push(`<circle class="here" cx="${at(to)}" cy="8" r="4"/>`);
  } else {
    const [left, right] = [Math.min(at(from), at(to)), Math.max(at(from), at(to))];
    const width = Math.round((right - left) * 10) / 10;
    const tone = to > from === better ? 'gain' : 'loss';
    if (width > 0) {
      parts.push(`<rect class="${tone}" x="${left}" y="2" width="${Math.max(1.5, width)}" height="12"/>`);
    }
    parts.push(`<path class="country" d="M${at(to)} 0V16"/>`);
  }
  const box = `viewBox="0 0 ${LENGTH + 2 * START} 16" aria-hidden="true" focusable="false"`;
  return `<svg class="track fall" ${box}>${parts.join('')}</svg>`;
}
