/** The one door for numbers: a file in, a receipt out; it is taken whole or not at all. */
import { randomInt } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import type { Db } from '../store/connect.ts';
import { storedBytes } from '../store/stored-file.ts';
import { recordSubmission, sameApproved, storeFile, submissionById } from '../store/submissions.ts';
import { holdWaiting, reviseWaiting } from '../store/waiting.ts';
import { fingerprintOf } from './fingerprint.ts';
import type { Kind } from './headings.ts';
import { type Receipt, receiptOf } from './receipt.ts';
import { pieces } from './source.ts';
import { spool } from './spool.ts';
import { type Keeping, MovedMeanwhile, take, type Upload } from './take.ts';
import type { Watch } from './watch.ts';

export type { Upload } from './take.ts';

/**
 * Judges a file and, when nothing blocks it, makes its figures current in one transaction: all of them or
 * none, whatever dies. A file with a problem is kept as `refused` and changes nothing; one with warnings that
 * somebody must confirm first is kept as `accepted`. A file whose figures are all current already changes
 * nothing: the same bytes get the earlier receipt back as `unchanged`. Throws the reason of the watch's signal
 * when that is raised before the commit; nothing of the file is kept then.
 */
export async function accept(db: Db, upload: Upload, now: () => number, watch: Watch = {}): Promise<Receipt> {
  const keeping: Keeping = {
    by: upload.sender,
    begin: async () => true,
    asks: () => upload.asks === true,
    earlier: sameApproved,
    store: (trx, sha256, source) => storeFile(trx, sha256, pieces(source)),
    keep: (trx, outcome) => recordSubmission(trx, outcome, now()),
  };
  return (await patiently(() => take(db, upload, keeping, now, watch))) as Receipt;
}

/** Who approves a submission that waits, and what was seen of it. */
export interface Approval {
  by: string;
  /** The fingerprint of the warnings that were shown (`confirmation` of the receipt); null takes any. */
  shown: string | null;
  lang: 'vi' | 'en';
  /** Where the stored file is put while it is read again. */
  folder: string;
}

/**
 * Approves a submission that waits (`accepted`): its stored bytes are judged afresh, with what was stated
 * beside them, and made current in one transaction. It stays waiting, with its new warnings, when they are not
 * those that were shown; it is `refused` when there are problems now. One that does not wait (any more) is left
 * as it is: two approvals of one submission are one. Answers with the receipt; null when there is none.
 */
export async function approve(
  db: Db,
  id: string,
  { by, shown, lang, folder }: Approval,
  now: () => number,
  watch: Watch = {},
): Promise<Receipt | null> {
  const stored = await submissionById(db, id);
  if (stored?.status === 'accepted') {
    const keeping: Keeping = {
      by,
      begin: trx => holdWaiting(trx, stored.id),
      asks: outcome => shown !== null && fingerprintOf(outcome) !== shown,
      earlier: async () => null,
      // Its bytes are stored.
      store: async function* () {},
      keep: (trx, outcome) => reviseWaiting(trx, stored.id, outcome),
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
      await patiently(() => take(db, upload, keeping, now, watch));
    } finally {
      await file.remove();
    }
  }
  return receiptOf(db, id, lang);
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
