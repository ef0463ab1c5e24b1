/** The checks on a file of directives: tasks with or without progress, or the progress alone of tasks on record. */
import { type Catalogue, resolveAgency } from './catalogue.ts';
import type { CheckContext, Checked } from './check.ts';
import { isFormulaError } from './count.ts';
import type { DirectiveStatus, Progress, Task } from './directive.ts';
import { cellReader, type Findings, noFindings, note, type ProblemCode, type RawTable } from './finding.ts';
import { type Day, hanoiDay, readDay } from './month.ts';
import { foldName } from './names.ts';

/** What a row says: of the task, of its progress, or of both. */
export interface DirectiveRow {
  id: string;
  task: Task | null;
  progress: Progress | null;
  row: number;
}

const TASK_COLUMNS = ['document', 'title', 'lead_agency'] as const;
const OTHER_TASK_COLUMNS = [
  'clause',
  'coordinating_agencies',
  'deadline',
  'recurring',
  'measurable_target',
] as const;

const STATUSES: Readonly<Record<string, DirectiveStatus>> = {
  'not started': 'not_started',
  'chua thuc hien': 'not_started',
  'chua trien khai': 'not_started',
  'chua bat dau': 'not_started',
  'in progress': 'in_progress',
  'dang thuc hien': 'in_progress',
  'dang trien khai': 'in_progress',
  done: 'done',
  'da hoan thanh': 'done',
  'hoan thanh': 'done',
  'da thuc hien': 'done',
};

/** Checks every row; `known` are the ids on record. Any problem means that nothing of the file may be stored. */
export function checkDirectives(
  table: RawTable,
  known: ReadonlySet<string>,
  context: CheckContext,
  problems: Findings<ProblemCode>,
): Checked<DirectiveRow> {
  const has = (column: string): boolean => table.columns.includes(column);
  const holdsTasks = [...TASK_COLUMNS, ...OTHER_TASK_COLUMNS].some(has);
  for (const column of holdsTasks ? TASK_COLUMNS : (['status'] as const)) {
    if (!has(column)) note(problems, { row: null, column, value: '', code: 'missing_column', details: {} });
  }
  const items: DirectiveRow[] = [];
  const checked = { items, warnings: noFindings<never>(), closed: noFindings<ProblemCode>() };
  if (problems.count) return checked;
  const cell = cellReader(table.columns);
  const today = hanoiDay(context.now);
  const seen = new Map<string, number>();
  for (const { row, cells } of table.rows) {
    const before = problems.count;
    const text = (column: string): string => cell(cells, column).normalize('NFC');
    const found = (code: ProblemCode, column: string, details: Record<string, string> = {}) =>
      note(problems, { row, column, value: text(column), code, details });
    for (const column of table.columns)
      if (column && isFormulaError(text(column))) found('formula_error', column);
    const id = text('id');
    const first = seen.get(id);
    if (!id) found('missing_value', 'id', { reference: 'blank' });
    else if (first !== undefined) found('duplicate_row', 'id', { first: String(first) });
    else seen.set(id, row);
    if (id && !holdsTasks && !known.has(id)) found('missing_value', 'id', { reference: 'unknown_task' });
    const task = holdsTasks ? readTask(id, text, context.catalogue, today, found) : null;
    const progress = readProgress(text, today, found);
    if (problems.count === before) items.push({ id, task, progress, row });
  }
  return checked;
}

type Text = (column: string) => string;
type Found = (code: ProblemCode, column: string, details?: Record<string, string>) => void;

function readTask(id: string, text: Text, catalogue: Catalogue, today: Day, found: Found): Task {
  const deadline = readDay(text('deadline'));
  if (text('deadline') && !deadline) found('bad_period', 'deadline', { day: 'yes' });
  for (const column of TASK_COLUMNS)
    if (!text(column)) found('missing_value', column, { reference: 'blank' });
  const lead = addressee(catalogue, text('lead_agency'), deadline ?? today);
  if (text('lead_agency') && !lead) found('unknown_agency', 'lead_agency');
  const coordinating = text('coordinating_agencies')
    .split(/[|;\n]/)
    .filter(name => name.trim())
    .map(name => addressee(catalogue, name, deadline ?? today));
  if (coordinating.includes(null)) found('unknown_agency', 'coordinating_agencies');
  return {
    ...{ id, document: text('document'), clause: text('clause'), title: text('title'), lead: lead ?? '' },
    ...{ coordinating: coordinating as string[], deadline, recurring: text('recurring') },
    measurableTarget: text('measurable_target'),
  };
}

/**
 * The agency or group that a document names. A document keeps the names of its time, so one that is no longer
 * in force, or not yet, still is who was meant.
 */
function addressee(catalogue: Catalogue, name: string, day: Day): string | null {
  const { found, notInForce } = resolveAgency(catalogue, name, day);
  return (found ?? notInForce[0])?.code ?? null;
}

/** Null when the row says nothing of progress: blank is not reported, and takes nothing back. */
function readProgress(text: Text, today: Day, found: Found): Progress | null {
  const status = STATUSES[foldName(text('status'))];
  if (text('status') && !status) found('not_a_whole_number', 'status', { expected: 'directive_status' });
  const doneOn = readDay(text('done_on'));
  if (text('done_on') && !doneOn) found('bad_period', 'done_on', { day: 'yes' });
  if (doneOn && doneOn > today) found('future_period', 'done_on', { now: today });
  if (doneOn && status !== 'done' && (status || !text('status'))) {
    found('not_a_whole_number', 'status', { expected: 'directive_status' });
  }
  if (!status && text('note') && !text('status')) found('missing_value', 'status', { reference: 'blank' });
  return status ? { status, doneOn, note: text('note') } : null;
}
