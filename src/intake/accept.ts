/** The one door for numbers: bytes in, a receipt out; a file is taken whole or not at all. */
import { createHash } from 'node:crypto';
import type { Transaction } from 'kysely';
import { type Catalogue, resolveAgency } from '../kpi/catalogue.ts';
import { type CheckContext, type Checked, checkMonthlyReturn } from '../kpi/check.ts';
import { checkMilestones } from '../kpi/check-milestone.ts';
import { checkServiceStatus, type StatusRow } from '../kpi/check-status.ts';
import { compareWithKnown } from '../kpi/compare.ts';
import type { Figure } from '../kpi/figure.ts';
import type { Finding } from '../kpi/finding.ts';
import { hanoiDay, lastDay, type Month, monthOf, readMonth } from '../kpi/month.ts';
import type { Db } from '../store/connect.ts';
import { postFigures, stageFigures } from '../store/figures.ts';
import { holdMonths } from '../store/instant.ts';
import { knownUnits } from '../store/keys.ts';
import { postMilestones, stageMilestones } from '../store/milestones.ts';
import { publishedMonths, returnsOf } from '../store/months.ts';
import { ensurePartitions, FIGURE_TABLES, STATUS_TABLES } from '../store/partitions.ts';
import { catalogueAt } from '../store/reference.ts';
import { postStatuses, stageStatuses } from '../store/statuses.ts';
import {
  closePosting,
  openPosting,
  recordSubmission,
  type StoredSubmission,
  sameApproved,
} from '../store/submissions.ts';
import type { Tables } from '../store/tables.ts';
import type { Kind } from './headings.ts';
import { readFile } from './read.ts';
import { buildReceipt, LISTED, type Receipt } from './receipt.ts';

export interface Upload {
  bytes: Buffer;
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

/** A month was published while the file waited for it: check again. */
class ClosedMeanwhile extends Error {}

type Trx = Transaction<Tables>;

/** What a kind of file does to the database. */
interface Plan {
  checked: Pick<Checked<unknown>, 'problems' | 'warnings' | 'separator'>;
  months: Month[];
  agencies: Set<string>;
  partitions(db: Db): Promise<void>;
  /** Compares with what is current; nothing is written when nothing changed. */
  stage(trx: Trx): Promise<{ changed: number }>;
  post(trx: Trx, posting: number): Promise<void>;
}

/**
 * Judges a file and, when nothing blocks it, makes its figures current in one transaction: all of them or
 * none, whatever dies. A file with a problem is kept as `refused` and changes nothing. A file whose figures
 * are all current already changes nothing: the same bytes get the earlier receipt back as `unchanged`.
 */
export async function accept(db: Db, upload: Upload, now: () => number): Promise<Receipt> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await acceptOnce(db, upload, now);
    } catch (error) {
      if (!(error instanceof ClosedMeanwhile) || attempt >= 3) throw error;
    }
  }
}

async function acceptOnce(db: Db, upload: Upload, now: () => number): Promise<Receipt> {
  const catalogue = await catalogueAt(db, null);
  const receivedAt = upload.receivedAt ?? now();
  const given = givenBeside(upload, catalogue, now());
  const file = readFile(upload.bytes, upload.kind, given.columns);
  const blocked = [...given.problems, ...file.problems];
  const closed = new Set(await publishedMonths(db));
  const plan = blocked.length
    ? null
    : await planFor(db, upload, file.table, { catalogue, now: now(), closed, ...given }, receivedAt);
  const problems: Finding[] = plan ? plan.checked.problems : blocked;
  const warnings: Finding[] = problems.length ? [] : (plan?.checked.warnings ?? []);
  const only = <T>(values: Iterable<T> | undefined): T | null => {
    const [first, second] = [...new Set(values ?? [])];
    return first !== undefined && second === undefined ? first : null;
  };
  const submission: Omit<StoredSubmission, 'id'> = {
    kind: upload.kind,
    status: problems.length ? 'refused' : 'approved',
    door: upload.door,
    sender: upload.sender,
    approvedBy: problems.length ? null : upload.sender,
    reason: upload.reason,
    receivedAt,
    fileName: upload.fileName,
    contentType: upload.contentType,
    sha256: createHash('sha256').update(upload.bytes).digest('hex'),
    period: upload.kind === 'monthly-return' ? (only(plan?.months) ?? given.period) : null,
    agency: only(plan?.agencies) ?? given.agency,
    rows: file.table.rows.length,
    readAs: file.reading.encoding
      ? { ...file.reading, numbers: NUMBER_STYLES[plan?.checked.separator ?? ''] ?? 'plain' }
      : null,
    problemCount: problems.length,
    problems: problems.slice(0, LISTED),
    warningCount: warnings.length,
    warnings: warnings.slice(0, LISTED),
    invented: file.invented,
  };
  const receipt = (stored: Omit<StoredSubmission, 'id'>, id: string | null) =>
    buildReceipt(catalogue, { ...stored, id }, upload.lang);

  if (upload.dryRun)
    return receipt(
      { ...submission, status: problems.length ? 'refused' : 'accepted', approvedBy: null },
      null,
    );
  if (!plan || problems.length) {
    const id = await db.transaction().execute(trx => recordSubmission(trx, submission, upload.bytes, now()));
    return receipt(submission, String(id));
  }
  await plan.partitions(db);
  return db.transaction().execute(async trx => {
    await holdMonths(trx, plan.months);
    if (!upload.reason && (await publishedMonths(trx)).some(m => !closed.has(m))) throw new ClosedMeanwhile();
    const { changed } = await plan.stage(trx);
    if (changed === 0) {
      const earlier = await sameApproved(trx, submission);
      if (earlier) return receipt({ ...earlier, status: 'unchanged' }, earlier.id);
      const stored = { ...submission, status: 'unchanged' };
      return receipt(stored, String(await recordSubmission(trx, stored, upload.bytes, now())));
    }
    const id = await recordSubmission(trx, submission, upload.bytes, now());
    const posting = await openPosting(trx, id);
    await plan.post(trx, posting);
    await closePosting(trx, posting);
    return receipt(submission, String(id));
  });
}

const NUMBER_STYLES: Readonly<Record<string, string>> = { '.': 'vi', ',': 'en', ' ': 'space' };

interface Given {
  period: Month | null;
  agency: string | null;
  reason: string | null;
  scope: null;
  /** Columns that the file need not have. */
  columns: string[];
  problems: Finding[];
}

/** Month and agency given beside the file, resolved; a value that means nothing is a problem of the whole file. */
function givenBeside(upload: Upload, catalogue: Catalogue, now: number): Given {
  const problems: Finding[] = [];
  const period = upload.period ? readMonth(upload.period) : null;
  if (upload.period && !period) {
    problems.push({ row: null, column: 'period', value: upload.period, code: 'bad_period', details: {} });
  }
  let agency: string | null = null;
  if (upload.agency) {
    const { found, notInForce } = resolveAgency(
      catalogue,
      upload.agency,
      period ? lastDay(period) : hanoiDay(now),
    );
    agency = (found ?? notInForce[0])?.code ?? null;
    if (!agency) {
      problems.push({
        row: null,
        column: 'agency',
        value: upload.agency,
        code: 'unknown_agency',
        details: {},
      });
    }
  }
  const columns = [...(period ? ['period'] : []), ...(agency ? ['agency'] : [])];
  return { period, agency, reason: upload.reason, scope: null, columns, problems };
}

async function planFor(
  db: Db,
  upload: Upload,
  table: ReturnType<typeof readFile>['table'],
  context: CheckContext,
  receivedAt: number,
): Promise<Plan> {
  if (upload.kind === 'milestones') {
    const checked = checkMilestones(table, context);
    return {
      checked,
      months: [],
      agencies: new Set(checked.items.map(m => m.agency)),
      partitions: async () => {},
      stage: trx => stageMilestones(trx, checked.items),
      post: (trx, posting) => postMilestones(trx, posting),
    };
  }
  if (upload.kind === 'service-status') {
    const checked = checkServiceStatus(table, context);
    const months = checked.items.map((s: StatusRow) => monthOf(s.asOf));
    return {
      checked,
      months,
      agencies: new Set(checked.items.map(s => s.agency)),
      partitions: to => ensurePartitions(to, STATUS_TABLES, months),
      stage: trx => stageStatuses(trx, checked.items),
      post: (trx, posting) => postStatuses(trx, posting),
    };
  }
  const checked = checkMonthlyReturn(table, context);
  const figures = checked.items;
  const months = [...new Set(figures.map((f: Figure) => f.month))];
  const agencies = new Set(figures.map(f => f.agency));
  if (checked.problems.length === 0) {
    const known = { units: await knownUnits(db, [...agencies]), returns: await returnsOf(db, months) };
    checked.warnings.push(...compareWithKnown(context.catalogue, figures, known));
  }
  return {
    checked,
    months,
    agencies,
    partitions: to => ensurePartitions(to, FIGURE_TABLES, months),
    stage: trx => stageFigures(trx, figures),
    post: (trx, posting) => postFigures(trx, posting, new Date(receivedAt)),
  };
}
