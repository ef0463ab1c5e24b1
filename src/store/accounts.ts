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
