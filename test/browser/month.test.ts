/** Months of Hà Nội from the invitation of its people to the correction of what was published, played in a browser. */
import { mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { generateSync } from 'otplib';
import type { Browser, Page } from 'playwright-core';
import type { Mail } from '../../src/mail/send.ts';
import { publishMonth } from '../../src/store/months.ts';
import type { Person } from '../web/people.ts';
import { JULY, JUNE, openSite, type Site } from '../web/site.ts';
import { launch, openPage, textOf, type Watched, wideParts } from './browser.ts';

const PASSWORD = 'bốn con ngựa ô chạy';
const SHOTS = join(tmpdir(), 'toan-trinh-month');

let site: Site;
let browser: Browser;
const mails: Mail[] = [];
beforeAll(async () => {
  const send = async (mail: Mail): Promise<void> => void mails.push(mail);
  site = await openSite({ filled: false, deps: { send } });
  for (const rows of [JUNE, JULY]) await site.take(rows);
  for (const month of ['2025-06', '2025-07']) await publishMonth(site.db, month, 'operator');
  browser = await launch();
  mkdirSync(SHOTS, { recursive: true });
});
afterAll(async () => {
  await browser.close();
  await site.close();
});

/** One month after the other, each on a screen of its own. */
const PLAYS = [
  { month: 8, script: true, width: 1280 },
  { month: 9, script: false, width: 390 },
  { month: 10, script: true, width: 390 },
  { month: 11, script: false, width: 1280 },
];

const HEADINGS =
  'Kỳ báo cáo;Cơ quan;Dịch vụ công;Tiếp nhận trực tuyến;Tiếp nhận trực tiếp, bưu chính;' +
  'Giải quyết trước hạn;Giải quyết đúng hạn;Giải quyết quá hạn';

describe.each(PLAYS)('month $month, scripts $script, $width px', ({ month, script, width }) => {
  const period = `2025-${String(month).padStart(2, '0')}`;
  const title = `Tháng ${month}/2025`;
  /** The first of the days on which the month is due, in Hanoi. */
  const morning = Date.parse(`2025-${String(month + 1).padStart(2, '0')}-03T09:00:00+07:00`);

  const opened: Watched[] = [];
  /** A browser of somebody's own, in which nobody is signed in, or somebody whose sign-in is not what is played. */
  const desk = async (person?: Person): Promise<Watched> => {
    const watched = await openPage(browser, { width, dark: false, script }, undefined, site.origin);
    const [name = '', value = ''] = person?.cookie.split('=') ?? [];
    if (person) await watched.page.context().addCookies([{ name, value, url: site.origin }]);
    // Publishing makes every page of a month that is kept for good.
    watched.page.setDefaultTimeout(90_000);
    opened.push(watched);
    return watched;
  };
  let reporter: Watched;
  let approver: Watched;
  let admin: Watched;
  let outsider: Watched;
  let leader: Watched;
  let anybody: Watched;
  beforeAll(async () => {
    site.clock.now = morning;
    admin = await desk(await site.person('admin'));
    leader = await desk(await site.person('leader'));
    outsider = await desk(await site.person('reporter', 'da-nang'));
    [reporter, approver, anybody] = [await desk(), await desk(), await desk()];
  });
  afterAll(async () => {
    for (const { close } of opened) await close();
  });

  let shots = 0;
  /** Looks at a page as a whole: in Vietnamese, no wider than the screen, nothing amiss; keeps a picture of it. */
  const look = async ({ page, complaints }: Watched, name: string): Promise<string> => {
    shots += 1;
    const number = String(shots).padStart(2, '0');
    const path = join(SHOTS, `${width}-${script ? 'scripts' : 'plain'}-${number}-${name}.png`);
    await page.screenshot({ path, fullPage: true });
    expect(await page.getAttribute('html', 'lang')).toBe('vi');
    expect(await wideParts(page)).toEqual([]);
    expect(complaints()).toEqual([]);
    return textOf(page, 'body');
  };
  const press = async (page: Page, name: string): Promise<void> => {
    await page.getByRole('button', { name, exact: true }).click();
    await page.waitForLoadState();
  };
  const follow = async (page: Page, name: string): Promise<void> => {
    await page.getByRole('main').getByRole('link', { name }).first().click();
    await page.waitForLoadState();
  };
  const fill = (page: Page, label: string, text: string): Promise<void> =>
    page.getByLabel(label, { exact: true }).fill(text);
  const heading = (page: Page): Promise<string> => textOf(page, 'h1');
  const dueOf = async (page: Page): Promise<string> =>
    (await page.getByRole('row', { name: title }).allInnerTexts()).join('\n');
  const pathOf = (page: Page): string => new URL(page.url()).pathname;
  const statusFor = (who: Watched, path: string): Promise<number> => who.visit(path);

  const emailOf = (role: string): string => `${role}.thang-${month}@hanoi.example.vn`;
  /** An admin invites; the invited follows the mailed link, chooses a password and signs in with it. */
  const invited = async ({ page }: Watched, role: 'reporter' | 'approver', name: string): Promise<void> => {
    await admin.visit('/admin/accounts');
    await fill(admin.page, 'Thư điện tử', emailOf(name));
    await admin.page.getByLabel('Vai trò').selectOption(role);
    await admin.page.getByLabel('Cơ quan').selectOption('ha-noi');
    await press(admin.page, 'Gửi lời mời');
    expect(await textOf(admin.page, '[role=status]')).toBe('Đã gửi lời mời.');
    const { text = '' } = mails.findLast(mail => mail.to === emailOf(name)) ?? {};
    await page.goto(site.origin + (/\/invitation\/[\w-]{43}/.exec(text)?.[0] ?? '/no-link'));
    await fill(page, 'Mật khẩu mới', PASSWORD);
    await fill(page, 'Nhập lại mật khẩu mới', PASSWORD);
    await press(page, 'Lưu mật khẩu');
    await signedIn(page, name);
  };
  const signedIn = async (page: Page, name: string): Promise<void> => {
    await fill(page, 'Thư điện tử', emailOf(name));
    await fill(page, 'Mật khẩu', PASSWORD);
    await press(page, 'Đăng nhập');
  };

  const fileOf = (online: number, name: string) => ({
    name,
    mimeType: 'text/csv',
    buffer: Buffer.from(
      `\ufeff${HEADINGS}\r\n${title};TP. Hà Nội;Đăng ký thường trú;${online};20;20;60;20\r\n`,
    ),
  });
  /** Hands a file in from the page of what there is to do; the address of its receipt. */
  const handedIn = async (watched: Watched, online: number, name: string, reason = ''): Promise<string> => {
    const { page } = watched;
    await watched.visit('/work');
    await follow(page, 'Nộp báo cáo');
    await page.getByLabel('Tệp', { exact: true }).setInputFiles(fileOf(online, name));
    await fill(page, 'Lý do sửa số liệu', reason);
    await press(page, 'Nộp và kiểm tra');
    await page.waitForURL(/\/submissions\/\d+$/);
    return pathOf(page);
  };
  const CONFIRM = 'Xác nhận, số liệu đúng như vậy';
  const APPROVE = 'Duyệt, cho số liệu có hiệu lực';

  let first = '';
  let second = '';
  let objection = '';

  it('the reporter signs in with a password and sees what is due', async () => {
    await invited(reporter, 'reporter', 'bao-cao');
    expect(pathOf(reporter.page)).toBe('/work');
    const text = await look(reporter, 'reporter-work');
    expect(await heading(reporter.page)).toBe('Việc của tôi');
    expect(text).toContain(emailOf('bao-cao'));
    const due = await dueOf(reporter.page);
    expect(due).toMatch(new RegExp(`05/${String(month + 1).padStart(2, '0')}/2025`));
    expect(due).toMatch(/0\/[1-9]\d/);
    expect(due).not.toContain('quá hạn');
    expect(text).toContain('Không có tệp nào đang chờ.');
  });

  it('a file with warnings waits for its sender, then for somebody else', async () => {
    const { page } = reporter;
    first = await handedIn(reporter, 85, 'số liệu <lần 1>.csv');
    const text = await look(reporter, 'receipt');
    expect(await heading(page)).toBe('Tệp không có lỗi, chờ người nộp xác nhận');
    expect(text).toContain('số liệu <lần 1>.csv');
    expect(text).toMatch(/\d+ điểm cần xem lại/);
    expect(text).toContain('của TP. Hà Nội: Đăng ký khai sinh.');
    await press(page, CONFIRM);
    expect(await heading(page)).toBe('Tệp đã nhận, chờ duyệt');
    expect(await look(reporter, 'receipt-confirmed')).toContain('xác nhận các điểm cần xem lại');
    expect(await page.getByRole('button', { name: APPROVE }).count()).toBe(0);
    const forged = await page.request.post(`${site.origin}${first}/approve`, { form: { shown: '' } });
    expect(forged.status()).toBe(403);
  });

  it('the approver takes the second step and gives the file back with a comment', async () => {
    const { page } = approver;
    await invited(approver, 'approver', 'duyet');
    const secret = (await textOf(page, 'code.spelled')).replaceAll(' ', '');
    const code = (): string => generateSync({ secret, epoch: Math.floor(site.clock.now / 1000) });
    await look(approver, 'second-factor');
    await fill(page, 'Mã sáu chữ số', code());
    await press(page, 'Tiếp tục');
    expect(await page.locator('ul.codes li').count()).toBe(10);
    await look(approver, 'recovery-codes');
    await press(page, 'Đăng xuất');
    // A code is taken once: the next one comes half a minute later.
    site.clock.now += 30_000;
    await approver.visit('/sign-in');
    await signedIn(page, 'duyet');
    expect(pathOf(page)).toBe('/sign-in/second-factor');
    await fill(page, 'Mã sáu chữ số', code());
    await press(page, 'Tiếp tục');
    expect(pathOf(page)).toBe('/work');
    expect(await look(approver, 'approver-work')).toContain('1 tệp chờ bạn duyệt');

    await follow(page, 'số liệu <lần 1>.csv');
    await look(approver, 'to-approve');
    await fill(
      page,
      'Ý kiến khi trả lại',
      'Số hồ sơ trực tuyến chưa trừ hồ sơ nộp trùng.\nĐề nghị kiểm tra lại.',
    );
    await press(page, 'Trả lại người nộp');
    expect(await heading(page)).toBe('Tệp bị trả lại');
    expect(await look(approver, 'returned')).toContain('Đề nghị kiểm tra lại.');
  });

  it('the reporter sees why, and sends a corrected file that the approver approves', async () => {
    await reporter.visit('/work');
    const text = await look(reporter, 'reporter-returned');
    expect(text).toContain('1 tệp bị trả lại để sửa');
    expect(text).toContain('Số hồ sơ trực tuyến chưa trừ hồ sơ nộp trùng.');
    second = await handedIn(reporter, 80, 'số liệu (lần 2).csv');
    await press(reporter.page, CONFIRM);
    await reporter.visit('/work');
    expect(await look(reporter, 'reporter-waiting')).toContain('1 tệp đang chờ người khác');
    await approver.visit('/work');
    await follow(approver.page, 'số liệu (lần 2).csv');
    expect(pathOf(approver.page)).toBe(second);
    await press(approver.page, APPROVE);
    expect(await heading(approver.page)).toBe('Tệp đã nhận và có hiệu lực');
    await look(approver, 'approved');
    await reporter.visit('/work');
    expect(await dueOf(reporter.page)).toMatch(/\s1\/[1-9]\d/);
  });

  it('an office of another province sees nothing of it, and nobody else does either', async () => {
    for (const path of [first, second, `/agencies/ha-noi?period=${period}`])
      expect([path, await statusFor(outsider, path)]).toEqual([path, 404]);
    expect(await look(outsider, 'outsider')).not.toContain('80,0%');
    await outsider.visit('/submissions');
    expect(await textOf(outsider.page, 'main')).not.toContain('.csv');
    await outsider.visit('/work');
    expect(await textOf(outsider.page, 'main')).toContain('Không có tệp nào đang chờ.');
    expect(await statusFor(anybody, `/agencies/ha-noi?period=${period}`)).toBe(404);
    await anybody.visit(second);
    expect(pathOf(anybody.page)).toBe('/sign-in');
  });

  it('the office sees its draft scorecard and objects to a figure', async () => {
    const { page } = reporter;
    await reporter.visit(second);
    await follow(page, 'Xem phiếu điểm của cơ quan');
    await follow(page, title);
    const text = await look(reporter, 'draft');
    expect(text).toContain('Bản nháp, chưa công bố.');
    // Received online, of all that were received: 80 of 100, and not 85 of 105.
    expect([text.includes('80,0%'), text.includes('81,0%')]).toEqual([true, false]);
    await page.getByRole('link', { name: 'Kiến nghị về số liệu này' }).click();
    await page.waitForLoadState();
    expect(await page.getByLabel('Kỳ', { exact: true }).inputValue()).toBe(period);
    expect(await page.getByLabel('Cơ quan').inputValue()).toBe('ha-noi');
    await page.getByLabel('Dịch vụ công', { exact: true }).selectOption('dk-thuong-tru');
    await page.getByLabel('Chỉ tiêu').selectOption('online_dossiers');
    await fill(page, 'Nội dung kiến nghị', 'Thiếu mười hồ sơ trực tuyến do trục trặc hệ thống.');
    await page.getByLabel('Tệp kèm theo').setInputFiles(fileOf(90, 'đối chiếu.csv'));
    await look(reporter, 'objecting');
    await press(page, 'Gửi kiến nghị');
    await page.waitForURL(/\/objections\/\d+$/);
    objection = pathOf(page);
    expect(await heading(page)).toContain('chưa trả lời');
    expect(await look(reporter, 'objection')).toContain('Thiếu mười hồ sơ trực tuyến do trục trặc hệ thống.');
    expect(await statusFor(outsider, objection)).toBe(404);
  });

  it('the leader publishes when the objection is answered, not before', async () => {
    await leader.visit('/work');
    expect(await look(leader, 'leader-work')).toContain(title);
    await leader.visit(`/months/${period}`);
    expect(await look(leader, 'month')).toContain('Kiến nghị chưa trả lời');
    expect(await leader.page.getByRole('button', { name: 'Công bố và đóng kỳ' }).count()).toBe(0);

    await admin.visit(`/months/${period}`);
    await follow(admin.page, 'Kiến nghị số');
    expect(pathOf(admin.page)).toBe(objection);
    await admin.page.getByLabel('không được chấp nhận').check();
    await fill(admin.page, 'Trả lời', 'Hệ thống đã ghi nhận đủ; mười hồ sơ này nộp trực tiếp.');
    await press(admin.page, 'Trả lời kiến nghị');
    expect(await look(admin, 'answered')).toContain('không được chấp nhận');
    await reporter.visit(objection);
    expect(await look(reporter, 'answer')).toContain(
      'Hệ thống đã ghi nhận đủ; mười hồ sơ này nộp trực tiếp.',
    );

    await leader.visit(`/months/${period}`);
    await press(leader.page, 'Công bố và đóng kỳ');
    expect(await textOf(leader.page, '[role=status]')).toBe('Kỳ này đã được công bố và chốt.');
    expect(await look(leader, 'published')).toContain('Các lần công bố');
  });

  it('everybody reads what was published', async () => {
    expect(await statusFor(anybody, `/agencies/ha-noi?period=${period}`)).toBe(200);
    const text = await look(anybody, 'public');
    expect(text).not.toContain('Bản nháp');
    expect(text).toContain('80,0%');
    await outsider.visit('/agencies/ha-noi');
    expect(await textOf(outsider.page, 'main')).toContain(title);
  });

  it('what was published is corrected with a reason that everybody reads', async () => {
    const reason = `Nhập nhầm số hồ sơ trực tuyến ${title.toLowerCase()}.`;
    await handedIn(reporter, 30, 'đính chính.csv');
    expect(await heading(reporter.page)).toBe('Tệp bị từ chối');
    await look(reporter, 'closed');
    const third = await handedIn(reporter, 30, 'đính chính.csv', reason);
    await press(reporter.page, CONFIRM);
    await approver.visit(third);
    expect(await look(approver, 'correction')).toContain(reason);
    await press(approver.page, APPROVE);
    expect(await heading(approver.page)).toBe('Tệp đã nhận và có hiệu lực');
    await anybody.visit(`/agencies/ha-noi?period=${period}`);
    const text = await look(anybody, 'corrected');
    expect(text).toContain('Đính chính sau khi công bố');
    expect(text).toContain(reason);
    // 30 of 50.
    expect(text).toContain('60,0%');
    expect(text).not.toContain(emailOf('bao-cao'));
  });
});
