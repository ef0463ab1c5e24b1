/** What an export looks like to a spreadsheet, byte by byte. */
import { describe, expect, it } from '@jest/globals';
import { INVENTED_MARK } from '../../src/kpi/invented.ts';
import { toCsv } from '../../src/render/csv.ts';

describe('a CSV export', () => {
  it('begins with a byte order mark and ends every line with CRLF', () => {
    expect(toCsv({ columns: ['a', 'b'], rows: [{ a: 1, b: 'Đắk Lắk' }] }, false)).toBe(
      '\uFEFFa,b\r\n1,Đắk Lắk\r\n',
    );
  });

  it('has its headings even when there are no rows', () => {
    expect(toCsv({ columns: ['a', 'b'], rows: [] }, false)).toBe('\uFEFFa,b\r\n');
  });

  it('quotes separators, quotes and line breaks', () => {
    const text = toCsv({ columns: ['a'], rows: [{ a: 'x,"y"\nz' }] }, false);
    expect(text).toBe('\uFEFFa\r\n"x,""y""\nz"\r\n');
  });

  it.each(['=1+1', '+84', '-dash', '@cmd', '\tx', '\rx'])('makes the text %j harmless', text => {
    const line = toCsv({ columns: ['a'], rows: [{ a: text }] }, false)
      .split('\r\n')
      .slice(1)
      .join('\r\n');
    expect(line.replace(/^"/, '').startsWith(`'${text.slice(0, 1)}`)).toBe(true);
  });

  it('leaves negative numbers numbers, in full precision', () => {
    expect(toCsv({ columns: ['a', 'b'], rows: [{ a: -3, b: 2 / 3 }] }, false)).toContain(
      '-3,0.6666666666666666',
    );
  });

  it('leaves a cell blank for what is not known', () => {
    expect(toCsv({ columns: ['a', 'b', 'c'], rows: [{ a: null, c: 0 }] }, false)).toContain('\r\n,,0\r\n');
  });

  it('says on every row that figures are invented, and has no such column when none are', () => {
    const table = { columns: ['a'], rows: [{ a: 1 }, { a: 2 }] };
    expect(toCsv(table, true)).toBe(`\uFEFFa,data_note\r\n1,${INVENTED_MARK}\r\n2,${INVENTED_MARK}\r\n`);
    expect(toCsv(table, false)).not.toContain('data_note');
  });
});
