/** A real server to which files are sent that are made to do harm: each is refused, and others are answered meanwhile. */
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';
import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Receipt } from '../../src/intake/receipt.ts';
import { admins, end, endAll, type Place, run, serve, somePlace } from '../cli/process.ts';
import { COLUMNS, MONTH, texts } from '../intake/guises.ts';
import { sheet } from '../intake/sheets.ts';
import { archive, inlineRow, workbookParts } from '../intake/workbooks.ts';

const MEGABYTE = 1024 * 1024;
/** Longest (ms) that anybody else waits for an answer; longer on a machine that does much else. */
const LONGEST_WAIT = 2000;
/** What files may add to the memory of the server, and what a process that reads a workbook for it may take. */
const MOST_MEMORY = { server: 300 * MEGABYTE, reader: 450 * MEGABYTE };
const PATIENCE = 300_000;

let place: Place;
let cookie: string;
let server: Awaited<ReturnType<typeof serve>>;
/** The memory of the server before anything was sent to it. */
let before: number;
beforeAll(async () => {
  place = await somePlace();
  await run(place, ['migrate']);
  [cookie = ''] = await admins(place, 1);
  server = await serve(place);
  const { pid } = server.child;
  // What the first files cost, whatever they are, an embedded database takes for good.
  for (const bytes of [Buffer.from(`${HEADINGS}2022-07;ha-noi;x;1\n`), await inside('')]) await post(bytes);
  // Forgets the peak of the start, at which an embedded database opens itself.
  if (told(`/proc/${pid}/status`)) writeFileSync(`/proc/${pid}/clear_refs`, '5');
  before = peakMemory(pid as number);
}, PATIENCE);
afterAll(async () => {
  await endAll();
  await place.remove();
}, PATIENCE);

const HEADINGS = `${COLUMNS.join(';')}\n`;
const rows = (table: readonly string[][]): string => table.map((r, i) => inlineRow(i + 1, r)).join('');
const workbook = (...sheets: (string | Buffer)[]): Promise<Buffer> =>
  archive({
    ...workbookParts(sheets.map((_, i) => ({ name: `S${i}`, xml: '' }))),
    ...Object.fromEntries(sheets.map((xml, i) => [`xl/worksheets/sheet${i + 1}.xml`, xml])),
  });
const inside = (data: string, after = ''): Promise<Buffer> =>
  workbook(`<worksheet><sheetData>${rows([COLUMNS])}${data}</sheetData>${after}</worksheet>`);

/** Files by what they are, with the code that each is refused with. */
const HOSTILE: [what: string, code: string, make: () => Promise<Buffer> | Buffer][] = [
  [
    'a workbook of 300 MB in less than one',
    'too_big',
    async () => {
      const bytes = await workbook(Buffer.alloc(300 * MEGABYTE, '<row/>'));
      expect(bytes.length).toBeLessThan(0.9 * MEGABYTE);
      return bytes;
    },
  ],
  ['a field of 100 MB', 'too_big', () => Buffer.from(HEADINGS + 'x'.repeat(100 * MEGABYTE))],
  [
    'a quote that is never closed',
    'unreadable_file',
    () => Buffer.from(`${HEADINGS}"${'x\n'.repeat(20 * MEGABYTE)}`),
  ],
  ['a heading of a million columns', 'too_big', () => Buffer.from(`${'c;'.repeat(1_000_000)}\n`)],
  ['ten thousand sheets', 'too_big', () => workbook(...Array.from({ length: 10_000 }, () => ''))],
  [
    'a million empty rows with cells merged over all of them',
    'missing_value',
    () =>
      inside(
        `${inlineRow(2, ['2022-07', 'ha-noi', 'dk-khai-sinh'])}${'<row/>'.repeat(1_000_000)}`,
        '<mergeCells><mergeCell ref="A2:A1048576"/><mergeCell ref="C2:C1048576"/></mergeCells>',
      ),
  ],
  [
    'a million merged cells',
    'missing_value',
    () =>
      inside(
        inlineRow(2, ['2022-07', 'ha-noi', 'dk-khai-sinh']),
        `<mergeCells>${Array.from({ length: 1_000_000 }, (_, i) => `<mergeCell ref="A${i + 2}:A${i + 9}"/>`).join('')}</mergeCells>`,
      ),
  ],
  [
    'a row of a million attributes',
    'too_big',
    () => inside(`<row ${Array.from({ length: 1_000_000 }, (_, i) => `a${i}="1"`).join(' ')}/>`),
  ],
  ['an attribute of 100 MB', 'too_big', () => inside(`<row r="${'x'.repeat(100 * MEGABYTE)}"/>`)],
  [
    'a cell of 100 MB',
    'too_big',
    () => inside(`<row><c t="inlineStr"><is><t>${'x'.repeat(100 * MEGABYTE)}</t></is></c></row>`),
  ],
  ['tags a million deep', 'too_big', () => inside(`<row>${'<x>'.repeat(1_000_000)}`)],
  [
    'entities that multiply',
    'unreadable_file',
    () => workbook('<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><worksheet>&b;</worksheet>'),
  ],
  [
    'a hundred thousand bad rows',
    'unknown_service',
    () => Buffer.from(HEADINGS + '2022-07;ha-noi;x;1\n'.repeat(100_000)),
  ],
];

async function post(body: Buffer): Promise<{ status: number; receipt: Receipt }> {
  const answer = await fetch(`${server.address}/submissions?kind=monthly-return`, {
    method: 'POST',
    // A connection kept from before may have been closed while the file was made.
    headers: { Accept: 'application/json', 'Content-Type': 'text/csv', Cookie: cookie, Connection: 'close' },
    body: new Uint8Array(body),
  });
  return { status: answer.status, receipt: (await answer.json()) as Receipt };
}

/** Asks every 20 ms whether the server is well; in a thread of its own, which no work of these tests holds up. */
const OTHER = `
  const { parentPort, workerData } = require('node:worker_threads');
  let [longest, asking] = [0, true];
  parentPort.on('message', () => { asking = false; });
  (async () => {
    while (asking) {
      const asked = performance.now();
      if (!(await fetch(workerData)).ok) throw new Error('not well');
      longest = Math.max(longest, performance.now() - asked);
      await new Promise(go => setTimeout(go, 20));
    }
    parentPort.postMessage(longest);
    parentPort.close();
  })();`;

/** Does work while somebody else asks, and expects that nobody was harmed by it. */
async function unharmed(work: () => Promise<void>): Promise<void> {
  const other = new Worker(OTHER, { eval: true, workerData: `${server.address}/healthz` });
  let reader = 0;
  const looking = setInterval(() => {
    reader = Math.max(reader, ...readers().map(peakMemory));
  }, 20);
  try {
    await work();
  } finally {
    clearInterval(looking);
    other.postMessage('enough');
  }
  const [longest] = (await once(other, 'message')) as [number];
  expect(longest).toBeLessThan(LONGEST_WAIT * Math.max(1, (loadavg()[0] as number) / availableParallelism()));
  expect(reader).toBeLessThan(MOST_MEMORY.reader);
  expect(peakMemory(server.child.pid as number)).toBeLessThan(before + MOST_MEMORY.server);
  expect(server.child.exitCode).toBeNull();
}

/** The processes that read workbooks for the server; none where the system does not tell. */
function readers(): number[] {
  const { pid } = server.child;
  return told(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean).map(Number);
}

/** The most memory that a process ever held, in bytes; 0 where the system does not tell, or it has ended. */
function peakMemory(pid: number): number {
  return Number(/VmHWM:\s+(\d+)/.exec(told(`/proc/${pid}/status`))?.[1] ?? 0) * 1024;
}

function told(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

it.each(HOSTILE)(
  '%s is refused (%s)',
  async (_, code, make) => {
    const body = await make();
    await unharmed(async () => {
      const { status, receipt } = await post(body);
      expect(receipt.problems.map(p => p.code)).toContain(code);
      expect(receipt.problems[0]?.message).toMatch(/\S \S/);
      expect(status).toBe(422);
    });
  },
  PATIENCE,
);

it(
  'random bytes are refused, whatever they begin like',
  async () => {
    const starts = ['', 'PK\x03\x04', '\xff\xfe', '\xef\xbb\xbf', '[{', 'period;agency;service\n"'];
    const files = fc.sample(
      fc.tuple(fc.constantFrom(...starts), fc.uint8Array({ minLength: 1000, maxLength: 4000 })),
      { seed: 766, numRuns: 60 },
    );
    await unharmed(async () => {
      for (const [start, rest] of files) {
        const { status, receipt } = await post(Buffer.concat([Buffer.from(start, 'latin1'), rest]));
        expect(receipt).toMatchObject({ status: 'refused' });
        expect(status).toBe(422);
      }
    });
  },
  PATIENCE,
);

it(
  'the server then takes a good file, and ends in peace',
  async () => {
    for (const body of [
      sheet(MONTH),
      await workbook(`<worksheet><sheetData>${rows(texts('vi', 'vi'))}</sheetData></worksheet>`),
    ]) {
      const { status, receipt } = await post(body);
      expect(receipt).toMatchObject({ problems: [], rows: MONTH.length });
      expect(status).toBeLessThan(300);
    }
    expect(await end(server.child, 'SIGTERM')).toBe(0);
  },
  PATIENCE,
);
