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

const at = (name: CountName): number => COUNTS.indexOf(name);
const places = (...names: CountName[]): number[] => names.map(at);
const RECEIVED_ONLINE = at('received_online');
const CARRIED_OVER = at('carried_over');
const ONLINE_PARTS = places('online_full', 'online_partial');
const BALANCE_IN = places('carried_over', 'received_online', 'received_direct');
const BALANCE_OUT = places(
  'resolved_early',
  'resolved_on_time',
  'resolved_late',
  'pending_on_time',
  'pending_overdue',
);
const PART_PLACES = PARTS.map(([part, wholes]) => ({ part: at(part), wholes: places(...wholes) }));

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
