/** The one door for numbers: a file in, a receipt out; it is taken whole or not at all. */
import { randomInt } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { OPERATOR, senderOf } from '../kpi/access.ts';
import type { Actor } from '../kpi/audit.ts';
import { type Hindrance, hindranceTo } from '../kpi/review.ts';
import type { Db } from '../store/connect.ts';
import { seeingAllDrafts } from '../store/handles.ts';
import { catalogueAt } from '../store/reference.ts';
import { recordReview } from '../store/reviews.ts';
import { sameApproved, sameWaiting } from '../store/same-submission.ts';
import { storedBytes } from '../store/stored-file.ts';
import { recordSubmission, storeFile, submissionById } from '../store/submissions.ts';
import { holdWaiting, reviseWaiting } from '../store/waiting.ts';
import { fingerprintOf } from './fingerprint.ts';
import type { Kind } from './headings.ts';
import type { Receipt } from './receipt.ts';
import { pieces } from './source.ts';
import { spool } from './spool.ts';
import { type Keeping, MovedMeanwhile, take, type Upload } from './take.ts';
import type { Watch } from './watch.ts';

export type { Upload } from './take.ts';

/**
 * Judges a file by what its sender may report. What the operator sends and nothing blocks becomes current in one
 * transaction: all of its figures or none, whatever dies. What a person or a program sends is kept as `accepted`
 * until a second person approves it. A file with a problem is kept as `refused` and changes nothing. One whose
 * figures are all current already, or that waits already, changes nothing either: the same bytes get the earlier
 * receipt back as `unchanged`. Throws the reason of the watch's signal when that is raised before the commit;
 * nothing of the file is kept then.
 */
export async function accept(db: Db, upload: Upload, now: () => number, watch: Watch = {}): Promise<Receipt> {
  const actor: Actor = { visitor: OPERATOR, door: upload.door, ...upload.actor };
  const { visitor } = actor;
  const keeping: Keeping = {
    by: upload.sender,
    actor,
    sent: { sentBy: senderOf(visitor), sentAs: visitor.role, office: visitor.agency },
    before: null,
    begin: async () => true,
    confirmed: anything => (anything && upload.asks ? null : now()),
    waits: () => visitor.kind !== 'operator' && !upload.alone,
    earlier: (trx, outcome) => (outcome.status === 'accepted' ? sameWaiting : sameApproved)(trx, outcome),
    store: (trx, sha256, source) => storeFile(trx, sha256, pieces(source)),
    keep: (trx, outcome) => recordSubmission(trx, outcome, now()),
  };
  return (await patiently(() => take(seeingAllDrafts(db), upload, keeping, now, watch))) as Receipt;
}

/** Who approves a submission that waits, and what was seen of it. */
export interface Approval {
  actor: Actor;
  /** The fingerprint of what was shown (`confirmation` of the receipt). */
  shown: string | null;
  lang: 'vi' | 'en';
  /** Where the stored file is put while it is read again. */
  folder: string;
}

/**
 * Approves a submission that waits (`accepted`) for a second person: its stored bytes are judged afresh, with
 * what was stated beside them, and made current in one transaction. It stays waiting, with its new warnings,
 * when they are not those that were shown (`asked`); it is `refused` when there are problems now. Of several
 * decisions on one submission the first counts, the others find it `decided`. Null when it was decided here;
 * `unknown` when there is no such submission.
 */
export async function approve(
  asked: Db,
  id: string,
  { actor, shown, lang, folder }: Approval,
  now: () => number,
  watch: Watch = {},
): Promise<Hindrance | 'asked' | 'unknown' | null> {
  const db = seeingAllDrafts(asked);
  const stored = await submissionById(db, id);
  if (!stored) return 'unknown';
  const hindrance = hindranceTo('approve', stored, actor.visitor, await catalogueAt(db, null));
  if (hindrance) return hindrance;
  const { sentBy, sentAs, agency: office, confirmedAt } = stored;
  const keeping: Keeping = {
    by: actor.visitor.name,
    actor,
    sent: { sentBy, sentAs, office },
    before: stored.status,
    begin: trx => holdWaiting(trx, stored.id),
    confirmed: () => confirmedAt,
    waits: outcome => fingerprintOf(outcome) !== shown,
    earlier: async () => null,
    // Its bytes are stored.
    store: async function* () {},
    keep: async (trx, outcome) => {
      const kept = await reviseWaiting(trx, stored.id, outcome);
      if (kept !== null && outcome.status === 'approved')
        await recordReview(trx, stored.id, 'approved', actor.visitor, null, now());
      return kept;
    },
  };
  const file = await spool(storedBytes(db, stored.sha256), folder);
  const upload: Upload = {
    ...stored,
    bytes: file.source,
    kind: stored.kind as Kind,
    door: stored.door as Upload['door'],
    period: stored.statedPeriod,
    agency: stored.statedAgency,
    lang,
  };
  try {
    const receipt = await patiently(() => take(db, upload, keeping, now, watch));
    return receipt === null ? 'decided' : receipt.status === 'accepted' ? 'asked' : null;
  } finally {
    await file.remove();
  }
}

const ATTEMPTS = 6;

/** Tries again what another file stood in the way of. */
async function patiently<T>(attempt: () => Promise<T>): Promise<T> {
  for (let tried = 1; ; tried++) {
    try {
      return await attempt();
    } catch (error) {
      if (!mayPass(error) || tried >= ATTEMPTS) throw error;
      // Those who met once must not meet again in step.
      await setTimeout(tried * randomInt(50, 100));
    }
  }
}

/** A month was published, or two files met in a circle of waiting: the next attempt sees it. */
function mayPass(error: unknown): boolean {
  return (
    error instanceof MovedMeanwhile || (error instanceof Error && 'code' in error && error.code === '40P01')
  );
}
