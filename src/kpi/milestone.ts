/** Milestones: official figures quoted from dated documents, shown beside computed rates and never mixed in. */
import type { Day } from './month.ts';

export interface Milestone {
  asOf: Day;
  /** Agency code; `national` for the country. */
  agency: string;
  indicator: string;
  numerator: number | null;
  denominator: number | null;
  /** As the document has it; a percentage where `unit` is `percent`. */
  value: number | null;
  unit: string;
  document: string;
  clause: string | null;
  quote: string | null;
}
