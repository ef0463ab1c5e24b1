/** Submissions in the order in which they came in, without what was found in them. */
import type { Expression, ExpressionBuilder, SqlBool } from 'kysely';
import { monthOf } from '../kpi/month.ts';
import type { Reviewed, ReviewKind } from '../kpi/review.ts';
import type { Db } from './connect.ts';
import { statusOf } from './submissions.ts';
import type { Tables } from './tables.ts';

export interface ListedSubmission {
  id: string;
  kind: string;
  status: string;
  /** What is awaited next, as its receipt says. */
  awaits: 'confirmation' | 'approval' | null;
  /** The one month and the one agency of the file; null when it holds several. */
  period: string | null;
  agency: string | null;
  rows: number;
  file_name: string;
  received_at: Date;
  sender: string;
  problem_count: number;
  warning_count: number;
  /** What was decided about it last. */
  last_review: ReviewKind | null;
}

/** Submissions of some agencies, and those that somebody sent (`senderOf`). */
export interface Whose {
  agencies: readonly string[];
  sentBy: string;
}

/** The newest `count` submissions, of all or of some, before the number `before` if given; newest first. */
export async function listSubmissions(
  db: Db,
  whose: Whose | null,
  before: number | null,
  count: number,
): Promise<ListedSubmission[]> {
  const rows = await listed(db, whose)
    .$if(before !== null, query => query.where('id', '<', before))
    .limit(count)
    .execute();
  return Promise.all(rows.map(async row => shownAs(row, await statusOf(db, row))));
}

/** A submission that waits, or that was returned, with what decides who may do what about it. */
export interface OpenSubmission extends ListedSubmission, Reviewed {
  /** The comment it was returned with. */
  comment: string | null;
}

/**
 * Submissions, of all or of some, that wait for a decision, and those returned since an instant (ms) that nothing
 * newer of the same kind, month and agency has taken the place of; newest first.
 */
export async function openSubmissions(db: Db, whose: Whose | null, since: number): Promise<OpenSubmission[]> {
  const rows = await listed(db, whose)
    .select(['sent_by', 'sent_as'])
    .select(e => lastReview(e).select('comment').as('comment'))
    .where(e =>
      e.or([
        e('status', '=', 'accepted'),
        e.and([
          e('status', '=', 'returned'),
          e(lastReview(e).select('what'), '=', 'returned'),
          e(lastReview(e).select('at'), '>=', new Date(since)),
          e.not(
            e.exists(
              e
                .selectFrom('submissions as newer')
                .select('newer.id')
                .whereRef('newer.id', '>', 'submissions.id')
                .whereRef('newer.kind', '=', 'submissions.kind')
                .whereRef('newer.period', 'is not distinct from', 'submissions.period')
                .whereRef('newer.agency_code', 'is not distinct from', 'submissions.agency_code')
                .where('newer.status', 'in', ['accepted', 'approved', 'unchanged']),
            ),
          ),
        ]),
      ]),
    )
    .execute();
  return rows.map(({ sent_by: sentBy, sent_as: sentAs, comment, ...row }) => ({
    ...shownAs(row, row.status),
    ...{ sentBy, sentAs, comment, confirmedAt: row.confirmed_at?.getTime() ?? null },
  }));
}

function listed(db: Db, whose: Whose | null) {
  return db
    .selectFrom('submissions')
    .select(['id', 'kind', 'status', 'period', 'agency_code as agency', 'row_count as rows', 'file_name'])
    .select(['received_at', 'sender', 'problem_count', 'warning_count', 'read_as', 'confirmed_at'])
    .select(e => lastReview(e).select('what').as('last_review'))
    .$if(whose !== null, query => query.where(e => ofWhom(e, whose as Whose)))
    .orderBy('id', 'desc');
}

type Row = Awaited<ReturnType<ReturnType<typeof listed>['execute']>>[number];

function shownAs({ read_as: _, confirmed_at, ...row }: Row, status: string): ListedSubmission {
  const awaits = status !== 'accepted' ? null : confirmed_at === null ? 'confirmation' : 'approval';
  return { ...row, id: String(row.id), status, awaits, period: row.period && monthOf(row.period) };
}

type Builder = ExpressionBuilder<Tables, 'submissions'>;

const lastReview = (e: Builder) =>
  e
    .selectFrom('reviews')
    .whereRef('submission_id', '=', 'submissions.id')
    .orderBy('reviews.id', 'desc')
    .limit(1);

function ofWhom(e: Builder, { agencies, sentBy }: Whose): Expression<SqlBool> {
  const own = agencies.length ? [e('agency_code', 'in', agencies)] : [];
  return e.or([e('sent_by', '=', sentBy), ...own]);
}
