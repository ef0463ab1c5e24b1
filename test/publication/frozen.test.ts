/** A month that was published stays byte for byte: through corrections, a merger and a changed definition. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { accept, type Upload } from '../../src/intake/accept.ts';
import { freezeMonths } from '../../src/publication/freeze.ts';
import { verifyBundle } from '../../src/publication/verify.ts';
import { chanceOf } from '../../src/sample/chance.ts';
import { buildSample } from '../../src/sample/generate.ts';
import { DATA_FOLDER } from '../../src/store/migrate.ts';
import { publishMonth } from '../../src/store/months.ts';
import { publicationFile } from '../../src/store/publications.ts';
import { catalogueAt, loadReference } from '../../src/store/reference.ts';
import { referenceTables } from '../../src/store/reference-rows.ts';
import { stringify } from '../support/csv.ts';
import { openSite, type Site } from '../web/site.ts';

const MONTH = '2025-05';
const CORRECTED = 1000;
const [SATISFIED, END_TO_END] = ['Hài lòng', 'Hoàn thành toàn trình'];
const SECRET = 'a secret of at least thirty-two characters';
const FROZEN = ['', '.json', '.csv', '.zip', '?lang=en'].map(form => `/publications/${MONTH}${form}`);
const CURRENT = [
  '/overview.json?',
  '/rankings.json?indicator=satisfaction&',
  '/rankings.json?indicator=end_to_end_completion&kind=ministry&',
  '/rankings?indicator=on_time&lang=en&',
  '/agencies/ha-noi?',
  '/agencies/da-nang.json?',
  '/services/dk-khai-sinh.csv?',
  '/catalogues/essential-25.json?',
  '/methodology.json?',
].map(path => `${path}period=${MONTH}`);

let site: Site;
/** Rows of the sample's returns, as sent. */
let sentRows: Record<string, string>[] = [];

async function send(bytes: Buffer, more: Partial<Upload>): Promise<void> {
  const upload: Upload = {
    ...{
      bytes,
      fileName: 'return.csv',
      contentType: 'text/csv',
      kind: 'monthly-return',
      period: null,
      agency: null,
    },
    ...{ sender: 'operator', door: 'command', reason: null, lang: 'en', ...more },
  };
  const receipt = await accept(site.db, upload, Date.now);
  if (receipt.status !== 'approved') throw new Error(JSON.stringify(receipt.problems[0]));
}

beforeAll(async () => {
  site = await openSite({ filled: false });
  site.clock.now = Date.now() + 3_600_000;
  const catalogue = await catalogueAt(site.db, null);
  for (const file of buildSample(catalogue, { months: 1, from: MONTH, seed: 1, units: 'none' })) {
    const { bytes, kind, name: fileName, receivedAt } = file;
    await send(bytes, { kind, fileName, receivedAt });
    if (kind !== 'monthly-return') continue;
    const rows: Record<string, string>[] = parse(bytes, {
      columns: true,
      from_line: 2,
      delimiter: ';',
      relax_column_count: true,
    });
    sentRows.push(...rows);
  }
  sentRows = [...new Map(sentRows.map(r => [`${r['Cơ quan']} ${r['Dịch vụ công']}`, r])).values()];
  await publishMonth(site.db, MONTH, 'operator');
  await freezeMonths(site.db, { secret: SECRET, now: Date.now });
}, 120_000);
afterAll(() => site.close());

const texts = async (paths: readonly string[]): Promise<Map<string, string>> =>
  new Map(await Promise.all(paths.map(async p => [p, (await site.get(p)).text] as [string, string])));

describe('a published month', () => {
  it('is frozen as the pages showed it at its instant, and its bundle proves it', async () => {
    const { json } = await site.get(`/publications/${MONTH}.json`);
    const document = json as {
      as_of: string;
      rankings: { kind: string; view: string; catalogue: string; indicator: string; ranked: object[] }[];
    };
    const asOf = encodeURIComponent(document.as_of);
    for (const [kind, view, indicator] of [
      ['province', 'own', 'on_time'],
      ['province', 'own', 'level_3_4_completion'],
      ['ministry', 'sector', 'end_to_end_completion'],
      ['province', 'own', 'reporting_punctuality'],
    ]) {
      const page = (await site.get(`/rankings.json?kind=${kind}&indicator=${indicator}&as_of=${asOf}`)).json;
      const frozen = document.rankings.find(
        r =>
          r.kind === kind && r.view === view && r.indicator === indicator && r.catalogue === 'essential-25',
      );
      expect((page.ranked as object[]).length).toBeGreaterThan(5);
      expect(
        (page.ranked as Record<string, unknown>[]).map(r => [
          r.agency,
          r.rank,
          r.rank_low,
          r.rank_high,
          r.value,
        ]),
      ).toEqual(
        ((frozen?.ranked ?? []) as Record<string, unknown>[]).map(r => [
          r.agency,
          r.rank,
          r.rank_low,
          r.rank_high,
          r.value,
        ]),
      );
    }
    const bundle = await publicationFile(site.db, { month: MONTH, edition: 1 }, 'zip');
    const verification = await verifyBundle(bundle?.bytes as Buffer, null);
    expect(verification.checks.map(c => [c.check, c.differences])).toEqual([
      ['canonical form', []],
      ['signature', []],
      ['files', []],
      ['ranks', []],
      ['figures', []],
    ]);
    expect(verification.verified).toBe(true);
    expect((await site.get('/publications.json')).json.publications).toEqual([
      expect.objectContaining({ period: MONTH, sha256: verification.sha256, corrections: 0 }),
    ]);
    expect((await site.get('/methodology.json')).json.signing_keys).toEqual([
      expect.objectContaining({ fingerprint: verification.fingerprint }),
    ]);
  });

  it('stays byte for byte through a thousand corrections, a merger and a changed definition', async () => {
    const { as_of } = (await site.get(`/publications/${MONTH}.json`)).json;
    const past = CURRENT.map(path => `${path}&as_of=${encodeURIComponent(String(as_of))}`);
    const before = await texts([...FROZEN, ...past, ...CURRENT]);
    for (const [path, text] of before) expect([path, text.length > 100]).toEqual([path, true]);

    const chance = chanceOf('corrections', 1);
    const drawn = sentRows
      .filter(r => Number(r[SATISFIED]) > 0 && Number(r[END_TO_END]) > 0)
      .map(row => ({ row, at: chance() }))
      .sort((a, b) => a.at - b.at)
      .slice(0, CORRECTED)
      .map(({ row }) => ({
        ...row,
        [SATISFIED]: String(Number(row[SATISFIED]) - 1),
        [END_TO_END]: String(Number(row[END_TO_END]) - 1),
      }));
    expect(drawn.length).toBe(CORRECTED);
    for (let i = 0; i < CORRECTED; i += 100) {
      await send(stringify(drawn.slice(i, i + 100)), { reason: `Đính chính đợt ${i / 100 + 1}` });
    }
    const rows = await referenceTables(DATA_FOLDER);
    const merged = {
      ...rows.agencies.find(a => a.code === 'ha-noi'),
      code: 'thu-do-2026',
      valid_from: '2026-01-01',
    };
    await loadReference(site.db, {
      ...rows,
      agencies: [
        ...rows.agencies.map(a =>
          ['ha-noi', 'hue'].includes(String(a.code)) ? { ...a, valid_to: '2025-12-31' } : a,
        ),
        {
          ...merged,
          name_vi: 'Thủ đô mới',
          name_en: 'New Capital',
          short_vi: 'Thủ đô mới',
          gso_code: '',
          egov_code: '',
        },
      ],
      agency_successions: [
        ...rows.agency_successions,
        ...['ha-noi', 'hue'].map(predecessor_code => ({
          ...{
            predecessor_code,
            successor_code: 'thu-do-2026',
            effective_date: '2026-01-01',
            kind: 'merge',
            note: '',
          },
        })),
      ],
      indicators: rows.indicators.map(i => (i.id === 'on_time' ? { ...i, minimum_denominator: 5000 } : i)),
    });

    const after = await texts([...FROZEN, ...past, ...CURRENT]);
    for (const path of [...FROZEN, ...past])
      expect([path, after.get(path) === before.get(path)]).toEqual([path, true]);
    const moved = CURRENT.filter(path => after.get(path) !== before.get(path));
    expect(moved).toEqual(expect.arrayContaining(CURRENT.filter(p => !p.startsWith('/catalogues'))));

    const ranking = (await site.get(`/rankings.json?indicator=satisfaction&period=${MONTH}`)).json;
    expect((ranking.corrections as { reason: string }[]).map(c => c.reason)).toEqual(
      Array.from({ length: 10 }, (_, i) => `Đính chính đợt ${i + 1}`),
    );
    expect((await site.get('/publications.json')).json.publications).toEqual([
      expect.objectContaining({ period: MONTH, corrections: 10 }),
    ]);
    const together = (await site.get(`/rankings.json?boundaries=2026-01-01&period=${MONTH}`)).json;
    const shown = (together.ranked as { agency: string }[]).map(r => r.agency);
    expect([shown.includes('thu-do-2026'), shown.includes('ha-noi')]).toEqual([true, false]);
  }, 120_000);
});
