/** Events of the audit: what can happen, and what of it may be written down for ever. */
import type { Visitor } from './access.ts';

/** Everything that is told of; each has its words in both languages (`audit_action.…`). */
export const ACTIONS = [
  'signed_in',
  'sign_in_refused',
  'second_factor_refused',
  'signed_out',
  'sessions_ended',
  'password_changed',
  'second_factor_enrolled',
  'second_factor_removed',
  'recovery_codes_made',
  'recovery_code_used',
  'reset_requested',
  'account_invited',
  'account_opened',
  'account_changed',
  'account_disabled',
  'account_enabled',
  'access_refused',
  'submission_accepted',
  'submission_refused',
  'submission_unchanged',
  'submission_confirmed',
  'submission_approved',
  'submission_returned',
  'submission_withdrawn',
  'late_entry_granted',
  'late_entry_ended',
  'deadline_set',
  'month_published',
  'month_reopened',
  'publication_frozen',
  'reference_loaded',
  'objection_raised',
  'objection_answered',
  'objection_withdrawn',
  'objections_overruled',
  'key_issued',
  'key_revoked',
  'key_refused',
  'personal_data_erased',
] as const;
export type AuditAction = (typeof ACTIONS)[number];

type Told = string | number | boolean | null;
/** What something was before or is afterwards: plain values, no personal data. */
export type Facts = Readonly<Record<string, Told | readonly Told[] | undefined>>;

/** Who does something, and from where. */
export interface Actor {
  visitor: Visitor;
  /** The network address. */
  from?: string | null;
  /** How it came in, where that does not follow from who came. */
  door?: string;
}

export interface AuditEvent extends Actor {
  action: AuditAction;
  /** What it was done to: the kind of thing and its number or code, `submission 12`, `month 2025-07`. */
  subject: string;
  before?: Facts | null;
  after?: Facts | null;
}

/** How visitors come in, unless something else is said. */
const DOORS: Readonly<Record<Visitor['kind'], string>> = {
  public: 'page',
  person: 'page',
  key: 'api',
  operator: 'command',
};

export function doorOf({ visitor, door }: Actor): string {
  return door ?? DOORS[visitor.kind];
}

/** Names of what must never stand in the audit; a caller's slip must not make it last for ever. */
const UNSPEAKABLE = /password|secret|token|cookie|authorization|recovery|totp|mail|network|^key$|^hash$/i;

/** The facts as they may be kept: whatever is named like a secret or like personal data loses its value. */
export function speakable(facts: Facts | null | undefined): Facts | null {
  if (!facts) return null;
  return Object.fromEntries(
    Object.entries(facts).map(([name, value]) => [name, UNSPEAKABLE.test(name) ? '…' : value]),
  );
}
