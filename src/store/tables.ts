/** The tables as Kysely sees them; the migrations say how they are made. Days are text, instants are Date. */
import type { ColumnType, Generated } from 'kysely';
import type { Role, Visitor } from '../kpi/access.ts';
import type { StoredDifference } from '../kpi/difference.ts';
import type { Counts, Sums } from '../kpi/figure.ts';
import type { ObjectionState } from '../kpi/objection.ts';
import type { ImportTable } from '../kpi/reference-table.ts';
import type { ReviewKind } from '../kpi/review.ts';

type Recorded = { origin: string; recorded_from: Date; recorded_to: Date | null };
type Posted = { posting_id: number; source_row: number; superseded_by: number | null };
type Json<T> = ColumnType<T, string, string>;

export interface FigureColumns extends Counts {
  period: string;
  agency_id: number;
  unit_id: number;
  service_id: number;
  posting_id: number;
  source_row: number;
}

export interface StatusColumns {
  as_of: string;
  agency_id: number;
  service_id: number;
  level: number | null;
  mode: string | null;
  on_portal: boolean | null;
  note: string;
  posting_id: number;
  source_row: number;
}

/** A finding as stored: a code and what it speaks of; sentences are made when it is shown. */
export interface StoredFinding {
  /** The sheet of a workbook; absent in findings stored before those were taken. */
  sheet?: string | null;
  row: number | null;
  column: string | null;
  value: string | null;
  code: string;
  /** Names and numbers that the sentence needs. */
  details: Record<string, string>;
}

export interface StoredReading {
  /** `utf-8`, `windows-1258` …; `xlsx` and `json` for what is no delimited text. */
  encoding: string;
  delimiter: string | null;
  numbers: string;
  heading_row: number | null;
  /** Absent in readings stored before spreadsheets were taken. */
  sheet?: string | null;
  /** Month and agency that only the title of the file names. */
  from_title?: { period?: string; agency?: string };
  /** Rows in which something stands that is neither data nor a total, the first few. */
  left_out?: number[];
  /** The reference table that a file of reference data holds. */
  table?: ImportTable;
}

export interface AuditColumns {
  /** Given one by one, from 1 on. */
  id: number;
  at: Date;
  actor_kind: Visitor['kind'];
  actor_id: string | null;
  action: string;
  subject: string;
  /** Kept as written: the very text is hashed. */
  before: Json<unknown>;
  after: Json<unknown>;
  door: string;
  /** The hash of the event before; empty for the first. */
  previous: string;
  hash: string;
}

export interface DirectiveColumns extends Posted {
  id: string;
  document: string;
  clause: string;
  title: string;
  lead_agency: string;
  /** Codes joined by `|`. */
  coordinating_agencies: string;
  deadline: string | null;
  recurring: string;
  measurable_target: string;
}
export interface ProgressColumns extends Posted {
  id: string;
  status: 'not_started' | 'in_progress' | 'done';
  done_on: string | null;
  note: string;
}

/** The headings and first rows of a file as read; long cells are cut. */
export interface StoredPreview {
  headings: string[];
  /** By place: the column that a heading names, null for one that is passed over or not known. */
  columns: readonly (string | null)[];
  rows: { row: number; cells: string[] }[];
}

export interface Tables {
  reference_loads: { recorded_at: Date };
  agencies: Recorded & {
    code: string;
    kind: 'ministry' | 'province' | 'enterprise' | 'other' | 'group';
    name_vi: string;
    name_en: string;
    short_vi: string;
    gso_code: string;
    egov_code: string;
    iso_3166_2: string;
    valid_from: string | null;
    valid_to: string | null;
    confidence: string;
    source: string;
  };
  agency_aliases: Recorded & { agency_code: string; alias: string };
  agency_successions: Recorded & {
    predecessor_code: string;
    successor_code: string;
    effective_date: string;
    kind: 'merge' | 'rename' | 'split';
    note: string;
  };
  province_regions: Recorded & {
    province_code: string;
    scheme: string;
    region: string;
    valid_from: string | null;
    valid_to: string | null;
    confidence: string;
    source: string;
  };
  services: Recorded & {
    code: string;
    name_vi: string;
    name_en: string;
    implemented_at: string;
    audience: string;
    life_event: string;
    named: boolean;
    confidence: string;
    source: string;
  };
  service_leads: Recorded & {
    service_code: string;
    agency_code: string;
    valid_from: string | null;
    valid_to: string | null;
    vertical_branch: string;
    note: string;
  };
  service_procedure_codes: Recorded & {
    service_code: string;
    tthc_code: string;
    tthc_name: string;
    level: string;
    status_note: string;
    source: string;
  };
  service_eligibility: Recorded & {
    service_code: string;
    valid_from: string | null;
    valid_to: string | null;
    eligible_full: boolean | null;
    note: string;
  };
  catalogues: Recorded & {
    code: string;
    name_vi: string;
    name_en: string;
    document: string;
    includes: string;
  };
  catalogue_items: Recorded & {
    catalogue: string;
    service_code: string;
    position: number | null;
    valid_from: string | null;
    valid_to: string | null;
    note: string;
  };
  reporting_rules: Recorded & {
    valid_from: string | null;
    valid_to: string | null;
    window_vi: string;
    window_en: string;
    deadline_day: number;
    note: string;
  };
  index_766: Recorded & {
    id: string;
    level: 'group' | 'component';
    name_vi: string;
    name_en: string;
    max_points_ministry: number;
    max_points_province: number;
    indicator: string;
    full_from: number | null;
    confidence: string;
    source: string;
  };
  indicators: Recorded & {
    id: string;
    version: number;
    valid_from: string | null;
    valid_to: string | null;
    kind: string;
    numerator: string;
    denominator: string;
    rows: string;
    delivered: string;
    eligible_only: boolean | null;
    by_deadline: boolean | null;
    higher_is_better: boolean;
    minimum_denominator: number;
    target: number | null;
    name_vi: string;
    name_en: string;
    numerator_vi: string;
    numerator_en: string;
    denominator_vi: string;
    denominator_en: string;
    why_vi: string;
    why_en: string;
    legal_basis: string;
  };
  quality_rules: Recorded & {
    rule: string;
    value: number;
    valid_from: string | null;
    valid_to: string | null;
    note: string;
  };
  agency_keys: { id: Generated<number>; code: string };
  service_keys: { id: Generated<number>; code: string };
  unit_keys: { id: Generated<number>; agency_id: number | null; folded: string; name: string };
  submission_files: { sha256: string; byte_count: number };
  submission_file_parts: { sha256: string; part: number; bytes: Buffer };
  submissions: {
    id: Generated<number>;
    kind: string;
    status: string;
    door: string;
    sender: string;
    approved_by: string | null;
    reason: string | null;
    received_at: Date;
    stored_at: Date;
    file_name: string;
    content_type: string | null;
    sha256: string;
    period: string | null;
    agency_code: string | null;
    stated_period: string | null;
    stated_agency: string | null;
    row_count: number;
    read_as: Json<StoredReading | null>;
    /** Null in submissions stored before it was kept. */
    preview: Json<StoredPreview | null>;
    problem_count: number;
    problems: Json<StoredFinding[]>;
    warning_count: number;
    warnings: Json<StoredFinding[]>;
    invented: boolean;
    difference: Json<StoredDifference | null>;
    /** The account or key (`senderOf`) and its role then; null for commands and for what was before accounts. */
    sent_by: string | null;
    sent_as: Role | null;
    /** When its sender stood by its warnings; null as long as there are some to confirm. */
    confirmed_at: Date | null;
  };
  /** What was decided about submissions, by whom. */
  reviews: {
    id: Generated<number>;
    submission_id: number;
    at: Date;
    /** As `sent_by` of submissions; the name of who has none. */
    who: string;
    what: ReviewKind;
    /** Of what was returned, and of nothing else. */
    comment: string | null;
  };
  /** Agencies that may still report for a closed month, to the end of the day `until` in Hanoi. */
  late_entries: {
    id: Generated<number>;
    agency_code: string;
    period: string;
    until: string;
    reason: string;
    granted_by: string;
    granted_at: Date;
    ended_at: Date | null;
  };
  /** `periods`: first days of the months whose figures or statuses it moves. */
  postings: { id: Generated<number>; submission_id: number | null; recorded_at: Date; periods: string[] };
  figures: FigureColumns;
  figures_history: FigureColumns & { superseded_by: number };
  ledger: Sums & { period: string; agency_id: number; service_id: number; posting_id: number };
  returns: { period: string; agency_id: number; service_id: number; posting_id: number; received_at: Date };
  statuses: StatusColumns;
  statuses_history: StatusColumns & { superseded_by: number };
  milestones: Posted & {
    id: Generated<number>;
    as_of: string;
    agency_code: string;
    indicator: string;
    numerator: string | null;
    denominator: string | null;
    value: string | null;
    unit: string;
    document: string;
    clause: string;
    quote: string;
  };
  /** One row for each time a month was published. */
  publications: {
    period: string;
    edition: Generated<number>;
    published_at: Date;
    published_by: string;
    /** Objections that were open, and why it was published all the same. */
    open_objections: Generated<number>;
    objections_reason: Generated<string | null>;
    /** When, by whom and why the month was opened again after this edition; null while it is closed. */
    reopened_at: Generated<Date | null>;
    reopened_by: Generated<string | null>;
    reopen_reason: Generated<string | null>;
    /** Of the canonical form; null, like the rest, until the month is frozen. */
    sha256: Generated<string | null>;
    signature: Generated<string | null>;
    public_key: Generated<string | null>;
    frozen_at: Generated<Date | null>;
  };
  publication_files: {
    period: string;
    edition: number;
    name: string;
    content_type: string;
    bytes: Buffer;
  };
  objections: {
    id: Generated<number>;
    period: string;
    agency_code: string;
    service_code: string | null;
    indicator: string | null;
    text: string;
    /** Like everybody here: the kind and the number, as `senderOf` writes them. */
    raised_by: string;
    raised_at: Date;
    status: Generated<ObjectionState>;
    answer: Generated<string | null>;
    /** Who answered it or took it back. */
    decided_by: Generated<string | null>;
    decided_at: Generated<Date | null>;
  };
  objection_files: { objection_id: number; name: string; sha256: string; bytes: Buffer };
  /** Reasons for publishing a month over objections. */
  overrulings: {
    id: Generated<number>;
    period: string;
    objections: number[];
    reason: string;
    written_by: string;
    written_at: Date;
  };
  audit: AuditColumns;
  /** Personal data of an event: outside its hash, and erasable. */
  audit_people: { audit_id: number; mail: string | null; network_address: string | null };
  /** The one row that says where the chain ends. */
  audit_head: { id: number; hash: string };
  api_keys: {
    id: Generated<number>;
    /** SHA-256 of the key, which is 256 random bits: nobody finds it by trying. */
    hash: string;
    agency_code: string;
    /** Kinds of files that it may send; null is all that its agency may. */
    kinds: string[] | null;
    /** Account that issued it, as `person 3`, or `operator`. */
    issued_by: string;
    created_at: Date;
    expires_at: Date;
    revoked_at: Date | null;
    last_used_at: Date | null;
    last_refused_at: Date | null;
  };
  directives: DirectiveColumns;
  directive_progress: ProgressColumns;
  accounts: {
    id: Generated<number>;
    /** In small letters. */
    email: string;
    role: Role;
    /** Of reporters and approvers, and of nobody else. */
    agency_code: string | null;
    /** Argon2id; null until a password was chosen. */
    password_hash: string | null;
    /** Sealed; null until a second factor was enrolled. */
    totp_secret: string | null;
    /** The last time step of which a code was taken: none is taken twice. */
    totp_last_step: number | null;
    /** Issuer and subject at an OpenID provider. */
    oidc_subject: string | null;
    created_at: Date;
    invited_by: string;
    disabled_at: Date | null;
  };
  recovery_codes: { account_id: number; hash: string };
  sessions: {
    hash: string;
    account_id: number;
    second_factor: boolean;
    /** A new second factor's secret, sealed, until its first code is given. */
    totp_offer: string | null;
    created_at: Date;
    seen_at: Date;
  };
  one_time_links: {
    hash: string;
    account_id: number;
    purpose: 'invitation' | 'reset';
    expires_at: Date;
    used_at: Date | null;
  };
  throttles: { key: string; since: Date; tries: number };
}
