/** Files with warnings wait on the page until their sender confirms them; files that are only tried leave nothing. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Receipt } from '../../src/intake/receipt.ts';
import { publishMonth } from '../../src/store/months.ts';
import type { SubmissionList } from '../../src/web/pages/submission-list.ts';
import { bytesOf, goodRow, sent, sheet, standing, submissionsOf } from '../intake/sheets.ts';
import { recount } from '../store/recount.ts';
import { type Answer, NOW, openSite, type Site } from './small-world.ts';

const FORM = { Accept: 'text/html', 'Content-Type': 'application/x-www-form-urlencoded' };
const MACHINE = { Accept: 'application/json', 'Content-Type': 'text/csv' };

/** The site as an admin asks it who sends, and the one who approves. */
let site: Site;
let second: Site;
let stranger: Site;
beforeAll(async () => {
  stranger = await openSite();
  site = stranger.as(await stranger.person('admin'));
  second = stranger.as(await stranger.person('admin'));
});
afterAll(() => site.close());

/** A return of one service: the others of the agency are missing, which is a warning. */
const fileOf = (agency: string, period: string, change = {}): Buffer =>
  sheet([goodRow({ agency, period, ...change })]);

/** Hands a file in on the page; gives its receipt, which waits. */
async function handIn(bytes: Buffer, fields: Record<string, string> = {}): Promise<Receipt> {
  const { status, headers } = await site.form(fields, { name: 'báo cáo.csv', bytes });
  expect(status).toBe(303);
  return site.json<Receipt>(`${String(headers.location).replace(/\?.*/, '')}.json`);
}
const decide = (receipt: Receipt, what: string, shown = receipt.confirmation): Promise<Answer> =>
  site.ask('POST', `/submissions/${receipt.id}/${what}`, FORM, `shown=${shown}`);
const approve = (receipt: Receipt, shown = receipt.confirmation): Promise<Answer> =>
  second.ask('POST', `/submissions/${receipt.id}/approve`, FORM, `shown=${shown}`);
const again = ({ id }: Receipt): Promise<Receipt> => site.json<Receipt>(`/submissions/${id}.json`);

describe('a file with warnings on the page', () => {
  it('waits, with nothing current, and shows each warning with two ways on', async () => {
    const before = await standing(site.db);
    const waiting = await handIn(fileOf('ha-noi', '2022-09'));
    expect(waiting).toMatchObject({ status: 'accepted', approved_by: null, problems: [] });
    expect(waiting.warning_count).toBeGreaterThan(0);
    expect(await standing(site.db)).toBe(before);
    for (const lang of ['', '?lang=en']) {
      const { text } = await site.get(`/submissions/${waiting.id}${lang}`);
      for (const what of ['confirm', 'withdraw'])
        expect(text).toContain(`formaction="/submissions/${waiting.id}/${what}${lang}"`);
      expect(text).not.toContain('/approve');
      expect(text).toContain('service_missing');
    }
  });

  it('counts once it is confirmed and approved, with what was stated beside it, from the bytes as they were sent', async () => {
    const { period: _, agency: __, ...row } = goodRow();
    const bytes = sheet([row]);
    const waiting = await handIn(bytes, { period: '2022-09', agency: 'da-nang' });
    const confirmed = await decide(waiting, 'confirm');
    expect([confirmed.status, confirmed.headers.location]).toEqual([303, `/submissions/${waiting.id}`]);
    expect(await again(waiting)).toMatchObject({ status: 'accepted', awaits: 'approval' });
    expect((await approve(waiting)).headers.location).toBe(`/submissions/${waiting.id}`);
    expect(await again(waiting)).toMatchObject({
      status: 'approved',
      approved_by: expect.stringMatching(/^admin2/),
      reviews: [{ what: 'confirmed' }, { what: 'approved' }],
      agency: 'da-nang',
      period: '2022-09',
      confirmation: null,
      warnings: waiting.warnings,
    });
    expect(await bytesOf(site.db, waiting.id)).toEqual(bytes);
    expect((await recount(site.db, null)).differences).toEqual([]);
  });

  it('is withdrawn for good, whatever an old form says later', async () => {
    const before = await standing(site.db);
    const waiting = await handIn(fileOf('can-tho', '2022-09'));
    expect((await decide(waiting, 'withdraw')).status).toBe(303);
    expect((await decide(waiting, 'confirm')).status).toBe(303);
    expect(await again(waiting)).toMatchObject({ status: 'returned', approved_by: null });
    expect(await standing(site.db)).toBe(before);
  });

  it('confirmed twice, and withdrawn too late, counts once', async () => {
    const waiting = await handIn(fileOf('thua-thien-hue', '2022-09'));
    await decide(waiting, 'confirm');
    await approve(waiting);
    const after = await standing(site.db);
    for (const what of ['confirm', 'withdraw', 'confirm'])
      expect((await decide(waiting, what)).headers.location).toBe(`/submissions/${waiting.id}?decided=1`);
    expect((await approve(waiting)).headers.location).toMatch(/decided=1$/);
    expect(await again(waiting)).toMatchObject({ status: 'approved', reviews: { length: 2 } });
    expect(await standing(site.db)).toBe(after);
  });

  it('is shown again when its warnings are others by now, and is refused when there are problems', async () => {
    const waiting = await handIn(fileOf('cao-bang', '2022-09', { service: 'dk-khai-tu' }));
    // A return of the month before comes in meanwhile, whose pending figures do not go on in this one.
    const earlier = goodRow({
      agency: 'cao-bang',
      period: '2022-08',
      service: 'dk-khai-tu',
      pending_on_time: 5,
      pending_overdue: 15,
    });
    await sent(site.db, sheet([{ ...earlier, carried_over: 10 }]), { reason: 'Nộp bổ sung' }, NOW);
    await sent(site.db, sheet([{ ...earlier, service: 'dk-ket-hon', period: '2022-09' }]), {}, NOW);
    const before = await standing(site.db);
    expect((await approve(waiting)).headers.location).toMatch(/decided=1$/);
    expect((await decide(waiting, 'confirm')).headers.location).toBe(`/submissions/${waiting.id}`);
    const asked = await approve(waiting);
    expect(asked.headers.location).toBe(`/submissions/${waiting.id}?asked=1`);
    expect((await second.get(String(asked.headers.location))).text).toContain('role="alert"');
    const fresh = await again(waiting);
    expect(fresh.status).toBe('accepted');
    expect(fresh.confirmation).not.toBe(waiting.confirmation);
    expect(fresh.warnings).not.toEqual(waiting.warnings);
    expect(await standing(site.db)).toBe(before);
    // A form that still shows the old ones is asked as well; the one with the new ones is taken at its word.
    expect((await approve(waiting)).headers.location).toMatch(/asked=1$/);
    await publishMonth(site.db, '2022-09', 'operator');
    await approve(fresh);
    const refused = await again(waiting);
    expect([refused.status, refused.problems.map(p => p.code)]).toEqual(['refused', ['closed_period']]);
    expect(await standing(site.db)).toBe(before);
  });

  it('is confirmed by a program that sends it, which gets the warnings listed', async () => {
    const { status, text } = await site.ask(
      'POST',
      '/submissions',
      MACHINE,
      fileOf('thua-thien-hue', '2022-10'),
    );
    expect(status).toBe(201);
    expect(JSON.parse(text)).toMatchObject({ status: 'accepted', awaits: 'approval' });
    expect(JSON.parse(text).warning_count).toBeGreaterThan(0);
  });
});

describe('a file that is only tried', () => {
  it.each([
    ['without problems', fileOf('can-tho', '2022-10'), 200, 'accepted'],
    ['with a problem', fileOf('can-tho', '2022-10', { ratings: 1, satisfied: 2 }), 422, 'refused'],
  ])('%s is answered with its receipt and leaves nothing', async (_, bytes, status, state) => {
    const before = [await standing(site.db), await submissionsOf(site.db)];
    const program = await site.ask('POST', '/submissions?dry_run=true', MACHINE, bytes);
    expect([program.status, JSON.parse(program.text)]).toEqual([
      status,
      expect.objectContaining({ id: null, status: state, rows: 1 }),
    ]);
    const page = await site.form({ dry_run: 'true' }, { name: 'a.csv', bytes });
    expect(page.status).toBe(status);
    expect(page.text).toContain('Đây chỉ là kiểm tra thử: chưa có gì được lưu hay thay đổi.');
    expect(page.text).not.toContain('/confirm');
    expect([await standing(site.db), await submissionsOf(site.db)]).toEqual(before);
  });

  it('says which parameter means nothing', async () => {
    const told = await site.ask('POST', '/submissions?dry_run=maybe', MACHINE, 'x');
    expect(JSON.parse(told.text)).toMatchObject({ status: 400, parameter: 'dry_run' });
  });
});

describe('the list of submissions', () => {
  it('shows the newest first, page by page, each with its state and its receipt', async () => {
    for (let i = 0; i < 31; i++) await site.ask('POST', '/submissions', MACHINE, `period,x${i}\n1,2\n`);
    const first = await site.json<SubmissionList>('/submissions.json');
    const ids = first.submissions.map(s => Number(s.id));
    expect(ids).toEqual([...ids].sort((a, b) => b - a));
    expect(ids).toHaveLength(30);
    const second = await site.json<SubmissionList>(`/submissions.json?before=${first.older}`);
    expect(Number(second.submissions[0]?.id)).toBeLessThan(Number(first.older));
    const states = new Set(second.submissions.map(s => s.status));
    expect([...states]).toEqual(expect.arrayContaining(['approved', 'returned', 'refused', 'accepted']));
    const { text } = await site.get(`/submissions?before=${first.older}&lang=en`);
    expect(text).toContain('withdrawn');
    expect(text).toContain(`/submissions/${second.submissions[0]?.id}`);
    expect((await site.get('/submissions?before=x')).status).toBe(400);
  });

  it('is for nobody who is not signed in, and neither is any decision', async () => {
    for (const path of ['/submissions', '/submissions.json'])
      expect((await stranger.get(path, { Accept: 'application/json' })).status).toBe(401);
    for (const what of ['confirm', 'approve', 'return', 'withdraw']) {
      const address = `/submissions/1/${what}`;
      expect((await stranger.ask('POST', address, FORM, '')).headers.location).toBe('/sign-in');
      const crossed = { ...FORM, Origin: 'http://evil.example' };
      expect((await site.ask('POST', address, crossed, '')).status).toBe(403);
      expect((await site.ask('POST', `/submissions/999999/${what}`, FORM, '')).status).toBe(404);
      expect((await site.get(address)).status).toBe(405);
    }
  });
});
