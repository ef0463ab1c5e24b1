/** What the counts of one row must be to each other; an identity holds where all its counts are reported. */
import { COUNTS, type CountName, type CountRows, NOT_REPORTED } from './figure.ts';
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
const RECEIVED_ONLINE = places(ONLINE.right);
const ONLINE_PARTS = places(ONLINE.left);
const BALANCE_IN = places(BALANCE.left);
const BALANCE_OUT = places(BALANCE.right);
interface PartPlaces {
  part: number;
  wholes: number[];
}
const PART_PLACES: PartPlaces[] = PARTS.map(([part, wholes]) => ({ part: at(part), wholes: places(wholes) }));

export interface Broken {
  code: ProblemCode;
  column: CountName;
  details: Record<string, string>;
}

const NONE: readonly Broken[] = [];

/** The identities that the row at `start` breaks; nearly always none. On the path of every row of a bulk file. */
export function brokenIdentities(counts: CountRows, start: number): readonly Broken[] {
  let broken = NONE;
  const online = total(counts, start, ONLINE_PARTS);
  const received = total(counts, start, RECEIVED_ONLINE);
  if (online >= 0 && received >= 0 && online !== received) {
    broken = [...broken, onlineMismatch(online, received)];
  }
  const entered = total(counts, start, BALANCE_IN);
  const left = total(counts, start, BALANCE_OUT);
  if (entered >= 0 && left >= 0 && entered !== left) broken = [...broken, balanceMismatch(entered, left)];
  for (let i = 0; i < PART_PLACES.length; i++) {
    const { part, wholes } = PART_PLACES[i] as PartPlaces;
    const count = counts[start + part] as number;
    if (count <= 0) continue;
    const whole = total(counts, start, wholes);
    if (whole >= 0 && count > whole) broken = [...broken, partExceeds(part, wholes, whole)];
  }
  return broken;
}

/** `NOT_REPORTED` when one of them is. */
function total(counts: CountRows, start: number, at: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < at.length; i++) {
    const count = counts[start + (at[i] as number)] as number;
    if (count < 0) return NOT_REPORTED;
    sum += count;
  }
  return sum;
}

const onlineMismatch = (sum: number, whole: number): Broken => ({
  code: 'online_sum_mismatch',
  column: 'received_online',
  details: { sum: String(sum), whole: String(whole) },
});
const balanceMismatch = (entered: number, left: number): Broken => ({
  code: 'balance_mismatch',
  column: 'carried_over',
  details: { in: String(entered), out: String(left) },
});
const partExceeds = (part: number, wholes: readonly number[], whole: number): Broken => ({
  code: 'part_exceeds_whole',
  column: COUNTS[part] as CountName,
  details: { whole: String(whole), of: wholes.map(i => COUNTS[i]).join('|') },
});
