/** Drafts on pages: who sees which part of a month that is not published, and that nobody else gets it by a cache. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { LineageDocument, ScorecardDocument } from '../../src/web/documents.ts';
import { goodRow, sent, sheet } from '../intake/sheets.ts';
import type { Person } from './people.ts';
import { NOW, openSite, type Site } from './small-world.ts';

/** Stands in the draft of an office that none of the other offices may see. */
const FOREIGN = 3_141_592;
const OCTOBER = 'period=2022-10';

let site: Site;
let people: Record<'hanoi' | 'approver' | 'danang' | 'justice' | 'leader' | 'admin', Person>;
beforeAll(async () => {
  site = await openSite();
  const row = { period: '2022-10', agency: 'lao-cai', service: 'dk-khai-tu', fee_due: FOREIGN };
  await sent(site.db, sheet([goodRow(row)]), {}, NOW);
  people = {
    hanoi: await site.person('reporter', 'ha-noi'),
    approver: await site.person('approver', 'ha-noi'),
    danang: await site.person('reporter', 'da-nang'),
    justice: await site.person('reporter', 'btp'),
    leader: await site.person('leader'),
    admin: await site.person('admin'),
  };
});
afterAll(() => site.close());

const get = async <D>(who: Person, path: string): Promise<D> => {
  const { status, json, text } = await who.get(path);
  if (status !== 200) throw new Error(`${path}: ${status} ${text.slice(0, 200)}`);
  return json as D;
};
const rateOf = (card: ScorecardDocument, id = 'end_to_end_completion') =>
  card.indicators.find(i => i.indicator.id === id);

describe('the draft of an office', () => {
  it('is seen by its reporter and its approver: own rates, without ranks and without the country', async () => {
    for (const who of [people.hanoi, people.approver]) {
      const card = await get<ScorecardDocument & { draft: boolean }>(who, `/agencies/ha-noi.json?${OCTOBER}`);
      expect(card.draft).toBe(true);
      expect(rateOf(card)?.rate).toEqual({ numerator: 10, denominator: 100, value: 0.1 });
      for (const line of card.indicators) {
        expect(line).toMatchObject({
          rank: null,
          rank_low: null,
          rank_high: null,
          change: null,
          ranked_of: 0,
        });
        expect(line.national).toEqual({ numerator: null, denominator: null, value: null });
      }
    }
  });

  it.each([
    ['vi', 'Bản nháp, chưa công bố.', 'Thứ hạng và số liệu cả nước có khi'],
    ['en', 'Draft, not published.', 'come with publication'],
  ])('says on its page that it is one (%s)', async (lang, mark, more) => {
    const { status, text, headers } = await people.hanoi.get(`/agencies/ha-noi?${OCTOBER}&lang=${lang}`);
    expect([status, text.includes(mark), text.includes(more)]).toEqual([200, true, true]);
    expect(headers.get('cache-control')).toBe('private, no-cache');
    // No link leads to a page of the month that would be refused; instants are later than this site's clock.
    for (const [, path = ''] of text.matchAll(/href="([^"]*period=2022-10[^"]*)"/g)) {
      const address = path.replaceAll('&amp;', '&').replace(/&as_of=[^&]*/, '');
      expect([address, (await people.hanoi.get(address)).status]).toEqual([address, 200]);
    }
  });

  it('is found from the page of the office', async () => {
    expect((await people.hanoi.get('/agencies/ha-noi')).text).toContain('Bản nháp, chưa công bố:');
    expect((await people.hanoi.get('/agencies/da-nang')).text).not.toContain('Bản nháp');
    expect((await people.danang.get('/agencies/ha-noi')).text).not.toContain('Bản nháp');
  });

  it('opens into its own sums and rows, and its own data quality', async () => {
    const cell = `/lineage.json?${OCTOBER}&agency=ha-noi&indicator=end_to_end_completion`;
    const { rate, parts, cell: rows } = await get<LineageDocument>(people.hanoi, cell);
    expect([rate.numerator, parts.map(p => p.agency), rows?.figures.length]).toEqual([10, ['ha-noi'], 1]);
    expect((await people.hanoi.get(`/agencies/ha-noi/quality.json?${OCTOBER}`)).status).toBe(200);
    const csv = await people.hanoi.get(`/agencies/ha-noi.csv?${OCTOBER}`);
    expect(csv.headers.get('content-disposition')).toContain('draft-');
    expect(csv.text.split('\r\n')[0]).toMatch(/,draft$/);
  });

  it('is 404 to every other office, and so is everything else of the month to its own', async () => {
    const addresses = ['/agencies/ha-noi', '/agencies/ha-noi/quality', '/lineage?agency=ha-noi'];
    const ask = async (who: Person, address: string) => {
      const { status, text } = await who.get(`${address}${address.includes('?') ? '&' : '?'}${OCTOBER}`);
      expect(text).not.toContain(String(FOREIGN));
      return [address, status];
    };
    for (const address of addresses) expect(await ask(people.danang, address)).toEqual([address, 404]);
    for (const address of [
      ...['/', '/overview.json', '/rankings', '/rankings.csv', '/agencies', '/agencies/cao-bang', '/lineage'],
      ...[
        '/agencies/lao-cai',
        '/agencies/lao-cai/quality',
        '/lineage?agency=lao-cai',
        '/lineage?agency=national',
      ],
      ...['/services', '/services/dk-khai-sinh', '/catalogues/essential-25', '/agencies/ha-noi/movement'],
    ])
      expect(await ask(people.hanoi, address)).toEqual([address, 404]);
  });

  it('does not carry the draft of another office into a longer period', async () => {
    const { text } = await people.hanoi.get('/agencies/ha-noi.json?period=2022-YTD-10');
    expect(text).not.toContain(String(FOREIGN));
  });
});

it('a ministry sees the sector that it leads, and nothing else of other offices', async () => {
  const path = `/agencies/btp.json?${OCTOBER}`;
  const card = await get<ScorecardDocument>(people.justice, path);
  // Births and deaths are led by the Ministry of Justice: Hà Nội 10, Cao Bằng 90, Lào Cai as in every good row.
  expect(card.view).toBe('sector');
  expect(rateOf(card)?.national.denominator).toBeNull();
  const births = card.services.find(s => s.service === 'dk-khai-sinh');
  expect(births?.end_to_end).toEqual({ numerator: 100, denominator: 200, value: 0.5 });
  expect((await people.justice.get(`/agencies/ha-noi?${OCTOBER}`)).status).toBe(404);
  expect((await people.danang.get(`/agencies/btp?${OCTOBER}`)).status).toBe(404);
});

it('leaders and admins see all of the month, with ranks', async () => {
  for (const who of [people.leader, people.admin]) {
    const { status, text } = await who.get(`/rankings?${OCTOBER}`);
    expect([status, text.includes('Bản nháp, chưa công bố.')]).toEqual([200, true]);
    const card = await get<ScorecardDocument>(who, `/agencies/ha-noi.json?${OCTOBER}`);
    // After Cao Bằng with 90 of 100, and Lào Cai.
    expect([rateOf(card)?.rank, rateOf(card)?.ranked_of]).toEqual([3, 3]);
    expect((await who.get(`/agencies/lao-cai?${OCTOBER}`)).status).toBe(200);
  }
});

it('what others were shown changes no answer to the public, of any page', async () => {
  const pages = [
    '/rankings.json',
    '/agencies/ha-noi.json',
    '/agencies/btp.json',
    '/lineage.json',
    '/overview.json',
  ];
  const all = () => Promise.all(pages.map(async page => (await site.get(`${page}?period=2022-08`)).text));
  const before = await all();
  for (const who of [people.leader, people.hanoi, people.justice]) {
    await who.get(`/agencies/ha-noi?${OCTOBER}`);
    await who.get(`/agencies/btp?${OCTOBER}`);
    // Published months are the same for who sees drafts as for everybody.
    for (const [i, page] of pages.entries())
      expect((await who.get(`${page}?period=2022-08`, { Accept: '*/*' })).text).toBe(before[i]);
  }
  expect(await all()).toEqual(before);
  for (const page of pages) expect((await site.get(`${page}?${OCTOBER}`)).status).toBe(404);
});

it('a mail address is shown to who may see the file, and to nobody else', async () => {
  const change = { sender: 'lan@ha-noi.example', approved_by: 'minh@ha-noi.example', agency_code: 'ha-noi' };
  await site.db.updateTable('submissions').set(change).where('kind', '=', 'monthly-return').execute();
  const path =
    '/lineage.json?period=2022-07&agency=ha-noi&indicator=end_to_end_completion&service=dk-khai-sinh';
  for (const form of ['.json', '.csv', ''])
    expect((await site.get(path.replace('.json', form))).text).not.toContain('ha-noi.example');
  const source = (doc: LineageDocument) => doc.cell?.figures[0]?.current?.source;
  const office = { sender: 'Thành phố Hà Nội, cán bộ báo cáo', approved_by: 'Thành phố Hà Nội, người duyệt' };
  expect(source(await site.json<LineageDocument>(path))).toMatchObject(office);
  expect(source(await get<LineageDocument>(people.danang, path))).toMatchObject(office);
  const own = { sender: change.sender, approved_by: change.approved_by };
  expect(source(await get<LineageDocument>(people.hanoi, path))).toMatchObject(own);
  expect(source(await get<LineageDocument>(people.leader, path))).toMatchObject(own);
});
