/** The sample as a whole: repeatable, marked, complete, and true to the rules of a monthly return. */
import { beforeAll, describe, expect, it } from '@jest/globals';
import { openFile } from '../../src/intake/read.ts';
import { type Catalogue, deadline } from '../../src/kpi/catalogue.ts';
import { type CheckContext, startMonthlyReturn } from '../../src/kpi/check.ts';
import { checkServiceStatus } from '../../src/kpi/check-status.ts';
import { rawRowsOf } from '../../src/kpi/coded-rows.ts';
import { hanoiDay } from '../../src/kpi/month.ts';
import type { SampleFile } from '../../src/sample/generate.ts';
import { plantedOddities } from '../../src/sample/oddities.ts';
import {
  brokenRules,
  count,
  faceOf,
  freshSample,
  groups,
  linesOf,
  mergersByName,
  PENDING,
  RECEIVED,
  RESOLVED,
  realCatalogue,
  returnsIn,
  rowsOf,
  type SheetRow,
  sampleOf,
} from './sheets.ts';

let catalogue: Catalogue;
beforeAll(async () => {
  catalogue = await realCatalogue();
});

describe('a sample', () => {
  it('is the same to the last byte when it is made twice', () => {
    const [first, second] = [1, 2].map(() =>
      freshSample(catalogue, { from: '2025-05', months: 4, seed: 7, units: 'none' }).map(faceOf),
    );
    expect(second?.length).toBeGreaterThan(12);
    expect(second?.every((face, i) => face === first?.[i])).toBe(true);
  });

  it('begins with the files of a shorter one', () => {
    const short = sampleOf(catalogue, { from: '2024-12', months: 3, seed: 'b' });
    const long = sampleOf(catalogue, { from: '2024-12', months: 24, seed: 'b' });
    expect(short.every((file, i) => faceOf(file) === faceOf(long[i] as SampleFile))).toBe(true);
    expect(long.length).toBeGreaterThan(short.length);
  });

  it('differs with its seed', () => {
    const [one, two] = [1, 2].map(seed => sampleOf(catalogue, { seed })[1]?.bytes.toString());
    expect(one).not.toBe(two);
    expect(sampleOf(catalogue, { seed: '1' })[1]?.bytes.toString()).toBe(one);
  });

  it('says on the first line of every file that it is invented, in the form an office would send', async () => {
    const title = 'DỮ LIỆU MẪU - SỐ LIỆU BỊA ĐỂ MINH HỌA, KHÔNG PHẢI SỐ LIỆU THẬT (INVENTED SAMPLE DATA)';
    for (const file of sampleOf(catalogue, { from: '2025-06', months: 2 })) {
      expect([...file.bytes.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
      expect(linesOf(file)[0]).toBe(title);
      expect((await openFile(file.bytes, file.kind, [])).invented).toBe(true);
      expect((await openFile(file.bytes, file.kind, [])).reading).toMatchObject({
        delimiter: ';',
        heading_row: 2,
      });
    }
  });

  it('holds 63 provinces in June 2025 and 34 in July, those aside that sent nothing', () => {
    const provincesIn = (month: string, seed: number) =>
      new Set(
        returnsIn(sampleOf(catalogue, { from: month, seed }))
          .map(r => r.agency)
          .filter(name => /^(Tỉnh|Thành phố) /.test(name)),
      );
    const most = (month: string) => Math.max(...[1, 2, 3, 4, 5].map(seed => provincesIn(month, seed).size));
    expect(most('2025-06')).toBe(63);
    expect(most('2025-07')).toBe(34);
    expect(provincesIn('2025-07', 1)).not.toContain('Tỉnh Bình Dương');
  });

  it('has the ministries, EVN and the courts report what they owe', () => {
    const names = new Set(returnsIn(sampleOf(catalogue, { from: '2023-05', months: 3 })).map(r => r.agency));
    for (const name of [
      'Bộ Công an',
      'Bộ Giao thông vận tải',
      'Tập đoàn Điện lực Việt Nam',
      'Tòa án nhân dân tối cao',
    ]) {
      expect(names).toContain(name);
    }
    expect(names).toContain('Bảo hiểm xã hội Việt Nam');
    expect(returnsIn(sampleOf(catalogue, { from: '2025-03' })).map(r => r.agency)).not.toContain(
      'Bảo hiểm xã hội Việt Nam',
    );
  });

  it('comes in on the 1st to 5th of the next month, the latecomers after the deadline, one after the other', () => {
    const files = sampleOf(catalogue, { from: '2022-03', months: 14, seed: 3 });
    for (const file of files) {
      const month = file.name.slice(0, 7);
      const after = /late|correction/.test(file.name);
      expect(file.receivedAt >= deadline(catalogue, month)).toBe(after);
      if (!after) expect(hanoiDay(file.receivedAt).slice(8)).toMatch(/0[1-5]/);
    }
    expect(files.map(f => f.receivedAt)).toEqual([...files.map(f => f.receivedAt)].sort((a, b) => a - b));
    expect(files.map(f => f.name)).toEqual([...files.map(f => f.name)].sort());
    expect(new Set(files.map(f => f.name)).size).toBe(files.length);
  });
});

describe('the figures of a sample', () => {
  const ranges = [
    { from: '2022-03', months: 14, seed: 3 },
    { from: '2024-12', months: 24, seed: 'b' },
  ];

  it.each(ranges)('keep every rule of a monthly return ($from, $months months)', range => {
    const files = sampleOf(catalogue, range);
    const rows = files.filter(f => f.kind === 'monthly-return').flatMap(rowsOf);
    expect(rows.length).toBeGreaterThan(20_000);
    expect(
      rows.flatMap(row => brokenRules(row).map(rule => `${row.file} ${row.agency} ${row.service} ${rule}`)),
    ).toEqual([]);
  });

  it.each(ranges)('pass the checks of the intake with no problem ($from, $months months)', async range => {
    const context: CheckContext = {
      catalogue,
      now: Date.parse('2027-01-01T00:00:00Z'),
      period: null,
      agency: null,
      closed: new Set(),
      reason: null,
      scope: null,
    };
    for (const file of sampleOf(catalogue, range)) {
      const { columns, problems, rows } = await openFile(file.bytes, file.kind, []);
      const warnings = [];
      const check = file.kind === 'monthly-return' ? startMonthlyReturn(columns, context, problems) : null;
      for await (const batch of rows()) {
        if (check) check.take(batch);
        else checkServiceStatus({ columns, rows: rawRowsOf(batch) }, context, problems);
      }
      warnings.push(...(check?.warnings.listed ?? []));
      expect([file.name, ...problems.listed]).toEqual([file.name]);
      const odd = warnings.filter(w => !(w.code === 'service_not_due' && w.details.agency === 'bhxh'));
      expect([file.name, ...odd]).toEqual([file.name]);
    }
  });

  it.each(ranges)('carry over what was pending the month before, also through mergers ($from)', range => {
    const copied = plantedOddities(range.from).filter(o => o.kind === 'copied_forward');
    const names = new Map(catalogue.agencies.map(a => [a.code, a.nameVi]));
    const rows = returnsIn(sampleOf(catalogue, range));
    const byMonth = groups(rows, r => r.month);
    const mergers = mergersByName();
    let [compared, merged] = [0, 0];
    for (const [month, list] of byMonth) {
      const before = [...byMonth.keys()].filter(m => m < month).at(-1);
      const pending = new Map(
        (byMonth.get(before ?? '') ?? []).map(r => [`${r.agency}|${r.service}`, count(r, ...PENDING)]),
      );
      const newcomers = new Set(
        mergers.map(m => m.to).filter(to => month === '2025-07' && to !== 'Thành phố Huế'),
      );
      for (const row of list) {
        if (copied.some(o => o.months.includes(month) && names.get(o.agency) === row.agency)) continue;
        const from = mergers.filter(
          m => newcomers.has(row.agency) && m.to === row.agency && /^(Tỉnh|Thành)/.test(m.to),
        );
        const parts = (from.length > 0 ? from.map(m => m.from) : [row.agency]).map(a =>
          pending.get(`${a}|${row.service}`),
        );
        if (parts.some(p => p === undefined || p === null)) continue;
        if (from.length > 1) merged += 1;
        compared += 1;
        const sum = parts.reduce<number>((a, b) => a + (b ?? 0), 0);
        expect([row.file, row.agency, row.service, count(row, 'Kỳ trước chuyển sang')]).toEqual([
          row.file,
          row.agency,
          row.service,
          sum,
        ]);
      }
    }
    expect(compared).toBeGreaterThan(15_000);
    if (range.from === '2024-12') expect(merged).toBeGreaterThan(500);
  });

  it('let a new lead take over what the old one had pending', () => {
    const rows = returnsIn(sampleOf(catalogue, { from: '2025-02', months: 2, seed: 2 }));
    const row = (month: string, agency: string, service: RegExp) =>
      rows.find(r => r.month === month && r.agency === agency && service.test(r.service)) as SheetRow;
    const before = row('2025-02', 'Bộ Giao thông vận tải', /giấy phép lái xe/);
    const after = row('2025-03', 'Bộ Công an', /giấy phép lái xe/);
    expect(count(after, 'Kỳ trước chuyển sang')).toBe(count(before, ...PENDING));
  });

  it('grow as the country did: end to end 15–28 % in 2023, about 40 % late in 2025, on time 88–97 %', () => {
    const rates = (from: string) => {
      const rows = returnsIn(sampleOf(catalogue, { from, months: 3 }));
      const total = (list: SheetRow[], ...headings: string[]) =>
        list.reduce((sum, row) => sum + (count(row, ...headings) ?? 0), 0);
      const kept = rows.filter(r => r.counts['Hoàn thành toàn trình'] !== null);
      const onTime = ['Giải quyết trước hạn', 'Giải quyết đúng hạn', 'Đang giải quyết trong hạn'];
      return {
        endToEnd: total(kept, 'Hoàn thành toàn trình') / total(kept, ...RESOLVED),
        onTime: total(rows, ...onTime) / total(rows, ...RESOLVED, ...PENDING),
        online: total(rows, 'Tiếp nhận trực tuyến') / total(rows, ...RECEIVED),
      };
    };
    const [early, later, late] = ['2023-02', '2023-10', '2025-10'].map(rates);
    expect(early?.endToEnd).toBeGreaterThan(0.14);
    expect(later?.endToEnd).toBeLessThan(0.29);
    expect(late?.endToEnd).toBeGreaterThan(0.36);
    expect(late?.endToEnd).toBeLessThan(0.44);
    for (const rate of [early, later, late]) {
      expect(rate?.onTime).toBeGreaterThan(0.88);
      expect(rate?.onTime).toBeLessThan(0.97);
    }
    expect(late?.online).toBeGreaterThan(early?.online ?? 1);
  });

  it('leave optional counts blank at some offices, have late ones and small ones', () => {
    const files = sampleOf(catalogue, { from: '2023-01', months: 6 });
    const rows = returnsIn(files);
    const blank = (heading: string) => rows.filter(r => r.counts[heading] === null).length / rows.length;
    expect(blank('Tái sử dụng dữ liệu')).toBeGreaterThan(0.05);
    expect(blank('Lượt đánh giá')).toBeGreaterThan(0.01);
    expect(blank('Kỳ trước chuyển sang')).toBe(0);
    expect(rows.filter(r => (count(r, ...RECEIVED) ?? 0) < 30).length).toBeGreaterThan(100);
    const late = files.filter(f => f.name.includes('late')).flatMap(rowsOf).length / rows.length;
    expect(late).toBeGreaterThan(0.01);
    expect(late).toBeLessThan(0.07);
  });
});
