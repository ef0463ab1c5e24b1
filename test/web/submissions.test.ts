/** Handing a file in: the form, a program, and everybody who may not. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { issueKey } from '../../src/accounts/keys.ts';
import { OPERATOR } from '../../src/kpi/access.ts';
import type { Person } from './people.ts';
import { NOW, openSite, returnOf, type Site } from './site.ts';

const GOOD = returnOf(['ha-noi 2025-07 dk-thuong-tru 70 30 20 60 5 50 10 5']);
const BAD = returnOf([
  'ha-noi 2025-07 dk-thuong-tru 70 30 20 60,5 5 50 10 5',
  'nowhere 2025-07 dk-thuong-tru 1 1 1 1 0 0 0 0',
]);
const JSON_PLEASE = { accept: 'application/json' };

let site: Site;
let reporter: Person;
let admin: Person;
beforeAll(async () => {
  site = await openSite({ filled: false });
  reporter = await site.person('reporter', 'ha-noi');
  admin = await site.person('admin');
});
afterAll(() => site.close());

function form(fields: Record<string, string>, bytes: Buffer | null, name = 'Báo cáo tháng 7.csv'): FormData {
  const data = new FormData();
  for (const [key, value] of Object.entries(fields)) data.set(key, value);
  if (bytes) data.set('file', new Blob([new Uint8Array(bytes)], { type: 'text/csv' }), name);
  return data;
}
const post = (
  body: FormData | Buffer | string,
  headers: Record<string, string> = {},
  query = '',
  who: Pick<Person, 'send'> = reporter,
) =>
  who.send(`/submissions${query}`, {
    method: 'POST',
    body: Buffer.isBuffer(body) ? new Uint8Array(body) : body,
    headers,
  });

describe('a file from the form', () => {
  it('leads the browser to its receipt', async () => {
    const sent = await post(form({ kind: 'monthly-return', lang: 'en' }, GOOD));
    expect(sent.status).toBe(303);
    const address = sent.headers.get('location') ?? '';
    expect(address).toMatch(/^\/submissions\/\d+\?lang=en$/);
    const page = await reporter.get(address);
    expect(page.status).toBe(200);
    expect(page.text).toContain('Báo cáo tháng 7.csv');
    const receipt = await reporter.get(address.replace('?', '.json?'));
    const read = { rows: 1, agency: 'ha-noi', period: '2025-07', sender: reporter.account.email };
    expect(receipt.json).toMatchObject({ status: 'accepted', awaits: 'confirmation', ...read });
    const shown = String(receipt.json.confirmation);
    const confirmed = await reporter.post(`/submissions/${receipt.json.id}/confirm`, { shown });
    expect([confirmed.status, confirmed.headers.get('location')]).toEqual([
      303,
      `/submissions/${receipt.json.id}`,
    ]);
    const after = await reporter.get(`/submissions/${receipt.json.id}.json`);
    expect(after.json).toMatchObject({ status: 'accepted', awaits: 'approval', ...read, approved_by: null });
  });

  it('sent again changes nothing and leads to the first receipt', async () => {
    const again = await post(form({ kind: 'monthly-return' }, GOOD));
    expect(again.headers.get('location')).toMatch(/^\/submissions\/\d+\?unchanged=1$/);
    expect((await post(form({}, GOOD), JSON_PLEASE)).json).toMatchObject({ status: 'unchanged' });
  });

  it('that is wrong is answered to a program with every problem and 422', async () => {
    const refused = await post(form({}, BAD), JSON_PLEASE);
    expect(refused.status).toBe(422);
    const problems = refused.json.problems as { row: number; column: string; code: string; remedy: string }[];
    expect(problems.map(p => [p.row, p.column, p.code])).toEqual([
      [2, 'resolved_on_time', 'not_a_whole_number'],
      [3, 'agency', 'unknown_agency'],
    ]);
    expect(problems.every(p => p.remedy.length > 10)).toBe(true);
  });

  it('that is missing brings the form back with what was filled in', async () => {
    const back = await post(form({ kind: 'service-status' }, null));
    expect([back.status, back.headers.get('content-type')]).toEqual([400, 'text/html; charset=utf-8']);
    expect(back.text).toContain('<form');
  });
});

describe('a program', () => {
  const csv = { ...JSON_PLEASE, 'content-type': 'text/csv; charset=utf-8' };

  it('sends the bytes alone with its key, month and agency in the address, and confirms by sending', async () => {
    const wish = { agency: 'da-nang-2025', kinds: null, days: 30 };
    const { key } = await issueKey(site.db, wish, { visitor: OPERATOR }, NOW);
    const program: Pick<Person, 'send'> = {
      send: async (path, init) => {
        const headers = { ...(init.headers as Record<string, string>), Authorization: `Bearer ${key}` };
        return site.send(path, { ...init, headers });
      },
    };
    const bytes = Buffer.from(
      'service,received_online,received_direct,resolved_early,resolved_on_time,resolved_late\ndk-tam-tru,5,5,1,1,0\n',
    );
    const query = '?kind=monthly-return&period=2025-07&agency=da-nang-2025';
    const sent = await post(bytes, csv, query, program);
    expect(sent.status).toBe(201);
    expect(sent.json).toMatchObject({
      status: 'accepted',
      awaits: 'approval',
      sender: expect.stringMatching(/^key \d+$/),
      agency: 'da-nang-2025',
      period: '2025-07',
      rows: 1,
    });
    const read_as = { encoding: 'utf-8', delimiter: ',' };
    expect(sent.json).toMatchObject({ read_as, problems: [] });
    expect(sent.json.warning_count).toBeGreaterThan(0);
    const again = await post(bytes, csv, query, program);
    expect([again.status, again.json.id, again.json.status]).toEqual([200, sent.json.id, 'unchanged']);
  });

  it.each(['application/xml', 'application/vnd.ms-excel'])('is told that %s is not taken', async type => {
    const sent = await post('[]', { 'content-type': type });
    expect([sent.status, sent.headers.get('content-type')]).toEqual([
      415,
      'application/problem+json; charset=utf-8',
    ]);
  });

  it('is told which parameter is wrong', async () => {
    expect((await post(GOOD, csv, '?kind=poem')).json).toMatchObject({ status: 400, parameter: 'kind' });
    expect((await post(GOOD, csv, '?kind=milestones&kind=milestones')).json).toMatchObject({
      parameter: 'kind',
    });
    expect((await post(Buffer.alloc(0), csv)).json).toMatchObject({ status: 400, parameter: 'file' });
  });

  it('is told when the file is too large, in either form', async () => {
    const large = Buffer.alloc(25 * 1024 * 1024 + 1, 'x').fill('PK\x03\x04', 0, 4);
    expect((await post(large, csv)).json).toMatchObject({ status: 413 });
    expect((await post(form({}, large), JSON_PLEASE)).json).toMatchObject({ status: 413 });
  });
});

describe('who may not hand in', () => {
  it('a page of another site', async () => {
    for (const headers of [
      { 'sec-fetch-site': 'cross-site' },
      { origin: 'http://evil.example' },
      { origin: 'null' },
    ]) {
      expect((await post(form({}, GOOD), { ...JSON_PLEASE, ...headers })).status).toBe(403);
    }
    expect((await post(form({}, GOOD), { ...JSON_PLEASE, origin: site.origin })).status).toBe(200);
  });

  it('anybody who is not signed in, or may never send anything', async () => {
    const nobody = { send: site.send } as unknown as Person;
    expect((await post(form({}, GOOD), JSON_PLEASE, '', nobody)).status).toBe(401);
    const page = await post(form({}, GOOD), { accept: 'text/html' }, '', nobody);
    expect([page.status, page.headers.get('location')]).toEqual([303, '/sign-in']);
    const leader = await site.person('leader');
    expect((await post(form({}, GOOD), JSON_PLEASE, '', leader)).status).toBe(403);
    expect((await leader.get('/submissions/new')).status).toBe(403);
  });

  it('a program with a key that is none', async () => {
    const refused = await site.send('/submissions', {
      ...{ method: 'POST', body: new Uint8Array(GOOD) },
      headers: { 'content-type': 'text/csv', authorization: 'Bearer tt_nothing' },
    });
    expect(refused.status).toBe(401);
  });
});

describe('a receipt', () => {
  it.each(['0', '999999', 'abc', '1e3', '99999999999999999999'])('of number %s is not there', async id => {
    expect((await admin.get(`/submissions/${id}.json`)).status).toBe(404);
    expect((await admin.get(`/submissions/${id}`)).status).toBe(404);
  });
});
