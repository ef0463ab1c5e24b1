/** Every percentage opens into the rows of files that it is made of, and these add up to it. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { LineageDocument, SourceDocument } from '../../src/web/documents.ts';
import { percentText } from '../../src/words/numbers.ts';
import { DATA, question } from './audit.ts';
import { endOf, type Row, records, whole } from './raw.ts';
import { count, RATES } from './recount.ts';
import { openServed, REASON, type Served } from './served.ts';
import { lot } from './world.ts';

const PAGES = [
  '/?period=2025-06',
  '/?period=2025-Q2&catalogue=essential-53',
  '/rankings?indicator=on_time&period=2025-Q2&catalogue=essential-53',
  '/rankings?indicator=online_payment&period=2025-06&boundaries=2025-07-01',
  '/rankings?indicator=end_to_end_completion&period=2025-07&vertical=out',
  '/rankings?indicator=services_with_dossiers&period=2025-06&boundaries=2025-07-01',
  '/rankings?indicator=reporting_punctuality&period=2025-Q2',
  '/rankings?kind=ministry&indicator=satisfaction&period=2025-06&catalogue=essential-53',
  '/rankings?kind=ministry&indicator=level_3_4_completion&period=2025-07',
  '/rankings?kind=ministry&indicator=directives_done&period=2025-07',
  '/agencies?period=2025-06&boundaries=2025-07-01',
  '/agencies/ha-noi?period=2025-06',
  '/agencies/ho-chi-minh-2025?period=2025-06&boundaries=2025-07-01&catalogue=essential-53',
  '/agencies/ho-chi-minh-2025?period=2025-07',
  '/agencies/bca?period=2025-Q2',
  '/agencies/btc-2025?period=2025-06&view=own&catalogue=essential-53',
  '/services?period=2025-06&catalogue=essential-53',
  '/services/dk-khai-sinh?period=2025-06&boundaries=2025-07-01&catalogue=essential-53&vertical=out',
  '/services/ho-chieu?period=2025-Q2',
];
const DRAWN = 200;

interface Opened {
  page: string;
  href: string;
  shown: string;
}

let served: Served;
let all: Opened[];
/** The rows of every file, by its hash. */
let files: Map<string, Row[]>;

beforeAll(async () => {
  served = await openServed(766);
  const shipped = readFileSync(join(DATA, 'directives.csv'));
  files = new Map(
    [...served.audit.sheets.map(s => s.bytes), shipped].map(bytes => [
      createHash('sha256').update(bytes).digest('hex'),
      records(bytes),
    ]),
  );
  all = [];
  for (const page of [...PAGES, `${PAGES[11]}&as_of=${encodeURIComponent(served.asOf)}`]) {
    const { text } = await served.get(page);
    for (const [, href = '', shown = ''] of text.matchAll(
      /<a class="opens" href="([^"]+)">(?:<b>)?([^<]*%)</g,
    )) {
      all.push({ page, href: href.replaceAll('&amp;', '&'), shown });
    }
  }
});
afterAll(() => served?.close());

/** Every page of a lineage, from its first. */
async function walk(address: URL): Promise<LineageDocument[]> {
  const pages: LineageDocument[] = [];
  for (let after: string | null = ''; after !== null; ) {
    const url = new URL(address);
    url.pathname = '/lineage.json';
    if (after) url.searchParams.set('after', after);
    const doc: LineageDocument = await served.json(url.pathname + url.search);
    pages.push(doc);
    after = doc.next;
  }
  return pages;
}

function rowOf(source: SourceDocument): Row {
  const row = files.get(source.sha256)?.[(source.row ?? 0) - 2];
  if (!row) throw new Error(`no row ${source.row} in ${source.file_name}`);
  return row;
}

interface Sum {
  numerator: number | null;
  denominator: number | null;
}
const sumOf = (parts: readonly Sum[]): Sum => {
  const known = parts.filter(p => p.numerator !== null);
  if (known.length === 0) return { numerator: null, denominator: null };
  const total = (side: keyof Sum): number => known.reduce((sum, p) => sum + (p[side] ?? 0), 0);
  return { numerator: total('numerator'), denominator: total('denominator') };
};

type Part = LineageDocument['parts'][number];

/** The rows that a part's own lineage cites, as they stand in their files. */
const cited = new Map<string, Promise<Row[]>>();
function rowsOf(address: URL, part: Part, doc: LineageDocument): Promise<Row[]> {
  const known = [part.period, part.agency, part.service, address.searchParams.get('as_of')].join();
  const read = async (): Promise<Row[]> => {
    const url = new URL(address);
    const narrowed = { reporter: part.agency, service: part.service, month: part.period };
    for (const [name, value] of Object.entries(narrowed)) url.searchParams.set(name, value);
    url.searchParams.set('catalogue', doc.catalogue);
    const figures = (await walk(url)).flatMap(page => page.cell?.figures ?? []);
    return figures.flatMap(({ current }) => (current ? [rowOf(current.source)] : []));
  };
  const rows = cited.get(known) ?? read();
  cited.set(known, rows);
  return rows;
}

/** What these rows add to a rate, by the auditor's own formula: a blank keeps a row out, pending is the last month's. */
function addedUp(rows: readonly Row[], part: Part, doc: LineageDocument): Sum {
  const { over, under } = RATES[doc.indicator.id] as { over: string[]; under: string[] };
  const isLast = part.period === (doc.period === '2025-Q2' ? '2025-06' : doc.period);
  const sum = (row: Row, names: string[]): number =>
    names
      .filter(name => isLast || !name.startsWith('pending_'))
      .reduce((total, name) => total + (whole(row[name] ?? '') ?? 0), 0);
  return sumOf(
    rows
      .filter(row => [...over, ...under].every(name => whole(row[name] ?? '') !== null))
      .map(row => ({ numerator: sum(row, over), denominator: sum(row, under) })),
  );
}

describe('percentages', () => {
  it('of every kind of page can be opened', () => {
    for (const page of PAGES) expect([page, all.filter(o => o.page === page).length]).not.toEqual([page, 0]);
    expect(all.length).toBeGreaterThan(400);
  });

  it('are the sum of the rows that their lineage cites, 200 of them at random', async () => {
    const draw = lot(200);
    for (let i = 0; i < DRAWN; i++) {
      const { page, href, shown } = draw.oneOf(all);
      const address = new URL(href, 'http://site');
      const pages = await walk(address);
      const [doc] = pages as [LineageDocument];
      // Its components open one by one.
      if (doc.index_766) continue;
      const parts = pages.flatMap(p => (p.cell && p !== doc ? [] : p.parts));
      expect([page, href, percentText('vi', doc.rate.value ?? -1)]).toEqual([page, href, shown]);
      expect([href, parts.length, sumOf(parts)]).toEqual([
        ...[href, doc.part_count],
        { numerator: doc.rate.numerator, denominator: doc.rate.denominator },
      ]);
      for (const part of parts) {
        const { numerator, denominator, source } = part;
        if (doc.definition.counts === 'dossiers') {
          const place = [href, part.period, part.agency, part.service];
          const rows = await rowsOf(address, part, doc);
          expect([...place, { numerator, denominator }]).toEqual([...place, addedUp(rows, part, doc)]);
        } else if (doc.definition.counts === 'returns') {
          const inTime = Boolean(part.received_at && part.received_at < (part.late_from ?? ''));
          expect(numerator).toBe(
            doc.indicator.id === 'reporting_completeness' ? (source ? 1 : 0) : inTime ? 1 : 0,
          );
          if (source) expect(files.get(source.sha256)?.some(r => r.service === part.service)).toBe(true);
        } else if (part.task) {
          const row = source && rowOf(source);
          const { id, status = '' } = row ?? {};
          const done = status === 'done' && (row?.done_on ?? '') <= endOf(part.period);
          expect([id, numerator, denominator]).toEqual([part.task, done ? 1 : 0, 1]);
        } else if (source) {
          const row = rowOf(source);
          expect([row.service, row.agency, row.mode]).toEqual([
            ...[part.service, part.inherited_from ?? part.agency, part.mode],
          ]);
        }
      }
    }
  });

  it('are those of a recount that knows only the files', async () => {
    const draw = lot(201);
    for (let i = 0; i < 40; i++) {
      const { href } = draw.oneOf(all.filter(o => !o.href.includes('as_of')));
      const asked = new URL(href, 'http://site').searchParams;
      const doc = await served.json<LineageDocument>(href.replace('/lineage?', '/lineage.json?'));
      const service = asked.get('service');
      const rows = served.state.rows.filter(r => !service || r.service === service);
      const counted = count(
        served.audit.data,
        { ...served.state, rows },
        question({
          ...{ indicator: doc.indicator.id, period: doc.period, catalogue: doc.catalogue, view: doc.view },
          ...{ boundaries: doc.boundaries, withoutVertical: doc.without_vertical },
        }),
      );
      const group = doc.agency === 'national' ? counted.national : counted.groups.get(doc.agency);
      const { numerator, denominator } = doc.rate;
      expect([href, numerator, denominator]).toEqual([href, group?.numerator, group?.denominator]);
    }
  });
});

describe('a corrected figure', () => {
  const address = (): string => {
    const { agency, month, service } = served.corrected.after;
    return `/lineage.json?agency=${agency}&service=${service}&period=${month}&indicator=overdue`;
  };

  it('shows what stood there before, until when, and why it was replaced', async () => {
    const { before, after } = served.corrected;
    const { cell } = await served.json<LineageDocument>(address());
    const [figure, ...others] = cell?.figures ?? [];
    expect([others.length, figure?.unit]).toEqual([0, null]);
    expect(figure?.current?.counts).toMatchObject(after.counts);
    expect(figure?.current?.source).toMatchObject({ file_name: 'correction.csv', row: 2, reason: REASON });
    expect(figure?.history).toHaveLength(1);
    const [old] = figure?.history ?? [];
    expect(old?.counts).toMatchObject(before.counts);
    expect(old).toMatchObject({
      replaced_at: figure?.current?.source.recorded_at,
      replaced_by: figure?.current?.source.submission,
      reason_replaced: REASON,
    });
    expect(rowOf(old?.source as SourceDocument).resolved_late).not.toBe(
      rowOf(figure?.current?.source as SourceDocument).resolved_late,
    );
  });

  it('is the old one, without a history, as of the instant before', async () => {
    const { before } = served.corrected;
    const past = await served.json<LineageDocument>(`${address()}&as_of=${encodeURIComponent(served.asOf)}`);
    const [figure] = past.cell?.figures ?? [];
    expect(figure?.current?.counts).toMatchObject(before.counts);
    expect([figure?.history, figure?.current?.source.file_name]).toEqual([[], 'golden.csv']);
  });
});

describe('a lineage', () => {
  it('of an office formed by a merger names those that reported before it, one by one', async () => {
    const doc = await served.json<LineageDocument>(
      '/lineage.json?agency=ho-chi-minh-2025&period=2025-Q2&boundaries=2025-07-01&indicator=online_dossiers' +
        '&service=dk-khai-sinh',
    );
    const reporters = new Set(doc.parts.map(p => p.agency));
    expect(
      [...reporters].every(code => ['ho-chi-minh', 'binh-duong', 'ba-ria-vung-tau'].includes(code)),
    ).toBe(true);
    expect(reporters.size).toBeGreaterThan(1);
    expect(doc.cell).toBeNull();
  });

  it.each([
    ['agency', 'nowhere'],
    ['service', 'nothing'],
    ['month', '2025-07'],
    ['reporter', 'national'],
    ['indicator', 'nonsense'],
  ])('refuses %s=%s by name', async (name, value) => {
    const { status, text } = await served.get(`/lineage.json?period=2025-06&${name}=${value}`);
    expect([status, JSON.parse(text).parameter]).toEqual([400, name]);
  });

  it('of a month that is not published is not shown', async () => {
    expect((await served.get('/lineage.json?period=2025-08')).status).toBe(404);
  });

  it('prints the same parts and rows as CSV', async () => {
    const { agency, month, service } = served.corrected.after;
    const query = `agency=${agency}&service=${service}&period=${month}&indicator=overdue`;
    const { text } = await served.get(`/lineage.csv?${query}`);
    const rows = records(Buffer.from(text));
    expect(rows.map(r => r.section)).toEqual(['part', 'replaced', 'row']);
    expect(rows[2]).toMatchObject({ file_name: 'correction.csv', numerator: rows[0]?.numerator });
  });
});
