/** The receipt of a submission, exactly as the API answers it. */

import type { Catalogue } from '../kpi/catalogue.ts';
import type { StoredDifference } from '../kpi/difference.ts';
import { rfc3339 } from '../kpi/month.ts';
import type { ReviewKind } from '../kpi/review.ts';
import type { Db } from '../store/connect.ts';
import { catalogueAt } from '../store/reference.ts';
import { type Review, reviewsOf } from '../store/reviews.ts';
import { type StoredSubmission, submissionById } from '../store/submissions.ts';
import type { StoredFinding, StoredPreview, StoredReading } from '../store/tables.ts';
import { findingText } from '../words/problems.ts';
import { fingerprintOf } from './fingerprint.ts';
import { type Form, headingOf } from './headings.ts';

export interface ReceiptFinding {
  /** Name of the sheet; null for CSV. */
  sheet: string | null;
  row: number | null;
  column: string | null;
  /** The column as its heading stands in a file in the language asked for. */
  heading: string | null;
  value: string | null;
  code: string;
  message: string;
  remedy: string;
}

export interface Receipt {
  /** Null for a dry run, which stores nothing. */
  id: string | null;
  kind: string;
  status: string;
  period: string | null;
  agency: string | null;
  rows: number;
  sha256: string;
  file_name: string;
  received_at: string;
  /** Mail address of a person, `key N`, `operator`. */
  sender: string;
  approved_by: string | null;
  reason: string | null;
  read_as: StoredReading | null;
  /** The headings and first rows as read; null where nothing could be read. */
  preview: StoredPreview | null;
  /** Some or all figures of the file are invented, as the file says of itself. */
  invented: boolean;
  problem_count: number;
  problems: ReceiptFinding[];
  warning_count: number;
  warnings: ReceiptFinding[];
  /** What is awaited next: that its sender confirms what was found, or that a second person approves it. */
  awaits: 'confirmation' | 'approval' | null;
  /** What a confirmation or an approval names, so that it speaks of these warnings and no others. */
  confirmation: string | null;
  /** What was decided so far, by whom (as `sender`), with the comment of a return. */
  reviews: { what: ReviewKind; who: string; at: string; comment: string | null }[];
  /** What a file of reference data changes; null for every other kind, and for a refused file. */
  difference: ReceiptDifference | null;
}

/** As stored, with each column as its heading stands in a file in the language asked for. */
export type ReceiptDifference = Omit<StoredDifference, 'rows'> & {
  rows: (Omit<Line, 'fields'> & { fields: (Line['fields'][number] & { heading: string })[] })[];
};
type Line = StoredDifference['rows'][number];

export function buildReceipt(
  catalogue: Catalogue,
  submission: Omit<StoredSubmission, 'id'> & { id: string | null },
  lang: 'vi' | 'en',
  reviews: readonly Review[] = [],
): Receipt {
  const { kind, difference, confirmedAt } = submission;
  const waits = submission.id !== null && submission.status === 'accepted';
  const form = formOf(submission);
  const heading = (column: string): string => (lang === 'vi' ? headingOf(form, column) : column);
  const said = (finding: StoredFinding): ReceiptFinding => inWords(catalogue, form, finding, lang);
  return {
    id: submission.id,
    kind,
    status: submission.status,
    period: submission.period,
    agency: submission.agency,
    rows: submission.rows,
    sha256: submission.sha256,
    file_name: submission.fileName,
    received_at: rfc3339(submission.receivedAt),
    sender: submission.sender,
    approved_by: submission.approvedBy,
    reason: submission.reason,
    read_as: submission.readAs,
    preview: submission.preview,
    invented: submission.invented,
    problem_count: submission.problemCount,
    problems: submission.problems.map(said),
    warning_count: submission.warningCount,
    warnings: submission.warnings.map(said),
    awaits: !waits ? null : confirmedAt === null ? 'confirmation' : 'approval',
    confirmation: waits ? fingerprintOf(submission) : null,
    reviews: reviews.map(review => ({ ...review, at: rfc3339(review.at) })),
    difference: difference && {
      ...difference,
      rows: difference.rows.map(line => ({
        ...line,
        fields: line.fields.map(field => ({ ...field, heading: heading(field.column) })),
      })),
    },
  };
}

/** What the headings of a stored file are told by. */
export function formOf({ kind, readAs }: Pick<StoredSubmission, 'kind' | 'readAs'>): Form {
  return readAs?.table ?? (kind === 'catalogue' ? 'agencies' : (kind as Form));
}

/** A finding as people read it. */
export function inWords(
  catalogue: Catalogue,
  form: Form,
  finding: StoredFinding,
  lang: 'vi' | 'en',
): ReceiptFinding {
  const { row, column, value, code } = finding;
  return {
    // Absent in findings stored before spreadsheets were taken.
    sheet: finding.sheet ?? null,
    row,
    column,
    heading: column && (lang === 'vi' ? headingOf(form, column) : column),
    value,
    code,
    ...findingText(code, named(catalogue, form, finding, lang), lang),
  };
}

/** The receipt of a stored submission in a language; null when there is none. */
export async function receiptOf(db: Db, id: string, lang: 'vi' | 'en'): Promise<Receipt | null> {
  const stored = await submissionById(db, id);
  return stored && buildReceipt(await catalogueAt(db, null), stored, lang, await reviewsOf(db, id));
}

/** A finding's details with codes as names, days and headings as the language writes them. */
function named(
  catalogue: Catalogue,
  form: Form,
  finding: StoredFinding,
  lang: 'vi' | 'en',
): Record<string, string> {
  const agency = (code: string): string => {
    const a = catalogue.agencyByCode.get(code);
    return (lang === 'vi' ? a?.shortVi : a?.nameEn) || (a?.nameVi ?? code);
  };
  const day = (text: string): string => (lang === 'vi' && text ? text.split('-').reverse().join('/') : text);
  const column = (name: string): string => (lang === 'vi' ? headingOf(form, name) : name);
  const d = { ...finding.details };
  for (const key of ['agency', 'asked'] as const) if (d[key]) d[key] = agency(d[key]);
  for (const key of ['valid_from', 'valid_to', 'since', 'month', 'now', 'day_from'] as const)
    if (d[key]) d[key] = day(d[key]);
  if (d.stand_ins) d.stand_ins = d.stand_ins.split('|').map(agency).join(', ');
  if (d.from) d.from = d.from.split('|').map(agency).join('|');
  if (d.of) d.of_names = d.of.split('|').map(column).join(' + ');
  const service = d.service ? catalogue.serviceByCode.get(d.service) : undefined;
  if (service) d.service = lang === 'vi' ? service.nameVi : service.nameEn;
  if (finding.code === 'missing_column' && finding.column) {
    d.column = finding.column;
    d.heading = headingOf(form, finding.column);
  }
  if (finding.code === 'bad_period' && d.asked) d.asked = day(finding.details.asked as string);
  return d;
}
