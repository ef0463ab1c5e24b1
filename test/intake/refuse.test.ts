/** Every blocking rule in turn: the file is refused, says why in both languages, and changes nothing. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Upload } from '../../src/intake/accept.ts';
import { type ReceiptFinding, receiptOf } from '../../src/intake/receipt.ts';
import { PROBLEM_CODES } from '../../src/kpi/finding.ts';
import { publishMonth } from '../../src/store/months.ts';
import { freshDatabase, type TestDatabase } from '../support/database.ts';
import {
  bytesOf,
  ENGLISH,
  goodRow,
  kept,
  send,
  sent,
  sheet,
  shortRow,
  standing,
  submissionsOf,
  UNFILLED,
  VIETNAMESE,
} from './sheets.ts';

/** Row, column, value and code of a problem. */
type Expected = [number | null, string | null, string | null, string];

const MILESTONES: Partial<Upload> = { kind: 'milestones' };
const STATUSES: Partial<Upload> = { kind: 'service-status' };

/** The month 2022-05 is published before any of these is sent. */
const BAD: Record<string, { beside?: Partial<Upload>; problems: Expected[] }> = {
  'unreadable_file-encoding.csv': { problems: [[null, null, null, 'unreadable_file']] },
  'unreadable_file-binary.csv': { problems: [[null, null, null, 'unreadable_file']] },
  // The quote is opened in row 3 and never closed; the file has five rows.
  'unreadable_file-quotes.csv': { problems: [[3, null, null, 'unreadable_file']] },
  // The heading row holds a line break, so row 3 of the sheet is line 4 of the file.
  'unreadable_file-stray-quote.csv': { problems: [[3, null, null, 'unreadable_file']] },
  'unreadable_file-cut.xlsx': { problems: [[null, null, null, 'unreadable_file']] },
  'unsupported_type-old.xls': { problems: [[null, null, null, 'unsupported_type']] },
  'unsupported_type.pdf': { problems: [[null, null, null, 'unsupported_type']] },
  'empty_file.csv': { problems: [[null, null, null, 'empty_file']] },
  'empty_file-blank.csv': { problems: [[null, null, null, 'empty_file']] },
  'empty_file-headings.csv': { problems: [[null, null, null, 'empty_file']] },
  'unknown_column.csv': {
    problems: [[1, 'Tỷ lệ toàn trình (%)', 'Tỷ lệ toàn trình (%)', 'unknown_column']],
  },
  'unknown_column-twice.csv': {
    problems: [[1, 'Received Online', 'Received Online', 'unknown_column']],
  },
  'unknown_column-beyond.csv': { problems: [[4, null, '7', 'unknown_column']] },
  'missing_column.csv': { problems: [[1, 'resolved_late', '', 'missing_column']] },
  'missing_column-keys.csv': {
    problems: [
      [1, 'period', '', 'missing_column'],
      [1, 'agency', '', 'missing_column'],
    ],
  },
  'ambiguous_numbers.csv': {
    problems: [
      [3, 'received_direct', '1,040', 'ambiguous_numbers'],
      [4, 'resolved_early', '1 030', 'ambiguous_numbers'],
    ],
  },
  'unknown_agency.csv': {
    problems: [
      [2, 'agency', 'Atlantis', 'unknown_agency'],
      [3, 'agency', '', 'unknown_agency'],
      [4, 'agency', 'all-ministries', 'unknown_agency'],
    ],
  },
  'agency_not_in_force.csv': {
    problems: [
      [2, 'agency', 'Bình Dương', 'agency_not_in_force'],
      [4, 'agency', 'hue', 'agency_not_in_force'],
    ],
  },
  'unknown_service.csv': {
    problems: [
      [2, 'service', 'Cấp phép bay lên Sao Hỏa', 'unknown_service'],
      [3, 'service', '9.999999', 'unknown_service'],
      [4, 'service', '', 'unknown_service'],
      [5, 'service', 'qd422-chua-ro-01', 'unknown_service'],
    ],
  },
  'service_not_in_catalogue.csv': {
    problems: [
      [2, 'service', 'ho-kinh-doanh-va-thue', 'service_not_in_catalogue'],
      [4, 'service', 'dk-khai-sinh', 'service_not_in_catalogue'],
    ],
  },
  'bad_period.csv': {
    problems: [
      [2, 'period', '2022-13', 'bad_period'],
      [3, 'period', 'tháng bảy', 'bad_period'],
      [4, 'period', '', 'bad_period'],
      [5, 'period', '0/2022', 'bad_period'],
    ],
  },
  'bad_period-other.csv': {
    beside: { period: '07/2022' },
    problems: [[3, 'period', '2022-06', 'bad_period']],
  },
  'future_period.csv': { problems: [[2, 'period', '10/2025', 'future_period']] },
  'closed_period.csv': { problems: [[2, 'period', '2022-05', 'closed_period']] },
  'out_of_scope.csv': {
    beside: { agency: 'H26' },
    problems: [[3, 'agency', 'Đà Nẵng', 'out_of_scope']],
  },
  'missing_value.csv': {
    problems: [
      [2, 'received_online', '', 'missing_value'],
      [3, 'received_direct', '', 'missing_value'],
      [4, 'resolved_early', '', 'missing_value'],
      [4, 'resolved_on_time', '', 'missing_value'],
      [4, 'resolved_late', '', 'missing_value'],
    ],
  },
  'not_a_whole_number.csv': {
    problems: [
      [2, 'received_online', '12,5', 'not_a_whole_number'],
      [3, 'received_direct', '4.5', 'not_a_whole_number'],
      [3, 'resolved_early', 'ba mươi', 'not_a_whole_number'],
      [4, 'resolved_on_time', '1e3', 'not_a_whole_number'],
      [4, 'resolved_late', '1.2345', 'not_a_whole_number'],
      [5, 'resolved_early', '12.34', 'not_a_whole_number'],
      [5, 'resolved_on_time', '01.234', 'not_a_whole_number'],
      [5, 'resolved_late', '1..000', 'not_a_whole_number'],
    ],
  },
  'negative.csv': {
    problems: [
      [2, 'received_online', '-60', 'negative'],
      [3, 'received_direct', '(40)', 'negative'],
      [3, 'resolved_late', '−1', 'negative'],
    ],
  },
  'percentage.csv': {
    problems: [
      [2, 'received_online', '87,5%', 'percentage'],
      [3, 'resolved_early', '30 %', 'percentage'],
    ],
  },
  'too_large.csv': {
    problems: [
      [2, 'received_online', '1000000000', 'too_large'],
      [3, 'received_direct', '1,000,000,000', 'too_large'],
    ],
  },
  'formula_error.csv': {
    problems: [
      [2, 'received_online', '#REF!', 'formula_error'],
      [3, 'received_direct', '#N/A', 'formula_error'],
      [3, 'resolved_on_time', '#DIV/0!', 'formula_error'],
      [4, 'resolved_early', '#TÊN?', 'formula_error'],
      [4, 'resolved_late', '#VALUE!', 'formula_error'],
    ],
  },
  'online_sum_mismatch.csv': {
    problems: [
      [2, 'received_online', '60', 'online_sum_mismatch'],
      [5, 'received_online', '60', 'online_sum_mismatch'],
    ],
  },
  'balance_mismatch.csv': {
    problems: [
      [2, 'carried_over', '10', 'balance_mismatch'],
      [5, 'carried_over', '0', 'balance_mismatch'],
    ],
  },
  'part_exceeds_whole.csv': {
    problems: [
      [2, 'resolved_end_to_end', '91', 'part_exceeds_whole'],
      [3, 'results_digitised', '91', 'part_exceeds_whole'],
      [4, 'paid_online', '6', 'part_exceeds_whole'],
      [5, 'satisfied', '8', 'part_exceeds_whole'],
      [6, 'files_digitised', '101', 'part_exceeds_whole'],
      [7, 'data_reused', '101', 'part_exceeds_whole'],
    ],
  },
  'duplicate_row.csv': { problems: [[3, 'service', '1.001193', 'duplicate_row']] },
  'duplicate_row-units.csv': {
    problems: [
      [3, 'service', 'dk-khai-sinh', 'duplicate_row'],
      [5, 'unit', '', 'duplicate_row'],
      [7, 'unit', 'Quận Tây Hồ', 'duplicate_row'],
    ],
  },
  'rows-with-breaks.csv': {
    problems: [
      [4, 'received_online', 'x', 'not_a_whole_number'],
      [5, 'received_direct', 'y', 'not_a_whole_number'],
    ],
  },
  'several.csv': {
    problems: [
      [2, 'period', '2022-13', 'bad_period'],
      [2, 'agency', 'Atlantis', 'unknown_agency'],
      [2, 'service', 'nothing', 'unknown_service'],
      [2, 'received_online', '-1', 'negative'],
      [2, 'received_direct', '1e9', 'not_a_whole_number'],
      [2, 'resolved_early', '#REF!', 'formula_error'],
      [2, 'resolved_on_time', '9%', 'percentage'],
      [2, 'resolved_late', '', 'missing_value'],
    ],
  },
  'status-problems.csv': {
    beside: STATUSES,
    problems: [
      [2, 'level', '5', 'not_a_whole_number'],
      [3, 'mode', 'trực tuyến', 'not_a_whole_number'],
      [4, 'as_of', '31/02/2022', 'bad_period'],
      [5, 'as_of', '11/09/2025', 'future_period'],
      [6, 'level', '', 'missing_value'],
      [7, 'agency', 'Bộ Phép thuật', 'unknown_agency'],
      [8, 'agency', 'Bình Dương', 'agency_not_in_force'],
      [9, 'service', 'ho-chieu', 'service_not_in_catalogue'],
      // A level of 2021 would still hold at the end of May 2022, which is published.
      [9, 'as_of', '2021-12-31', 'closed_period'],
      [11, 'service', '1.001456', 'duplicate_row'],
    ],
  },
  'status-closed_period.csv': {
    beside: STATUSES,
    problems: [[2, 'as_of', '2022-05-31', 'closed_period']],
  },
  // The sums of a group stand in a row of their own: with counts it is no heading.
  'group-sums.csv': {
    problems: [
      [2, 'period', '', 'bad_period'],
      [2, 'agency', '', 'unknown_agency'],
      [2, 'service', 'Lĩnh vực hộ tịch', 'unknown_service'],
    ],
  },
  'signature-with-count.csv': {
    problems: [
      [4, 'period', 'Người lập biểu', 'bad_period'],
      [4, 'agency', '', 'unknown_agency'],
      [4, 'service', '', 'unknown_service'],
      [4, 'received_direct', '', 'missing_value'],
      [4, 'resolved_early', '', 'missing_value'],
      [4, 'resolved_on_time', '', 'missing_value'],
      [4, 'resolved_late', '', 'missing_value'],
    ],
  },
  // Text keeps the first cell of a merge alone.
  'merged-cells-saved-as.csv': {
    problems: [
      [3, 'period', '', 'bad_period'],
      [3, 'agency', '', 'unknown_agency'],
    ],
  },
  'title-two-months.csv': { problems: [[2, 'period', '', 'missing_column']] },
  'cumulative.csv': {
    problems: [
      [1, 'Tiếp nhận trực tuyến (lũy kế)', 'Tiếp nhận trực tuyến (lũy kế)', 'unknown_column'],
      [1, 'received_online', '', 'missing_column'],
    ],
  },
  'unsupported_type-page.xls': { problems: [[null, null, null, 'unsupported_type']] },
  'unsupported_type-mht.xls': { problems: [[null, null, null, 'unsupported_type']] },
  'status-on_portal.csv': {
    beside: STATUSES,
    problems: [
      [2, 'on_portal', 'đang thử nghiệm', 'not_a_whole_number'],
      [3, 'on_portal', '-', 'not_a_whole_number'],
    ],
  },
  'milestone-problems.csv': {
    beside: MILESTONES,
    problems: [
      [2, 'numerator', '225', 'part_exceeds_whole'],
      [3, 'value', 'abc', 'not_a_whole_number'],
      [4, 'agency', 'nobody', 'unknown_agency'],
      [5, 'as_of', '2026-01-01', 'future_period'],
      [6, 'indicator', '', 'missing_value'],
      [6, 'unit', '', 'missing_value'],
      [6, 'document', '', 'missing_value'],
      [7, 'value', '', 'missing_value'],
      [9, 'indicator', 'w', 'duplicate_row'],
      [10, 'as_of', '8/2022', 'bad_period'],
    ],
  },
};

const brief = (p: ReceiptFinding): Expected => [p.row, p.column, p.value, p.code];

let database: TestDatabase;
beforeAll(async () => {
  database = await freshDatabase();
  const { db } = database;
  await sent(db, sheet([goodRow({ period: '2022-05' }), goodRow({ service: 'dk-tam-tru' })]));
  await sent(db, Buffer.from('as_of,agency,service,level,mode\n2022-04-20,bca,ho-chieu,3,\n'), {
    kind: 'service-status',
  });
  await publishMonth(db, '2022-05', 'operator');
});
afterAll(() => database.close());

describe('a file with a problem', () => {
  it.each(Object.entries(BAD))(
    '%s is refused with exactly its problems',
    async (name, { beside, problems }) => {
      const { db } = database;
      const [before, count] = [await standing(db), await submissionsOf(db)];
      const receipt = await send(db, kept(`bad/${name}`), { fileName: name, ...beside });
      expect(receipt.problems.map(brief)).toEqual(problems);
      expect(receipt).toMatchObject({
        status: 'refused',
        problem_count: problems.length,
        warning_count: 0,
        approved_by: null,
        file_name: name,
      });
      expect(receipt.problems.every(p => p.sheet === null)).toBe(true);
      expect(await standing(db)).toBe(before);
      // The submission is kept with its bytes and its problems.
      expect(await submissionsOf(db)).toBe(count + 1);
      expect(await receiptOf(db, receipt.id as string, 'vi')).toEqual(receipt);
      expect((await bytesOf(db, receipt.id)).equals(kept(`bad/${name}`))).toBe(true);
    },
  );

  it.each(Object.entries(BAD))(
    '%s says what is wrong and what to do, in either language',
    async (name, { beside }) => {
      const bytes = kept(`bad/${name}`);
      const [vi, en] = await Promise.all(
        (['vi', 'en'] as const).map(lang => send(database.db, bytes, { ...beside, lang, dryRun: true })),
      );
      for (const [i, problem] of (vi?.problems ?? []).entries()) {
        const other = en?.problems[i] as ReceiptFinding;
        expect(brief(other)).toEqual(brief(problem));
        for (const text of ['message', 'remedy'] as const) {
          expect(problem[text].length).toBeGreaterThan(5);
          expect(other[text].length).toBeGreaterThan(5);
          expect(problem[text]).not.toBe(other[text]);
          expect(problem[text]).not.toMatch(UNFILLED);
          expect(other[text]).not.toMatch(UNFILLED);
          // What stands in quotation marks is quoted from elsewhere: a menu entry, a separator.
          expect(problem[text].replace(/"[^"]*"/g, '')).not.toMatch(ENGLISH);
          expect(other[text].replace(/"[^"]*"/g, '')).not.toMatch(VIETNAMESE);
        }
      }
    },
  );

  it('is there for every problem that a file can have', () => {
    const met = new Set(Object.values(BAD).flatMap(b => b.problems.map(p => p[3])));
    // Too big is told by the door, before a file is read.
    expect(PROBLEM_CODES.filter(code => !met.has(code))).toEqual(['too_big']);
    expect(readdirSync(join(import.meta.dirname, 'bad')).sort()).toEqual(Object.keys(BAD).sort());
  });
});

describe('the refusals', () => {
  it('of Bình Dương in August 2025 says that TP. Hồ Chí Minh reports from 1 July 2025', async () => {
    const [vi, en] = await Promise.all(
      (['vi', 'en'] as const).map(lang =>
        send(database.db, kept('bad/agency_not_in_force.csv'), { lang, dryRun: true }),
      ),
    );
    expect(vi?.problems[0]?.message).toContain('Bình Dương');
    expect(vi?.problems[0]?.message).toContain('30/06/2025');
    expect(vi?.problems[0]?.remedy).toContain('TP. Hồ Chí Minh');
    expect(vi?.problems[0]?.remedy).toContain('01/07/2025');
    expect(en?.problems[0]?.message).toContain('2025-06-30');
    expect(en?.problems[0]?.remedy).toContain('Ho Chi Minh City');
    expect(en?.problems[0]?.remedy).toContain('2025-07-01');
    // Huế became a city of its own rank on 1 January 2025; in December 2024 Thừa Thiên Huế reports.
    expect(vi?.problems[1]?.remedy).toContain('Thừa Thiên Huế');
  });

  it('say the same of an agency given beside the file', async () => {
    const { agency: _, ...row } = shortRow({ period: '08/2025' });
    const receipt = await send(database.db, sheet([row]), { agency: 'Bình Dương' });
    expect(receipt.problems).toMatchObject([{ row: 2, column: 'agency', code: 'agency_not_in_force' }]);
    expect(receipt.problems[0]?.remedy).toContain('TP. Hồ Chí Minh');
  });

  it('take a month or an agency beside the file that means nothing for a problem of the whole file', async () => {
    const receipt = await send(database.db, sheet([shortRow()]), { period: 'tuần 3', agency: 'Atlantis' });
    expect(receipt.problems.map(brief)).toEqual([
      [null, 'period', 'tuần 3', 'bad_period'],
      [null, 'agency', 'Atlantis', 'unknown_agency'],
    ]);
  });

  it('count every problem and list the first thousand', async () => {
    const rows = Array.from({ length: 600 }, (_, i) =>
      shortRow({ unit: `Xã ${i}`, received_online: 'x', received_direct: '-1' }),
    );
    const receipt = await send(database.db, sheet(rows));
    expect(receipt).toMatchObject({ status: 'refused', problem_count: 1200, rows: 600 });
    expect(receipt.problems).toHaveLength(1000);
    expect((await receiptOf(database.db, receipt.id as string, 'en'))?.problem_count).toBe(1200);
  });

  it('do not last: the same bytes are judged afresh', async () => {
    const bytes = sheet([shortRow({ period: '2025-09', service: 'dk-ket-hon' })]);
    const early = await send(database.db, bytes, {}, Date.parse('2025-08-31T23:59:59+07:00'));
    expect(early.problems.map(brief)).toEqual([[2, 'period', '2025-09', 'future_period']]);
    // A minute later it is September in Hanoi.
    const later = await send(database.db, bytes, {}, Date.parse('2025-09-01T00:00:30+07:00'));
    expect(later).toMatchObject({ status: 'approved', problem_count: 0 });
  });

  it('happen before anything is taken: one bad row among many good ones is enough', async () => {
    const { db } = database;
    const before = await standing(db);
    const rows = Array.from({ length: 300 }, (_, i) => goodRow({ period: '2023-01', unit: `Phường ${i}` }));
    rows[299] = goodRow({ period: '2023-01', unit: 'Phường 299', satisfied: 26 });
    const receipt = await send(db, sheet(rows));
    expect(receipt.problems.map(brief)).toEqual([[301, 'satisfied', '26', 'part_exceeds_whole']]);
    expect(await standing(db)).toBe(before);
  });
});
