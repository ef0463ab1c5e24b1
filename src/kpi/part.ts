/** The parts of a rate's sums: what each (agency, service, month) or task adds, and what that rests on. */
import type { Directive } from './directive.ts';
import type { Month } from './month.ts';
import type { Fraction } from './rate.ts';
import type { Status } from './status.ts';

/** What one (agency, service, month) adds to a rate, and what that rests on. Services and tasks are counted once a period. */
export interface Part extends Fraction {
  month: Month;
  agency: string;
  /** Empty for a task, which is of no service. */
  service: string;
  /** The group whose tally it enters; null when it enters none. */
  group: string | null;
  /** It enters the country's tally. */
  national: boolean;
  rowsIn: number;
  rows: number;
  /** By which a service is judged; absent where services are not counted. */
  status?: Status | null;
  /** Online dossiers by which use is judged. */
  online?: number | undefined;
  /** Instant (ms) of the first return, and that from which it is late; absent where returns are not counted. */
  receivedAt?: number | null;
  late?: number;
  /** The task that is counted; absent where tasks are not. */
  task?: Directive;
}

/** Is told every part as it is added. */
export type Witness = (part: Part) => void;
