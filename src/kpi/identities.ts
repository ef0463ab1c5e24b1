/** What the counts of one row must be to each other; an identity holds where all its counts are reported. */
import { COUNTS, type CountName, type CountRow } from './figure.ts';
import type { ProblemCode } from './finding.ts';

/** Parts that cannot exceed their wholes. */
const PARTS: readonly [CountName, readonly CountName[]][] = [
  ['resolved_end_to_end', ['resolved_early', 'resolved_on_time', 'resolved_late']],
  ['results_digitised', ['resolved_early', 'resolved_on_time', 'resolved_late']],
  ['paid_online', ['fee_due']],
  ['satisfied', ['ratings']],
  ['files_digitised', ['received_online', 'received_direct']],
  ['data_reused', ['received_online', 'received_direct']],
];

/** A rule between counts as a spreadsheet can hold it: the sums of both sides are equal, or the left no larger. */
export interface Identity {
  code: ProblemCode;
  relation: 'equal' | 'no_larger';
  left: readonly CountName[];
  right: readonly CountName[];
}

const ONLINE: Identity = {
  code: 'online_sum_mismatch',
  relation: 'equal',
  left: ['online_full', 'online_partial'],
  right: ['received_online'],
};
const BALANCE: Identity = {
  code: 'balance_mismatch',
  relation: 'equal',
  left: ['carried_over', 'received_online', 'received_direct'],
  right: ['resolved_early', 'resolved_on_time', 'resolved_late', 'pending_on_time', 'pending_overdue'],
};

/** Every rule that `brokenIdentities` holds a row to. */
export const IDENTITIES: readonly Identity[] = [
  ONLINE,
  BALANCE,
  ...PARTS.map(
    ([part, whole]): Identity => ({
      code: 'part_exceeds_whole',
      relation: 'no_larger',
      left: [part],
      right: whole,
    }),
  ),
];

const at = (name: CountName): number => COUNTS.indexOf(name);
const places = (names: readonly CountName[]): number[] => names.map(at);
const RECEIVED_ONLINE = at('received_online');
const CARRIED_OVER = at('carried_over');
const ONLINE_PARTS = places(ONLINE.left);
const BALANCE_IN = places(BALANCE.left);
const BALANCE_OUT = places(BALANCE.right);
const PART_PLACES = PARTS.map(([part, wholes]) => ({ part: at(part), wholes: places(wholes) }));

export interface Broken {
  code: ProblemCode;
  column: CountName;
  details: Record<string, string>;
}

const NONE: readonly Broken[] = [];

/** The identities that a row's counts break; nearly always none. */
export function brokenIdentities(counts: CountRow): readonly Broken[] {
  let broken = NONE;
  const found = (code: ProblemCode, i: number, details: Record<string, string>) => {
    broken = [...broken, { code, column: COUNTS[i] as CountName, details }];
  };
  const online = total(counts, ONLINE_PARTS);
  const received = counts[RECEIVED_ONLINE] ?? null;
  if (online !== null && received !== null && online !== received) {
    found('online_sum_mismatch', RECEIVED_ONLINE, { sum: String(online), whole: String(received) });
  }
  const entered = total(counts, BALANCE_IN);
  const left = entered === null ? null : total(counts, BALANCE_OUT);
  if (entered !== null && left !== null && entered !== left) {
    found('balance_mismatch', CARRIED_OVER, { in: String(entered), out: String(left) });
  }
  for (const { part, wholes } of PART_PLACES) {
    const count = counts[part] ?? null;
    const whole = count === null ? null : total(counts, wholes);
    if (count !== null && whole !== null && count > whole) {
      found('part_exceeds_whole', part, { whole: String(whole), of: wholes.map(i => COUNTS[i]).join('|') });
    }
  }
  return broken;
}

function total(counts: CountRow, at: readonly number[]): number | null {
  let sum = 0;
  for (const i of at) {
    const count = counts[i] ?? null;
    if (count === null) return null;
    sum += count;
  }
  return sum;
}
