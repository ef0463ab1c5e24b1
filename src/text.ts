/** What commands print for people: receipts, rankings and scorecards as plain text. */
import type { DemoAccount } from './demo.ts';
import type { Receipt } from './intake/receipt.ts';
import type { Verification } from './publication/verify.ts';
import type { Difference } from './recount/compare.ts';
import type { ChainFault, ChainReport } from './store/audit-chain.ts';
import type { RankingDocument, Rate, ScorecardDocument } from './web/documents.ts';
import { wordFor } from './words/words.ts';

type Lang = 'vi' | 'en';

const percent = (lang: Lang): Intl.NumberFormat =>
  new Intl.NumberFormat(lang, { style: 'percent', minimumFractionDigits: 1, maximumFractionDigits: 1 });

/** Lines of equally wide columns; numbers to the right. */
function table(rows: readonly (string | number)[][]): string {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map(r => String(r[i] ?? '').length)));
  const line = (row: readonly (string | number)[]): string =>
    row
      .map((c, i) => (typeof c === 'number' ? String(c).padStart(widths[i] ?? 0) : c.padEnd(widths[i] ?? 0)))
      .join('  ')
      .trimEnd();
  return rows.map(line).join('\n');
}

export function receiptText(receipt: Receipt, lang: Lang): string {
  const say = (vi: string, en: string): string => (lang === 'vi' ? vi : en);
  const place = (f: Receipt['problems'][number]): string =>
    [
      f.sheet,
      f.row === null ? null : `${say('dòng', 'row')} ${f.row}`,
      f.heading,
      f.value === null || f.value === '' ? null : `"${f.value}"`,
    ]
      .filter(Boolean)
      .join(', ');
  const finding = (f: Receipt['problems'][number]): string =>
    `  ${place(f)}: ${f.message} ${f.remedy} [${f.code}]`;
  return [
    `${receipt.file_name}: ${receipt.status}${receipt.id ? ` (#${receipt.id})` : ''}, ${receipt.kind}, ` +
      `${receipt.rows} ${say('dòng', 'rows')}, ${say('vấn đề', 'problems')}: ${receipt.problem_count}, ` +
      `${say('cảnh báo', 'warnings')}: ${receipt.warning_count}`,
    ...differenceLines(receipt.difference),
    ...receipt.problems.slice(0, 50).map(finding),
    ...(receipt.problem_count > 50 ? [`  … ${receipt.problem_count - 50}`] : []),
    ...receipt.warnings.slice(0, 20).map(finding),
    ...(receipt.warning_count > 20 ? [`  … ${receipt.warning_count - 20}`] : []),
  ].join('\n');
}

/** What a file of reference data changes, a line a row: `+` new, `~` changed, `=` the same. */
function differenceLines(difference: Receipt['difference']): string[] {
  if (!difference) return [];
  const { table, rows } = difference;
  const shown = (value: unknown): string => (value === null || value === '' ? '–' : String(value));
  const lines = rows.map(({ row, what, key, fields }) => {
    const said = fields.map(({ column, from, to }) =>
      what === 'new' ? `${column}: ${shown(to)}` : `${column}: ${shown(from)} → ${shown(to)}`,
    );
    return `  ${{ new: '+', changed: '~', same: '=' }[what]} ${row}: ${key.map(shown).join(' ')}${said.length ? ` (${said.join('; ')})` : ''}`;
  });
  return [`  ${table}: +${difference.new} ~${difference.changed} =${difference.same}`, ...lines];
}

/** One cell that a recount does not find as stored, on one line. */
export function differenceText(d: Difference): string {
  const where = [d.period, d.agency, d.unit, d.service].filter(Boolean).join(' ');
  const file = d.submission === null ? '' : ` (#${d.submission})`;
  return `${d.table} ${where} ${d.sum}: stored ${d.stored ?? '–'}, recounted ${d.recounted ?? '–'}${file}`;
}

export function rankingText(doc: RankingDocument, lang: Lang): string {
  const format = percent(lang);
  const value = (v: number | null): string => (v === null ? '–' : format.format(v));
  const ranked = doc.ranked.map(r => [r.rank, r.name, r.numerator, r.denominator, value(r.value)]);
  const head =
    lang === 'vi'
      ? ['Hạng', 'Cơ quan', 'Tử số', 'Mẫu số', 'Tỷ lệ']
      : ['Rank', 'Agency', 'Num.', 'Den.', 'Rate'];
  return [
    `${doc.indicator.id} v${doc.indicator.version}, ${doc.period}, ${doc.catalogue}, ${doc.view}, ${doc.boundaries}` +
      (doc.invented ? ' [INVENTED SAMPLE DATA]' : ''),
    table([head, ...ranked]),
    ...doc.not_ranked.map(n => `–  ${n.name}: ${n.reason}`),
    `${lang === 'vi' ? 'Cả nước' : 'Country'}: ${fraction(doc.national, value)}; ${doc.coverage.returns}/${doc.coverage.due}`,
    knownAt(doc, lang),
  ].join('\n');
}

export function scorecardText(doc: ScorecardDocument, lang: Lang): string {
  const format = percent(lang);
  const value = (v: number | null): string => (v === null ? '–' : format.format(v));
  const lines = doc.indicators.map(i => [
    `${i.indicator.id} v${i.indicator.version}`,
    value(i.rate.value),
    `${i.rate.numerator ?? '–'}/${i.rate.denominator ?? '–'}`,
    i.rank === null ? (i.reason ?? '–') : `${i.rank}/${i.ranked_of}`,
    value(i.national.value),
  ]);
  return [
    `${doc.name} (${doc.agency}), ${doc.period ?? '–'}, ${doc.catalogue}, ${doc.view}, ${doc.boundaries}` +
      (doc.invented ? ' [INVENTED SAMPLE DATA]' : ''),
    ...(doc.stands_under ?? []).map(a => `→ ${a.name} (${a.agency})`),
    table(lines),
    `${doc.coverage.returns}/${doc.coverage.due}`,
    knownAt(doc, lang),
  ].join('\n');
}

/** The state of the data that an answer is of. */
function knownAt(doc: { as_of: string; data_version: string }, lang: Lang): string {
  const said = lang === 'vi' ? 'Số liệu như đã biết lúc' : 'As known at';
  return `${said} ${doc.as_of} (${doc.data_version})`;
}

function fraction(rate: Rate, value: (v: number | null) => string): string {
  return `${rate.numerator ?? '–'}/${rate.denominator ?? '–'} = ${value(rate.value)}`;
}

export function verificationText({
  period,
  published_at,
  sha256,
  fingerprint,
  checks,
  verified,
}: Verification): string {
  const lines = checks.map(({ check, differences }) => {
    if (differences === null)
      return `${check}: not tested, since this version does not know the form of the bundle`;
    return [`${check}: ${differences.length ? 'FAILED' : 'ok'}`, ...differences.map(d => `  ${d}`)].join(
      '\n',
    );
  });
  return [
    `publication of ${period ?? '?'}, ${published_at ?? '?'}`,
    `SHA-256 ${sha256 ?? '?'}`,
    `public key ${fingerprint ?? '?'}: hold it against the methodology page of the publisher`,
    ...lines,
    verified ? 'VERIFIED' : 'NOT VERIFIED',
  ].join('\n');
}

/** What verifying the audit found: a line for each fault, then how many events there are and where they end. */
export function chainText({ events, head, faults }: ChainReport): string {
  return [...faults.map(faultText), `events: ${events}`, `head: ${head || '–'}`].join('\n');
}

function faultText(fault: ChainFault): string {
  switch (fault.what) {
    case 'altered':
      return `event ${fault.id}: altered`;
    case 'moved':
      return `event ${fault.id}: out of order, it was written as event ${fault.own}`;
    case 'missing':
      return fault.until === fault.id
        ? `event ${fault.id}: missing`
        : `events ${fault.id} to ${fault.until}: missing`;
    case 'end':
      return `event ${fault.id}: the note of where the audit ends does not reach it`;
    case 'unknown_head':
      return `head ${fault.head}: not in the audit; it was rewritten, or cut off before it`;
  }
}

/** The accounts of the demo; said once, since the passwords stand nowhere. */
export function demoText(accounts: readonly DemoAccount[]): string {
  const rows = accounts.map(({ role, email, password }) => [wordFor('vi', 'role', role), email, password]);
  return `\nTài khoản dùng thử, mật khẩu chỉ hiện một lần này / accounts to try, passwords shown this once:\n${table(rows)}\n`;
}
