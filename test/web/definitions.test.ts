/** A definition that changes: the present follows it, no page of the past does, and nonsense is never recorded. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DATA_FOLDER } from '../../src/store/migrate.ts';
import { loadReference } from '../../src/store/reference.ts';
import { type ReferenceRows, type Row, referenceTables } from '../../src/store/reference-rows.ts';
import { openSite, type Site } from './site.ts';

const PAGES = [
  '/?period=2025-07',
  '/overview.json?period=2025-07',
  '/overview.csv?period=2025-07',
  '/rankings?period=2025-07&indicator=online_dossiers',
  '/rankings.json?period=2025-07&indicator=online_dossiers',
  '/rankings.csv?period=2025-07&indicator=online_dossiers',
  '/agencies/ha-noi?period=2025-07',
  '/agencies/ha-noi.json?period=2025-07',
  '/agencies/ha-noi?period=2025-07&lang=en',
  '/services?period=2025-07',
  '/services/dk-thuong-tru.json?period=2025-07',
  '/methodology?lang=en',
  '/methodology.json?period=2025-07',
  '/methodology.csv?period=2025-07',
];

/** From July 2025 online dossiers count against a goal of 90 %, and 150 of them are the least that is ranked. */
function redefined(rows: ReferenceRows): ReferenceRows {
  const first = rows.indicators.find(r => r.id === 'online_dossiers') as Row;
  const second = {
    ...first,
    ...{ version: 2, valid_from: '2025-07-01', name_vi: 'Hồ sơ trực tuyến (mới)', name_en: 'Online (new)' },
    ...{ target: 0.9, minimum_denominator: 150, legal_basis: 'Quyết định thử nghiệm' },
  };
  const others = rows.indicators.filter(r => r.id !== 'online_dossiers');
  return { ...rows, indicators: [...others, { ...first, valid_to: '2025-06-30' }, second] };
}

describe('a definition that is recorded later', () => {
  let site: Site;
  let rows: ReferenceRows;
  let asOf: string;
  const past = (path: string): string => `${path}&as_of=${encodeURIComponent(asOf)}`;
  const before = new Map<string, string>();
  beforeAll(async () => {
    site = await openSite({ filled: true });
    site.clock.now = Date.now() + 60_000;
    rows = await referenceTables(DATA_FOLDER);
    asOf = String((await site.get('/overview.json')).json.as_of);
    for (const path of PAGES) {
      before.set(past(path), (await site.get(past(path))).text);
      before.set(path, (await site.get(path)).text);
    }
    expect(await loadReference(site.db, redefined(rows))).toEqual({ begun: 2, ended: 1 });
  });
  afterAll(() => site.close());

  it.each(PAGES)('leaves %s as it was shown then', async path => {
    const answer = await site.get(past(path));
    expect([answer.status, answer.text]).toEqual([200, before.get(past(path))]);
  });

  it('counts from its first day on, by its own minimum, and is not compared with the version before it', async () => {
    const asked = '/rankings.json?indicator=online_dossiers&boundaries=2025-07-31&period=';
    const [june, july] = [await site.get(`${asked}2025-06`), await site.get(`${asked}2025-07`)];
    expect([june.json.indicator, july.json.indicator]).toEqual([
      { id: 'online_dossiers', version: 1 },
      { id: 'online_dossiers', version: 2 },
    ]);
    // Hà Nội received 70 + 30 = 100 in July, fewer than 150; Hồ Chí Minh City 45 + 155 = 200.
    expect(july.json.ranked).toEqual([
      expect.objectContaining({ agency: 'ho-chi-minh-2025', numerator: 45, denominator: 200, change: null }),
    ]);
    expect(july.json.not_ranked).toContainEqual(
      expect.objectContaining({ agency: 'ha-noi', reason: 'below_minimum', denominator: 100 }),
    );
  });

  it('shows on the pages of today in its own words', async () => {
    for (const path of ['/rankings?indicator=online_dossiers&lang=en', '/methodology?lang=en', '/?lang=en']) {
      expect([path, (await site.get(path)).text.includes('Online (new)')]).toEqual([path, true]);
    }
    const { json } = await site.get('/methodology.json');
    const versions = (json.indicators as { id: string; version: number; target: number | null }[])
      .filter(i => i.id === 'online_dossiers')
      .map(i => [i.version, i.target]);
    expect(versions).toEqual([
      [1, null],
      [2, 0.9],
    ]);
  });

  it('is recorded once, and not at all when it cannot be counted', async () => {
    expect(await loadReference(site.db, redefined(rows))).toEqual({ begun: 0, ended: 0 });
    const bad = rows.indicators.map(r =>
      r.id === 'online_payment' ? { ...r, numerator: 'paid_by_card' } : r,
    );
    await expect(loadReference(site.db, { ...rows, indicators: bad })).rejects.toThrow(
      /online_payment v1: unknown_sum paid_by_card\n.*these sums alone: rows, received_online/,
    );
    expect(await loadReference(site.db, redefined(rows))).toEqual({ begun: 0, ended: 0 });
  });
});
