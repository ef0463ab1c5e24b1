/** The pages by keyboard and on paper. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { launch, openPage } from './browser.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

describe('by keyboard', () => {
  it('leads past the navigation first, and shows where it is', async () => {
    const { page, visit, close } = await openPage(browser, { width: 1280, dark: false, script: true });
    await visit('/rankings');
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.getAttribute("href")')).toBe('#main');
    expect(await page.evaluate('document.activeElement.getBoundingClientRect().top >= 0')).toBe(true);
    await page.keyboard.press('Enter');
    expect(await page.evaluate('document.activeElement.id')).toBe('main');
    await close();
  });

  it('changes the ranking that is shown', async () => {
    const { page, visit, close } = await openPage(browser, { width: 390, dark: false, script: false });
    await visit('/rankings');
    const details = page.locator('details.change');
    if ((await details.getAttribute('open')) === null) {
      await details.locator('summary').focus();
      await page.keyboard.press('Enter');
    }
    await details.locator('select[name=indicator]').selectOption('on_time');
    await details.locator('select[name=period]').selectOption('2025-06');
    await details.locator('button[type=submit]').focus();
    await page.keyboard.press('Enter');
    await page.waitForURL(/indicator=on_time/);
    expect(new URL(page.url()).searchParams.get('period')).toBe('2025-06');
    // 63 provinces reported then, less those that sent nothing.
    expect(await page.locator('main table').first().locator('tbody tr').count()).toBeGreaterThan(50);
    await close();
  });
});

describe('on paper', () => {
  it.each(['/agencies/ha-noi', '/agencies/bca?lang=en'])('%s fits two sheets', async path => {
    const { page, visit, close } = await openPage(browser, { width: 1280, dark: false, script: true });
    await visit(path);
    const pdf = (await page.pdf({ format: 'A4' })).toString('latin1');
    const sheets = pdf.match(/\/Type\s*\/Page\b(?!s)/g)?.length;
    expect(sheets).toBeLessThanOrEqual(2);
    await close();
  });
});
