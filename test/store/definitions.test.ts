/** A database of before definitions were data: after the upgrade its past knows the definitions it had. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { migrate } from '../../src/store/migrate.ts';
import { catalogueAt } from '../../src/store/reference.ts';
import { REAL } from '../kpi/country.ts';
import { freshDatabase, type TestDatabase } from '../support/database.ts';

let test: TestDatabase;
beforeAll(async () => {
  test = await freshDatabase();
});
afterAll(() => test.close());

it('an upgrade records the definitions from the first load on, and what ships with it changes nothing', async () => {
  const { db } = test;
  const loads = () => db.selectFrom('reference_loads').select('recorded_at').execute();
  const [first] = await loads();
  await sql`drop table indicators`.execute(db);
  await sql`delete from kysely_migration where name = '2026-11-25-definitions'`.execute(db);
  expect(await migrate(db)).toEqual({ applied: ['2026-11-25-definitions'] });
  expect(await loads()).toEqual([first]);
  const at = first?.recorded_at.getTime() ?? 0;
  expect((await catalogueAt(db, at)).indicators).toEqual(REAL.indicators);
});
