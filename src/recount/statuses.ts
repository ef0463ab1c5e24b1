/** Service statuses replayed file by file: what is current, and what each file put an end to. */
import { bare } from './headings.ts';
import { dayIn, isAside, type Names } from './names.ts';
import type { FileRow } from './rows.ts';
import type { StoredStatus } from './stored.ts';

type Status = Omit<StoredStatus, 'ended'>;

/** Statuses by `DAY|AGENCY|SERVICE`, and by the same with `|POSTING` those that a posting ended. */
export interface StatusReplay {
  current: Map<string, Status>;
  superseded: Map<string, Status>;
}

const MODES: readonly [RegExp, string][] = [
  [/toantrinh|full/, 'full'],
  [/motphan|partial/, 'partial'],
  [/thongtin|information/, 'information'],
];
const YES = /^(co|da|yes|true|1|x)$/;
const TICK = /^[✓✔]$/;
const NO = /^(khong|chua|no|false|0)$/;

/** Takes one file of statuses; answers with its number of rows. `agency` is for files that leave it out. */
export async function takeStatuses(
  replay: StatusReplay,
  posting: { id: number; agency: string | null },
  rows: AsyncIterable<FileRow>,
  names: Names,
): Promise<number> {
  let count = 0;
  for await (const { cell } of rows) {
    if (isAside(cell, names, ['level', 'mode'])) continue;
    count += 1;
    const day = dayIn(cell('as_of'));
    const agency = names.agency(cell('agency') || (posting.agency ?? ''), day.slice(0, 7));
    const key = `${day}|${agency}|${names.service(cell('service'))}`;
    const level = /[1-4]/.exec(cell('level'))?.[0];
    const mode = MODES.find(([word]) => word.test(bare(cell('mode'))))?.[1] ?? null;
    const portal = bare(cell('on_portal'));
    const status: Status = {
      key,
      level: level ? Number(level) : null,
      mode,
      on_portal: YES.test(portal) || TICK.test(cell('on_portal')) ? true : NO.test(portal) ? false : null,
      note: cell('note'),
      posting: posting.id,
    };
    const before = replay.current.get(key);
    if (before && SPOKEN.every(name => before[name] === status[name])) continue;
    if (before) replay.superseded.set(`${key}|${posting.id}`, before);
    replay.current.set(key, status);
  }
  return count;
}

/** What a status says, as opposed to where it comes from. */
export const SPOKEN = ['level', 'mode', 'on_portal', 'note'] as const;
