/** Problems and warnings in words: what is wrong with a cell, and what to do about it, in both languages. */

import { periodText } from './dates.ts';
import { countText, listText } from './numbers.ts';
import { REFERENCE_PROBLEMS } from './reference-problems.ts';

type Text = (d: Record<string, string>) => string;
interface Texts {
  message: { vi: Text; en: Text };
  remedy: { vi: Text; en: Text };
}

const fixed =
  (text: string): Text =>
  () =>
    text;
const both = (vi: string | Text, en: string | Text): { vi: Text; en: Text } => ({
  vi: typeof vi === 'string' ? fixed(vi) : vi,
  en: typeof en === 'string' ? fixed(en) : en,
});

const FILE_TYPE: Record<string, { vi: string; en: string }> = {
  xls: { vi: 'tệp Excel 97–2003 (.xls)', en: 'an Excel 97–2003 file (.xls)' },
  xlsb: { vi: 'tệp Excel nhị phân (.xlsb)', en: 'a binary Excel file (.xlsb)' },
  xlsm: { vi: 'tệp Excel có macro (.xlsm)', en: 'an Excel file with macros (.xlsm)' },
  protected: { vi: 'tệp Excel có mật khẩu', en: 'an Excel file with a password' },
  ods: { vi: 'tệp OpenDocument (.ods)', en: 'an OpenDocument file (.ods)' },
  numbers: { vi: 'tệp Numbers của Apple', en: 'an Apple Numbers file' },
  word: { vi: 'tệp văn bản Word', en: 'a Word document' },
  slides: { vi: 'tệp trình chiếu', en: 'a slide show' },
  pdf: { vi: 'tệp PDF', en: 'a PDF file' },
  picture: { vi: 'tệp ảnh', en: 'a picture' },
  archive: { vi: 'tệp nén', en: 'a compressed archive' },
  html: { vi: 'trang web (HTML), dù tên tệp có thể là .xls', en: 'a web page (HTML), whatever it is named' },
  xml: { vi: 'tệp XML', en: 'an XML file' },
};

const SAVE_AS_XLSX = {
  vi: 'Mở tệp bằng Excel hoặc LibreOffice, chọn Lưu thành → "Sổ làm việc Excel (.xlsx)" rồi nộp tệp đó.',
  en: 'Open it in Excel or LibreOffice, choose Save as → "Excel Workbook (.xlsx)" and send that file.',
};
const SEND_TABLE = {
  vi: 'Nộp chính bảng số liệu ở dạng Excel (.xlsx) hoặc CSV.',
  en: 'Send the table of figures itself, as Excel (.xlsx) or CSV.',
};
/** What to do instead of sending such a file; saving it as a workbook for those not named. */
const INSTEAD: Record<string, { vi: string; en: string }> = {
  protected: {
    vi: 'Trong Excel mở tệp, vào Tệp → Thông tin → Bảo vệ sổ làm việc → Mã hóa bằng mật khẩu, xóa mật khẩu, lưu và nộp lại.',
    en: 'Open it in Excel, go to File → Info → Protect Workbook → Encrypt with Password, clear the password, save and send again.',
  },
  archive: {
    vi: 'Giải nén rồi nộp từng tệp Excel (.xlsx) hoặc CSV.',
    en: 'Unpack it and send each Excel (.xlsx) or CSV file.',
  },
  word: SEND_TABLE,
  slides: SEND_TABLE,
  pdf: SEND_TABLE,
  picture: SEND_TABLE,
};

/** Why nothing of a file can be read, and what to do. */
const UNREADABLE: Record<string, Record<'message' | 'remedy', { vi: string; en: string }>> = {
  quotes: {
    message: {
      vi: 'Dấu nháy kép (") không đóng hoặc đặt sai chỗ, không đọc tiếp được.',
      en: 'A double quote (") is not closed or stands in the wrong place; reading stops there.',
    },
    remedy: {
      vi: 'Sửa dấu nháy ở dòng này rồi nộp lại.',
      en: 'Mend the quote in this row and send the file again.',
    },
  },
  binary: {
    message: {
      vi: 'Tệp không phải văn bản hay bảng tính.',
      en: 'The file is neither text nor a spreadsheet.',
    },
    remedy: SEND_TABLE,
  },
  encoding: {
    message: {
      vi: 'Không nhận ra bảng mã của tệp (UTF-8, UTF-16, Windows-1258, TCVN3).',
      en: 'The encoding of the file is not known (UTF-8, UTF-16, Windows-1258, TCVN3).',
    },
    remedy: {
      vi: 'Trong Excel chọn Lưu thành → "CSV UTF-8 (phân cách bằng dấu phẩy)" hoặc "Sổ làm việc Excel (.xlsx)" rồi nộp lại.',
      en: 'In Excel choose Save as → "CSV UTF-8 (comma delimited)" or "Excel Workbook (.xlsx)" and send the file again.',
    },
  },
  spreadsheet: {
    message: { vi: 'Tệp Excel bị hỏng hoặc thiếu.', en: 'The Excel file is damaged or cut short.' },
    remedy: SAVE_AS_XLSX,
  },
  json: {
    message: { vi: 'JSON phải là mảng các dòng.', en: 'JSON must be an array of rows.' },
    remedy: {
      vi: 'Gửi một mảng, mỗi dòng là một đối tượng có khóa là tên cột.',
      en: 'Send an array with one object a row, its keys the names of the columns.',
    },
  },
};

/** What there is too much of. */
const TOO_BIG: Record<string, { vi: string; en: string }> = {
  parts: {
    vi: 'Tệp Excel có quá nhiều thành phần (trên 2.000).',
    en: 'The Excel file has too many parts (above 2,000).',
  },
  inflated: {
    vi: 'Nội dung tệp Excel sau khi giải nén lớn hơn 200 MB.',
    en: 'The contents of the Excel file inflate to more than 200 MB.',
  },
  piece: {
    vi: 'Tệp Excel có một ô hoặc một thẻ dài hơn 1 MB.',
    en: 'The Excel file has a cell or a tag of more than 1 MB.',
  },
  memory: { vi: 'Tệp Excel quá lớn để đọc.', en: 'The Excel file is too large to read.' },
  time: { vi: 'Đọc tệp Excel mất quá nhiều thời gian.', en: 'Reading the Excel file takes too long.' },
  columns: { vi: 'Bảng có hơn 1.000 cột.', en: 'The table has more than 1,000 columns.' },
  row: { vi: 'Dòng này dài hơn 1.000.000 ký tự.', en: 'This row is longer than 1,000,000 characters.' },
  cell: {
    vi: 'Một ô ở dòng này dài hơn 32.767 ký tự.',
    en: 'A cell of this row is longer than 32,767 characters.',
  },
  unit: { vi: 'Tên đơn vị dài hơn 200 ký tự.', en: 'The name of the unit is longer than 200 characters.' },
  json: { vi: 'JSON dài hơn 8.000.000 ký tự.', en: 'The JSON is longer than 8,000,000 characters.' },
};

/** What stands in a cell that is no count. */
const EXPECTED: Record<string, { vi: string; en: string }> = {
  level: { vi: 'Ghi mức độ 1, 2, 3 hoặc 4.', en: 'Write the level 1, 2, 3 or 4.' },
  mode: {
    vi: 'Ghi "Toàn trình", "Một phần" hoặc "Cung cấp thông tin".',
    en: 'Write "full", "partial" or "information".',
  },
  number: { vi: 'Ghi một số, ví dụ 83,5.', en: 'Write a number, for example 83.5.' },
  yes_or_no: { vi: 'Ghi "Có" hoặc "Không", hoặc để trống.', en: 'Write "yes" or "no", or leave it blank.' },
  apart: {
    vi: 'Bỏ gộp ô trong Excel (Trang đầu → Phối & Căn giữa) rồi ghi số riêng của từng dòng.',
    en: 'Unmerge the cells in Excel (Home → Merge & Center) and write the number of each row.',
  },
  code: {
    vi: 'Ghi mã bằng chữ thường không dấu, chữ số và gạch nối, ví dụ bac-ninh-2026.',
    en: 'Write the code in plain lower-case letters, digits and hyphens, for example bac-ninh-2026.',
  },
  levels: {
    vi: 'Ghi các cấp thực hiện, ngăn bằng dấu |: Trung ương, Tỉnh, Huyện, Xã.',
    en: 'Write the levels of government joined by |: central, province, district, commune.',
  },
  flag: { vi: 'Ghi "Có" hoặc "Không".', en: 'Write "yes" or "no".' },
  agency_kind: {
    vi: 'Ghi "Bộ", "Tỉnh", "Doanh nghiệp", "Khác" hoặc "Nhóm".',
    en: 'Write "ministry", "province", "enterprise", "other" or "group".',
  },
  succession_kind: {
    vi: 'Ghi "Sáp nhập", "Đổi tên" hoặc "Tách".',
    en: 'Write "merge", "rename" or "split".',
  },
  deadline_day: { vi: 'Ghi ngày từ 1 đến 28.', en: 'Write a day from 1 to 28.' },
  directive_status: {
    vi: 'Ghi "Chưa thực hiện", "Đang thực hiện" hoặc "Đã hoàn thành"; chỉ nhiệm vụ đã hoàn thành mới có ngày hoàn thành.',
    en: 'Write "not_started", "in_progress" or "done"; only what is done has a day on which it was.',
  },
};

/** Limits of a table, not of a file. */
const OF_TABLE = new Set(['parts', 'columns', 'row', 'cell', 'unit']);

const unreadable = (d: Record<string, string>): (typeof UNREADABLE)[string] =>
  UNREADABLE[d.why ?? ''] ?? (UNREADABLE.encoding as (typeof UNREADABLE)[string]);

/** Numbers and months of a warning's evidence, as each language writes them. */
const vi = {
  n: (d: Record<string, string>, key: string) => countText('vi', Number(d[key])),
  month: (d: Record<string, string>, key: string) => periodText('vi', d[key] ?? ''),
};
const en = {
  n: (d: Record<string, string>, key: string) => countText('en', Number(d[key])),
  month: (d: Record<string, string>, key: string) => periodText('en', d[key] ?? ''),
};
/** Predecessors whose pending dossiers were added up, already by name. */
const addedUp = (lang: 'vi' | 'en', d: Record<string, string>): string =>
  d.from ? ` (${listText(lang, d.from.split('|'))})` : '';

/** `d` holds the finding's details; names of agencies and services in it are already in the language asked for. */
const TEXTS: Record<string, Texts> = {
  unreadable_file: {
    message: both(
      d => unreadable(d).message.vi,
      d => unreadable(d).message.en,
    ),
    remedy: both(
      d => unreadable(d).remedy.vi,
      d => unreadable(d).remedy.en,
    ),
  },
  unsupported_type: {
    message: both(
      d => `Đây là ${FILE_TYPE[d.type ?? '']?.vi ?? 'loại tệp chưa nhận được'}.`,
      d => `This is ${FILE_TYPE[d.type ?? '']?.en ?? 'a type of file that is not taken'}.`,
    ),
    remedy: both(
      d => (INSTEAD[d.type ?? ''] ?? SAVE_AS_XLSX).vi,
      d => (INSTEAD[d.type ?? ''] ?? SAVE_AS_XLSX).en,
    ),
  },
  too_big: {
    message: both(
      d => TOO_BIG[d.what ?? '']?.vi ?? `Tệp lớn hơn giới hạn ${d.limit}.`,
      d => TOO_BIG[d.what ?? '']?.en ?? `The file is larger than the limit of ${d.limit}.`,
    ),
    remedy: both(
      d =>
        OF_TABLE.has(d.what ?? '')
          ? 'Kiểm tra đúng tệp, đúng dấu ngăn cách; xóa phần không thuộc bảng số liệu.'
          : 'Chia thành nhiều tệp, hoặc lưu thành CSV UTF-8 rồi nhờ quản trị nạp bằng lệnh toan-trinh import.',
      d =>
        OF_TABLE.has(d.what ?? '')
          ? 'Check that this is the right file and delimiter, and delete what is no part of the table.'
          : 'Split it into several files, or save it as CSV UTF-8 and have the operator import it with toan-trinh import.',
    ),
  },
  empty_file: {
    message: both('Tệp không có dòng số liệu nào.', 'The file holds no row of figures.'),
    remedy: both(
      'Kiểm tra đã chọn đúng tệp và bảng có dòng tiêu đề cùng ít nhất một dòng số liệu.',
      'Check that the right file was chosen and that it has a heading row and at least one row of figures.',
    ),
  },
  unknown_column: {
    message: both(
      d =>
        d.twice
          ? 'Cột này xuất hiện hai lần.'
          : d.place
            ? `Ô ở cột thứ ${d.place} có giá trị nhưng cột không có tiêu đề.`
            : 'Không nhận ra tiêu đề cột này.',
      d =>
        d.twice
          ? 'This column appears twice.'
          : d.place
            ? `The cell in column ${d.place} has a value, but the column has no heading.`
            : 'This column heading is not known.',
    ),
    remedy: both(
      'Dùng tiêu đề như trong biểu mẫu; xóa cột thừa. Tỷ lệ phần trăm do hệ thống tính, không nộp.',
      'Use the headings of the template and delete columns that do not belong. Percentages are computed here, not sent.',
    ),
  },
  missing_column: {
    message: both('Thiếu cột bắt buộc.', 'A required column is missing.'),
    remedy: both(
      d =>
        `Thêm cột "${d.heading}"${d.column === 'period' || d.column === 'agency' ? ', hoặc chọn ngay khi nộp' : ''}.`,
      d =>
        `Add the column "${d.column}"${d.column === 'period' || d.column === 'agency' ? ', or give it when sending' : ''}.`,
    ),
  },
  ambiguous_numbers: {
    message: both(
      d =>
        d.twice
          ? `Tệp dùng dấu "${d.first}" vừa để ngăn hàng nghìn vừa để ngăn phần thập phân, không biết số nào đúng.`
          : `Tệp dùng hai dấu ngăn hàng nghìn khác nhau ("${d.first}" và "${d.second}"), không biết số nào đúng.`,
      d =>
        d.twice
          ? `The file uses "${d.first}" for thousands and for decimals, so no number is certain.`
          : `The file uses two different thousands separators ("${d.first}" and "${d.second}"), so no number is certain.`,
    ),
    remedy: both(
      'Dùng một kiểu số cho cả tệp, tốt nhất là không có dấu ngăn.',
      'Use one style throughout, best without separators.',
    ),
  },
  unknown_agency: {
    message: both(
      d => (d.blank ? 'Dòng này chưa ghi cơ quan.' : 'Không có cơ quan nào tên như vậy.'),
      d => (d.blank ? 'This row names no agency.' : 'No agency has this name.'),
    ),
    remedy: both(
      d =>
        d.blank
          ? 'Ghi tên cơ quan vào từng dòng (ô gộp khi lưu thành CSV chỉ giữ lại ở dòng đầu), hoặc chọn cơ quan khi nộp.'
          : 'Ghi mã, tên đầy đủ hoặc mã định danh điện tử của cơ quan.',
      d =>
        d.blank
          ? 'Name the agency in every row (of merged cells, CSV keeps the first alone), or give it when sending.'
          : 'Give the code, the full name or the electronic identifier of the agency.',
    ),
  },
  agency_not_in_force: {
    message: both(
      d =>
        d.valid_to
          ? `${d.agency} không còn trong kỳ này (hết hiệu lực sau ngày ${d.valid_to}).`
          : `${d.agency} chưa có trong kỳ này (bắt đầu từ ngày ${d.valid_from}).`,
      d =>
        d.valid_to
          ? `${d.agency} is not in force in this month (it ended after ${d.valid_to}).`
          : `${d.agency} is not in force in this month (it begins on ${d.valid_from}).`,
    ),
    remedy: both(
      d =>
        d.stand_ins
          ? d.valid_to
            ? `Từ ngày ${d.since} số liệu thuộc ${d.stand_ins}; báo cáo dưới tên cơ quan đó.`
            : `Trong kỳ này số liệu thuộc ${d.stand_ins}; báo cáo dưới tên cơ quan đó.`
          : 'Kiểm tra lại kỳ báo cáo và tên cơ quan.',
      d =>
        d.stand_ins
          ? d.valid_to
            ? `From ${d.since} the figures belong to ${d.stand_ins}; report in that name.`
            : `In this month the figures belong to ${d.stand_ins}; report in that name.`
          : 'Check the month and the name of the agency.',
    ),
  },
  unknown_service: {
    message: both(
      d => (d.blank ? 'Dòng này chưa ghi dịch vụ công.' : 'Không có dịch vụ công nào tên hoặc mã như vậy.'),
      d => (d.blank ? 'This row names no public service.' : 'No public service has this name or code.'),
    ),
    remedy: both(
      'Ghi mã dịch vụ, mã thủ tục hành chính hoặc tên đúng như trong danh mục; nếu là dòng cộng của một nhóm thì xóa dòng này.',
      'Give the code, the procedure code or the name as in the catalogue; if the row sums up a group, delete it.',
    ),
  },
  service_not_in_catalogue: {
    message: both(
      d => `${d.service} chưa thuộc danh mục nào trong kỳ ${d.month}.`,
      d => `${d.service} is in no catalogue in ${d.month}.`,
    ),
    remedy: both('Bỏ dòng này, hoặc kiểm tra lại kỳ báo cáo.', 'Leave this row out, or check the month.'),
  },
  bad_period: {
    message: both(
      d =>
        d.asked
          ? `Kỳ trong tệp khác kỳ đã chọn (${d.asked}).`
          : d.day
            ? 'Không đọc được ngày.'
            : d.blank
              ? 'Dòng này chưa ghi kỳ báo cáo.'
              : 'Không đọc được kỳ báo cáo.',
      d =>
        d.asked
          ? `The month in the file is not the one given (${d.asked}).`
          : d.day
            ? 'This is not a day.'
            : d.blank
              ? 'This row names no month.'
              : 'This is not a month.',
    ),
    remedy: both(
      d =>
        d.day ? 'Ghi ngày như 2022-08-09 hoặc 09/08/2022.' : 'Ghi kỳ như 2022-07, 07/2022 hoặc Tháng 7/2022.',
      d =>
        d.day
          ? 'Write the day as 2022-08-09 or 09/08/2022.'
          : 'Write the month as 2022-07, 07/2022 or Tháng 7/2022.',
    ),
  },
  future_period: {
    message: both(
      d => `Kỳ này chưa bắt đầu (hiện nay là ${d.now}).`,
      d => `This has not begun yet (it is ${d.now} now).`,
    ),
    remedy: both('Sửa lại kỳ báo cáo.', 'Correct the month.'),
  },
  closed_period: {
    message: both('Kỳ này đã công bố và đóng.', 'This month is published and closed.'),
    remedy: both(
      'Nộp lại kèm lý do bằng văn bản; lý do sẽ được công khai.',
      'Send it again with a written reason; the reason is published.',
    ),
  },
  out_of_scope: {
    message: both(
      d =>
        d.asked
          ? `Dòng này của ${d.agency}, không phải ${d.asked} như đã chọn.`
          : `Không có quyền báo cáo cho ${d.agency}.`,
      d =>
        d.asked
          ? `This row is of ${d.agency}, not of ${d.asked} as given.`
          : `You may not report for ${d.agency}.`,
    ),
    remedy: both(
      'Bỏ dòng này hoặc chọn đúng cơ quan khi nộp.',
      'Leave the row out, or give the right agency when sending.',
    ),
  },
  missing_value: {
    message: both(
      'Ô này bắt buộc phải có số nhưng đang để trống.',
      'This cell must be filled in, but it is blank.',
    ),
    remedy: both(
      'Ghi 0 nếu không có hồ sơ; để trống nghĩa là chưa báo cáo.',
      'Write 0 if there is none; blank means not reported.',
    ),
  },
  not_a_whole_number: {
    message: both(
      d =>
        d.expected === 'apart'
          ? 'Ô này gộp với ô phía trên, không rõ số của từng dòng.'
          : d.expected
            ? 'Giá trị không hợp lệ.'
            : 'Không phải số nguyên.',
      d =>
        d.expected === 'apart'
          ? 'This cell is merged with the one above, so the number of each row is not known.'
          : d.expected
            ? 'Not a valid value.'
            : 'Not a whole number.',
    ),
    remedy: both(
      d => EXPECTED[d.expected ?? '']?.vi ?? 'Ghi số hồ sơ là số nguyên, ví dụ 1234 hoặc 1.234.',
      d =>
        EXPECTED[d.expected ?? '']?.en ?? 'Write the number of dossiers as a whole number, for example 1234.',
    ),
  },
  negative: {
    message: both('Số hồ sơ mà lại là số âm.', 'A count below zero.'),
    remedy: both(
      'Đối chiếu với hệ thống một cửa rồi ghi số từ 0 trở lên.',
      'A count cannot be below 0; correct the source figure.',
    ),
  },
  percentage: {
    message: both('Đây là tỷ lệ phần trăm, cần số hồ sơ.', 'This is a percentage; a count is due.'),
    remedy: both(
      'Ghi số hồ sơ; tỷ lệ do hệ thống tính.',
      'Write the number of dossiers; rates are computed here.',
    ),
  },
  too_large: {
    message: both('Số lớn bất thường (trên 999.999.999).', 'An impossibly large number (above 999,999,999).'),
    remedy: both('Kiểm tra lại số.', 'Check the number.'),
  },
  formula_error: {
    message: both('Công thức trong ô bị lỗi.', 'The formula in this cell failed.'),
    remedy: both(
      'Sửa công thức trong Excel, lưu lại rồi nộp.',
      'Mend the formula in Excel, save, and send again.',
    ),
  },
  online_sum_mismatch: {
    message: both(
      d => `Toàn trình + một phần = ${d.sum}, khác tiếp nhận trực tuyến = ${d.whole}.`,
      d => `Full + partial = ${d.sum}, but received online = ${d.whole}.`,
    ),
    remedy: both('Đối chiếu rồi sửa để hai số khớp nhau.', 'Correct the counts so that both agree.'),
  },
  balance_mismatch: {
    message: both(
      d => `Kỳ trước chuyển sang + tiếp nhận = ${d.in}, khác đã giải quyết + đang giải quyết = ${d.out}.`,
      d => `Carried over + received = ${d.in}, but resolved + pending = ${d.out}.`,
    ),
    remedy: both(
      'Đối chiếu lại số chuyển kỳ, tiếp nhận, đã và đang giải quyết.',
      'Check carried over, received, resolved and pending.',
    ),
  },
  part_exceeds_whole: {
    message: both(
      d => `Lớn hơn tổng (${d.of_names} = ${d.whole}).`,
      d => `Larger than its whole (${d.of_names} = ${d.whole}).`,
    ),
    remedy: both(
      'Phần không thể lớn hơn tổng; sửa một trong hai số.',
      'A part cannot exceed its whole; correct one of them.',
    ),
  },
  duplicate_row: {
    message: both(
      d =>
        d.form
          ? `Cùng cơ quan, dịch vụ, kỳ vừa có dòng của cả cơ quan vừa có dòng của đơn vị (dòng ${d.first}).`
          : `Trùng với dòng ${d.first}.`,
      d =>
        d.form
          ? `The same agency, service and month has a row of the whole agency and rows of units (row ${d.first}).`
          : `The same as row ${d.first}.`,
    ),
    remedy: both(
      d => (d.form ? 'Báo cáo cho cả cơ quan hoặc cho các đơn vị, không cả hai.' : 'Chỉ giữ một dòng.'),
      d => (d.form ? 'Report for the whole agency or for its units, not both.' : 'Keep one row only.'),
    ),
  },
  carried_over_mismatch: {
    message: both(
      d =>
        `${d.agency}, ${d.service}: kỳ trước chuyển sang là ${vi.n(d, 'carried')}` +
        `${d.units ? ` (tổng của ${vi.n(d, 'units')} đơn vị)` : ''}, nhưng cuối ${vi.month(d, 'last')} ` +
        `còn ${vi.n(d, 'pending')} hồ sơ đang giải quyết${addedUp('vi', d)}.`,
      d =>
        `${d.agency}, ${d.service}: ${en.n(d, 'carried')} carried over` +
        `${d.units ? ` (sum of ${en.n(d, 'units')} units)` : ''}, but ${en.n(d, 'pending')} were pending at the ` +
        `end of ${en.month(d, 'last')}${addedUp('en', d)}.`,
    ),
    remedy: both(
      'Đối chiếu với báo cáo kỳ trước; nếu kỳ trước sai thì nộp bản đính chính của kỳ đó.',
      'Compare with the return of the month before; if that one was wrong, send a correction of it.',
    ),
  },
  copied_forward: {
    message: both(
      d =>
        `Số liệu của ${d.agency} trùng hoàn toàn với ${vi.month(d, 'last')} ` +
        `ở cả ${vi.n(d, 'services')} dịch vụ có hồ sơ.`,
      d =>
        `The figures of ${d.agency} are the same as in ${en.month(d, 'last')}, ` +
        `in all ${en.n(d, 'services')} services that received dossiers.`,
    ),
    remedy: both(
      'Kiểm tra xem có nộp nhầm tệp của kỳ trước không.',
      'Check that this is not the file of the month before.',
    ),
  },
  jump: {
    message: both(
      d =>
        `${d.agency}, ${d.service}: tiếp nhận ${vi.n(d, 'received')} hồ sơ, trong khi trung vị của ` +
        `${vi.n(d, 'months')} kỳ gần nhất là ${vi.n(d, 'median')} (độ lệch bền vững z = ${(d.z ?? '').replace('.', ',')}).`,
      d =>
        `${d.agency}, ${d.service}: ${en.n(d, 'received')} dossiers received, while the median of the last ` +
        `${en.n(d, 'months')} months is ${en.n(d, 'median')} (robust z-score ${d.z}).`,
    ),
    remedy: both(
      'Kiểm tra xem có gõ thừa, thiếu chữ số hoặc nhầm dòng không; nếu đúng thì xác nhận.',
      'Check for a digit too many or too few, or a wrong row; confirm it if it is right.',
    ),
  },
  round_numbers: {
    message: both(
      d =>
        `${vi.n(d, 'round')} trong ${vi.n(d, 'counts')} số từ 10 trở lên của ${d.agency} là bội số của 10; ` +
        'ngẫu nhiên thì chỉ khoảng một phần mười.',
      d =>
        `${en.n(d, 'round')} of the ${en.n(d, 'counts')} counts of ten and more of ${d.agency} are multiples ` +
        'of 10; by chance it would be about one in ten.',
    ),
    remedy: both(
      'Ghi số đếm thực tế từ hệ thống, không làm tròn hoặc ước tính.',
      'Give the counts of the system as they are, neither rounded nor estimated.',
    ),
  },
  online_without_dossiers: {
    message: both(
      d =>
        `${d.agency}, ${d.service}: cung cấp trực tuyến nhưng từ ${vi.month(d, 'first')} đến ` +
        `${vi.month(d, 'last')} không có hồ sơ trực tuyến nào.`,
      d =>
        `${d.agency}, ${d.service}: offered online, but without one online dossier from ` +
        `${en.month(d, 'first')} to ${en.month(d, 'last')}.`,
    ),
    remedy: both(
      'Kiểm tra số liệu; nếu đúng thì xem lại vì sao người dân chưa nộp trực tuyến.',
      'Check the figures; if they are right, ask why nobody files online.',
    ),
  },
  service_missing: {
    message: both(
      d => `Thiếu báo cáo kỳ ${d.month} của ${d.agency}: ${d.service ?? 'dịch vụ này'}.`,
      d => `${d.agency} owes a return for ${d.month}: ${d.service ?? 'this service'}.`,
    ),
    remedy: both(
      'Nộp bổ sung nếu có số liệu; không có hồ sơ thì ghi 0.',
      'Send it when the figures are there; write 0 if there were none.',
    ),
  },
  service_not_due: {
    message: both(
      d => `${d.agency} không phải báo cáo dịch vụ này; số liệu vẫn được nhận.`,
      d => `${d.agency} owes no return for this service; the figures are taken.`,
    ),
    remedy: both('Kiểm tra xem có ghi nhầm dịch vụ không.', 'Check that the service is the right one.'),
  },
  new_unit: {
    message: both(
      d => `Đơn vị này của ${d.agency} lần đầu xuất hiện.`,
      d => `This unit of ${d.agency} appears for the first time.`,
    ),
    remedy: both(
      'Kiểm tra tên viết đúng như các kỳ trước.',
      'Check that the name is written as in earlier months.',
    ),
  },
};

/** A finding in words. `details` as stored, with codes already replaced by names. */
export function findingText(
  code: string,
  details: Record<string, string>,
  lang: 'vi' | 'en',
): { message: string; remedy: string } {
  const texts = REFERENCE_PROBLEMS[details.reference ?? ''] ?? TEXTS[code];
  if (!texts) return { message: code, remedy: '' };
  return { message: texts.message[lang](details), remedy: texts.remedy[lang](details) };
}
