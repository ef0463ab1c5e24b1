/** A database of before definitions were data: after the upgrade its past knows the definitions it had. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type Kysely, sql } from 'kysely';
import { up } from '../../migrations/2026-11-25-definitions.ts';
import { workingAsOwner } from '../../src/store/handles.ts';
import { DATA_FOLDER } from '../../src/store/migrate.ts';
import { catalogueAt, loadReference } from '../../src/store/reference.ts';
import { referenceTables } from '../../src/store/reference-rows.ts';
import { REAL } from '../kpi/country.ts';
import { freshDatabase, type TestDatabase } from '../support/database.ts';

/** Indicators that came after the upgrade: the past does not know them. */
const LATER = ['directives_done', 'index_766'];

let test: TestDatabase;
beforeAll(async () => {
  test = await freshDatabase();
});
afterAll(() => test.close());

it('an upgrade records the definitions from the first load on, and what ships with it changes nothing', async () => {
  const { db } = test;
  const [first] = await db
    .selectFrom('reference_loads')
    .select('recorded_at')
    .orderBy('recorded_at')
    .execute();
  await workingAsOwner(db, async owner => {
    await sql`drop table indicators`.execute(owner);
    await up(owner as unknown as Kysely<unknown>);
    // As a later migration does, which knows more kinds of indicators.
    await sql`alter table indicators drop constraint indicators_kind_check`.execute(owner);
  });
  expect(await loadReference(db, await referenceTables(DATA_FOLDER))).toEqual({
    begun: LATER.length,
    ended: 0,
  });
  const at = first?.recorded_at.getTime() ?? 0;
  expect((await catalogueAt(db, at)).indicators).toEqual(REAL.indicators.filter(i => !LATER.includes(i.id)));
  expect((await catalogueAt(db, null)).indicators).toEqual(REAL.indicators);
});
