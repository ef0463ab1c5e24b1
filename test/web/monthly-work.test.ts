/** The monthly work of an office: two people, one decision, what is due, and who may still report late. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Receipt } from '../../src/intake/receipt.ts';
import { publishMonth } from '../../src/store/months.ts';
import type { WorkDoc } from '../../src/web/pages/work.ts';
import { goodRow, sent, sheet, standing } from '../intake/sheets.ts';
import { recount } from '../store/recount.ts';
import type { Person, PersonAnswer } from './people.ts';
import { NOW, openSite, RETURNS, type Site } from './small-world.ts';
import { approved } from './two-people.ts';

let site: Site;
let reporter: Person;
let approver: Person;
let outsider: Person;
let leader: Person;
let admin: Person;
beforeAll(async () => {
  site = await openSite();
  reporter = await site.person('reporter', 'ha-noi');
  approver = await site.person('approver', 'ha-noi');
  outsider = await site.person('approver', 'da-nang');
  leader = await site.person('leader');
  admin = await site.person('admin');
});
afterAll(() => site.close());

const fileOf = (change = {}): Buffer => sheet([goodRow({ agency: 'ha-noi', period: '2022-09', ...change })]);
const MACHINE = { Accept: 'application/json' };

/** Sends a file as a program does, which confirms by sending. */
async function send(who: Person, bytes: Buffer, query = ''): Promise<PersonAnswer> {
  const headers = { ...MACHINE, 'Content-Type': 'text/csv' };
  return who.send(`/submissions${query}`, { method: 'POST', headers, body: new Uint8Array(bytes) });
}
const receiptOf = async (who: Person, id: unknown): Promise<Receipt> =>
  (await who.get(`/submissions/${id}.json`)).json as unknown as Receipt;
const decide = (who: Person, id: unknown, what: string, form = {}): Promise<PersonAnswer> =>
  who.send(`/submissions/${id}/${what}`, {
    method: 'POST',
    headers: MACHINE,
    body: new URLSearchParams(form),
  });
const workOf = async (who: Person): Promise<WorkDoc> =>
  (await who.get('/work.json')).json as unknown as WorkDoc;

describe('a file of an office', () => {
  it('can be had as it was received, byte for byte, under a name that does no harm', async () => {
    const bytes = fileOf({ unit: 'Phường <b>Bến Nghé</b>', period: '2022-09' });
    const name = '../../thang 9"\r\nSet-Cookie: a=b; <script>.csv';
    const { id } = await sent(site.db, bytes, { fileName: name, agency: 'ha-noi' });
    const { status, text, headers } = await approver.get(`/submissions/${id}/file`);
    expect([status, text]).toEqual([200, bytes.toString('utf8')]);
    expect(headers.get('content-disposition')).toMatch(
      /^attachment; filename="([^"\\/\r\n]|\\")*"; filename\*=UTF-8''[\w%.-]*$/,
    );
    expect([
      headers.get('content-type'),
      headers.get('content-security-policy'),
      headers.get('set-cookie'),
    ]).toEqual(['application/octet-stream', "default-src 'none'; sandbox", null]);
    const head = await approver.send(`/submissions/${id}/file`, { method: 'HEAD' });
    expect([head.status, head.text]).toEqual([200, '']);
    expect((await fetch(`${site.address}/submissions/${id}/file`, { redirect: 'manual' })).status).toBe(303);
  });

  it('counts when a second person of the office approves it, and is seen by nobody else', async () => {
    const before = await standing(site.db);
    const { status, json } = await send(reporter, fileOf());
    expect([status, json.status, json.awaits]).toEqual([201, 'accepted', 'approval']);
    expect(await standing(site.db)).toBe(before);
    expect((await receiptOf(approver, json.id)).status).toBe('accepted');
    expect((await leader.get(`/submissions/${json.id}`)).status).toBe(200);
    for (const path of ['', '.json', '/problems.csv', '/file'])
      expect((await outsider.get(`/submissions/${json.id}${path}`)).status).toBe(404);
    for (const what of ['approve', 'return', 'withdraw', 'confirm'])
      expect((await decide(outsider, json.id, what, { comment: 'x' })).status).toBe(404);
    const done = await approved(approver, json);
    expect([done.status, done.json.status, done.json.approved_by]).toEqual([
      200,
      'approved',
      approver.account.email,
    ]);
    expect((await recount(site.db, null)).differences).toEqual([]);
  });

  it('of another office is refused row by row, and stays with whoever sent it', async () => {
    const { status, json } = await send(reporter, fileOf({ agency: 'da-nang' }));
    expect([status, (json.problems as { code: string }[]).map(p => p.code)]).toEqual([422, ['out_of_scope']]);
    expect((await outsider.get(`/submissions/${json.id}`)).status).toBe(404);
    expect((await approver.get(`/submissions/${json.id}`)).status).toBe(200);
  });

  it('of a kind that is an admin’s is refused whatever it holds', async () => {
    const { status, json } = await send(
      reporter,
      Buffer.from('agency_code,alias\nha-noi,Thăng Long\n'),
      '?kind=catalogue',
    );
    expect([status, json.problems]).toMatchObject([422, [{ code: 'out_of_scope', value: 'catalogue' }]]);
  });

  it('is never approved by its sender, in one tab or in many, by page or by program', async () => {
    const { json } = await send(approver, fileOf({ ratings: 26 }));
    const shown = String(json.confirmation);
    const before = await standing(site.db);
    const answers = await Promise.all([
      ...Array.from({ length: 4 }, () => decide(approver, json.id, 'approve', { shown })),
      ...Array.from({ length: 4 }, () => approver.post(`/submissions/${json.id}/approve`, { shown })),
    ]);
    expect(answers.map(a => a.status)).toEqual(answers.map(() => 403));
    // A reporter approves nothing, nor does an admin for an office.
    expect((await decide(reporter, json.id, 'approve', { shown })).status).toBe(403);
    expect((await decide(admin, json.id, 'approve', { shown })).status).toBe(403);
    expect((await decide(leader, json.id, 'approve', { shown })).status).toBe(403);
    expect(await standing(site.db)).toBe(before);
    expect((await decide(approver, json.id, 'withdraw')).status).toBe(200);
  });

  it('approved, returned and withdrawn by many at once is decided once, and the others are told', async () => {
    const second = await site.person('approver', 'ha-noi');
    const { json } = await send(reporter, fileOf({ ratings: 27, service: 'dk-ket-hon' }));
    const shown = String(json.confirmation);
    const answers = await Promise.all([
      ...[approver, second, approver, second].map(who => decide(who, json.id, 'approve', { shown })),
      decide(second, json.id, 'return', { comment: 'Xem lại' }),
      decide(reporter, json.id, 'withdraw'),
    ]);
    expect(answers.map(a => a.status).sort()).toEqual([200, 409, 409, 409, 409, 409]);
    const { status, reviews } = await receiptOf(reporter, json.id);
    expect([['approved'], ['returned'], ['withdrawn']]).toContainEqual(reviews.map(r => r.what));
    const posted = await site.db
      .selectFrom('postings')
      .select('id')
      .where('submission_id', '=', Number(json.id))
      .execute();
    expect(posted).toHaveLength(status === 'approved' ? 1 : 0);
    expect((await recount(site.db, null)).differences).toEqual([]);
  });

  it('sent by two clicks at once waits once', async () => {
    const answers = await Promise.all([1, 2, 3].map(() => send(reporter, fileOf({ ratings: 28 }))));
    expect(new Set(answers.map(a => a.json.id)).size).toBe(1);
    expect(answers.map(a => a.json.status).sort()).toEqual(['accepted', 'unchanged', 'unchanged']);
    await decide(reporter, answers[0]?.json.id, 'withdraw');
  });

  it('goes back with a comment, which must be there and is shown as text', async () => {
    const { json } = await send(reporter, fileOf({ ratings: 29 }));
    expect((await decide(approver, json.id, 'return', { comment: ' ' })).json).toMatchObject({
      status: 400,
      parameter: 'comment',
    });
    const comment = 'Số hồ sơ <b>chưa khớp</b>';
    expect((await decide(approver, json.id, 'return', { comment })).status).toBe(200);
    expect(await receiptOf(reporter, json.id)).toMatchObject({
      status: 'returned',
      reviews: [{ what: 'returned', who: approver.account.email, comment }],
    });
    // Of those who decided at once before, the one who returned may have been first.
    const { returned } = await workOf(reporter);
    expect(returned.filter(r => r.comment !== 'Xem lại')).toMatchObject([{ id: json.id, comment }]);
    const { text } = await reporter.get('/work');
    expect(text).toContain('Số hồ sơ &lt;b&gt;chưa khớp&lt;/b&gt;');
    // Once a mended one waits, the returned one is no work any more.
    const mended = await send(reporter, fileOf({ ratings: 30 }));
    expect((await workOf(reporter)).returned).toEqual([]);
    expect((await workOf(approver)).approve.map(s => s.id)).toEqual([mended.json.id]);
    expect((await workOf(reporter)).waiting.map(s => s.id)).toEqual([mended.json.id]);
    await approved(approver, mended.json);
    expect((await workOf(approver)).approve).toEqual([]);
  });
});

describe('my work', () => {
  it('names what an office owes in its open months, by when, and what is late', async () => {
    const { owed, progress } = await workOf(reporter);
    expect(progress).toEqual([]);
    expect(owed.map(o => [o.month, o.deadline, o.late])).toEqual([
      // The deadline of October is over on 10 November.
      ['2022-10', '2022-11-06T00:00:00.000+07:00', true],
      ['2022-09', '2022-10-06T00:00:00.000+07:00', true],
    ]);
    expect(owed[0]?.received).toBe(1);
    expect(owed[0]?.missing).not.toContain('dk-khai-sinh');
    expect(owed[0]?.missing).toContain('dk-khai-tu');
    const all = await workOf(leader);
    expect(all.owed).toEqual([]);
    expect(all.progress.map(p => p.month)).toEqual(['2022-10', '2022-09']);
    expect(all.approve).toEqual([]);
  });

  it('is for people who are signed in, in both languages', async () => {
    expect((await site.get('/work', { Accept: 'text/html' })).headers.location).toBe('/sign-in?to=%2Fwork');
    expect((await site.get('/work.json')).status).toBe(401);
    for (const who of [reporter, approver, leader, admin])
      for (const lang of ['vi', 'en']) expect((await who.get(`/work?lang=${lang}`)).status).toBe(200);
  });
});

describe('a closed month', () => {
  it('takes an office’s file without a reason of its own as long as a late entry holds, and says why', async () => {
    const changed = sheet([{ ...RETURNS[0], ratings: 1, satisfied: 1 }]);
    const codes = async () => (await send(reporter, changed)).json.problems;
    expect(await codes()).toMatchObject([{ code: 'closed_period' }]);
    const form = {
      agency: 'ha-noi',
      period: '2022-07',
      until: '2022-11-11',
      reason: 'Nhập nhầm số đánh giá',
    };
    for (const who of [reporter, leader])
      expect((await who.post('/admin/late-entries', form)).status).toBe(403);
    expect((await admin.post('/admin/late-entries', { ...form, until: '2022-11-09' })).status).toBe(400);
    expect((await admin.post('/admin/late-entries', { ...form, agency: 'da-nang' })).status).toBe(303);
    expect(await codes()).toMatchObject([{ code: 'closed_period' }]);
    expect((await admin.post('/admin/late-entries', form)).headers.get('location')).toMatch(/done=granted$/);
    expect((await workOf(reporter)).late_entries).toMatchObject([{ month: '2022-07', until: '2022-11-11' }]);
    expect((await reporter.get('/work')).text).toContain('Nhập nhầm số đánh giá');
    const { json } = await send(reporter, changed);
    expect(json).toMatchObject({ status: 'accepted', reason: form.reason });
    expect((await approved(approver, json)).json).toMatchObject({ status: 'approved', reason: form.reason });
    const page = (await admin.get('/admin/late-entries')).text;
    const [, end = ''] = /action="(\/admin\/late-entries\/\d+\/end)"/.exec(page) ?? [];
    expect((await admin.post(end)).headers.get('location')).toMatch(/done=ended$/);
    const again = sheet([{ ...RETURNS[0], ratings: 2, satisfied: 1 }]);
    expect((await send(reporter, again)).json.problems).toMatchObject([{ code: 'closed_period' }]);
  });
});

describe('a deadline', () => {
  it('is set from a month on by an admin alone, and moves what is late', async () => {
    expect((await approver.post('/admin/deadlines', { from: '2022-10', day: '12' })).status).toBe(403);
    expect((await admin.post('/admin/deadlines', { from: '2022-10', day: '31' })).status).toBe(400);
    const set = await admin.post('/admin/deadlines', { from: '2022-10', day: '12' });
    expect([set.status, set.headers.get('location')]).toEqual([303, '/admin/deadlines?done=1']);
    expect((await workOf(reporter)).owed.map(o => [o.month, o.deadline, o.late])).toEqual([
      ['2022-10', '2022-11-13T00:00:00.000+07:00', false],
      ['2022-09', '2022-10-06T00:00:00.000+07:00', true],
    ]);
    expect((await admin.get('/admin/deadlines')).text).toContain('30/09/2022');
    // A published month moves only with a reason.
    expect((await admin.post('/admin/deadlines', { from: '2022-08', day: '9' })).status).toBe(422);
  });
});

describe('publishing', () => {
  it('closes a month to what waits for it', async () => {
    const { json } = await send(reporter, fileOf({ ratings: 31 }));
    await sent(site.db, sheet([goodRow({ agency: 'can-tho', period: '2022-09' })]), {}, NOW);
    await publishMonth(site.db, '2022-09', 'operator');
    const answer = await approved(approver, json);
    expect([answer.status, answer.json.status]).toEqual([422, 'refused']);
  });
});
