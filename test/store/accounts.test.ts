/** What is used up once is used up once, asked for by however many at the same moment. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { addAccount } from '../../src/store/accounts.ts';
import { storeLink, takeLink } from '../../src/store/one-time-links.ts';
import {
  enrolSecret,
  storeRecoveryCodes,
  takeRecoveryCode,
  takeStep,
} from '../../src/store/second-factor.ts';
import { countTry } from '../../src/store/throttles.ts';
import { freshDatabase, type TestDatabase } from '../support/database.ts';

const NOW = Date.parse('2025-08-20T12:00:00+07:00');
let test: TestDatabase;
let account: string;
beforeAll(async () => {
  test = await freshDatabase();
  const made = { email: 'lan@hanoi.example', role: 'leader', agency: null, invitedBy: 'test' } as const;
  account = (await addAccount(test.db, made, NOW))?.id ?? '';
});
afterAll(() => test.close());

/** How many of eight at the same moment succeed. */
const winners = async (take: () => Promise<boolean>): Promise<number> =>
  (await Promise.all(Array.from({ length: 8 }, take))).filter(Boolean).length;

it('a time step, and every earlier one with it', async () => {
  expect(await winners(() => takeStep(test.db, account, 100))).toBe(1);
  expect(await takeStep(test.db, account, 99)).toBe(false);
  expect(await takeStep(test.db, account, 101)).toBe(true);
});

it('a recovery code', async () => {
  await storeRecoveryCodes(test.db, account, ['a', 'b']);
  expect(await winners(() => takeRecoveryCode(test.db, account, 'a'))).toBe(1);
});

it('a mailed link', async () => {
  await storeLink(test.db, { hash: 'h', account, purpose: 'reset', expiresAt: NOW + 1000 });
  expect(await winners(() => takeLink(test.db, 'h', NOW))).toBe(1);
});

it('the enrolment of a first second factor', async () => {
  const enrol = () => enrolSecret(test.db, account, { sealed: 's', step: 200, replaces: false });
  expect(await winners(enrol)).toBe(1);
});

it('an address', async () => {
  const made = { email: 'hoa@hanoi.example', role: 'leader', agency: null, invitedBy: 'test' } as const;
  expect(await winners(async () => (await addAccount(test.db, made, NOW)) !== null)).toBe(1);
});

it('tries at the same moment are counted one by one, and forgotten when their span is over', async () => {
  const tries = await Promise.all(Array.from({ length: 8 }, () => countTry(test.db, 'k', 1000, NOW)));
  expect(tries.sort()).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  expect(await countTry(test.db, 'k', 1000, NOW + 999)).toBe(9);
  expect(await countTry(test.db, 'k', 1000, NOW + 1000)).toBe(1);
});
