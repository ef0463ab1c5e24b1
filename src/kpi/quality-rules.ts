/** From when on a figure is remarkable: thresholds, dated like all reference data. A question, never a judgement. */
import { within } from './agency.ts';
import type { Day } from './month.ts';

/** Each is explained in `data/quality_rules.csv`. */
export const QUALITY_RULES = [
  'copied_services',
  'round_counts',
  'round_share',
  'jump_months',
  'jump_least',
  'jump_z',
  'jump_spread',
  'jump_smallest',
  'jump_peers',
  'quiet_months',
] as const;
type QualityRule = (typeof QUALITY_RULES)[number];

export type QualityRules = Readonly<Record<QualityRule, number>>;

/** One threshold from a day to a day. */
export interface DatedRule {
  rule: string;
  value: number;
  validFrom: Day | null;
  validTo: Day | null;
}

/** The thresholds in force on `day`. Throws when one is missing. */
export function rulesOn({ qualityRules }: { qualityRules: readonly DatedRule[] }, day: Day): QualityRules {
  const inForceOn = (rule: QualityRule): number => {
    const found = qualityRules.find(r => r.rule === rule && within(day, r.validFrom, r.validTo));
    if (!found) throw new Error(`no quality rule ${rule} is in force on ${day}`);
    return found.value;
  };
  return Object.fromEntries(QUALITY_RULES.map(rule => [rule, inForceOn(rule)])) as QualityRules;
}
