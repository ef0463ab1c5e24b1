/** What is said between the intake and the process that reads a spreadsheet. */
import type { RawRow } from '../kpi/finding.ts';
import type { MergeRules } from './merged-cells.ts';

/** What such a process is given: the file, and what to read of it. */
export interface Task {
  file: Uint8Array | string;
  widest: number;
  /** The first rows of every sheet, or all rows of the sheet in this part of the file. */
  part: string | null;
  rules: MergeRules;
  headRows: number;
  mostSheets: number;
}

export interface SheetHead {
  name: string;
  part: string;
  head: RawRow[];
}

/** Why a spreadsheet cannot be read. */
export interface Failure {
  why: 'broken' | 'too_big' | 'locked';
  /** What there is too much of. */
  what?: 'parts' | 'inflated' | 'columns' | 'piece' | 'memory' | 'time';
  row?: number;
}

export type Answer =
  | { ready: true }
  | { heads: SheetHead[] }
  | { rows: RawRow[] }
  | { done: true }
  | { failure: Failure };
