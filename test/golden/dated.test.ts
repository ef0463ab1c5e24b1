/** The recount again over reference data in which eligibility, deadlines and leads change in the middle. */
import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { loadReference } from '../../src/store/reference.ts';
import { referenceTables } from '../../src/store/reference-rows.ts';
import { type Audit, DATA, openAudit, question } from './audit.ts';
import { endOf, type Sheet } from './raw.ts';
import { dutiesOf, INDICATORS } from './recount.ts';
import { fileOf, lot, returnsOf, STYLES, statusesOf } from './world.ts';

const MONTHS = ['2022-09', '2025-05', '2025-06', '2026-06', '2026-07'];
const draw = lot(20260701);
let audit: Audit;

/** A copy of `data/` in which the rows of one key in a table are others. */
function changed(folder: string, table: string, key: string, rows: readonly string[]): void {
  const file = join(folder, `${table}.csv`);
  const kept = readFileSync(file, 'utf8')
    .split('\n')
    .filter(line => line !== '' && !line.startsWith(`${key},`));
  writeFileSync(file, `${[...kept, ...rows].join('\n')}\n`);
}

beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'toan-trinh-golden-'));
  cpSync(DATA, folder, { recursive: true });
  // In the middle of months: what counts is what is in force on the last day.
  changed(folder, 'service_eligibility', 'dk-khai-sinh', ['dk-khai-sinh,2026-07-10,,false,']);
  changed(folder, 'service_eligibility', 'ho-chieu', [
    'ho-chieu,,2026-07-09,false,',
    'ho-chieu,2026-07-10,,true,',
  ]);
  changed(folder, 'service_eligibility', 'cap-dien-moi', ['cap-dien-moi,,,false,']);
  changed(folder, 'service_leads', 'ho-chieu', [
    'ho-chieu,bca,,2025-05-14,police,',
    'ho-chieu,bng,2025-05-15,2026-06-19,,',
    'ho-chieu,vpcp,2026-06-20,,,',
  ]);
  // A lead whose ministry ends before its time as lead does: its successor leads on.
  changed(folder, 'service_leads', 'dk-khai-tu', ['dk-khai-tu,bnv,,,,']);
  writeFileSync(
    join(folder, 'reporting_rules.csv'),
    'valid_from,valid_to,window_vi,window_en,deadline_day,note\n,2025-06-14,a,a,5,\n2025-06-15,,b,b,12,\n',
  );
  audit = await openAudit(folder);
  await loadReference(audit.database.db, await referenceTables(folder));
  const duty = dutiesOf(audit.data);
  await audit.take(statusesOf(duty, '2022-08-20', 'both', 0.3, draw));
  await audit.take(statusesOf(duty, '2025-07-10', 'mode', 0.7, draw));
  for (const month of MONTHS) {
    const all = returnsOf(audit.data, duty, month, draw);
    const fifth = Date.parse(`${endOf(month)}T17:00:00Z`) + 5 * 86_400_000;
    const files: Sheet[] = [
      fileOf(audit.data, all.slice(0, all.length / 2), STYLES[0]!, fifth - 1),
      fileOf(audit.data, all.slice(all.length / 2), STYLES[1]!, fifth),
    ];
    for (const file of files) await audit.take(file);
  }
});
afterAll(() => audit?.database.close());

describe('dated reference data', () => {
  it.each([...MONTHS, '2025-Q2', '2026-Q2', '2026-H1', '2026-Q3'])(
    'of %s counts by the eligibility, deadline and lead of its last day',
    async period => {
      for (const side of [
        { kind: 'province', view: 'own' },
        { kind: 'ministry', view: 'own' },
        { kind: 'ministry', view: 'sector' },
      ] as const) {
        for (const indicator of INDICATORS) await audit.compare(question({ ...side, indicator, period }));
      }
    },
  );

  it('leaves services that are not eligible out of end-to-end completion only from 2026-07-01 on', async () => {
    const rows = async (indicator: string, period: string) => {
      const doc = await audit.ranking(question({ indicator, period }));
      return { rows: doc.national.coverage.rows as number, doc };
    };
    const june = await rows('end_to_end_completion', '2026-06');
    const july = await rows('end_to_end_completion', '2026-07');
    expect([june.doc.indicator.version, july.doc.indicator.version]).toEqual([1, 2]);
    expect(june.rows).toBe((await rows('online_dossiers', '2026-06')).rows);
    expect(july.rows).toBeLessThan((await rows('online_dossiers', '2026-07')).rows);
    expect(july.doc.ranked.every(r => r.change === null)).toBe(true);
  });

  it('hands a status down a chain of leads: the passport of the police, then two other ministries', async () => {
    const asked = { indicator: 'level_3_4_completion', kind: 'ministry', view: 'own' } as const;
    for (const period of ['2022-09', '2025-05', '2026-07']) {
      for (const catalogue of ['essential-25', 'essential-53']) {
        await audit.compare(question({ ...asked, period, catalogue }));
      }
    }
  });
});
