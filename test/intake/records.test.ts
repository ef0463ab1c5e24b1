/** The reader of records against the CSV library: the same cells, whatever stands in them and wherever a piece ends. */
import { isUtf8 } from 'node:buffer';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { visible, withoutInvisible } from '../../src/intake/encoding.ts';
import { BrokenQuotes, records } from '../../src/intake/records.ts';
import { rawRowsIn } from '../../src/intake/table.ts';

async function* inPieces(bytes: Buffer, ends: readonly number[]): AsyncGenerator<Buffer> {
  const cuts = [...new Set(ends.map(e => e % (bytes.length + 1)))].sort((a, b) => a - b);
  let from = 0;
  for (const to of [...cuts, bytes.length]) {
    yield bytes.subarray(from, to);
    from = to;
  }
}

/** The rows of a text, with headings of so many columns. */
async function read(
  text: string | Buffer,
  delimiter: string,
  ends: readonly number[] = [],
  width = 3,
): Promise<[number, string[]][]> {
  const rows: [number, string[]][] = [];
  for await (const batch of records(inPieces(Buffer.from(text), ends), delimiter, width))
    for (const { row, cells } of rawRowsIn(batch)) rows.push([row, cells]);
  return rows;
}

/** Without blank cells at the end of a row, which stand for nothing. */
function trimmed(rows: readonly [number, string[]][]): [number, string[]][] {
  return rows.map(([row, cells]) => [row, cells.slice(0, cells.findLastIndex(c => c !== '') + 1)]);
}

const holdsText = ([, cells]: [number, string[]]): boolean => cells.join('') !== '';

/** What the CSV library makes of a file; null when it, or we, do not take such bytes. */
function byLibrary(file: Buffer): [number, string[]][] | null {
  if (!isUtf8(file) || file.includes(0)) return null;
  try {
    const found: string[][] = parse(withoutInvisible(file.toString()), {
      delimiter: ';',
      relax_column_count: true,
      record_delimiter: ['\r\n', '\n'],
    });
    return found.map((cells, i) => [i + 1, cells.map(visible)]);
  } catch {
    return null;
  }
}

/** Where numbers end that stand for themselves. */
const NUMBERS = ['0', '00', '007', '9', '10', '999999999', '1000000000', '2147483648', '4294967301', '12e3'];

const cell = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...NUMBERS, '', '60', 'Hà Nội', '1.234', ' x ', 'a b', "'=1") },
  {
    weight: 2,
    arbitrary: fc.string({
      unit: fc.constantFrom('"', ';', ',', '\t', '\n', '\r\n', 'a', ' ', 'Đ'),
      maxLength: 6,
    }),
  },
);

describe('records', () => {
  it('are those of the CSV library, with every row counted', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(cell, { minLength: 1, maxLength: 4 }), { maxLength: 8 }),
        fc.constantFrom(';', ',', '\t'),
        fc.constantFrom('\n', '\r\n'),
        fc.boolean(),
        fc.boolean(),
        fc.array(fc.nat(), { maxLength: 6 }),
        fc.integer({ min: 1, max: 5 }),
        async (rows, delimiter, end, endsWithBreak, quoteAll, ends, width) => {
          const written = (text: string): string =>
            quoteAll || /["\r\n]/.test(text) || text.includes(delimiter)
              ? `"${text.replaceAll('"', '""')}"`
              : text;
          const text = rows.map(r => r.map(written).join(delimiter)).join(end) + (endsWithBreak ? end : '');
          const expected: string[][] = parse(text, {
            delimiter,
            relax_column_count: true,
            record_delimiter: ['\r\n', '\n'],
          });
          expect(trimmed(await read(text, delimiter, ends, width))).toEqual(
            trimmed(expected.map((cells, i) => [i + 1, cells])),
          );
        },
      ),
      { seed: 766, numRuns: 600 },
    );
  });

  it('are those of the CSV library whatever the bytes are, or both refuse them', async () => {
    const piece = fc.oneof(
      {
        weight: 6,
        arbitrary: fc.constantFrom('12', '012', '1.234', 'Hà Nội', 'Ha\u0300 No\u0323\u0302i', ' ', 'x'),
      },
      { weight: 8, arbitrary: fc.constantFrom(';', ';', '\n', '\n', '\r\n', '\n\n') },
      {
        weight: 2,
        arbitrary: fc.constantFrom('"', '""', '";"', '"\n', '\n"', ';"a\nb";', '\ufeff', '\u037e'),
      },
      {
        weight: 1,
        arbitrary: fc.constantFrom('y'.repeat(511), 'y'.repeat(512), 'y'.repeat(513), 'ỳ'.repeat(900), "'"),
      },
    );
    const odd = fc.oneof(
      { weight: 8, arbitrary: fc.constant([]) },
      { weight: 1, arbitrary: fc.constantFrom([0], [0xff], [0xc3], [0xe1, 0xbb], [0xed, 0xa0, 0x80]) },
    );
    const outcomes = { read: 0, refused: 0 };
    await fc.assert(
      fc.asyncProperty(
        fc.array(piece, { maxLength: 40 }),
        odd,
        fc.nat(),
        fc.array(fc.nat(), { maxLength: 5 }),
        async (texts, bytes, place, ends) => {
          const written = Buffer.from(texts.join(''));
          const at = place % (written.length + 1);
          const file = Buffer.concat([written.subarray(0, at), Buffer.from(bytes), written.subarray(at)]);
          const expected = byLibrary(file);
          outcomes[expected ? 'read' : 'refused'] += 1;
          // An invisible character alone on the last line is a blank row to one of them: nobody's data.
          if (expected)
            expect(trimmed(await read(file, ';', ends)).filter(holdsText)).toEqual(
              trimmed(expected).filter(holdsText),
            );
          else await expect(read(file, ';', ends)).rejects.toThrow();
        },
      ),
      { seed: 766, numRuns: 2500 },
    );
    expect(Math.min(outcomes.read, outcomes.refused)).toBeGreaterThan(500);
  });

  it('with a quote that is not closed, or stands inside a cell, are refused with their row', async () => {
    const broken: [string, number][] = [
      ['a;b\n1;2\n"x;3\n4;5\n6;7\n', 3],
      ['a;b\r\n1;2\r\nx"y";3\r\n4;5\r\n', 3],
      ['a;b\n"l1\nl2";2\n"x"y;3\n4;5\n', 3],
      ['a;b\n"l1\n\nl3";2\nx";3', 3],
    ];
    for (const [text, row] of broken) {
      for (const ends of [[], [3], [9, 10, 11], [14, 15]]) {
        await expect(read(text, ';', ends)).rejects.toMatchObject({ row });
        await expect(read(text, ';', ends)).rejects.toThrow(BrokenQuotes);
      }
    }
  });

  it('with a quote that is not closed are not gathered for ever', async () => {
    const text = `a;b\n"${'x;y\n'.repeat(500_000)}`;
    const ends = Array.from({ length: 20 }, (_, i) => i * 100_000);
    await expect(read(text, ';', ends)).rejects.toMatchObject({ row: 2 });
  });
});
