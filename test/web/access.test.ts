/**
 * Who gets what: a row for every address and method of the application, with the answer to everybody. A new
 * address without a row fails, and so does a row without its address.
 */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import pino from 'pino';
import { issueKey } from '../../src/accounts/keys.ts';
import { OPERATOR, type Role } from '../../src/kpi/access.ts';
import { freezeMonths } from '../../src/publication/freeze.ts';
import { render } from '../../src/render.ts';
import { raiseObjection } from '../../src/store/objections.ts';
import { createApp } from '../../src/web/app.ts';
import { goodRow, sent, sheet } from '../intake/sheets.ts';
import { type Person, SETTLED } from './people.ts';
import { type Route, routesOf } from './routes.ts';
import { NOW, openSite, type Site } from './small-world.ts';

/**
 * The columns: the public; reporter and approver of Hà Nội; reporter and approver of Đà Nẵng; a reporter of the
 * Ministry of Justice, which leads births and deaths; leader; admin; a key of Hà Nội and one of Đà Nẵng.
 *
 * `+` is let in, whatever becomes of an empty form. `s` must sign in: a person is led there, a program told (401).
 * `x` is refused openly (403). `0` is told that there is no such thing (404).
 *
 * 2022-07 is published, 2022-09 is past its deadline, 2022-10 is open; of all three there are figures of Hà Nội.
 * The file {waiting} was sent by the reporter of Hà Nội, {keys} by its key.
 */
const TABLE = `
  GET  /healthz                                                      + + + + + + + + + +
  GET  /readyz                                                       + + + + + + + + + +
  GET  /robots.txt                                                   + + + + + + + + + +
  GET  /sign-in                                                      + + + + + + + + + +
  POST /sign-in                                                      + + + + + + + + + +
  GET  /sign-in/second-factor                                        s + + + + + + + s s
  POST /sign-in/second-factor                                        s + + + + + + + s s
  GET  /reset                                                        + + + + + + + + + +
  POST /reset                                                        + + + + + + + + + +
  GET  /reset/no-such-link                                           + + + + + + + + + +
  POST /reset/no-such-link                                           + + + + + + + + + +
  GET  /invitation/no-such-link                                      + + + + + + + + + +
  POST /invitation/no-such-link                                      + + + + + + + + + +
  GET  /account                                                      s + + + + + + + s s
  POST /account/password                                             s + + + + + + + s s
  POST /account/second-factor                                        s + + + + + + + s s
  POST /account/recovery-codes                                       s + + + + + + + s s
  POST /account/sessions                                             s + + + + + + + s s

  GET  /                                                             + + + + + + + + + +
  GET  /overview{.json,.csv}                                         + + + + + + + + + +
  GET  /rankings{,.json,.csv}                                        + + + + + + + + + +
  GET  /agencies{,.json,.csv}                                        + + + + + + + + + +
  GET  /agencies/ha-noi{,.json,.csv}                                 + + + + + + + + + +
  GET  /agencies/ha-noi/quality{,.json,.csv}                         + + + + + + + + + +
  GET  /agencies/ha-noi/movement{,.json,.csv}                        + + + + + + + + + +
  GET  /services{,.json,.csv}                                        + + + + + + + + + +
  GET  /services/dk-khai-sinh{,.json,.csv}                           + + + + + + + + + +
  GET  /catalogues/essential-25{,.json,.csv}                         + + + + + + + + + +
  GET  /lineage{,.json,.csv}?agency=ha-noi                           + + + + + + + + + +
  GET  /directives{,.json,.csv}                                      + + + + + + + + + +
  GET  /methodology{,.json,.csv}                                     + + + + + + + + + +
  GET  /publications{,.json,.csv}                                    + + + + + + + + + +
  GET  /publications/2022-07{,.json,.csv,.zip}                       + + + + + + + + + +

  GET  /agencies/ha-noi{,.json,.csv}?period=2022-07                  + + + + + + + + + +
  GET  /agencies/ha-noi{,.json,.csv}?period=2022-09                  0 + + 0 0 0 + + 0 0
  GET  /agencies/ha-noi{,.json,.csv}?period=2022-10                  0 + + 0 0 0 + + 0 0
  GET  /agencies/ha-noi/quality{,.json,.csv}?period=2022-10          0 + + 0 0 0 + + 0 0
  GET  /lineage{,.json,.csv}?agency=ha-noi&period=2022-10            0 + + 0 0 0 + + 0 0
  GET  /agencies/btp{,.json,.csv}?period=2022-10                     0 0 0 0 0 + + + 0 0
  GET  /agencies/da-nang{,.json,.csv}?period=2022-10                 0 0 0 + + 0 + + 0 0
  GET  /rankings{,.json,.csv}?period=2022-07                         + + + + + + + + + +
  GET  /rankings{,.json,.csv}?period=2022-09                         0 0 0 0 0 0 + + 0 0
  GET  /rankings{,.json,.csv}?period=2022-10                         0 0 0 0 0 0 + + 0 0
  GET  /agencies{,.json,.csv}?period=2022-10                         0 0 0 0 0 0 + + 0 0
  GET  /services{,.json,.csv}?period=2022-10                         0 0 0 0 0 0 + + 0 0
  GET  /services/dk-khai-sinh{,.json,.csv}?period=2022-10            0 0 0 0 0 0 + + 0 0
  GET  /catalogues/essential-25{,.json,.csv}?period=2022-10          0 0 0 0 0 0 + + 0 0
  GET  /lineage{,.json,.csv}?period=2022-10                          0 0 0 0 0 0 + + 0 0
  GET  /overview{.json,.csv}?period=2022-10                          0 0 0 0 0 0 + + 0 0
  GET  /publications/2022-10{,.json,.csv,.zip}                       0 0 0 0 0 0 0 0 0 0

  GET  /work{,.json}                                                 s + + + + + + + + +
  GET  /submissions{,.json}                                          s + + + + + + + + +
  GET  /submissions/new                                              s + + + + + x + + +
  POST /submissions?kind=monthly-return                              s + + + + + x + + +
  GET  /submissions/cancelled                                        + + + + + + + + + +
  GET  /submissions/template.xlsx?agency=ha-noi                      s + + + + + + + + +
  GET  /submissions/{waiting}{,.json,/file}                          s + + 0 0 0 + + 0 0
  GET  /submissions/{approved}{,.json,/file}                         s + + 0 0 0 + + 0 0
  GET  /submissions/{returned}{,.json,/file}                         s + + 0 0 0 + + 0 0
  GET  /submissions/{refused}{,.json,/file}                          s + + 0 0 0 + + 0 0
  GET  /submissions/{refused}/problems{.xlsx,.csv}                   s + + 0 0 0 + + 0 0
  GET  /submissions/{published}{,.json,/file}                        s + + 0 0 0 + + 0 0
  GET  /submissions/{keys}{,.json,/file}                             s + + 0 0 0 + + + 0
  POST /submissions/{waiting}/confirm                                s + x 0 0 0 x x 0 0
  POST /submissions/{waiting}/withdraw                               s + x 0 0 0 x x 0 0
  POST /submissions/{waiting}/approve                                s x + 0 0 0 x x 0 0
  POST /submissions/{waiting}/return                                 s x + 0 0 0 x x 0 0
  POST /submissions/{approved}/withdraw                              s + x 0 0 0 x x 0 0
  POST /submissions/{approved}/return                                s x + 0 0 0 x x 0 0
  POST /submissions/{returned}/approve                               s x + 0 0 0 x x 0 0
  POST /submissions/{refused}/approve                                s x + 0 0 0 x x 0 0
  POST /submissions/{keys}/confirm                                   s x x 0 0 0 x x + 0
  POST /submissions/{keys}/approve                                   s x + 0 0 0 x x x 0

  GET  /objections                                                   s + + + + + x x x x
  GET  /objections/new                                               s + + + + + x x x x
  POST /objections  agency=ha-noi&period=2022-10                     s + + 0 0 0 x x x x
  GET  /objections/{objection}                                       s + + 0 0 0 + + x x
  GET  /objections/{objection}/file                                  s + + 0 0 0 + + x x
  POST /objections/{objection}/answer                                s x x 0 0 0 + + x x
  POST /objections/{objection}/withdraw                              s + + 0 0 0 x x x x

  GET  /months                                                       s x x x x x + + x x
  GET  /months/2022-10                                               s x x x x x + + x x
  POST /months/2022-07/publish                                       s x x x x x + + x x
  POST /months/2022-10/publish                                       s x x x x x + + x x
  POST /months/2022-10/overrule                                      s x x x x x + + x x
  POST /months/2022-07/reopen                                        s x x x x x + + x x
  GET  /admin                                                        s x x x x x + + x x
  GET  /admin/objections                                             s x x x x x + + x x
  GET  /admin/accounts                                               s x x x x x x + x x
  POST /admin/accounts                                               s x x x x x x + x x
  POST /admin/accounts/{account}/disable                             s x x x x x x + x x
  POST /admin/accounts/{account}/restart                             s x x x x x x + x x
  GET  /admin/late-entries                                           s x x x x x x + x x
  POST /admin/late-entries                                           s x x x x x x + x x
  POST /admin/late-entries/1/end                                     s x x x x x x + x x
  GET  /admin/deadlines                                              s x x x x x x + x x
  POST /admin/deadlines                                              s x x x x x x + x x
  GET  /admin/keys                                                   s x x x x x x + x x
  POST /admin/keys                                                   s x x x x x x + x x
  POST /admin/keys/{key}/revoke                                      s x x x x x x + x x
  GET  /admin/audit{,.json,.csv}                                     s x x x x x x + x x
  POST /admin/audit/erase  account=1                                 s x x x x x x + x x

  POST /sign-out                                                     + + + + + + + + + +
`;
/** The way to a provider of sign-ins; there is none here (see \`test/accounts/openid.test.ts\`). */
const ELSEWHERE = ['GET /sign-in/oidc', 'GET /sign-in/oidc/callback'];

interface Row {
  method: string;
  address: string;
  /** The fields of a form. */
  form: string;
  answers: string[];
}

/** The rows, those with several endings taken apart. */
const ROWS: Row[] = TABLE.split('\n')
  .filter(line => line.trim() !== '')
  .flatMap(line => {
    const [, method = '', template = '', form = '', answers = ''] =
      /^ +(\S+) +(\S+)(?: {1,2}(\S+=\S+))? +((?:[+sx0] ?){10})$/.exec(line) ?? [];
    if (method === '') throw new Error(`not a row: ${line}`);
    const [whole = '', endings = ''] = /\{([^}]*[,.][^}]*)\}/.exec(template) ?? [];
    return endings.split(',').map(ending => ({
      ...{ method, form, answers: answers.trim().split(' ') },
      address: whole === '' ? template : template.replace(whole, ending),
    }));
  });

const settings = { now: () => NOW, log: pino({ level: 'silent' }), render, ...SETTLED };
type Ask = (method: string, path: string, init?: RequestInit) => Promise<Response>;

let site: Site;
let routes: Route[];
let everybody: Ask[];
/** Makes what stands in braces in an address. */
let made: Record<string, () => Promise<string>>;
beforeAll(async () => {
  site = await openSite();
  const { db } = site;
  routes = routesOf(createApp({ db, ...settings, openId: {} as never }));
  const row = { period: '2022-09', agency: 'ha-noi', service: 'dk-khai-sinh' };
  const [september, danang] = [
    sheet([goodRow(row)]),
    sheet([goodRow({ ...row, period: '2022-10', agency: 'da-nang' })]),
  ];
  for (const bytes of [september, danang]) await sent(db, bytes, {}, NOW);
  await freezeMonths(db, { secret: SETTLED.secret, now: () => NOW });

  const as =
    (headers: Record<string, string>): Ask =>
    (method, path, init = {}) =>
      fetch(site.address + path, {
        redirect: 'manual',
        ...init,
        method,
        headers: { Accept: 'text/html', ...headers, ...(init.headers as Record<string, string>) },
      });
  const person = async (role: Role, agency?: string): Promise<Person> => site.person(role, agency);
  const people = [
    await person('reporter', 'ha-noi'),
    await person('approver', 'ha-noi'),
    await person('reporter', 'da-nang'),
    await person('approver', 'da-nang'),
    await person('reporter', 'btp'),
    await person('leader'),
    await person('admin'),
  ];
  const keys = [];
  for (const agency of ['ha-noi', 'da-nang'])
    keys.push(
      await issueKey(db, { agency, kinds: ['monthly-return'], days: 30 }, { visitor: OPERATOR }, NOW),
    );
  const program = (key: string): Ask => as({ Authorization: `Bearer ${key}`, Accept: 'application/json' });
  everybody = [
    as({}),
    ...people.map(({ cookie }) => as({ Cookie: cookie })),
    ...keys.map(({ key }) => program(key)),
  ];

  const [, reporter, approver] = everybody as [Ask, Ask, Ask];
  const programs = { headers: { Accept: 'application/json' } };
  let count = 0;
  /** Sends a file that nobody sent before, and gives its receipt. */
  const file = async (who: Ask, change = {}): Promise<{ id: string; confirmation: string }> => {
    count += 1;
    const bytes = sheet([
      goodRow({ ...row, period: '2022-10', service: 'dk-khai-tu', unit: `Xã ${count}`, ...change }),
    ]);
    const init = {
      body: new Uint8Array(bytes),
      headers: { ...programs.headers, 'Content-Type': 'text/csv' },
    };
    const answer = await who('POST', '/submissions?kind=monthly-return', init);
    return (await answer.json()) as { id: string; confirmation: string };
  };
  const decided = async (
    what: string,
    body: (receipt: { confirmation: string }) => Record<string, string>,
  ): Promise<string> => {
    const receipt = await file(reporter);
    const form = new URLSearchParams(body(receipt));
    const { status } = await approver('POST', `/submissions/${receipt.id}/${what}`, {
      ...programs,
      body: form,
    });
    if (status !== 200) throw new Error(`${what}: ${status}`);
    return receipt.id;
  };
  const once = (make: () => Promise<string>): (() => Promise<string>) => {
    let kept: Promise<string> | undefined;
    return () => (kept ??= make());
  };
  const objector = people[0] as Person;
  const visitor = {
    kind: 'person',
    id: objector.account.id,
    name: objector.account.email,
    role: 'reporter',
    agency: 'ha-noi',
    kinds: null,
  } as const;
  made = {
    waiting: async () => (await file(reporter)).id,
    keys: async () => (await file(everybody[8] as Ask)).id,
    approved: once(() => decided('approve', r => ({ shown: r.confirmation }))),
    returned: once(() => decided('return', () => ({ comment: 'Thiếu đơn vị' }))),
    refused: once(async () => (await file(reporter, { resolved_late: 'nhiều' })).id),
    published: once(async () => {
      const corrected = sheet([goodRow({ ...row, period: '2022-07', unit: null })]);
      return String((await sent(db, corrected, { reason: 'Sửa số liệu đã báo cáo' }, NOW)).id);
    }),
    objection: async () => {
      const text = 'Tỷ lệ này tính thiếu một xã.';
      const of = { month: '2022-10', agency: 'ha-noi', service: null, indicator: null };
      const file = { name: 'so-lieu.txt', bytes: Buffer.from('12') };
      return String(await raiseObjection(db, { ...of, text, file }, { visitor }, NOW));
    },
    account: async () => (await site.person('reporter', 'lao-cai')).account.id,
    key: async () =>
      (await issueKey(db, { agency: 'lao-cai', kinds: null, days: 1 }, { visitor: OPERATOR }, NOW)).id,
  };
});
afterAll(() => site?.close());

async function filledIn(address: string): Promise<string> {
  const [whole = '', name = ''] = /\{(\w+)\}/.exec(address) ?? [];
  if (whole === '') return address;
  return address.replace(whole, (await made[name]?.()) ?? `no ${name}`);
}

/** What an answer amounts to, in the words of the table; the status itself where it is none of them. */
function meaning(address: string, { status, headers }: Response): string {
  const leads = headers.get('location') ?? '';
  const isFile = /\.(json|csv|xlsx|zip)(\?|$)/.test(address);
  if (status === 303 && /^\/sign-in\?to=/.test(leads)) return isFile ? `${status} to ${leads}` : 's';
  if (status === 303 && /^\/sign-in/.test(leads)) return 's';
  if (status === 401 && headers.has('www-authenticate')) return 's';
  if (status === 403) return 'x';
  if (status === 404) return '0';
  return status >= 500 || status === 405 ? String(status) : '+';
}

const firstRoute = (method: string, address: string) => {
  const [path = ''] = address.replace(/\{\w+\}/, '1').split('?');
  return routes.find(route => route.match(path) && (route.methods.has(method) || method === ''));
};

it('has a row for every address and method, and an address for every row', () => {
  const known = routes.flatMap(({ path, methods }) => [...methods].map(method => `${method} ${path}`));
  const told = ROWS.map(({ method, address }) => `${method} ${firstRoute(method, address)?.path ?? address}`);
  expect(known.length).toBeGreaterThan(90);
  expect([...new Set([...told, ...ELSEWHERE])].sort()).toEqual([...new Set(known)].sort());
});

it.each(ROWS.map(row => [row.method, row.address, row] as const))(
  'answers everybody as told: %s %s',
  async (method, address, { form, answers }) => {
    const found = [];
    for (const ask of everybody) {
      const path = await filledIn(address);
      const init = method === 'POST' ? { body: new URLSearchParams(form) } : {};
      found.push(meaning(address, await ask(method, path, init)));
    }
    expect(found).toEqual(answers);
  },
);

it('refuses every other method at every address, to whoever asks', async () => {
  const admin = await site.person('admin');
  for (const { path } of routes) {
    if (path.startsWith('/sign-in/oidc')) continue;
    const all = new Set(routes.filter(r => r.path === path).flatMap(r => [...r.methods]));
    const address = path.replace(/:\w+/g, '1');
    for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].filter(m => !all.has(m))) {
      const [asAdmin, asPublic] = [
        await admin.send(address, { method }),
        await fetch(site.address + address, { method, redirect: 'manual' }),
      ];
      expect([method, path, asAdmin.status]).toEqual([method, path, 405]);
      expect([method, path, [303, 401, 405].includes(asPublic.status)]).toEqual([method, path, true]);
    }
  }
});
