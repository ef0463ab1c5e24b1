/** Spreadsheets (XLSX), read in a process of bounded memory and time: a hostile file costs an answer, no more. */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { RawRow } from '../kpi/finding.ts';
import { HEAD_ROWS, MOST_COLUMNS } from './heading-rows.ts';
import type { MergeRules } from './merged-cells.ts';
import type { FileSource } from './source.ts';
import type { Answer, Failure, SheetHead, Task } from './spreadsheet-messages.ts';
import { turns } from './turns.ts';

/**
 * What a reader may take, in megabytes; then it dies alone. It is a process, not a thread: a thread that grows
 * one large array beyond its limit takes the whole server with it.
 */
const MEMORY = ['--max-old-space-size=192', '--max-semi-space-size=16'];
const READER = fileURLToPath(new URL('./spreadsheet-process.ts', import.meta.url));
/** Longest wait for an answer, in milliseconds. */
const PATIENCE = 60_000;
/** Sheets looked at for headings. */
const MOST_SHEETS = 50;
/** Readers at a time; further files wait. */
const turn = turns(2);

export class SpreadsheetFailure extends Error {
  readonly failure: Failure;
  constructor(failure: Failure) {
    super(`spreadsheet: ${failure.why} ${failure.what ?? ''}`);
    this.failure = failure;
  }
}

/** The first rows of every visible sheet, in the order of the workbook. Throws `SpreadsheetFailure`. */
export async function sheetHeads(source: FileSource): Promise<SheetHead[]> {
  const end = await turn();
  const { ask, stop } = start(source, null, []);
  try {
    const answer = await ask(false);
    return 'heads' in answer ? answer.heads : [];
  } finally {
    stop();
    end();
  }
}

/** All rows of a sheet, batch by batch as they are wanted; `rules` are for merged cells. Throws `SpreadsheetFailure`. */
export async function* sheetRows(
  source: FileSource,
  part: string,
  rules: MergeRules,
): AsyncGenerator<RawRow[]> {
  const end = await turn();
  const { ask, stop } = start(source, part, rules);
  try {
    await ask(false);
    for (;;) {
      const answer = await ask(true);
      if (!('rows' in answer)) return;
      yield answer.rows;
    }
  } finally {
    stop();
    end();
  }
}

type Ask = (more: boolean) => Promise<Answer>;

function start(source: FileSource, part: string | null, rules: MergeRules): { ask: Ask; stop: () => void } {
  const file = Buffer.isBuffer(source) ? new Uint8Array(source) : source.path;
  const task: Task = {
    file,
    widest: MOST_COLUMNS,
    part,
    rules,
    headRows: HEAD_ROWS,
    mostSheets: MOST_SHEETS,
  };
  // What it is started with is not what the server is started with; bytes travel as bytes.
  const reader = fork(READER, {
    execArgv: MEMORY,
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  let ended = false;
  reader.once('exit', () => {
    ended = true;
  });
  // A reader that dies while it is spoken to; `exit` follows and is what counts.
  reader.on('error', () => {});
  reader.send(task, () => {});
  const ask: Ask = more =>
    new Promise((answered, failed) => {
      const settle = (): void => {
        clearTimeout(clock);
        reader.removeAllListeners('message').off('exit', gone);
      };
      const gone = (): void => {
        settle();
        // It answers whatever it can; it ends by itself only when its memory is spent.
        failed(new SpreadsheetFailure({ why: 'too_big', what: 'memory' }));
      };
      const clock = setTimeout(() => {
        settle();
        failed(new SpreadsheetFailure({ why: 'too_big', what: 'time' }));
      }, PATIENCE);
      if (ended) return gone();
      reader.on('exit', gone).on('message', (answer: Answer) => {
        settle();
        if ('failure' in answer) failed(new SpreadsheetFailure(answer.failure));
        else answered(answer);
      });
      if (more) reader.send('more', () => {});
    });
  return { ask, stop: () => void reader.kill('SIGKILL') };
}
