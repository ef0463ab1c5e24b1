/** Service statuses: which one counts on a day, and what successors and new leads inherit. */
import { describe, expect, it } from '@jest/globals';
import type { Catalogue } from '../../src/kpi/catalogue.ts';
import { type Period, parsePeriod } from '../../src/kpi/month.ts';
import { buildStatusBook, hasStatus, type Status, statusOn } from '../../src/kpi/status.ts';
import { tallyIndicator } from '../../src/kpi/tally.ts';
import { factsOf, frameOn, publicService, REAL, realBut, status } from './country.ts';

function counted(agency: string, service: string, day: string, rows: Status[], catalogue: Catalogue = REAL) {
  const found = statusOn(catalogue, buildStatusBook(rows), agency, publicService(service, catalogue), day);
  return found && (found.mode ?? found.level);
}

describe('the status of a day', () => {
  const rows = [
    status('ha-noi', 'dk-khai-sinh', '2022-01-10', 3),
    status('ha-noi', 'dk-khai-sinh', '2022-06-20', 4),
    status('ha-noi', 'dk-khai-sinh', '2022-09-01', 'partial'),
    status('ha-noi', 'dk-khai-sinh', '2023-01-01', 'full'),
  ];
  it.each([
    ['2022-01-09', null],
    ['2022-01-10', 3],
    ['2022-06-19', 3],
    ['2022-06-20', 4],
    ['2022-08-14', 4],
    // From 2022-08-15 levels say nothing, and nothing yet speaks of a mode: not delivered, not translated.
    ['2022-08-15', null],
    ['2022-09-01', 'partial'],
    ['2022-12-31', 'partial'],
    ['2023-01-01', 'full'],
  ])('on %s is %j', (day, how) => expect(counted('ha-noi', 'dk-khai-sinh', day, rows)).toBe(how));

  it('is the newest that speaks for the regime: a later row without a mode does not hide an earlier mode', () => {
    const both = [
      status('ha-noi', 'ho-chieu', '2022-09-01', 'full'),
      status('ha-noi', 'ho-chieu', '2022-10-01', 2),
    ];
    expect(counted('ha-noi', 'ho-chieu', '2022-12-31', both)).toBe('full');
    expect(hasStatus(REAL, buildStatusBook([both[1] as Status]), 'ha-noi', '2022-12-31')).toBe(false);
  });
});

describe('inheritance', () => {
  const full = status('binh-duong', 'dk-khai-sinh', '2024-01-01', 'full');
  const partial = status('ho-chi-minh', 'dk-khai-sinh', '2024-01-01', 'partial');

  it('takes the lowest of several predecessors', () => {
    expect(counted('ho-chi-minh-2025', 'dk-khai-sinh', '2025-07-31', [full, partial])).toBe('partial');
  });

  it('leaves out a predecessor that never reported, and counts one that reported other services as the lowest', () => {
    expect(counted('ho-chi-minh-2025', 'dk-khai-sinh', '2025-07-31', [full])).toBe('full');
    const other = status('ho-chi-minh', 'dk-khai-tu', '2024-01-01', 'full');
    expect(counted('ho-chi-minh-2025', 'dk-khai-sinh', '2025-07-31', [full, other])).toBeNull();
  });

  it('ends when the successor reports itself', () => {
    const own = status('ho-chi-minh-2025', 'dk-khai-sinh', '2025-08-10', 'information');
    expect(counted('ho-chi-minh-2025', 'dk-khai-sinh', '2025-08-09', [full, own])).toBe('full');
    expect(counted('ho-chi-minh-2025', 'dk-khai-sinh', '2025-08-31', [full, own])).toBe('information');
  });

  it('does not take what a predecessor reported for days after its end', () => {
    const late = status('binh-duong', 'dk-khai-sinh', '2025-07-02', 'partial');
    expect(counted('ho-chi-minh-2025', 'dk-khai-sinh', '2025-07-31', [full, late])).toBe('full');
  });

  it('runs on through a renaming after a merger', () => {
    const rows = [status('binh-phuoc', 'dk-khai-sinh', '2024-01-01', 'partial')];
    expect(counted('dong-nai-2025', 'dk-khai-sinh', '2025-12-31', rows)).toBe('partial');
    expect(counted('dong-nai-2026', 'dk-khai-sinh', '2026-05-31', rows)).toBe('partial');
  });

  it('gives a new lead the status of the lead before it, from the day of the change on', () => {
    const rows = [status('bgtvt', 'doi-gplx', '2024-01-01', 'full')];
    expect(counted('bca', 'doi-gplx', '2025-02-28', rows)).toBeNull();
    expect(counted('bca', 'doi-gplx', '2025-03-01', rows)).toBe('full');
    // The ministry that took the rest of its predecessor over does not lead the service.
    expect(counted('bca', 'ho-chieu', '2025-03-01', rows)).toBeNull();
  });

  it('counts as having reported along a whole chain of leads', () => {
    const chain = realBut(r => ({
      leads: [
        ...r.leads.filter(l => l.service !== 'ho-chieu'),
        ...[
          ['bca', null, '2023-12-31'] as const,
          ['bng', '2024-01-01', '2024-12-31'] as const,
          ['vpcp', '2025-01-01', null] as const,
        ].map(([agency, validFrom, validTo]) => ({
          service: 'ho-chieu',
          agency,
          validFrom,
          validTo,
          branch: '',
        })),
      ],
    }));
    const rows = [status('bca', 'ho-chieu', '2023-01-01', 'full')];
    expect(counted('bng', 'ho-chieu', '2024-06-30', rows, chain)).toBe('full');
    expect(counted('vpcp', 'ho-chieu', '2025-06-30', rows, chain)).toBe('full');
    expect(hasStatus(chain, buildStatusBook(rows), 'bng', '2024-06-30')).toBe(true);
    expect(hasStatus(chain, buildStatusBook(rows), 'vpcp', '2025-06-30')).toBe(true);
  });
});

describe('services delivered', () => {
  const period = (text: string): Period => parsePeriod(text) as Period;
  const tally = (
    id: 'level_3_4_completion' | 'end_to_end_services',
    month: string,
    rows: Status[],
    boundaries: string,
  ) => tallyIndicator(REAL, factsOf({}, rows), id, period(month), frameOn(boundaries));

  it('of the country are those whose lead says so: 21 of 25 is 84 %', () => {
    const leads: Record<string, string[]> = {
      bca: [
        'xac-nhan-so-cmnd cap-doi-cccd dk-thuong-tru dk-tam-tru khai-bao-tam-vang thong-bao-luu-tru dk-xe-may',
        'nop-phat-giao-thong ho-chieu con-dau-moi con-dau-thu-nho',
      ],
      btp: ['dk-khai-sinh dk-khai-tu dk-ket-hon phieu-lltp'],
      btc: ['dk-thue-ca-nhan'],
      bgtvt: ['doi-gplx'],
      bgddt: ['thi-thpt-xet-tuyen'],
      bldtbxh: ['tro-cap-that-nghiep'],
      evn: ['cap-dien-moi doi-chu-the-hd-dien'],
    };
    const rows = Object.entries(leads).flatMap(([agency, lists]) =>
      lists
        .join(' ')
        .split(' ')
        .map((service, i) => status(agency, service, '2022-07-01', 3 + (i % 2))),
    );
    expect(rows).toHaveLength(21);
    // What provinces say of themselves has no part in it.
    const province = status('ha-noi', 'lien-thong-khai-sinh', '2022-07-01', 4);
    const { national, groups, indicator } = tally(
      'level_3_4_completion',
      '2022-07',
      [...rows, province],
      '2022-07-31',
    );
    expect([national.numerator, national.denominator]).toEqual([21, 25]);
    expect(indicator.version).toBe(1);
    expect(groups.get('ha-noi')).toMatchObject({ numerator: 1, denominator: 23 });
  });

  it('of nobody who reported are nothing, not zero', () => {
    const { national, groups } = tally('level_3_4_completion', '2022-07', [], '2022-07-31');
    expect([national.numerator, national.denominator]).toEqual([null, null]);
    expect(groups.get('ha-noi')).toMatchObject({ numerator: null, denominator: null, returned: false });
  });

  it('of merged provinces add pairs up; one that reported no status at all stays outside', () => {
    const rows = [
      status('binh-duong', 'dk-khai-sinh', '2024-01-01', 'full'),
      status('ho-chi-minh', 'dk-khai-sinh', '2024-01-01', 'partial'),
      status('ho-chi-minh', 'dk-khai-tu', '2024-01-01', 'full'),
    ];
    const on = (boundaries: string) => tally('end_to_end_services', '2025-06', rows, boundaries).groups;
    // Bình Dương 1 of 23, TP. Hồ Chí Minh 1 of 23; Bà Rịa - Vũng Tàu said nothing.
    expect(on('2025-07-01').get('ho-chi-minh-2025')).toMatchObject({ numerator: 2, denominator: 46 });
    expect(on('2025-06-30').get('ba-ria-vung-tau')).toMatchObject({ numerator: null, returned: false });
  });
});
