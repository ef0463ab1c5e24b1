/** The statuses of a sample: complete at the start, restated when the regime changes, never going back. */
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Catalogue } from '../../src/kpi/catalogue.ts';
import { linesOf, realCatalogue, sampleOf } from './sheets.ts';

let catalogue: Catalogue;
beforeAll(async () => {
  catalogue = await realCatalogue();
});

describe('the statuses of a sample', () => {
  it('are all said in the first month, as levels before 2022-08-15, and restated as modes on that day', () => {
    const files = sampleOf(catalogue, { from: '2022-06', months: 4 }).filter(
      f => f.kind === 'service-status',
    );
    const [june, july, august] = files.map(f =>
      linesOf(f)
        .slice(2)
        .map(l => l.split(';')),
    );
    const pairs = 63 * 33 + 38;
    expect(june?.length).toBe(pairs);
    expect(june?.every(c => /^[1-4]$/.test(c[3] ?? '') && c[4] === '')).toBe(true);
    expect(july?.length).toBeLessThan(pairs / 3);
    const restated = august?.filter(c => c[0] === '2022-08-15');
    expect(restated?.length).toBe(pairs);
    expect(restated?.every(c => c[3] === '' && /^(information|partial|full)$/.test(c[4] ?? ''))).toBe(true);
  });

  it('never go back, and are not repeated by successors when provinces merge', () => {
    const files = sampleOf(catalogue, { from: '2025-06', months: 8 }).filter(
      f => f.kind === 'service-status',
    );
    const height = new Map<string, number>();
    for (const cells of files.flatMap(f => linesOf(f).slice(2)).map(l => l.split(';'))) {
      const key = `${cells[1]}|${cells[2]}`;
      const now = ['information', 'partial', 'full'].indexOf(cells[4] ?? '');
      expect(now).toBeGreaterThan(height.get(key) ?? -1);
      height.set(key, now);
    }
    const july = files.filter(f => f.name.startsWith('2025-07')).flatMap(f => linesOf(f).slice(2));
    expect(july.filter(l => l.includes('-2025;')).length).toBe(0);
    const later = files.filter(f => f.name > '2025-08').flatMap(f => linesOf(f).slice(2));
    expect(later.filter(l => l.includes('-2025;')).length).toBeGreaterThan(5);
  });
});
