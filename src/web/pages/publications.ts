/** The pages `/publications`, the list of frozen editions of months, and `/publications/PERIOD`, each as it was stored. */
import type { Request, RequestHandler } from 'express';
import { hanoiDay, isMonth, rfc3339 } from '../../kpi/month.ts';
import { fingerprintOf } from '../../publication/signature.ts';
import type { Table } from '../../render/csv.ts';
import { reopenedStrip } from '../../render.ts';
import type { Db } from '../../store/connect.ts';
import { correctionsOf } from '../../store/corrections.ts';
import { type Publication, publicationFile, publicationsAt } from '../../store/publications.ts';
import { type DataPage, type Deps, type Format, refuse } from '../answer.ts';
import type { PublicationsDocument, SigningKey } from '../documents.ts';
import { type Fault, fault, isFault } from '../fault.ts';
import { parameter, readAsOf, readLang, unknownValue } from '../question.ts';
import type { Asked } from '../reading.ts';
import { reopenedDocuments } from '../shape.ts';

export const publicationsPage: DataPage<PublicationsDocument> = {
  view: 'publications',
  fileName: () => 'publications',
  read: readPublications,
  table: ({ publications }): Table => ({
    columns: [
      ...['period', 'published_at', 'sha256', 'fingerprint', 'corrections', 'edition'],
      ...['reopened_at', 'reopen_reason', 'open_objections', 'objections_reason'],
    ],
    rows: publications,
  }),
};

async function readPublications(db: Db, { question }: Asked): Promise<PublicationsDocument> {
  const publications = await publicationsAt(db, question.asOf);
  const months = [...new Set(publications.map(p => p.month))];
  const corrections = Map.groupBy(await correctionsOf(db, months, question.asOf), c => c.month);
  return {
    publications: publications.map(({ month, edition, publishedAt, frozen, over, reopened }, i) => ({
      period: month,
      edition,
      published_at: rfc3339(publishedAt),
      sha256: frozen?.sha256 ?? null,
      fingerprint: frozen && fingerprintOf(frozen.publicKey),
      corrections: publications[i - 1]?.month === month ? null : (corrections.get(month)?.length ?? 0),
      reopened_at: reopened && rfc3339(reopened.at),
      reopen_reason: reopened?.reason ?? null,
      open_objections: over?.objections ?? 0,
      objections_reason: over?.reason ?? null,
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

/**
 * One frozen edition in one form, the last unless another is asked for: the very bytes that were stored. Only before
 * the page of a month that was opened again stands when and why, as far as it was known at `as_of`.
 */
export function publicationPage(deps: Deps, format: Format | 'zip'): RequestHandler {
  return async (req, res) => {
    const lang = readLang(req.query);
    if (isFault(lang)) return refuse(deps, req, res, lang);
    const asOf = readAsOf(req.query, deps.now());
    if (isFault(asOf)) return refuse(deps, req, res, asOf);
    const asked = readEdition(req.query);
    if (isFault(asked)) return refuse(deps, req, res, asked);
    const period = String(req.params.period);
    const editions = isMonth(period) ? await publicationsAt(deps.db, asOf, [period]) : [];
    const edition = editions.find(p => p.frozen && (asked === null || p.edition === asked));
    const name = format === 'html' ? `${lang}.html` : format;
    const file = edition && (await publicationFile(deps.db, edition, name));
    if (!file) return refuse(deps, req, res, fault('unknown_publication', { value: period }));
    res.set('Cache-Control', 'no-cache').type(file.contentType);
    if (format === 'html') res.set('Content-Language', lang);
    if (format === 'csv' || format === 'zip') {
      const mark = editions.length > 1 ? `-${edition.edition}` : '';
      res.attachment(`publication-${period}${mark}.${format}`);
    }
    const reopened = format === 'html' ? reopenedDocuments(editions) : [];
    res.send(reopened.length ? withStrip(file.bytes, reopenedStrip(lang, { reopened })) : file.bytes);
  };
}

function readEdition(query: Request['query']): number | null | Fault {
  const text = parameter(query, 'edition');
  if (text === undefined || isFault(text)) return text ?? null;
  return /^[1-9]\d{0,3}$/.test(text) ? Number(text) : unknownValue('edition', text, '1, 2 …');
}

/** Puts a strip before the main part of a stored page. */
function withStrip(page: Buffer, strip: string): Buffer {
  const at = page.indexOf('<main ');
  return Buffer.concat([page.subarray(0, at), Buffer.from(strip), page.subarray(at)]);
}
