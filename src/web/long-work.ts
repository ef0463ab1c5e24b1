/** Work that may take minutes: a few at a time, given up when its asker leaves, shown as it goes on. */
import type { Request, Response } from 'express';
import { turns } from '../intake/turns.ts';
import type { Progress, Watch } from '../intake/watch.ts';
import type { ViewName } from '../render.ts';
import { percentText } from '../words/numbers.ts';
import { type Lang, t, wordFor } from '../words/words.ts';
import { type Deps, knownOf, langOf, pageOf, show, unexpected } from './answer.ts';
import { faultOfError, problemOf } from './fault.ts';

/** What work comes to: a page to go to, a page to show, or an answer to a program. */
export type Ending =
  | { to: string }
  | { view: ViewName; doc: object; status: number }
  | { json: object; status: number };

/**
 * Does work and answers with what it comes to. With `file` (its name) the answer begins at once, as a page
 * that grows with every step; the work is given up when whoever asked for it goes away.
 */
export type LongWork = (
  req: Request,
  res: Response,
  file: string | null,
  work: (watch: Watch) => Promise<Ending>,
) => Promise<void>;

/** Files read at the same time by this process; further ones wait. */
const AT_ONCE = 2;
/** A step is shown when so much (of 1) is done since the last, and so long (ms) after it. */
const STEP = 0.02;
const PAUSE = 250;
/** How often (ms) a page that has nothing new to say gives a sign of life, so that nothing between cuts it off. */
const PULSE = 5000;

export function longWork(deps: Deps): LongWork {
  const turn = turns(AT_ONCE);
  return async (req, res, file, work) => {
    const leaving = new AbortController();
    const { signal } = leaving;
    res.once('close', () => leaving.abort());
    const inTurn = async (watch: Watch): Promise<Ending> => {
      const end = await turn(signal);
      try {
        return await work(watch);
      } finally {
        end();
      }
    };
    if (file !== null) return grow(deps, req, res, file, progress => inTurn({ signal, progress }));
    await finish(deps, req, res, await inTurn({ signal }));
  };
}

async function finish(deps: Deps, req: Request, res: Response, ending: Ending): Promise<void> {
  if ('to' in ending) return res.redirect(303, ending.to);
  res.status(ending.status).set('Cache-Control', 'no-store');
  if ('json' in ending) res.json(ending.json);
  else show(deps, req, res, ending.view, ending.doc, await knownOf(deps));
}

/**
 * A page that is sent as the work goes on: its head, a line for every step (only the last is seen), and at the
 * end the way on. It needs no script, no table of running work, and no second request to the same process.
 */
async function grow(
  deps: Deps,
  req: Request,
  res: Response,
  file: string,
  work: (progress: (now: Progress) => void) => Promise<Ending>,
): Promise<void> {
  const lang = langOf(req);
  const known = await knownOf(deps);
  const [before = '', after = ''] = pageOf(deps, req, 'progress', { file_name: file }, known).split(STEPS);
  // Nothing between may hold the page back to change or compress it.
  res.set({ 'Cache-Control': 'no-store, no-transform', 'X-Accel-Buffering': 'no', 'Content-Language': lang });
  res.type('html').write(before);
  const pulse = setInterval(() => res.write('\n'), PULSE);
  try {
    const ending = await work(steps(lang, deps.now, html => res.write(html)));
    if ('to' in ending) {
      const to = ending.to.replaceAll('&', '&amp;');
      res.end(
        `<li class="done"><meta http-equiv="refresh" content="0;url=${to}">` +
          `<a class="button" href="${to}">${t(lang, 'progress.done')}</a></li>${after}`,
      );
    } else {
      const page = 'view' in ending ? pageOf(deps, req, ending.view, ending.doc, known) : '';
      const [, shown = ''] = /<main[^>]*>([\s\S]*)<\/main>/.exec(page) ?? [];
      res.end(
        `<li class="done">${t(lang, 'progress.tried')}</li>${after.replace('</main>', end => shown + end)}`,
      );
    }
  } catch (error) {
    if (res.destroyed) return;
    const problem = problemOf(faultOfError(error) ?? unexpected(deps, req, error), lang);
    res.end(`<li class="done"><strong>${problem.title}.</strong> ${problem.detail}</li>${after}`);
  } finally {
    clearInterval(pulse);
  }
}

/** Where the steps stand in the page. */
const STEPS = '<!--steps-->';

/** Writes a step when enough has changed since the last. */
function steps(lang: Lang, now: () => number, write: (html: string) => void): (progress: Progress) => void {
  let [phase, share, at] = ['', 0, 0];
  return progress => {
    const done = progress.total > 0 ? Math.min(1, progress.bytes / progress.total) : 0;
    const moved = done - share >= STEP || progress.bytes === 0;
    if (progress.phase === phase && (!moved || now() - at < PAUSE)) return;
    [phase, share, at] = [progress.phase, done, now()];
    const said = [wordFor(lang, 'phase', phase), ...(done > 0 ? [percentText(lang, done)] : [])];
    if (progress.rows > 0) said.push(t(lang, 'progress.rows', { n: progress.rows }));
    const value = done > 0 ? ` value="${done.toFixed(3)}"` : '';
    const text = said.join(' · ');
    write(`<li><progress${value} aria-label="${text}"></progress> ${text}</li>\n`);
  };
}
