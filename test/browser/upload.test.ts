/** Handing in a file as an office does: choose it, send it, read the receipt, mend it, send it again. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import type { Receipt } from '../../src/intake/receipt.ts';
import type { SubmissionList } from '../../src/web/pages/submission-list.ts';
import { launch, openPage, textOf } from './browser.ts';
import { headersOf, SITE } from './site.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

/** Asks as the reporter. */
const KNOWN = { headers: headersOf('reporter') };

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
  const good = `Tháng 9/2025;TP. Hà Nội;Đăng ký thường trú;${online};100;900;300;20`;

  it('names row, column, value and remedy of what is wrong, and takes the mended file', async () => {
    const { page, visit, complaints, close } = await openPage(
      browser,
      { width: 1280, dark: false, script },
      'reporter',
    );
    await visit('/');
    await page.getByRole('navigation').first().locator('a[href^="/submissions/new"]').click();
    await page.locator('input[type=radio][value="monthly-return"]').check();
    const bad = 'Tháng 9/2025;TP. Hà Nội;Đăng ký khai sinh;12,5;100;900;300;20';
    await page.locator('input[type=file]').setInputFiles(file('bộ <số>.csv', good, bad));
    await send(page, 'send');
    await page.waitForURL(/\/submissions\/\d+/);
    const [row] = await page.locator('main table.findings tbody tr').allInnerTexts();
    for (const part of [/3/, /received_online|Tiếp nhận trực tuyến/, /12,5/]) expect(row).toMatch(part);
    expect(await page.locator('main table.findings tbody tr').count()).toBe(1);
    expect(await textOf(page, 'main')).toContain('bộ <số>.csv');

    await page.getByRole('link', { name: 'English' }).click();
    expect(await page.getAttribute('html', 'lang')).toBe('en');
    const [english] = await page.locator('main table.findings tbody tr').allInnerTexts();
    expect(english).not.toBe(row);

    await page.locator('main a[href^="/submissions/new"]').first().click();
    await page.locator('input[type=radio][value="monthly-return"]').check();
    await page.locator('input[type=file]').setInputFiles(file('ha-noi.csv', good));
    await send(page, 'send');
    await page.waitForURL(/\/submissions\/\d+/);
    // A lone service: the others of the agency are missing, which somebody must confirm.
    const waiting = await receiptAt(page.url(), '');
    expect(waiting).toMatchObject({ status: 'accepted', period: '2025-09', agency: 'ha-noi', rows: 1 });
    expect(await page.locator('main table.findings tbody tr').count()).toBe(waiting.warnings.length);
    await page.locator('form.decision button:not(.second)').click();
    await page.waitForLoadState();
    expect(await page.locator('form.decision button:not(.second)').count()).toBe(0);
    const second = await openPage(browser, { width: 390, dark: false, script }, 'approver');
    await second.visit('/work');
    await second.page.getByRole('link', { name: 'ha-noi.csv' }).first().click();
    await second.page.locator('form.decision button:not(.second)').first().click();
    await second.page.waitForLoadState();
    expect(second.complaints()).toEqual([]);
    await second.close();
    const receipt = await receiptAt(page.url(), '');
    expect(receipt).toMatchObject({
      id: waiting.id,
      status: 'approved',
      sender: 'reporter@ha-noi.example.vn',
    });
    expect(await textOf(page, 'main')).toContain(receipt.sha256);
    await page.locator('main a[href^="/submissions?"], main a[href="/submissions"]').first().click();
    expect(await page.locator('main table tbody tr').first().innerText()).toContain('ha-noi.csv');
    expect(complaints()).toEqual([]);
    await close();
  });

  it('only checks a file when asked to, and says that nothing was stored', async () => {
    const { page, visit, complaints, close } = await openPage(
      browser,
      { width: 390, dark: false, script },
      'reporter',
    );
    const newest = async (): Promise<unknown> => {
      const list = (await (await fetch(`${SITE}/submissions.json`, KNOWN)).json()) as SubmissionList;
      return list.submissions[0]?.id;
    };
    const before = await newest();
    await visit('/submissions/new');
    await page.locator('input[type=file]').setInputFiles(file('try.csv', good.replace('900', '901')));
    await send(page, 'try');
    await page.waitForLoadState();
    expect(await textOf(page, 'main')).toContain('chưa có gì được lưu');
    expect(await page.locator('form.decision').count()).toBe(0);
    expect(await newest()).toBe(before);
    expect(complaints()).toEqual([]);
    await close();
  });

  it('says that nothing changed when the same file comes again', async () => {
    const { page, visit, complaints, close } = await openPage(
      browser,
      { width: 390, dark: true, script },
      'reporter',
    );
    await visit('/submissions/new');
    await page.locator('input[type=radio][value="monthly-return"]').check();
    await page.locator('input[type=file]').setInputFiles(file('again.csv', good));
    await send(page, 'send');
    await page.waitForURL(/\/submissions\/\d+\?unchanged=1/);
    expect(complaints()).toEqual([]);
    await close();
  });

  it('asks for the reason of a correction to a published month', async () => {
    const { page, visit, complaints, close } = await openPage(
      browser,
      { width: 1280, dark: false, script },
      'reporter',
    );
    const published = good.replace('Tháng 9/2025', '2025-06');
    await visit('/submissions/new?lang=en');
    await page.locator('input[type=radio][value="monthly-return"]').check();
    await page.locator('input[type=file]').setInputFiles(file('june.csv', published));
    await send(page, 'send');
    await page.waitForURL(/\/submissions\/\d+/);
    const receipt = await receiptAt(page.url(), '?lang=en');
    expect(receipt.status).toBe('refused');
    expect(receipt.problems[0]?.code).toBe('closed_period');
    expect(await textOf(page, 'main')).toContain(receipt.problems[0]?.remedy);
    expect(complaints()).toEqual([]);
    await close();
  });
});

/** Sends the form, or only has the file checked. */
const send = (page: Page, what: 'send' | 'try'): Promise<void> =>
  page
    .locator(`form.upload[method=post] button[type=submit]${what === 'try' ? '.second' : ':not(.second)'}`)
    .click();

/** The receipt that a page shows, as programs get it. */
async function receiptAt(url: string, query: string): Promise<Receipt> {
  return (await (await fetch(`${SITE}${new URL(url).pathname}.json${query}`, KNOWN)).json()) as Receipt;
}
