/** One month of one office in the guises in which offices send it: text of every kind, workbooks, JSON. */
import iconv from 'iconv-lite';
import { headingOf } from '../../src/intake/headings.ts';
import { COUNTS } from '../../src/kpi/figure.ts';
import type { Cells } from './sheets.ts';

export const COLUMNS = ['period', 'agency', 'service', ...COUNTS];

/** The services of the month under their code, their name and, where there is one, a procedure code. */
const SERVICES: [code: string, name: string][] = [
  ['dk-khai-sinh', 'Đăng ký khai sinh'],
  ['dk-tam-tru', 'Đăng ký tạm trú'],
  ['ho-chieu', 'Cấp hộ chiếu phổ thông'],
];

/** Three services of Hà Nội in July 2022; counts beyond a thousand, zeros and blanks among them. */
export const MONTH: Cells[] = SERVICES.map(([service], i) => ({
  period: '2022-07',
  agency: 'ha-noi',
  service,
  received_online: 1234 + i,
  received_direct: 2000,
  carried_over: 1010,
  online_full: 1034 + i,
  online_partial: 200,
  resolved_early: 1500,
  resolved_on_time: 1000 + i,
  resolved_late: 0,
  resolved_end_to_end: 1001,
  pending_on_time: 1700,
  pending_overdue: 44,
  fee_due: i === 1 ? null : 1100,
  paid_online: i === 1 ? null : 1023,
  files_digitised: 2222,
  results_digitised: 2345,
  data_reused: i === 2 ? null : 12,
  ratings: 1050,
  satisfied: 1049,
}));

export type Style = 'plain' | 'vi' | 'en' | 'space';
const MARK: Record<Style, string> = { plain: '', vi: '.', en: ',', space: ' ' };

/** The month as rows of text, the first the headings. */
export function texts(headings: 'vi' | 'en', style: Style): string[][] {
  const count = (n: string | number | null | undefined): string =>
    n === null || n === undefined ? '' : String(n).replace(/(?<=\d)(?=(\d{3})+$)/g, MARK[style]);
  const named = headings === 'vi';
  return [
    named ? COLUMNS.map(c => headingOf('monthly-return', c)) : COLUMNS,
    ...MONTH.map((row, i) => [
      named ? 'Tháng 7/2022' : '2022-07',
      named ? 'Thành phố Hà Nội' : 'Hà Nội',
      SERVICES[i]?.[named ? 1 : 0] ?? '',
      ...COUNTS.map(c => count(row[c])),
    ]),
  ];
}

/** Rows as delimited text. */
export function delimited(rows: readonly string[][], delimiter: string, end = '\n'): string {
  const quoted = (text: string): string =>
    /["\r\n]/.test(text) || text.includes(delimiter) ? `"${text.replaceAll('"', '""')}"` : text;
  return `${rows.map(r => r.map(quoted).join(delimiter)).join(end)}${end}`;
}

/** Encodings by what the receipt calls them; a mark in front, or none. */
export const ENCODERS: Record<string, { readAs: string; encode: (text: string) => Buffer }> = {
  'UTF-8': { readAs: 'utf-8', encode: text => Buffer.from(text) },
  'UTF-8 with a mark': { readAs: 'utf-8', encode: text => Buffer.from(`\ufeff${text}`) },
  'UTF-8 in parts (NFD)': { readAs: 'utf-8', encode: text => Buffer.from(text.normalize('NFD')) },
  'UTF-16 LE': { readAs: 'utf-16le', encode: text => Buffer.from(text, 'utf16le') },
  'UTF-16 LE with a mark': { readAs: 'utf-16le', encode: text => Buffer.from(`\ufeff${text}`, 'utf16le') },
  'UTF-16 BE': { readAs: 'utf-16be', encode: text => Buffer.from(text, 'utf16le').swap16() },
  'UTF-16 BE with a mark': {
    readAs: 'utf-16be',
    encode: text => Buffer.from(`\ufeff${text}`, 'utf16le').swap16(),
  },
  'Windows-1258': { readAs: 'windows-1258', encode: windows1258 },
  'TCVN3 (ABC)': { readAs: 'tcvn3', encode: text => iconv.encode(text, 'tcvn') },
};

/** Windows-1258 has no letter with both a hat and a tone: tones follow their letter. */
function windows1258(text: string): Buffer {
  const tones = /[\u0300\u0301\u0303\u0309\u0323]/g;
  const parted = [...text]
    .map(letter => {
      const marks = letter.normalize('NFD');
      return marks.replace(tones, '').normalize('NFC') + (marks.match(tones) ?? []).join('');
    })
    .join('');
  return iconv.encode(parted, 'windows-1258');
}

/** The official report on dossiers, form II.06: groups above the headings, numbers below them. */
export function officialForm(): string[][] {
  const count = (row: Cells, name: string): string => String(row[name]);
  const sum = (row: Cells, ...names: string[]): string =>
    String(names.reduce((total, name) => total + Number(row[name]), 0));
  const blank = (n: number): string[] => Array.from({ length: n }, () => '');
  return [
    ['TÌNH HÌNH, KẾT QUẢ GIẢI QUYẾT THỦ TỤC HÀNH CHÍNH'],
    ['Kỳ báo cáo: Tháng 7/2022'],
    [
      'STT',
      'Lĩnh vực/Dịch vụ công',
      'Số lượng hồ sơ tiếp nhận',
      ...blank(3),
      'Số lượng hồ sơ đã giải quyết',
      ...blank(3),
      'Số lượng hồ sơ đang giải quyết',
      ...blank(2),
    ],
    [
      '',
      '',
      'Tổng số',
      'Trong kỳ',
      '',
      'Từ kỳ trước',
      'Tổng số',
      'Trước hạn',
      'Đúng hạn',
      'Quá hạn',
      'Tổng số',
      'Trong hạn',
      'Quá hạn',
    ],
    [...blank(3), 'Trực tuyến', 'Trực tiếp, dịch vụ bưu chính', ...blank(8)],
    [
      '(1)',
      '(2)',
      '(3)=(4)+(5)+(6)',
      '(4)',
      '(5)',
      '(6)',
      '(7)=(8)+(9)+(10)',
      '(8)',
      '(9)',
      '(10)',
      '(11)=(12)+(13)',
      '(12)',
      '(13)',
    ],
    ...MONTH.map((row, i) => [
      String(i + 1),
      SERVICES[i]?.[1] ?? '',
      sum(row, 'received_online', 'received_direct', 'carried_over'),
      count(row, 'received_online'),
      count(row, 'received_direct'),
      count(row, 'carried_over'),
      sum(row, 'resolved_early', 'resolved_on_time', 'resolved_late'),
      count(row, 'resolved_early'),
      count(row, 'resolved_on_time'),
      count(row, 'resolved_late'),
      sum(row, 'pending_on_time', 'pending_overdue'),
      count(row, 'pending_on_time'),
      count(row, 'pending_overdue'),
    ]),
    ['', 'Tổng cộng', ...Array.from({ length: 11 }, () => '9999')],
  ];
}

/** The columns that the official form has. */
export const OFFICIAL = [
  'period',
  'agency',
  'service',
  'received_online',
  'received_direct',
  'carried_over',
  'resolved_early',
  'resolved_on_time',
  'resolved_late',
  'pending_on_time',
  'pending_overdue',
];

/** What stands below the table of a report that is signed on paper: places, dates, titles and names over many columns. */
export const SIGNATURES: string[][] = [
  [],
  ['Ghi chú: số liệu lấy từ Hệ thống thông tin giải quyết thủ tục hành chính.'],
  ['', '', '', '', '', '', '', 'Hà Nội, ngày 05 tháng 8 năm 2022'],
  ['', 'NGƯỜI LẬP BIỂU', '', '', '', '', '', 'THỦ TRƯỞNG ĐƠN VỊ'],
  ['', '(Ký, ghi rõ họ tên)', '', '', '', '', '', '(Ký tên, đóng dấu)'],
  [],
  ['', 'Nguyễn Thị Hoa', '', '', '', '', '', 'Trần Văn Bình'],
  ['Nơi nhận:'],
  ['- Như trên;'],
  ['- Lưu: VT.'],
];
