/** Random files one after another, and after each a few random questions: page and recount never part. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { RankingDocument } from '../../src/web/documents.ts';
import { type Audit, openAudit, question } from './audit.ts';
import { endOf, type Sheet } from './raw.ts';
import { dutiesOf, INDICATORS, type Question } from './recount.ts';
import { fileOf, lot, STYLES, statusesOf, tasksOf, validCounts } from './world.ts';

const MONTHS = ['2022-07', '2022-09', '2025-06', '2025-07', '2026-07'];
/** Few offices and services, so that files meet each other. */
const AGENCIES = [
  'ha-noi',
  'hue',
  'thua-thien-hue',
  'binh-duong',
  'ho-chi-minh',
  'ho-chi-minh-2025',
  'bca',
  'evn',
];
const SERVICES = ['dk-khai-sinh', 'ho-chieu', 'cap-doi-cccd', 'cap-dien-moi', 'doi-gplx', 'phieu-lltp'];

let audit: Audit;
beforeAll(async () => {
  audit = await openAudit();
});
afterAll(() => audit?.database.close());

const row = fc.record({
  agency: fc.constantFrom(...AGENCIES),
  service: fc.constantFrom(...SERVICES),
  units: fc.constantFrom([''], [''], ['Xã A'], ['Xã B', 'Xã C']),
  counts: fc.array(validCounts, { minLength: 2, maxLength: 2 }),
});
const returnsFile = fc.record({
  month: fc.constantFrom(...MONTHS),
  rows: fc.uniqueArray(row, { minLength: 1, maxLength: 12, selector: r => `${r.agency}|${r.service}` }),
  style: fc.constantFrom(...STYLES),
  daysLate: fc.integer({ min: -3, max: 3 }),
});
const asked = fc.record({
  indicator: fc.constantFrom(...INDICATORS),
  side: fc.constantFrom(
    { kind: 'province', view: 'own' } as const,
    { kind: 'ministry', view: 'own' } as const,
    { kind: 'ministry', view: 'sector' } as const,
  ),
  period: fc.constantFrom(...MONTHS, '2022-Q3', '2025-H1', '2025-Q3', '2025-YTD-07', '2026-Q3'),
  catalogue: fc.constantFrom('essential-25', 'essential-53', 'qd422-2022', 'qd206-2024'),
  boundaries: fc.constantFrom(null, null, '2022-01-01', '2025-01-01', '2025-07-01', '2026-09-20'),
  withoutVertical: fc.boolean(),
});

it('page and recount agree after every file', async () => {
  const duty = dutiesOf(audit.data);
  const draw = lot(7);
  const told: { put: Question; doc: RankingDocument }[] = [];
  const property = fc.asyncProperty(
    returnsFile,
    fc.option(fc.constantFrom('2022-06-01', '2022-09-01', '2025-06-15', '2025-08-01', '2026-09-05'), {
      freq: 4,
    }),
    fc.option(fc.nat(12), { freq: 4 }),
    fc.array(asked, { minLength: 4, maxLength: 8 }),
    async (file, statusDay, tasks, questions) => {
      const { month, rows, style, daysLate } = file;
      const there = new Set(duty.agencies(endOf(month)).map(a => a.code));
      const returns = rows
        .filter(r => there.has(r.agency))
        .flatMap(({ agency, service, units, counts }) =>
          units.map((unit, i) => ({ month, agency, service, unit, counts: counts[i] ?? {} })),
        );
      const files: Sheet[] = [];
      if (returns.length) {
        files.push(fileOf(audit.data, returns, style, duty.deadline(month) + daysLate * 86_400_000));
      }
      if (statusDay)
        files.push(statusesOf(duty, statusDay, draw.oneOf(['level', 'mode', 'both']), 0.9, draw));
      if (tasks) files.push(tasksOf(audit.data, tasks, draw, duty.deadline(month)));
      for (const sheet of files) await audit.take(sheet);
      for (const { side, ...q } of questions) {
        const put = question({ ...q, ...side });
        told.push({ put, doc: await audit.compare(put) });
      }
    },
  );
  await fc.assert(property, { seed: 766, numRuns: 40, endOnFailure: true });
  expect(audit.sheets.length).toBeGreaterThan(25);
  // Every fifth answer is asked for again as of its instant: nothing that came later has slipped into it.
  for (const { put, doc } of told.filter((_, i) => i % 5 === 0)) {
    expect(await audit.ranking(put, doc.as_of)).toEqual(doc);
  }
});
