/** Every page as a reader meets it: both languages, light and dark, phone and desk, with and without scripts. */
import { AxeBuilder } from '@axe-core/playwright';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { launch, openPage, textOf, type Watched, wideParts } from './browser.ts';
import { ADDRESSES, inLang, LANGS, type Who } from './site.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

/** A phone and a desk, light and dark; without scripts each width once. */
const SCREENS = LANGS.flatMap(lang =>
  [390, 1280].flatMap(width => [
    { lang, width, dark: false, script: true },
    { lang, width, dark: true, script: true },
    { lang, width, dark: width === 1280, script: false },
  ]),
);

/** What shows through when a text or a number is missing. */
const BROKEN_TEXT = /\bundefined\b|\bNaN\b|\[object |\bnull\b|\{\{?\w+\}?\}|Invalid Date/;

/** WCAG 2.2 up to level AA; axe gives every success criterion's level as a tag. */
const WCAG = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa'];

describe.each(SCREENS)('at $width px, $lang, dark $dark, scripts $script', screen => {
  /** Everybody has a browser of their own. */
  const opened = new Map<Who | undefined, Watched>();
  const at = async (who?: Who): Promise<Watched> => {
    const watched = opened.get(who) ?? (await openPage(browser, screen, who));
    opened.set(who, watched);
    return watched;
  };
  afterAll(async () => {
    for (const { close } of opened.values()) await close();
  });

  // Inside there are forms and tables without any script, in the colours of the public pages.
  const isEnough =
    screen.script &&
    (screen.lang === 'vi' ? screen.width === 390 || !screen.dark : screen.width === 1280 && !screen.dark);
  const walked = ADDRESSES.filter(({ who }) => !who || isEnough);
  const named = walked.map(address => [address.path, address.who ?? 'everybody', address] as const);
  it.each(named)('%s is whole for %s', async (path, _, { status, who }) => {
    const watched = await at(who);
    const { page } = watched;
    expect(await watched.visit(inLang(path, screen.lang))).toBe(status);
    expect(await page.getAttribute('html', 'lang')).toBe(screen.lang);
    await (screen.script ? expectDrawnCharts(page) : expectNoEmptyStage(page));
    // What is folded away is looked at too; folding needs no script.
    await page.evaluate('for (const d of document.querySelectorAll("details")) d.open = true');
    expect(await wideParts(page)).toEqual([]);
    expect((await textOf(page, 'body')).split('\n').filter(line => BROKEN_TEXT.test(line))).toEqual([]);
    await expectReadableTrends(page);
    // Colours and sizes do not depend on the language; in English one screen is enough.
    const inspected = screen.script && (screen.lang === 'vi' || (screen.width === 1280 && !screen.dark));
    if (inspected) expect(await barriers(page)).toEqual([]);
    expect(watched.complaints()).toEqual([]);
  });
});

/** Every chart is shown and holds more than one colour. */
async function expectDrawnCharts(page: Page): Promise<void> {
  const blank = await page.evaluate(`Promise.resolve().then(async () => {
    await document.fonts.ready;
    await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
    return [...document.querySelectorAll('figure[data-chart] canvas')].filter(canvas => {
      if (canvas.closest('[hidden]') || canvas.width === 0 || canvas.height === 0) return true;
      const dots = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
      return new Set(new Uint32Array(dots.buffer)).size < 3;
    }).length;
  })`);
  expect(blank).toBe(0);
}

/** Without scripts no empty frame is left where a chart would stand. */
async function expectNoEmptyStage(page: Page): Promise<void> {
  expect(await page.locator('figure[data-chart] canvas:visible').count()).toBe(0);
}

/** The numbers of a chart stand in a table beneath it, one row per month drawn. */
async function expectReadableTrends(page: Page): Promise<void> {
  for (const figure of await page.locator('figure[data-chart]').all()) {
    expect(await figure.locator('tbody tr:visible').count()).toBeGreaterThan(0);
  }
}

/** What keeps people out, as `rule: places`. */
async function barriers(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).withTags(WCAG).analyze();
  return violations.map(
    v =>
      `${v.id}: ${v.nodes
        .slice(0, 4)
        .map(n => `${n.target} ${n.any[0]?.message ?? ''}`)
        .join(' | ')} (${v.nodes.length})`,
  );
}
