/** Scorecard, overview and the pages of one service show the very numbers of the recount. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { OPERATOR } from '../../src/kpi/access.ts';
import type { DataPage } from '../../src/web/answer.ts';
import { isFault } from '../../src/web/fault.ts';
import { agencyPage } from '../../src/web/pages/agency.ts';
import { overviewPage } from '../../src/web/pages/overview.ts';
import { publicServicePage } from '../../src/web/pages/public-service.ts';
import { rankingTable } from '../../src/web/pages/rankings.ts';
import { ask } from '../../src/web/reading.ts';
import { type Audit, openAudit, question } from './audit.ts';
import { recount } from './ranks.ts';
import { endOf, type State, stateAfter } from './raw.ts';
import { count, dutiesOf, INDICATORS, type Question } from './recount.ts';
import { fileOf, lot, returnsOf, STYLES, statusesOf } from './world.ts';

const MONTHS = ['2025-02', '2025-03'];
const PERIOD = '2025-03';
const draw = lot(422);
let audit: Audit;
let state: State;

beforeAll(async () => {
  audit = await openAudit();
  const duty = dutiesOf(audit.data);
  await audit.take(statusesOf(duty, '2024-12-31', 'mode', 0.3, draw));
  for (const month of MONTHS) {
    const late = Date.parse(`${endOf(month)}T00:00:00Z`) + 30 * 86_400_000;
    await audit.take(fileOf(audit.data, returnsOf(audit.data, duty, month, draw), STYLES[0]!, late));
  }
  state = stateAfter(audit.data, audit.sheets);
});
afterAll(() => audit?.database.close());

/** Reads a page as its handler does. */
async function page<D extends object>(
  which: DataPage<D>,
  parameters: Record<string, string>,
  code = '',
): Promise<D> {
  const given = { period: PERIOD, ...parameters };
  const asked = await ask(audit.database.db, given, Date.now() + 60_000, OPERATOR, 'all');
  const doc = isFault(asked) ? asked : await which.read(audit.database.db, asked, code);
  if (isFault(doc)) throw new Error(JSON.stringify(doc));
  return doc;
}

const valued = (parts: { numerator: number | null; denominator: number | null }) => {
  const { numerator, denominator } = parts;
  return {
    ...{ numerator, denominator },
    value: numerator === null || !denominator ? null : numerator / denominator,
  };
};
/** The parts of one service in a group: the recount over the rows of that service alone. */
function ofService(service: string, indicator: string, q: Partial<Question>, group: string | null) {
  const only = { ...state, rows: state.rows.filter(r => r.service === service) };
  const counted = count(audit.data, only, question({ ...q, indicator, period: PERIOD }));
  const parts = group === null ? counted.national : counted.groups.get(group);
  return valued(parts ?? { numerator: null, denominator: null });
}

describe('a scorecard', () => {
  it.each([
    ['ha-noi', 'province', 'own'],
    ['bca', 'ministry', 'sector'],
    ['bca', 'ministry', 'own'],
    ['btc-2025', 'ministry', 'sector'],
    ['bxd-2025', 'ministry', 'sector'],
    ['evn', 'enterprise', 'own'],
  ] as const)(
    'of %s (%s, %s) shows rate, rank, reason and services as recounted',
    async (code, kind, view) => {
      const q = { kind, view, catalogue: 'essential-53' };
      const doc = await page(agencyPage, { catalogue: 'essential-53', view }, code);
      for (const shown of doc.indicators) {
        const books = recount(
          audit.data,
          state,
          question({ ...q, period: PERIOD, indicator: shown.indicator.id }),
        );
        const line = books.ranked.find(l => l.agency === code);
        const left = books.notRanked.find(l => l.agency === code);
        expect({ id: shown.indicator.id, ...shown.rate }).toEqual({
          id: shown.indicator.id,
          ...valued(line ?? left?.parts ?? { numerator: null, denominator: null }),
        });
        expect([shown.rank, shown.reason, shown.ranked_of]).toEqual([
          line?.rank ?? null,
          left?.reason ?? null,
          books.ranked.length,
        ]);
        expect(shown.national).toEqual(valued(books.national));
      }
      expect(doc.indicators.map(i => i.indicator.id).sort()).toEqual([...INDICATORS].sort());
      for (const row of doc.services) {
        expect([row.service, row.online, row.end_to_end, row.on_time]).toEqual([
          row.service,
          ofService(row.service, 'online_dossiers', q, code),
          ofService(row.service, 'end_to_end_completion', q, code),
          ofService(row.service, 'on_time', q, code),
        ]);
      }
    },
  );

  it('draws the trend of what the months say', async () => {
    const doc = await page(agencyPage, {}, 'ha-noi');
    for (const { indicator, points } of doc.trend) {
      for (const point of points) {
        const { groups } = count(
          audit.data,
          state,
          question({ indicator, period: point.period, boundaries: '2025-03-31' }),
        );
        expect([indicator, point.period, point.numerator, point.denominator]).toEqual([
          ...[indicator, point.period],
          ...[groups.get('ha-noi')?.numerator ?? null, groups.get('ha-noi')?.denominator ?? null],
        ]);
      }
    }
  });
});

describe('the overview', () => {
  it.each(['essential-25', 'essential-53'])('of %s shows the country as recounted', async catalogue => {
    const doc = await page(overviewPage, { catalogue });
    for (const { indicator, rate, coverage } of doc.headlines) {
      const { national } = count(
        audit.data,
        state,
        question({ indicator: indicator.id, period: PERIOD, catalogue }),
      );
      expect({ id: indicator.id, ...rate }).toEqual({ id: indicator.id, ...valued(national) });
      expect(coverage).toMatchObject({ returns: national.returns, due: national.due });
    }
    expect(doc.catalogue_places).toBe(catalogue === 'essential-25' ? 25 : 53);
    expect(doc.catalogue_named).toBe(catalogue === 'essential-25' ? 25 : 38);
    const books = recount(
      audit.data,
      state,
      question({ indicator: 'end_to_end_completion', period: PERIOD, catalogue }),
    );
    const order = [...books.ranked].sort((a, b) => a.rank - b.rank);
    expect(doc.best.map(r => r.rank)).toEqual(order.slice(0, 5).map(l => l.rank));
    expect(doc.slowest.map(r => r.rank)).toEqual(
      order
        .slice(-5)
        .reverse()
        .map(l => l.rank),
    );
    const missing = new Map(doc.missing.map(m => [m.agency, m]));
    const { groups } = count(
      audit.data,
      state,
      question({ indicator: 'on_time', period: PERIOD, catalogue }),
    );
    for (const [agency, parts] of groups) {
      const some = parts.returns < parts.due ? { returns: parts.returns, due: parts.due } : null;
      if (some) expect(missing.get(agency)).toMatchObject(some);
      else expect(missing.has(agency)).toBe(false);
    }
  });
});

describe('one service', () => {
  it.each(['dk-khai-sinh', 'doi-gplx', 'cap-dien-moi'])(
    '%s shows every agency as recounted',
    async service => {
      const doc = await page(publicServicePage, {}, service);
      const q = { catalogue: 'essential-53' };
      expect(doc.national.online).toEqual(ofService(service, 'online_dossiers', q, null));
      expect(doc.national.on_time).toEqual(ofService(service, 'on_time', q, null));
      for (const row of doc.agencies) {
        expect([row.agency, row.end_to_end]).toEqual([
          row.agency,
          ofService(service, 'end_to_end_completion', q, row.agency),
        ]);
      }
    },
  );
});

it('the table of a ranking prints the same numbers as its object, unrounded', async () => {
  const doc = await audit.ranking(question({ period: PERIOD, indicator: 'satisfaction' }));
  const { rows } = rankingTable(doc);
  expect(rows).toHaveLength(doc.ranked.length + doc.not_ranked.length);
  for (const r of doc.ranked) {
    const { rank, value, numerator, denominator, low, high } = r;
    expect(rows.find(row => row.agency === r.agency)).toMatchObject({
      rank,
      value,
      numerator,
      denominator,
      low,
      high,
    });
  }
});
