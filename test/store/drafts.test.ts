/** Row security itself: what the application's role gets of months that are not published, whatever asks for it. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Kysely, sql } from 'kysely';
import { OPERATOR } from '../../src/kpi/access.ts';
import { factsFor } from '../../src/store/facts.ts';
import { reading, rootOf, seeingAllDrafts } from '../../src/store/handles.ts';
import { publishMonth } from '../../src/store/months.ts';
import type { Tables } from '../../src/store/tables.ts';
import { isFault } from '../../src/web/fault.ts';
import { agencyPage } from '../../src/web/pages/agency.ts';
import { rankingsPage } from '../../src/web/pages/rankings.ts';
import { ask } from '../../src/web/reading.ts';
import { goodRow, sent, sheet } from '../intake/sheets.ts';
import { freshDatabase, type TestDatabase } from '../support/database.ts';

/** 10 September 2025; June is published, July is not. */
const NOW = Date.parse('2025-09-10T10:00:00+07:00');
const SERVICES = ['dk-khai-sinh', 'dk-thuong-tru'];
const AGENCIES = ['ha-noi', 'hue'];

let test: TestDatabase;
/** What pages read by: no drafts. */
let plain: Kysely<Tables>;
beforeAll(async () => {
  test = await freshDatabase();
  plain = rootOf(test.db) as Kysely<Tables>;
  const rows = (period: string, change = {}) =>
    AGENCIES.flatMap(agency => SERVICES.map(service => goodRow({ period, agency, service, ...change })));
  await sent(test.db, sheet(rows('2025-06')), {}, NOW);
  await publishMonth(test.db, '2025-06', 'operator');
  for (const agency of AGENCIES) {
    await sent(test.db, sheet(rows('2025-07').filter(r => r.agency === agency)), {}, NOW);
    // A correction puts rows into the history.
    const corrected = goodRow({ period: '2025-07', agency, service: 'dk-khai-sinh', paid_online: 1 });
    await sent(test.db, sheet([corrected]), {}, NOW);
    const status = `as_of,agency,service,level,mode\n2025-06-01,${agency},dk-khai-sinh,,full
2025-07-01,${agency},dk-khai-sinh,,partial\n`;
    await sent(test.db, Buffer.from(status), { kind: 'service-status', reason: 'x' }, NOW);
  }
});
afterAll(() => test.close());

const MONTHLY = ['figures', 'figures_history', 'ledger', 'returns', 'statuses', 'statuses_history'];
const dayOf = (table: string) => sql.ref(table.startsWith('statuses') ? 'as_of' : 'period');

/** What a handle sees of July, as `AGENCY SERVICE`, without doubles. */
async function july(db: Kysely<Tables>, table: string): Promise<string[]> {
  const { rows } = await sql<{ what: string }>`select distinct a.code || ' ' || s.code as what
    from ${sql.table(table)} t join agency_keys a on a.id = t.agency_id join service_keys s on s.id = t.service_id
    where ${dayOf(table)} >= '2025-07-01' order by 1`.execute(db);
  return rows.map(r => r.what);
}

describe('the role of the application', () => {
  it('is taken by every connection, owns nothing and is no superuser', async () => {
    for (const db of [plain, test.db]) {
      const { rows } = await sql`select current_user as name, rolsuper, rolbypassrls,
        (select count(*) from pg_class where relowner = r.oid) as owned
        from pg_roles r where rolname = current_user`.execute(db);
      expect(rows).toEqual([{ name: 'toan_trinh_app', rolsuper: false, rolbypassrls: false, owned: 0 }]);
    }
  });

  it('may use every table but partitions, which it reaches through their parents alone', async () => {
    const { rows } = await sql<{ name: string; part: boolean; reads: boolean }>`
      select c.relname as name, c.relispartition as part,
        has_table_privilege('toan_trinh_app', c.oid, 'select, update, delete') as reads
      from pg_class c where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p')
        and c.relname not like 'kysely%'`.execute(plain);
    expect(rows.filter(r => r.part).length).toBeGreaterThan(10);
    expect(rows.filter(r => r.part === r.reads).map(r => r.name)).toEqual([]);
    await expect(sql`select from figures_2025_07`.execute(test.db)).rejects.toThrow('permission denied');
  });

  it('has row security before every table that holds figures or files', async () => {
    const { rows } = await sql<{ name: string }>`select relname as name from pg_class
      where relrowsecurity and relnamespace = current_schema()::regnamespace order by 1`.execute(plain);
    expect(rows.map(r => r.name)).toEqual(
      [...MONTHLY, 'objection_files', 'objections', 'submission_file_parts', 'submissions'].sort(),
    );
  });
});

describe('without a setting', () => {
  it.each(MONTHLY)('%s shows no row of a month that is not published', async table => {
    expect(await july(plain, table)).toEqual([]);
    const { rows } =
      await sql`select 1 from ${sql.table(table)} where ${dayOf(table)} < '2025-07-01'`.execute(plain);
    if (!table.endsWith('history')) expect(rows.length).toBeGreaterThan(0);
  });

  it('submissions show the files behind published months, and no bytes at all', async () => {
    const { rows } = await sql<{ period: string | null; kind: string }>`select period, kind from submissions
      where kind in ('monthly-return', 'service-status') order by id`.execute(plain);
    // The statuses of June count for it; those of July came in the same files.
    expect(rows).toEqual([
      { period: '2025-06-01', kind: 'monthly-return' },
      { period: null, kind: 'service-status' },
      { period: null, kind: 'service-status' },
    ]);
    expect((await sql`select from submission_file_parts`.execute(plain)).rows).toEqual([]);
  });

  it('nothing is written to a month that is not published', async () => {
    const change = sql`update figures set ratings = 1 where period = '2025-07-01'`;
    expect((await change.execute(plain)).numAffectedRows).toBe(0n);
    const add = sql`insert into returns select '2025-07-01', agency_id, service_id, posting_id, received_at
      from returns limit 1`;
    await expect(add.execute(plain)).rejects.toThrow('row-level security');
  });

  it('a page that wrongly takes everybody for the operator still has nothing to show', async () => {
    const given = { period: '2025-07' };
    await reading(plain, 'none', async trx => {
      const asked = await ask(trx, given, NOW, OPERATOR, 'all');
      if (isFault(asked)) throw new Error(JSON.stringify(asked));
      const [card, ranking] = [
        await agencyPage.read(trx, asked, 'ha-noi'),
        await rankingsPage.read(trx, asked, ''),
      ];
      if (isFault(card) || isFault(ranking)) throw new Error('refused');
      const indicator = (id: string) => card.indicators.find(i => i.indicator.id === id);
      expect(indicator('end_to_end_completion')?.rate.denominator).toBeNull();
      expect(indicator('end_to_end_services')?.rate.denominator).not.toBe(0);
      expect(card.coverage.returns).toBe(0);
      expect(ranking.ranked).toEqual([]);
    });
  });
});

describe('with a setting', () => {
  const seen = (drafts: Parameters<typeof reading>[1], table: string) =>
    reading(plain, drafts, trx => july(trx as Kysely<Tables>, table));
  const all = AGENCIES.flatMap(a => SERVICES.map(s => `${a} ${s}`)).sort();

  it.each(MONTHLY.slice(0, 4))(
    '%s shows an office its own, a ministry its sector, others all',
    async table => {
      // Corrected was the one service; the rest has no history.
      const inTable = (what: string[]) =>
        table === 'figures_history' ? what.filter(w => w.endsWith('dk-khai-sinh')) : what;
      expect(await seen('all', table)).toEqual(inTable(all));
      expect(await seen({ agencies: ['ha-noi'], sector: [] }, table)).toEqual(
        inTable(all.filter(w => w.startsWith('ha-noi'))),
      );
      const sector = { agencies: ['bca'], sector: [['2025-07', 'dk-thuong-tru']] as [string, string][] };
      expect(await seen(sector, table)).toEqual(inTable(all.filter(w => w.endsWith('thuong-tru'))));
      const other = { agencies: ['bca'], sector: [['2025-08', 'dk-thuong-tru']] as [string, string][] };
      expect(await seen(other, table)).toEqual([]);
    },
  );

  it('an office sees its own files to the last byte, and no others', async () => {
    const files = (drafts: Parameters<typeof reading>[1]) =>
      reading(plain, drafts, async trx => {
        const { rows } = await sql<{ agency: string }>`select distinct agency_code as agency from submissions
          where period = '2025-07-01' order by 1`.execute(trx);
        const parts = await sql`select distinct sha256 from submission_file_parts`.execute(trx);
        return [rows.map(r => r.agency), parts.rows.length];
      });
    // Two returns and one file of statuses each.
    expect(await files({ agencies: ['ha-noi'], sector: [] })).toEqual([['ha-noi'], 3]);
    expect(await files({ agencies: ['cao-bang'], sector: [] })).toEqual([[], 0]);
    // Whoever sees a figure sees which file says so, not the file.
    expect(await files({ agencies: ['bca'], sector: [['2025-07', 'dk-thuong-tru']] })).toEqual([
      ['ha-noi', 'hue'],
      0,
    ]);
  });

  it('it ends with what it was set for', async () => {
    await Promise.all([july(seeingAllDrafts(plain), 'figures'), july(plain, 'figures')]).then(
      ([some, none]) => {
        expect([some.length, none.length]).toEqual([4, 0]);
      },
    );
    await seen({ agencies: ['ha-noi'], sector: [] }, 'figures');
    expect(await july(plain, 'figures')).toEqual([]);
    await expect(
      seeingAllDrafts(plain)
        .transaction()
        .execute(trx => sql`select 1/0`.execute(trx)),
    ).rejects.toThrow('division by zero');
    expect(await july(plain, 'figures')).toEqual([]);
  });

  it('what was read of drafts is not kept for others', async () => {
    const cells = async (db: Kysely<Tables>) =>
      [
        ...((await factsFor(db, ['2025-06', '2025-07'], null)).months.get('2025-07')?.cells.keys() ?? []),
      ].sort();
    expect(await cells(test.db)).toEqual(['ha-noi', 'hue']);
    expect(await cells(plain)).toEqual([]);
    const own = await reading(plain, { agencies: ['ha-noi'], sector: [] }, trx =>
      cells(trx as Kysely<Tables>),
    );
    expect(own).toEqual(['ha-noi']);
    const modes = async (db: Kysely<Tables>, months: string[]) =>
      (await factsFor(db, months, null)).statuses.get('ha-noi')?.get('dk-khai-sinh')?.[0]?.mode;
    // The status of July is a draft as well, for whoever asks for a published month alone.
    expect(await modes(test.db, ['2025-06'])).toBe('full');
    expect(await modes(test.db, ['2025-07'])).toBe('partial');
    expect(await modes(plain, ['2025-06'])).toBe('full');
  });
});

it('publishing a month shows it to everybody at once, its statuses too', async () => {
  const before = await factsFor(plain, ['2025-06'], null);
  await publishMonth(test.db, '2025-07', 'operator');
  expect(await july(plain, 'figures')).toHaveLength(4);
  const after = await factsFor(plain, ['2025-07'], null);
  expect([...(after.months.get('2025-07')?.cells.keys() ?? [])].sort()).toEqual(['ha-noi', 'hue']);
  const mode = (facts: typeof before) => facts.statuses.get('ha-noi')?.get('dk-khai-sinh')?.[0]?.mode;
  expect([mode(before), mode(after)]).toEqual(['full', 'partial']);
});
