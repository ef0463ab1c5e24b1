/** Accounts as an admin or the operator manages them: invited, disabled, begun anew; the holder does the rest. */
import { ROLES, type Role } from '../kpi/access.ts';
import { inForce } from '../kpi/agency.ts';
import type { Actor } from '../kpi/audit.ts';
import type { Catalogue } from '../kpi/catalogue.ts';
import type { Day } from '../kpi/month.ts';
import {
  type Account,
  addAccount,
  clearAccount,
  disableAccount,
  foldEmail,
  type NewAccount,
} from '../store/accounts.ts';
import { recordEvent } from '../store/audit.ts';
import type { Db } from '../store/connect.ts';
import { endLinks } from '../store/one-time-links.ts';
import { endSessions } from '../store/sessions.ts';
import { makeLink } from './links.ts';

/** What somebody wrote who wants to invite. */
export interface Wanted {
  email: string;
  role: string;
  agency: string | null;
}

export type BadAccount =
  | 'bad_email'
  | 'bad_role'
  | 'agency_missing'
  | 'agency_unknown'
  | 'agency_unwanted'
  | 'taken';

/** One address and nothing that a mail program reads as more. */
const EMAIL = /^[^\s@,;:<>()[\]"\\]{1,64}@[^\s@,;:<>()[\]"\\]+\.[^\s@,;:<>()[\]"\\]+$/u;
const LONGEST_EMAIL = 254;

/** An account as it can be made, or what is wrong with it. Reporters and approvers are of an agency in force. */
export function checkAccount(
  { email, role, agency }: Wanted,
  catalogue: Catalogue,
  today: Day,
): Omit<NewAccount, 'invitedBy'> | BadAccount {
  const address = foldEmail(email);
  if (!EMAIL.test(address) || address.length > LONGEST_EMAIL) return 'bad_email';
  const known = ROLES.find(r => r === role);
  if (!known) return 'bad_role';
  if (!isOfOffice(known)) return agency ? 'agency_unwanted' : { email: address, role: known, agency: null };
  if (!agency) return 'agency_missing';
  const office = catalogue.agencies.find(a => a.code === agency);
  if (!office || office.kind === 'group' || !inForce(office, today)) return 'agency_unknown';
  return { email: address, role: known, agency };
}

export const isOfOffice = (role: Role): boolean => role === 'reporter' || role === 'approver';

export interface Invited {
  account: Account;
  /** The secret part of the link by which the holder chooses a password. */
  token: string;
}

/** Makes an account that its holder opens by a mailed link. */
export async function invite(
  db: Db,
  wanted: Omit<NewAccount, 'invitedBy'>,
  actor: Actor,
  at: number,
): Promise<Invited | 'taken'> {
  return db.transaction().execute(async trx => {
    const account = await addAccount(trx, { ...wanted, invitedBy: actor.visitor.name }, at);
    if (!account) return 'taken';
    const token = await makeLink(trx, account.id, 'invitation', at);
    const { id, role, agency } = account;
    await recordEvent(trx, {
      ...actor,
      action: 'account_invited',
      subject: `account ${id}`,
      after: { role, agency },
    });
    return { account, token };
  });
}

/** Closes an account: its sessions and links end, nothing of what it did is lost. */
export async function disable(db: Db, account: Account, actor: Actor, at: number): Promise<void> {
  await db.transaction().execute(async trx => {
    if (!(await disableAccount(trx, account.id, at))) return;
    await endSessions(trx, account.id);
    await endLinks(trx, account.id);
    await recordEvent(trx, { ...actor, action: 'account_disabled', subject: `account ${account.id}` });
  });
}

/**
 * Begins an account anew, also a disabled one: password, second factor and sessions are gone, and a link lets its
 * holder choose new ones. For who lost everything, and for whom nothing is to be trusted any more.
 */
export async function restart(db: Db, account: Account, actor: Actor, at: number): Promise<Invited> {
  return db.transaction().execute(async trx => {
    await clearAccount(trx, account.id);
    await endSessions(trx, account.id);
    const token = await makeLink(trx, account.id, 'invitation', at);
    const subject = `account ${account.id}`;
    if (account.totpSecret !== null)
      await recordEvent(trx, { ...actor, action: 'second_factor_removed', subject });
    const action = account.disabled ? 'account_enabled' : 'account_invited';
    await recordEvent(trx, { ...actor, action, subject });
    return { account, token };
  });
}
