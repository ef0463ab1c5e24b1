/** Who is asking and what they may do: every rule of access, denied unless a row of one table allows it. */
import { type Catalogue, leadOf } from './catalogue.ts';
import { lastDay, type Month } from './month.ts';

export const ROLES = ['reporter', 'approver', 'leader', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** Kinds of files that an office sends for itself; every other kind is an admin's. */
export const OFFICE_KINDS: readonly string[] = ['monthly-return', 'service-status'];

export interface Visitor {
  kind: 'public' | 'person' | 'key' | 'operator';
  /** Of the account or of the key; accounts and keys are numbered apart (see `senderOf`). */
  id: string | null;
  /** What stands as the sender: the mail address of a person, `key N`, `operator`. */
  name: string;
  /** Of a person; null for everybody else. */
  role: Role | null;
  /** Code of the agency that a reporter, an approver or a key stands for. */
  agency: string | null;
  /** Kinds of files that a key may send; null is all that it may. Persons have null. */
  kinds: readonly string[] | null;
}

export const PUBLIC: Visitor = nobody('public', '');
/** Whoever runs the commands. */
export const OPERATOR: Visitor = nobody('operator', 'operator');

function nobody(kind: 'public' | 'operator', name: string): Visitor {
  return Object.freeze({ kind, id: null, name, role: null, agency: null, kinds: null });
}

/** What an action is done to. What a rule needs and is left out counts against it. */
export interface Target {
  /** Code of the agency; null for a file of several, and for the country. */
  agency?: string | null;
  /** Kind of the file. */
  kind?: string;
  /** Who sent it, by `senderOf`; null for what nobody signed in sent. */
  sentBy?: string | null;
  /** The role that the sender had. */
  sentAs?: Role | null;
  /** A service and a month of figures, for the sector that a ministry leads. */
  service?: string;
  month?: Month;
}

/** Tells senders apart for good: an account whatever its address, a key; null for everybody else. */
export function senderOf({ kind, id }: Visitor): string | null {
  return id === null ? null : `${kind} ${id}`;
}

type Condition = (visitor: Visitor, target: Target, catalogue: Catalogue | null) => boolean;

const always: Condition = () => true;

/** Of the visitor's own agency, or of one that it took over. */
const own: Condition = (visitor, { agency }, catalogue) =>
  agency != null && agenciesOf(visitor, catalogue).has(agency);

const ownOrSector: Condition = (visitor, target, catalogue) => {
  const { service, month } = target;
  if (own(visitor, target, catalogue)) return true;
  return service !== undefined && month !== undefined && catalogue
    ? sectorOf(visitor, catalogue, month).has(service)
    : false;
};

const ofOffice: Condition = (_, { kind }) => kind !== undefined && OFFICE_KINDS.includes(kind);

const ownReturn: Condition = (visitor, target, catalogue) =>
  ofOffice(visitor, target, catalogue) &&
  own(visitor, target, catalogue) &&
  (visitor.kinds?.includes(target.kind ?? '') ?? true);

const sent: Condition = (visitor, { sentBy }) => sentBy != null && sentBy === senderOf(visitor);
const sentOrOwn: Condition = (...asked) => sent(...asked) || own(...asked);

/** Sent by somebody else of whom it is known who: a second person, not the same through another door. */
const bySomebodyElse: Condition = (visitor, { sentBy }) =>
  visitor.kind === 'person' && sentBy !== undefined && sentBy !== senderOf(visitor);

/** An office's file is for somebody of the office, even where an admin sent it. */
const secondOfOffice: Condition = (...asked) => bySomebodyElse(...asked) && ownReturn(...asked);

/** What another admin sent, and what was sent before there were accounts. */
const secondAdmin: Condition = (visitor, target, catalogue) =>
  bySomebodyElse(visitor, target, catalogue) && (target.sentAs === 'admin' || target.sentBy === null);

const sentOrNobodys: Condition = (visitor, target, catalogue) =>
  sent(visitor, target, catalogue) || target.sentBy === null;

const ADMINS = { admin: always, operator: always };
const OVERSEERS = { leader: always, ...ADMINS };

/** Everything that is not everybody's, with who may see or do it, and of what. */
const RULES = {
  /** Figures, statuses and rates of a month that is not published. */
  see_drafts: { reporter: ownOrSector, approver: ownOrSector, ...OVERSEERS },
  /** A file as received, its receipt, and what was found in it. */
  see_submission: { reporter: sentOrOwn, approver: sentOrOwn, key: sent, ...OVERSEERS },
  submit: { reporter: ownReturn, approver: ownReturn, key: ownReturn, ...ADMINS },
  confirm: { reporter: sent, approver: sent, key: sent, admin: sentOrNobodys },
  withdraw: { reporter: sent, approver: sent, key: sent, admin: sentOrNobodys },
  approve: { approver: secondOfOffice, admin: secondAdmin },
  return: { approver: secondOfOffice, admin: secondAdmin },
  object: { reporter: own, approver: own },
  see_objection: { reporter: own, approver: own, ...OVERSEERS },
  answer_objection: { leader: bySomebodyElse, admin: bySomebodyElse, operator: always },
  /** To write why a month may be published although objections are open; who does then is somebody else. */
  overrule_objections: OVERSEERS,
  publish: OVERSEERS,
  reopen: OVERSEERS,
  grant_late_entry: ADMINS,
  set_deadline: ADMINS,
  import_catalogue: ADMINS,
  manage_accounts: ADMINS,
  manage_keys: ADMINS,
  read_audit: ADMINS,
} as const satisfies Record<string, Partial<Record<Standing, Condition>>>;

export type Action = keyof typeof RULES;
export const ACTIONS = Object.keys(RULES) as Action[];

/** A role, or for who has none what they are. */
type Standing = Role | 'public' | 'key' | 'operator';

function conditionOf({ kind, role }: Visitor, action: Action): Condition | undefined {
  const rules: Partial<Record<Standing, Condition>> = RULES[action];
  return kind === 'person' ? (role === null ? undefined : rules[role]) : rules[kind];
}

/**
 * Whether a visitor may do something to something. Without the catalogue an agency counts as itself only, not
 * as the successor of others: less is allowed, never more.
 */
export function may(
  visitor: Visitor,
  action: Action,
  target: Target = {},
  catalogue: Catalogue | null = null,
): boolean {
  return conditionOf(visitor, action)?.(visitor, target, catalogue) ?? false;
}

/** Whether there is anything at all to which a visitor may do it: what menus go by. */
export function mayEver(visitor: Visitor, action: Action): boolean {
  return conditionOf(visitor, action) !== undefined;
}

/** The visitor's agency with all that it took over by merging or renaming, whenever; a split takes nothing over. */
export function agenciesOf({ agency }: Visitor, catalogue: Catalogue | null): ReadonlySet<string> {
  const found = new Set(agency === null ? [] : [agency]);
  // A set grows while it is walked, so predecessors of predecessors come in too.
  for (const code of found) {
    for (const s of catalogue?.successions ?? []) {
      if (s.successor === code && s.kind !== 'split') found.add(s.predecessor);
    }
  }
  return found;
}

/** The services that a person's agency leads in a month, itself or through one that it took over. */
export function sectorOf(visitor: Visitor, catalogue: Catalogue, month: Month): ReadonlySet<string> {
  const agencies = agenciesOf(visitor, catalogue);
  const led = catalogue.services.filter(({ code }) =>
    agencies.has(leadOf(catalogue, code, lastDay(month))?.agency ?? ''),
  );
  return new Set(led.map(s => s.code));
}

/** The figures of unpublished months that are seen: of some agencies, and by month of some services of all. */
export type Drafts = 'none' | 'all' | { agencies: readonly string[]; sector: readonly [Month, string][] };

/** The drafts that a visitor sees in some months; pages and row security both go by it. */
export function draftsOf(visitor: Visitor, catalogue: Catalogue, months: readonly Month[]): Drafts {
  if (may(visitor, 'see_drafts')) return 'all';
  if (!mayEver(visitor, 'see_drafts')) return 'none';
  const led = months.flatMap(month =>
    [...sectorOf(visitor, catalogue, month)].map((service): [Month, string] => [month, service]),
  );
  return { agencies: [...agenciesOf(visitor, catalogue)], sector: led };
}
