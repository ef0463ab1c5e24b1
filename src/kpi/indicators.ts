/** The indicators, declared as data: each version from a day to a day, as a sum divided by a sum. */
import { within } from './agency.ts';
import type { SumName } from './figure.ts';
import type { Day } from './month.ts';

/** What of a service status makes a service count as delivered. */
export type Delivered = 'level_3' | 'level_4' | 'online' | 'full';

interface Shared {
  id: IndicatorId;
  version: number;
  validFrom: Day | null;
  validTo: Day | null;
  name: { vi: string; en: string };
  numeratorText: { vi: string; en: string };
  denominatorText: { vi: string; en: string };
  whyItMatters: { vi: string; en: string };
  legalBasis: string;
  higherIsBetter: boolean;
  minimumDenominator: number;
  /** As a fraction of 1; null when no document sets one. */
  target: number | null;
}

/**
 * `dossiers`: kept sums over kept sums. `services`: services delivered over services to deliver.
 * `used`: online services with a dossier over online services. `returns`: returns in over returns due.
 */
export type IndicatorVersion = Shared &
  (
    | { kind: 'dossiers'; numerator: SumName[]; denominator: SumName[]; rows: SumName; eligibleOnly: boolean }
    | { kind: 'services'; delivered: Delivered; eligibleOnly: boolean }
    | { kind: 'used'; delivered: Delivered }
    | { kind: 'returns'; byDeadline: boolean }
  );

export const INDICATOR_IDS = [
  'level_3_4_completion',
  'end_to_end_services',
  'end_to_end_completion',
  'online_dossiers',
  'on_time',
  'overdue',
  'online_payment',
  'files_digitised',
  'results_digitised',
  'data_reuse',
  'satisfaction',
  'services_with_dossiers',
  'reporting_completeness',
  'reporting_punctuality',
] as const;
export type IndicatorId = (typeof INDICATOR_IDS)[number];

/** First day of Decree 42/2022/NĐ-CP: levels 1 to 4 end, "partial" and "full process" begin. */
export const FULL_PROCESS_REGIME: Day = '2022-08-15';
/** First day of Decree 224/2026/NĐ-CP. */
const DECREE_224: Day = '2026-07-01';

const DOSSIERS = 30;
const ONE = 1;

const DECREE_43 = 'Nghị định 43/2011/NĐ-CP, Điều 3; Thông tư 32/2017/TT-BTTTT';
const DECREE_42 = 'Nghị định 42/2022/NĐ-CP, Điều 11';
const INDEX_766 = 'Quyết định 766/QĐ-TTg (2022)';

export const INDICATORS: readonly IndicatorVersion[] = [
  {
    id: 'level_3_4_completion',
    version: 1,
    kind: 'services',
    delivered: 'level_3',
    eligibleOnly: false,
    validFrom: null,
    validTo: '2022-08-14',
    name: { vi: 'Dịch vụ công mức độ 3, 4', en: 'Services at level 3 or 4' },
    numeratorText: {
      vi: 'dịch vụ trong danh mục đã cung cấp ở mức độ 3 hoặc 4',
      en: 'catalogue services delivered at level 3 or 4',
    },
    denominatorText: {
      vi: 'dịch vụ trong danh mục cơ quan phải cung cấp',
      en: 'catalogue services the agency must deliver',
    },
    whyItMatters: {
      vi: 'Cho biết danh mục dịch vụ thiết yếu đã lên trực tuyến đến đâu.',
      en: 'Says how much of the essential catalogue is online at all.',
    },
    legalBasis: DECREE_43,
    higherIsBetter: true,
    minimumDenominator: ONE,
    target: 1,
  },
  {
    id: 'level_3_4_completion',
    version: 2,
    kind: 'services',
    delivered: 'online',
    eligibleOnly: false,
    validFrom: FULL_PROCESS_REGIME,
    validTo: null,
    name: {
      vi: 'Dịch vụ công trực tuyến (một phần hoặc toàn trình)',
      en: 'Online services (partial or full process)',
    },
    numeratorText: {
      vi: 'dịch vụ trong danh mục đã cung cấp trực tuyến một phần hoặc toàn trình',
      en: 'catalogue services delivered online, partial or full process',
    },
    denominatorText: {
      vi: 'dịch vụ trong danh mục cơ quan phải cung cấp',
      en: 'catalogue services the agency must deliver',
    },
    whyItMatters: {
      vi: 'Nối tiếp tỷ lệ mức độ 3, 4 từ ngày Nghị định 42/2022/NĐ-CP có hiệu lực; hai cách đo không nối thành một đường.',
      en: 'Continues the level-3/4 share since Decree 42/2022; the two measures are not drawn as one line.',
    },
    legalBasis: DECREE_42,
    higherIsBetter: true,
    minimumDenominator: ONE,
    target: 1,
  },
  {
    id: 'end_to_end_services',
    version: 1,
    kind: 'services',
    delivered: 'level_4',
    eligibleOnly: true,
    validFrom: null,
    validTo: '2022-08-14',
    name: { vi: 'Dịch vụ công mức độ 4', en: 'Services at level 4' },
    numeratorText: { vi: 'dịch vụ đã cung cấp ở mức độ 4', en: 'services delivered at level 4' },
    denominatorText: {
      vi: 'dịch vụ đủ điều kiện thực hiện toàn trình (chưa có thông tin thì coi là đủ)',
      en: 'services eligible for full process (blank counts as eligible)',
    },
    whyItMatters: {
      vi: 'Mức độ 4 cho phép nộp phí và nhận kết quả không phải đến cơ quan.',
      en: 'At level 4 the fee is paid and the result received without a visit.',
    },
    legalBasis: DECREE_43,
    higherIsBetter: true,
    minimumDenominator: ONE,
    target: null,
  },
  {
    id: 'end_to_end_services',
    version: 2,
    kind: 'services',
    delivered: 'full',
    eligibleOnly: true,
    validFrom: FULL_PROCESS_REGIME,
    validTo: null,
    name: { vi: 'Dịch vụ công trực tuyến toàn trình', en: 'Full-process services' },
    numeratorText: { vi: 'dịch vụ đã cung cấp toàn trình', en: 'services delivered full process' },
    denominatorText: {
      vi: 'dịch vụ đủ điều kiện thực hiện toàn trình (chưa có thông tin thì coi là đủ)',
      en: 'services eligible for full process (blank counts as eligible)',
    },
    whyItMatters: {
      vi: 'Toàn trình là đích đến của mọi dịch vụ công đủ điều kiện.',
      en: 'Full process is where every eligible service is meant to arrive.',
    },
    legalBasis: DECREE_42,
    higherIsBetter: true,
    minimumDenominator: ONE,
    target: null,
  },
  ...([1, 2] as const).map(
    (version): IndicatorVersion => ({
      id: 'end_to_end_completion',
      version,
      kind: 'dossiers',
      numerator: ['end_to_end_done'],
      denominator: ['end_to_end_resolved'],
      rows: 'end_to_end_rows',
      eligibleOnly: version === 2,
      validFrom: version === 1 ? null : DECREE_224,
      validTo: version === 1 ? '2026-06-30' : null,
      name: { vi: 'Hồ sơ hoàn thành toàn trình', en: 'Dossiers completed end to end' },
      numeratorText: {
        vi: 'hồ sơ nộp trực tuyến, không bước giấy, trả kết quả điện tử',
        en: 'dossiers filed online, without a paper step, with an electronic result',
      },
      denominatorText:
        version === 1
          ? { vi: 'hồ sơ đã giải quyết', en: 'dossiers resolved' }
          : {
              vi: 'hồ sơ đã giải quyết của dịch vụ đủ điều kiện toàn trình',
              en: 'dossiers resolved of services eligible for full process',
            },
      whyItMatters: {
        vi: 'Đo điều người dân thực sự nhận được, không chỉ điều hệ thống cho phép.',
        en: 'Measures what people actually get, not only what the system allows.',
      },
      legalBasis: version === 1 ? `${DECREE_42}; ${INDEX_766}` : 'Nghị định 224/2026/NĐ-CP, Điều 19',
      higherIsBetter: true,
      minimumDenominator: DOSSIERS,
      target: 0.8,
    }),
  ),
  dossiers('online_dossiers', ['received_online'], ['received'], 'rows', {
    name: { vi: 'Hồ sơ tiếp nhận trực tuyến', en: 'Dossiers received online' },
    numeratorText: { vi: 'hồ sơ tiếp nhận trực tuyến', en: 'dossiers received online' },
    denominatorText: {
      vi: 'hồ sơ tiếp nhận (trực tuyến và trực tiếp)',
      en: 'dossiers received (online and direct)',
    },
    whyItMatters: {
      vi: 'Người dân có dùng kênh trực tuyến hay không.',
      en: 'Whether people use the online channel.',
    },
  }),
  dossiers(
    'on_time',
    ['deadline_resolved_in_time', 'deadline_pending_in_time'],
    [
      'deadline_resolved_in_time',
      'deadline_resolved_late',
      'deadline_pending_in_time',
      'deadline_pending_overdue',
    ],
    'deadline_rows',
    {
      name: { vi: 'Hồ sơ xử lý trước hạn, đúng hạn', en: 'Dossiers on time' },
      numeratorText: {
        vi: 'hồ sơ giải quyết trước hạn, đúng hạn và đang giải quyết trong hạn',
        en: 'dossiers resolved early or on time, and pending within the deadline',
      },
      denominatorText: { vi: 'hồ sơ đã giải quyết và đang giải quyết', en: 'dossiers resolved and pending' },
      whyItMatters: {
        vi: 'Lời hứa về thời hạn có được giữ hay không.',
        en: 'Whether promised deadlines are kept.',
      },
    },
  ),
  {
    ...dossiers(
      'overdue',
      ['deadline_resolved_late', 'deadline_pending_overdue'],
      [
        'deadline_resolved_in_time',
        'deadline_resolved_late',
        'deadline_pending_in_time',
        'deadline_pending_overdue',
      ],
      'deadline_rows',
      {
        name: { vi: 'Hồ sơ quá hạn', en: 'Overdue dossiers' },
        numeratorText: {
          vi: 'hồ sơ đang giải quyết quá hạn và đã giải quyết quá hạn',
          en: 'dossiers pending overdue and resolved late',
        },
        denominatorText: {
          vi: 'hồ sơ đã giải quyết và đang giải quyết',
          en: 'dossiers resolved and pending',
        },
        whyItMatters: {
          vi: 'Mỗi hồ sơ quá hạn là một người dân phải chờ. Càng thấp càng tốt.',
          en: 'Every overdue dossier is somebody waiting. Lower is better.',
        },
      },
    ),
    higherIsBetter: false,
  },
  dossiers('online_payment', ['payment_online'], ['payment_due'], 'payment_rows', {
    name: { vi: 'Thanh toán trực tuyến', en: 'Online payment' },
    numeratorText: { vi: 'hồ sơ thanh toán trực tuyến', en: 'dossiers paid online' },
    denominatorText: { vi: 'hồ sơ có phí, lệ phí', en: 'dossiers with a fee' },
    whyItMatters: {
      vi: 'Còn phải trả tiền mặt thì chưa toàn trình.',
      en: 'While cash is needed, nothing is end to end.',
    },
  }),
  dossiers('files_digitised', ['files_digitised'], ['files_received'], 'files_rows', {
    name: { vi: 'Số hóa hồ sơ', en: 'Dossiers digitised' },
    numeratorText: { vi: 'hồ sơ được số hóa', en: 'dossiers digitised' },
    denominatorText: { vi: 'hồ sơ tiếp nhận', en: 'dossiers received' },
    whyItMatters: {
      vi: 'Giấy tờ đã số hóa thì lần sau không phải nộp lại.',
      en: 'A paper once digitised need not be handed in again.',
    },
  }),
  dossiers('results_digitised', ['results_digitised'], ['results_resolved'], 'results_rows', {
    name: { vi: 'Kết quả điện tử', en: 'Electronic results' },
    numeratorText: { vi: 'hồ sơ có kết quả điện tử', en: 'dossiers with an electronic result' },
    denominatorText: { vi: 'hồ sơ đã giải quyết', en: 'dossiers resolved' },
    whyItMatters: {
      vi: 'Kết quả điện tử là nguồn dữ liệu cho thủ tục sau.',
      en: 'An electronic result feeds the next procedure.',
    },
  }),
  dossiers('data_reuse', ['reuse_reused'], ['reuse_received'], 'reuse_rows', {
    name: { vi: 'Tái sử dụng dữ liệu', en: 'Data reuse' },
    numeratorText: { vi: 'hồ sơ dùng lại dữ liệu đã số hóa', en: 'dossiers that reuse digitised data' },
    denominatorText: { vi: 'hồ sơ tiếp nhận', en: 'dossiers received' },
    whyItMatters: {
      vi: 'Số hóa chỉ có ích khi dữ liệu được dùng lại.',
      en: 'Digitising helps only when the data is used again.',
    },
  }),
  dossiers('satisfaction', ['satisfaction_satisfied'], ['satisfaction_ratings'], 'satisfaction_rows', {
    name: { vi: 'Hài lòng', en: 'Satisfaction' },
    numeratorText: { vi: 'lượt đánh giá hài lòng', en: 'ratings that are satisfied' },
    denominatorText: { vi: 'lượt đánh giá', en: 'ratings' },
    whyItMatters: { vi: 'Tiếng nói của người dùng dịch vụ.', en: 'The voice of those who use the service.' },
  }),
  ...([1, 2] as const).map(
    (version): IndicatorVersion => ({
      id: 'services_with_dossiers',
      version,
      kind: 'used',
      delivered: version === 1 ? 'level_3' : 'online',
      validFrom: version === 1 ? null : FULL_PROCESS_REGIME,
      validTo: version === 1 ? '2022-08-14' : null,
      name: { vi: 'Dịch vụ trực tuyến có phát sinh hồ sơ', en: 'Online services with dossiers' },
      numeratorText: {
        vi: 'dịch vụ trực tuyến có ít nhất một hồ sơ trực tuyến trong kỳ',
        en: 'online services with at least one online dossier in the period',
      },
      denominatorText: { vi: 'dịch vụ trực tuyến', en: 'online services' },
      whyItMatters: {
        vi: 'Thước đo chống hình thức: dịch vụ lên mạng mà không ai dùng thì chưa thực chất.',
        en: 'The yardstick against formalism: a service online that nobody uses is not real yet.',
      },
      legalBasis: INDEX_766,
      higherIsBetter: true,
      minimumDenominator: ONE,
      target: null,
    }),
  ),
  ...([false, true] as const).map(
    (byDeadline): IndicatorVersion => ({
      id: byDeadline ? 'reporting_punctuality' : 'reporting_completeness',
      version: 1,
      kind: 'returns',
      byDeadline,
      validFrom: null,
      validTo: null,
      name: byDeadline
        ? { vi: 'Báo cáo đúng hạn', en: 'Reporting punctuality' }
        : { vi: 'Báo cáo đầy đủ', en: 'Reporting completeness' },
      numeratorText: byDeadline
        ? {
            vi: 'báo cáo (cơ quan, dịch vụ) nhận trước khi hết hạn',
            en: 'returns (agency, service) received by the deadline',
          }
        : { vi: 'báo cáo (cơ quan, dịch vụ) đã nhận', en: 'returns (agency, service) received' },
      denominatorText: { vi: 'báo cáo phải nộp', en: 'returns due' },
      whyItMatters: {
        vi: 'Thiếu báo cáo thì mọi tỷ lệ khác đều khuyết; nơi nào thiếu phải nhìn thấy ngay.',
        en: 'Where returns are missing every other rate has a hole; it must be seen at once.',
      },
      legalBasis: 'Quy tắc kỳ báo cáo của Toàn Trình (xem phương pháp)',
      higherIsBetter: true,
      minimumDenominator: ONE,
      target: 1,
    }),
  ),
];

/** The version of an indicator in force on `day`. */
export function indicatorOn(id: IndicatorId, day: Day): IndicatorVersion {
  const version = INDICATORS.find(i => i.id === id && within(day, i.validFrom, i.validTo));
  if (!version) throw new Error(`no version of ${id} is in force on ${day}`);
  return version;
}

export function isIndicatorId(text: string): text is IndicatorId {
  return (INDICATOR_IDS as readonly string[]).includes(text);
}

/** Whether a rate counts dossiers or ratings, so that chance moves it and an interval is due. */
export function hasInterval(indicator: IndicatorVersion): boolean {
  return indicator.kind === 'dossiers';
}

/** An indicator over dossiers with one version for all time, under index 766. */
function dossiers(
  id: IndicatorId,
  numerator: SumName[],
  denominator: SumName[],
  rows: SumName,
  texts: Pick<Shared, 'name' | 'numeratorText' | 'denominatorText' | 'whyItMatters'>,
): IndicatorVersion {
  return {
    id,
    version: 1,
    kind: 'dossiers',
    numerator,
    denominator,
    rows,
    eligibleOnly: false,
    validFrom: null,
    validTo: null,
    ...texts,
    legalBasis: INDEX_766,
    higherIsBetter: true,
    minimumDenominator: DOSSIERS,
    target: null,
  };
}
