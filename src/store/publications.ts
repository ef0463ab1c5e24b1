/** Publications as frozen: written once, read byte by byte. */
import { OPERATOR } from '../kpi/access.ts';
import { firstDay, type Month, monthOf } from '../kpi/month.ts';
import { recordEvent } from './audit.ts';
import type { Db } from './connect.ts';

export interface Publication {
  month: Month;
  /** Instant (ms) as of which everything in it is. */
  publishedAt: number;
  /** Hash, signature and key of the canonical form; null until the month is frozen. */
  frozen: { sha256: string; signature: string; publicKey: string } | null;
}

export interface PublicationFile {
  name: string;
  contentType: string;
  bytes: Buffer;
}

/** Publications made by `asOf` (ms; null is now), newest month first. */
export async function publicationsAt(db: Db, asOf: number | null): Promise<Publication[]> {
  const rows = await db
    .selectFrom('publications')
    .select(['period', 'published_at', 'sha256', 'signature', 'public_key'])
    .$if(asOf !== null, q => q.where('published_at', '<=', new Date(asOf as number)))
    .orderBy('period', 'desc')
    .execute();
  return rows.map(({ period, published_at, sha256, signature, public_key }) => ({
    month: monthOf(period),
    publishedAt: published_at.getTime(),
    frozen: sha256 && signature && public_key ? { sha256, signature, publicKey: public_key } : null,
  }));
}

/** Stores the frozen form of a published month; false when another process has done so. */
export async function storeFrozen(
  db: Db,
  month: Month,
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
      .where('sha256', 'is', null)
      .executeTakeFirst();
    if (numUpdatedRows === 0n) return false;
    for (const { name, contentType, bytes } of files) {
      await trx
        .insertInto('publication_files')
        .values({ period: firstDay(month), name, content_type: contentType, bytes })
        .execute();
    }
    await recordEvent(trx, {
      visitor: OPERATOR,
      action: 'publication_frozen',
      subject: `month ${month}`,
      after: { sha256 },
    });
    return true;
  });
}

/** One file of a frozen month, as it was stored; null when there is none. */
export async function publicationFile(db: Db, month: Month, name: string): Promise<PublicationFile | null> {
  const row = await db
    .selectFrom('publication_files')
    .select(['name', 'content_type', 'bytes'])
    .where('period', '=', firstDay(month))
    .where('name', '=', name)
    .executeTakeFirst();
  return row ? { name: row.name, contentType: row.content_type, bytes: row.bytes } : null;
}
