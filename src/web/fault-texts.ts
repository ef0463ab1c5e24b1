/** What each refusal says, in both languages; `{…}` is filled in. */

interface FaultText {
  status: number;
  vi: { title: string; detail: string };
  en: { title: string; detail: string };
}

export const FAULTS = {
  repeated_parameter: {
    status: 400,
    vi: {
      title: 'Tham số lặp lại',
      detail: 'Tham số “{parameter}” xuất hiện nhiều lần; chỉ được ghi một lần.',
    },
    en: {
      title: 'Repeated parameter',
      detail: 'The parameter “{parameter}” stands more than once; give it once.',
    },
  },
  unknown_value: {
    status: 400,
    vi: {
      title: 'Giá trị không hợp lệ',
      detail: 'Tham số “{parameter}” không nhận giá trị “{value}”. Giá trị được nhận: {allowed}.',
    },
    en: {
      title: 'Unknown value',
      detail: 'The parameter “{parameter}” does not take “{value}”. It takes: {allowed}.',
    },
  },
  future_as_of: {
    status: 400,
    vi: {
      title: 'Thời điểm ở tương lai',
      detail: 'Tham số “{parameter}” là {value}, muộn hơn hiện tại; chỉ xem được số liệu đã ghi nhận.',
    },
    en: {
      title: 'Instant in the future',
      detail: 'The parameter “{parameter}” is {value}, later than now; only what is on record can be shown.',
    },
  },
  future_period: {
    status: 400,
    vi: { title: 'Kỳ báo cáo ở tương lai', detail: 'Kỳ {value} chưa bắt đầu theo giờ Hà Nội.' },
    en: { title: 'Period in the future', detail: 'The period {value} has not begun yet in Hanoi.' },
  },
  unpublished_period: {
    status: 404,
    vi: { title: 'Kỳ báo cáo chưa công bố', detail: 'Số liệu kỳ {value} chưa được công bố.' },
    en: { title: 'Period not published', detail: 'The figures of {value} are not published.' },
  },
  nothing_published: {
    status: 404,
    vi: { title: 'Chưa có số liệu', detail: 'Chưa có kỳ báo cáo nào được công bố.' },
    en: { title: 'Nothing published yet', detail: 'No reporting period has been published yet.' },
  },
  sector_of_provinces: {
    status: 400,
    vi: {
      title: 'Cách xem không áp dụng cho địa phương',
      detail: 'Cách xem “sector” (toàn ngành) chỉ dành cho bộ, ngành; hãy dùng “own” cho tỉnh, thành phố.',
    },
    en: {
      title: 'View does not apply to provinces',
      detail: 'The view “sector” is for ministries only; use “own” for provinces.',
    },
  },
  unknown_page: {
    status: 404,
    vi: { title: 'Không tìm thấy trang', detail: 'Không có trang nào ở địa chỉ này.' },
    en: { title: 'Page not found', detail: 'There is no page at this address.' },
  },
  unknown_agency: {
    status: 404,
    vi: { title: 'Không tìm thấy cơ quan', detail: 'Không có cơ quan nào mang mã “{value}”.' },
    en: { title: 'Agency not found', detail: 'No agency has the code “{value}”.' },
  },
  unknown_service: {
    status: 404,
    vi: { title: 'Không tìm thấy dịch vụ công', detail: 'Không có dịch vụ công nào mang mã “{value}”.' },
    en: { title: 'Public service not found', detail: 'No public service has the code “{value}”.' },
  },
  unknown_catalogue: {
    status: 404,
    vi: { title: 'Không tìm thấy danh mục', detail: 'Không có danh mục nào mang mã “{value}”.' },
    en: { title: 'Catalogue not found', detail: 'No catalogue has the code “{value}”.' },
  },
  unknown_publication: {
    status: 404,
    vi: {
      title: 'Chưa có bản công bố',
      detail: 'Kỳ “{value}” chưa có bản công bố đã chốt. Danh sách ở trang “Công bố”.',
    },
    en: {
      title: 'No such publication',
      detail: 'There is no frozen publication of “{value}”. The page “Publications” lists them.',
    },
  },
  not_signed_in: {
    status: 401,
    vi: {
      title: 'Cần đăng nhập',
      detail: 'Địa chỉ này chỉ trả lời người đã đăng nhập hoặc chương trình có khóa (Authorization: Bearer).',
    },
    en: {
      title: 'Sign in first',
      detail:
        'This address answers people who are signed in and programs with a key (Authorization: Bearer).',
    },
  },
  bad_key: {
    status: 401,
    vi: {
      title: 'Khóa không dùng được',
      detail: 'Khóa gửi kèm không có, đã hết hạn hoặc đã bị thu hồi. Hãy xin quản trị viên cấp khóa khác.',
    },
    en: {
      title: 'The key is not good',
      detail: 'The key is unknown, has expired or was revoked. Ask an administrator for another.',
    },
  },
  not_allowed: {
    status: 403,
    vi: { title: 'Không có quyền', detail: 'Vai trò của tài khoản này không được dùng trang này.' },
    en: { title: 'Not allowed', detail: 'The role of this account does not include this page.' },
  },
  void_link: {
    status: 410,
    vi: {
      title: 'Liên kết không còn dùng được',
      detail: 'Mỗi liên kết chỉ dùng được một lần và trong thời hạn ghi ở thư. Hãy yêu cầu liên kết mới.',
    },
    en: {
      title: 'This link works no more',
      detail: 'A link works once, and as long as its mail says. Please ask for a new one.',
    },
  },
  unknown_account: {
    status: 404,
    vi: { title: 'Không tìm thấy tài khoản', detail: 'Không có tài khoản nào mang số “{value}”.' },
    en: { title: 'Account not found', detail: 'No account has the number “{value}”.' },
  },
  own_account: {
    status: 409,
    vi: {
      title: 'Đây là tài khoản của chính bạn',
      detail: 'Không ai tự khóa hoặc tự đặt lại tài khoản của mình; hãy nhờ một quản trị viên khác.',
    },
    en: {
      title: 'This is your own account',
      detail: 'Nobody disables or resets their own account; ask another admin.',
    },
  },
  unknown_key: {
    status: 404,
    vi: { title: 'Không tìm thấy khóa', detail: 'Không có khóa nào mang số “{value}”.' },
    en: { title: 'Key not found', detail: 'No key has the number “{value}”.' },
  },
  unknown_submission: {
    status: 404,
    vi: { title: 'Không tìm thấy lần nộp', detail: 'Không có lần nộp nào mang số “{value}”.' },
    en: { title: 'Submission not found', detail: 'No submission has the number “{value}”.' },
  },
  unknown_objection: {
    status: 404,
    vi: { title: 'Không tìm thấy kiến nghị', detail: 'Không có kiến nghị nào mang số “{value}”.' },
    en: { title: 'Objection not found', detail: 'No objection has the number “{value}”.' },
  },
  unknown_month: {
    status: 404,
    vi: { title: 'Không tìm thấy kỳ', detail: 'Kỳ “{value}” chưa có số liệu và chưa đến hạn báo cáo.' },
    en: { title: 'Month not found', detail: 'Nothing was reported for “{value}”, and nothing is due yet.' },
  },
  unread_submission: {
    status: 404,
    vi: {
      title: 'Không có dòng nào để tải về',
      detail:
        'Tệp của lần nộp {value} không đọc được trọn vẹn nên không có bản kèm lỗi; hãy sửa theo giấy biên nhận.',
    },
    en: {
      title: 'No rows to download',
      detail:
        'The file of submission {value} could not be read to its end, so there is no copy with its problems; follow the receipt.',
    },
  },
  nothing_found: {
    status: 404,
    vi: { title: 'Không có lỗi nào', detail: 'Lần nộp {value} không có lỗi hay điểm nào cần xem lại.' },
    en: { title: 'Nothing was found', detail: 'Submission {value} has no problem and no point to look at.' },
  },
  own_submission: {
    status: 403,
    vi: {
      title: 'Cần người thứ hai',
      detail:
        'Người đã nộp không tự duyệt hoặc tự trả lại lần nộp của mình; hãy nhờ người duyệt khác của đơn vị.',
    },
    en: {
      title: 'A second person is needed',
      detail: 'Whoever sent a file neither approves nor returns it; ask another approver of the office.',
    },
  },
  not_yours: {
    status: 403,
    vi: {
      title: 'Không có quyền',
      detail: 'Vai trò của tài khoản này không được làm việc đó với lần nộp này.',
    },
    en: {
      title: 'Not allowed',
      detail: 'The role of this account does not include that for this submission.',
    },
  },
  not_confirmed: {
    status: 409,
    vi: {
      title: 'Người nộp chưa xác nhận',
      detail: 'Lần nộp này còn điểm cần xem lại mà người nộp chưa xác nhận, nên chưa duyệt được.',
    },
    en: {
      title: 'Its sender has not confirmed it',
      detail: 'This submission has points that its sender has not confirmed yet, so it cannot be approved.',
    },
  },
  decided: {
    status: 409,
    vi: {
      title: 'Đã có quyết định trước đó',
      detail: 'Lần nộp này đã được quyết định: {value}. Yêu cầu này không thay đổi gì.',
    },
    en: {
      title: 'Decided before',
      detail: 'This submission was decided before: {value}. This request changed nothing.',
    },
  },
  missing_comment: {
    status: 400,
    vi: {
      title: 'Thiếu ý kiến',
      detail: 'Khi trả lại phải ghi rõ điều cần sửa (trường “{parameter}”, không quá {limit} ký tự).',
    },
    en: {
      title: 'No comment',
      detail: 'A return says what is to be mended (field “{parameter}”, at most {limit} characters).',
    },
  },
  cross_origin: {
    status: 403,
    vi: { title: 'Yêu cầu từ trang khác', detail: 'Yêu cầu này do một trang khác gửi đến nên bị từ chối.' },
    en: {
      title: 'Request from another site',
      detail: 'This request was sent by another site and is refused.',
    },
  },
  wrong_method: {
    status: 405,
    vi: { title: 'Phương thức không được hỗ trợ', detail: 'Địa chỉ này không nhận phương thức {value}.' },
    en: { title: 'Method not allowed', detail: 'This address does not take the method {value}.' },
  },
  too_big: {
    status: 413,
    vi: {
      title: 'Tệp quá lớn',
      detail:
        'Tệp lớn hơn giới hạn {limit} MB. Hãy chia nhỏ theo tháng hoặc theo cơ quan; bảng tính lớn nên lưu thành CSV.',
    },
    en: {
      title: 'File too large',
      detail:
        'The file is larger than {limit} MB. Split it by month or by agency; save a large workbook as CSV.',
    },
  },
  busy: {
    status: 503,
    vi: {
      title: 'Đang nhận quá nhiều tệp',
      detail: 'Hệ thống đang nhận nhiều tệp cùng lúc. Chưa có gì được ghi; hãy nộp lại sau ít phút.',
    },
    en: {
      title: 'Too many files at once',
      detail:
        'Many files are coming in at the same time. Nothing was stored; send yours again in a few minutes.',
    },
  },
  unsupported_type: {
    status: 415,
    vi: {
      title: 'Kiểu dữ liệu chưa được nhận',
      detail:
        'Nhận tệp CSV (text/csv), Excel (.xlsx), JSON (application/json) hoặc biểu mẫu tải tệp; kiểu gửi đến là {value}.',
    },
    en: {
      title: 'Unsupported type',
      detail:
        'CSV (text/csv), Excel (.xlsx), JSON (application/json) or the upload form is taken; what was sent is {value}.',
    },
  },
  missing_file: {
    status: 400,
    vi: { title: 'Thiếu tệp', detail: 'Hãy chọn một tệp có nội dung để nộp (trường “{parameter}”).' },
    en: { title: 'No file', detail: 'Choose a file that is not empty (field “{parameter}”).' },
  },
  bad_form: {
    status: 400,
    vi: { title: 'Biểu mẫu không đọc được', detail: 'Không đọc được nội dung gửi lên ({value}).' },
    en: { title: 'Unreadable form', detail: 'What was sent could not be read ({value}).' },
  },
  bad_request: {
    status: 400,
    vi: { title: 'Yêu cầu không hợp lệ', detail: 'Địa chỉ hoặc nội dung yêu cầu không đọc được.' },
    en: { title: 'Bad request', detail: 'The address or what was sent could not be read.' },
  },
  not_ready: {
    status: 503,
    vi: { title: 'Chưa sẵn sàng', detail: 'Cơ sở dữ liệu chưa trả lời. Hãy thử lại sau ít phút.' },
    en: { title: 'Not ready', detail: 'The database does not answer. Try again in a few minutes.' },
  },
  unexpected: {
    status: 500,
    vi: {
      title: 'Lỗi ngoài dự kiến',
      detail: 'Đã có lỗi và đã được ghi lại với số {reference}. Hãy báo số này cho người vận hành.',
    },
    en: {
      title: 'Unexpected error',
      detail: 'Something went wrong and was logged as {reference}. Give this number to the operator.',
    },
  },
} as const satisfies Record<string, FaultText>;

export type FaultCode = keyof typeof FAULTS;
