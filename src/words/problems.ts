/** Problems and warnings in words: what is wrong with a cell, and what to do about it, in both languages. */

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
  xlsx: { vi: 'tệp Excel (.xlsx)', en: 'an Excel file (.xlsx)' },
  xls: {
    vi: 'tệp Excel 97–2003 (.xls) hoặc tệp có mật khẩu',
    en: 'an Excel 97–2003 file (.xls) or a protected file',
  },
  pdf: { vi: 'tệp PDF', en: 'a PDF file' },
};

/** What stands in a cell that is no count. */
const EXPECTED: Record<string, { vi: string; en: string }> = {
  level: { vi: 'Ghi mức độ 1, 2, 3 hoặc 4.', en: 'Write the level 1, 2, 3 or 4.' },
  mode: {
    vi: 'Ghi "Toàn trình", "Một phần" hoặc "Cung cấp thông tin".',
    en: 'Write "full", "partial" or "information".',
  },
  number: { vi: 'Ghi một số, ví dụ 83,5.', en: 'Write a number, for example 83.5.' },
};

/** `d` holds the finding's details; names of agencies and services in it are already in the language asked for. */
const TEXTS: Record<string, Texts> = {
  unreadable_file: {
    message: both(
      d =>
        d.why === 'quotes'
          ? 'Dấu nháy kép (") không đóng hoặc đặt sai chỗ, không đọc tiếp được.'
          : d.why === 'binary'
            ? 'Tệp không phải văn bản.'
            : 'Tệp không phải bảng mã UTF-8.',
      d =>
        d.why === 'quotes'
          ? 'A double quote (") is not closed or stands in the wrong place; reading stops there.'
          : d.why === 'binary'
            ? 'The file is not text.'
            : 'The file is not encoded in UTF-8.',
    ),
    remedy: both(
      d =>
        d.why === 'quotes'
          ? 'Sửa dấu nháy ở dòng này rồi nộp lại.'
          : 'Trong Excel chọn Lưu thành → "CSV UTF-8 (phân cách bằng dấu phẩy)" rồi nộp lại.',
      d =>
        d.why === 'quotes'
          ? 'Mend the quote in this row and send the file again.'
          : 'In Excel choose Save as → "CSV UTF-8 (comma delimited)" and send the file again.',
    ),
  },
  unsupported_type: {
    message: both(
      d => `Đây là ${FILE_TYPE[d.type ?? '']?.vi ?? 'loại tệp chưa nhận được'}.`,
      d => `This is ${FILE_TYPE[d.type ?? '']?.en ?? 'a type of file that is not taken'}.`,
    ),
    remedy: both(
      'Trong Excel chọn Lưu thành → "CSV UTF-8 (phân cách bằng dấu phẩy)" rồi nộp tệp đó.',
      'In Excel choose Save as → "CSV UTF-8 (comma delimited)" and send that file.',
    ),
  },
  too_big: {
    message: both(
      d => (d.limit ? `Tệp lớn hơn giới hạn ${d.limit}.` : 'Nội dung ô quá dài.'),
      d => (d.limit ? `The file is larger than the limit of ${d.limit}.` : 'The cell is too long.'),
    ),
    remedy: both(
      d =>
        d.limit
          ? 'Chia thành nhiều tệp, hoặc nhờ quản trị nạp bằng lệnh toan-trinh import.'
          : 'Kiểm tra xem ô có chứa nhầm nội dung khác không.',
      d =>
        d.limit
          ? 'Split it into several files, or have the operator import it with toan-trinh import.'
          : 'Check that nothing else has slipped into the cell.',
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
    message: both('Không có cơ quan nào tên như vậy.', 'No agency has this name.'),
    remedy: both(
      'Ghi mã, tên đầy đủ hoặc mã định danh điện tử của cơ quan.',
      'Give the code, the full name or the electronic identifier of the agency.',
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
      'Không có dịch vụ công nào tên hoặc mã như vậy.',
      'No public service has this name or code.',
    ),
    remedy: both(
      'Ghi mã dịch vụ, mã thủ tục hành chính hoặc tên đúng như trong danh mục.',
      'Give the code, the procedure code or the name as in the catalogue.',
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
            : 'Không đọc được kỳ báo cáo.',
      d =>
        d.asked
          ? `The month in the file is not the one given (${d.asked}).`
          : d.day
            ? 'This is not a day.'
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
    message: both('Ô bắt buộc để trống.', 'A required cell is blank.'),
    remedy: both(
      'Ghi 0 nếu không có hồ sơ; để trống nghĩa là chưa báo cáo.',
      'Write 0 if there is none; blank means not reported.',
    ),
  },
  not_a_whole_number: {
    message: both(
      d => (d.expected ? 'Giá trị không hợp lệ.' : 'Không phải số nguyên.'),
      d => (d.expected ? 'Not a valid value.' : 'Not a whole number.'),
    ),
    remedy: both(
      d => EXPECTED[d.expected ?? '']?.vi ?? 'Ghi số hồ sơ là số nguyên, ví dụ 1234 hoặc 1.234.',
      d =>
        EXPECTED[d.expected ?? '']?.en ?? 'Write the number of dossiers as a whole number, for example 1234.',
    ),
  },
  negative: {
    message: both('Số âm.', 'A negative number.'),
    remedy: both(
      'Số hồ sơ không thể nhỏ hơn 0; sửa lại số gốc.',
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
    remedy: both('Sửa để hai số bằng nhau.', 'Correct the counts so that both agree.'),
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
  service_missing: {
    message: both(
      d => `Thiếu báo cáo kỳ ${d.month} của ${d.agency} cho dịch vụ này.`,
      d => `${d.agency} owes a return for this service in ${d.month}.`,
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
  const texts = TEXTS[code];
  if (!texts) return { message: code, remedy: '' };
  return { message: texts.message[lang](details), remedy: texts.remedy[lang](details) };
}
