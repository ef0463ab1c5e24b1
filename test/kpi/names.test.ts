/** Names, statistics codes and procedure codes: what they stand for, and when. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { inForce } from '../../src/kpi/agency.ts';
import { resolveAgency, resolveService, standInsFor } from '../../src/kpi/catalogue.ts';
import { foldName } from '../../src/kpi/names.ts';
import { REAL } from './country.ts';

const agency = (text: string, day: string): string | null =>
  resolveAgency(REAL, text, day).found?.code ?? null;

describe('a name', () => {
  it.each([
    'Hòa Bình', // mark on the first vowel
    'Hoà Bình', // mark on the second vowel, as the older rule has it
    'Hòa Bình'.normalize('NFD'),
    'HÒA BÌNH',
    'HOA BINH',
    'hoa  binh',
    'tỉnh Hòa Bình',
    'Tỉnh Hoà Bình',
    ' Hòa Bình ',
    'hoa-binh',
  ])('%j is Hòa Bình up to June 2025', text => {
    expect(agency(text, '2025-06-30')).toBe('hoa-binh');
    expect(agency(text, '2025-07-01')).toBeNull();
  });

  it.each([
    ['Đắk Lắk', 'dak-lak'],
    ['ĐẮK LẮK', 'dak-lak'],
    ['Dak Lak', 'dak-lak'],
    // Ð (U+00D0, Icelandic eth) looks like Đ (U+0110) and is typed for it.
    ['\u00d0\u1eafk L\u1eafk', 'dak-lak'],
    ['Thừa Thiên - Huế', 'thua-thien-hue'],
    ['Thừa Thiên Huế', 'thua-thien-hue'],
    ['Bà Rịa – Vũng Tàu', 'ba-ria-vung-tau'],
    ['Bà Rịa-Vũng Tàu', 'ba-ria-vung-tau'],
    ['TP.HCM', 'ho-chi-minh'],
    ['Thành phố Hồ Chí Minh', 'ho-chi-minh'],
    ['Ho Chi Minh City', 'ho-chi-minh'],
    ['H26', 'ha-noi'],
    ['Bộ Công an', 'bca'],
    ['BỘ CÔNG AN', 'bca'],
  ])('%j in 2022 is %s', (text, code) => expect(agency(text, '2022-07-31')).toBe(code));

  it.each([
    ['Bình Dương', '2025-06-30', 'binh-duong'],
    ['Bình Dương', '2025-07-01', null],
    ['Huế', '2024-12-31', 'thua-thien-hue'],
    ['Thành phố Huế', '2025-01-31', 'hue'],
    ['Bộ Tài chính', '2025-02-28', 'btc'],
    ['Bộ Tài chính', '2025-03-31', 'btc-2025'],
    ['Lào Cai', '2025-06-30', 'lao-cai'],
    ['Lào Cai', '2025-07-31', 'lao-cai-2025'],
    ['Đồng Nai', '2026-04-29', 'dong-nai-2025'],
    ['Đồng Nai', '2026-04-30', 'dong-nai-2026'],
    ['Quảng Ninh', '2026-08-31', 'quang-ninh'],
    ['Quảng Ninh', '2026-09-30', 'quang-ninh-2026'],
  ])('%s on %s is %s', (text, day, code) => expect(agency(text, day)).toBe(code));

  it('that ended is known with its successor: Bình Dương in August 2025 is TP. Hồ Chí Minh', () => {
    const { found, notInForce } = resolveAgency(REAL, 'Bình Dương', '2025-08-31');
    expect([found, notInForce.map(a => a.code)]).toEqual([null, ['binh-duong']]);
    expect(standInsFor(REAL, 'binh-duong', '2025-08-31').map(a => a.code)).toEqual(['ho-chi-minh-2025']);
  });

  it('that does not yet exist is known with its predecessors', () => {
    expect(
      standInsFor(REAL, 'ho-chi-minh-2025', '2025-06-30')
        .map(a => a.code)
        .sort(),
    ).toEqual(['ba-ria-vung-tau', 'binh-duong', 'ho-chi-minh']);
  });

  it('follows no part that split off: Bộ Giao thông vận tải became Bộ Xây dựng, not Bộ Công an', () => {
    expect(standInsFor(REAL, 'bgtvt', '2025-03-31').map(a => a.code)).toEqual(['bxd-2025']);
  });

  it.each(['Sài Gòn 3', '', 'Bộ', '999'])('%j is nobody', text =>
    expect(agency(text, '2022-07-31')).toBeNull(),
  );
});

describe('a statistics code', () => {
  // Decision 19/2025/QĐ-TTg: from 2025-07-01 the merged province carries the code of one of its parts.
  it.each([
    ['15', 'yen-bai', 'lao-cai-2025'],
    ['24', 'bac-giang', 'bac-ninh-2025'],
    ['44', 'quang-binh', 'quang-tri-2025'],
    ['52', 'binh-dinh', 'gia-lai-2025'],
    ['80', 'long-an', 'tay-ninh-2025'],
    ['82', 'tien-giang', 'dong-thap-2025'],
    ['91', 'kien-giang', 'an-giang-2025'],
    ['92', 'can-tho', 'can-tho-2025'],
    ['01', 'ha-noi', 'ha-noi'],
    // A spreadsheet takes the zero away.
    ['1', 'ha-noi', 'ha-noi'],
    ['4', 'cao-bang', 'cao-bang'],
    // Codes of absorbed provinces end.
    ['10', 'lao-cai', null],
    ['74', 'binh-duong', null],
  ])('%s is %s in June 2025 and %s in August 2025', (code, june, august) => {
    expect(agency(code, '2025-06-30')).toBe(june);
    expect(agency(code, '2025-08-31')).toBe(august);
  });
});

describe('the real names', () => {
  const names = [...REAL.agenciesByName.keys()];

  it.each(['2022-07-31', '2025-02-28', '2025-03-31', '2025-06-30', '2025-07-31', '2026-05-31', '2026-10-31'])(
    'mean one agency each on %s',
    day => {
      const double = names
        .map(name => [name, REAL.agenciesByName.get(name)?.filter(a => inForce(a, day)) ?? []] as const)
        .filter(([, bearers]) => bearers.length > 1)
        .map(([name, bearers]) => `${name}: ${bearers.map(a => a.code)}`);
      expect(double).toEqual([]);
    },
  );

  it('number 63 provinces up to 2025-06-30 and 34 from 2025-07-01 on', () => {
    const many = (day: string): number =>
      REAL.agencies.filter(a => a.kind === 'province' && inForce(a, day)).length;
    expect(['2022-01-06', '2024-12-31', '2025-01-01', '2025-06-30'].map(many)).toEqual([63, 63, 63, 63]);
    expect(['2025-07-01', '2026-04-30', '2026-09-20'].map(many)).toEqual([34, 34, 34]);
  });
});

describe('a service', () => {
  it.each([
    ['dk-khai-sinh', 'dk-khai-sinh'],
    ['Đăng ký khai sinh', 'dk-khai-sinh'],
    ['DANG KY KHAI SINH', 'dk-khai-sinh'],
    ['1.012566', 'xac-nhan-so-cmnd'],
    ['2.001178', 'xac-nhan-so-cmnd'],
    // A comma for the point; and what a spreadsheet makes of 2.001190: see the last zero.
    ['1,012566', 'xac-nhan-so-cmnd'],
  ])('%j is %s', (text, code) => expect(resolveService(REAL, text)?.code).toBe(code));

  it('is recognised by a procedure code whose last zeros a spreadsheet dropped', () => {
    const zeros = REAL.procedureCodes.filter(p => p.code.endsWith('0'));
    expect(zeros.length).toBeGreaterThan(0);
    for (const { code } of zeros) {
      expect(resolveService(REAL, String(Number(code)))).toBe(resolveService(REAL, code));
    }
  });

  it.each(['', 'khai sinh', '9.999999', '1'])('%j is none', text =>
    expect(resolveService(REAL, text)).toBeNull(),
  );
});

describe('folding a name', () => {
  it('is the same once as twice, and blind to case, composition and spaces', () => {
    const text = fc.oneof(
      fc.string(),
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom(...REAL.agencies.map(a => a.nameVi)),
    );
    fc.assert(
      fc.property(text, name => {
        const folded = foldName(name);
        expect(foldName(folded)).toBe(folded);
        expect(foldName(name.normalize('NFD'))).toBe(folded);
        expect(foldName(name.normalize('NFC'))).toBe(folded);
        expect(foldName(`  ${name}\u00a0`)).toBe(folded);
      }),
      { seed: 1, numRuns: 500 },
    );
  });
});
