/** One attempt at a file: opened, judged and made current in one transaction, whole or not at all. */
import { createHash } from 'node:crypto';
import { type Catalogue, resolveService } from '../kpi/catalogue.ts';
import type { CheckContext } from '../kpi/check.ts';
import { type Finding, type Findings, LISTED, noFindings, note, type ProblemCode } from '../kpi/finding.ts';
import { hanoiDay } from '../kpi/month.ts';
import { type Db, inTransaction } from '../store/connect.ts';
import { holdClosing, holdMonths, holdReference } from '../store/instant.ts';
import { publishedMonths } from '../store/months.ts';
import { catalogueAt, loadedAt } from '../store/reference.ts';
import {
  closePosting,
  discardPosting,
  newPosting,
  openPosting,
  type StoredSubmission,
} from '../store/submissions.ts';
import type { StoredFinding, StoredReading } from '../store/tables.ts';
import { agencyMeant, type Beside, givenBeside } from './given.ts';
import type { Kind } from './headings.ts';
import { INTAKES, type Judged } from './intakes.ts';
import { type Known, type OpenFile, openFile } from './read.ts';
import { buildReceipt, type Receipt } from './receipt.ts';
import { type FileSource, pieces } from './source.ts';
import { type Watch, watched } from './watch.ts';

export interface Upload extends Beside {
  bytes: FileSource;
  fileName: string;
  contentType: string | null;
  kind: Kind;
  /** Who sends; until accounts exist the figures are approved in the same name. */
  sender: string;
  door: 'command' | 'page' | 'api' | 'sample';
  lang: 'vi' | 'en';
  /** Receipt day (ms) where it is not now: for operators and the sample. */
  receivedAt?: number;
  /** Everything but the storing. */
  dryRun?: boolean;
  /** A file with warnings, or of reference data, waits until somebody has seen and confirmed what it comes to. */
  asks?: boolean;
}

/** A submission as an attempt leaves it; its id is given when it is kept. */
export type Outcome = Omit<StoredSubmission, 'id'>;

/** How the outcome of an attempt is kept: as a new submission, or as the state of one that waits. */
export interface Keeping {
  /** In whose name the file becomes current. */
  by: string;
  /** First in the transaction; false when there is nothing left to decide. */
  begin(trx: Db): Promise<boolean>;
  /** Whether these warnings, or this difference, must be confirmed before the file counts. */
  asks(outcome: Outcome): boolean;
  /** The earlier submission that a file without any change leads back to. */
  earlier(trx: Db, outcome: Outcome): Promise<StoredSubmission | null>;
  /** Stores the bytes of the file, a part at a time. */
  store(trx: Db, sha256: string, source: FileSource): AsyncGenerator<void>;
  /** Stores the submission itself, after its bytes. */
  keep(trx: Db, outcome: Outcome): Promise<number>;
}

/** Kinds that move numbers of months they do not name. */
const MOVES_LATER_MONTHS: ReadonlySet<Kind> = new Set(['service-status', 'catalogue']);

/** A month was published, or reference data changed, after it was looked at: the next attempt sees it. */
export class MovedMeanwhile extends Error {}

/** Undoes the transaction: the file is refused, must wait, or was only tried. */
class Undone extends Error {}

/**
 * Judges a file and, when nothing stands against it, makes it current. Null when there was nothing left to
 * decide. Throws `MovedMeanwhile`, and the reason of the watch's signal when that is raised before the commit.
 */
export async function take(
  db: Db,
  upload: Upload,
  keeping: Keeping,
  now: () => number,
  watch: Watch,
): Promise<Receipt | null> {
  const { source, enter, rows } = await watched(upload.bytes, watch);
  const loaded = await loadedAt(db, null);
  const catalogue = await catalogueAt(db, loaded);
  const receivedAt = upload.receivedAt ?? now();
  const given = givenBeside(upload, catalogue, now());
  const file = await openFile(source, upload.kind, given.columns, knownIn(catalogue, now()));
  for (const problem of given.problems.listed) note(file.problems, problem);
  const closed = new Set(await publishedMonths(db));
  const { code, reason } = given;
  const period = given.period ?? file.said.period ?? null;
  const agency = given.agency ?? file.said.agency ?? null;
  const context: CheckContext = { catalogue, now: now(), closed, period, agency, reason, scope: null };
  const sha256 = await sha256Of(source);
  const describe = (status: string, judged: Judged): Outcome => ({
    kind: upload.kind,
    status,
    door: upload.door,
    sender: upload.sender,
    approvedBy: status === 'approved' || status === 'unchanged' ? keeping.by : null,
    reason,
    receivedAt,
    fileName: storable(upload.fileName.slice(0, 255)),
    contentType: upload.contentType && storable(upload.contentType),
    sha256,
    period: upload.kind === 'monthly-return' ? (only(judged.months) ?? period) : null,
    agency: only(judged.agencies) ?? code,
    statedPeriod: upload.period,
    statedAgency: upload.agency,
    rows: judged.rows,
    readAs: readAs(file, judged),
    preview: file.preview,
    problemCount: judged.problems.count,
    problems: inSheet(judged.problems.listed, file),
    warningCount: status === 'refused' ? 0 : judged.warnings.count,
    warnings: status === 'refused' ? [] : inSheet(judged.warnings.listed, file),
    invented: file.invented,
    difference: (status !== 'refused' && judged.difference) || null,
  });
  const receipt = (stored: Outcome, id: number | string | null): Receipt =>
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
      if (!(await keeping.begin(trx))) return null;
      const posting = await newPosting(trx, fill.keysFirst);
      enter('reading');
      const read = { ...file, rows: () => rows(file.rows()) };
      const storing = keeping.store(trx, sha256, source);
      const keep = async (outcome: Outcome): Promise<number> => {
        await toEnd(storing);
        return keeping.keep(trx, outcome);
      };
      // Read once more while its rows are checked: a large file takes as long to store as to judge.
      const meanwhile = async (): Promise<void> => void (upload.dryRun || (await storing.next()));
      const work = { trx, fill, posting, file: read, context, receivedAt, loaded, meanwhile };
      const intake = await INTAKES[upload.kind](work);
      judged = intake.judged;
      if (judged.problems.count) {
        merge(judged.problems, intake.closed);
        throw new Undone();
      }
      await holdMonths(trx, judged.months);
      if (MOVES_LATER_MONTHS.has(upload.kind)) await holdClosing(trx, 'shared');
      if (!reason && (await publishedMonths(trx)).some(m => !closed.has(m))) throw new MovedMeanwhile();
      await holdReference(trx, upload.kind === 'catalogue' ? 'alone' : 'shared');
      if ((await loadedAt(trx, null)) !== loaded) throw new MovedMeanwhile();
      enter('comparing');
      const { changed } = await intake.compare();
      if (changed) merge(judged.problems, intake.closed);
      if (judged.problems.count || upload.dryRun) throw new Undone();
      enter('storing');
      if (changed === 0) {
        await discardPosting(trx, posting);
        const outcome = describe('unchanged', judged);
        const earlier = await keeping.earlier(trx, outcome);
        if (earlier) return receipt({ ...earlier, status: 'unchanged' }, earlier.id);
        return receipt(outcome, await keep(outcome));
      }
      const outcome = describe('approved', judged);
      if ((outcome.warningCount > 0 || outcome.difference) && keeping.asks(outcome)) throw new Undone();
      const id = await keep(outcome);
      await openPosting(trx, posting, id, judged.months);
      await intake.post();
      enter('storing');
      const at = await closePosting(trx, posting);
      await intake.settle?.(at);
      return receipt(outcome, id);
    });
  } catch (error) {
    if (!(error instanceof Undone)) throw error;
  }
  await file.look();
  const outcome = describe(judged.problems.count ? 'refused' : 'accepted', judged);
  if (upload.dryRun) return receipt(outcome, null);
  enter('storing');
  const id = await db.transaction().execute(async trx => {
    await toEnd(keeping.store(trx, sha256, source));
    return keeping.keep(trx, outcome);
  });
  return receipt(outcome, id);
}

async function toEnd(steps: AsyncGenerator<void>): Promise<void> {
  for await (const _ of steps);
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

/** What a file may name, by the catalogue. */
export function knownIn(catalogue: Catalogue, now: number): Known {
  return {
    names: () => namesIn(catalogue),
    isService: text => resolveService(catalogue, text) !== null,
    isAgency: text => agencyMeant(catalogue, text, hanoiDay(now)) !== null,
  };
}

/** Names that a file may hold. */
function namesIn(catalogue: Catalogue): string[] {
  return [
    ...catalogue.agencies.map(a => a.nameVi),
    ...[...catalogue.serviceByCode.values()].map(s => s.nameVi),
  ];
}

/** What no database stores as text, half a character and U+0000, becomes the mark for what cannot be shown. */
function storable(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\ufffd');
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
