/** Files as offices write them: what is read, what becomes current, and what a second file does to the first. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Kysely } from 'kysely';
import { receiptOf } from '../../src/intake/receipt.ts';
import { hasStatus, statusOn } from '../../src/kpi/status.ts';
import { factsFor, statusBook } from '../../src/store/facts.ts';
import { milestonesAt } from '../../src/store/milestones.ts';
import { publishMonth } from '../../src/store/months.ts';
import { catalogueAt } from '../../src/store/reference.ts';
import type { Tables } from '../../src/store/tables.ts';
import { freshDatabase, type TestDatabase } from '../support/database.ts';
import {
  balancesOf,
  bytesOf,
  type Cells,
  clear,
  ENGLISH,
  figuresOf,
  goodRow,
  kept,
  NOW,
  send,
  sent,
  sheet,
  shortRow,
  standing,
  submissionsOf,
  UNFILLED,
  VIETNAMESE,
} from './sheets.ts';

let database: TestDatabase;
let db: Kysely<Tables>;
beforeAll(async () => {
  database = await freshDatabase();
  db = database.db;
});
afterAll(() => database.close());
beforeEach(() => clear(db));

/** The key and some counts of every current figure. */
async function brief(...counts: string[]): Promise<(string | number | null)[][]> {
  const wanted = ['period', 'agency', 'unit', 'service', ...counts];
  return (await figuresOf(db)).map(f => wanted.map(name => f[name] ?? null));
}

const REQUIRED = [
  'received_online',
  'received_direct',
  'resolved_early',
  'resolved_on_time',
  'resolved_late',
];

describe('a file as an office writes it', () => {
  it('has a title block above, numbering, and a total row below, none of which is counted', async () => {
    const receipt = await sent(db, kept('good/title-and-total.csv'), { fileName: 'Báo cáo tháng 7.csv' });
    expect(receipt).toMatchObject({
      status: 'approved',
      kind: 'monthly-return',
      period: '2022-07',
      agency: 'ha-noi',
      rows: 3,
      file_name: 'Báo cáo tháng 7.csv',
      read_as: { encoding: 'utf-8', delimiter: ';', numbers: 'plain', heading_row: 5 },
      invented: false,
      problems: [],
    });
    const { period, agency, service, ...counts } = goodRow();
    const full = { ...counts, period: '2022-07', agency: 'ha-noi', unit: null };
    const blank = Object.fromEntries(Object.keys(counts).map(name => [name, null]));
    const required = { received_online: 60, received_direct: 40, resolved_early: 30, resolved_on_time: 50 };
    expect(await figuresOf(db)).toEqual([
      { ...full, service: 'dk-khai-sinh', source_row: 6 },
      { ...full, service: 'dk-khai-tu', source_row: 7 },
      // Blank is not zero: what the row does not report stays unknown.
      { ...full, ...blank, ...required, resolved_late: 10, service: 'dk-ket-hon', source_row: 8 },
    ]);
    expect(await bytesOf(db, receipt.id)).toEqual(kept('good/title-and-total.csv'));
  });

  it('has its headings in any order, case and spacing, with or without accents, in either language', async () => {
    const receipt = await sent(db, kept('good/headings-any.csv'));
    expect(receipt.read_as).toMatchObject({ delimiter: ',', heading_row: 1 });
    expect(await brief(...REQUIRED, 'ratings', 'satisfied')).toEqual([
      ['2022-07', 'ha-noi', null, 'dk-khai-sinh', 60, 40, 30, 50, 10, 25, 24],
    ]);
  });

  it('is separated by tabs, and needs no line break at its end', async () => {
    const receipt = await sent(db, kept('good/tabs.csv'));
    expect(receipt.read_as).toMatchObject({ delimiter: '\t' });
    expect(await brief('received_online')).toEqual([
      ['2022-07', 'ha-noi', 'Quận Ba Đình', 'dk-khai-sinh', 60],
      ['2022-07', 'ha-noi', 'Quận "Tây Hồ"', 'dk-khai-sinh', 6],
    ]);
  });

  it('has line breaks inside cells; rows are counted as a spreadsheet shows them', async () => {
    await sent(db, kept('good/line-breaks.csv'));
    expect((await figuresOf(db)).map(f => [f.source_row, f.unit, f.received_online])).toEqual([
      [2, 'UBND\nphường A', 60],
      [4, 'UBND phường B', 6],
    ]);
  });

  it('is in UTF-16 with a byte order mark, as Excel saves Unicode text', async () => {
    const receipt = await sent(db, kept('good/utf-16.csv'));
    expect(receipt.read_as).toMatchObject({ encoding: 'utf-16le', delimiter: '\t' });
    expect(await brief()).toEqual([['2022-07', 'da-nang', null, 'dk-khai-sinh']]);
  });

  it.each([
    ['vi', 'vi'],
    ['en', 'en'],
    ['space', 'space'],
    ['nbsp', 'space'],
    ['narrow', 'space'],
  ])('writes thousands as in numbers-%s.csv', async (file, style) => {
    const receipt = await sent(db, kept(`good/numbers-${file}.csv`));
    expect(receipt.read_as?.numbers).toBe(style);
    expect(await brief(...REQUIRED)).toEqual([
      ['2022-07', 'ha-noi', null, 'vieng-mo-liet-si', 1_234_567, 12_345, 7, 999_000, 100_000],
    ]);
  });

  it('writes whole numbers with a fraction of zeros', async () => {
    await sent(db, kept('good/numbers-zero-fraction.csv'));
    expect(await brief(...REQUIRED)).toEqual([
      ['2022-07', 'ha-noi', null, 'vieng-mo-liet-si', 60, 40, 30, 1050, 10],
    ]);
  });

  it('names services by procedure codes and agencies by other codes, also those a spreadsheet made numbers', async () => {
    const receipt = await sent(db, kept('good/codes.csv'));
    // A dot in a code is no thousands separator; the count in the first row is what decides.
    expect(receipt.read_as?.numbers).toBe('vi');
    expect(await brief('received_online')).toEqual([
      ['2022-07', 'ha-noi', null, 'vieng-mo-liet-si', 1060],
      ['2022-07', 'ha-noi', null, 'dk-thuong-tru', 60],
      ['2022-07', 'ha-noi', null, 'thong-bao-luu-tru', 60],
      ['2022-07', 'ha-noi', null, 'dk-khai-sinh', 60],
    ]);
  });

  it('writes the month in several ways', async () => {
    await sent(db, kept('good/months.csv'));
    expect((await figuresOf(db)).map(f => f.period)).toEqual(Array(6).fill('2022-07'));
  });

  it('leaves month and agency to what is given beside it', async () => {
    const beside = { period: 'Tháng 7/2022', agency: 'Tp. Hồ Chí Minh' };
    const receipt = await sent(db, kept('good/beside.csv'), beside);
    expect(receipt).toMatchObject({ period: '2022-07', agency: 'ho-chi-minh', rows: 2 });
    expect(await brief('received_online')).toEqual([
      ['2022-07', 'ho-chi-minh', null, 'dk-khai-sinh', 60],
      ['2022-07', 'ho-chi-minh', null, 'dk-khai-tu', 6],
    ]);
    // The same bytes for another month are another return.
    const other = await sent(db, kept('good/beside.csv'), { ...beside, period: '2022-08' });
    expect(other).toMatchObject({ status: 'approved', period: '2022-08' });
    expect(other.id).not.toBe(receipt.id);
    expect(await figuresOf(db)).toHaveLength(4);
  });

  it('may repeat month and agency that are given beside it', async () => {
    const receipt = await sent(db, sheet([shortRow()]), { period: '07/2022', agency: 'H26' });
    expect(receipt).toMatchObject({ status: 'approved', agency: 'ha-noi' });
  });

  it('has units whose names begin like a total row, and they are counted', async () => {
    // Power corporations are "Tổng công ty"; a total row is "Tổng cộng". Without marks both begin alike.
    const receipt = await sent(db, kept('good/units-named-total.csv'), { period: '2022-07', agency: 'evn' });
    expect(receipt.rows).toBe(2);
    expect(await brief('received_online')).toEqual([
      ['2022-07', 'evn', 'Tổng công ty Điện lực miền Bắc', 'cap-dien-moi', 60],
      ['2022-07', 'evn', 'Tổng công ty Điện lực TP Hà Nội', 'cap-dien-moi', 6],
    ]);
  });

  it.each([
    ...['Thành phố Hồ Chí Minh', 'TP.HCM', 'TP HCM', 'thanh pho ho chi minh', 'UBND TP. Hồ Chí Minh', 'H29'],
    ...['79', 'ho-chi-minh', 'HO CHI MINH', '  Tp.  Hồ  Chí Minh ', 'Hồ Chí Minh'.normalize('NFD')],
  ])('calls an agency %j', async name => {
    expect((await sent(db, sheet([shortRow({ agency: name })]))).agency).toBe('ho-chi-minh');
    // The same name after the merger is the city that was formed by it.
    const later = await sent(db, sheet([shortRow({ agency: name, period: '2025-08' })])).catch(() => null);
    if (name !== 'ho-chi-minh' && name !== 'H29') expect(later?.agency).toBe('ho-chi-minh-2025');
  });

  it.each([
    ['Hoà Bình', 'hoa-binh'],
    ['Hòa Bình', 'hoa-binh'],
    ['Tỉnh Đắk Lắk', 'dak-lak'],
    ['Dak Lak', 'dak-lak'],
    ['Ðà Nẵng', 'da-nang'],
    ['Thừa Thiên – Huế', 'thua-thien-hue'],
    ['TT-Huế', 'thua-thien-hue'],
    ['Bà Rịa – Vũng Tàu', 'ba-ria-vung-tau'],
    ['BCA', 'bca'],
    ['Bộ Công an', 'bca'],
    ['G01', 'bca'],
    ['EVN', 'evn'],
  ])('calls %s what is known as %s', async (name, code) => {
    expect((await sent(db, sheet([shortRow({ agency: name })]))).agency).toBe(code);
  });

  it('means by a statistics code the province that had it in that month', async () => {
    const june = await sent(db, sheet([shortRow({ agency: '15', period: '2025-06' })]));
    const august = await sent(db, sheet([shortRow({ agency: '15', period: '2025-08' })]));
    expect([june.agency, august.agency]).toEqual(['yen-bai', 'lao-cai-2025']);
  });

  it('says that its figures are invented', async () => {
    const marked = Buffer.concat([Buffer.from('DỮ LIỆU MẪU (INVENTED SAMPLE DATA)\n'), sheet([shortRow()])]);
    expect(await sent(db, marked)).toMatchObject({ invented: true, read_as: { heading_row: 2 } });
    expect((await factsFor(db, ['2022-07'], null)).months.get('2022-07')?.invented).toBe(true);
  });
});

describe('the same file again', () => {
  it('changes nothing and gets the first receipt back', async () => {
    const bytes = sheet([goodRow(), goodRow({ service: 'dk-khai-tu' })]);
    const first = await sent(db, bytes, { fileName: 'first.csv' });
    const [before, count] = [await standing(db), await submissionsOf(db)];
    const again = await sent(db, bytes, { fileName: 'second.csv', lang: 'en' }, NOW + 60_000);
    expect(again).toMatchObject({ id: first.id, status: 'unchanged', file_name: 'first.csv' });
    expect(again.received_at).toBe(first.received_at);
    expect(await standing(db)).toBe(before);
    expect(await submissionsOf(db)).toBe(count);
    expect((await receiptOf(db, first.id as string, 'vi'))?.status).toBe('approved');
  });

  it('is unchanged too after the month was published: nothing is corrected by it', async () => {
    const bytes = sheet([goodRow()]);
    const first = await sent(db, bytes);
    await publishMonth(db, '2022-07', 'operator');
    expect(await send(db, bytes)).toMatchObject({ id: first.id, status: 'unchanged' });
  });

  it('is kept as unchanged when other bytes say the same', async () => {
    const first = await sent(db, sheet([goodRow(), goodRow({ service: 'dk-khai-tu' })]));
    const before = await standing(db);
    const other = await sent(db, sheet([goodRow({ service: 'Đăng ký khai tử' }), goodRow()], ';'));
    expect(other.status).toBe('unchanged');
    expect(other.id).not.toBe(first.id);
    expect(await standing(db)).toBe(before);
  });

  it('is restored by A, B, A', async () => {
    const a = sheet([goodRow(), goodRow({ service: 'dk-khai-tu' })]);
    const b = sheet([goodRow({ resolved_end_to_end: 12, ratings: null, satisfied: null })]);
    const first = await sent(db, a);
    const [figures, balances] = [
      await brief(...REQUIRED, 'resolved_end_to_end', 'ratings'),
      await balancesOf(db),
    ];
    const second = await sent(db, b);
    expect(await brief('resolved_end_to_end', 'ratings')).toEqual([
      ['2022-07', 'ha-noi', null, 'dk-khai-sinh', 12, null],
      ['2022-07', 'ha-noi', null, 'dk-khai-tu', 40, 25],
    ]);
    expect((await receiptOf(db, first.id as string, 'vi'))?.status).toBe('approved');
    const third = await sent(db, a);
    expect(third.status).toBe('approved');
    expect(new Set([first.id, second.id, third.id]).size).toBe(3);
    expect(await brief(...REQUIRED, 'resolved_end_to_end', 'ratings')).toEqual(figures);
    expect(await balancesOf(db)).toEqual(balances);
    expect((await receiptOf(db, second.id as string, 'vi'))?.status).toBe('superseded');
    expect(await sent(db, a)).toMatchObject({ id: third.id, status: 'unchanged' });
  });
});

describe('a correction', () => {
  it('moves only the rows that differ', async () => {
    const services = ['dk-khai-sinh', 'dk-khai-tu', 'dk-ket-hon'];
    await sent(db, sheet(services.map(service => goodRow({ service }))));
    const posted = async () =>
      (
        await db.selectFrom('figures').select(['service_id', 'posting_id']).orderBy('service_id').execute()
      ).map(f => f.posting_id);
    const [first] = await posted();
    await sent(
      db,
      sheet(services.map(service => goodRow({ service, ratings: service === 'dk-khai-tu' ? 24 : 25 }))),
    );
    const after = await posted();
    expect(after.filter(p => p === first)).toHaveLength(2);
    expect(new Set(after).size).toBe(2);
    const history = await db.selectFrom('figures_history').selectAll().execute();
    expect(history.map(h => [h.ratings, h.posting_id, h.superseded_by])).toEqual([
      [25, first, Math.max(...after)],
    ]);
    const ledger = await db
      .selectFrom('ledger')
      .selectAll()
      .where('posting_id', '>', first as number)
      .execute();
    // One difference: the same row stands in as before, with one rating less.
    expect(ledger.map(l => [l.rows, l.resolved, l.satisfaction_rows, l.satisfaction_ratings])).toEqual([
      [0, 0, 0, -1],
    ]);
  });

  it('tells a blank from a zero in either direction', async () => {
    await sent(db, sheet([goodRow({ resolved_end_to_end: 0 })]));
    expect(await balancesOf(db)).toEqual({ '2022-07 ha-noi dk-khai-sinh': [1, 90, 0] });
    const rows = async () =>
      (await db.selectFrom('ledger').select('end_to_end_rows').execute()).reduce(
        (n, l) => n + l.end_to_end_rows,
        0,
      );
    expect(await rows()).toBe(1);
    await sent(db, sheet([goodRow({ resolved_end_to_end: null })]));
    expect(await rows()).toBe(0);
    await sent(db, sheet([goodRow({ resolved_end_to_end: 0 })]));
    expect(await rows()).toBe(1);
  });

  it('of a published month needs a reason, which is kept', async () => {
    await sent(db, sheet([goodRow()]));
    await publishMonth(db, '2022-07', 'operator');
    const correction = sheet([goodRow({ satisfied: 20 }), goodRow({ period: '2022-08' })]);
    const before = await standing(db);
    const refused = await send(db, correction);
    expect(refused.problems).toMatchObject([
      { row: 2, column: 'period', value: '2022-07', code: 'closed_period' },
    ]);
    expect(await standing(db)).toBe(before);
    const taken = await sent(db, correction, { reason: 'Nhập nhầm lượt hài lòng' });
    expect(taken).toMatchObject({ status: 'approved', reason: 'Nhập nhầm lượt hài lòng' });
    expect((await receiptOf(db, taken.id as string, 'vi'))?.reason).toBe('Nhập nhầm lượt hài lòng');
    expect(await brief('satisfied')).toEqual([
      ['2022-07', 'ha-noi', null, 'dk-khai-sinh', 20],
      ['2022-08', 'ha-noi', null, 'dk-khai-sinh', 24],
    ]);
  });

  it('by units replaces the row of the whole agency, and the reverse; only for the services it names', async () => {
    const unit = (name: string, change: Cells = {}) => shortRow({ unit: name, ...change });
    await sent(db, sheet([shortRow(), shortRow({ service: 'dk-khai-tu' })]));
    await sent(db, sheet([unit('Quận A'), unit('Quận B', { received_online: 7 })]));
    expect(await brief('received_online')).toEqual([
      ['2022-07', 'ha-noi', 'Quận A', 'dk-khai-sinh', 60],
      ['2022-07', 'ha-noi', 'Quận B', 'dk-khai-sinh', 7],
      ['2022-07', 'ha-noi', null, 'dk-khai-tu', 60],
    ]);
    expect(await balancesOf(db)).toMatchObject({ '2022-07 ha-noi dk-khai-sinh': [2, 180, 0] });
    // One unit again leaves the other as it is; a name in capitals is the same unit.
    await sent(db, sheet([unit('QUẬN A', { received_online: 61 })]));
    expect(await brief('received_online')).toContainEqual(['2022-07', 'ha-noi', 'Quận B', 'dk-khai-sinh', 7]);
    expect(await figuresOf(db)).toHaveLength(3);
    await sent(db, sheet([shortRow({ received_online: 99 })]));
    expect(await brief('received_online')).toEqual([
      ['2022-07', 'ha-noi', null, 'dk-khai-sinh', 99],
      ['2022-07', 'ha-noi', null, 'dk-khai-tu', 60],
    ]);
    expect(await balancesOf(db)).toEqual({
      '2022-07 ha-noi dk-khai-sinh': [1, 90, 0],
      '2022-07 ha-noi dk-khai-tu': [1, 90, 0],
    });
    expect(await db.selectFrom('figures_history').selectAll().execute()).toHaveLength(4);
  });

  it('counts as received when the first return came, or earlier when an earlier file turns up', async () => {
    const day = (text: string) => Date.parse(`${text}T09:00:00+07:00`);
    const came = async () => {
      const facts = await factsFor(db, ['2022-07'], null);
      return facts.months.get('2022-07')?.cells.get('ha-noi')?.get('dk-khai-sinh')?.receivedAt;
    };
    await sent(db, sheet([goodRow()]), { receivedAt: day('2022-08-04') });
    expect(await came()).toBe(day('2022-08-04'));
    await sent(db, sheet([goodRow({ satisfied: 3 })]), { receivedAt: day('2022-08-20') });
    expect(await came()).toBe(day('2022-08-04'));
    await sent(db, sheet([goodRow({ satisfied: 4 })]), { receivedAt: day('2022-08-02') });
    expect(await came()).toBe(day('2022-08-02'));
  });
});

describe('who and what a return is about', () => {
  it('is Bình Dương until June 2025', async () => {
    const june = await sent(db, sheet([shortRow({ agency: 'Bình Dương', period: '06/2025' })]));
    expect(june).toMatchObject({ status: 'approved', agency: 'binh-duong', period: '2025-06' });
  });

  it('is said in the receipt only when it is one month and one agency', async () => {
    const receipt = await sent(db, sheet([shortRow(), shortRow({ agency: 'da-nang', period: '2022-08' })]));
    expect(receipt).toMatchObject({ period: null, agency: null, rows: 2 });
  });

  it('raises questions that do not block: a new unit, a service that is not due, one that is missing', async () => {
    const bytes = sheet([
      shortRow({ unit: 'Quận Mới' }),
      shortRow({ unit: 'quận mới', service: 'dk-khai-tu' }),
      shortRow({ service: 'cap-dien-moi' }),
    ]);
    const [vi, en] = [await sent(db, bytes), await sent(db, bytes, { lang: 'en' })];
    expect([vi.status, en.status]).toEqual(['approved', 'unchanged']);
    const found = (code: string) => vi.warnings.filter(w => w.code === code);
    expect(found('new_unit').map(w => [w.row, w.column, w.value])).toEqual([[2, 'unit', 'Quận Mới']]);
    expect(found('service_not_due').map(w => [w.row, w.column, w.value])).toEqual([
      [4, 'service', 'cap-dien-moi'],
    ]);
    const missing = found('service_missing').map(w => w.value);
    expect(missing).toContain('dk-ket-hon');
    expect(missing).not.toContain('dk-khai-tu');
    expect(missing).not.toContain('cap-dien-moi');
    expect(vi.warning_count).toBe(vi.warnings.length);
    for (const [i, warning] of vi.warnings.entries()) {
      const other = en.warnings[i];
      for (const text of ['message', 'remedy'] as const) {
        expect(warning[text]).not.toBe(other?.[text]);
        expect(warning[text]).not.toMatch(UNFILLED);
        expect(other?.[text]).not.toMatch(UNFILLED);
        expect(warning[text]).not.toMatch(ENGLISH);
        expect(other?.[text]).not.toMatch(VIETNAMESE);
      }
    }
    // A unit that is known, and a return that came, are asked about no more.
    const second = await sent(db, sheet([shortRow({ unit: 'Quận Mới', period: '2022-08' })]));
    expect(second.warnings.map(w => w.code)).not.toContain('new_unit');
    const late = await sent(db, sheet([shortRow({ service: 'dk-ket-hon' })]));
    expect(late.warnings.map(w => w.value)).not.toContain('dk-khai-sinh');
  });
});

describe('a dry run', () => {
  it('says everything and stores nothing', async () => {
    await clear(db);
    const [before, count] = [await standing(db), await submissionsOf(db)];
    const good = await sent(db, sheet([goodRow({ unit: 'Quận Mới' })]), { dryRun: true });
    expect(good).toMatchObject({ id: null, status: 'accepted', approved_by: null, rows: 1 });
    expect(good.warnings.map(w => w.code)).toContain('new_unit');
    const bad = await send(db, kept('bad/percentage.csv'), { dryRun: true });
    expect(bad).toMatchObject({ id: null, status: 'refused', problem_count: 2 });
    const statuses = Buffer.from('as_of,agency,service,level\n2022-08-09,bca,ho-chieu,4\n');
    expect(await sent(db, statuses, { kind: 'service-status', dryRun: true })).toMatchObject({ id: null });
    expect(await standing(db)).toBe(before);
    expect(await submissionsOf(db)).toBe(count);
    expect(await db.selectFrom('unit_keys').selectAll().where('id', '<>', 0).execute()).toEqual([]);
  });
});

describe('a file of service statuses', () => {
  const statuses = (...rows: string[]) =>
    Buffer.from(
      ['Tính đến ngày;Cơ quan;Dịch vụ công;Mức độ;Hình thức;Trên Cổng DVCQG;Ghi chú', ...rows].join('\r\n'),
    );
  const STATUS = { kind: 'service-status' as const };

  it('is read with levels and modes in either language', async () => {
    const receipt = await sent(
      db,
      statuses(
        '09/08/2022;Bộ Công an;1.001456;Mức độ 4;;Có;',
        '2022-08-15;BCA;con-dau-moi;;Toàn trình;không;từ hôm nay',
        '2022-08-15;BCA;ho-chieu;;một phần;;',
        '2022-08-15;BCA;con-dau-thu-nho;3;information;x;',
      ),
      STATUS,
    );
    expect(receipt).toMatchObject({ status: 'approved', agency: 'bca', rows: 4, period: null });
    const rows = await db
      .selectFrom('statuses')
      .innerJoin('service_keys', 'service_keys.id', 'statuses.service_id')
      .select(['as_of', 'code', 'level', 'mode', 'on_portal', 'note', 'source_row'])
      .orderBy('source_row')
      .execute();
    expect(rows.map(r => Object.values(r))).toEqual([
      ['2022-08-09', 'ho-chieu', 4, null, true, '', 2],
      ['2022-08-15', 'con-dau-moi', null, 'full', false, 'từ hôm nay', 3],
      ['2022-08-15', 'ho-chieu', null, 'partial', null, '', 4],
      ['2022-08-15', 'con-dau-thu-nho', 3, 'information', true, '', 5],
    ]);
    const catalogue = await catalogueAt(db, null);
    const book = await statusBook(db);
    const passport = catalogue.serviceByCode.get('ho-chieu');
    if (!passport) throw new Error('no passport service');
    expect(statusOn(catalogue, book, 'bca', passport, '2022-08-08')).toBeNull();
    expect(statusOn(catalogue, book, 'bca', passport, '2022-08-14')).toMatchObject({ level: 4 });
    // A level says nothing under the rules of 15 August 2022.
    expect(statusOn(catalogue, book, 'bca', passport, '2022-08-15')).toMatchObject({ mode: 'partial' });
    expect(hasStatus(catalogue, book, 'btp', '2022-08-31')).toBe(false);
  });

  it('again is unchanged, and a correction keeps what it replaces', async () => {
    const first = await sent(
      db,
      statuses('2022-08-09;BCA;ho-chieu;3;;;', '2022-08-09;BCA;con-dau-moi;4;;;'),
      STATUS,
    );
    expect(
      await sent(db, statuses('2022-08-09;BCA;ho-chieu;3;;;', '2022-08-09;BCA;con-dau-moi;4;;;'), STATUS),
    ).toMatchObject({ id: first.id, status: 'unchanged' });
    await sent(db, statuses('2022-08-09;BCA;ho-chieu;4;;;'), STATUS);
    const levels = async (table: 'statuses' | 'statuses_history') =>
      (await db.selectFrom(table).select('level').orderBy('source_row').execute()).map(r => r.level);
    expect(await levels('statuses')).toEqual([4, 4]);
    expect(await levels('statuses_history')).toEqual([3]);
    expect((await receiptOf(db, first.id as string, 'vi'))?.status).toBe('approved');
  });

  it('that would move a number of a published month needs a reason', async () => {
    await publishMonth(db, '2022-09', 'operator');
    const file = statuses('2022-08-20;BCA;ho-chieu;;toàn trình;;');
    expect((await send(db, file, STATUS)).problems.map(p => p.code)).toEqual(['closed_period']);
    expect(await sent(db, file, { ...STATUS, reason: 'Quyết định bổ sung' })).toMatchObject({
      status: 'approved',
    });
    // From October on, and by level, nothing of September changes.
    const later = statuses('2022-10-01;BCA;ho-chieu;;một phần;;', '2022-08-10;BCA;con-dau-moi;4;;;');
    expect(await sent(db, later, STATUS)).toMatchObject({ status: 'approved' });
  });
});

describe('a file of milestones', () => {
  const HEAD = 'as_of,agency,indicator,numerator,denominator,value,unit,document,clause,quote';
  const milestones = (...rows: string[]) => Buffer.from([HEAD, ...rows].join('\n'));
  const MILESTONES = { kind: 'milestones' as const };

  it('is kept as quoted, and replaced only by the same place of the same document', async () => {
    await sent(
      db,
      milestones(
        '2022-08-09,national,essential_services_integrated,21,25,"84,0",percent,Thông báo 1,2.b,"21/25 ""dịch vụ"""',
        '09/08/2022,Bộ Công an,services_level_3_4,187,224,83.5,percent,Thông báo 1,,',
        '2022-08-09,Cả nước,dossiers,,,"125.000.000",dossiers,Thông báo 1,,',
      ),
      MILESTONES,
    );
    const there = await milestonesAt(db, null);
    expect(there).toMatchObject([
      {
        asOf: '2022-08-09',
        agency: 'national',
        numerator: 21,
        denominator: 25,
        value: 84,
        clause: '2.b',
        quote: '21/25 "dịch vụ"',
      },
      { agency: 'bca', numerator: 187, denominator: 224, value: 83.5, clause: null, quote: null },
      { agency: 'national', numerator: null, denominator: null, value: 125_000_000 },
    ]);
    await sent(
      db,
      milestones('2022-08-09,bca,services_level_3_4,188,224,83.9,percent,Thông báo 1,,'),
      MILESTONES,
    );
    await sent(
      db,
      milestones('2022-08-09,bca,services_level_3_4,190,224,,percent,Thông báo 2,,'),
      MILESTONES,
    );
    const of = (await milestonesAt(db, null)).filter(m => m.agency === 'bca');
    expect(of.map(m => [m.document, m.numerator])).toEqual([
      ['Thông báo 1', 188],
      ['Thông báo 2', 190],
    ]);
  });
});
