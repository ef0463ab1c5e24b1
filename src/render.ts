/** Pages from templates: compiled once, checked at start, wrapped in one layout. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Handlebars from 'handlebars';
import type { Visitor } from './kpi/access.ts';
import type { CountedKind, Era } from './kpi/boundaries.ts';
import type { IndicatorVersion } from './kpi/indicators.ts';
import { alternates, CHARTED, linkFrom, navigation } from './render/address.ts';
import { FUNCTIONS } from './render/functions.ts';
import { periodText } from './words/dates.ts';
import { versionOf } from './words/definitions.ts';
import { isKey, type Lang, t, wordFor } from './words/words.ts';

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
  'progress',
  'cancelled',
  'sign-in',
  'second-factor',
  'recovery-codes',
  'reset',
  'new-password',
  'account',
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
  /** Whether the server is bound to a loopback address, so that uploading is offered. */
  loopback: boolean;
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

/** What the layout's title is made from; each page has the members that it has. */
interface Titled {
  agency?: string;
  name?: string;
  service?: string;
  catalogue?: string;
  indicator?: { id: string; version: number };
  status?: string;
  title?: string;
  period?: string;
  as_of?: string;
}

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
    navigation: navigation(page, lang, page.query.catalogue || 'essential-25', page.loopback),
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

function titleOf(view: ViewName, lang: Lang, doc: Titled, page: PageContext): string {
  switch (view) {
    case 'agency':
      return page.agencyName(doc.agency ?? '');
    case 'movement':
      return t(lang, 'movement.title', { agency: page.agencyName(doc.agency ?? '') });
    case 'public-service':
      return page.serviceName(doc.service ?? '');
    case 'catalogue':
      return page.catalogues.find(c => c.value === doc.catalogue)?.name ?? t(lang, 'nav.catalogue');
    case 'rankings':
      return t(lang, 'rankings.title', {
        indicator: (doc.indicator && versionOf(page, doc.indicator)?.name[lang]) ?? '',
      });
    case 'quality':
      return t(lang, 'quality.title', { agency: page.agencyName(doc.agency ?? '') });
    case 'lineage':
      return t(lang, 'lineage.title', { agency: page.agencyName(doc.agency ?? '') });
    case 'submission':
      return wordFor(lang, 'receipt_title', doc.status ?? '');
    case 'fault':
      return doc.title ?? t(lang, 'fault.status');
    case 'overview':
      return t(lang, 'nav.overview');
    case 'agencies':
      return t(lang, 'agencies.title');
    case 'public-services':
      return t(lang, 'services.title');
    case 'directives':
      return t(lang, 'directives.title');
    case 'methodology':
      return t(lang, 'method.title');
    case 'publications':
      return t(lang, 'publications.title');
    case 'publication':
      return t(lang, 'publication.title', { period: periodText(lang, doc.period ?? '') });
    case 'upload':
      return t(lang, 'upload.title');
    case 'submissions':
      return t(lang, 'submissions.title');
    case 'cancelled':
      return t(lang, 'cancelled.title');
    case 'sign-in':
      return t(lang, 'sign_in.title');
    case 'second-factor':
      return t(lang, 'second_factor.title');
    case 'recovery-codes':
      return t(lang, 'recovery.title');
    case 'reset':
      return t(lang, 'reset.title');
    case 'new-password':
      return t(lang, 'new_password.title');
    case 'account':
      return t(lang, 'account.title');
    case 'accounts':
      return t(lang, 'accounts.title');
    case 'keys':
      return t(lang, 'keys.title');
    case 'audit':
      return t(lang, 'audit.title');
    case 'progress':
      return t(lang, 'progress.title');
  }
}
