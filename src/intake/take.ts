/** One attempt at a file: opened, judged and made current in one transaction, whole or not at all. */
import { createHash } from 'node:crypto';
import { agenciesOf, may } from '../kpi/access.ts';
import type { Actor, AuditAction, Facts } from '../kpi/audit.ts';
import { type Catalogue, resolveService } from '../kpi/catalogue.ts';
import type { CheckContext } from '../kpi/check.ts';
import { type Findings, LISTED, noFindings, note, type ProblemCode } from '../kpi/finding.ts';
import { hanoiDay } from '../kpi/month.ts';
import { recordEvent } from '../store/audit.ts';
import { type Db, inTransaction } from '../store/connect.ts';
import { holdClosing, holdFile, holdMonths, holdReference } from '../store/instant.ts';
import { reasonOfLateEntry } from '../store/late-entries.ts';
import { closedMonths } from '../store/months.ts';
import { catalogueAt, loadedAt } from '../store/reference.ts';
import {
  closePosting,
  discardPosting,
  newPosting,
  openPosting,
  type StoredSubmission,
} from '../store/submissions.ts';
import { agencyMeant, type Beside, givenBeside } from './given.ts';
import type { Kind } from './headings.ts';
import { INTAKES, type Judged } from './intakes.ts';
import { type Outcome, outcomeOf } from './outcome.ts';
import { type Known, openFile } from './read.ts';
import { buildReceipt, type Receipt } from './receipt.ts';
import { type FileSource, pieces } from './source.ts';
import { type Watch, watched } from './watch.ts';

export interface Upload extends Beside {
  bytes: FileSource;
  fileName: string;
  contentType: string | null;
  kind: Kind;
  /** The name that stands as the sender. */
  sender: string;
  /** Who that is: what they may send is judged by it. The operator when left out. */
  actor?: Actor;
  door: 'command' | 'page' | 'api' | 'sample';
  lang: 'vi' | 'en';
  /** Receipt day (ms) where it is not now: for operators and the sample. */
  receivedAt?: number;
  /** Everything but the storing. */
  dryRun?: boolean;
  /** Counts at once without a second person: for what an admin settles alone and is no figure. */
  alone?: boolean;
  /** What else the audit tells of it, once it counts. */
  deed?: { action: AuditAction; subject: string; after: Facts };
  /** The sender is shown warnings, or what reference data would change, to confirm; otherwise sending confirms them. */
  asks?: boolean;
}

/** How the outcome of an attempt is kept: as a new submission, or as the state of one that waits. */
export interface Keeping {
  /** In whose name the file becomes current. */
  by: string;
  /** Who has it judged: by what they may send themselves. */
  actor: Actor;
  /** Who sent it, and the office whose file it is unless it names another agency of theirs. */
  sent: Pick<Outcome, 'sentBy' | 'sentAs'> & { office: string | null };
  /** The status it had; null for a file that has just come in. */
  before: string | null;
  /** First in the transaction; false when there is nothing left to decide. */
  begin(trx: Db): Promise<boolean>;
  /** When (ms) the sender stood by the file; null while that is asked, if there is anything to confirm. */
  confirmed(anything: boolean): number | null;
  /** Whether the file must wait for somebody to approve it, or to look at it again. */
  waits(outcome: Outcome): boolean;
  /** The earlier submission that a file leads back to, when it changes nothing or waits already. */
  earlier(trx: Db, outcome: Outcome): Promise<StoredSubmission | null>;
  /** Stores the bytes of the file, a part at a time. */
  store(trx: Db, sha256: string, source: FileSource): AsyncGenerator<void>;
  /** Stores the submission itself, after its bytes. Gives its number; null when there was nothing left to decide. */
  keep(trx: Db, outcome: Outcome): Promise<number | null>;
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
  const { visitor } = keeping.actor;
  const { kind } = upload;
  if (!may(visitor, 'submit', { kind, agency: visitor.agency }, catalogue))
    note(file.problems, { row: null, column: null, value: kind, code: 'out_of_scope', details: { kind } });
  const closed = new Set(await closedMonths(db));
  const period = given.period ?? file.said.period ?? null;
  const agency = given.agency ?? file.said.agency ?? null;
  const scope = visitor.agency === null ? null : agenciesOf(visitor, catalogue);
  let { reason } = given;
  const context: CheckContext = { catalogue, now: now(), closed, period, agency, reason, scope };
  const sha256 = await sha256Of(source);
  const describe = (status: string, judged: Judged): Outcome =>
    outcomeOf(status, judged, file, { upload, keeping, given, scope, reason, period, receivedAt, sha256 });
  const receipt = (stored: Outcome, id: number | string | null): Receipt =>
    buildReceipt(catalogue, { ...stored, id: id === null ? null : String(id) }, upload.lang);

  const keepAndTell = async (
    trx: Db,
    outcome: Outcome,
    storing: AsyncGenerator<void>,
  ): Promise<Receipt | null> => {
    await toEnd(storing);
    const id = await keeping.keep(trx, outcome);
    if (id === null) return null;
    await tell(trx, keeping, id, outcome);
    return receipt(outcome, id);
  };

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
      if (!reason && intake.closed.count && kind === 'monthly-return') {
        reason = await reasonOfLateEntry(trx, judged, closed, receivedAt);
        if (reason) intake.closed = noFindings();
      }
      if (MOVES_LATER_MONTHS.has(upload.kind)) await holdClosing(trx, 'shared');
      if (!reason && (await closedMonths(trx)).some(m => !closed.has(m))) throw new MovedMeanwhile();
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
        return keepAndTell(trx, outcome, storing);
      }
      const outcome = describe('approved', judged);
      if (keeping.waits(outcome)) throw new Undone();
      await toEnd(storing);
      const id = await keeping.keep(trx, outcome);
      if (id === null) return null;
      await openPosting(trx, posting, id, judged.months);
      await intake.post();
      enter('storing');
      const at = await closePosting(trx, posting);
      await intake.settle?.(at);
      await tell(trx, keeping, id, outcome);
      const { deed } = upload;
      if (deed)
        await recordEvent(trx, { ...keeping.actor, ...deed, after: { ...deed.after, submission: id } });
      return receipt(outcome, id);
    });
  } catch (error) {
    if (!(error instanceof Undone)) throw error;
  }
  await file.look();
  const outcome = describe(judged.problems.count ? 'refused' : 'accepted', judged);
  if (upload.dryRun) return receipt(outcome, null);
  enter('storing');
  return db.transaction().execute(async trx => {
    if (outcome.status === 'accepted') {
      await holdFile(trx, sha256);
      const earlier = await keeping.earlier(trx, outcome);
      if (earlier) return receipt({ ...earlier, status: 'unchanged' }, earlier.id);
    }
    return keepAndTell(trx, outcome, keeping.store(trx, sha256, source));
  });
}

/** What became of the file, for the audit. */
async function tell(trx: Db, { actor, before }: Keeping, id: number, outcome: Outcome): Promise<void> {
  const { status, kind, period, agency, rows, sha256, reason } = outcome;
  const { problemCount: problems, warningCount: warnings } = outcome;
  await recordEvent(trx, {
    ...actor,
    action: `submission_${status}` as AuditAction,
    subject: `submission ${id}`,
    before: before === null ? null : { status: before },
    after: { status, kind, period, agency, rows, sha256, reason, problems, warnings },
  });
}

async function toEnd(steps: AsyncGenerator<void>): Promise<void> {
  for await (const _ of steps);
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
