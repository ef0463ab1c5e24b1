/** The one door for numbers: a file in, a receipt out; it is taken whole or not at all. */
import { createHash, randomInt } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { type Catalogue, resolveAgency } from '../kpi/catalogue.ts';
import type { CheckContext } from '../kpi/check.ts';
import { type Finding, type Findings, LISTED, noFindings, note, type ProblemCode } from '../kpi/finding.ts';
import { hanoiDay, lastDay, type Month, readMonth } from '../kpi/month.ts';
import { type Db, inTransaction } from '../store/connect.ts';
import { holdClosing, holdMonths } from '../store/instant.ts';
import { publishedMonths } from '../store/months.ts';
import { catalogueAt } from '../store/reference.ts';
import {
  closePosting,
  newPosting,
  openPosting,
  recordSubmission,
  type StoredSubmission,
  sameApproved,
} from '../store/submissions.ts';
import type { StoredFinding } from '../store/tables.ts';
import type { Kind } from './headings.ts';
import { INTAKES, type Judged } from './intakes.ts';
import { type OpenFile, openFile } from './read.ts';
import { buildReceipt, type Receipt } from './receipt.ts';
import { type FileSource, pieces } from './source.ts';

export interface Upload {
  bytes: FileSource;
  fileName: string;
  contentType: string | null;
  kind: Kind;
  /** Month and agency given beside the file, as typed. */
  period: string | null;
  agency: string | null;
  /** Who sends; until accounts exist the figures are approved in the same name. */
  sender: string;
  door: 'command' | 'page' | 'api' | 'sample';
  /** Needed to correct a published month; it is published too. */
  reason: string | null;
  lang: 'vi' | 'en';
  /** Receipt day (ms) where it is not now: for operators and the sample. */
  receivedAt?: number;
  /** Everything but the storing. */
  dryRun?: boolean;
}

/**
 * Judges a file and, when nothing blocks it, makes its figures current in one transaction: all of them or
 * none, whatever dies. A file with a problem is kept as `refused` and changes nothing. A file whose figures
 * are all current already changes nothing: the same bytes get the earlier receipt back as `unchanged`.
 */
export async function accept(db: Db, upload: Upload, now: () => number): Promise<Receipt> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await acceptOnce(db, upload, now);
    } catch (error) {
      if (!mayPass(error) || attempt >= ATTEMPTS) throw error;
      // Those who met once must not meet again in step.
      await setTimeout(attempt * randomInt(50, 100));
    }
  }
}

const ATTEMPTS = 6;

/** A month was published, or two files met in a circle of waiting: the next attempt sees it. */
function mayPass(error: unknown): boolean {
  return (
    error instanceof MovedMeanwhile || (error instanceof Error && 'code' in error && error.code === '40P01')
  );
}
class MovedMeanwhile extends Error {}

/** Undoes the transaction: the file is refused, or was only tried. */
class Undone extends Error {}

async function acceptOnce(db: Db, upload: Upload, now: () => number): Promise<Receipt> {
  const catalogue = await catalogueAt(db, null);
  const receivedAt = upload.receivedAt ?? now();
  const given = givenBeside(upload, catalogue, now());
  const file = await openFile(upload.bytes, upload.kind, given.columns, () => namesIn(catalogue));
  for (const problem of given.problems.listed) note(file.problems, problem);
  const closed = new Set(await publishedMonths(db));
  const { period, agency, code, reason } = given;
  const context: CheckContext = { catalogue, now: now(), closed, period, agency, reason, scope: null };
  const sha256 = await sha256Of(upload.bytes);
  const describe = (judged: Judged): Omit<StoredSubmission, 'id'> => {
    const refused = judged.problems.count > 0;
    return {
      kind: upload.kind,
      status: refused ? 'refused' : 'approved',
      door: upload.door,
      sender: upload.sender,
      approvedBy: refused ? null : upload.sender,
      reason,
      receivedAt,
      fileName: upload.fileName.slice(0, 255),
      contentType: upload.contentType,
      sha256,
      period: upload.kind === 'monthly-return' ? (only(judged.months) ?? period) : null,
      agency: only(judged.agencies) ?? code,
      rows: judged.rows,
      readAs: file.reading && { ...file.reading, numbers: NUMBER_STYLES[judged.separator ?? ''] ?? 'plain' },
      problemCount: judged.problems.count,
      problems: inSheet(judged.problems.listed, file),
      warningCount: refused ? 0 : judged.warnings.count,
      warnings: refused ? [] : inSheet(judged.warnings.listed, file),
      invented: file.invented,
    };
  };
  const receipt = (stored: Omit<StoredSubmission, 'id'>, id: number | string | null): Receipt =>
    buildReceipt(catalogue, { ...stored, id: id === null ? null : String(id) }, upload.lang);

  let judged: Judged = {
    rows: 0,
    problems: file.problems,
    warnings: noFindings(),
    separator: null,
    months: [],
    agencies: [],
  };
  try {
    if (file.problems.count) throw new Undone();
    return await inTransaction(db, async (trx, fill) => {
      const posting = await newPosting(trx);
      const intake = await INTAKES[upload.kind]({ trx, fill, posting, file, context, receivedAt });
      judged = intake.judged;
      if (judged.problems.count) {
        merge(judged.problems, intake.closed);
        throw new Undone();
      }
      await holdMonths(trx, judged.months);
      if (upload.kind === 'service-status') await holdClosing(trx, 'shared');
      if (!reason && (await publishedMonths(trx)).some(m => !closed.has(m))) throw new MovedMeanwhile();
      const { changed } = await intake.compare();
      if (changed) merge(judged.problems, intake.closed);
      if (judged.problems.count || upload.dryRun) throw new Undone();
      const submission = describe(judged);
      if (changed === 0) {
        const earlier = await sameApproved(trx, submission);
        if (earlier) return receipt({ ...earlier, status: 'unchanged' }, earlier.id);
        const stored = { ...submission, status: 'unchanged' };
        return receipt(stored, await recordSubmission(trx, stored, pieces(upload.bytes), now()));
      }
      const id = await recordSubmission(trx, submission, pieces(upload.bytes), now());
      await openPosting(trx, posting, id, judged.months);
      await intake.post();
      await closePosting(trx, posting);
      return receipt(submission, id);
    });
  } catch (error) {
    if (!(error instanceof Undone)) throw error;
  }
  const submission = describe(judged);
  if (upload.dryRun) {
    const status = submission.status === 'refused' ? 'refused' : 'accepted';
    return receipt({ ...submission, status, approvedBy: null }, null);
  }
  const id = await db
    .transaction()
    .execute(trx => recordSubmission(trx, submission, pieces(upload.bytes), now()));
  return receipt(submission, id);
}

/** Findings with the sheet they are in; those of the whole file are in none. */
function inSheet(findings: readonly Finding[], { reading }: OpenFile): StoredFinding[] {
  return findings.map(f => ({ sheet: f.row === null ? null : (reading?.sheet ?? null), ...f }));
}

/** Names that a file may hold. */
function namesIn(catalogue: Catalogue): string[] {
  return [
    ...catalogue.agencies.map(a => a.nameVi),
    ...[...catalogue.serviceByCode.values()].map(s => s.nameVi),
  ];
}

async function sha256Of(source: FileSource): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of pieces(source)) hash.update(piece);
  return hash.digest('hex');
}

function merge(into: Findings<ProblemCode>, from: Findings<ProblemCode>): void {
  const all = [...into.listed, ...from.listed].sort((a, b) => (a.row ?? 0) - (b.row ?? 0));
  into.listed = all.slice(0, LISTED);
  into.count += from.count;
}

/** The one value there is; null when there are several or none. */
function only<T>(values: Iterable<T>): T | null {
  const [first, second] = new Set(values);
  return first !== undefined && second === undefined ? first : null;
}

const NUMBER_STYLES: Readonly<Record<string, string>> = { '.': 'vi', ',': 'en', ' ': 'space' };

interface Given {
  period: Month | null;
  /** As typed, once it means something; and the agency it most likely means. */
  agency: string | null;
  code: string | null;
  reason: string | null;
  /** Columns that the file need not have. */
  columns: string[];
  problems: Findings<ProblemCode>;
}

/** Month and agency given beside the file, resolved; a value that means nothing is a problem of the whole file. */
function givenBeside(upload: Upload, catalogue: Catalogue, now: number): Given {
  const problems = noFindings<ProblemCode>();
  const meaningless = (column: 'period' | 'agency', value: string, code: ProblemCode) =>
    note(problems, { row: null, column, value, code, details: {} });
  const period = upload.period ? readMonth(upload.period) : null;
  if (upload.period && !period) meaningless('period', upload.period, 'bad_period');
  const typed = upload.agency?.trim() || null;
  let code: string | null = null;
  if (typed) {
    // Only a guess at whom it means: every row resolves the name on the last day of its own month.
    const day = period ? lastDay(period) : hanoiDay(now);
    const { found, notInForce } = resolveAgency(catalogue, typed, day);
    code = (found ?? notInForce[0])?.code ?? null;
    if (!code) meaningless('agency', typed, 'unknown_agency');
  }
  const columns = [...(period ? ['period'] : []), ...(code ? ['agency'] : [])];
  return { period, agency: code && typed, code, reason: upload.reason?.trim() || null, columns, problems };
}
