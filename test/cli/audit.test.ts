/** `verify-audit` and `key` as processes: what they find, print and refuse. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Kysely, sql } from 'kysely';
import { workingAsOwner } from '../../src/store/handles.ts';
import type { Tables } from '../../src/store/tables.ts';
import { endAll, json, type Place, run, somePlace } from './process.ts';

interface Report {
  verified: boolean;
  events: number;
  head: string;
  faults: unknown[];
}

let place: Place;
beforeAll(async () => {
  place = await somePlace();
  await json(place, ['migrate']);
});
afterAll(async () => {
  await endAll();
  await place.remove();
});

async function onDatabase<T>(work: (db: Kysely<Tables>) => Promise<T>): Promise<T> {
  const { db, close } = await place.open();
  return work(db).finally(close);
}

/** Runs statements as somebody who owns the tables and puts the guards out of the way. */
const bend = (...statements: string[]) =>
  onDatabase(db =>
    workingAsOwner(db, async one => {
      for (const text of ['alter table audit disable trigger user', ...statements])
        await sql.raw(text).execute(one);
    }),
  );

describe('key', () => {
  it('add prints the key, this once; revoke ends it', async () => {
    const { code, out, err } = await run(place, [
      'key',
      'add',
      '--agency',
      'Hà Nội',
      '--kinds',
      'monthly-return',
    ]);
    expect([code, err]).toEqual([0, '']);
    const { id, key, ...rest } = JSON.parse(out);
    expect([key, rest]).toEqual([expect.stringMatching(/^tt_[\w-]{43}$/), {}]);
    const stored = await onDatabase(db =>
      db.selectFrom('api_keys').selectAll().where('id', '=', id).execute(),
    );
    expect(stored).toMatchObject([
      { agency_code: 'ha-noi', kinds: ['monthly-return'], issued_by: 'operator' },
    ]);
    const [row] = stored;
    expect(row && (row.expires_at.getTime() - row.created_at.getTime()) / 86_400_000).toBe(365);
    expect(await json(place, ['key', 'revoke', id])).toEqual({ id, revoked: true });
  });

  it('refuses an agency that is none, and wrong usage', async () => {
    expect(await run(place, ['key', 'add', '--agency', 'nowhere'])).toMatchObject({ code: 1, out: '' });
    const wrong = [
      ['key', 'add'],
      ['key', 'add', '--agency', 'ha-noi', '--kinds', 'catalogue'],
      ['key', 'add', '--agency', 'ha-noi', '--days', '0'],
      ['key', 'add', '--agency', 'ha-noi', '--days', '731'],
      ['key', 'revoke'],
    ];
    const told = await Promise.all(wrong.map(args => run(place, args)));
    expect(told.map(({ code, out }) => [code, out])).toEqual(wrong.map(() => [2, '']));
  });
});

describe('verify-audit', () => {
  it('says how many events there are and where they end; later it names what was altered, and what is missing', async () => {
    const { head, events, ...rest } = await json<Report>(place, ['verify-audit']);
    expect(rest).toEqual({ verified: true, faults: [] });
    await bend(
      `update audit set subject = 'key 9' where id = ${events - 2}`,
      `delete from audit where id = ${events}`,
    );
    const { code, out } = await run(place, ['verify-audit', '--head', head]);
    expect([code, out.split('\n')]).toEqual([
      1,
      [
        `event ${events - 2}: altered`,
        `event ${events}: missing`,
        `head ${head}: not in the audit; it was rewritten, or cut off before it`,
        `events: ${events - 1}`,
        expect.stringMatching(/^head: [0-9a-f]{64}$/),
        '',
      ],
    ]);
  });
});
