/** People of a test site who are signed in, second factor and all, without anybody's password being worked out. */
import type { Kysely } from 'kysely';
import { startSession } from '../../src/accounts/session.ts';
import type { Role } from '../../src/kpi/access.ts';
import { type Account, addAccount } from '../../src/store/accounts.ts';
import type { Tables } from '../../src/store/tables.ts';

/** What every test site takes for granted. */
export const SETTLED = {
  baseUrl: 'http://127.0.0.1',
  secret: 'the secret of an installation for tests',
  send: async () => {},
};

export interface PersonAnswer {
  status: number;
  headers: Headers;
  text: string;
  json: Record<string, unknown>;
}

/** Somebody at a browser of their own; no redirect is followed. */
export interface Person {
  account: Account;
  /** The value of a `Cookie` header. */
  cookie: string;
  get(path: string, headers?: Record<string, string>): Promise<PersonAnswer>;
  send(path: string, init: RequestInit): Promise<PersonAnswer>;
  /** Sends a form without a file. */
  post(path: string, form?: Record<string, string>): Promise<PersonAnswer>;
}

/** Signs somebody new in: `await person('reporter', 'ha-noi')`. Leaders and admins have no agency. */
export type SignIn = (role: Role, agency?: string) => Promise<Person>;

/** How people sign in on a site. */
export function peopleOf(db: Kysely<Tables>, origin: string, now: () => number): SignIn {
  let count = 0;
  return async (role, agency) => {
    count += 1;
    const email = `${role}${count}.${agency ?? 'toan-trinh'}@example.vn`;
    const made = { email, role, agency: agency ?? null, invitedBy: 'operator' };
    const account = await addAccount(db, made, now());
    if (!account) throw new Error(`${email} has an account already`);
    return personAt(origin, account, await startSession(db, account, true, null, now()));
  };
}

/** Somebody who holds the text of a session. */
export function personAt(origin: string, account: Account, token: string): Person {
  const cookie = `toan_trinh=${token}`;
  const send: Person['send'] = async (path, init) => {
    const headers = new Headers(init.headers);
    headers.set('Cookie', cookie);
    if (!headers.has('Accept')) headers.set('Accept', 'text/html');
    const response = await fetch(origin + path, { redirect: 'manual', ...init, headers });
    const text = await response.text();
    const isJson = /json/.test(response.headers.get('content-type') ?? '');
    return { status: response.status, headers: response.headers, text, json: isJson ? JSON.parse(text) : {} };
  };
  return {
    account,
    cookie,
    send,
    get: (path, headers = {}) => send(path, { headers }),
    post: (path, form = {}) => send(path, { method: 'POST', body: new URLSearchParams(form) }),
  };
}
