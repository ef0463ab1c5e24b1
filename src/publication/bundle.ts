/** The offline bundle of a publication: its canonical form, the sums and definitions it rests on, hash and signature. */
import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { ZipFile } from 'yazl';
import type { Catalogue } from '../kpi/catalogue.ts';
import { isDue } from '../kpi/directive.ts';
import type { Facts } from '../kpi/facts.ts';
import { KEPT_SUMS } from '../kpi/figure.ts';
import { lastDay, type Month, rfc3339 } from '../kpi/month.ts';
import type { FrozenMonth } from '../kpi/publication.ts';
import { type Table, toCsv, toPlainCsv } from '../render/csv.ts';
import { COLUMNS, type ReferenceRows, TABLES } from '../store/reference-rows.ts';
import { t } from '../words/words.ts';

/** What is hashed and signed: the month's content, what it is of, and the hash of every other file. */
export interface PublicationDocument extends FrozenMonth {
  published_at: string;
  /** Equal to `published_at`: asking any page `as_of` this instant shows the same figures. */
  as_of: string;
  data_version: string;
  invented: boolean;
  /** Of the second and later publications of a month, with the one that it replaces. */
  edition?: number;
  replaces?: {
    edition: number;
    sha256: string | null;
    published_at: string;
    reopened_at: string;
    reason: string;
  };
  /** Objections of offices that were open, and why the month was published all the same. */
  open_objections?: number;
  objections_reason?: string;
  /** SHA-256 of each file of the bundle that it can be worked out again from, by name. */
  files: Record<string, string>;
}

export const DOCUMENT = 'publication.json';
export const SIGNATURE = 'publication.sig';
export const PUBLIC_KEY = 'public-key.pem';
export const SUMS = 'sums.csv';
export const STATUSES = 'statuses.csv';
export const DIRECTIVES = 'directives.csv';
export const RANKINGS = 'rankings.csv';
export const referenceFile = (table: string): string => `reference/${table}.csv`;

export type Files = Record<string, Buffer>;

export function sha256Of(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** The files from which a month can be worked out again: reference data, sums, statuses and directives as known at its instant. */
export function sourcesOf(reference: ReferenceRows, facts: Facts, month: Month): Files {
  const tables: [string, Table][] = [
    [SUMS, sumsTable(facts, month)],
    [STATUSES, statusesTable(facts, month)],
    [DIRECTIVES, directivesTable(facts, month)],
    ...TABLES.map((table): [string, Table] => [
      referenceFile(table),
      { columns: Object.keys(COLUMNS[table]), rows: reference[table] },
    ]),
  ];
  return Object.fromEntries(tables.map(([name, table]) => [name, Buffer.from(toPlainCsv(table))]));
}

function sumsTable(facts: Facts, month: Month): Table {
  const rows = [...(facts.months.get(month)?.cells ?? [])].flatMap(([agency, services]) =>
    [...services].map(([service, { sums, receivedAt }]) => ({
      agency,
      service,
      received_at: rfc3339(receivedAt),
      ...sums,
    })),
  );
  const byKey = (a: (typeof rows)[number], b: (typeof rows)[number]): number =>
    `${a.agency} ${a.service}` < `${b.agency} ${b.service}` ? -1 : 1;
  return {
    columns: ['agency', 'service', 'received_at', ...KEPT_SUMS.map(s => s.name)],
    rows: rows.sort(byKey),
  };
}

function statusesTable(facts: Facts, month: Month): Table {
  const rows = [...facts.statuses.values()]
    .flatMap(services => [...services.values()].flat())
    .filter(s => s.asOf <= lastDay(month))
    .map(({ asOf, agency, service, level, mode }) => ({ as_of: asOf, agency, service, level, mode }));
  const key = (r: (typeof rows)[number]): string => `${r.agency} ${r.service} ${r.as_of}`;
  return {
    columns: ['as_of', 'agency', 'service', 'level', 'mode'],
    rows: rows.sort((a, b) => (key(a) < key(b) ? -1 : 1)),
  };
}

function directivesTable(facts: Facts, month: Month): Table {
  return {
    columns: [
      ...['id', 'document', 'clause', 'title', 'lead_agency', 'coordinating_agencies', 'deadline'],
      ...['recurring', 'measurable_target', 'status', 'done_on', 'note'],
    ],
    rows: facts.directives
      .filter(d => isDue(d, lastDay(month)))
      .map(({ id, document, clause, title, lead, coordinating, deadline, recurring, ...d }) => ({
        ...{ id, document, clause, title, lead_agency: lead, deadline, recurring },
        coordinating_agencies: coordinating.join('|'),
        measurable_target: d.measurableTarget,
        status: d.progress?.status,
        done_on: d.progress?.doneOn,
        note: d.progress?.note,
      })),
  };
}

/** Every ranking in one table for a spreadsheet; it repeats what the canonical form holds. */
export function rankingsCsv(document: PublicationDocument, catalogue: Catalogue): Buffer {
  const columns = [
    ...['period', 'catalogue', 'kind', 'view', 'indicator', 'version', 'rank', 'rank_low', 'rank_high'],
    ...['agency', 'name', 'numerator', 'denominator', 'value', 'low', 'high', 'not_ranked', 'published_at'],
  ];
  const rows = document.rankings.flatMap(({ ranked, not_ranked, catalogue: scope, ...ranking }) => {
    const { kind, view, indicator, version } = ranking;
    const same = { kind, view, indicator, version, catalogue: scope, published_at: document.published_at };
    return [...ranked, ...not_ranked.map(({ reason, ...n }) => ({ ...n, not_ranked: reason }))].map(row => ({
      ...same,
      ...row,
      period: document.period,
      name: catalogue.agencyByCode.get(row.agency)?.nameVi,
    }));
  });
  return Buffer.from(toCsv({ columns, rows }, document.invented));
}

/** Packs files into a zip archive, each dated `at` (ms), in the order given. */
export function zipOf(files: Files, at: number): Promise<Buffer> {
  const zip = new ZipFile();
  for (const [name, bytes] of Object.entries(files)) zip.addBuffer(bytes, name, { mtime: new Date(at) });
  zip.end();
  return buffer(zip.outputStream);
}

/** What a reader of the bundle is told, in both languages. */
export function readMe(document: PublicationDocument, sha256: string, fingerprint: string): Buffer {
  const filled = { period: document.period, published: document.published_at, sha256, fingerprint };
  return Buffer.from(`${t('vi', 'bundle.readme', filled)}\n\n${t('en', 'bundle.readme', filled)}\n`);
}
