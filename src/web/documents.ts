/** The shape of every page's object: what `.json` prints, what `.csv` flattens and what the view shows. */
import type { DirectiveState } from '../kpi/directive.ts';
import type { NoMovement } from '../kpi/movement.ts';
import type { NotRankedReason } from '../kpi/ranking.ts';

/** Stands in every data document. Instants are RFC 3339 in Hanoi time. */
export interface Meta {
  as_of: string;
  data_version: string;
  /** Some of the figures shown come from files marked as invented. */
  invented: boolean;
  /** Absent where no month of the period was opened again after it was published. */
  reopened?: ReopenedDocument[];
}

/** A published month that was opened again, and published anew since when that is not null. */
export interface ReopenedDocument {
  period: string;
  edition: number;
  published_at: string;
  reopened_at: string;
  reason: string;
  published_again_at: string | null;
}

export interface IndicatorRef {
  id: string;
  version: number;
}

/** `value` is a fraction of 1 in full precision; null when nothing was reported or nothing is to divide. */
export interface Rate {
  numerator: number | null;
  denominator: number | null;
  value: number | null;
}

/** Of directives the returns are tasks whose progress is reported, of tasks due. */
export interface Coverage {
  returns: number;
  due: number;
  /** Rows that stand in the rate, of the rows reported: a blank keeps a row out of both sums. */
  rows_in?: number;
  rows?: number;
}

/** An official figure quoted from a dated document; never mixed into computed rates. */
export interface MilestoneDocument {
  as_of: string;
  agency: string;
  agency_name: string;
  indicator: string;
  numerator: number | null;
  denominator: number | null;
  /** As printed in the document (a percentage where `unit` is `percent`). */
  value: number | null;
  unit: string;
  document: string;
  clause: string | null;
  quote: string | null;
}

/** What moved a published month after its publication. */
export interface CorrectionDocument {
  period: string;
  recorded_at: string;
  /** Null when the file held several agencies. */
  agency: string | null;
  agency_name: string | null;
  kind: string;
  reason: string | null;
}

/** A rate that corrections moved since publication. */
export interface CorrectedDocument {
  agency: string;
  agency_name: string;
  indicator: IndicatorRef;
  /** When the last month of the period was published: `as_of` this instant the page showed `published`. */
  published_at: string;
  published: Rate;
  now: Rate;
}

export interface RankingDocument extends Meta {
  period: string;
  kind: 'province' | 'ministry';
  indicator: IndicatorRef;
  catalogue: string;
  view: 'own' | 'sector';
  boundaries: string;
  without_vertical: boolean;
  /** Whom the ranking is narrowed to; null for all of the kind. */
  region: string | null;
  peers: 'large' | 'medium' | 'small' | null;
  /** The regions on offer: those of the agencies on these boundaries. */
  regions: string[];
  target: number | null;
  coverage: Coverage;
  national: Rate & { coverage: Coverage };
  ranked: {
    rank: number;
    rank_low: number | null;
    rank_high: number | null;
    agency: string;
    name: string;
    numerator: number;
    denominator: number;
    value: number;
    low: number | null;
    high: number | null;
    /** Against the period before: the old rank minus the new, and the new rate minus the old. */
    change: number | null;
    change_value: number | null;
    /** The same against the same period a year earlier. */
    change_year: number | null;
    change_value_year: number | null;
    /** Rank among all of the kind. */
    rank_overall: number;
    /** What is missing to the target as a fraction of 1 (zero or below: met), and in whole dossiers or services. */
    to_target: number | null;
    to_target_count: number | null;
    returns: number;
    due: number;
  }[];
  not_ranked: {
    agency: string;
    name: string;
    reason: NotRankedReason;
    numerator: number | null;
    denominator: number | null;
    returns: number;
    due: number;
  }[];
  /** Agencies formed by a merger after the boundary date: shown whole. */
  as_formed: string[];
  /** Corrections of the period's months since they were published, and the rates they moved. */
  corrections: CorrectionDocument[];
  corrected: CorrectedDocument[];
}

/** One point of a trend; a line breaks where `version` changes. */
export interface TrendPoint extends Rate {
  period: string;
  version: number;
  coverage: Coverage;
}

/** `/` and `/overview.json`: the country. */
export interface OverviewDocument extends Meta {
  period: string | null;
  catalogue: string;
  /** Places of the catalogue, and how many of them are known by name ("38 of 53 named"). */
  catalogue_places: number;
  catalogue_named: number;
  boundaries: string | null;
  coverage: Coverage;
  /** Every indicator for the country, with the period before. */
  headlines: {
    indicator: IndicatorRef;
    rate: Rate;
    before: Rate | null;
    target: number | null;
    coverage: Coverage;
  }[];
  trend: { indicator: string; points: TrendPoint[] }[];
  /** Best and slowest five provinces by end_to_end_completion. */
  best: RankingDocument['ranked'];
  slowest: RankingDocument['ranked'];
  /** The largest rises and falls in that ranking since the period before. */
  rises: RankingDocument['ranked'];
  falls: RankingDocument['ranked'];
  /** Corrections of the period's months since they were published, and the national rates they moved. */
  corrections: CorrectionDocument[];
  corrected: CorrectedDocument[];
  /** Agencies that owe returns for the period and sent none, or not all. */
  missing: { agency: string; name: string; returns: number; due: number }[];
  milestones: MilestoneDocument[];
}

export interface AgenciesDocument extends Meta {
  period: string | null;
  boundaries: string;
  agencies: {
    agency: string;
    name: string;
    name_en: string;
    kind: string;
    region: string | null;
    valid_from: string | null;
    valid_to: string | null;
    returns: number;
    due: number;
    /** end_to_end_completion of the period. */
    end_to_end: Rate;
    became: string[];
  }[];
}

/** `/agencies/CODE`: the scorecard. */
export interface ScorecardDocument extends Meta {
  agency: string;
  name: string;
  name_en: string;
  kind: string;
  region: string | null;
  valid_from: string | null;
  valid_to: string | null;
  /** Whole predecessors and successors with their dates; parts (`split`) are said apart. */
  came_from: { agency: string; name: string; date: string; kind: 'merge' | 'rename' | 'split' }[];
  became: { agency: string; name: string; date: string; kind: 'merge' | 'rename' | 'split' }[];
  period: string | null;
  catalogue: string;
  view: 'own' | 'sector';
  boundaries: string;
  as_formed: boolean;
  /** Under whom its figures stand, where it has no place of its own in the period and on the boundaries; else null. */
  stands_under: { agency: string; name: string }[] | null;
  /** The latest month in which it has a place of its own; null when there is none. */
  own_period: string | null;
  coverage: Coverage;
  indicators: {
    indicator: IndicatorRef;
    rate: Rate;
    low: number | null;
    high: number | null;
    rank: number | null;
    rank_low: number | null;
    rank_high: number | null;
    ranked_of: number;
    reason: NotRankedReason | null;
    change: number | null;
    national: Rate;
    target: number | null;
    coverage: Coverage;
  }[];
  trend: { indicator: string; points: TrendPoint[] }[];
  services: {
    service: string;
    name: string;
    lead: string | null;
    due: boolean;
    returned: boolean;
    level: number | null;
    mode: string | null;
    status_as_of: string | null;
    received: number | null;
    online: Rate;
    end_to_end: Rate;
    on_time: Rate;
  }[];
  /** How many findings of each check its data-quality sheet holds; null where no figures of its own are shown. */
  quality: { due: number; checks: { check: string; found: number }[] } | null;
  /** Index 766 as far as it is measured here; null without a period. */
  index_766: IndexDocument | null;
  /** Corrections that touch this agency, of the period's months since they were published, and the rates they moved. */
  corrections: CorrectionDocument[];
  corrected: CorrectedDocument[];
  milestones: MilestoneDocument[];
}

/** `/agencies/CODE/movement`: why a rate and a rank moved. CODE `national` is the country. */
export interface MovementDocument extends Meta {
  agency: string;
  name: string;
  kind: string | null;
  indicator: IndicatorRef;
  period: string;
  against: 'before' | 'year';
  compared_with: string;
  catalogue: string;
  view: 'own' | 'sector';
  boundaries: string;
  without_vertical: boolean;
  /** When the last month of the earlier period was published; null when it is not. */
  published_at: string | null;
  /** The agency whose past this one continues, where that is another. */
  continues: { agency: string; name: string } | null;
  /** Why nothing is taken apart; null when it is. */
  reason: NoMovement | null;
  /** Parts add up to `change`, as fractions of 1; so do their `points`, rounded together to 0.01. */
  rate: {
    stages: { published: Rate | null; corrected: Rate | null; before: Rate; now: Rate };
    change: number;
    points: number;
    parts: { part: RatePart; value: number; points: number }[];
    services: ({ service: string; name: string; before: Rate; now: Rate; points: number } & Record<
      ServicePart,
      number
    >)[];
  } | null;
  /** Parts add up to `change`, the old rank minus the new; halves occur. */
  rank: {
    stages: { published: Place | null; corrected: Place | null; before: Place; now: Place };
    change: number;
    parts: { part: RankPart; value: number }[];
    /** Agencies ranked in one of the periods only. */
    entered: { agency: string; name: string }[];
    left: { agency: string; name: string }[];
  } | null;
  /** Corrections of the earlier period since it was published. */
  corrections: CorrectionDocument[];
}
export type ServicePart = 'own_rate' | 'service_mix' | 'agency_mix' | 'coverage';
export type RatePart = 'corrections' | 'reorganisation' | ServicePart;
export type RankPart = 'corrections' | 'reorganisation' | 'own' | 'others' | 'field';
export interface Place {
  rank: number;
  of: number;
}

/** Points of the components that are measured; the official index has 100 and is another thing. */
export interface IndexDocument {
  points: number;
  max: number;
  official_max: number;
  components: {
    component: string;
    name: { vi: string; en: string };
    max: number;
    indicator: string | null;
    rate: Rate | null;
    points: number | null;
    reason: 'not_measured' | 'too_little' | null;
  }[];
}

export interface ServicesDocument extends Meta {
  period: string | null;
  catalogue: string;
  boundaries: string;
  catalogue_places: number;
  catalogue_named: number;
  services: {
    service: string;
    name: string;
    name_en: string;
    named: boolean;
    position: number | null;
    catalogue: string;
    lead: string | null;
    lead_name: string | null;
    vertical_branch: string | null;
    procedure_codes: string[];
    coverage: Coverage;
    received: number | null;
    online: Rate;
    end_to_end: Rate;
    on_time: Rate;
  }[];
}

/** `/services/CODE`: one service across agencies. */
export interface ServiceDocument extends Meta {
  service: string;
  name: string;
  name_en: string;
  named: boolean;
  implemented_at: string[];
  catalogues: string[];
  procedure_codes: { code: string; name: string }[];
  leads: {
    agency: string;
    name: string;
    valid_from: string | null;
    valid_to: string | null;
    vertical_branch: string | null;
  }[];
  eligible_full: boolean | null;
  period: string | null;
  boundaries: string;
  national: { online: Rate; end_to_end: Rate; on_time: Rate; coverage: Coverage };
  agencies: {
    agency: string;
    name: string;
    kind: string;
    level: number | null;
    mode: string | null;
    due: boolean;
    received: number | null;
    online: Rate;
    end_to_end: Rate;
    on_time: Rate;
  }[];
}

/** `/agencies/CODE/quality`: what is missing, late or odd in an agency's returns. */
export interface QualityDocument extends Meta {
  agency: string;
  name: string;
  kind: string;
  period: string;
  catalogue: string;
  boundaries: string;
  /** Returns due in the period. */
  due: number;
  /** Only what was found: a clean office has none. */
  checks: {
    check: string;
    found: number;
    evidence: {
      period: string;
      agency: string;
      /** Null when it is about all services of the agency. */
      service: string | null;
      service_name: string | null;
      /** In the page's language. */
      message: string;
      /** The numbers behind it. */
      details: Record<string, string>;
    }[];
  }[];
}

/** `/catalogues/CODE`: services × agencies, by level before 2022-08-15 and by mode from then on. */
export interface CatalogueDocument extends Meta {
  catalogue: string;
  name: string;
  name_en: string;
  document: string;
  period: string | null;
  boundaries: string;
  regime: 'level' | 'mode';
  places: number;
  named: number;
  services: { service: string; name: string; position: number | null; named: boolean; lead: string | null }[];
  agencies: { agency: string; name: string; kind: string }[];
  /**
   * cells[agency][service]: level 1–4, a mode, `none` (must deliver, no status), `not_due` (need not
   * deliver), `no_return` (the agency reported no status at all).
   */
  cells: Record<string, Record<string, number | string>>;
}

/** A key that signs publications: `since` and `until` are the days of the first and last one it signed. */
export interface SigningKey {
  fingerprint: string;
  public_key: string;
  since: string;
  until: string;
}

export interface PublicationsDocument {
  publications: {
    period: string;
    /** 1 for the first publication of the month; each later one replaces the one before. */
    edition: number;
    published_at: string;
    /** Hash of the canonical form; null until the edition is frozen. */
    sha256: string | null;
    fingerprint: string | null;
    /** Files that moved its numbers since; null where a later edition holds them. */
    corrections: number | null;
    /** When and why the month was opened again; null when it was not. */
    reopened_at: string | null;
    reopen_reason: string | null;
    /** Objections of offices that were open, and why it was published all the same. */
    open_objections: number;
    objections_reason: string | null;
  }[];
  keys: SigningKey[];
}

/** The file that a number came in. Instants are RFC 3339 in Hanoi time. */
export interface SourceDocument {
  submission: string;
  file_name: string;
  sha256: string;
  /** Sheet of a workbook; null for other files. */
  sheet: string | null;
  /** Row as the sender saw it; null for a file as a whole. */
  row: number | null;
  sender: string;
  door: string;
  approved_by: string | null;
  reason: string | null;
  received_at: string;
  /** From when on what it says counts. */
  recorded_at: string;
}

/** `/lineage`: what a rate is made of, down to the rows of files. */
export interface LineageDocument extends Meta {
  period: string;
  /** A code on the boundaries, or `national`. */
  agency: string;
  name: string;
  /** What the parts are narrowed to; null leaves a choice open. */
  service: string | null;
  month: string | null;
  reporter: string | null;
  indicator: IndicatorRef;
  definition: {
    name: { vi: string; en: string };
    numerator: { vi: string; en: string };
    denominator: { vi: string; en: string };
    legal_basis: string;
    counts: CountedBy['kind'];
    target: number | null;
  };
  catalogue: string;
  view: 'own' | 'sector';
  boundaries: string;
  without_vertical: boolean;
  rate: Rate;
  coverage: Coverage;
  /** The components of a composite, each of which opens on its own; null for every other indicator. */
  index_766: IndexDocument | null;
  /** How many parts there are; `parts` is one page of them. */
  part_count: number;
  parts: {
    period: string;
    agency: string;
    name: string;
    service: string;
    service_name: string;
    numerator: number | null;
    denominator: number | null;
    /** Of dossiers: rows reported, and those that stand in the rate because no needed count is blank. */
    rows?: number;
    rows_in?: number;
    /** Of services: the status they are judged by, and whose it is where it was inherited. */
    level?: number | null;
    mode?: string | null;
    status_as_of?: string | null;
    inherited_from?: string | null;
    /** Of the use of services: online dossiers in the period. */
    online?: number;
    /** Of returns: when the first came, and from when on it is late. */
    received_at?: string | null;
    late_from?: string;
    /** Of tasks: which it is, and how it stands on the period's last day. */
    task?: string;
    title?: string;
    document?: string;
    clause?: string | null;
    deadline?: string | null;
    state?: DirectiveState;
    done_on?: string | null;
    /** The file with the status or the progress, or in which the return or the task first came. */
    source?: SourceDocument | null;
  }[];
  /** The only part, where there is just one of dossiers: its rows, a page of units at a time. */
  cell: {
    /** The counts of a row that are added, and those without which it stands outside the rate. */
    formula: { numerator: string[]; denominator: string[]; needed: string[] };
    figures: {
      /** Null for the agency itself. */
      unit: string | null;
      /** Null when the row was replaced by rows in another form (of the agency itself, or of its units). */
      current: FigureDocument | null;
      /** What stood here before, oldest first. */
      history: (FigureDocument & {
        replaced_at: string;
        replaced_by: string;
        reason_replaced: string | null;
      })[];
    }[];
  } | null;
  /** The value of `after` for the next page of parts or of the cell's rows; null on the last. */
  next: string | null;
}

/** One row of a return, and what it adds to the rate (nothing when a needed count is blank). */
export interface FigureDocument {
  numerator: number | null;
  denominator: number | null;
  counts: Record<string, number | null>;
  source: SourceDocument;
}

/** `/directives`: tasks by deadline, as they stand on `day`. Counts are of all that the agency and document choose. */
export interface DirectivesDocument extends Meta {
  day: string;
  agency: string | null;
  document: string | null;
  status: DirectiveState | null;
  total: number;
  counts: Record<DirectiveState, number>;
  /** Done of those due by `day`; nothing where no progress of any was reported. */
  due: Rate;
  due_count: number;
  documents: string[];
  agencies: { agency: string; name: string }[];
  directives: {
    id: string;
    document: string;
    clause: string | null;
    title: string;
    lead_agency: string;
    lead_name: string;
    coordinating_agencies: { agency: string; name: string }[];
    deadline: string | null;
    recurring: string | null;
    measurable_target: string | null;
    state: DirectiveState;
    /** As reported; null where nobody reported anything. */
    status: string | null;
    done_on: string | null;
    note: string | null;
  }[];
}

/** How an indicator version counts: kept sums for dossiers, a rule of delivery or of deadline for the others. */
export interface CountedBy {
  kind: 'dossiers' | 'services' | 'used' | 'returns' | 'directives' | 'composite';
  numerator_sums: string[];
  denominator_sums: string[];
  rows_sum: string | null;
  delivered: string | null;
  eligible_only: boolean | null;
  by_deadline: boolean | null;
}

export interface MethodologyDocument extends Meta {
  /** The components of index 766, measured here or not. */
  index_766: {
    component: string;
    name: { vi: string; en: string };
    max_ministry: number;
    max_province: number;
    indicator: string | null;
    full_from: number;
  }[];
  signing_keys: SigningKey[];
  indicators: (CountedBy & {
    id: string;
    version: number;
    valid_from: string | null;
    valid_to: string | null;
    name: { vi: string; en: string };
    numerator: { vi: string; en: string };
    denominator: { vi: string; en: string };
    why_it_matters: { vi: string; en: string };
    legal_basis: string;
    higher_is_better: boolean;
    minimum_denominator: number;
    target: number | null;
  })[];
  reporting_rules: {
    valid_from: string | null;
    valid_to: string | null;
    window: { vi: string; en: string };
    deadline_day: number;
  }[];
  catalogues: { code: string; name: string; document: string; places: number; named: number }[];
}
