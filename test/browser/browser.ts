/** Opens pages in a real browser and notes everything on them that should not happen. */
import chromiumFiles from '@sparticuz/chromium';
import { type Browser, chromium, type Page } from 'playwright-core';
import { cookieOf, SITE, type Who } from './site.ts';

export interface Screen {
  width: number;
  dark: boolean;
  script: boolean;
}

/** `CHROMIUM` names another browser; else the one that came with the packages is unpacked. */
export async function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env.CHROMIUM || (await chromiumFiles.executablePath()),
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu', '--font-render-hinting=none'],
  });
}

export interface Watched {
  page: Page;
  /** Goes to an address of the site; resolves with the status when fonts and charts are there. */
  visit(path: string): Promise<number>;
  /** What went wrong since the last call: errors in the console, requests to elsewhere, failed requests. */
  complaints(): string[];
  close(): Promise<void>;
}

/** Opens a page of the site, or of another one, for nobody who is known or for somebody who is signed in. */
export async function openPage(
  browser: Browser,
  { width, dark, script }: Screen,
  who?: Who,
  site = SITE,
): Promise<Watched> {
  const context = await browser.newContext({
    viewport: { width, height: 900 },
    colorScheme: dark ? 'dark' : 'light',
    javaScriptEnabled: script,
    reducedMotion: 'reduce',
  });
  if (who) await context.addCookies([{ ...cookieOf(who), url: site }]);
  const page = await context.newPage();
  let noted: string[] = [];
  page.on('console', message => {
    const text = message.text();
    // The status of the page itself is looked at by the test; a browser repeats it in the console.
    const ofPage =
      /the server responded with a status of 4\d\d/.test(text) && message.location().url === page.url();
    if (['error', 'warning'].includes(message.type()) && !ofPage) noted.push(`console: ${text}`);
  });
  page.on('pageerror', error => noted.push(`script: ${error.message}`));
  page.on('request', request => {
    const { origin, protocol } = new URL(request.url());
    if (origin !== site && protocol !== 'data:') noted.push(`request to elsewhere: ${request.url()}`);
  });
  page.on('requestfailed', request => noted.push(`failed: ${request.url()} ${request.failure()?.errorText}`));
  return {
    page,
    visit: async path => {
      const response = await page.goto(site + path, { waitUntil: 'load' });
      await page.evaluate('document.fonts.ready.then(() => null)');
      return response?.status() ?? 0;
    },
    complaints: () => {
      const complaints = noted;
      noted = [];
      return complaints;
    },
    close: () => context.close(),
  };
}

/** The text of a part of the page as a reader sees it. */
export async function textOf(page: Page, selector: string): Promise<string> {
  return (await page.locator(selector).allInnerTexts()).join('\n');
}

/** What makes the page scroll sideways; tables scroll inside frames of their own. */
export async function wideParts(page: Page): Promise<string[]> {
  return page.evaluate(`(() => {
    const room = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= room) return [];
    const framed = e => { for (let p = e.parentElement; p; p = p.parentElement)
      if (getComputedStyle(p).overflowX !== 'visible' && p !== document.body) return true; return false; };
    return [...document.body.querySelectorAll('*')]
      .filter(e => e.getBoundingClientRect().right > room + 1 && !framed(e))
      .map(e => e.tagName + '.' + e.className + ' to ' + Math.round(e.getBoundingClientRect().right))
      .concat('page ' + document.documentElement.scrollWidth + ' of ' + room).slice(-5);
  })()`);
}
