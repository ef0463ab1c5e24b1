/** The data-quality sheet of an office and its short form on the scorecard: what was planted is found, and no more. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { publishMonth } from '../../src/store/months.ts';
import type { QualityDocument, ScorecardDocument } from '../../src/web/documents.ts';
import { type Cells, sent, sheet } from '../intake/sheets.ts';
import { openSite, type Site } from './site.ts';

/** A return of `online` and `direct` dossiers; what is neither opening stock nor pending was resolved in time. */
function row(
  key: string,
  online: number,
  direct: number,
  { opening = 0, pending = 0 }: { opening?: number; pending?: number } = {},
): Cells {
  const [agency, period, service] = key.split(' ') as [string, string, string];
  return {
    ...{ agency, period, service, received_online: online, received_direct: direct },
    ...{ resolved_early: 0, resolved_on_time: opening + online + direct - pending, resolved_late: 0 },
    ...{ pending_on_time: pending, pending_overdue: 0 },
  };
}

const PAST = ['2024-12', '2025-01', '2025-02', '2025-03', '2025-04', '2025-05'];
const ROUND = [
  'dk-thuong-tru',
  'dk-tam-tru',
  'dk-khai-sinh',
  'dk-khai-tu',
  'dk-ket-hon',
  'ho-chieu',
  'doi-gplx',
];
const COPIED = ['dk-thuong-tru', 'dk-khai-sinh', 'dk-khai-tu'];

/** Everything that came in time. */
const IN_TIME: Cells[] = [
  // Hà Nội: twenty times the usual in June; a service without an online dossier for three months; a stock of 21
  // at the end of May of which June knows 16.
  ...PAST.map((month, i) => row(`ha-noi ${month} dk-thuong-tru`, 61 + i, 42)),
  row('ha-noi 2025-06 dk-thuong-tru', 1201, 803),
  ...['2025-04', '2025-05', '2025-06'].map((month, i) => row(`ha-noi ${month} dk-tam-tru`, 0, 41 + i)),
  row('ha-noi 2025-05 dk-khai-sinh', 53, 32, { pending: 21 }),
  row('ha-noi 2025-06 dk-khai-sinh', 57, 31, { opening: 16 }),
  // Đà Nẵng: three services that say in June what they said in May.
  ...['2025-05', '2025-06'].flatMap(month =>
    COPIED.map((service, i) => row(`da-nang ${month} ${service}`, 31 + i, 13)),
  ),
  // Cần Thơ: seven services, all of their 21 counts of ten and more multiples of ten.
  ...ROUND.map((service, i) => row(`can-tho 2025-06 ${service}`, 50 + 10 * i, 30)),
  // EVN: the two services that it owes, twice, with stocks that fit.
  ...['cap-dien-moi', 'doi-chu-the-hd-dien'].flatMap(service => [
    row(`evn 2025-05 ${service}`, 83, 12, { pending: 7 }),
    row(`evn 2025-06 ${service}`, 86, 11, { opening: 7, pending: 4 }),
  ]),
];
const LATE = [row('ha-noi 2025-06 dk-khai-tu', 37, 14)];
const UNPUBLISHED = [row('ha-noi 2025-07 dk-khai-tu', 37, 14)];
const STATUS = [{ as_of: '2025-01-01', agency: 'ha-noi', service: 'dk-tam-tru', mode: 'partial' }];

let site: Site;
beforeAll(async () => {
  site = await openSite({ filled: false });
  const { db } = site;
  const send = (rows: Cells[], receivedAt: string, kind = 'monthly-return') =>
    sent(db, sheet(rows), { kind: kind as 'monthly-return', receivedAt: Date.parse(receivedAt) });
  await send(STATUS, '2025-01-02T09:00:00+07:00', 'service-status');
  await send(
    IN_TIME.filter(r => String(r.period) < '2025-06'),
    '2025-06-02T09:00:00+07:00',
  );
  await send(
    IN_TIME.filter(r => r.period === '2025-06'),
    '2025-07-02T09:00:00+07:00',
  );
  await send(LATE, '2025-07-10T09:00:00+07:00');
  await send(UNPUBLISHED, '2025-08-02T09:00:00+07:00');
  for (const month of [...PAST, '2025-06']) await publishMonth(db, month, 'operator');
});
afterAll(() => site.close());

const sheetOf = async (agency: string, query = ''): Promise<QualityDocument> =>
  (await site.get(`/agencies/${agency}/quality.json${query}`)).json as unknown as QualityDocument;
const cardOf = async (agency: string, query = ''): Promise<ScorecardDocument> =>
  (await site.get(`/agencies/${agency}.json${query}`)).json as unknown as ScorecardDocument;
const counts = (checks: readonly { check: string; found: number }[]) =>
  checks.map(({ check, found }) => [check, found]);

/** A province owes 23 of the 25 services; Hà Nội sent four for June, Đà Nẵng three, Cần Thơ seven. */
const FOUND: Record<string, [string, number][]> = {
  'ha-noi': [
    ['completeness', 19],
    ['punctuality', 1],
    ['jump', 1],
    ['carried_over_mismatch', 1],
    ['online_without_dossiers', 1],
  ],
  'da-nang': [
    ['completeness', 20],
    ['copied_forward', 1],
  ],
  'can-tho': [
    ['completeness', 16],
    ['round_numbers', 1],
  ],
  evn: [],
};

describe('a data-quality sheet', () => {
  it.each(Object.entries(FOUND))('of %s holds what was planted, and no more', async (agency, found) => {
    const doc = await sheetOf(agency);
    expect(doc).toMatchObject({ agency, period: '2025-06', due: agency === 'evn' ? 2 : 23 });
    expect(counts(doc.checks)).toEqual(found);
    for (const { found: n, evidence } of doc.checks) {
      expect(evidence.length).toBe(n);
      for (const e of evidence) expect([e.agency, e.period]).toEqual([agency, '2025-06']);
    }
  });

  it('names the service and the figures of each finding', async () => {
    const { checks } = await sheetOf('ha-noi');
    const only = (check: string) => checks.find(c => c.check === check)?.evidence[0];
    expect(only('punctuality')).toMatchObject({
      service: 'dk-khai-tu',
      details: { received_at: '2025-07-10T09:00:00.000+07:00', late_from: '2025-07-06T00:00:00.000+07:00' },
    });
    expect(only('jump')).toMatchObject({ service: 'dk-thuong-tru', details: { received: '2004' } });
    expect(only('carried_over_mismatch')).toMatchObject({
      service: 'dk-khai-sinh',
      details: { carried: '16', pending: '21' },
    });
    expect(only('online_without_dossiers')).toMatchObject({
      service: 'dk-tam-tru',
      details: { first: '2025-04', last: '2025-06' },
    });
  });

  it.each([
    ['vi', ['Báo cáo nộp muộn', 'Tăng, giảm đột ngột', 'Nhận lúc', 'Đăng ký tạm trú']],
    ['en', ['Returns received late', 'Sudden jumps', 'Received', 'Registration of temporary residence']],
  ])('tells them on its page in %s, each opening into the figures', async (lang, words) => {
    const { status, text } = await site.get(`/agencies/ha-noi/quality?lang=${lang}`);
    expect(status).toBe(200);
    for (const word of words) expect(text).toContain(word);
    expect(text.match(/<a href="\/lineage\?/g)).toHaveLength(23);
  });

  it.each([
    ['vi', 'Không có điểm nào cần hỏi lại: đủ 2 báo cáo phải nộp'],
    ['en', 'There is nothing to ask: all 2 returns due are in'],
  ])('of a clean office says in %s that there is nothing to ask', async (lang, words) => {
    const { text } = await site.get(`/agencies/evn/quality?lang=${lang}`);
    expect(text).toContain(words);
    expect(text).not.toContain('<table');
  });

  it('prints a row for each finding as CSV, and the headings alone for a clean office', async () => {
    const lines = async (agency: string) =>
      (await site.get(`/agencies/${agency}/quality.csv`)).text.trimEnd().split('\r\n');
    const [headings, ...rows] = await lines('da-nang');
    expect(headings).toContain('check,period,agency,service');
    expect(rows).toHaveLength(21);
    expect(rows.filter(r => r.startsWith('copied_forward,2025-06,da-nang,'))).toHaveLength(1);
    expect(await lines('evn')).toEqual([headings]);
  });

  it('is not found for an agency that is not known, or that is a group of addressees', async () => {
    for (const code of ['nowhere', 'all-ministries'])
      for (const form of ['', '.json', '.csv'])
        expect((await site.get(`/agencies/${code}/quality${form}`)).status).toBe(404);
  });

  it('of a month that is not published is not shown', async () => {
    for (const form of ['', '.json', '.csv']) {
      const { status, text } = await site.get(`/agencies/ha-noi/quality${form}?period=2025-07`);
      expect([form, status]).toEqual([form, 404]);
      expect(text).not.toContain('dk-khai-tu');
    }
  });
});

describe('on the scorecard', () => {
  it.each(Object.entries(FOUND))('of %s stands how much each check found', async (agency, found) => {
    const { quality } = await cardOf(agency);
    expect(quality?.due).toBe(agency === 'evn' ? 2 : 23);
    expect(counts(quality?.checks ?? [])).toEqual(found);
  });

  it.each([
    ['vi', 'Có 23 điểm nên được hỏi lại', 'Báo cáo còn thiếu', '/agencies/ha-noi/quality'],
    ['en', 'There are 23 things to ask about', 'Returns missing', '/agencies/ha-noi/quality?lang=en'],
  ])('it is told in %s and leads to each check', async (lang, sentence, check, href) => {
    const { text } = await site.get(`/agencies/ha-noi?lang=${lang}`);
    expect(text).toContain(sentence);
    expect(text).toContain(`<a href="${href}#completeness">${check}</a> <b>19</b>`);
  });

  it('a clean office has a clean line that leads to its sheet', async () => {
    const { text } = await site.get('/agencies/evn');
    expect(text).toContain('Không có điểm nào cần hỏi lại: đủ 2 báo cáo phải nộp');
    expect(text).toContain('href="/agencies/evn/quality"');
    expect(text).not.toContain('/agencies/evn/quality#');
  });

  it('the counts are those of the period that is shown', async () => {
    const asked = '?period=2025-05';
    const { quality } = await cardOf('ha-noi', asked);
    // Three of the 23 came for May; the one without an online dossier is quiet for two months only.
    expect(counts(quality?.checks ?? [])).toEqual([['completeness', 20]]);
    expect(counts((await sheetOf('ha-noi', asked)).checks)).toEqual(counts(quality?.checks ?? []));
    expect((await site.get(`/agencies/ha-noi${asked}`)).text).toContain(
      '/quality?period=2025-05#completeness',
    );
  });

  it('an agency whose figures stand under another has none of its own', async () => {
    const asked = '?period=2025-06&boundaries=2025-07-01';
    expect((await cardOf('binh-duong', asked)).quality).toBeNull();
    expect((await site.get(`/agencies/binh-duong${asked}`)).text).not.toContain('/quality');
  });

  it('each check is a row of the CSV', async () => {
    const { text } = await site.get('/agencies/can-tho.csv');
    const [headings = '', ...rows] = text.trimEnd().split('\r\n');
    const at = (name: string) => headings.split(',').indexOf(name);
    const checks = rows.map(r => r.split(',')).filter(r => r[0]?.endsWith('quality'));
    expect(checks.map(r => [r[at('check')], r[at('found')]])).toEqual([
      ['completeness', '16'],
      ['round_numbers', '1'],
    ]);
  });
});
