/** Every form, right but for one field that is hostile: never an error, never run, and it takes what it asks for alone. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import pino from 'pino';
import { issueKey } from '../../src/accounts/keys.ts';
import { OPERATOR } from '../../src/kpi/access.ts';
import { render } from '../../src/render.ts';
import { createApp } from '../../src/web/app.ts';
import { type Person, SETTLED } from './people.ts';
import { routesOf } from './routes.ts';
import { NOW, openSite, returnOf, type Site } from './site.ts';

const MARK = '<script>alert(1)</script>';
const HOSTILE = [
  `"'><img src=x onerror=alert(1)>${MARK}'; drop table audit; --`,
  'a\u0000b',
  '99999999999999999999',
  '-1',
  '__proto__',
  '\u202e\ud7ff\uffff',
  'x'.repeat(9_000),
  '',
];

const PASSWORDS = { password: 'bốn con ngựa ô', again: 'bốn con ngựa ô' };
const NOW_SHOWN = 'as the page shows it';
const TOKEN = 'x'.repeat(43);
/** A form of each address that takes one, filled in as somebody would who means it. */
const FORMS: [string, string, Record<string, string>][] = [
  ['/sign-in', '', { email: 'ai@co-quan.example', password: 'sai', to: '/work' }],
  ['/sign-in/second-factor', '', { code: '000000', to: '/work' }],
  ['/reset', '', { email: 'ai@co-quan.example' }],
  ['/reset/:token', TOKEN, PASSWORDS],
  ['/invitation/:token', TOKEN, PASSWORDS],
  ['/account/password', '', { current: 'sai', ...PASSWORDS }],
  ['/account/second-factor', '', { proof: '000000' }],
  ['/account/recovery-codes', '', { code: '000000' }],
  ['/account/sessions', '', {}],
  ['/admin/accounts', '', { email: 'moi@co-quan.example', role: 'reporter', agency: 'ha-noi' }],
  ['/admin/accounts/:id/disable', 'account', {}],
  ['/admin/accounts/:id/restart', 'account', {}],
  ['/admin/deadlines', '', { from: '2025-08', day: '12', reason: 'Nghỉ lễ' }],
  [
    '/admin/late-entries',
    '',
    { agency: 'ha-noi', period: '2025-07', until: '2025-08-25', reason: 'Mất điện' },
  ],
  ['/admin/late-entries/:id/end', 'late', {}],
  ['/admin/keys', '', { agency: 'ha-noi', days: '30', 'kind_monthly-return': 'on' }],
  ['/admin/keys/:id/revoke', 'key', {}],
  ['/admin/audit/erase', '', { account: '999999' }],
  [
    '/submissions',
    '',
    {
      kind: 'monthly-return',
      period: '2025-08',
      agency: 'ha-noi',
      reason: 'Sửa',
      dry_run: 'true',
      lang: 'vi',
    },
  ],
  ['/submissions/:id/confirm', 'file', { shown: 'x' }],
  ['/submissions/:id/approve', 'file', { shown: 'x' }],
  ['/submissions/:id/return', 'file', { comment: 'Thiếu một xã' }],
  ['/submissions/:id/withdraw', 'file', {}],
  [
    '/objections',
    '',
    {
      agency: 'ha-noi',
      period: '2025-08',
      service: 'dk-thuong-tru',
      indicator: 'on_time',
      text: 'Thiếu một xã',
    },
  ],
  ['/objections/:id/answer', 'objection', { verdict: 'rejected', answer: 'Đúng như biểu đã nộp.' }],
  ['/objections/:id/withdraw', 'objection', {}],
  ['/months/:period/overrule', '2025-08', { reason: 'Đã trả lời bằng văn bản', shown: NOW_SHOWN }],
  ['/months/:period/publish', '2025-09', { shown: 'x' }],
  ['/months/:period/reopen', '2025-07', { reason: 'Hà Nội gửi lại', edition: '1' }],
  ['/sign-out', '', {}],
];

let site: Site;
let admin: Person;
let reporter: Person;
let approver: Person;
/** What names stand for in an address: a new one each time, so that no form comes too late for it. */
let made: Record<string, () => Promise<string>>;
beforeAll(async () => {
  site = await openSite({ filled: true });
  [reporter, approver] = [await site.person('reporter', 'ha-noi'), await site.person('approver', 'ha-noi')];
  admin = await site.person('admin');
  let count = 100;
  const another = (): number => {
    count += 1;
    return count;
  };
  made = {
    account: async () => (await site.person('reporter', 'da-nang')).account.id,
    key: async () =>
      (await issueKey(site.db, { agency: 'ha-noi', kinds: null, days: 1 }, { visitor: OPERATOR }, NOW)).id,
    late: async () => '1',
    file: async () =>
      String((await filed(returnOf([`ha-noi 2025-08 dk-khai-sinh ${another()} 0 0 1 0 1 1 0`]))).id),
    objection: async () => {
      const form = {
        agency: 'ha-noi',
        period: '2025-08',
        service: '',
        indicator: '',
        text: `Lần ${another()}`,
      };
      return (await reporter.post('/objections', form)).headers.get('location')?.split('/').at(-1) ?? '';
    },
  };
});
afterAll(() => site.close());

const FILE = returnOf(['ha-noi 2025-08 dk-khai-sinh 7 0 0 1 0 1 1 0']);

function multipart(bytes: Buffer, fields: Record<string, string>): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  form.set('file', new Blob([new Uint8Array(bytes)], { type: 'text/csv' }), 'a.csv');
  return form;
}

async function filed(bytes: Buffer, fields: Record<string, string> = {}): Promise<Record<string, unknown>> {
  const [body, headers] = [multipart(bytes, fields), { Accept: 'application/json' }];
  return (await reporter.send('/submissions', { method: 'POST', headers, body })).json;
}

function expectHarmless(address: string, { status, text }: { status: number; text: string }): void {
  expect([address, status < 500]).toEqual([address, true]);
  expect([address, text.includes(MARK), text.includes('<img src=x')]).toEqual([address, false, false]);
}

it('has a form for every address that takes one', () => {
  const app = createApp({ ...SETTLED, db: site.db, now: () => NOW, log: pino({ level: 'silent' }), render });
  const posts = routesOf(app).filter(r => r.methods.has('POST'));
  expect(FORMS.map(([path]) => path).sort()).toEqual([...new Set(posts.map(r => r.path))].sort());
});

const shownOn = async (path: string): Promise<string> =>
  /name="shown" value="([^"]*)"/.exec((await admin.get(path)).text)?.[1] ?? 'nothing shown';

/** Who may fill in a form: of those of an office, the one whose work it is. */
const whoFills = (path: string): Person =>
  /^\/submissions.*(approve|return)$/.test(path)
    ? approver
    : /^\/(submissions|objections(?!.*answer))/.test(path)
      ? reporter
      : admin;

it.each(FORMS.filter(([, , form]) => Object.keys(form).length > 0))(
  '%s takes no field for more than a text',
  async (path, given, form) => {
    const who = whoFills(path);
    for (const name of Object.keys(form)) {
      for (const value of HOSTILE) {
        const address = path.replace(/:\w+/, (await made[given]?.()) ?? given);
        // What a page shows must come back as it was shown.
        const shown = form.shown === NOW_SHOWN ? { shown: await shownOn('/months/2025-08') } : {};
        const fields = { ...form, ...shown, [name]: value };
        const body = path === '/submissions' ? multipart(FILE, fields) : new URLSearchParams(fields);
        const answer = await who.send(address, { method: 'POST', body });
        expectHarmless(`${address} ${name}=${value.slice(0, 40)}`, answer);
      }
    }
  },
);

it('what was taken from forms is shown as text, wherever it is shown', async () => {
  const kept = [
    ...['late_entries.reason', 'reviews.comment', 'objections.text', 'objections.answer'],
    ...['publications.reopen_reason', 'overrulings.reason', 'audit.after'],
  ];
  for (const place of kept) {
    const { rows } = await sql<{
      n: number;
    }>`select count(*)::int as n from ${sql.table(place.split('.')[0] ?? '')}
      where ${sql.ref(place)}::text like ${`%${MARK}%`}`.execute(site.db);
    expect([place, (rows[0]?.n ?? 0) > 0]).toEqual([place, true]);
  }
  const ids = async (table: 'submissions' | 'objections') =>
    (await site.db.selectFrom(table).select('id').orderBy('id').execute()).map(row => `/${table}/${row.id}`);
  const months = ['/months', '/months/2025-07', '/months/2025-08', '/publications', '/publications/2025-07'];
  const lists = [
    '/admin/deadlines',
    '/admin/late-entries',
    '/admin/objections',
    '/admin/audit',
    '/admin/accounts',
  ];
  const paths = [...months, ...lists, '/work', '/submissions', '/objections', '/admin/keys'];
  let shown = 0;
  for (const path of [...paths, ...(await ids('submissions')), ...(await ids('objections'))]) {
    for (const who of [admin, reporter]) {
      const answer = await who.get(path);
      expectHarmless(path, answer);
      if (answer.text.includes('&lt;script&gt;alert(1)')) shown += 1;
    }
  }
  expect(shown).toBeGreaterThan(8);
});

describe('what a form does not ask for', () => {
  it('makes no file somebody else’s, nor approved', async () => {
    const wish = { status: 'approved', awaits: '', sender: 'operator', sent_by: 'person 999999', sentBy: '' };
    const more = { approved_by: 'operator', door: 'command', id: '999999' };
    const sent = await filed(returnOf(['ha-noi 2025-08 dk-khai-sinh 51 0 0 1 0 1 1 0']), {
      ...wish,
      ...more,
    });
    expect(sent).toMatchObject({ status: 'accepted', awaits: 'approval' });
    const row = () =>
      site.db
        .selectFrom('submissions')
        .selectAll()
        .where('id', '=', Number(sent.id))
        .executeTakeFirstOrThrow();
    const its = { sender: reporter.account.email, sent_by: `person ${reporter.account.id}`, door: 'api' };
    expect(await row()).toMatchObject({ ...its, status: 'accepted', approved_by: null });
    const done = await approver.post(`/submissions/${sent.id}/approve`, {
      ...{ shown: String(sent.confirmation), approved_by: 'operator', who: reporter.account.id },
      ...{ sent_by: '', status: 'refused' },
    });
    expect(done.status).toBe(303);
    expect(await row()).toMatchObject({ ...its, status: 'approved', approved_by: approver.account.email });
  });

  it('answers no objection that is raised', async () => {
    const form = { agency: 'ha-noi', period: '2025-08', service: '', indicator: '', text: 'Thiếu hai xã' };
    const more = { status: 'answered', verdict: 'accepted', answer: 'Đúng', raised_by: '999999', id: '1' };
    const { headers } = await reporter.post('/objections', { ...form, ...more });
    const page = await reporter.get(headers.get('location') ?? '');
    expect(page.text).toContain(`action="${headers.get('location')}/withdraw"`);
    expect((await admin.get(headers.get('location') ?? '')).text).toContain('name="verdict"');
  });
});
