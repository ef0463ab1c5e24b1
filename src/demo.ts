/** Fills an empty embedded database with the invented sample, through the ordinary intake, and opens accounts to try. */
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Kysely } from 'kysely';
import { followLink } from './accounts/links.ts';
import { invite } from './accounts/manage.ts';
import { PASSWORDS } from './accounts/password.ts';
import { newToken } from './accounts/token.ts';
import { accept } from './intake/accept.ts';
import { OPERATOR, type Role } from './kpi/access.ts';
import { addMonths, hanoiDay, monthOf, monthsBetween } from './kpi/month.ts';
import { buildSample } from './sample/generate.ts';
import { listAccounts } from './store/accounts.ts';
import { seeingAllDrafts } from './store/handles.ts';
import { publishedMonths, publishMonth } from './store/months.ts';
import { catalogueAt } from './store/reference.ts';
import type { Tables } from './store/tables.ts';

const MONTHS = 24;
const SEED = 'toan-trinh';

/** Whether nobody has sent or published anything yet, or an earlier filling was cut short. */
export async function wantsDemo(db: Kysely<Tables>, dataDir: string): Promise<boolean> {
  const sent = await seeingAllDrafts(db)
    .selectFrom('submissions')
    .select('door')
    .where('kind', 'not in', ['milestones', 'directives'])
    .groupBy('door')
    .execute();
  // A filling that was cut short goes on only as long as nothing but the sample has come in.
  if (existsSync(marker(dataDir))) return sent.every(s => s.door === 'sample');
  return sent.length === 0 && (await publishedMonths(db)).length === 0;
}

/**
 * Imports the last 24 complete months of the sample, publishes all but the newest, and tells `progress`
 * the share done. A file that was taken before changes nothing, so an interrupted filling can be resumed.
 */
export async function fillWithDemo(
  db: Kysely<Tables>,
  dataDir: string,
  now: () => number,
  progress: (done: number, text: string) => void,
): Promise<void> {
  writeFileSync(marker(dataDir), 'the sample is being loaded; the next start goes on with it\n');
  const catalogue = await catalogueAt(db, null);
  const last = addMonths(monthOf(hanoiDay(now())), -1);
  const from = addMonths(last, 1 - MONTHS);
  // Latecomers of the newest month may lie ahead of the clock: they have not come in yet.
  const files = [...buildSample(catalogue, { months: MONTHS, from, seed: SEED, units: 'none' })].filter(
    file => file.receivedAt <= now(),
  );
  for (const [i, file] of files.entries()) {
    progress(i / files.length, file.name);
    const { bytes, kind, name: fileName, receivedAt } = file;
    const sent = { bytes, kind, fileName, receivedAt, contentType: 'text/csv', period: null, agency: null };
    const receipt = await accept(
      db,
      { ...sent, sender: 'sample', door: 'sample', reason: 'sample', lang: 'en' },
      now,
    );
    if (receipt.status === 'refused') {
      throw new Error(`${fileName}: ${JSON.stringify(receipt.problems[0])}`);
    }
  }
  for (const month of monthsBetween(from, addMonths(last, -1))) {
    await publishMonth(db, month, 'sample');
  }
  progress(1, '');
  rmSync(marker(dataDir));
}

/** One person per role, and two of them of Hà Nội: whoever sends figures does not approve them. */
const PEOPLE: readonly [name: string, role: Role, agency: string | null][] = [
  ['bao-cao.ha-noi', 'reporter', 'ha-noi'],
  ['duyet.ha-noi', 'approver', 'ha-noi'],
  ['bao-cao.bo-cong-an', 'reporter', 'bca'],
  ['lanh-dao', 'leader', null],
  ['quan-tri', 'admin', null],
];

export interface DemoAccount {
  email: string;
  role: Role;
  agency: string | null;
  password: string;
}

/** Opens the accounts of the demo, unless there are accounts; the passwords are random and stand nowhere else. */
export async function openDemoAccounts(db: Kysely<Tables>, now: () => number): Promise<DemoAccount[]> {
  if ((await listAccounts(db)).length > 0) return [];
  const opened: DemoAccount[] = [];
  for (const [name, role, agency] of PEOPLE) {
    const email = `${name}@demo.example`;
    const invited = await invite(db, { email, role, agency }, { visitor: OPERATOR }, now());
    if (invited === 'taken') continue;
    const password = newToken().slice(0, DEMO_PASSWORD);
    const chosen = { password, from: null };
    await followLink(db, invited.token, 'invitation', chosen, PASSWORDS, now());
    opened.push({ email, role, agency, password });
  }
  return opened;
}

/** 96 random bits. */
const DEMO_PASSWORD = 16;

const marker = (dataDir: string): string => join(dataDir, 'sample-loading.txt');
