/** Publications as frozen: written once, read byte by byte. */
import { OPERATOR } from '../kpi/access.ts';
import { firstDay, type Month, monthOf } from '../kpi/month.ts';
import { recordEvent } from './audit.ts';
import type { Db } from './connect.ts';

export interface Publication {
  month: Month;
  /** 1 for the first time that the month was published. */
  edition: number;
  /** Instant (ms) as of which everything in it is. */
  publishedAt: number;
  /** Hash, signature and key of the canonical form; null until the month is frozen. */
  frozen: { sha256: string; signature: string; publicKey: string } | null;
  /** Objections that were open, and why it was published all the same; null when there were none. */
  over: { objections: number; reason: string } | null;
  /** When (ms) and why the month was opened again after it; null when it was not. */
  reopened: { at: number; reason: string } | null;
}

export interface PublicationFile {
  name: string;
  contentType: string;
  bytes: Buffer;
}

/** Publications made by `asOf` (ms; null is now), of some months or all: the newest month first, and its newest edition. */
export async function publicationsAt(
  db: Db,
  asOf: number | null,
  months: readonly Month[] | null = null,
): Promise<Publication[]> {
  const rows = await db
    .selectFrom('publications')
    .selectAll()
    .$if(asOf !== null, q => q.where('published_at', '<=', new Date(asOf as number)))
    .$if(months !== null, q => q.where('period', 'in', (months as Month[]).map(firstDay)))
    .orderBy('period', 'desc')
    .orderBy('edition', 'desc')
    .execute();
  return rows.map(({ sha256, signature, public_key, ...row }) => {
    const { reopened_at, reopen_reason, objections_reason } = row;
    const reopened =
      reopened_at && reopen_reason ? { at: reopened_at.getTime(), reason: reopen_reason } : null;
    return {
      month: monthOf(row.period),
      edition: row.edition,
      publishedAt: row.published_at.getTime(),
      frozen: sha256 && signature && public_key ? { sha256, signature, publicKey: public_key } : null,
      over: objections_reason ? { objections: row.open_objections, reason: objections_reason } : null,
      reopened: reopened && (asOf === null || reopened.at <= asOf) ? reopened : null,
    };
  });
}

/** Stores the frozen form of an edition; false when another process has done so. */
export async function storeFrozen(
  db: Db,
  { month, edition }: Pick<Publication, 'month' | 'edition'>,
  frozen: NonNullable<Publication['frozen']>,
  files: readonly PublicationFile[],
  frozenAt: number,
): Promise<boolean> {
  const { sha256, signature, publicKey } = frozen;
  return db.transaction().execute(async trx => {
    const { numUpdatedRows } = await trx
      .updateTable('publications')
      .set({ sha256, signature, public_key: publicKey, frozen_at: new Date(frozenAt) })
      .where('period', '=', firstDay(month))
      .where('edition', '=', edition)
      .where('sha256', 'is', null)
      .executeTakeFirst();
    if (numUpdatedRows === 0n) return false;
    for (const { name, contentType, bytes } of files) {
      await trx
        .insertInto('publication_files')
        .values({ period: firstDay(month), edition, name, content_type: contentType, bytes })
        .execute();
    }
    await recordEvent(trx, {
      visitor: OPERATOR,
      action: 'publication_frozen',
      subject: `month ${month}`,
      after: { edition, sha256 },
    });
    return true;
  });
}

/** One file of a frozen edition, as it was stored; null when there is none. */
export async function publicationFile(
  db: Db,
  { month, edition }: Pick<Publication, 'month' | 'edition'>,
  name: string,
): Promise<PublicationFile | null> {
  const row = await db
    .selectFrom('publication_files')
    .select(['name', 'content_type', 'bytes'])
    .where('period', '=', firstDay(month))
    .where('edition', '=', edition)
    .where('name', '=', name)
    .executeTakeFirst();
  return row ? { name: row.name, contentType: row.content_type, bytes: row.bytes } : null;
}
