/** Decisions on a submission that waits: which there are, and what stands in the way of one. */
import { may, type Role, senderOf, type Target, type Visitor } from './access.ts';
import type { Catalogue } from './catalogue.ts';

export type Decision = 'confirm' | 'approve' | 'return' | 'withdraw';
export const DECISIONS: readonly Decision[] = ['confirm', 'approve', 'return', 'withdraw'];

/** What a decision is called once it was made. */
export type ReviewKind = 'confirmed' | 'approved' | 'returned' | 'withdrawn';

/** The longest comment that is taken, in characters. */
export const LONGEST_COMMENT = 1000;

/** What of a submission bears on who may do what to it. */
export interface Reviewed {
  kind: string;
  status: string;
  agency: string | null;
  sentBy: string | null;
  sentAs: Role | null;
  confirmedAt: number | null;
}

/** Why a decision is not made: `decided` and `not_confirmed` pass with time, the others do not. */
export type Hindrance = 'own_submission' | 'not_allowed' | 'decided' | 'not_confirmed';

/** Where a submission stands, as people call it: what it waits for, and who took it back. */
export function stateOf(
  { status, awaits }: { status: string; awaits: string | null },
  last: ReviewKind | null,
): string {
  return awaits ?? (status === 'returned' && last === 'withdrawn' ? 'withdrawn' : status);
}

export function targetOf({ kind, agency, sentBy, sentAs }: Reviewed): Target {
  return { kind, agency, sentBy, sentAs };
}

/** What stands in the way of a decision; null when nothing does. */
export function hindranceTo(
  decision: Decision,
  submission: Reviewed,
  visitor: Visitor,
  catalogue: Catalogue,
): Hindrance | null {
  if (!may(visitor, decision, targetOf(submission), catalogue)) {
    const own = submission.sentBy !== null && submission.sentBy === senderOf(visitor);
    return own ? 'own_submission' : 'not_allowed';
  }
  if (submission.status !== 'accepted') return 'decided';
  const confirmed = submission.confirmedAt !== null;
  if (decision === 'confirm') return confirmed ? 'decided' : null;
  return decision === 'approve' && !confirmed ? 'not_confirmed' : null;
}
