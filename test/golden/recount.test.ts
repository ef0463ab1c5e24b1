/** Every number of the rankings equals an independent recount of the files, before and after corrections. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Audit, handWritten, openAudit, question } from './audit.ts';
import { endOf } from './raw.ts';
import { dutiesOf, INDICATORS, type Question } from './recount.ts';
import { fileOf, lot, type Return, returnsOf, STYLES, statusesOf, tasksOf } from './world.ts';

const MONTHS = [
  '2022-07',
  '2022-08',
  '2022-09',
  '2025-02',
  '2025-03',
  '2025-06',
  '2025-08',
  '2026-06',
  '2026-07',
];
const SIDES = [
  { kind: 'province', view: 'own' },
  { kind: 'ministry', view: 'own' },
  { kind: 'ministry', view: 'sector' },
] as const;
const draw = lot(20220106);
/** When the tasks were told of. */
const TOLD = Date.parse('2026-09-01T09:00:00+07:00');

let audit: Audit;
const returns = new Map<string, Return[]>();

beforeAll(async () => {
  audit = await openAudit();
  const duty = dutiesOf(audit.data);
  await audit.take(statusesOf(duty, '2022-06-30', 'level', 0.2, draw));
  await audit.take(statusesOf(duty, '2022-08-15', 'mode', 0.3, draw));
  await audit.take(statusesOf(duty, '2024-12-31', 'both', 0.4, draw));
  await audit.take(statusesOf(duty, '2025-08-05', 'mode', 0.6, draw));
  for (const month of MONTHS) {
    const all = returnsOf(audit.data, duty, month, draw);
    returns.set(month, all);
    // The deadline is the instant that ends the day: one office a millisecond before it, one at it.
    const late = duty.deadline(month);
    for (const [i, receivedAt] of [late - 86_400_000, late - 1, late].entries()) {
      const some = all.filter(r => r.agency.length % 3 === i);
      await audit.take(fileOf(audit.data, some, STYLES[i] as (typeof STYLES)[number], receivedAt));
    }
  }
  await audit.take(handWritten('ha-noi-2022-07.csv', 'monthly-return', '2022-08-20T09:00:00+07:00'));
  await audit.take(tasksOf(audit.data, 120, lot(46), TOLD));
});
afterAll(() => audit?.database.close());

function everyQuestion(period: string, change: Partial<Question> = {}): Question[] {
  const scopes = change.catalogue ? [change.catalogue] : ['essential-25', 'essential-53'];
  return scopes.flatMap(catalogue =>
    SIDES.flatMap(side =>
      INDICATORS.map(indicator => question({ ...side, indicator, period, ...change, catalogue })),
    ),
  );
}

describe('the rankings equal the recount', () => {
  it.each(MONTHS)('of %s, for every indicator, kind, view and scope', async month => {
    for (const q of everyQuestion(month)) await audit.compare(q);
  });

  it.each(['2022-Q3', '2025-Q1', '2025-H1', '2025-H2', '2025-YTD-08', '2026-Q3'])(
    'of %s: flows add up, pending is the last month’s',
    async period => {
      for (const q of everyQuestion(period, { catalogue: 'essential-53' })) await audit.compare(q);
    },
  );

  it('without the services of vertical branches', async () => {
    for (const q of everyQuestion('2025-03', { withoutVertical: true })) await audit.compare(q);
  });
});

describe('boundaries', () => {
  const DAYS = ['2022-01-01', '2025-01-01', '2025-03-01', '2025-06-30', '2025-07-01', '2026-09-20'];
  it.each(DAYS)('of %s fold every month as the recount does', async boundaries => {
    for (const month of ['2025-02', '2026-07']) {
      const asked = everyQuestion(month, { boundaries, catalogue: 'essential-53' });
      for (const q of asked.filter(a => a.kind === 'province' || a.view === 'sector')) await audit.compare(q);
    }
  });

  it('of 2025-07-01 add the 63 up to 34 for any earlier month, and the country stays the same', async () => {
    for (const month of ['2022-07', '2022-09', '2025-02', '2025-06']) {
      for (const indicator of INDICATORS) {
        const own = await audit.ranking(question({ indicator, period: month }));
        const folded = await audit.ranking(question({ indicator, period: month, boundaries: '2025-07-01' }));
        expect(own.ranked.length + own.not_ranked.length).toBe(63);
        expect(folded.ranked.length + folded.not_ranked.length).toBe(34);
        expect(folded.national).toEqual(own.national);
        // Points are no sums; tasks of an office that told of none stand in a rate only beside those of others.
        if (indicator === 'index_766' || indicator === 'directives_done') continue;
        const sum = (doc: typeof own, part: 'numerator' | 'denominator'): number =>
          [...doc.ranked, ...doc.not_ranked].reduce((total, r) => total + (r[part] ?? 0), 0);
        expect(sum(folded, 'numerator')).toBe(sum(own, 'numerator'));
        expect(sum(folded, 'denominator')).toBe(sum(own, 'denominator'));
      }
    }
  });
});

describe('a correction', () => {
  const MONTH = '2025-06';
  const REST = { period: MONTH, catalogue: 'essential-53' };

  it('changes what it says and nothing else; the instant before it still gives the old numbers', async () => {
    const asked = everyQuestion(MONTH);
    const before = [];
    for (const q of asked) before.push(await audit.ranking(q));
    const asOf = before[0]?.as_of as string;

    const all = returns.get(MONTH) as Return[];
    const plain = all.filter(r => r.unit === '');
    const taken = new Set<Return>();
    const pick = (fits: (r: Return) => boolean, many: number): Return[] => {
      const found = plain.filter(r => !taken.has(r) && fits(r)).slice(0, many);
      for (const r of found) taken.add(r);
      expect(found).toHaveLength(many);
      return found;
    };
    const changed = pick(r => r.agency === 'ha-noi', 3).map(r => ({ ...r, counts: draw.counts() }));
    const filled = pick(r => r.counts.resolved_end_to_end === null, 4).map(r => ({
      ...r,
      counts: { ...r.counts, resolved_end_to_end: 0 },
    }));
    const blanked = pick(r => r.counts.results_digitised !== null, 4).map(r => ({
      ...r,
      counts: { ...r.counts, results_digitised: null, ratings: null },
    }));
    const divided = pick(r => r.agency !== 'ha-noi', 3).flatMap(r =>
      ['Phường Mới', 'Xã Mới'].map(unit => ({ ...r, unit, counts: draw.counts() })),
    );
    const late = Date.parse(`${endOf(MONTH)}T00:00:00Z`) + 90 * 86_400_000;
    await audit.take(fileOf(audit.data, [...changed, ...filled, ...blanked], STYLES[0]!, late));
    await audit.take(fileOf(audit.data, divided, STYLES[1]!, late));
    for (const q of asked) await audit.compare(q);

    // Back from units to the agency's own row; one unit alone corrected; a return that was missing comes late.
    const whole = divided.filter(r => r.unit === 'Xã Mới').slice(0, 2);
    const unitAgain = { ...(divided.at(-1) as Return), counts: draw.counts() };
    const duty = dutiesOf(audit.data);
    const silent = duty
      .agencies(endOf(MONTH))
      .find(a => a.kind === 'province' && !all.some(r => r.agency === a.code));
    const missing: Return = {
      ...{ month: MONTH, agency: silent?.code ?? '', unit: '', service: 'dk-khai-sinh' },
      counts: draw.counts(),
    };
    await audit.take(
      fileOf(
        audit.data,
        [...whole.map(r => ({ ...r, unit: '', counts: draw.counts() })), missing],
        STYLES[2]!,
        late,
      ),
    );
    await audit.take(fileOf(audit.data, [unitAgain], STYLES[1]!, late));
    for (const q of asked) await audit.compare(q);

    for (const [i, q] of asked.entries()) expect(await audit.ranking(q, asOf)).toEqual(before[i]);
  });

  it('of statuses counts from its day on, and the instant before it still gives the old numbers', async () => {
    const asked = ['level_3_4_completion', 'end_to_end_services', 'services_with_dossiers'].flatMap(
      indicator => SIDES.map(side => question({ ...REST, ...side, indicator })),
    );
    const before = [];
    for (const q of asked) before.push(await audit.ranking(q));
    await audit.take(statusesOf(dutiesOf(audit.data), '2024-12-31', 'mode', 0.5, draw));
    for (const q of asked) await audit.compare(q);
    const asOf = before[0]?.as_of as string;
    for (const [i, q] of asked.entries()) expect(await audit.ranking(q, asOf)).toEqual(before[i]);
    expect(await audit.ranking(asked[0] as Question)).not.toEqual(before[0]);
  });

  it('of tasks counts in every month of their deadlines and after, and not as of the instant before', async () => {
    const asked = MONTHS.flatMap(period =>
      SIDES.map(side => question({ ...side, period, indicator: 'directives_done' })),
    );
    const before = [];
    for (const q of asked) before.push(await audit.ranking(q));
    await audit.take(tasksOf(audit.data, 60, lot(21), TOLD));
    for (const q of asked) await audit.compare(q);
    const asOf = before[0]?.as_of as string;
    for (const [i, q] of asked.entries()) expect(await audit.ranking(q, asOf)).toEqual(before[i]);
    const last = asked.at(-1) as Question;
    expect((await audit.ranking(last)).national).not.toEqual(before.at(-1)?.national);
  });

  it('sent again changes nothing', async () => {
    const before = await audit.ranking(question(REST));
    const last = audit.sheets.at(-1);
    if (last) expect((await audit.take(last)).status).toBe('unchanged');
    expect(await audit.ranking(question(REST))).toEqual(before);
  });
});
