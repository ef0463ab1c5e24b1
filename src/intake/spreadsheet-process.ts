/** The process that reads one spreadsheet: it may run out of memory or time without the server noticing. */
import type { RawRow } from '../kpi/finding.ts';
import { BigArchive } from './archive.ts';
import type { Answer, Failure, SheetHead, Task } from './spreadsheet-messages.ts';
import { openWorkbook, WideSheet, type Workbook } from './workbook.ts';
import { EndlessPiece } from './workbook-xml.ts';

/** Rows handed over at a time. */
const BATCH = 500;

const say = (answer: Answer): void => void process.send?.(answer);

async function firstRows(workbook: Workbook, part: string, task: Task): Promise<RawRow[]> {
  const head: RawRow[] = [];
  for await (const rows of workbook.rows(part)) {
    head.push(...rows.filter(r => r.row <= task.headRows));
    if ((rows.at(-1)?.row ?? 0) >= task.headRows) break;
  }
  return head;
}

/** The sheets a reader sees; all of them when none is to be seen. */
async function sheetHeads(workbook: Workbook, task: Task): Promise<SheetHead[]> {
  const shown = workbook.sheets.filter(s => !s.hidden);
  const heads: SheetHead[] = [];
  for (const { name, part } of (shown.length ? shown : workbook.sheets).slice(0, task.mostSheets)) {
    heads.push({ name, part, head: await firstRows(workbook, part, task) });
  }
  return heads;
}

/** Batches of rows, each when it is asked for: what is not needed yet is not read yet. */
async function* batches(workbook: Workbook, part: string, { rules }: Task): AsyncGenerator<RawRow[]> {
  let waiting: RawRow[] = [];
  for await (const rows of workbook.rows(part, rules)) {
    waiting.push(...rows);
    if (waiting.length < BATCH) continue;
    yield waiting;
    waiting = [];
  }
  if (waiting.length) yield waiting;
}

function failureOf(error: unknown): Failure {
  if (error instanceof BigArchive) return { why: 'too_big', what: error.limit };
  if (error instanceof EndlessPiece) return { why: 'too_big', what: 'piece' };
  if (error instanceof WideSheet) return { why: 'too_big', what: 'columns', row: error.row };
  // More bytes than the directory stated: the file lies about its size.
  if (error instanceof Error && /too many bytes in the stream/.test(error.message)) {
    return { why: 'too_big', what: 'inflated' };
  }
  return { why: error instanceof Error && /encrypted/.test(error.message) ? 'locked' : 'broken' };
}

/** The first message is the task; every further one asks for the next rows. */
process.once('message', async (task: Task) => {
  try {
    const source = typeof task.file === 'string' ? { path: task.file } : Buffer.from(task.file);
    const workbook = await openWorkbook(source, task.widest);
    if (task.part === null) return say({ heads: await sheetHeads(workbook, task) });
    const rows = batches(workbook, task.part, task);
    const hand = async (): Promise<void> => {
      try {
        const next = await rows.next();
        say(next.done ? { done: true } : { rows: next.value });
      } catch (error) {
        say({ failure: failureOf(error) });
      }
    };
    process.on('message', hand);
    say({ ready: true });
  } catch (error) {
    say({ failure: failureOf(error) });
  }
});
// The server is gone, however it went.
process.on('disconnect', () => process.exit());
