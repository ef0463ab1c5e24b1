/** What is wrong with a row of reference data, in words: the general problem codes, said for this kind of file. */

type Texts = Record<'message' | 'remedy', Record<'vi' | 'en', (d: Record<string, string>) => string>>;

/** From when to when another row holds. */
const span = (d: Record<string, string>): { vi: string; en: string } => ({
  vi:
    [d.valid_from && `từ ${d.valid_from}`, d.valid_to && `đến ${d.valid_to}`].filter(Boolean).join(' ') ||
    'không thời hạn',
  en:
    [d.valid_from && `from ${d.valid_from}`, d.valid_to && `until ${d.valid_to}`].filter(Boolean).join(' ') ||
    'without limit',
});

/** By `details.reference` of a finding. */
export const REFERENCE_PROBLEMS: Record<string, Texts> = {
  blank: {
    message: { vi: () => 'Ô bắt buộc để trống.', en: () => 'A required cell is blank.' },
    remedy: { vi: () => 'Điền giá trị vào ô này.', en: () => 'Fill this cell in.' },
  },
  unknown_task: {
    message: { vi: () => 'Chưa có nhiệm vụ nào mang mã này.', en: () => 'No task on record has this id.' },
    remedy: {
      vi: () => 'Sửa mã, hoặc nộp cả nhiệm vụ: văn bản, nội dung, cơ quan chủ trì.',
      en: () => 'Correct the id, or send the task itself: document, title, lead agency.',
    },
  },
  code: {
    message: { vi: () => 'Mã này chưa có trong hệ thống.', en: () => 'This code is not on record.' },
    remedy: {
      vi: () => 'Sửa mã, hoặc nạp trước tệp có mã này (cơ quan, dịch vụ công, danh mục).',
      en: () => 'Correct the code, or first import the file that brings it (agencies, services, catalogues).',
    },
  },
  ends_before: {
    message: {
      vi: d => `Kết thúc trước khi bắt đầu (${d.day_from}).`,
      en: d => `This ends before it begins (${d.day_from}).`,
    },
    remedy: { vi: () => 'Sửa một trong hai ngày.', en: () => 'Correct one of the two days.' },
  },
  overlap: {
    message: {
      vi: d => `Trùng thời gian với một dòng khác đang có (${span(d).vi}).`,
      en: d => `This overlaps another row that holds (${span(d).en}).`,
    },
    remedy: {
      vi: () =>
        'Kết thúc dòng cũ bằng cột "Hiệu lực đến" ngay trong tệp này, rồi bắt đầu dòng mới từ ngày hôm sau.',
      en: () => 'End the old row by its valid_to in this file, and begin the new one on the day after.',
    },
  },
  gap: {
    message: {
      vi: () => 'Có ngày không quy định kỳ báo cáo nào áp dụng.',
      en: () => 'On some days no reporting rule would hold.',
    },
    remedy: {
      vi: () =>
        'Các quy định phải nối tiếp nhau; quy định đầu để trống ngày bắt đầu, quy định cuối để trống ngày kết thúc.',
      en: () =>
        'The rules must follow day after day, the first without a beginning and the last without an end.',
    },
  },
  successor: {
    message: {
      vi: d => `${d.agency} không có hiệu lực vào ngày này (${span(d).vi}).`,
      en: d => `${d.agency} is not in force on this day (${span(d).en}).`,
    },
    remedy: {
      vi: () => 'Ngày kế thừa là ngày đầu tiên của cơ quan mới.',
      en: () => 'The day of a succession is the first day of the successor.',
    },
  },
  circle: {
    message: {
      vi: () => 'Kế thừa thành vòng tròn: cơ quan này rốt cuộc kế thừa chính nó.',
      en: () => 'The successions form a circle: this agency would succeed itself.',
    },
    remedy: {
      vi: () => 'Sửa mã cơ quan cũ hoặc mới; một cơ quan được lập lại cần mã mới.',
      en: () => 'Correct one of the codes; an agency that is founded again needs a new code.',
    },
  },
  carried_over: {
    message: {
      vi: d => `Cơ quan cũ đã nhập trọn vào ${d.agency}.`,
      en: d => `The whole predecessor already went to ${d.agency}.`,
    },
    remedy: {
      vi: () => 'Sáp nhập và đổi tên chuyển trọn cơ quan; phần chuyển đi nơi khác ghi là "Tách".',
      en: () => 'A merger or renaming carries the whole over; a part that goes elsewhere is a split.',
    },
  },
  name: {
    message: {
      vi: d => `Cùng thời gian, ${d.agency} cũng mang tên hoặc mã này.`,
      en: d => `${d.agency} bears this name or code at the same time.`,
    },
    remedy: {
      vi: () =>
        'Mỗi tên chỉ chỉ một cơ quan trong một ngày: kết thúc cơ quan cũ trước, hoặc ghi tên phân biệt.',
      en: () =>
        'On one day a name stands for one agency: end the other one first, or write a name that tells them apart.',
    },
  },
  in_use: {
    message: {
      vi: d => `Đã có số liệu kỳ ${d.month} dựa vào dòng này.`,
      en: d => `Figures of ${d.month} rest on this row.`,
    },
    remedy: {
      vi: () => 'Chọn ngày kết thúc sau kỳ cuối cùng có số liệu.',
      en: () => 'Choose an end after the last month that has figures.',
    },
  },
  moves: {
    message: {
      vi: d => `Thay đổi này làm số liệu đã công bố có thể khác đi (${d.months} kỳ, từ ${d.month}).`,
      en: d => `This may move published numbers (months: ${d.months}, from ${d.month}).`,
    },
    remedy: {
      vi: () => 'Nộp lại kèm lý do bằng văn bản; lý do sẽ được công khai.',
      en: () => 'Send it again with a written reason; the reason is published.',
    },
  },
};
