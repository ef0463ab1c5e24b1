/** Who leads, delivers and reports what, and when: counted by hand from the two decisions. */
import { describe, expect, it } from '@jest/globals';
import type { Agency } from '../../src/kpi/agency.ts';
import {
  deadline,
  isEligible,
  itemsOf,
  leadOf,
  mustDeliver,
  owesReturn,
  servicesOf,
} from '../../src/kpi/catalogue.ts';
import { reportersIn } from '../../src/kpi/facts.ts';
import { lastDay } from '../../src/kpi/month.ts';
import { REAL, realBut } from './country.ts';

const agency = (code: string): Agency => REAL.agencyByCode.get(code) as Agency;
const JUNE_2022 = '2022-06-30';
const MARCH_2025 = '2025-03-31';

describe('the catalogue', () => {
  it('holds 25 services of Decision 06, and 53 places of both decisions of which 38 are known by name', () => {
    expect(servicesOf(REAL, 'essential-25', JUNE_2022)).toHaveLength(25);
    expect(itemsOf(REAL, 'essential-53', JUNE_2022)).toHaveLength(53);
    expect(servicesOf(REAL, 'essential-53', JUNE_2022)).toHaveLength(38);
    expect(itemsOf(REAL, 'essential-53', JUNE_2022).filter(i => /chua-ro/.test(i.service))).toHaveLength(15);
  });

  it.each([
    // Decision 06 of 2022-01-06, Decision 422 of 2022-04-04.
    ['2022-01-05', 0, 0],
    ['2022-01-06', 25, 25],
    ['2022-04-03', 25, 25],
    ['2022-04-04', 25, 38],
  ])('on %s holds %d and %d named services', (day, of25, of53) => {
    expect(servicesOf(REAL, 'essential-25', day)).toHaveLength(of25);
    expect(servicesOf(REAL, 'essential-53', day)).toHaveLength(of53);
  });
});

describe('the lead of a service', () => {
  it.each([
    ['doi-gplx', 'bgtvt', 'bca'],
    ['phieu-lltp', 'btp', 'bca'],
    ['tro-cap-that-nghiep', 'bldtbxh', 'bnv-2025'],
    ['giam-tru-bhyt-ho', 'bhxh', 'btc-2025'],
    ['bhxh-mot-lan', 'bhxh', 'btc-2025'],
    ['dk-thue-ca-nhan', 'btc', 'btc-2025'],
    ['bien-dong-dat-thong-tin', 'btnmt', 'bnnmt'],
    ['dk-khai-sinh', 'btp', 'btp'],
    ['cap-dien-moi', 'evn', 'evn'],
    ['ho-chieu', 'bca', 'bca'],
  ])('%s is %s to 2025-02-28 and %s from 2025-03-01 on', (service, before, after) => {
    expect(leadOf(REAL, service, '2025-02-28')?.agency).toBe(before);
    expect(leadOf(REAL, service, '2025-03-01')?.agency).toBe(after);
  });

  it('passes to the successor when a ministry ends and no new lead is named', () => {
    const changed = realBut(r => ({
      leads: r.leads.map(l => (l.service === 'dk-khai-tu' ? { ...l, agency: 'bnv' } : l)),
    }));
    expect(leadOf(changed, 'dk-khai-tu', '2025-02-28')?.agency).toBe('bnv');
    expect(leadOf(changed, 'dk-khai-tu', '2025-03-01')?.agency).toBe('bnv-2025');
  });
});

describe('what is due', () => {
  const due = (code: string, day: string, scope = 'essential-25'): string[] =>
    servicesOf(REAL, scope, day)
      .filter(s => owesReturn(REAL, agency(code), s, day))
      .map(s => s.code);
  const delivers = (code: string, day: string): string[] =>
    servicesOf(REAL, 'essential-25', day)
      .filter(s => mustDeliver(REAL, agency(code), s, day))
      .map(s => s.code);

  it('of a province is 23 of the 25: all but the two of the electricity company', () => {
    const missing = servicesOf(REAL, 'essential-25', JUNE_2022)
      .map(s => s.code)
      .filter(code => !due('ha-noi', JUNE_2022).includes(code));
    expect(missing).toEqual(['cap-dien-moi', 'doi-chu-the-hd-dien']);
    expect(due('ha-noi', JUNE_2022)).toHaveLength(23);
    expect(delivers('ha-noi', JUNE_2022)).toHaveLength(23);
    expect(due('evn', JUNE_2022)).toEqual(missing);
  });

  it('of the police is what is done centrally, though it leads and must deliver eleven', () => {
    // Identity 2, residence 3, lodging 1, motorcycles 1, fines 1, passport 1, seals 2.
    expect(delivers('bca', JUNE_2022)).toHaveLength(2 + 3 + 1 + 1 + 1 + 1 + 2);
    expect(due('bca', JUNE_2022)).toEqual([
      'cap-doi-cccd',
      'nop-phat-giao-thong',
      'ho-chieu',
      'con-dau-moi',
      'con-dau-thu-nho',
    ]);
    // Licences and criminal records come to it in March 2025; both are done centrally too.
    expect(delivers('bca', MARCH_2025)).toHaveLength(11 + 2);
    expect(due('bca', MARCH_2025)).toEqual(expect.arrayContaining(['doi-gplx', 'phieu-lltp']));
    expect(due('bca', MARCH_2025)).toHaveLength(5 + 2);
  });

  it('of a ministry that leads nothing is nothing, and nothing of a placeholder is due', () => {
    expect(due('bqp', JUNE_2022)).toEqual([]);
    const places = [...REAL.services].filter(s => !s.named);
    expect(places.some(s => mustDeliver(REAL, agency('ha-noi'), s, JUNE_2022))).toBe(false);
  });

  it('of the whole country in July 2022 is 63 × 23 of the provinces and 10 of the leads', () => {
    const day = lastDay('2022-07');
    const all = reportersIn(REAL, '2022-07').flatMap(a => due(a.code, day).map(() => a));
    expect(all.filter(a => a.kind === 'province')).toHaveLength(63 * 23);
    // Police 5, electricity 2, and one each: transport (licences), education (exam), justice (records).
    expect(all.filter(a => a.kind !== 'province')).toHaveLength(5 + 2 + 1 + 1 + 1);
  });
});

describe('dated settings', () => {
  it('a deadline is that of the rule in force on the last day of the month', () => {
    const rule = { windowVi: '', windowEn: '' };
    const changed = realBut(() => ({
      reportingRules: [
        { ...rule, validFrom: null, validTo: '2025-06-29', deadlineDay: 5 },
        { ...rule, validFrom: '2025-06-30', validTo: null, deadlineDay: 10 },
      ],
    }));
    expect(deadline(changed, '2025-05')).toBe(Date.parse('2025-06-06T00:00:00+07:00'));
    expect(deadline(changed, '2025-06')).toBe(Date.parse('2025-07-11T00:00:00+07:00'));
  });

  it('blank counts as eligible for full process, and so does a service of which nothing is said', () => {
    const changed = realBut(() => ({
      eligibility: [
        { service: 'dk-khai-sinh', validFrom: '2026-01-01', validTo: null, eligible: false },
        { service: 'dk-khai-tu', validFrom: null, validTo: null, eligible: null },
      ],
    }));
    expect(isEligible(changed, 'dk-khai-sinh', '2025-12-31')).toBe(true);
    expect(isEligible(changed, 'dk-khai-sinh', '2026-01-01')).toBe(false);
    expect(isEligible(changed, 'dk-khai-tu', '2026-01-01')).toBe(true);
    expect(isEligible(changed, 'ho-chieu', '2026-01-01')).toBe(true);
  });
});
