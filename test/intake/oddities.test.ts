/** A year of the sample through the door: every planted oddity is found, and nearly nobody else is bothered. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Receipt } from '../../src/intake/receipt.ts';
import type { WarningCode } from '../../src/kpi/finding.ts';
import { recount } from '../../src/recount/recount.ts';
import { plantedOddities } from '../../src/sample/oddities.ts';
import { catalogueAt } from '../../src/store/reference.ts';
import { sampleOf } from '../sample/sheets.ts';
import { freshDatabase, type TestDatabase } from '../support/database.ts';
import { ENGLISH, sent, UNFILLED, VIETNAMESE } from './sheets.ts';

const FROM = '2023-03';
const HISTORY: WarningCode[] = [
  'carried_over_mismatch',
  'copied_forward',
  'jump',
  'round_numbers',
  'online_without_dossiers',
];
/** A season that comes once a year and that one office alone cannot show in its first year. */
const EXAM = 'thi-thpt-xet-tuyen';

let database: TestDatabase;
const found: (Receipt['warnings'][number] & { month: string })[] = [];
let cells = 0;
beforeAll(async () => {
  database = await freshDatabase();
  const { db } = database;
  const catalogue = await catalogueAt(db, null);
  for (const [i, file] of sampleOf(catalogue, { from: FROM, months: 12 }).entries()) {
    const { bytes, kind, name: fileName, receivedAt } = file;
    const receipt = await sent(db, bytes, { kind, fileName, receivedAt, lang: i % 2 ? 'vi' : 'en' });
    expect(receipt.warning_count).toBe(receipt.warnings.length);
    for (const w of receipt.warnings) found.push({ ...w, month: fileName.slice(0, 7) });
    cells += kind === 'monthly-return' ? receipt.rows : 0;
    const text = receipt.warnings.map(w => `${w.message} ${w.remedy}`).join('\n');
    expect(text).not.toMatch(i % 2 ? ENGLISH : VIETNAMESE);
    expect(text).not.toMatch(UNFILLED);
  }
}, 300_000);
afterAll(() => database.close());

const planted = (kind: string) => plantedOddities(FROM).filter(o => o.kind === kind);
const of = (code: string) => found.filter(w => w.code === code);

describe('a year of the sample', () => {
  it.each(['copied_forward', 'round_numbers'])('%s is found in its months and nowhere else', code => {
    const [oddity] = planted(code);
    expect(of(code).map(w => [w.value, w.month])).toEqual(oddity?.months.map(m => [oddity.agency, m]));
  });

  it('the jump is found; besides it only the season of examinations is taken for one', () => {
    const [oddity] = planted('jump');
    const jumps = of('jump').filter(w => w.value !== EXAM);
    expect(jumps.map(w => [w.value, w.month])).toEqual([[oddity?.service, oddity?.months[0]]]);
  });

  it('a service online without a dossier is found after three months and nowhere else', () => {
    const [oddity] = planted('online_without_dossiers');
    expect(of('online_without_dossiers').map(w => w.month)).toEqual(oddity?.months.slice(2));
  });

  it('stocks that do not fit are those of the copied return, which carries its old ones over', () => {
    const months = planted('copied_forward').flatMap(o => o.months);
    expect(of('carried_over_mismatch').length).toBeGreaterThan(20);
    expect(new Set(of('carried_over_mismatch').map(w => w.month))).toEqual(new Set(months));
  });

  it('false alarms are fewer than one in a thousand (agency, service, month)', () => {
    const exam = of('jump').filter(w => w.value === EXAM).length;
    const all = found.filter(w => HISTORY.some(code => code === w.code)).length;
    expect(all).toBeGreaterThan(0);
    expect(exam / cells).toBeLessThan(0.001);
  });

  it('is recounted from its files without a difference', async () => {
    const differences: object[] = [];
    const done = await recount(database.db, null, d => differences.push(d));
    expect(differences).toEqual([]);
    expect(done.months).toHaveLength(12);
  });
});
