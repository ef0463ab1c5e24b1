/** `/admin`: the way to everything that is administered, with what there is of each. */
import type { RequestHandler } from 'express';
import { type Action, mayEver } from '../../kpi/access.ts';
import { listAccounts } from '../../store/accounts.ts';
import { allKeys } from '../../store/api-keys.ts';
import { holdsAt, lateEntries } from '../../store/late-entries.ts';
import { openByMonth } from '../../store/objections.ts';
import { type Deps, knownOf, show } from '../answer.ts';
import { visitorOf } from '../visitor.ts';

/** The page of administration (`doc` of view `admin`). */
export interface AdminDoc {
  entries: { id: string; address: string; count: number | null }[];
}

export function adminPage(deps: Deps): RequestHandler {
  return async (req, res) => {
    const { db } = deps;
    const now = deps.now();
    const open = [...(await openByMonth(db)).values()].reduce((sum, n) => sum + n, 0);
    const events = await db.selectFrom('audit_head').select('id').executeTakeFirstOrThrow();
    const accounts = (await listAccounts(db)).filter(a => !a.disabled).length;
    const keys = (await allKeys(db)).filter(k => !k.revoked_at && k.expires_at.getTime() > now).length;
    const late = (await lateEntries(db, null)).filter(e => holdsAt(e, now)).length;
    const all: [id: string, address: string, action: Action, count: number | null][] = [
      ['months', '/months', 'publish', null],
      ['objections', '/admin/objections?status=open', 'answer_objection', open],
      ['deadlines', '/admin/deadlines', 'set_deadline', null],
      ['late_entries', '/admin/late-entries', 'grant_late_entry', late],
      ['accounts', '/admin/accounts', 'manage_accounts', accounts],
      ['keys', '/admin/keys', 'manage_keys', keys],
      ['audit', '/admin/audit', 'read_audit', events.id],
    ];
    const doc: AdminDoc = {
      entries: all
        .filter(([, , action]) => mayEver(visitorOf(res), action))
        .map(([id, address, , count]) => ({ id, address, count })),
    };
    res.set('Cache-Control', 'no-store');
    show(deps, req, res, 'admin', doc, await knownOf(deps));
  };
}
