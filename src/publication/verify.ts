/** Verifies a bundle offline: signature and hashes, every rank counted again, and the whole month worked out again. */

import { buffer } from 'node:stream/consumers';
import { parse } from 'csv-parse/sync';
import { fromBufferPromise } from 'yauzl';
import { canonicalJson } from '../kpi/canonical.ts';
import { buildCatalogue } from '../kpi/catalogue.ts';
import type { Directive, DirectiveStatus } from '../kpi/directive.ts';
import type { Cell, Facts } from '../kpi/facts.ts';
import { KEPT_SUMS, type Sums } from '../kpi/figure.ts';
import { parseInstant } from '../kpi/month.ts';
import { buildFrozenMonth, FORMAT, type FrozenMonth } from '../kpi/publication.ts';
import { buildStatusBook, type Mode } from '../kpi/status.ts';
import { referenceFromRows, referenceRows } from '../store/reference-rows.ts';
import {
  DIRECTIVES,
  DOCUMENT,
  type Files,
  PUBLIC_KEY,
  type PublicationDocument,
  referenceFile,
  SIGNATURE,
  STATUSES,
  SUMS,
  sha256Of,
} from './bundle.ts';
import { recountRanks } from './recount-ranks.ts';
import { fingerprintOf, isSigned } from './signature.ts';

/** What was tested; `differences` is empty where it held, null where it could not be tested. */
export interface Verification {
  period: string | null;
  published_at: string | null;
  sha256: string | null;
  /** Of the key in the bundle: hold it against the one on the methodology page of the publisher. */
  fingerprint: string | null;
  checks: { check: string; differences: string[] | null }[];
  /** Every check held. */
  verified: boolean;
}

/** All parts of a bundle together may inflate to this, in bytes. */
const MOST_INFLATED = 256 * 1024 * 1024;
/** So many differences are named for each check. */
const NAMED = 100;

/** Opens the bundle's bytes and tests them; `publicKey` (PEM) is the key that must have signed, when given. */
export async function verifyBundle(bytes: Buffer, publicKey: string | null): Promise<Verification> {
  let files: Files;
  let document: PublicationDocument;
  try {
    files = await filesIn(bytes);
    document = documentIn(files);
  } catch {
    return failed('archive', 'the file is not a bundle of a publication, or is damaged');
  }
  const signed = files[DOCUMENT] as Buffer;
  const key = String(files[PUBLIC_KEY] ?? '');
  const checks: Verification['checks'] = [];
  const check = async (
    name: string,
    test: () => string[] | null | Promise<string[] | null>,
  ): Promise<void> => {
    let differences: string[] | null;
    try {
      differences = await test();
    } catch (error) {
      differences = [`not as it should be: ${error instanceof Error ? error.message : error}`];
    }
    checks.push({ check: name, differences: differences?.slice(0, NAMED) ?? null });
  };
  await check('canonical form', () =>
    canonicalJson(document) === signed.toString('utf8') ? [] : [`${DOCUMENT} is not in canonical form`],
  );
  await check('signature', () => {
    if (publicKey !== null && fingerprintOf(publicKey) !== fingerprintOf(key)) {
      return ['the bundle carries another public key than the one given'];
    }
    const signature = String(files[SIGNATURE] ?? '').trim();
    return isSigned(signed, { signature, publicKey: key })
      ? []
      : ['the signature is not of this content and key'];
  });
  await check('files', () =>
    Object.entries(document.files).flatMap(([name, sha256]) => {
      const file = files[name];
      return !file ? [`${name} is missing`] : sha256Of(file) === sha256 ? [] : [`${name} was changed`];
    }),
  );
  await check('ranks', () => recountRanks(document));
  await check('figures', () => (document.format === FORMAT ? workedOutAgain(document, files) : null));
  return {
    period: document.period,
    published_at: document.published_at,
    sha256: sha256Of(signed),
    fingerprint: fingerprintIn(key),
    checks,
    verified: checks.every(c => c.differences !== null && c.differences.length === 0),
  };
}

function documentIn(files: Files): PublicationDocument {
  const document = JSON.parse(String(files[DOCUMENT])) as Partial<PublicationDocument> | null;
  if (typeof document?.period !== 'string' || typeof document.published_at !== 'string') {
    throw new Error('no publication');
  }
  return document as PublicationDocument;
}

function failed(check: string, why: string): Verification {
  const nothing = { period: null, published_at: null, sha256: null, fingerprint: null };
  return { ...nothing, checks: [{ check, differences: [why] }], verified: false };
}

function fingerprintIn(key: string): string | null {
  try {
    return fingerprintOf(key);
  } catch {
    return null;
  }
}

async function filesIn(bytes: Buffer): Promise<Files> {
  const archive = await fromBufferPromise(bytes, { lazyEntries: true });
  const files: Files = {};
  let inflated = 0;
  for await (const entry of archive.eachEntry()) {
    inflated += entry.uncompressedSize;
    if (inflated > MOST_INFLATED) throw new Error('inflates to more than a publication holds');
    files[entry.fileName] = await buffer(await archive.openReadStreamPromise(entry));
  }
  return files;
}

/** Works the month out again from the sums, statuses, directives and reference data of the bundle, and names what differs. */
async function workedOutAgain(document: PublicationDocument, files: Files): Promise<string[]> {
  const rows = await referenceRows(table => files[referenceFile(table)] ?? Buffer.alloc(0));
  const again = buildFrozenMonth(
    buildCatalogue(referenceFromRows(rows)),
    factsIn(document, files),
    document.period,
  );
  const frozen = Object.fromEntries(
    Object.keys(again).map(name => [name, document[name as keyof FrozenMonth]]),
  );
  return differencesIn(frozen, JSON.parse(canonicalJson(again)), '');
}

function factsIn({ period, invented }: PublicationDocument, files: Files): Facts {
  const table = (name: string): Record<string, string>[] => parse(files[name] ?? '', { columns: true });
  const cells = new Map<string, Map<string, Cell>>();
  for (const row of table(SUMS)) {
    const { agency = '', service = '', received_at = '' } = row;
    const sums = Object.fromEntries(KEPT_SUMS.map(({ name }) => [name, Number(row[name])])) as Sums;
    const services = cells.get(agency) ?? new Map<string, Cell>();
    cells.set(agency, services.set(service, { sums, receivedAt: parseInstant(received_at) ?? Number.NaN }));
  }
  const statuses = table(STATUSES).map(({ as_of = '', agency = '', service = '', level, mode }) => ({
    asOf: as_of,
    agency,
    service,
    level: level ? Number(level) : null,
    mode: (mode || null) as Mode | null,
  }));
  return {
    months: new Map([[period, { month: period, cells, invented }]]),
    statuses: buildStatusBook(statuses),
    directives: table(DIRECTIVES).map(directiveIn),
  };
}

function directiveIn(row: Record<string, string>): Directive {
  const text = (column: string): string => row[column] ?? '';
  const status = (text('status') || null) as DirectiveStatus | null;
  return {
    ...{ id: text('id'), document: text('document'), clause: text('clause'), title: text('title') },
    lead: text('lead_agency'),
    coordinating: text('coordinating_agencies').split('|').filter(Boolean),
    deadline: text('deadline') || null,
    ...{ recurring: text('recurring'), measurableTarget: text('measurable_target') },
    progress: status && { status, doneOn: text('done_on') || null, note: text('note') },
  };
}

/** The places in which two JSON documents differ, each with both values. */
function differencesIn(frozen: unknown, again: unknown, place: string): string[] {
  if (typeof frozen === 'object' && frozen !== null && typeof again === 'object' && again !== null) {
    const names = new Set([...Object.keys(frozen), ...Object.keys(again)]);
    const member = (of: object, name: string): unknown => (of as Record<string, unknown>)[name];
    return [...names].flatMap(n =>
      differencesIn(member(frozen, n), member(again, n), place ? `${place}.${n}` : n),
    );
  }
  return frozen === again
    ? []
    : [`${place}: ${JSON.stringify(frozen)}, worked out again: ${JSON.stringify(again)}`];
}
