/** Freezes published months: works them out as of their instant, hashes, signs and stores them, once for ever. */

import type { Actor } from '../kpi/audit.ts';
import { canonicalJson } from '../kpi/canonical.ts';
import { buildCatalogue } from '../kpi/catalogue.ts';
import { type Month, rfc3339 } from '../kpi/month.ts';
import { buildFrozenMonth } from '../kpi/publication.ts';
import type { Db } from '../store/connect.ts';
import { factsFor } from '../store/facts.ts';
import { type Publishing, publishMonth } from '../store/months.ts';
import { type Publication, publicationsAt, storeFrozen } from '../store/publications.ts';
import { referenceAt } from '../store/reference.ts';
import { referenceFromRows } from '../store/reference-rows.ts';
import {
  DOCUMENT,
  PUBLIC_KEY,
  type PublicationDocument,
  RANKINGS,
  rankingsCsv,
  readMe,
  SIGNATURE,
  sha256Of,
  sourcesOf,
  zipOf,
} from './bundle.ts';
import { publicationHtml } from './page.ts';
import { fingerprintOf, signBytes } from './signature.ts';

/** What freezing needs besides the database. */
export interface Press {
  /** The installation's secret, from which the signing key follows. */
  secret: string;
  now: () => number;
}

/** Publishes a month (see `publishMonth`) and freezes it. */
export async function publish(
  db: Db,
  month: Month,
  by: string,
  press: Press,
  actor?: Actor,
  reason: string | null = null,
): Promise<Publishing> {
  const published = await publishMonth(db, month, by, actor, reason);
  await freezeMonths(db, press);
  return published;
}

/**
 * Freezes every published month that is not frozen yet. What was known as of a past instant never changes, so a
 * process that died between publishing and freezing loses nothing, and two processes write the same.
 */
export async function freezeMonths(db: Db, press: Press): Promise<Month[]> {
  const waiting = (await publicationsAt(db, null)).filter(p => !p.frozen).reverse();
  for (const publication of waiting) await freeze(db, publication, press);
  return waiting.map(p => p.month);
}

async function freeze(db: Db, publication: Publication, press: Press): Promise<void> {
  const { month, edition, publishedAt, over } = publication;
  const earlier = (await publicationsAt(db, null, [month])).find(p => p.edition === edition - 1);
  const facts = await factsFor(db, [month], publishedAt);
  const reference = await referenceAt(db, publishedAt);
  const catalogue = buildCatalogue(referenceFromRows(reference));
  const sources = sourcesOf(reference, facts, month);
  const document: PublicationDocument = {
    ...buildFrozenMonth(catalogue, facts, month),
    published_at: rfc3339(publishedAt),
    as_of: rfc3339(publishedAt),
    data_version: facts.version,
    invented: facts.months.get(month)?.invented ?? false,
    ...(over && { open_objections: over.objections, objections_reason: over.reason }),
    ...(earlier?.reopened && { edition, replaces: replaced(earlier, earlier.reopened) }),
    files: Object.fromEntries(Object.entries(sources).map(([name, bytes]) => [name, sha256Of(bytes)])),
  };
  const bytes = Buffer.from(canonicalJson(document));
  const sha256 = sha256Of(bytes);
  const { signature, publicKey } = signBytes(press.secret, bytes);
  const fingerprint = fingerprintOf(publicKey);
  const rankings = rankingsCsv(document, catalogue);
  const zip = await zipOf(
    {
      'README.txt': readMe(document, sha256, fingerprint),
      [DOCUMENT]: bytes,
      'publication.json.sha256': Buffer.from(`${sha256}  ${DOCUMENT}\n`),
      [SIGNATURE]: Buffer.from(`${signature}\n`),
      [PUBLIC_KEY]: Buffer.from(publicKey),
      [RANKINGS]: rankings,
      ...sources,
    },
    publishedAt,
  );
  const page = (lang: 'vi' | 'en') => ({
    name: `${lang}.html`,
    contentType: 'text/html; charset=utf-8',
    bytes: Buffer.from(publicationHtml(document, { sha256, signature, fingerprint }, lang)),
  });
  await storeFrozen(
    db,
    publication,
    { sha256, signature, publicKey },
    [
      page('vi'),
      page('en'),
      { name: 'json', contentType: 'application/json; charset=utf-8', bytes },
      { name: 'csv', contentType: 'text/csv; charset=utf-8', bytes: rankings },
      { name: 'zip', contentType: 'application/zip', bytes: zip },
    ],
    press.now(),
  );
}

/** What the next edition says of the one before it. */
function replaced(
  { edition, frozen, publishedAt }: Publication,
  { at, reason }: NonNullable<Publication['reopened']>,
): NonNullable<PublicationDocument['replaces']> {
  return {
    edition,
    sha256: frozen?.sha256 ?? null,
    published_at: rfc3339(publishedAt),
    reopened_at: rfc3339(at),
    reason,
  };
}
