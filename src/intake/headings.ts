/** The headings of each kind of file, in English and Vietnamese, as the template has them. */
import { COUNTS, REQUIRED_COUNTS } from '../kpi/figure.ts';
import { foldName } from '../kpi/names.ts';
import { IMPORT_TABLES, type ImportTable, shapeOf } from '../kpi/reference-table.ts';
import { t } from '../words/words.ts';
import { REFERENCE_HEADINGS } from './reference-headings.ts';

export const KINDS = ['monthly-return', 'service-status', 'milestones', 'directives', 'catalogue'] as const;
export type Kind = (typeof KINDS)[number];
/** What the headings of a file are told by: its kind, or of reference data the table it holds. */
export type Form = Exclude<Kind, 'catalogue'> | ImportTable;
const FORMS: readonly Form[] = [...KINDS.filter(kind => kind !== 'catalogue'), ...IMPORT_TABLES];

/** Columns by name, with the Vietnamese heading and other ways to write it. */
const HEADINGS: Record<Form, Record<string, string[]>> = {
  'monthly-return': {
    period: ['Kỳ báo cáo', 'Kỳ', 'Tháng'],
    agency: ['Cơ quan', 'Tên cơ quan', 'Mã cơ quan'],
    unit: ['Đơn vị'],
    service: [
      'Dịch vụ công',
      'Mã dịch vụ công',
      'Tên dịch vụ công',
      'Lĩnh vực, dịch vụ',
      'Lĩnh vực/Dịch vụ công',
      'Lĩnh vực, công việc giải quyết',
      'Lĩnh vực',
      'Thủ tục hành chính',
      'Tên thủ tục hành chính',
    ],
    received_online: ['Tiếp nhận trực tuyến'],
    received_direct: ['Tiếp nhận trực tiếp, bưu chính'],
    carried_over: ['Kỳ trước chuyển sang'],
    online_full: ['Trực tuyến toàn trình'],
    online_partial: ['Trực tuyến một phần'],
    resolved_early: ['Giải quyết trước hạn'],
    resolved_on_time: ['Giải quyết đúng hạn'],
    resolved_late: ['Giải quyết quá hạn'],
    resolved_end_to_end: ['Hoàn thành toàn trình'],
    pending_on_time: ['Đang giải quyết trong hạn'],
    pending_overdue: ['Đang giải quyết quá hạn'],
    fee_due: ['Hồ sơ có phí, lệ phí'],
    paid_online: ['Thanh toán trực tuyến'],
    files_digitised: ['Hồ sơ được số hóa'],
    results_digitised: ['Kết quả điện tử'],
    data_reused: ['Tái sử dụng dữ liệu'],
    ratings: ['Lượt đánh giá'],
    satisfied: ['Hài lòng'],
  },
  'service-status': {
    as_of: ['Tính đến ngày', 'Từ ngày', 'Ngày'],
    agency: ['Cơ quan', 'Tên cơ quan', 'Mã cơ quan'],
    service: ['Dịch vụ công', 'Mã dịch vụ công', 'Tên dịch vụ công'],
    level: ['Mức độ'],
    mode: ['Hình thức', 'Hình thức cung cấp'],
    on_portal: ['Trên Cổng Dịch vụ công quốc gia', 'Trên Cổng DVCQG'],
    note: ['Ghi chú'],
  },
  milestones: {
    as_of: ['Tính đến ngày', 'Ngày'],
    agency: ['Cơ quan', 'Tên cơ quan', 'Mã cơ quan'],
    indicator: ['Chỉ tiêu'],
    numerator: ['Tử số'],
    denominator: ['Mẫu số'],
    value: ['Giá trị'],
    unit: ['Đơn vị tính', 'Đơn vị'],
    document: ['Văn bản'],
    clause: ['Điều khoản'],
    quote: ['Trích dẫn'],
  },
  directives: {
    id: ['Mã nhiệm vụ', 'Mã'],
    document: ['Văn bản', 'Văn bản giao nhiệm vụ'],
    clause: ['Điều khoản'],
    title: ['Nhiệm vụ', 'Nội dung nhiệm vụ', 'Tên nhiệm vụ', 'title_vi'],
    lead_agency: ['Cơ quan chủ trì', 'Đơn vị chủ trì'],
    coordinating_agencies: ['Cơ quan phối hợp', 'Đơn vị phối hợp'],
    deadline: ['Thời hạn', 'Thời hạn hoàn thành', 'Hạn hoàn thành'],
    recurring: ['Định kỳ'],
    measurable_target: ['Chỉ tiêu đo được', 'Mục tiêu', 'Kết quả cần đạt'],
    status: ['Tình trạng', 'Trạng thái', 'Tình trạng thực hiện'],
    done_on: ['Ngày hoàn thành'],
    note: ['Ghi chú'],
  },
  ...REFERENCE_HEADINGS,
};

/** Columns a file must have, unless the value is given beside it. */
export const NEEDED: Record<Form, readonly string[]> = {
  'monthly-return': ['period', 'agency', 'service', ...REQUIRED_COUNTS],
  'service-status': ['as_of', 'agency', 'service'],
  milestones: ['as_of', 'agency', 'indicator', 'unit', 'document'],
  // What else depends on whether it holds tasks or their progress alone.
  directives: ['id'],
  ...(Object.fromEntries(IMPORT_TABLES.map(table => [table, shapeOf(table).needed])) as Record<
    ImportTable,
    readonly string[]
  >),
};

/** Columns that hold what a row is about, and those that hold its figures, where rows without either are no data. */
export const SUBJECTS: Partial<
  Record<Form, { subject: string; keys: string[]; figures: readonly string[] }>
> = {
  'monthly-return': { subject: 'service', keys: ['period', 'agency', 'unit'], figures: COUNTS },
  'service-status': {
    subject: 'service',
    keys: ['as_of', 'agency'],
    figures: ['level', 'mode', 'on_portal'],
  },
};

/** What a download of problems puts beside the rows, folded: it comes back with the corrected file. */
export const PROBLEM_HEADINGS: readonly string[] = (['vi', 'en'] as const).flatMap(lang =>
  (['problems_file.row', 'problems_file.problems', 'problems_file.warnings'] as const).map(key =>
    foldName(t(lang, key)),
  ),
);

/** Columns that carry no data and are passed over: the ordinal number every office puts first. */
const PASSED_OVER = new Set(['stt', 'tt', 'so thu tu', 'no', ...PROBLEM_HEADINGS]);

const index = new Map<Form, Map<string, string>>(
  FORMS.map(form => [
    form,
    new Map(
      Object.entries(HEADINGS[form]).flatMap(([column, names]) =>
        [column, ...names].map(name => [foldName(name), column]),
      ),
    ),
  ]),
);

/** What offices add to a heading without changing what it counts: the unit of counting, the number of a footnote. */
const ADDED =
  /\((?:số |so )?(?:lượng |luong )?(?:hồ sơ|ho so|hs|lượt|luot|phiếu|phieu|[\d\s=+()*]*)\)|\[\d+\]|[*†‡\u00b9\u00b2\u00b3\u2070-\u2079]+/giu;

/** A heading as it is compared; what else stands in brackets ("%", "lũy kế") may mean something else and stays. */
function foldHeading(heading: string): string {
  return foldName(heading.normalize('NFC').replace(ADDED, ' '));
}

/** The column a heading names; null when it is passed over, undefined when it is unknown. */
export function columnOf(form: Form, heading: string): string | null | undefined {
  const folded = foldHeading(heading);
  if (folded === '' || PASSED_OVER.has(folded)) return null;
  return index.get(form)?.get(folded);
}

/**
 * The official report on dossiers (form II.06 of the Office of the Government) names its columns by group:
 * what stands over them, folded, and the headings below. Sums of a group are passed over: they are computed here.
 */
const GROUPS: readonly { group: RegExp; columns: Readonly<Record<string, string>> }[] = [
  {
    group: /\bdang giai quyet\b/,
    columns: { 'trong han': 'pending_on_time', 'qua han': 'pending_overdue' },
  },
  {
    group: /\bda giai quyet\b/,
    columns: { 'truoc han': 'resolved_early', 'dung han': 'resolved_on_time', 'qua han': 'resolved_late' },
  },
  {
    group: /\btiep nhan\b/,
    columns: {
      'truc tuyen': 'received_online',
      'truc tiep dich vu buu chinh': 'received_direct',
      'truc tiep hoac dich vu buu chinh': 'received_direct',
      'truc tiep buu chinh': 'received_direct',
      'truc tiep': 'received_direct',
      'tu ky truoc': 'carried_over',
      'tu ky truoc chuyen sang': 'carried_over',
      'ky truoc chuyen sang': 'carried_over',
    },
  },
];
const SUMS_OF_GROUPS = new Set(['tong so', 'tong', 'tong cong', 'cong']);

/** The column that a heading under groups names: `groups` are what stands above it, topmost first. */
export function groupedColumnOf(
  form: Form,
  groups: readonly string[],
  heading: string,
): string | null | undefined {
  const folded = foldHeading(heading);
  if (folded === '' || PASSED_OVER.has(folded)) return null;
  if (form === 'monthly-return' && groups.length) {
    const above = foldHeading(groups.join(' '));
    const found = GROUPS.find(g => g.group.test(above));
    if (found && SUMS_OF_GROUPS.has(folded)) return null;
    const column = found && Object.entries(found.columns).find(([name]) => name === folded)?.[1];
    if (column) return column;
  }
  for (let i = groups.length - 1; i >= 0; i--) {
    const column = columnOf(form, [...groups.slice(i), heading].join(' '));
    if (column) return column;
  }
  return columnOf(form, heading);
}

/** Every heading there is, for telling in which encoding a file makes sense. */
export function allHeadings(): string[] {
  return Object.values(HEADINGS).flatMap(columns => Object.values(columns).flat());
}

/** The columns of a kind of file in the order of its template. */
export function columnsFor(form: Form): string[] {
  return Object.keys(HEADINGS[form]);
}

/** The Vietnamese heading of a column. */
export function headingOf(form: Form, column: string): string {
  return HEADINGS[form][column]?.[0] ?? column;
}
