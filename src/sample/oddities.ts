/** The oddities planted in the sample, so that checks and pages have something real to show. */
import { addMonths, type Month, monthsBetween } from '../kpi/month.ts';

export type OddityKind =
  | 'copied_forward'
  | 'round_numbers'
  | 'jump'
  | 'online_without_dossiers'
  | 'service_not_due'
  | 'missing'
  | 'corrected';

/** One oddity: what it is, where, and in which months. `service` null means every service. */
export interface Oddity {
  kind: OddityKind;
  agency: string;
  service: string | null;
  months: Month[];
  /** What a reader of the sample should know about it. */
  story: string;
}

/**
 * The oddities of a sample that begins in `from`. All stand in the first year, on agencies that no merger
 * touches, so that a sample of twelve months has them all:
 *
 * - `copied_forward`: one province sends the figures of the month before once more, stock and all;
 * - `round_numbers`: one province rounds its counts to tens for three months;
 * - `jump`: one province and service receives twenty times as many dossiers over the counter, once;
 * - `online_without_dossiers`: a service online end to end, and no online dossier for three months;
 * - `service_not_due`: social insurance reports a service that it leads but owes no return for;
 * - `missing`: one province sends nothing for a month;
 * - `corrected`: one province counts its late dossiers as in time, then corrects that, three times.
 */
export function plantedOddities(from: Month): Oddity[] {
  const run = (first: number, count: number) =>
    monthsBetween(addMonths(from, first), addMonths(from, first + count - 1));
  return [
    {
      kind: 'copied_forward',
      agency: 'son-la',
      service: null,
      months: run(4, 1),
      story: 'the figures of the month before, sent once more',
    },
    {
      kind: 'round_numbers',
      agency: 'thanh-hoa',
      service: null,
      months: run(6, 3),
      story: 'counts rounded to tens, three months running',
    },
    {
      kind: 'jump',
      agency: 'nghe-an',
      service: 'dk-tam-tru',
      months: run(9, 1),
      story: 'twenty times the dossiers received over the counter',
    },
    {
      kind: 'online_without_dossiers',
      agency: 'lai-chau',
      service: 'xac-nhan-so-cmnd',
      months: run(2, 3),
      story: 'offered end to end, but not one online dossier for three months',
    },
    {
      kind: 'service_not_due',
      agency: 'bhxh',
      service: 'bhxh-mot-lan',
      months: run(0, 6),
      story: 'a service that provinces report, reported by the lead as well',
    },
    {
      kind: 'missing',
      agency: 'dien-bien',
      service: null,
      months: run(5, 1),
      story: 'no return at all',
    },
    {
      kind: 'corrected',
      agency: 'ha-tinh',
      service: null,
      months: [...run(3, 1), ...run(7, 1), ...run(11, 1)],
      story: 'late dossiers first counted as in time, then corrected',
    },
  ];
}

/** Whether an oddity of a kind is planted on an agency; `month` null is any month, no `service` any service. */
export type Planted = (kind: OddityKind, agency: string, month: Month | null, service?: string) => boolean;

export function plantedIn(oddities: readonly Oddity[]): Planted {
  return (kind, agency, month, service) =>
    oddities.some(
      o =>
        o.kind === kind &&
        o.agency === agency &&
        (month === null || o.months.includes(month)) &&
        (service === undefined || o.service === null || o.service === service),
    );
}
