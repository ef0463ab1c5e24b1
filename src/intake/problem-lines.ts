/** A file's own rows with what was found in them: stored findings, or the file judged again where those were cut. */
import type { Catalogue } from '../kpi/catalogue.ts';
import { type CheckContext, startMonthlyReturn } from '../kpi/check.ts';
import { checkServiceStatus } from '../kpi/check-status.ts';
import { rawRowsOf } from '../kpi/coded-rows.ts';
import { LISTED, type RawRow } from '../kpi/finding.ts';
import { foldName } from '../kpi/names.ts';
import type { Db } from '../store/connect.ts';
import { closedMonths } from '../store/months.ts';
import { catalogueAt } from '../store/reference.ts';
import type { StoredSubmission } from '../store/submissions.ts';
import type { StoredFinding } from '../store/tables.ts';
import { type Lang, t } from '../words/words.ts';
import { type Given, givenBeside } from './given.ts';
import { type Kind, PROBLEM_HEADINGS } from './headings.ts';
import { type OpenFile, openFile } from './read.ts';
import { formOf, inWords } from './receipt.ts';
import type { FileSource } from './source.ts';
import { failureOf } from './table-rows.ts';
import { knownIn } from './take.ts';

/** One row of the download: what was found beside what was sent. */
export interface Line {
  part: 'title' | 'heading' | 'row' | 'other';
  /** The row in the file as sent; null for all but rows with data. */
  row: number | null;
  findings: string;
  cells: string[];
  /** Places of the cells that are wrong. */
  wrong: ReadonlySet<number>;
}

/** Longest text of the title, in characters; spreadsheets hold 32,767 in a cell. */
const LONGEST_TITLE = 20_000;
/** How a title of ours begins: a download sent in and refused again gets no second one. */
const TITLE = 'Toàn Trình · ';

/**
 * Title, headings and rows of a submission's file, as they stand in it; findings beside the rows they are of.
 * Null when it cannot be read to its end: half of it must not come back as the whole.
 */
export async function problemLines(
  db: Db,
  submission: StoredSubmission & { storedAt: number },
  source: FileSource,
  lang: Lang,
): Promise<AsyncGenerator<Line> | null> {
  const catalogue = await catalogueAt(db, submission.storedAt);
  const given = givenBeside(beside(submission), catalogue, submission.storedAt);
  const known = knownIn(catalogue, submission.storedAt);
  const file = await openFile(source, submission.kind as Kind, given.columns, known);
  try {
    for await (const _ of file.all());
  } catch (error) {
    if (!failureOf(error)) throw error;
    return null;
  }
  return linesOf(db, submission, file, given, catalogue, lang);
}

async function* linesOf(
  db: Db,
  submission: StoredSubmission & { storedAt: number },
  file: OpenFile,
  given: Given,
  catalogue: Catalogue,
  lang: Lang,
): AsyncGenerator<Line> {
  const { headings } = file;
  const said = submission.problemCount ? submission.problems : submission.warnings;
  const isAbove = (f: { row: number | null }): boolean => f.row === null || f.row <= headings.row;
  const words = (f: StoredFinding): string => {
    const { heading, value, message, remedy } = inWords(catalogue, formOf(submission), f, lang);
    // Beside a row the value stands in its cell.
    const place = [heading, isAbove(f) && value !== heading && value].filter(Boolean).join(' ');
    return [place, `${message} ${remedy}`].filter(Boolean).join(': ');
  };
  const ours = new Set(headings.texts.flatMap((h, i) => (PROBLEM_HEADINGS.includes(foldName(h)) ? [i] : [])));
  const own = (cells: readonly string[]): string[] => cells.filter((_, i) => !ours.has(i));
  const placeOf = ({ column, details }: StoredFinding): number =>
    details.place ? Number(details.place) - 1 : column === null ? -1 : file.columns.indexOf(column);
  const places = own(headings.texts.map((_, i) => String(i))).map(Number);
  const plain = { row: null, findings: '', wrong: new Set<number>() };

  yield { ...plain, part: 'title', cells: [titleOf(submission, said.filter(isAbove).map(words), lang)] };
  const heading: Line = { ...plain, part: 'heading', cells: own(headings.texts) };
  const label = t(lang, submission.problemCount ? 'problems_file.problems' : 'problems_file.warnings');
  if (headings.row === 0) yield { ...heading, findings: label };
  const found = await findingsIn(db, submission, file, given, catalogue);
  for await (const batch of file.all()) {
    for (const { row, cells } of batch) {
      const isBlank = cells.every(c => c.trim() === '');
      if (row <= headings.row) {
        if (cells.some(c => c.startsWith(TITLE))) continue;
        const isLabel = row === headings.labelRow;
        yield {
          ...plain,
          part: isLabel ? 'heading' : 'other',
          findings: isLabel ? label : '',
          cells: own(cells),
        };
      } else if (isBlank || file.isTotal(cells)) {
        yield { ...plain, part: 'other', cells: own(cells) };
      } else {
        const here = (found.get(row) ?? []).filter(f => !isAbove(f));
        const wrong = new Set(here.map(f => places.indexOf(placeOf(f))).filter(i => i >= 0));
        yield { part: 'row', row, findings: here.map(words).join('\n'), cells: own(cells), wrong };
      }
    }
  }
}

const beside = ({ statedPeriod, statedAgency, reason }: StoredSubmission) => ({
  period: statedPeriod,
  agency: statedAgency,
  reason,
});

function titleOf(submission: StoredSubmission, found: readonly string[], lang: Lang): string {
  const { id, fileName, problemCount, warningCount } = submission;
  const count = problemCount
    ? t(lang, 'receipt.problems', { n: problemCount })
    : t(lang, 'receipt.warnings', { n: warningCount });
  const first = `${TITLE}${t(lang, 'receipt.kicker')} ${id} · ${fileName} · ${count}. ${t(lang, 'problems_file.hint')}`;
  return [first, ...found.map(text => `• ${text}`)].join('\n').slice(0, LONGEST_TITLE);
}

/** Findings by row: those that were said where all were listed, else the file judged as on the day it came. */
async function findingsIn(
  db: Db,
  submission: StoredSubmission & { storedAt: number },
  file: OpenFile,
  given: Given,
  catalogue: Catalogue,
): Promise<Map<number | null, StoredFinding[]>> {
  const { storedAt, problemCount, kind } = submission;
  // Of the other kinds, which are small, a thousand are all that is listed.
  if (problemCount <= LISTED || (kind !== 'monthly-return' && kind !== 'service-status')) {
    return Map.groupBy(problemCount ? submission.problems : submission.warnings, f => f.row);
  }
  const context: CheckContext = {
    catalogue,
    now: storedAt,
    closed: new Set(await closedMonths(db, storedAt)),
    period: given.period ?? file.said.period ?? null,
    agency: given.agency ?? file.said.agency ?? null,
    reason: given.reason,
    scope: null,
  };
  const { problems } = file;
  problems.limit = Number.POSITIVE_INFINITY;
  let closed: readonly StoredFinding[] = [];
  if (kind === 'monthly-return') {
    const check = startMonthlyReturn(file.columns, context, problems);
    check.closed.limit = problems.limit;
    for await (const batch of file.rows()) check.take(batch);
    closed = check.closed.listed;
  } else {
    const rows: RawRow[] = [];
    for await (const batch of file.rows()) rows.push(...rawRowsOf(batch));
    closed = checkServiceStatus({ columns: file.columns, rows }, context, problems).closed.listed;
  }
  return Map.groupBy([...problems.listed, ...closed], f => f.row);
}
