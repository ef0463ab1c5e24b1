/** Directives: tasks given to agencies by a document, with a deadline, and the progress that was reported of them. */
import type { Day } from './month.ts';

export type DirectiveStatus = 'not_started' | 'in_progress' | 'done';

export interface Task {
  id: string;
  document: string;
  clause: string;
  title: string;
  /** Code of the lead agency, which may be a group of addressees (`all-ministries`). */
  lead: string;
  coordinating: string[];
  deadline: Day | null;
  recurring: string;
  measurableTarget: string;
}

export interface Progress {
  status: DirectiveStatus;
  /** Null when not done, or when the report does not say. */
  doneOn: Day | null;
  note: string;
}

/** A task with what is known of its progress; null where nobody reported any. */
export interface Directive extends Task {
  progress: Progress | null;
}

/** How a task stands on a day; `not_reported` is not the same as `not_started`. */
export type DirectiveState = 'done' | 'overdue' | 'in_progress' | 'not_started' | 'not_reported';
export const DIRECTIVE_STATES = ['overdue', 'in_progress', 'not_started', 'not_reported', 'done'] as const;

/** Done by `day`: a completion without a day counts for every day, since the report says no more. */
export function isDone({ progress }: Directive, day: Day): boolean {
  return progress?.status === 'done' && (progress.doneOn === null || progress.doneOn <= day);
}

/** Whether the task was to be done by the end of `day`. */
export function isDue({ deadline }: Directive, day: Day): boolean {
  return deadline !== null && deadline <= day;
}

/** The state on `day`: overdue once the day of the deadline is over and the task is not done. */
export function stateOn(directive: Directive, day: Day): DirectiveState {
  if (isDone(directive, day)) return 'done';
  if (directive.deadline !== null && directive.deadline < day) return 'overdue';
  const status = directive.progress?.status;
  // What was completed only later was under way before.
  return status === 'done' ? 'in_progress' : (status ?? 'not_reported');
}
