/** Who may do what: the whole table by hand, and what must hold for anybody whatever the target. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  ACTIONS,
  type Action,
  agenciesOf,
  may,
  mayEver,
  OPERATOR,
  PUBLIC,
  ROLES,
  type Role,
  sectorOf,
  senderOf,
  type Target,
  type Visitor,
} from '../../src/kpi/access.ts';
import { REAL } from './country.ts';

const person = (role: Role, agency: string | null, id = '1'): Visitor => ({
  ...{ kind: 'person', id, name: `${id}@example.vn`, role, agency, kinds: null },
});
const key = (agency: string, kinds: string[] | null = null): Visitor => ({
  ...{ kind: 'key', id: '1', name: 'key 1', role: null, agency, kinds },
});

const VISITORS = {
  public: PUBLIC,
  key: key('ha-noi'),
  reporter: person('reporter', 'ha-noi', '1'),
  approver: person('approver', 'ha-noi', '2'),
  leader: person('leader', null, '3'),
  admin: person('admin', null, '4'),
  operator: OPERATOR,
};

/** A monthly return of an agency, sent by account 9 of that office. */
const ofAgency = (agency: string | null): Target => ({
  ...{ agency, kind: 'monthly-return', sentBy: 'person 9', sentAs: 'reporter' },
});

describe('what may be done', () => {
  it.each<[Action, own: string, other: string]>([
    ['see_drafts', 'reporter approver leader admin operator', 'leader admin operator'],
    ['see_submission', 'reporter approver leader admin operator', 'leader admin operator'],
    ['submit', 'key reporter approver admin operator', 'admin operator'],
    ['confirm', '', ''],
    ['withdraw', '', ''],
    ['approve', 'approver', ''],
    ['return', 'approver', ''],
    ['object', 'reporter approver', ''],
    ['see_objection', 'reporter approver leader admin operator', 'leader admin operator'],
    ['answer_objection', 'leader admin operator', 'leader admin operator'],
    ['overrule_objections', 'leader admin operator', 'leader admin operator'],
    ['publish', 'leader admin operator', 'leader admin operator'],
    ['reopen', 'leader admin operator', 'leader admin operator'],
    ['grant_late_entry', 'admin operator', 'admin operator'],
    ['set_deadline', 'admin operator', 'admin operator'],
    ['import_catalogue', 'admin operator', 'admin operator'],
    ['manage_accounts', 'admin operator', 'admin operator'],
    ['manage_keys', 'admin operator', 'admin operator'],
    ['read_audit', 'admin operator', 'admin operator'],
  ])('%s: of the own office %s; of another %s', (action, own, other) => {
    const allowed = (target: Target): string =>
      Object.entries(VISITORS)
        .filter(([, visitor]) => may(visitor, action, target, REAL))
        .map(([name]) => name)
        .join(' ');
    expect([allowed(ofAgency('ha-noi')), allowed(ofAgency('da-nang'))]).toEqual([own, other]);
  });

  it('stands in the table above for every action', () => {
    // One line there for each.
    expect(ACTIONS.length).toBe(19);
  });

  const anyone = fc.record({
    kind: fc.constantFrom('public', 'person', 'key', 'operator'),
    id: fc.constantFrom('1', '2', null),
    name: fc.constant(''),
    role: fc.constantFrom(...ROLES, null),
    agency: fc.constantFrom('ha-noi', 'da-nang', 'bca', null),
    kinds: fc.constantFrom(null, ['monthly-return']),
  }) as fc.Arbitrary<Visitor>;
  const anything = fc.record(
    {
      agency: fc.constantFrom('ha-noi', 'da-nang', null),
      kind: fc.constantFrom('monthly-return', 'service-status', 'milestones', 'catalogue'),
      sentBy: fc.constantFrom('person 1', 'person 2', 'key 1', null),
      sentAs: fc.constantFrom(...ROLES, null),
    },
    { requiredKeys: [] },
  ) as fc.Arbitrary<Target>;
  const action = fc.constantFrom(...ACTIONS);
  const holds = (name: string, law: (v: Visitor, a: Action, t: Target) => boolean): void =>
    it(name, () => {
      fc.assert(fc.property(anyone, action, anything, law), { seed: 1, numRuns: 20_000 });
    });

  holds('is nothing for the public, nor for a person without a role', (v, a, t) => {
    return !(v.kind === 'public' || (v.kind === 'person' && v.role === null)) || !may(v, a, t, REAL);
  });
  holds('never approves what the same account sent', (v, _, t) => {
    return t.sentBy !== senderOf(v) || t.sentBy === null || !may(v, 'approve', t, REAL);
  });
  holds('approves only what is known to come from somebody', (v, _, t) => {
    return t.sentBy !== undefined || !may(v, 'approve', t, REAL);
  });
  holds('shrinks when less of the target is known', (v, a, t) => may(v, a, t, REAL) || !may(v, a, {}, REAL));
  holds('shrinks without the catalogue', (v, a, t) => may(v, a, t, REAL) || !may(v, a, t));
  holds('is in the menu when there is anything of it', (v, a, t) => mayEver(v, a) || !may(v, a, t, REAL));
  holds('of an office or a key leads to no other office, but for what they sent themselves', (v, a, t) => {
    const bound = ['key', 'reporter', 'approver'].includes((v.kind === 'person' ? v.role : v.kind) ?? '');
    const foreign = t.agency !== v.agency && t.sentBy !== senderOf(v);
    return !bound || !foreign || !may(v, a, t, REAL);
  });

  it('is submitted by a key for its kinds alone, and by offices for theirs', () => {
    const submits = (v: Visitor, kind: string): boolean => may(v, 'submit', { agency: 'ha-noi', kind }, REAL);
    const kinds = ['monthly-return', 'service-status', 'milestones', 'directives', 'catalogue'];
    const of = (v: Visitor): string[] => kinds.filter(kind => submits(v, kind));
    expect(of(key('ha-noi', ['service-status', 'catalogue']))).toEqual(['service-status']);
    expect(of(VISITORS.key)).toEqual(['monthly-return', 'service-status']);
    expect(of(VISITORS.approver)).toEqual(['monthly-return', 'service-status']);
    expect(of(VISITORS.admin)).toEqual(kinds);
    expect(of(VISITORS.leader)).toEqual([]);
  });

  it("by admins is approved by another admin, and an office's file by its approver", () => {
    const [first, other] = [person('admin', null, '4'), person('admin', null, '5')];
    const sent: Target = { agency: null, kind: 'milestones', sentBy: senderOf(first), sentAs: 'admin' };
    expect([may(first, 'approve', sent), may(other, 'approve', sent)]).toEqual([false, true]);
    expect(may(other, 'approve', ofAgency('ha-noi'))).toBe(false);
    const forOffice = { ...sent, agency: 'ha-noi', kind: 'monthly-return' };
    expect(may(VISITORS.approver, 'approve', forOffice, REAL)).toBe(true);
    expect(may(VISITORS.approver, 'approve', sent, REAL)).toBe(false);
  });

  it('to what waits belongs to its sender, whoever else sits in the office', () => {
    const target = { ...ofAgency('ha-noi'), sentBy: senderOf(VISITORS.reporter) };
    const who = (action: Action): string[] =>
      Object.entries(VISITORS)
        .filter(([, v]) => may(v, action, target, REAL))
        .map(([name]) => name);
    expect([who('confirm'), who('withdraw'), who('approve')]).toEqual([
      ['reporter'],
      ['reporter'],
      ['approver'],
    ]);
    // The key and the account are both number 1, and are not the same sender.
    expect(senderOf(VISITORS.key)).not.toBe(senderOf(VISITORS.reporter));
  });
});

describe('an office stands', () => {
  it('for those that merged into it or were renamed, not for those it got a part of', () => {
    const of = (agency: string): string[] => [...agenciesOf(person('reporter', agency), REAL)].sort();
    expect(of('ho-chi-minh-2025')).toEqual([
      'ba-ria-vung-tau',
      'binh-duong',
      'ho-chi-minh',
      'ho-chi-minh-2025',
    ]);
    // Renamed after a merger: both steps back.
    expect(of('dong-nai-2026')).toEqual(['binh-phuoc', 'dong-nai', 'dong-nai-2025', 'dong-nai-2026']);
    expect(of('ho-chi-minh')).toEqual(['ho-chi-minh']);
    expect(of('bca')).toEqual(['bca']);
    expect([...agenciesOf(PUBLIC, REAL)]).toEqual([]);
  });

  it('alone where the catalogue is not at hand', () => {
    const reporter = person('reporter', 'ho-chi-minh-2025');
    const target = ofAgency('binh-duong');
    expect([may(reporter, 'submit', target, REAL), may(reporter, 'submit', target)]).toEqual([true, false]);
  });
});

describe('the sector of a ministry', () => {
  const officer = person('reporter', 'bca');
  it('is what it leads that month, and of other offices just that', () => {
    expect([...sectorOf(officer, REAL, '2022-07')]).toContain('dk-thuong-tru');
    const sees = (service: string): boolean =>
      may(officer, 'see_drafts', { agency: 'ha-noi', service, month: '2022-07' }, REAL);
    // Permanent residence is led by the police, births by the Ministry of Justice.
    expect([sees('dk-thuong-tru'), sees('dk-khai-sinh')]).toEqual([true, false]);
    expect(may(officer, 'submit', { ...ofAgency('ha-noi'), service: 'dk-thuong-tru' }, REAL)).toBe(false);
  });

  it('changes with the lead', () => {
    // Roads went from Giao thông vận tải to Xây dựng on 2025-03-01, which stands for its predecessor too.
    const [before, after] = [person('reporter', 'bgtvt'), person('reporter', 'bxd-2025')];
    const led = sectorOf(before, REAL, '2022-07');
    expect(led.size).toBeGreaterThan(0);
    expect([...sectorOf(after, REAL, '2022-07')]).toEqual(expect.arrayContaining([...led]));
    expect([...sectorOf(before, REAL, '2025-06')]).toEqual([]);
  });

  it('is empty for provinces', () => {
    expect(sectorOf(VISITORS.reporter, REAL, '2022-07').size).toBe(0);
  });
});
