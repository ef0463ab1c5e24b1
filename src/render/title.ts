/** The title of every page, as the browser shows it. */

import type { PageContext, ViewName } from '../render.ts';
import { periodText, periodTitle } from '../words/dates.ts';
import { versionOf } from '../words/definitions.ts';
import { type Lang, t, wordFor } from '../words/words.ts';

/** What the layout's title is made from; each page has the members that it has. */
export interface Titled {
  agency?: string;
  name?: string;
  service?: string;
  catalogue?: string;
  indicator?: { id: string; version: number };
  state?: string;
  title?: string;
  period?: string;
  as_of?: string;
  id?: string;
}

export function titleOf(view: ViewName, lang: Lang, doc: Titled, page: PageContext): string {
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
      return wordFor(lang, 'receipt_title', doc.state ?? '');
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
    case 'work':
      return t(lang, 'work.title');
    case 'late-entries':
      return t(lang, 'late_entries.title');
    case 'deadlines':
      return t(lang, 'deadlines.title');
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
    case 'admin':
      return t(lang, 'admin.title');
    case 'months':
      return t(lang, 'months.title');
    case 'month':
      return periodTitle(lang, doc.period ?? '');
    case 'objections':
      return t(lang, 'objections.title');
    case 'objection':
      return t(lang, 'objection.title', { id: doc.id ?? '' });
    case 'new-objection':
      return t(lang, 'objection.new');
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
