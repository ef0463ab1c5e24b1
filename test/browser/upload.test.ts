/** Handing in a file as an office does: choose it, send it, read the receipt, mend it, send it again. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import type { Receipt } from '../../src/intake/receipt.ts';
import { launch, openPage, textOf } from './browser.ts';
import { SITE } from './site.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

const HEADINGS =
  'Kỳ báo cáo;Cơ quan;Dịch vụ công;Tiếp nhận trực tuyến;Tiếp nhận trực tiếp, bưu chính;' +
  'Giải quyết trước hạn;Giải quyết đúng hạn;Giải quyết quá hạn';

/** A return of Hà Nội for a month that holds figures and is not published yet. */
const file = (name: string, ...lines: string[]) => ({
  name,
  mimeType: 'text/csv',
  buffer: Buffer.from(`\ufeff${[HEADINGS, ...lines].join('\r\n')}\r\n`),
});

describe.each([{ script: true }, { script: false }])('handing in a file, scripts $script', ({ script }) => {
  const online = script ? '1.250' : '1.251';
  const good = `Tháng 8/2025;TP. Hà Nội;Đăng ký thường trú;${online};100;900;300;20`;

  it('names row, column, value and remedy of what is wrong, and takes the mended file', async () => {
    const { page, visit, complaints, close } = await openPage(browser, { width: 1280, dark: false, script });
    await visit('/');
    await page.getByRole('navigation').first().locator('a[href^="/submissions/new"]').click();
    await page.locator('input[type=radio][value="monthly-return"]').check();
    const bad = 'Tháng 8/2025;TP. Hà Nội;Đăng ký khai sinh;12,5;100;900;300;20';
    await page.locator('input[type=file]').setInputFiles(file('bộ <số>.csv', good, bad));
    await page.locator('form button[type=submit]').click();
    await page.waitForURL(/\/submissions\/\d+/);
    const [row] = await page.locator('main table tbody tr').allInnerTexts();
    for (const part of [/3/, /received_online|Tiếp nhận trực tuyến/, /12,5/]) expect(row).toMatch(part);
    expect(await page.locator('main table tbody tr').count()).toBe(1);
    expect(await textOf(page, 'main')).toContain('bộ <số>.csv');

    await page.getByRole('link', { name: 'English' }).click();
    expect(await page.getAttribute('html', 'lang')).toBe('en');
    const [english] = await page.locator('main table tbody tr').allInnerTexts();
    expect(english).not.toBe(row);

    await page.locator('main a[href^="/submissions/new"]').first().click();
    await page.locator('input[type=radio][value="monthly-return"]').check();
    await page.locator('input[type=file]').setInputFiles(file('ha-noi.csv', good));
    await page.locator('form button[type=submit]').click();
    await page.waitForURL(/\/submissions\/\d+/);
    const receipt = await receiptAt(page.url(), '');
    expect(receipt).toMatchObject({ status: 'approved', period: '2025-08', agency: 'ha-noi', rows: 1 });
    expect(await textOf(page, 'main')).toContain(receipt.sha256);
    expect(complaints()).toEqual([]);
    await close();
  });

  it('says that nothing changed when the same file comes again', async () => {
    const { page, visit, complaints, close } = await openPage(browser, { width: 390, dark: true, script });
    await visit('/submissions/new');
    await page.locator('input[type=radio][value="monthly-return"]').check();
    await page.locator('input[type=file]').setInputFiles(file('again.csv', good));
    await page.locator('form button[type=submit]').click();
    await page.waitForURL(/\/submissions\/\d+\?unchanged=1/);
    expect(complaints()).toEqual([]);
    await close();
  });

  it('asks for the reason of a correction to a published month', async () => {
    const { page, visit, complaints, close } = await openPage(browser, { width: 1280, dark: false, script });
    const published = good.replace('Tháng 8/2025', '2025-07');
    await visit('/submissions/new?lang=en');
    await page.locator('input[type=radio][value="monthly-return"]').check();
    await page.locator('input[type=file]').setInputFiles(file('july.csv', published));
    await page.locator('form button[type=submit]').click();
    await page.waitForURL(/\/submissions\/\d+/);
    const receipt = await receiptAt(page.url(), '?lang=en');
    expect(receipt.status).toBe('refused');
    expect(receipt.problems[0]?.code).toBe('closed_period');
    expect(await textOf(page, 'main')).toContain(receipt.problems[0]?.remedy);
    expect(complaints()).toEqual([]);
    await close();
  });
});

/** The receipt that a page shows, as programs get it. */
async function receiptAt(url: string, query: string): Promise<Receipt> {
  return (await (await fetch(`${SITE}${new URL(url).pathname}.json${query}`)).json()) as Receipt;
}
