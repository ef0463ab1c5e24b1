/** The state of a month: open, closing once its deadline is over, closed when published, reopened. */
import { type Catalogue, deadline } from './catalogue.ts';
import type { Month } from './month.ts';

export type MonthState = 'open' | 'closing' | 'closed' | 'reopened';

/** `edition`: the last publication of the month, with whether it was opened again; null when there is none. */
export function monthState(
  catalogue: Catalogue,
  month: Month,
  edition: { reopened: object | null } | null,
  now: number,
): MonthState {
  if (edition) return edition.reopened ? 'reopened' : 'closed';
  return now < deadline(catalogue, month) ? 'open' : 'closing';
}
