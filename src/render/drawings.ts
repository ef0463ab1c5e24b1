/** The small drawings that templates place beside numbers, with the key that explains their marks. */
import { type Dot, dotSvg, type Stretch, stretchOf } from '../charts/dots.ts';
import { type SparkPoint, sparklineSvg } from '../charts/sparkline.ts';
import { type Track, trackSvg } from '../charts/track.ts';
import { targetText } from '../words/numbers.ts';
import { wordFor } from '../words/words.ts';
import { html, lang, type Maybe, type Options, root } from './root.ts';

/** One stretch of the scale serves all rows of a ranking. */
const stretches = new WeakMap<readonly Dot[], Stretch>();
function stretch(o: Options): Stretch {
  const { ranked = [], national } = root(o).doc;
  const found = stretches.get(ranked) ?? stretchOf(ranked, national?.value ?? null);
  stretches.set(ranked, found);
  return found;
}

/** Drawing functions by the name under which templates call them. */
export const DRAWN = {
  dot: (row: Dot, o: Options) => dotSvg(row, stretch(o), root(o).doc.national?.value ?? null),
  axis: (o: Options) => {
    const { from, to } = stretch(o);
    return html(
      `<span class="axis"><span>${targetText(lang(o), from)}</span><span>${targetText(lang(o), to)}</span></span>`,
    );
  },
  track: (o: Options) => trackSvg({ value: null, ...(o.hash as Partial<Track>) }),
  spark: (points: Maybe<readonly SparkPoint[]>) => sparklineSvg(points ?? []),
  trackKey: (marks: 'plain' | 'interval' | 'full', o: Options) => {
    const shown = {
      plain: ['here', 'country'],
      interval: ['here', 'band', 'country'],
      full: ['here', 'band', 'country', 'goal'],
    };
    return shown[marks]
      .map(mark => `<span>${SIGNS[mark] ?? ''} ${wordFor(lang(o), 'key', mark)}</span>`)
      .join(' ');
  },
};
const SIGN = '<svg class="track sign" viewBox="0 0 16 16" aria-hidden="true" focusable="false">';
const SIGNS: Readonly<Record<string, string>> = {
  here: `${SIGN}<circle class="here" cx="8" cy="8" r="3.5"/></svg>`,
  band: `${SIGN}<rect class="band" x="2" y="3" width="12" height="10"/></svg>`,
  country: `${SIGN}<path class="country" d="M8 1V15"/></svg>`,
  goal: `${SIGN}<path class="goal" d="M5 5l6 0l-3 5z"/></svg>`,
};
