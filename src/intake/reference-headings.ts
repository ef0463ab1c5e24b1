/** The Vietnamese headings of reference data, table by table, and other ways to write them. */
import type { ImportTable } from '../kpi/reference-table.ts';

const SPAN = {
  valid_from: ['Hiệu lực từ', 'Hiệu lực từ ngày', 'Từ ngày'],
  valid_to: ['Hiệu lực đến', 'Hiệu lực đến ngày', 'Đến ngày'],
};
const NAMES = {
  name_vi: ['Tên', 'Tên tiếng Việt', 'Tên gọi'],
  name_en: ['Tên tiếng Anh'],
};
const SURE = { confidence: ['Độ tin cậy'], source: ['Nguồn'] };
const SERVICE = ['Mã dịch vụ công', 'Dịch vụ công', 'Mã dịch vụ', 'service'];
const NOTE = ['Ghi chú'];

export const REFERENCE_HEADINGS: Record<ImportTable, Record<string, string[]>> = {
  agencies: {
    code: ['Mã cơ quan', 'Mã'],
    kind: ['Loại cơ quan', 'Loại'],
    ...{ name_vi: [...NAMES.name_vi, 'Tên cơ quan'], name_en: NAMES.name_en },
    short_vi: ['Tên gọi tắt', 'Tên ngắn', 'Tên viết tắt'],
    gso_code: ['Mã thống kê'],
    egov_code: ['Mã định danh điện tử', 'Mã định danh'],
    iso_3166_2: ['Mã ISO 3166-2'],
    ...SPAN,
    ...SURE,
  },
  agency_aliases: {
    agency_code: ['Mã cơ quan', 'Cơ quan', 'agency'],
    alias: ['Tên gọi khác', 'Tên khác', 'Tên gọi'],
  },
  agency_successions: {
    predecessor_code: ['Mã cơ quan cũ', 'Cơ quan cũ', 'Cơ quan trước', 'predecessor'],
    successor_code: ['Mã cơ quan mới', 'Cơ quan mới', 'Cơ quan kế thừa', 'successor'],
    effective_date: ['Ngày hiệu lực', 'Hiệu lực từ ngày', 'Từ ngày', 'date'],
    kind: ['Hình thức', 'Hình thức kế thừa', 'Loại'],
    note: NOTE,
  },
  province_regions: {
    province_code: ['Mã tỉnh', 'Tỉnh', 'Mã tỉnh, thành phố', 'province'],
    scheme: ['Cách phân vùng', 'Phương án phân vùng'],
    region: ['Vùng', 'Vùng kinh tế - xã hội'],
    ...SPAN,
    ...SURE,
  },
  services: {
    code: ['Mã dịch vụ công', 'Mã dịch vụ', 'Mã'],
    ...{ name_vi: [...NAMES.name_vi, 'Tên dịch vụ công', 'Dịch vụ công'], name_en: NAMES.name_en },
    implemented_at: ['Cấp thực hiện', 'Cấp giải quyết'],
    audience: ['Đối tượng'],
    life_event: ['Sự kiện'],
    named: ['Đã rõ tên'],
    ...SURE,
  },
  service_leads: {
    service_code: SERVICE,
    agency_code: ['Cơ quan chủ trì', 'Mã cơ quan chủ trì', 'Mã cơ quan', 'Cơ quan', 'agency', 'lead_agency'],
    ...SPAN,
    vertical_branch: ['Ngành dọc'],
    note: NOTE,
  },
  service_procedure_codes: {
    service_code: SERVICE,
    tthc_code: ['Mã thủ tục hành chính', 'Mã TTHC', 'Mã thủ tục'],
    tthc_name: ['Tên thủ tục hành chính', 'Tên TTHC', 'Thủ tục hành chính'],
    level: ['Cấp thực hiện', 'Cấp'],
    status_note: ['Tình trạng'],
    source: SURE.source,
  },
  service_eligibility: {
    service_code: SERVICE,
    ...SPAN,
    eligible_full: ['Đủ điều kiện toàn trình', 'Đủ điều kiện cung cấp toàn trình'],
    note: NOTE,
  },
  catalogues: {
    code: ['Mã danh mục', 'Mã'],
    ...{ name_vi: [...NAMES.name_vi, 'Tên danh mục', 'Danh mục'], name_en: NAMES.name_en },
    document: ['Văn bản', 'Quyết định'],
    includes: ['Gồm các danh mục', 'Bao gồm'],
  },
  catalogue_items: {
    catalogue: ['Danh mục', 'Mã danh mục', 'catalog'],
    service_code: SERVICE,
    position: ['Số thứ tự trong danh mục', 'Vị trí'],
    ...SPAN,
    note: NOTE,
  },
  reporting_rules: {
    ...SPAN,
    window_vi: ['Kỳ số liệu', 'Kỳ số liệu tiếng Việt'],
    window_en: ['Kỳ số liệu tiếng Anh'],
    deadline_day: ['Ngày hạn nộp', 'Hạn nộp'],
    note: NOTE,
  },
};
