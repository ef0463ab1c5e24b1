/** Every planted oddity can be found in the files where `plantedOddities` says it is. */
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Catalogue } from '../../src/kpi/catalogue.ts';
import { type OddityKind, plantedOddities } from '../../src/sample/oddities.ts';
import {
  count,
  RECEIVED,
  RESOLVED,
  realCatalogue,
  returnsIn,
  rowsOf,
  type SheetRow,
  sampleOf,
} from './sheets.ts';

const FROM = '2023-03';

describe('planted oddities', () => {
  let catalogue: Catalogue;
  let rows: SheetRow[];
  beforeAll(async () => {
    catalogue = await realCatalogue();
    rows = returnsIn(sampleOf(catalogue, { from: FROM, months: 12 }));
  });
  const oddity = (kind: OddityKind) => {
    const found = plantedOddities(FROM).find(o => o.kind === kind);
    if (!found) throw new Error(`no ${kind} is planted`);
    const agency = catalogue.agencyByCode.get(found.agency)?.nameVi ?? '';
    const service = catalogue.serviceByCode.get(found.service ?? '')?.nameVi ?? null;
    const at = (month: string) =>
      rows.filter(
        r => r.month === month && r.agency === agency && (service === null || r.service === service),
      );
    return { ...found, agency, at, month: found.months[0] ?? '' };
  };

  it('all fall in the first year, so that a sample of twelve months has them', () => {
    for (const { months } of plantedOddities(FROM)) {
      expect(months.length).toBeGreaterThan(0);
      expect(months.every(m => m >= FROM && m <= '2024-02')).toBe(true);
    }
  });

  it('a return is copied forward, number by number, once', () => {
    const { at, months } = oddity('copied_forward');
    expect(months).toEqual(['2023-07']);
    const counts = (month: string) => at(month).map(r => r.counts);
    expect(counts('2023-07')).toEqual(counts('2023-06'));
    expect(counts('2023-08')).not.toEqual(counts('2023-07'));
  });

  it('one province rounds its counts to tens, though not before', () => {
    const { at, months } = oddity('round_numbers');
    const round = (month: string) => {
      const all = at(month).flatMap(r => [...RECEIVED, ...RESOLVED].map(h => r.counts[h] ?? 1));
      return all.filter(n => n % 10 === 0).length / all.length;
    };
    expect(months.map(round)).toEqual([1, 1, 1]);
    expect(round('2023-05')).toBeLessThan(0.3);
  });

  it('one cell jumps twentyfold', () => {
    const { at, month } = oddity('jump');
    const direct = (m: string) => count(at(m)[0] as SheetRow, 'Tiếp nhận trực tiếp, bưu chính') ?? 0;
    expect(direct(month) / direct('2023-11')).toBeGreaterThan(12);
    expect(direct('2024-01') / direct('2023-11')).toBeLessThan(2);
  });

  it('a service online end to end has no online dossier for three months', () => {
    const { at, months } = oddity('online_without_dossiers');
    const online = (m: string) => count(at(m)[0] as SheetRow, 'Tiếp nhận trực tuyến');
    expect(months.map(online)).toEqual([0, 0, 0]);
    expect(online('2023-04')).toBeGreaterThan(0);
    expect(online('2023-08')).toBeGreaterThan(0);
  });

  it('social insurance reports a service it owes no return for', () => {
    const { at, months } = oddity('service_not_due');
    expect(months.map(m => at(m).length)).toEqual([1, 1, 1, 1, 1, 1]);
    expect(at('2023-09')).toEqual([]);
  });

  it('one province sends nothing for a month', () => {
    const { at, month } = oddity('missing');
    expect(at(month)).toEqual([]);
    expect(at('2023-07').length).toBeGreaterThan(20);
  });

  it('corrections bring back late dossiers that were first counted as in time, and nothing else', () => {
    const { at, months } = oddity('corrected');
    const corrections = sampleOf(catalogue, { from: FROM, months: 12 }).filter(f =>
      f.name.includes('correction'),
    );
    expect(corrections.map(f => f.name.slice(0, 7))).toEqual(months);
    for (const row of corrections.flatMap(rowsOf)) {
      const first = at(row.month).find(r => r.service === row.service) as SheetRow;
      expect(count(first, 'Giải quyết quá hạn')).toBe(0);
      expect(count(row, 'Giải quyết quá hạn')).toBeGreaterThan(0);
      expect(count(row, ...RESOLVED)).toBe(count(first, ...RESOLVED));
      const changed = Object.keys(row.counts).filter(h => row.counts[h] !== first.counts[h]);
      expect(changed).toEqual(['Giải quyết đúng hạn', 'Giải quyết quá hạn']);
    }
  });
});
