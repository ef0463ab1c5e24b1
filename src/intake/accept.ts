/** The one door for numbers: a file in, a receipt out; it is taken whole or not at all. */
import { createHash } from 'node:crypto';
import { type Catalogue, resolveAgency } from '../kpi/catalogue.ts';
import { type CheckContext, startMonthlyReturn } from '../kpi/check.ts';
import { checkMilestones } from '../kpi/check-milestone.ts';
import { checkServiceStatus } from '../kpi/check-status.ts';
import { compareWithKnown } from '../kpi/compare.ts';
import {
  type Findings,
  LISTED,
  noFindings,
  note,
  type ProblemCode,
  type RawRow,
  type WarningCode,
} from '../kpi/finding.ts';
import { hanoiDay, lastDay, type Month, monthOf, readMonth } from '../kpi/month.ts';
import { type Db, type Fill, inTransaction } from '../store/connect.ts';
import { stageFigures } from '../store/figures.ts';
import { holdMonths } from '../store/instant.ts';
import { postMilestones, stageMilestones } from '../store/milestones.ts';
import { publishedMonths, returnsOf } from '../store/months.ts';
import { ensurePartitions } from '../store/partitions.ts';
import { catalogueAt } from '../store/reference.ts';
import { postStatuses, stageStatuses } from '../store/statuses.ts';
import {
  closePosting,
  newPosting,
  openPosting,
  recordSubmission,
  type StoredSubmission,
  sameApproved,
} from '../store/submissions.ts';
import type { Kind } from './headings.ts';
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
      if (!mayPass(error) || attempt >= 4) throw error;
    }
  }
}

/** A month was published, or two files with new units met: the next attempt sees it. */
function mayPass(error: unknown): boolean {
  return (
    error instanceof MovedMeanwhile || (error instanceof Error && 'code' in error && error.code === '40P01')
  );
}
class MovedMeanwhile extends Error {}

/** Undoes the transaction: the file is refused, or was only tried. */
class Undone extends Error {}

/** What reading and checking a file has come to. */
interface Judged {
  rows: number;
  problems: Findings<ProblemCode>;
  warnings: Findings<WarningCode>;
  separator: string | null;
  months: Month[];
  agencies: string[];
}

/** What a kind of file does to the database, once judged; all in one transaction. */
interface Intake {
  judged: Judged;
  /** Rows of closed months without a reason: they block only if they change anything. */
  closed: Findings<ProblemCode>;
  /** Compares with what is current; nothing is written when nothing changed. */
  compare(): Promise<{ changed: number }>;
  post(): Promise<void>;
}

async function acceptOnce(db: Db, upload: Upload, now: () => number): Promise<Receipt> {
  const catalogue = await catalogueAt(db, null);
  const receivedAt = upload.receivedAt ?? now();
  const given = givenBeside(upload, catalogue, now());
  const file = await openFile(upload.bytes, upload.kind, given.columns);
  for (const problem of given.problems.listed) note(file.problems, problem);
  const closed = new Set(await publishedMonths(db));
  const { period, agency, reason } = given;
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
      reason: upload.reason,
      receivedAt,
      fileName: upload.fileName,
      contentType: upload.contentType,
      sha256,
      period: upload.kind === 'monthly-return' ? (only(judged.months) ?? period) : null,
      agency: only(judged.agencies) ?? agency,
      rows: judged.rows,
      readAs: file.reading && { ...file.reading, numbers: NUMBER_STYLES[judged.separator ?? ''] ?? 'plain' },
      problemCount: judged.problems.count,
      problems: judged.problems.listed,
      warningCount: refused ? 0 : judged.warnings.count,
      warnings: refused ? [] : judged.warnings.listed,
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

/** What an intake works with. */
interface Work {
  trx: Db;
  fill: Fill;
  posting: number;
  file: OpenFile;
  context: CheckContext;
  receivedAt: number;
}

const INTAKES: Record<Kind, (work: Work) => Promise<Intake>> = {
  'monthly-return': async ({ trx, fill, posting, file, context, receivedAt }) => {
    const { problems } = file;
    const check = startMonthlyReturn(file.columns, context, problems);
    const staging = await stageFigures(trx, fill, posting);
    let rows = 0;
    let staged = Promise.resolve();
    for await (const batch of file.rows()) {
      rows += batch.length;
      const figures = check.take(batch);
      // The next rows are read while these are being put aside.
      await staged;
      if (problems.count === 0) staged = staging.add(figures);
      staged.catch(() => {});
    }
    await staged;
    const held = check.held();
    const keys = [...held.services.keys()];
    const months = [...new Set(keys.map(key => key.slice(0, 7)))];
    if (problems.count === 0) {
      const known = { newUnits: staging.newUnits, returns: await returnsOf(trx, months) };
      compareWithKnown(context.catalogue, held, known, check.warnings);
    }
    const agencies = keys.map(key => key.slice(8));
    return {
      judged: { rows, problems, warnings: check.warnings, separator: check.separator(), months, agencies },
      closed: check.closed,
      compare: () => staging.compare(),
      post: () => staging.post(new Date(receivedAt)),
    };
  },
  'service-status': async ({ trx, posting, file, context }) => {
    const { problems } = file;
    const rows = await allRows(file);
    const { items, warnings, closed } = checkServiceStatus(
      { columns: file.columns, rows },
      context,
      problems,
    );
    const months = items.map(s => monthOf(s.asOf));
    const agencies = items.map(s => s.agency);
    return {
      judged: { rows: rows.length, problems, warnings, separator: null, months, agencies },
      closed,
      compare: async () => {
        await ensurePartitions(trx, ['statuses', 'statuses_history'], months);
        return stageStatuses(trx, items);
      },
      post: () => postStatuses(trx, posting),
    };
  },
  milestones: async ({ trx, posting, file, context }) => {
    const { problems } = file;
    const rows = await allRows(file);
    const { items, warnings, closed } = checkMilestones({ columns: file.columns, rows }, context, problems);
    const agencies = items.map(m => m.agency);
    return {
      judged: { rows: rows.length, problems, warnings, separator: null, months: [], agencies },
      closed,
      compare: () => stageMilestones(trx, items),
      post: () => postMilestones(trx, posting),
    };
  },
};

async function allRows(file: OpenFile): Promise<RawRow[]> {
  const rows: RawRow[] = [];
  for await (const batch of file.rows()) rows.push(...batch);
  return rows;
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
  agency: string | null;
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
  let agency: string | null = null;
  if (upload.agency) {
    const { found, notInForce } = resolveAgency(
      catalogue,
      upload.agency,
      period ? lastDay(period) : hanoiDay(now),
    );
    agency = (found ?? notInForce[0])?.code ?? null;
    if (!agency) meaningless('agency', upload.agency, 'unknown_agency');
  }
  const columns = [...(period ? ['period'] : []), ...(agency ? ['agency'] : [])];
  return { period, agency, reason: upload.reason, columns, problems };
}
