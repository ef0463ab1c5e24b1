/** A year of the sample through the door: every planted oddity is found, and nearly nobody else is bothered. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Receipt } from '../../src/intake/receipt.ts';
import type { WarningCode } from '../../src/kpi/finding.ts';
import { type Period, parsePeriod } from '../../src/kpi/month.ts';
import { agenciesOf, buildQuality, monthsForQuality, type Quality } from '../../src/kpi/quality.ts';
import { recount } from '../../src/recount/recount.ts';
import { plantedOddities } from '../../src/sample/oddities.ts';
import { factsFor } from '../../src/store/facts.ts';
import { tensOf } from '../../src/store/quality.ts';
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

describe('the quality sheets of that year', () => {
  /** What stands on the sheets, as `AGENCY MONTH SERVICE`; copied and round returns name no service. */
  const sheets = new Map<string, string[]>();
  const on = (check: string): string[] => [...new Set(sheets.get(check) ?? [])].sort();
  beforeAll(async () => {
    const { db } = database;
    const catalogue = await catalogueAt(db, null);
    const first = parsePeriod('2023-YTD-12') as Period;
    const months = [...first.months.slice(2), '2024-01', '2024-02'];
    const year = { id: FROM, months, first: FROM, last: '2024-02' };
    const facts = await factsFor(db, monthsForQuality(catalogue, year), null);
    const frame = {
      ...{
        catalogue: 'essential-53',
        view: 'own' as const,
        boundaries: '2024-02-29',
        withoutVertical: false,
      },
    };
    const tens = await tensOf(
      db,
      months,
      catalogue.agencies.map(a => a.code),
      facts.asOf,
    );
    const note = (check: string, line: string): void => {
      sheets.set(check, [...(sheets.get(check) ?? []), line]);
    };
    for (const { code, kind } of catalogue.agencies) {
      if (kind === 'group' || agenciesOf(catalogue, code, frame).length === 0) continue;
      const quality: Quality = buildQuality(catalogue, facts, code, year, frame, tens);
      for (const r of quality.missing) note('missing', `${code} ${r.month}`);
      for (const { code: check, details } of quality.odd) {
        const { month, last, service } = details;
        note(check, [code, month ?? last, service].filter(Boolean).join(' '));
      }
    }
  }, 300_000);

  it('name the copied return, by the month that it repeats, and no other', () => {
    const [{ agency } = { agency: '' }] = planted('copied_forward');
    expect(on('copied_forward')).toEqual([`${agency} 2023-06`]);
    expect(on('carried_over_mismatch').every(line => line.startsWith(`${agency} 2023-0`))).toBe(true);
    expect(on('carried_over_mismatch').length).toBeGreaterThan(20);
  });

  it('name the rounded months, and no other', () => {
    const [oddity] = planted('round_numbers');
    expect(on('round_numbers')).toEqual(oddity?.months.map(m => `${oddity.agency} ${m}`));
  });

  it('name the jump, and no season', () => {
    const [oddity] = planted('jump');
    expect(on('jump')).toEqual([`${oddity?.agency} ${oddity?.months[0]} ${oddity?.service}`]);
  });

  it('name the service that is online on paper only', () => {
    const [oddity] = planted('online_without_dossiers');
    expect(on('online_without_dossiers')).toEqual([
      `${oddity?.agency} ${oddity?.months[2]} ${oddity?.service}`,
    ]);
  });

  it('name the month that an office left out, so that every other office has a clean sheet', () => {
    const silent = planted('missing').flatMap(o => o.months.map(m => `${o.agency} ${m}`));
    expect(on('missing')).toEqual(expect.arrayContaining(silent));
    const kinds = [
      'copied_forward',
      'round_numbers',
      'jump',
      'online_without_dossiers',
      'carried_over_mismatch',
    ];
    const named = new Set(kinds.flatMap(on).map(line => line.split(' ')[0]));
    const marked = ['copied_forward', 'round_numbers', 'jump', 'online_without_dossiers'].flatMap(planted);
    expect([...named].sort()).toEqual(marked.map(o => o.agency).sort());
  });
});
