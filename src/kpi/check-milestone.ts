/** The checks on a file of milestones: official figures quoted from dated documents. */
import type { CheckContext, Checked } from './check.ts';
import { readCount } from './count.ts';
import { cellReader, type Findings, noFindings, note, type ProblemCode, type RawTable } from './finding.ts';
import { lookUps } from './look-up.ts';
import type { Milestone } from './milestone.ts';
import { hanoiDay, readDay } from './month.ts';
import { foldName } from './names.ts';

/** Checks every row; any problem means that no milestone of the file may be stored. */
export function checkMilestones(
  table: RawTable,
  context: CheckContext,
  problems: Findings<ProblemCode>,
): Checked<Milestone & { row: number }> {
  const cell = cellReader(table.columns);
  const names = lookUps(context.catalogue);
  const items: (Milestone & { row: number })[] = [];
  const seen = new Map<string, number>();
  const today = hanoiDay(context.now);
  for (const { row, cells } of table.rows) {
    const before = problems.count;
    const found = (
      code: ProblemCode,
      column: string,
      value: string,
      details: Record<string, string> = {},
    ) => {
      note(problems, { row, column, value, code, details });
    };
    const text = (column: string): string => cell(cells, column).normalize('NFC');
    const asOf = readDay(text('as_of'));
    if (!asOf) found('bad_period', 'as_of', text('as_of'), { day: 'yes' });
    else if (asOf > today) found('future_period', 'as_of', text('as_of'), { now: today });

    const agencyText = text('agency');
    const national = ['national', 'ca nuoc', 'toan quoc'].includes(foldName(agencyText));
    const { found: agency } = names.agency(agencyText, asOf ?? today);
    if (!national && !agency) found('unknown_agency', 'agency', agencyText);
    for (const column of ['indicator', 'unit', 'document'])
      if (!text(column)) found('missing_value', column, '');

    const whole = (column: string): number | null => {
      const read = readCount(text(column));
      if (read.problem) found(read.problem, column, text(column));
      return read.value;
    };
    const numerator = whole('numerator');
    const denominator = whole('denominator');
    if (numerator !== null && denominator !== null && numerator > denominator) {
      found('part_exceeds_whole', 'numerator', text('numerator'), {
        whole: String(denominator),
        of: 'denominator',
      });
    }
    const value = readDecimal(text('value'));
    if (value === undefined) found('not_a_whole_number', 'value', text('value'), { expected: 'number' });
    if (numerator === null && value === null) found('missing_value', 'value', '');

    const milestone = {
      asOf: asOf ?? '',
      agency: national ? 'national' : (agency?.code ?? ''),
      indicator: text('indicator'),
      numerator,
      denominator,
      value: value ?? null,
      unit: text('unit'),
      document: text('document'),
      clause: text('clause') || null,
      quote: text('quote') || null,
    };
    const key = JSON.stringify([
      asOf,
      milestone.agency,
      milestone.indicator,
      milestone.document,
      milestone.clause,
    ]);
    const first = seen.get(key);
    if (first !== undefined)
      found('duplicate_row', 'indicator', milestone.indicator, { first: String(first) });
    else seen.set(key, row);
    if (problems.count === before) items.push({ ...milestone, row });
  }
  return { items, warnings: noFindings(), closed: noFindings() };
}

/** A figure as documents print it: `83,5`, `44.0`, `3.552`; null when blank, undefined when it is none. */
function readDecimal(text: string): number | null | undefined {
  const count = readCount(text);
  if (!count.problem) return count.value;
  return /^\d+[.,]\d+$/.test(text) ? Number(text.replace(',', '.')) : undefined;
}
