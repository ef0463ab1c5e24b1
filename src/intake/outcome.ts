/** A submission as one attempt at its file leaves it. */
import type { Finding } from '../kpi/finding.ts';
import type { Month } from '../kpi/month.ts';
import type { StoredSubmission } from '../store/submissions.ts';
import type { StoredFinding, StoredReading } from '../store/tables.ts';
import type { Given } from './given.ts';
import type { Judged } from './intakes.ts';
import type { OpenFile } from './read.ts';
import type { Keeping, Upload } from './take.ts';

/** Its id is given when it is kept. */
export type Outcome = Omit<StoredSubmission, 'id'>;

/** What is known beside the rows. */
interface Circumstances {
  upload: Upload;
  keeping: Keeping;
  given: Given;
  /** The agencies that whoever has it judged may report for; null for all. */
  scope: ReadonlySet<string> | null;
  reason: string | null;
  period: Month | null;
  receivedAt: number;
  sha256: string;
}

export function outcomeOf(status: string, judged: Judged, file: OpenFile, beside: Circumstances): Outcome {
  const { upload, keeping, given, scope, reason, period, receivedAt, sha256 } = beside;
  const { sentBy, sentAs, office } = keeping.sent;
  const agency = only(judged.agencies) ?? given.code;
  const warningCount = status === 'refused' ? 0 : judged.warnings.count;
  const difference = (status !== 'refused' && judged.difference) || null;
  return {
    kind: upload.kind,
    status,
    door: upload.door,
    sender: upload.sender,
    sentBy,
    sentAs,
    approvedBy: status === 'approved' || status === 'unchanged' ? keeping.by : null,
    confirmedAt: status === 'refused' ? null : keeping.confirmed(warningCount > 0 || difference !== null),
    reason,
    receivedAt,
    fileName: storable(upload.fileName.slice(0, 255)),
    contentType: upload.contentType && storable(upload.contentType),
    sha256,
    period: upload.kind === 'monthly-return' ? (only(judged.months) ?? period) : null,
    agency: office !== null && (agency === null || scope?.has(agency) === false) ? office : agency,
    statedPeriod: upload.period,
    statedAgency: upload.agency,
    rows: judged.rows,
    readAs: readAs(file, judged),
    preview: file.preview,
    problemCount: judged.problems.count,
    problems: inSheet(judged.problems.listed, file),
    warningCount,
    warnings: status === 'refused' ? [] : inSheet(judged.warnings.listed, file),
    invented: file.invented,
    difference,
  };
}

/** Findings with the sheet they are in; those of the whole file are in none. */
function inSheet(findings: readonly Finding[], { reading }: OpenFile): StoredFinding[] {
  return findings.map(f => ({ sheet: f.row === null ? null : (reading?.sheet ?? null), ...f }));
}

/** How a file was read, once its rows are. */
function readAs({ reading, said, leftOut }: OpenFile, { separator }: Judged): StoredReading | null {
  if (!reading) return null;
  const rows = leftOut();
  return {
    ...reading,
    numbers: NUMBER_STYLES[separator ?? ''] ?? 'plain',
    ...(Object.keys(said).length ? { from_title: said } : {}),
    ...(rows.length ? { left_out: rows } : {}),
  };
}

/** What no database stores as text, half a character and U+0000, becomes the mark for what cannot be shown. */
function storable(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\ufffd');
}

/** The one value there is; null when there are several or none. */
function only<T>(values: Iterable<T>): T | null {
  const [first, second] = new Set(values);
  return first !== undefined && second === undefined ? first : null;
}

const NUMBER_STYLES: Readonly<Record<string, string>> = { '.': 'vi', ',': 'en', ' ': 'space' };
