/** Index 766 by hand: points by component, thresholds, what is not measured, and what is too little. */
import { describe, expect, it } from '@jest/globals';
import { type IndexComponent, scoreIndex } from '../../src/kpi/index-766.ts';
import type { IndicatorId } from '../../src/kpi/indicators.ts';
import { compareRates, type Fraction } from '../../src/kpi/rate.ts';
import { DATA_FOLDER } from '../../src/store/migrate.ts';
import { referenceFromRows, referenceTables } from '../../src/store/reference-rows.ts';

const { indexComponents } = referenceFromRows(await referenceTables(DATA_FOLDER));

const over = (numerator: number, denominator: number): Fraction => ({ numerator, denominator });
const score = (
  rates: Partial<Record<IndicatorId, Fraction>>,
  components: IndexComponent[] = indexComponents,
) => scoreIndex(components, 'province', id => rates[id] ?? null);

describe('index 766', () => {
  it('has 100 points in its components, 40 of which the returns can feed', () => {
    const sum = (of: IndexComponent[]): number => of.reduce((n, c) => n + c.maxProvince, 0);
    expect(sum(indexComponents.filter(c => c.level === 'component'))).toBe(100);
    expect(sum(indexComponents.filter(c => c.level === 'group'))).toBe(100);
    const fed = indexComponents.filter(c => c.indicator);
    expect([sum(fed), fed.map(c => c.id)]).toEqual([40, ['2.1', '3.1', '3.2', '4.1', '4.4', '6.3']]);
  });

  it('adds up by hand', () => {
    const { points, max, lines } = score({
      on_time: over(900, 1000), // 0.9 × 20 = 18
      level_3_4_completion: over(15, 25), // 0.6 / 0.8 × 2 = 1.5
      services_with_dossiers: over(1, 3), // 4 / 3 = 1.333333
      results_digitised: over(0, 50), // 0
      data_reuse: over(85, 100), // from 80 % on all 2
      online_payment: over(3, 4), // 4.5
    });
    expect(lines.filter(l => l.points !== null).map(l => [l.component.id, l.points])).toEqual([
      ['2.1', 18],
      ['3.1', 1.5],
      ['3.2', 1.333333],
      ['4.1', 0],
      ['4.4', 2],
      ['6.3', 4.5],
    ]);
    expect([points, max]).toEqual([27.333333, 40]);
    expect(lines.filter(l => l.reason === 'not_measured')).toHaveLength(lines.length - 6);
  });

  it('leaves out what an agency has too little of, from the points and from the most points', () => {
    const { points, max, lines } = score({ on_time: over(40, 40), online_payment: over(0, 0) });
    expect([points, max]).toEqual([20, 20]);
    expect(lines.find(l => l.component.id === '6.3')).toMatchObject({ points: null, reason: 'too_little' });
  });

  it('is ranked by whole millionths: equal points are equal, however they came about', () => {
    const thirds = score({ services_with_dossiers: over(1, 3), on_time: over(1, 1) });
    const sixths = score({ services_with_dossiers: over(2, 6), on_time: over(7, 7) });
    const rate = (s: typeof thirds): Fraction => over(s.points, s.max);
    expect(compareRates(rate(thirds), rate(sixths))).toBe(0);
    expect(compareRates(over(21.333333, 24), over(21.333334, 24))).toBe(-1);
    expect(compareRates(over(10, 20), over(20, 40))).toBe(0);
  });
});
