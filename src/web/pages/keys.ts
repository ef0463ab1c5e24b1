/** `/admin/keys`: every API key with its scope and last use; issuing one, which is shown this once, and ending one. */
import type { Request, RequestHandler, Response } from 'express';
import { type IssuedKey, issueKey, KEY_DAYS, type KeyWish, revokeKey } from '../../accounts/keys.ts';
import { OFFICE_KINDS } from '../../kpi/access.ts';
import { inForce } from '../../kpi/agency.ts';
import { hanoiDay, rfc3339 } from '../../kpi/month.ts';
import { byName } from '../../kpi/ranking.ts';
import { inLang } from '../../render/address.ts';
import type { Choice } from '../../render.ts';
import { namesOf } from '../../store/accounts.ts';
import { allKeys, type KeyRow } from '../../store/api-keys.ts';
import { catalogueAt } from '../../store/reference.ts';
import { type Deps, knownOf, langOf, refuse, show } from '../answer.ts';
import { type Fault, fault, isFault, problemOf } from '../fault.ts';
import { parameter, readLang, unknownValue } from '../question.ts';
import { localName } from '../shape.ts';
import { actorOf } from '../visitor.ts';

/** The page of all keys (`doc` of view `keys`). */
export interface KeysDoc {
  keys: {
    id: number;
    agency: string;
    kinds: readonly string[];
    state: 'open' | 'expired' | 'revoked';
    issued_by: string;
    created_at: string;
    expires_at: string;
    last_used_at: string | null;
    last_refused_at: string | null;
  }[];
  agencies: readonly Choice[];
  kinds: readonly string[];
  days: typeof KEY_DAYS;
  /** The key just issued, in clear this once. */
  issued: IssuedKey | null;
  revoked: boolean;
  complaint: string | null;
}

export function keysPage(deps: Deps): RequestHandler {
  return async (req, res) => {
    const lang = readLang(req.query);
    if (isFault(lang)) return refuse(deps, req, res, lang);
    await showKeys(deps, req, res, { revoked: req.query.revoked === '1' });
  };
}

export function keyIssued(deps: Deps): RequestHandler {
  return async (req, res) => {
    const wish = await readWish(deps, req);
    if (isFault(wish)) {
      const problem = problemOf(wish, langOf(req));
      res.status(problem.status);
      return showKeys(deps, req, res, { complaint: problem.detail });
    }
    const issued = await issueKey(deps.db, wish, actorOf(req), deps.now());
    // Shown in the answer itself: an address to look it up at would have to keep it.
    res.status(201);
    await showKeys(deps, req, res, { issued });
  };
}

export function keyRevoked(deps: Deps): RequestHandler {
  return async (req, res) => {
    const id = String(req.params.id);
    const revoked = await revokeKey(deps.db, id, actorOf(req), deps.now());
    if (!revoked && !(await allKeys(deps.db)).some(key => String(key.id) === id))
      return refuse(deps, req, res, fault('unknown_key', { value: id }));
    res.redirect(303, inLang('/admin/keys?revoked=1', langOf(req)));
  };
}

/** What the form asks for, of these fields and no others. */
async function readWish({ db, now }: Deps, { body = {} }: Request): Promise<KeyWish | Fault> {
  const agency = parameter(body, 'agency') ?? '';
  if (isFault(agency)) return agency;
  const days = parameter(body, 'days') ?? String(KEY_DAYS.usual);
  if (isFault(days)) return days;
  if (!/^\d{1,3}$/.test(days) || Number(days) < 1 || Number(days) > KEY_DAYS.longest)
    return unknownValue('days', days, `1 – ${KEY_DAYS.longest}`);
  const kinds = OFFICE_KINDS.filter(kind => Object.hasOwn(body, `kind_${kind}`));
  if (kinds.length === 0) return unknownValue('kind', '', OFFICE_KINDS.join(', '));
  const catalogue = await catalogueAt(db, null);
  const found = catalogue.agencyByCode.get(agency);
  if (!found || !inForce(found, hanoiDay(now()))) return unknownValue('agency', agency, 'ha-noi …');
  return { agency, kinds, days: Number(days) };
}

async function showKeys(deps: Deps, req: Request, res: Response, said: Partial<KeysDoc>): Promise<void> {
  const known = await knownOf(deps);
  const [lang, at] = [langOf(req), deps.now()];
  const keys = await allKeys(deps.db);
  const names = await namesOf(
    deps.db,
    keys.map(key => key.issued_by),
  );
  const doc: KeysDoc = {
    keys: keys.map(key => keyDocument(key, names.get(key.issued_by) ?? key.issued_by, at)),
    agencies: (known.catalogue?.agencies ?? [])
      .filter(a => a.kind !== 'group' && inForce(a, hanoiDay(at)))
      .sort(byName)
      .map(a => ({ value: a.code, name: localName(a, lang) })),
    kinds: OFFICE_KINDS,
    days: KEY_DAYS,
    ...{ issued: null, revoked: false, complaint: null, ...said },
  };
  res.set('Cache-Control', 'no-store');
  show(deps, req, res, 'keys', doc, known);
}

function keyDocument(key: KeyRow, issued_by: string, at: number): KeysDoc['keys'][number] {
  const text = (instant: Date | null): string | null => instant && rfc3339(instant.getTime());
  return {
    id: key.id,
    agency: key.agency_code,
    kinds: key.kinds ?? OFFICE_KINDS,
    state: key.revoked_at ? 'revoked' : key.expires_at.getTime() <= at ? 'expired' : 'open',
    issued_by,
    created_at: rfc3339(key.created_at.getTime()),
    expires_at: rfc3339(key.expires_at.getTime()),
    last_used_at: text(key.last_used_at),
    last_refused_at: text(key.last_refused_at),
  };
}
