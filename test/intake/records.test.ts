/** The reader of records against the CSV library: the same cells, whatever stands in them and wherever a piece ends. */
import { describe, expect, it } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { BrokenQuotes, records } from '../../src/intake/records.ts';

async function* inPieces(text: string, ends: readonly number[]): AsyncGenerator<string> {
  const cuts = [...new Set(ends.map(e => e % (text.length + 1)))].sort((a, b) => a - b);
  let from = 0;
  for (const to of [...cuts, text.length]) {
    yield text.slice(from, to);
    from = to;
  }
}

async function read(
  text: string,
  delimiter: string,
  ends: readonly number[] = [],
): Promise<[number, string[]][]> {
  const rows: [number, string[]][] = [];
  for await (const batch of records(inPieces(text, ends), delimiter))
    for (const { row, cells } of batch) rows.push([row, cells]);
  return rows;
}

const cell = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('', '60', 'Hà Nội', '1.234', ' x ', 'a b') },
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
        async (rows, delimiter, end, endsWithBreak, quoteAll, ends) => {
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
          expect(await read(text, delimiter, ends)).toEqual(expected.map((cells, i) => [i + 1, cells]));
        },
      ),
      { seed: 766, numRuns: 600 },
    );
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
