/** What was decided about submissions: by whom, when, and with what words. */
import { senderOf, type Visitor } from '../kpi/access.ts';
import type { ReviewKind } from '../kpi/review.ts';
import { namesOf } from './accounts.ts';
import type { Db } from './connect.ts';

export interface Review {
  what: ReviewKind;
  /** Mail address of a person, `key N`, `operator`. */
  who: string;
  at: number;
  comment: string | null;
}

/** Notes a decision, in the transaction that makes it. */
export async function recordReview(
  trx: Db,
  submission: string,
  what: ReviewKind,
  visitor: Visitor,
  comment: string | null,
  at: number,
): Promise<void> {
  await trx
    .insertInto('reviews')
    .values({
      ...{ submission_id: Number(submission), at: new Date(at), what, comment },
      who: senderOf(visitor) ?? visitor.name,
    })
    .execute();
}

/** What was decided about a submission, in that order. */
export async function reviewsOf(db: Db, submission: string): Promise<Review[]> {
  const rows = await db
    .selectFrom('reviews')
    .select(['what', 'who', 'at', 'comment'])
    .where('submission_id', '=', Number(submission))
    .orderBy('id')
    .execute();
  const names = await namesOf(
    db,
    rows.map(r => r.who),
  );
  return rows.map(({ who, at, ...rest }) => ({ ...rest, who: names.get(who) ?? who, at: at.getTime() }));
}
