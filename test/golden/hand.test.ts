/** One province's hand-written file: every number worked out here by hand, before and after a correction. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Audit, handWritten, openAudit, question } from './audit.ts';
import { INDICATORS } from './recount.ts';

let audit: Audit;
beforeAll(async () => {
  audit = await openAudit();
  // Births 6,210 online + 3,105 direct; residence 12,480 + 4,020; passports 20,017 + 3; seals 0 + 12.
  await audit.take(handWritten('ha-noi-2022-07.csv', 'monthly-return', '2022-08-05T23:59:59+07:00'));
});
afterAll(() => audit?.database.close());

const shown = async (indicator: string, change: Parameters<typeof question>[0] = {}, agency = 'ha-noi') => {
  const doc = await audit.ranking(question({ indicator, ...change }));
  const line = doc.ranked.find(r => r.agency === agency) ?? doc.not_ranked.find(r => r.agency === agency);
  return { doc, parts: [line?.numerator, line?.denominator] };
};

describe('the file of Hà Nội for July 2022', () => {
  it.each([
    // 6,210 + 12,480 + 20,017 + 0 of 9,315 + 16,500 + 20,020 + 12.
    ['online_dossiers', 38_707, 45_847, 4],
    // Passports left it blank: 3,950 + 7,777 + 0 of 9,120 + 16,500 + 12.
    ['end_to_end_completion', 11_727, 25_632, 3],
    // Seals left pending blank: 9,300 + 16,400 + 20,020 of 9,725 + 17,500 + 20,020.
    ['on_time', 45_720, 47_245, 3],
    // 320 + 105, 1,000 + 100, 0.
    ['overdue', 1_525, 47_245, 3],
    // Births have no fees (0 of 0, which is reported): 9,001 + 20,000 of 15,000 + 20,020.
    ['online_payment', 29_001, 35_020, 3],
    // 8,000 + 16,500 + 12 of 9,315 + 16,500 + 12.
    ['files_digitised', 24_512, 25_827, 3],
    // 6,100 + 16,500 + 0 of 9,120 + 16,500 + 12.
    ['results_digitised', 22_600, 25_632, 3],
    // 2,500 + 0 of 9,315 + 16,500: a zero stands in, a blank does not.
    ['data_reuse', 2_500, 25_815, 2],
    // 1,199 + 31 + 0 of 1,240 + 310 + 0.
    ['satisfaction', 1_230, 1_550, 3],
  ])('gives %s = %d / %d from %d of 4 rows', async (indicator, numerator, denominator, rowsIn) => {
    const { doc, parts } = await shown(indicator);
    expect(parts).toEqual([numerator, denominator]);
    expect(doc.ranked).toHaveLength(1);
    expect(doc.ranked[0]).toMatchObject({
      rank: 1,
      rank_low: 1,
      rank_high: 1,
      value: numerator / denominator,
    });
    expect(doc.national).toMatchObject({ numerator, denominator, coverage: { rows_in: rowsIn, rows: 4 } });
    expect(doc.not_ranked.filter(r => r.reason === 'no_return')).toHaveLength(62);
    expect(doc.coverage).toMatchObject({ returns: 4, due: 63 * 23 });
    // The provinces' 1,449 and ten returns of leads.
    expect(doc.national.coverage).toMatchObject({ returns: 4, due: 63 * 23 + 10 });
  });

  it('was in a second before the deadline: 4 of 23 returns, all of them in time', async () => {
    expect((await shown('reporting_completeness')).parts).toEqual([4, 23]);
    expect((await shown('reporting_punctuality')).parts).toEqual([4, 23]);
  });

  it('counts for the sectors of the police (residence, passports, seals) and of justice (births)', async () => {
    const sector = { kind: 'ministry', view: 'sector' } as const;
    expect((await shown('online_dossiers', sector, 'bca')).parts).toEqual([32_497, 36_532]);
    expect((await shown('online_dossiers', sector, 'btp')).parts).toEqual([6_210, 9_315]);
    expect((await shown('online_dossiers', { ...sector, view: 'own' }, 'bca')).parts).toEqual([null, null]);
  });

  it('leaves statuses unsaid: services are no return, not zero', async () => {
    const { doc } = await shown('level_3_4_completion');
    expect(doc.ranked).toEqual([]);
    expect(doc.national).toMatchObject({ numerator: null, denominator: null, value: null });
  });

  it('corrected in one row changes that row: passports report, a blank in residence takes it out', async () => {
    const { doc: before } = await shown('end_to_end_completion');
    const head =
      'period,agency,service,received_online,received_direct,resolved_early,resolved_on_time,resolved_late';
    const text = [
      `${head},resolved_end_to_end`,
      '2022-07,ha-noi,ho-chieu,20017,3,0,20020,0,20000',
      '2022-07,ha-noi,dk-thuong-tru,12480,4020,9000,6500,1000,',
    ].join('\n');
    const receivedAt = Date.parse('2022-09-01T08:00:00+07:00');
    await audit.take({ kind: 'monthly-return', bytes: Buffer.from(`${text}\n`), receivedAt });
    // 3,950 + 20,000 + 0 of 9,120 + 20,020 + 12; the residence row stands outside both.
    expect((await shown('end_to_end_completion')).parts).toEqual([23_950, 29_152]);
    expect((await shown('online_dossiers')).parts).toEqual([38_707, 45_847]);
    // The corrected file has no columns for pending: births alone are left, 9,300 of 9,725.
    expect((await shown('on_time')).parts).toEqual([9_300, 9_725]);
    // What was in time stays in time.
    expect((await shown('reporting_punctuality')).parts).toEqual([4, 23]);
    for (const indicator of INDICATORS) await audit.compare(question({ indicator }));
    const asked = question({ indicator: 'end_to_end_completion' });
    expect(await audit.ranking(asked, before.as_of)).toEqual(before);
  });

  it('is compared with June once June is in, and never as of an instant before', async () => {
    const asked = INDICATORS.map(indicator => question({ indicator }));
    const before = [];
    for (const q of asked) before.push(await audit.ranking(q));
    expect(before.every(doc => doc.ranked.every(r => r.change === null))).toBe(true);
    const head =
      'period,agency,service,received_online,received_direct,resolved_early,resolved_on_time,resolved_late';
    const text = `${head}\n2022-06,da-nang,dk-khai-sinh,5,5,40,0,0\n2022-06,ha-noi,dk-khai-sinh,40,0,0,40,0\n`;
    await audit.take({
      kind: 'monthly-return',
      bytes: Buffer.from(text),
      receivedAt: Date.parse('2022-09-05'),
    });
    for (const q of asked) await audit.compare(q);
    // In June Hà Nội and Đà Nẵng shared the first place with 1 of 23; in July Hà Nội has it alone.
    const [hanoi] = (await audit.ranking(question({ indicator: 'reporting_completeness' }))).ranked;
    expect(hanoi).toMatchObject({ agency: 'ha-noi', rank: 1, change: 0 });
    for (const [i, q] of asked.entries()) {
      expect(await audit.ranking(q, before[i]?.as_of)).toEqual(before[i]);
    }
  });
});
