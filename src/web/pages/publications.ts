/** The pages `/publications`, the list of frozen months, and `/publications/PERIOD`, each as it was stored. */
import type { RequestHandler } from 'express';
import { hanoiDay, isMonth, rfc3339 } from '../../kpi/month.ts';
import { fingerprintOf } from '../../publication/signature.ts';
import type { Table } from '../../render/csv.ts';
import type { Db } from '../../store/connect.ts';
import { correctionsOf } from '../../store/corrections.ts';
import { type Publication, publicationFile, publicationsAt } from '../../store/publications.ts';
import { type DataPage, type Deps, type Format, refuse } from '../answer.ts';
import type { PublicationsDocument, SigningKey } from '../documents.ts';
import { fault, isFault } from '../fault.ts';
import { readAsOf, readLang } from '../question.ts';
import type { Asked } from '../reading.ts';

export const publicationsPage: DataPage<PublicationsDocument> = {
  view: 'publications',
  fileName: () => 'publications',
  read: readPublications,
  table: ({ publications }): Table => ({
    columns: ['period', 'published_at', 'sha256', 'fingerprint', 'corrections'],
    rows: publications,
  }),
};

async function readPublications(db: Db, { question }: Asked): Promise<PublicationsDocument> {
  const publications = await publicationsAt(db, question.asOf);
  const months = publications.map(p => p.month);
  const corrections = Map.groupBy(await correctionsOf(db, months, question.asOf), c => c.month);
  return {
    publications: publications.map(({ month, publishedAt, frozen }) => ({
      period: month,
      published_at: rfc3339(publishedAt),
      sha256: frozen?.sha256 ?? null,
      fingerprint: frozen && fingerprintOf(frozen.publicKey),
      corrections: corrections.get(month)?.length ?? 0,
    })),
    keys: signingKeys(publications),
  };
}

/** The keys that signed publications, the newest first, each with the days it was used on. */
export function signingKeys(publications: readonly Publication[]): SigningKey[] {
  const byKey = Map.groupBy(publications, p => p.frozen?.publicKey ?? null);
  return [...byKey]
    .flatMap(([key, of]) => {
      const days = of.map(p => hanoiDay(p.publishedAt)).sort();
      const [since, until] = [days[0] as string, days.at(-1) as string];
      return key === null ? [] : [{ fingerprint: fingerprintOf(key), public_key: key, since, until }];
    })
    .sort((a, b) => (a.until > b.until ? -1 : 1));
}

/** One frozen month in one form: the very bytes that were stored. */
export function publicationPage(deps: Deps, format: Format | 'zip'): RequestHandler {
  return async (req, res) => {
    const lang = readLang(req.query);
    if (isFault(lang)) return refuse(deps, req, res, lang);
    const asOf = readAsOf(req.query, deps.now());
    if (isFault(asOf)) return refuse(deps, req, res, asOf);
    const period = String(req.params.period);
    const known = isMonth(period) && (await publicationsAt(deps.db, asOf)).some(p => p.month === period);
    const file =
      known && (await publicationFile(deps.db, period, format === 'html' ? `${lang}.html` : format));
    if (!file) return refuse(deps, req, res, fault('unknown_publication', { value: period }));
    res.set('Cache-Control', 'no-cache').type(file.contentType);
    if (format === 'html') res.set('Content-Language', lang);
    if (format === 'csv' || format === 'zip') res.attachment(`publication-${period}.${format}`);
    res.send(file.bytes);
  };
}
