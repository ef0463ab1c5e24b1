/** Objections of offices to figures before they are published, and when a month may be published over them. */
import { senderOf, type Visitor } from './access.ts';
import type { Month } from './month.ts';

export const OBJECTION_STATES = ['open', 'accepted', 'rejected', 'withdrawn'] as const;
export type ObjectionState = (typeof OBJECTION_STATES)[number];

/** What an answer can say. */
export const VERDICTS = ['accepted', 'rejected'] as const satisfies readonly ObjectionState[];
export type Verdict = (typeof VERDICTS)[number];

/** What is objected to: a figure of an agency in a month, or all of them. */
export interface Disputed {
  month: Month;
  agency: string;
  /** Null for all services, and for all indicators. */
  service: string | null;
  indicator: string | null;
}

/** The longest text of an objection, an answer or a reason, in characters. */
export const LONGEST_TEXT = 2000;

/** The text that somebody wrote, its ends trimmed; null when there is none, or too much of it. */
export function writtenText(text: string): string | null {
  const written = text.replace(/\r\n/g, '\n').trim();
  return written === '' || written.length > LONGEST_TEXT ? null : written;
}

/** A written reason for publishing over objections, and who wrote it (by `senderOf`). */
export interface Overruling {
  objections: readonly string[];
  reason: string;
  writtenBy: string;
}

/**
 * Whether a visitor may publish over the open objections by this reason: it speaks of every one of them, and
 * somebody else wrote it; whoever raised one of them publishes over none.
 */
export function mayPublishOver(
  visitor: Visitor,
  open: readonly { id: string; raisedBy: string }[],
  overruling: Overruling | null,
): boolean {
  if (!overruling || overruling.writtenBy === senderOf(visitor)) return false;
  return open.every(
    ({ id, raisedBy }) => overruling.objections.includes(id) && raisedBy !== senderOf(visitor),
  );
}
