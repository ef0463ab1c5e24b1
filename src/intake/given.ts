/** Month and agency given beside a file, as typed, and what they mean. */
import { type Catalogue, resolveAgency } from '../kpi/catalogue.ts';
import { type Findings, noFindings, note, type ProblemCode } from '../kpi/finding.ts';
import { type Day, hanoiDay, lastDay, type Month, readMonth } from '../kpi/month.ts';

/** What was given beside a file, as typed. */
export interface Beside {
  period: string | null;
  agency: string | null;
  reason: string | null;
}

export interface Given {
  period: Month | null;
  /** As typed, once it means something; and the agency it most likely means. */
  agency: string | null;
  code: string | null;
  reason: string | null;
  /** Columns that the file need not have. */
  columns: string[];
  problems: Findings<ProblemCode>;
}

/** Month and agency given beside the file, resolved; a value that means nothing is a problem of the whole file. */
export function givenBeside(upload: Beside, catalogue: Catalogue, now: number): Given {
  const problems = noFindings<ProblemCode>();
  const meaningless = (column: 'period' | 'agency', value: string, code: ProblemCode) =>
    note(problems, { row: null, column, value, code, details: {} });
  const period = upload.period ? readMonth(upload.period) : null;
  if (upload.period && !period) meaningless('period', upload.period, 'bad_period');
  const typed = upload.agency?.trim() || null;
  let code: string | null = null;
  if (typed) {
    // Only a guess at whom it means: every row resolves the name on the last day of its own month.
    code = agencyMeant(catalogue, typed, period ? lastDay(period) : hanoiDay(now));
    if (!code) meaningless('agency', typed, 'unknown_agency');
  }
  const columns = [...(period ? ['period'] : []), ...(code ? ['agency'] : [])];
  return { period, agency: code && typed, code, reason: upload.reason?.trim() || null, columns, problems };
}

/** The agency that a name most likely means. */
export function agencyMeant(catalogue: Catalogue, text: string, day: Day): string | null {
  const { found, notInForce } = resolveAgency(catalogue, text, day);
  return (found ?? notInForce[0])?.code ?? null;
}
