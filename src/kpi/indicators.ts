/** What an indicator is; which definition holds when stands in the reference data, version by version. */
import { within } from './agency.ts';
import type { SumName } from './figure.ts';
import type { Day } from './month.ts';

/** What of a service status makes a service count as delivered. */
export const DELIVERED = ['level_3', 'level_4', 'online', 'full'] as const;
export type Delivered = (typeof DELIVERED)[number];

/** The indicators that pages know, each with what it counts (see `IndicatorVersion`). */
export const INDICATOR_KINDS = {
  level_3_4_completion: 'services',
  end_to_end_services: 'services',
  end_to_end_completion: 'dossiers',
  online_dossiers: 'dossiers',
  on_time: 'dossiers',
  overdue: 'dossiers',
  online_payment: 'dossiers',
  files_digitised: 'dossiers',
  results_digitised: 'dossiers',
  data_reuse: 'dossiers',
  satisfaction: 'dossiers',
  services_with_dossiers: 'used',
  reporting_completeness: 'returns',
  reporting_punctuality: 'returns',
  directives_done: 'directives',
  index_766: 'composite',
} as const satisfies Record<string, IndicatorVersion['kind']>;
export type IndicatorId = keyof typeof INDICATOR_KINDS;
export const INDICATOR_IDS = Object.keys(INDICATOR_KINDS) as IndicatorId[];

interface Shared {
  id: IndicatorId;
  version: number;
  validFrom: Day | null;
  validTo: Day | null;
  name: { vi: string; en: string };
  numeratorText: { vi: string; en: string };
  denominatorText: { vi: string; en: string };
  whyItMatters: { vi: string; en: string };
  legalBasis: string;
  higherIsBetter: boolean;
  minimumDenominator: number;
  /** As a fraction of 1; null when no document sets one. */
  target: number | null;
}

/**
 * `dossiers`: kept sums over kept sums. `services`: services delivered over services to deliver.
 * `used`: online services with a dossier over online services. `returns`: returns in over returns due.
 * `directives`: tasks done over tasks due (see `addDirectives`).
 * `composite`: points reached over most points, from other indicators (see `scoreIndex`).
 */
export type IndicatorVersion = Shared &
  (
    | { kind: 'dossiers'; numerator: SumName[]; denominator: SumName[]; rows: SumName; eligibleOnly: boolean }
    | { kind: 'services'; delivered: Delivered; eligibleOnly: boolean }
    | { kind: 'used'; delivered: Delivered }
    | { kind: 'returns'; byDeadline: boolean }
    | { kind: 'directives' }
    | { kind: 'composite' }
  );

/** Where definitions are found: the catalogue, or what a page knows of it. */
export interface Defined {
  indicators: readonly IndicatorVersion[];
}

/** First day of Decree 42/2022/NĐ-CP: levels 1 to 4 end, "partial" and "full process" begin. */
export const FULL_PROCESS_REGIME: Day = '2022-08-15';

/** The version of an indicator in force on `day`. */
export function indicatorOn({ indicators }: Defined, id: IndicatorId, day: Day): IndicatorVersion {
  const version = indicators.find(i => i.id === id && within(day, i.validFrom, i.validTo));
  if (!version) throw new Error(`no version of ${id} is in force on ${day}`);
  return version;
}

/** The indicators that were defined when this was recorded, in the order of pages. */
export function indicatorIds({ indicators }: Defined): IndicatorId[] {
  return INDICATOR_IDS.filter(id => indicators.some(i => i.id === id));
}

export function isIndicatorId(text: string): text is IndicatorId {
  return Object.hasOwn(INDICATOR_KINDS, text);
}

/** Whether a rate counts dossiers or ratings, so that chance moves it and an interval is due. */
export function hasInterval(indicator: IndicatorVersion): boolean {
  return indicator.kind === 'dossiers';
}
