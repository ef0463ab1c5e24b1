/** Pages from templates: compiled once, checked at start, wrapped in one layout. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Handlebars from 'handlebars';
import { mayEver, PUBLIC, type Visitor } from './kpi/access.ts';
import type { CountedKind, Era } from './kpi/boundaries.ts';
import type { IndicatorVersion } from './kpi/indicators.ts';
import { alternates, CHARTED, linkFrom, navigation } from './render/address.ts';
import { FUNCTIONS } from './render/functions.ts';
import { type Titled, titleOf } from './render/title.ts';
import { isKey, type Lang } from './words/words.ts';

export const VIEWS = [
  'overview',
  'rankings',
  'agencies',
  'agency',
  'quality',
  'movement',
  'public-services',
  'public-service',
  'catalogue',
  'lineage',
  'directives',
  'methodology',
  'publications',
  'publication',
  'upload',
  'submission',
  'submissions',
  'work',
  'late-entries',
  'deadlines',
  'progress',
  'cancelled',
  'sign-in',
  'second-factor',
  'recovery-codes',
  'reset',
  'new-password',
  'account',
  'admin',
  'months',
  'month',
  'objections',
  'objection',
  'new-objection',
  'accounts',
  'keys',
  'audit',
  'fault',
] as const;

/** A view is a page: `views/pages/NAME.hbs`, shown inside `views/layout.hbs`. */
export type ViewName = (typeof VIEWS)[number];

/** One entry of a choice in a form; `name` is in the page's language. */
export interface Choice {
  value: string;
  name: string;
}

/** What every page knows besides its document. */
export interface PageContext {
  /** Path of the HTML page without query, for example `/agencies/ha-noi`. */
  path: string;
  /** The parameters that were given in the address, as given (`lang` included when it was). */
  query: Record<string, string>;
  /** The parameters led nowhere: links to other pages do not take them along. */
  astray?: boolean;
  /** The months on offer (`YYYY-MM`, ascending); empty when nothing is published yet. */
  published: readonly string[];
  /** Whether the page shows a month that is not published; left out on pages without figures. */
  draft?: boolean;
  /** The agency whose part of a draft is all that is seen of it; null where more is, or no draft is shown. */
  draftOf?: string | null;
  /** Months whose drafts this page can show (`YYYY-MM`, ascending). */
  drafts?: readonly string[];
  /** Who is asking; absent on pages that are made once and kept for everybody. */
  visitor?: Visitor;
  /** The day that the page speaks of as today. */
  today: string;
  /** The times between reorganisations, for naming and choosing boundaries. */
  eras: Readonly<Record<CountedKind, readonly Era[]>>;
  /** Catalogue scopes on offer in filters, in the page's language. */
  catalogues: readonly Choice[];
  /** Every version of every indicator, as the page knows them. */
  indicators: readonly IndicatorVersion[];
  /** Name of an agency in the page's language; the code itself when unknown. */
  agencyName: (code: string) => string;
  /** Name of a public service in the page's language; the code itself when unknown. */
  serviceName: (code: string) => string;
}

/** The upload page (`doc` of view `upload`). */
export interface UploadDoc {
  /** Kinds of files that the reader may send. */
  kinds: readonly string[];
  /** Agencies in force in any month on offer, sorted by name. */
  agencies: readonly Choice[];
  /** Months a return may be for (`YYYY-MM`, newest first). */
  months: readonly string[];
  /** Largest text file taken, and largest workbook, in bytes. */
  limit: number;
  workbookLimit: number;
  /** What was filled in before, when the form comes back with a complaint. */
  given?: { kind?: string; period?: string; agency?: string };
  /** A refusal in words that concerns the form, not the file; null when there is none. */
  complaint: string | null;
}

/** An error page (`doc` of view `fault`): the members of an RFC 9457 problem document. */
export interface FaultDoc {
  status: number;
  /** In the page's language. */
  title: string;
  detail: string;
  /** The parameter at fault, when one is. */
  parameter?: string;
  /** Reference number under which an unexpected error was logged. */
  reference?: string;
}

/**
 * What a handler passes. `doc` is the page's object of src/web/documents.ts, exactly as `.json` prints it
 * (`receipt` of src/intake/receipt.ts for `submission`, `SubmissionList` for `submissions`, `UploadDoc` for `upload`, `FaultDoc` for `fault`).
 */
export interface ViewContext {
  doc: object;
  page: PageContext;
}

/** Renders a page to a whole HTML document. */
export type Render = (view: ViewName, lang: Lang, context: ViewContext) => string;

const engine = Handlebars.create();
engine.registerHelper(FUNCTIONS);
const OPTIONS = {
  knownHelpers: Object.fromEntries(Object.keys(FUNCTIONS).map(name => [name, true])),
  knownHelpersOnly: true,
};
const VIEWS_FOLDER = join(import.meta.dirname, '../views');

for (const file of readdirSync(join(VIEWS_FOLDER, 'partials'))) {
  engine.registerPartial(file.replace(/\.hbs$/, ''), compiled(`partials/${file}`));
}
const layout = compiled('layout.hbs');
const pages = new Map(VIEWS.map(view => [view, compiled(`pages/${view}.hbs`)]));

/**
 * Reads and compiles one template. Throws, and so stops the start, when it is malformed, calls a function
 * that does not exist, or names a text that the dictionary does not have.
 */
function compiled(file: string): Handlebars.TemplateDelegate {
  const source = readFileSync(join(VIEWS_FOLDER, file), 'utf8');
  try {
    engine.precompile(source, OPTIONS);
  } catch (cause) {
    throw new Error(`views/${file} cannot be compiled`, { cause });
  }
  for (const [, key = ''] of source.matchAll(/[{(]t '([^']*)'/g)) {
    if (!isKey(key)) throw new Error(`views/${file} names the text ${key}, which does not exist`);
  }
  return engine.compile(source, OPTIONS);
}

export const render: Render = (view, lang, { doc, page }) => {
  const shown = doc as Titled;
  const context = {
    lang,
    doc,
    page,
    title: titleOf(view, lang, shown, page),
    charts: CHARTED.has(view),
    past: Boolean(page.query.as_of && shown.as_of),
    home: linkFrom({ path: '', query: {} }, lang, '/'),
    alternates: alternates(page, lang),
    sends: mayEver(page.visitor ?? PUBLIC, 'submit'),
    navigation: navigation(page, lang, page.query.catalogue || 'essential-25', page.visitor ?? PUBLIC),
  };
  const body = pages.get(view)?.(context) ?? '';
  // Handlebars escapes "=" for attributes without quotes; ours all have them, and "21/25 = 84,0%" reads better whole.
  return layout({ ...context, body }).replaceAll('&#x3D;', '=');
};

const reopened = compiled('partials/reopened.hbs');

/** What is said of months that were opened again, to stand in a page that was made before. */
export function reopenedStrip(lang: Lang, doc: object): string {
  return reopened({ lang, doc });
}
