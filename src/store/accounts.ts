/** Accounts: who may sign in, in which role, for which agency. */
import type { Selectable } from 'kysely';
import type { Role } from '../kpi/access.ts';
import type { Db } from './connect.ts';
import type { Tables } from './tables.ts';

export interface Account {
  id: string;
  email: string;
  role: Role;
  agency: string | null;
  passwordHash: string | null;
  /** Sealed (src/accounts/seal.ts). */
  totpSecret: string | null;
  oidcSubject: string | null;
  createdAt: Date;
  disabled: boolean;
}

/** What an account is made of; everything else comes later and by its holder. */
export interface NewAccount {
  email: string;
  role: Role;
  agency: string | null;
  /** The name of whoever asked for it. */
  invitedBy: string;
}

/** An account from its row. */
export function accountOf(row: Selectable<Tables['accounts']>): Account {
  return {
    id: String(row.id),
    email: row.email,
    role: row.role,
    agency: row.agency_code,
    passwordHash: row.password_hash,
    totpSecret: row.totp_secret,
    oidcSubject: row.oidc_subject,
    createdAt: row.created_at,
    disabled: row.disabled_at !== null,
  };
}

/** Addresses are compared in small letters: nobody has two accounts by writing theirs in capitals. */
export function foldEmail(email: string): string {
  return email.trim().normalize('NFC').toLowerCase();
}

export async function accountByEmail(db: Db, email: string): Promise<Account | null> {
  const row = await db
    .selectFrom('accounts')
    .selectAll()
    .where('email', '=', foldEmail(email))
    .executeTakeFirst();
  return row ? accountOf(row) : null;
}

/** Stores a new account; null when its address has one already. */
export async function addAccount(db: Db, account: NewAccount, at: number): Promise<Account | null> {
  const row = await db
    .insertInto('accounts')
    .values({
      email: foldEmail(account.email),
      role: account.role,
      agency_code: account.agency,
      created_at: new Date(at),
      invited_by: account.invitedBy,
    })
    .onConflict(conflict => conflict.column('email').doNothing())
    .returningAll()
    .executeTakeFirst();
  return row ? accountOf(row) : null;
}

export async function accountById(db: Db, id: string): Promise<Account | null> {
  if (!/^\d{1,15}$/.test(id)) return null;
  const row = await db.selectFrom('accounts').selectAll().where('id', '=', Number(id)).executeTakeFirst();
  return row ? accountOf(row) : null;
}

/** Every account, by address. */
export async function listAccounts(db: Db): Promise<Account[]> {
  const rows = await db.selectFrom('accounts').selectAll().orderBy('email').execute();
  return rows.map(accountOf);
}

export async function setPassword(db: Db, id: string, hash: string): Promise<void> {
  await db.updateTable('accounts').set({ password_hash: hash }).where('id', '=', Number(id)).execute();
}

/** False when it was disabled before. */
export async function disableAccount(db: Db, id: string, at: number): Promise<boolean> {
  const done = await db
    .updateTable('accounts')
    .set({ disabled_at: new Date(at) })
    .where('id', '=', Number(id))
    .where('disabled_at', 'is', null)
    .executeTakeFirst();
  return done.numUpdatedRows === 1n;
}

/** Takes everything away by which somebody could sign in, and opens a disabled account. */
export async function clearAccount(db: Db, id: string): Promise<void> {
  const gone = { password_hash: null, totp_secret: null, totp_last_step: null, disabled_at: null };
  await db.updateTable('accounts').set(gone).where('id', '=', Number(id)).execute();
  await db.deleteFrom('recovery_codes').where('account_id', '=', Number(id)).execute();
}

export async function accountBySubject(db: Db, subject: string): Promise<Account | null> {
  const row = await db
    .selectFrom('accounts')
    .selectAll()
    .where('oidc_subject', '=', subject)
    .executeTakeFirst();
  return row ? accountOf(row) : null;
}

/** Stores what an OpenID provider says of an account's holder. */
export async function takeClaims(
  db: Db,
  id: string,
  { role, agency, subject }: { role: Role; agency: string | null; subject: string },
): Promise<void> {
  await db
    .updateTable('accounts')
    .set({ role, agency_code: agency, oidc_subject: subject })
    .where('id', '=', Number(id))
    .execute();
}

/** The mail addresses of accounts that are written as the audit knows them (`person 5`); others are left out. */
export async function namesOf(db: Db, people: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const ids = new Set(people.flatMap(text => /^person (\d+)$/.exec(text)?.[1] ?? []));
  if (ids.size === 0) return new Map();
  const rows = await db
    .selectFrom('accounts')
    .select(['id', 'email'])
    .where('id', 'in', [...ids].map(Number))
    .execute();
  return new Map(rows.map(({ id, email }) => [`person ${id}`, email]));
}
