/** Files made to do harm, and files that are merely wrong: each costs its sender an answer, and the rest nothing. */
import { mkdtempSync, rmSync, writeSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ZipFile } from 'yazl';
import { guessKind, openFile } from '../../src/intake/read.ts';
import type { FileSource } from '../../src/intake/source.ts';
import type { Problem } from '../../src/kpi/finding.ts';
import { freshDatabase, type TestDatabase } from '../support/database.ts';
import { COLUMNS, delimited, MONTH, texts } from './guises.ts';
import { ENGLISH, send, sheet, standing, UNFILLED, VIETNAMESE } from './sheets.ts';
import { archive, byLibrary, inlineRow, workbookParts } from './workbooks.ts';

const MEGABYTE = 1024 * 1024;

/** Reads a file to its end. */
async function read(source: FileSource): Promise<{ problems: Problem[]; count: number; rows: number }> {
  const file = await openFile(source, 'monthly-return', []);
  let rows = 0;
  if (file.problems.count === 0) for await (const batch of file.rows()) rows += batch.count;
  return { problems: file.problems.listed, count: file.problems.count, rows };
}

/** What a piece of work adds to the memory of this process at its height, in bytes, and the longest it holds up others, in ms. */
async function costOf(work: () => Promise<unknown>): Promise<{ memory: number; held: number }> {
  const before = process.memoryUsage().rss;
  let [height, held, last] = [before, 0, performance.now()];
  const clock = setInterval(() => {
    held = Math.max(held, performance.now() - last - 20);
    last = performance.now();
    height = Math.max(height, process.memoryUsage().rss);
  }, 20);
  try {
    await work();
    height = Math.max(height, process.memoryUsage().rss);
  } finally {
    clearInterval(clock);
  }
  return { memory: height - before, held };
}

describe('a spreadsheet', () => {
  it('of less than a megabyte that inflates to 300 is refused by its directory', async () => {
    const bytes = await archive({
      ...workbookParts([{ name: 'Sheet1', xml: '' }]),
      'xl/worksheets/sheet1.xml': Buffer.alloc(300 * MEGABYTE, '<row/>'),
    });
    expect(bytes.length).toBeLessThan(0.9 * MEGABYTE);
    const { memory, held } = await costOf(async () => {
      expect((await read(bytes)).problems).toMatchObject([
        { code: 'too_big', details: { what: 'inflated' } },
      ]);
    });
    expect(memory).toBeLessThan(100 * MEGABYTE);
    expect(held).toBeLessThan(500);
  });

  it('that lies about what it inflates to is stopped when more comes out', async () => {
    const bytes = await archive({
      ...workbookParts([{ name: 'Sheet1', xml: '' }]),
      'xl/worksheets/sheet1.xml': Buffer.alloc(150 * MEGABYTE, ' '),
    });
    // The size that the directory states for it.
    const size = Buffer.alloc(4);
    size.writeUInt32LE(150 * MEGABYTE);
    const small = Buffer.from(bytes);
    for (let at = small.indexOf(size); at >= 0; at = small.indexOf(size, at + 1))
      small.writeUInt32LE(1000, at);
    expect((await read(small)).problems).toMatchObject([{ code: 'too_big', details: { what: 'inflated' } }]);
  });

  it('whose texts fill the memory of its reader ends that reader alone', async () => {
    const texts = Buffer.from('<si><t>abcdefghij</t></si>'.repeat(7_000_000));
    const bytes = await archive({
      ...workbookParts([{ name: 'Sheet1', xml: '<sheetData/>' }]),
      'xl/sharedStrings.xml': Buffer.concat([Buffer.from('<sst>'), texts, Buffer.from('</sst>')]),
    });
    const { held } = await costOf(async () => {
      expect((await read(bytes)).problems).toMatchObject([{ code: 'too_big', details: { what: 'memory' } }]);
    });
    expect(held).toBeLessThan(1000);
  }, 90_000);

  it('whose texts are millions of nothings ends its reader alone', async () => {
    const bytes = await archive({
      ...workbookParts([{ name: 'Sheet1', xml: '<sheetData/>' }]),
      'xl/sharedStrings.xml': Buffer.from(`<sst>${'<si/>'.repeat(38_000_000)}</sst>`),
    });
    // One array that outgrows the memory: this is what a thread would not survive, nor the server with it.
    expect((await read(bytes)).problems).toMatchObject([{ code: 'too_big', details: { what: 'memory' } }]);
  }, 90_000);

  it('with ten thousand sheets is refused by its directory, with a hundred it is read', async () => {
    const sheets = (n: number) =>
      Array.from({ length: n }, (_, i) => ({ name: `S${i}`, xml: '<sheetData/>' }));
    const many = await archive(workbookParts(sheets(10_000)));
    expect((await read(many)).problems).toMatchObject([{ code: 'too_big', details: { what: 'parts' } }]);
    const rows = texts('vi', 'plain')
      .map((r, i) => inlineRow(i + 1, r))
      .join('');
    const some = [...sheets(40), { name: 'Số liệu', xml: `<sheetData>${rows}</sheetData>` }, ...sheets(60)];
    expect(await read(await archive(workbookParts(some)))).toMatchObject({ problems: [], rows: 3 });
  });

  it('wider than a thousand columns is refused with the row', async () => {
    const wide = (at: string) =>
      `<sheetData>${inlineRow(1, COLUMNS)}<row r="7"><c r="${at}"><v>1</v></c></row></sheetData>`;
    for (const at of ['XFD7', 'ZZZZZZZZ7', '7', '']) {
      const { problems } = await read(await archive(workbookParts([{ name: 'S', xml: wide(at) }])));
      expect(problems).toMatchObject([{ row: 7, code: 'too_big', details: { what: 'columns' } }]);
    }
  });

  it('with entities, cut parts, missing parts or sheets elsewhere is refused as damaged', async () => {
    const good = workbookParts([{ name: 'S', xml: `<sheetData>${inlineRow(1, COLUMNS)}</sheetData>` }]);
    const laughs =
      '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><worksheet>&b;</worksheet>';
    const bad: Record<string, string | null>[] = [
      { 'xl/worksheets/sheet1.xml': laughs },
      { 'xl/worksheets/sheet1.xml': '<worksheet><sheetData><row r="1"><c><v>1' },
      { 'xl/worksheets/sheet1.xml': null },
      { 'xl/workbook.xml': null, 'xl/workbook2.xml': '' },
      { 'xl/workbook.xml': 'no markup' },
      { 'xl/sharedStrings.xml': '<sst><si>' },
    ];
    for (const change of bad) {
      const parts = Object.entries({ ...good, ...change }).filter(
        (p): p is [string, string] => p[1] !== null,
      );
      const { problems } = await read(await archive(Object.fromEntries(parts)));
      expect(problems).toMatchObject([{ code: 'unreadable_file', details: { why: 'spreadsheet' } }]);
    }
    const outside = {
      ...good,
      'xl/_rels/workbook.xml.rels':
        good['xl/_rels/workbook.xml.rels']?.replace('worksheets/sheet1.xml', '../../../../etc/passwd') ?? '',
    };
    expect((await read(await archive(outside))).problems).toMatchObject([{ code: 'unreadable_file' }]);
  });

  /** A good workbook as the parts of it. */
  const good = (): Record<string, string> =>
    workbookParts([
      {
        name: 'S',
        xml: `<sheetData>${texts('vi', 'plain')
          .map((r, i) => inlineRow(i + 1, r))
          .join('')}</sheetData>`,
      },
    ]);

  /** An archive with entries as given, twice under one name or marked as links too. */
  async function entriesOf(entries: [name: string, content: string, mode?: number][]): Promise<Buffer> {
    const zip = new ZipFile();
    for (const [name, content, mode = 0o100644] of entries)
      zip.addBuffer(Buffer.from(content), name, { mode, compress: false });
    zip.end();
    return buffer(zip.outputStream);
  }

  it('with two parts of one name is refused, whichever of them is good', async () => {
    const parts = Object.entries(good());
    const sheetPart = 'xl/worksheets/sheet1.xml';
    for (const second of [sheetPart, 'xl/Worksheets/SHEET1.xml']) {
      const bytes = await entriesOf([...parts, [second, '<worksheet/>']]);
      expect((await read(bytes)).problems).toMatchObject([{ code: 'unreadable_file' }]);
    }
  });

  it('whose local headers say other than its directory is read by its directory alone', async () => {
    const bytes = await entriesOf(Object.entries(good()));
    const name = Buffer.from('xl/worksheets/sheet1.xml');
    const local = bytes.indexOf(name);
    bytes.write('xl/worksheets/sheetX.xml', local);
    bytes.writeUInt32LE(7, local - 12);
    expect(await read(bytes)).toMatchObject({ problems: [], rows: 3 });
  });

  it('with names that lead elsewhere, links and archives inside writes nothing and follows nothing', async () => {
    const bytes = await entriesOf(Object.entries(good()));
    // The library will not write such names, so they are put in place of others of the same length.
    const renamed = (to: string): Buffer =>
      Buffer.from(bytes.toString('latin1').replaceAll('xl/styles.xml', to), 'latin1');
    for (const to of ['../../etc/pas', '/etc/passwd12', 'C:/windows/12'])
      expect((await read(renamed(to))).problems).toMatchObject([{ code: 'unreadable_file' }]);
    const linked = await entriesOf([...Object.entries(good()), ['xl/link.xml', '/etc/passwd', 0o120777]]);
    expect(await read(linked)).toMatchObject({ problems: [], rows: 3 });
    const sheetIsLink = Object.entries(good()).map(([n, c]): [string, string, number] =>
      n.includes('sheet1') ? [n, '/etc/passwd', 0o120777] : [n, c, 0o100644],
    );
    expect((await read(await entriesOf(sheetIsLink))).problems).toMatchObject([{ code: 'unreadable_file' }]);
    const nested = await archive({ 'a.xlsx': bytes });
    expect((await read(nested)).problems).toMatchObject([
      { code: 'unsupported_type', details: { type: 'archive' } },
    ]);
  });

  it('with a text that it does not hold is refused: a blank would be a figure lost', async () => {
    const cell = (index: string): string => `<row r="2"><c t="s"><v>${index}</v></c></row>`;
    for (const index of ['99999999999', '1', '-1', 'x', '__proto__']) {
      const xml = `<sheetData>${inlineRow(1, COLUMNS)}${cell(index)}</sheetData>`;
      const bytes = await archive(workbookParts([{ name: 'S', xml }], { shared: '<si><t>a</t></si>' }));
      expect((await read(bytes)).problems).toMatchObject([{ code: 'unreadable_file' }]);
    }
  });

  it('with names of prototypes in its cells and headings harms nothing', async () => {
    const [headings = [], ...rows] = texts('vi', 'plain');
    const bytes = await byLibrary(s => void s.addRows([[...headings, '__proto__', 'constructor'], ...rows]));
    const { problems } = await read(bytes);
    expect(problems.map(p => [p.code, p.value])).toEqual([
      ['unknown_column', '__proto__'],
      ['unknown_column', 'constructor'],
    ]);
    const json = `[{"__proto__": {"polluted": 1}, "constructor": 2, "period": "2022-07", "hasOwnProperty": 1}]`;
    const codes = (await read(Buffer.from(json))).problems.filter(p => p.code === 'unknown_column');
    expect(codes.map(p => p.value)).toEqual(['__proto__', 'constructor', 'hasOwnProperty']);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});

describe('a file of another kind', () => {
  const utf16 = (text: string): string => Buffer.from(text, 'utf16le').toString('latin1');
  const FOREIGN: [type: string, make: () => Promise<Buffer> | Buffer][] = [
    ['xlsm', () => archive({ ...workbookParts([]), 'xl/vbaProject.bin': 'x' })],
    ['xlsb', () => archive({ '[Content_Types].xml': '', 'xl/workbook.bin': 'x' })],
    ['ods', () => archive({ mimetype: 'application/vnd.oasis.opendocument.spreadsheet', 'content.xml': '' })],
    ['word', () => archive({ '[Content_Types].xml': '', 'word/document.xml': '' })],
    ['slides', () => archive({ '[Content_Types].xml': '', 'ppt/presentation.xml': '' })],
    ['archive', () => archive({ 'thang-7.csv': 'x' })],
    [
      'xls',
      () => Buffer.from(`\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1${'\0'.repeat(600)}${utf16('Workbook')}`, 'latin1'),
    ],
    [
      'protected',
      () =>
        Buffer.from(
          `\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1${'\0'.repeat(MEGABYTE)}${utf16('EncryptedPackage')}`,
          'latin1',
        ),
    ],
    ['word', () => Buffer.from(`\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1${utf16('WordDocument')}`, 'latin1')],
    ['pdf', () => Buffer.from('%PDF-1.7\n')],
    ['picture', () => Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')],
    ['archive', () => Buffer.from('Rar!\x1a\x07', 'latin1')],
    ['html', () => Buffer.from('\ufeff<html><table><tr><td>Cơ quan</td></tr></table></html>')],
    ['html', () => Buffer.from('\ufeff<table><tr><td>Cơ quan</td></tr></table>', 'utf16le')],
    ['html', () => Buffer.from('MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n')],
    ['xml', () => Buffer.from('<?xml version="1.0"?><Workbook/>')],
  ];

  let database: TestDatabase;
  beforeAll(async () => {
    database = await freshDatabase();
  });
  afterAll(() => database.close());

  it.each(FOREIGN)('(%s) is refused with what to do instead, in both languages', async (type, make) => {
    const bytes = await make();
    expect((await read(bytes)).problems).toMatchObject([{ code: 'unsupported_type', details: { type } }]);
    expect(await guessKind(bytes)).toBe('monthly-return');
    const before = await standing(database.db);
    const [vi, en] = [await send(database.db, bytes), await send(database.db, bytes, { lang: 'en' })];
    expect(await standing(database.db)).toBe(before);
    for (const text of ['message', 'remedy'] as const) {
      const [inVi, inEn] = [vi.problems[0]?.[text] ?? '', en.problems[0]?.[text] ?? ''];
      expect(inVi.replace(/"[^"]*"/g, '')).not.toMatch(ENGLISH);
      expect(inEn.replace(/"[^"]*"/g, '')).not.toMatch(VIETNAMESE);
      for (const sentence of [inVi, inEn]) expect(sentence).not.toMatch(UNFILLED);
    }
  });
});

describe('text', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'toan-trinh-hostile-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** A file on disk: a beginning, then the same piece again and again. */
  async function fileOf(start: string, piece: string, megabytes: number): Promise<FileSource> {
    const path = join(folder, `${start.length}-${piece.length}-${megabytes}.csv`);
    const file = await open(path, 'w');
    writeSync(file.fd, start);
    const block = Buffer.from(piece.repeat(Math.ceil(MEGABYTE / Buffer.byteLength(piece))));
    for (let i = 0; i < megabytes; i++) writeSync(file.fd, block);
    await file.close();
    return { path };
  }

  const HEADINGS = `${COLUMNS.join(';')}\n`;

  it.each([
    ['a field of 100 MB', HEADINGS, 'x', 'too_big'],
    ['a field of 100 MB in Vietnamese letters', HEADINGS, 'ệ', 'too_big'],
    ['a quoted field of 100 MB', `${HEADINGS}"`, 'x', 'unreadable_file'],
    ['a quoted field of a hundred million lines', `${HEADINGS}"`, '\n', 'unreadable_file'],
    ['nothing but quotes', HEADINGS, '"', 'unreadable_file'],
    ['a heading without end', '', 'a;', 'too_big'],
  ])(
    'with %s is refused in bounded memory, and others are answered meanwhile',
    async (_, start, piece, code) => {
      const source = await fileOf(start, piece, 100);
      const { memory, held } = await costOf(async () => {
        const { problems, count } = await read(source);
        expect(problems.map(p => p.code)).toContain(code);
        expect(count).toBeLessThan(100_000);
        expect(Buffer.byteLength(JSON.stringify(problems))).toBeLessThan(MEGABYTE);
      });
      expect(memory).toBeLessThan(150 * MEGABYTE);
      expect(held).toBeLessThan(1000);
    },
  );

  it('with a million columns, or a row of them, is refused', async () => {
    const million = Array.from({ length: 1_000_000 }, (_, i) => `c${i}`).join(',');
    expect((await read(Buffer.from(`${million}\n1,2\n`))).problems).toMatchObject([
      { code: 'too_big', details: { what: 'columns' } },
    ]);
    expect((await read(Buffer.from(`${HEADINGS}${'1;'.repeat(400_000)}\n`))).problems).toMatchObject([
      { row: 2, code: 'too_big', details: { what: 'columns' } },
    ]);
    const keys = `[{${Array.from({ length: 100_000 }, (_, i) => `"c${i}":1`).join(',')}}]`;
    expect((await read(Buffer.from(keys))).problems).toMatchObject([{ row: 1, code: 'too_big' }]);
  });

  it('with a cell or the name of a unit beyond measure is refused with the row', async () => {
    expect((await read(Buffer.from(`${HEADINGS}${'x'.repeat(40_000)};1\n`))).problems).toMatchObject([
      { row: 2, code: 'too_big', details: { what: 'cell' } },
    ]);
    const database = await freshDatabase();
    try {
      const unit = 'x'.repeat(201);
      const receipt = await send(database.db, sheet([{ ...MONTH[0], unit }]));
      expect(receipt.problems).toMatchObject([
        { row: 2, column: 'unit', code: 'too_big', value: `${'x'.repeat(200)}…` },
      ]);
    } finally {
      await database.close();
    }
  });

  it('with a character that is none is refused, however it is written and wherever it stands', async () => {
    const row = MONTH[0] as Record<string, unknown>;
    const xml = inlineRow(1, COLUMNS) + inlineRow(2, ['2022-07', 'Hà_x0000_ Nội']);
    const files = [
      Buffer.from(`${HEADINGS}${'2022-07;x\n'.repeat(40_000)}2022-07;a\0b\n`),
      Buffer.from(JSON.stringify([{ ...row, agency: 'a\0b' }])),
      Buffer.from(JSON.stringify([{ ...row, 'a\0b': 1 }])),
      await archive(workbookParts([{ name: 'S', xml: `<sheetData>${xml}</sheetData>` }])),
    ];
    for (const bytes of files) {
      const { problems } = await read(bytes);
      expect(problems.at(-1)).toMatchObject({ code: 'unreadable_file', details: { why: 'binary' } });
    }
  });

  it('in JSON that is deep, long, broken or no array of rows is refused', async () => {
    const cases: [string, string][] = [
      ['['.repeat(1_000_000), 'unreadable_file'],
      [`[${'{},'.repeat(3_000_000)}{}]`, 'too_big'],
      ['[[1,2]]', 'unreadable_file'],
      ['[{"period":"2022-07"},3]', 'unreadable_file'],
      ['[{"period":', 'unreadable_file'],
      ['[]', 'empty_file'],
      [`[${'{},'.repeat(1000)}{}]`, 'missing_column'],
    ];
    for (const [text, code] of cases) {
      expect({ code: (await read(Buffer.from(text))).problems[0]?.code }).toEqual({ code });
    }
  });
});

describe('any bytes', () => {
  /** Beginnings that lead to each way of reading. */
  const STARTS = [
    '',
    'PK\x03\x04',
    '\xff\xfe',
    '\xfe\xff',
    '\xef\xbb\xbf',
    '\xd0\xcf\x11\xe0',
    '[{',
    'K\xfd b\xe1o c\xe1o;',
    'period;agency;service\n"',
  ];

  it('are a file or have problems: never an error, never figures', async () => {
    let tried = 0;
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...STARTS), fc.uint8Array({ maxLength: 600 }), async (start, rest) => {
        const bytes = Buffer.concat([Buffer.from(start, 'latin1'), rest]);
        expect((await read(bytes)).count).toBeGreaterThan(0);
        tried += 1;
      }),
      { seed: 766, numRuns: 2000 },
    );
    expect(tried).toBe(2000);
  });

  it('put in the place of others in a good file are read or have problems', async () => {
    const workbook = await archive(
      workbookParts([
        {
          name: 'S',
          xml: `<sheetData>${texts('vi', 'plain')
            .map((r, i) => inlineRow(i + 1, r))
            .join('')}</sheetData>`,
        },
      ]),
    );
    const text = Buffer.from(delimited(texts('vi', 'vi'), ';'));
    const json = Buffer.from(JSON.stringify(MONTH));
    const changes = fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { minLength: 1, maxLength: 8 });
    const damaged = (good: Buffer, at: readonly [number, number][]): Buffer => {
      const bytes = Buffer.from(good);
      for (const [place, byte] of at) bytes[place % bytes.length] = byte;
      return bytes;
    };
    const tried = async (good: Buffer, numRuns: number): Promise<void> =>
      fc.assert(
        fc.asyncProperty(changes, async at => {
          const { count, rows } = await read(damaged(good, at));
          expect(count + rows).toBeGreaterThan(0);
        }),
        { seed: 224, numRuns },
      );
    await tried(text, 500);
    await tried(json, 500);
    // A process is started for each that is still a workbook.
    await tried(workbook, 40);
  }, 120_000);
});
