/** Definitions of indicators: what ships can be counted; what could not is named, each by what is wrong. */
import { describe, expect, it } from '@jest/globals';
import { checkIndicators } from '../../src/kpi/check-indicators.ts';
import { INDICATOR_IDS, type IndicatorVersion, indicatorOn } from '../../src/kpi/indicators.ts';
import { REAL } from './country.ts';

/** The shipped definitions with every version of one id changed. */
const changed = (id: string, change: object): IndicatorVersion[] =>
  REAL.indicators.map(i => (i.id === id ? ({ ...i, ...change } as IndicatorVersion) : i));

const found = (versions: readonly IndicatorVersion[]) =>
  checkIndicators(versions).map(p => `${p.id} ${p.version} ${p.code} ${p.value}`);

describe('the definitions that ship', () => {
  it('can all be counted, and one is in force on any day', () => {
    expect(checkIndicators(REAL.indicators)).toEqual([]);
    for (const id of INDICATOR_IDS) {
      for (const day of ['1990-01-01', '2022-08-14', '2022-08-15', '2026-07-01', '2100-01-01']) {
        expect(indicatorOn(REAL, id, day).id).toBe(id);
      }
    }
  });

  it.each([
    ['level_3_4_completion', '2022-08-14', '2022-08-15'],
    ['end_to_end_services', '2022-08-14', '2022-08-15'],
    ['services_with_dossiers', '2022-08-14', '2022-08-15'],
    ['end_to_end_completion', '2026-06-30', '2026-07-01'],
  ] as const)('%s goes from version 1 on %s to version 2 on %s', (id, last, first) => {
    expect([indicatorOn(REAL, id, last).version, indicatorOn(REAL, id, first).version]).toEqual([1, 2]);
  });
});

describe('a definition is refused', () => {
  it.each([
    [
      'whose sum the ledger does not keep',
      { numerator: ['received_by_post'] },
      'unknown_sum received_by_post',
    ],
    ['without any sum', { denominator: [] }, 'unknown_sum '],
    ['that blanks would split', { denominator: ['received', 'payment_due'] }, 'blanks_differ payment_due'],
    ['whose rows are no count of rows', { rows: 'received' }, 'blanks_differ received'],
    ['of another kind than pages expect', { kind: 'returns', byDeadline: true }, 'wrong_kind returns'],
    ['with a version that is no number', { version: 1.5 }, 'bad_version 1.5'],
    ['with a minimum of none', { minimumDenominator: 0 }, 'bad_minimum 0'],
    ['with a target above 100 %', { target: 80 }, 'bad_target 80'],
    ['without a name in one language', { name: { vi: 'Tên', en: ' ' } }, 'missing_text Tên'],
  ])('%s', (_, change, problem) => {
    const version = 'version' in change ? change.version : 1;
    expect(found(changed('online_dossiers', change))).toEqual([`online_dossiers ${version} ${problem}`]);
  });

  it('that pages do not know, or that counts a delivery nobody reports', () => {
    const [first] = REAL.indicators;
    const unknown = { ...first, id: 'happiness' } as unknown as IndicatorVersion;
    expect(found([...REAL.indicators, unknown])).toEqual(['happiness 1 unknown_indicator happiness']);
    expect(found(changed('end_to_end_services', { delivered: 'fully' }))).toEqual([
      'end_to_end_services 1 unknown_delivery fully',
      'end_to_end_services 2 unknown_delivery fully',
    ]);
  });

  it.each([
    ['overlap', { 1: { validTo: '2026-07-31' } }, ['2 days_overlap 2026-07-01']],
    ['never end', { 1: { validTo: null } }, ['2 days_overlap 2026-07-01']],
    ['leave a day out', { 1: { validTo: '2026-06-29' } }, ['2 days_missing 2026-06-30']],
    ['begin late', { 1: { validFrom: '2022-01-01' } }, ['1 days_missing 2021-12-31']],
    ['end', { 2: { validTo: '2026-12-31' } }, ['2 days_missing 2027-01-01']],
  ] as const)('when its versions %s', (_, changes: Record<number, object>, problems) => {
    const versions = REAL.indicators.map(i =>
      i.id === 'end_to_end_completion' ? ({ ...i, ...changes[i.version] } as IndicatorVersion) : i,
    );
    expect(found(versions)).toEqual(problems.map(p => `end_to_end_completion ${p}`));
  });

  it('when a version stands twice, and when an indicator has none', () => {
    const twice = [...REAL.indicators, ...REAL.indicators.filter(i => i.id === 'overdue')];
    expect(found(twice)).toEqual([
      'overdue 1 duplicate_version 1',
      'overdue 1 duplicate_version 1',
      'overdue 1 days_overlap ',
    ]);
    expect(found(REAL.indicators.filter(i => i.id !== 'overdue'))).toEqual(['overdue 1 days_missing ']);
  });
});
