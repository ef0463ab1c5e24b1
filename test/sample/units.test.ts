/** Invented communes: they add up to their province, keep every rule themselves, and carry over their own. */
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Catalogue } from '../../src/kpi/catalogue.ts';
import { addMonths } from '../../src/kpi/month.ts';
import { chanceOf } from '../../src/sample/chance.ts';
import { deal } from '../../src/sample/units.ts';
import {
  brokenRules,
  count,
  groups,
  PENDING,
  realCatalogue,
  returnsIn,
  type SheetRow,
  sampleOf,
} from './sheets.ts';

describe('a sample with communes', () => {
  const OFFICES = [
    'ha-noi',
    'nghe-an',
    'son-la',
    'thanh-hoa',
    'ha-tinh',
    'bac-giang',
    'bac-ninh',
    'bac-ninh-2025',
    'evn',
  ];
  let catalogue: Catalogue;
  let communes: SheetRow[];
  let provinces: SheetRow[];
  beforeAll(async () => {
    catalogue = await realCatalogue(OFFICES);
    const options = { from: '2024-12', months: 9 };
    communes = returnsIn(sampleOf(catalogue, { ...options, units: 'commune' })).filter(r => r.unit !== null);
    provinces = returnsIn(sampleOf(catalogue, options)).filter(r => /^(Tỉnh|Thành phố) /.test(r.agency));
  });

  it('has 168 to a province before July 2025 and 98 after, in a file per province and month', () => {
    const unitsOf = (agency: string, month: string) =>
      communes
        .filter(r => r.agency === agency && r.month === month && /khai-sinh$/.test(r.service))
        .map(r => r.unit);
    expect(unitsOf('Thành phố Hà Nội', '2025-06').length).toBe(168 * 2);
    expect(unitsOf('Tỉnh Bắc Giang', '2025-06')[167]).toBe('Xã mẫu 168');
    expect(unitsOf('Tỉnh Bắc Giang', '2025-07')).toEqual([]);
    expect(new Set(unitsOf('Tỉnh Bắc Ninh', '2025-07')).size).toBe(98);
    for (const [file, rows] of groups(communes, r => r.file)) {
      expect([file, new Set(rows.map(r => `${r.agency} ${r.month}`)).size]).toEqual([file, 1]);
    }
  });

  it('adds up to the figures of the province, blank by blank', () => {
    const codes = new Map(catalogue.services.map(s => [s.code, s.nameVi]));
    const sums = new Map<string, Record<string, number | null>>();
    for (const row of communes) {
      const key = `${row.month}|${row.agency}|${codes.get(row.service)}`;
      const sum = sums.get(key);
      if (!sum) sums.set(key, { ...row.counts });
      else
        for (const [h, n] of Object.entries(row.counts))
          sum[h] = n === null || sum[h] == null ? null : sum[h] + n;
    }
    expect(sums.size).toBe(provinces.length);
    const differing = provinces.filter(
      row =>
        JSON.stringify(sums.get(`${row.month}|${row.agency}|${row.service}`)) !== JSON.stringify(row.counts),
    );
    expect(differing).toEqual([]);
  });

  it('keeps every rule of a monthly return in every commune', () => {
    expect(communes.length).toBeGreaterThan(200_000);
    expect(communes.flatMap(row => brokenRules(row)).slice(0, 5)).toEqual([]);
  });

  it('carries over in each commune what it had pending itself', () => {
    const nghean = communes.filter(r => r.agency === 'Tỉnh Nghệ An');
    const pending = new Map(nghean.map(r => [`${r.month}|${r.unit}|${r.service}`, count(r, ...PENDING)]));
    const later = nghean.filter(r => r.month > '2024-12' && r.month < '2025-07');
    const wrong = later.filter(
      r =>
        count(r, 'Kỳ trước chuyển sang') !== pending.get(`${addMonths(r.month, -1)}|${r.unit}|${r.service}`),
    );
    expect(later.length).toBe(6 * 168 * new Set(later.map(r => r.service)).size);
    expect(wrong.slice(0, 3)).toEqual([]);
  });
});

describe('dealing out a whole', () => {
  it('adds up, in whole numbers, and never gives more than the weight', () => {
    for (let i = 0; i < 2000; i++) {
      const chance = chanceOf('deal', i);
      const weights = Array.from({ length: 1 + Math.floor(chance() * 40) }, () =>
        Math.floor(chance() ** 3 * 50),
      );
      const all = weights.reduce((a, b) => a + b, 0);
      const whole = Math.floor(chance() * (all + 1));
      const parts = deal(chance, whole, weights);
      expect(parts.reduce((a, b) => a + b, 0)).toBe(whole);
      expect(parts.every((part, n) => part >= 0 && part <= (weights[n] ?? 0))).toBe(true);
    }
  });

  it('gives nothing of nothing', () => {
    expect(deal(chanceOf('x'), 0, [0, 0, 3])).toEqual([0, 0, 0]);
    expect(deal(chanceOf('x'), 0, [])).toEqual([]);
  });
});
