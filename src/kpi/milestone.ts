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

/** The indicators beside which a milestone stands; milestones of other indicators stand on their own. */
export const MILESTONES_BESIDE: Readonly<Record<string, readonly string[]>> = {
  level_3_4_completion: ['essential_services_integrated', 'services_level_3_4', 'level_3_4_completion'],
};
