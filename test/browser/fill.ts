/** Fills an embedded database with invented months, published but for the last, and the work of people on them: `node fill.ts FOLDER`. */
import { issueKey } from '../../src/accounts/keys.ts';
import { makeLink } from '../../src/accounts/links.ts';
import { personOf, startSession } from '../../src/accounts/session.ts';
import { accept, type Upload } from '../../src/intake/accept.ts';
import { decide } from '../../src/intake/decide.ts';
import type { Role } from '../../src/kpi/access.ts';
import type { Actor } from '../../src/kpi/audit.ts';
import { addDays, hanoiDay } from '../../src/kpi/month.ts';
import { prepare } from '../../src/prepare.ts';
import { buildSample } from '../../src/sample/generate.ts';
import { addAccount } from '../../src/store/accounts.ts';
import { connect } from '../../src/store/connect.ts';
import { seeingAllDrafts } from '../../src/store/handles.ts';
import { grantLateEntry } from '../../src/store/late-entries.ts';
import { publishMonth, reopenMonth } from '../../src/store/months.ts';
import { answerObjection, raiseObjection } from '../../src/store/objections.ts';
import { catalogueAt } from '../../src/store/reference.ts';
import { enrolSecret } from '../../src/store/second-factor.ts';
import type { Filled } from './site.ts';

/** One month under the four levels of before 15/8/2022, and the months around the merger of provinces. */
const STRETCHES = [
  { from: '2022-07', months: 1 },
  { from: '2025-05', months: 4 },
];
const PUBLISHED = ['2022-07', '2025-05', '2025-06', '2025-07'];
const DRAFT = '2025-08';

const [dataDir] = process.argv.slice(2);
if (!dataDir) throw new Error('usage: node test/browser/fill.ts FOLDER');
const { close, ...connection } = await connect({ databaseUrl: null, dataDir });
await prepare(connection.db, Date.now);
const db = seeingAllDrafts(connection.db);
const catalogue = await catalogueAt(db, null);
for (const stretch of STRETCHES) {
  for (const file of buildSample(catalogue, { ...stretch, seed: 'browser', units: 'none' })) {
    const { bytes, kind, name: fileName, receivedAt } = file;
    const sent = { bytes, kind, fileName, receivedAt, contentType: 'text/csv', period: null, agency: null };
    const by = { sender: 'sample', door: 'sample', reason: null, lang: 'en' } as const;
    const receipt = await accept(db, { ...sent, ...by }, Date.now);
    if (receipt.status !== 'approved')
      throw new Error(`${fileName}: ${receipt.status}, ${JSON.stringify(receipt.problems[0])}`);
  }
}
for (const month of PUBLISHED) await publishMonth(db, month, 'sample');

const now = Date.now();
const sessions: Record<string, string> = {};
/** Opens an account and a session of it; answers with what it stands for in the audit. */
async function signedIn(name: string, role: Role, agency: string | null, complete = true): Promise<Actor> {
  const email = `${name}@${agency ?? 'toan-trinh'}.example.vn`;
  const account = await addAccount(db, { email, role, agency, invitedBy: 'operator' }, now);
  if (!account) throw new Error(`${email} has an account already`);
  sessions[name] = await startSession(db, account, complete, null, now);
  return { visitor: personOf(account), from: '192.0.2.7' };
}
const reporter = await signedIn('reporter', 'reporter', 'ha-noi');
const approver = await signedIn('approver', 'approver', 'ha-noi');
const leader = await signedIn('leader', 'leader', null);
const admin = await signedIn('admin', 'admin', null);
await signedIn('enrolling', 'leader', null, false);
const halfway = await signedIn('halfway', 'approver', 'ha-noi', false);
await enrolSecret(db, halfway.visitor.id ?? '', {
  sealed: 'nobody opens this one',
  step: 1,
  replaces: false,
});

const HEADINGS =
  'Kỳ báo cáo;Cơ quan;Dịch vụ công;Tiếp nhận trực tuyến;Tiếp nhận trực tiếp, bưu chính;' +
  'Giải quyết trước hạn;Giải quyết đúng hạn;Giải quyết quá hạn';
/** Hands in a return of Hà Nội as its reporter; the number of the submission. */
async function handedIn(fileName: string, row: string, asks = false): Promise<string> {
  const upload: Upload = {
    ...{ bytes: Buffer.from(`${HEADINGS}\r\n${row}\r\n`), fileName, contentType: 'text/csv' },
    ...{ kind: 'monthly-return', door: 'page', period: null, agency: null, reason: null, lang: 'vi' },
    ...{ sender: reporter.visitor.name, actor: reporter, asks },
  };
  const { id } = await accept(db, upload, Date.now);
  return String(id);
}
const rowOf = (month: number, service: string, counts: string): string =>
  `Tháng ${month}/2025;TP. Hà Nội;${service};${counts}`;
const refused = await handedIn('tháng 8 <nháp>.csv', rowOf(8, 'Đăng ký khai sinh', '12,5;100;900;300;20'));
const waiting = await handedIn('tháng 8.csv', rowOf(8, 'Đăng ký khai sinh', '1.210;100;900;300;20'));
// A lone service: the others are missing, which its sender is asked to confirm.
const lone = rowOf(9, 'Đăng ký kết hôn', '1.200;100;900;300;20');
const unconfirmed = await handedIn('tháng 9 (kết hôn).csv', lone, true);
const returned = await handedIn('tháng 10.csv', rowOf(10, 'Đăng ký khai sinh', '1.200;100;900;300;20'));
const comment = 'Số tiếp nhận trực tuyến chưa khớp với\nHệ thống thông tin giải quyết thủ tục hành chính.';
await decide(db, returned, { decision: 'return', comment }, approver, Date.now());

const disputed = { month: DRAFT, agency: 'ha-noi', service: 'dk-thuong-tru', indicator: 'on_time' };
const file = { name: 'đối chiếu số liệu.xlsx', bytes: Buffer.from('invented') };
const text = 'Ba mươi hồ sơ quá hạn do Trung tâm dữ liệu ngừng hoạt động ngày 12/8/2025.\nĐề nghị xem lại.';
const open = await raiseObjection(db, { ...disputed, text, file }, reporter, now);
const every = { ...disputed, service: null, indicator: null, file: null };
const answered = await raiseObjection(
  db,
  { ...every, text: 'Thiếu số liệu tuần cuối tháng.' },
  approver,
  now,
);
const answer = 'Số liệu đã gồm cả tuần cuối tháng; xem biểu tháng 8 của Thành phố.';
await answerObjection(db, String(answered), { verdict: 'rejected', answer }, leader, Date.now());

const late = { agency: 'ha-noi', month: '2025-07', until: addDays(hanoiDay(now), 7) };
await grantLateEntry(db, { ...late, reason: 'Hệ thống của Thành phố chuyển máy chủ.' }, admin, now);
for (const agency of ['ha-noi', 'bca']) await issueKey(db, { agency, kinds: null, days: 365 }, admin, now);
const reopened = { edition: 1, reason: 'Bộ Công an gửi lại số liệu tháng 7.', by: leader.visitor.name };
await reopenMonth(db, '2022-07', reopened, leader);
const invited = await addAccount(
  db,
  { email: 'moi@ha-noi.example.vn', role: 'reporter', agency: 'ha-noi', invitedBy: admin.visitor.name },
  now,
);

const submission = (id: string): string => `/submissions/${id}`;
const filled: Filled = {
  sessions,
  places: {
    refused: submission(refused),
    returned: submission(returned),
    unconfirmed: submission(unconfirmed),
    waiting: submission(waiting),
    open: `/objections/${open}`,
    answered: `/objections/${answered}`,
    invitation: `/invitation/${await makeLink(db, invited?.id ?? '', 'invitation', now)}`,
  },
};
process.stdout.write(JSON.stringify(filled));
await close();
