/** `/admin/accounts`: every account, as an admin sees it; inviting, disabling, beginning anew. */
import type { Request, RequestHandler, Response } from 'express';
import {
  type BadAccount,
  checkAccount,
  disable,
  type Invited,
  invite,
  restart,
  type Wanted,
} from '../../accounts/manage.ts';
import { ROLES, type Role } from '../../kpi/access.ts';
import { inForce } from '../../kpi/agency.ts';
import { hanoiDay } from '../../kpi/month.ts';
import { byName } from '../../kpi/ranking.ts';
import { inLang } from '../../render/address.ts';
import type { Choice } from '../../render.ts';
import { type Account, accountById, listAccounts } from '../../store/accounts.ts';
import { catalogueAt } from '../../store/reference.ts';
import { type Deps, knownOf, langOf, refuse, show } from '../answer.ts';
import { fault } from '../fault.ts';
import { localName } from '../shape.ts';
import { actorOf, visitorOf } from '../visitor.ts';
import { mailLink } from './new-password.ts';
import { textOf } from './sign-in.ts';

/** The page of all accounts (`doc` of view `accounts`). */
export interface AccountsDoc {
  accounts: {
    id: string;
    email: string;
    role: Role;
    agency: string | null;
    state: 'open' | 'invited' | 'disabled';
    secondFactor: boolean;
    /** Whether it is the admin's own: nobody shuts themselves out. */
    own: boolean;
  }[];
  roles: readonly Role[];
  agencies: readonly Choice[];
  given: Partial<Wanted>;
  complaint: BadAccount | 'not_sent' | null;
  /** What was just done. */
  done: 'invited' | 'disabled' | 'restarted' | null;
}

export function accountsPage(deps: Deps): RequestHandler {
  return async (req, res) => {
    const done =
      (['invited', 'disabled', 'restarted'] as const).find(what => what === req.query.done) ?? null;
    await showAccounts(deps, req, res, { done });
  };
}

export function accountInvited(deps: Deps): RequestHandler {
  return async (req, res) => {
    const { email, role, agency } = req.body ?? {};
    const wanted = { email: textOf(email), role: textOf(role), agency: textOf(agency) || null };
    const today = hanoiDay(deps.now());
    const account = checkAccount(wanted, await catalogueAt(deps.db, null), today);
    const made =
      typeof account === 'string' ? account : await invite(deps.db, account, actorOf(req), deps.now());
    if (typeof made !== 'string') return send(deps, req, res, made, 'invited');
    res.status(422);
    await showAccounts(deps, req, res, { given: wanted, complaint: made });
  };
}

export function accountDisabled(deps: Deps): RequestHandler {
  return async (req, res) => {
    const account = await otherAccount(deps, req, res);
    if (!account) return;
    await disable(deps.db, account, actorOf(req), deps.now());
    res.redirect(303, inLang('/admin/accounts?done=disabled', langOf(req)));
  };
}

export function accountRestarted(deps: Deps): RequestHandler {
  return async (req, res) => {
    const account = await otherAccount(deps, req, res);
    if (!account) return;
    await send(deps, req, res, await restart(deps.db, account, actorOf(req), deps.now()), 'restarted');
  };
}

/** The account that an address names, unless it is one's own; null once that is refused. */
async function otherAccount(deps: Deps, req: Request, res: Response): Promise<Account | null> {
  const id = String(req.params.id);
  const account = await accountById(deps.db, id);
  if (account && account.id !== visitorOf(res).id) return account;
  await refuse(deps, req, res, fault(account ? 'own_account' : 'unknown_account', { value: id }));
  return null;
}

async function send(
  deps: Deps,
  req: Request,
  res: Response,
  { account, token }: Invited,
  done: 'invited' | 'restarted',
): Promise<void> {
  try {
    await mailLink(deps, 'invitation', account.email, token);
  } catch (error) {
    deps.log.error({ err: error }, 'an invitation could not be sent');
    res.status(502);
    return showAccounts(deps, req, res, { complaint: 'not_sent' });
  }
  res.redirect(303, inLang(`/admin/accounts?done=${done}`, langOf(req)));
}

async function showAccounts(
  deps: Deps,
  req: Request,
  res: Response,
  said: Partial<AccountsDoc>,
): Promise<void> {
  const known = await knownOf(deps);
  const [lang, today] = [langOf(req), hanoiDay(deps.now())];
  const doc: AccountsDoc = {
    accounts: (await listAccounts(deps.db)).map(({ id, email, role, agency, ...account }) => ({
      ...{ id, email, role, agency },
      state: account.disabled ? 'disabled' : isOpen(account) ? 'open' : 'invited',
      secondFactor: account.totpSecret !== null,
      own: id === visitorOf(res).id,
    })),
    roles: ROLES,
    agencies: (known.catalogue?.agencies ?? [])
      .filter(a => a.kind !== 'group' && inForce(a, today))
      .sort(byName)
      .map(a => ({ value: a.code, name: localName(a, lang) })),
    ...{ given: {}, complaint: null, done: null, ...said },
  };
  res.set('Cache-Control', 'no-store');
  show(deps, req, res, 'accounts', doc, known);
}

/** Whether its holder has a way in already. */
const isOpen = ({ passwordHash, oidcSubject }: Pick<Account, 'passwordHash' | 'oidcSubject'>): boolean =>
  passwordHash !== null || oidcSubject !== null;
