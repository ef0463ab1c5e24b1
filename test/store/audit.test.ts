/** The audit: what is written down, in what order, who can bend it, and what verifying finds when somebody did. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Kysely, sql } from 'kysely';
import { OPERATOR, PUBLIC, type Visitor } from '../../src/kpi/access.ts';
import type { AuditEvent } from '../../src/kpi/audit.ts';
import { recordEvent, sealOf } from '../../src/store/audit.ts';
import { rowsAfter, verifyChain } from '../../src/store/audit-chain.ts';
import type { Db } from '../../src/store/connect.ts';
import type { Tables } from '../../src/store/tables.ts';
import { freshDatabase, type TestDatabase } from '../support/database.ts';

const LAN: Visitor = {
  kind: 'person',
  id: '7',
  name: 'lan@ha-noi.example',
  role: 'approver',
  agency: 'ha-noi',
  kinds: null,
};

let test: TestDatabase;
let db: Kysely<Tables>;
/** The number of the last event before those of this file. */
let before: number;
beforeAll(async () => {
  test = await freshDatabase();
  db = test.db;
  before = (await verifyChain(db)).events;
  await tell({ visitor: OPERATOR, action: 'deadline_set', subject: 'months', after: { day: 5 } });
  await tell({ visitor: LAN, action: 'submission_approved', subject: 'submission 1', from: '203.0.113.9' });
  await tell({ visitor: PUBLIC, action: 'sign_in_refused', subject: 'account 7', from: '203.0.113.9' });
  await tell({
    visitor: LAN,
    action: 'submission_returned',
    subject: 'submission 2',
    before: { status: 'accepted', note: 'Kỳ “7”\0\ud800', rows: 53 },
    after: { status: 'returned', share: 0.1, left_out: undefined },
  });
  await tell({
    visitor: { ...LAN, kind: 'key', id: '3', name: 'key 3' },
    action: 'key_refused',
    subject: 'key 3',
  });
});
afterAll(() => test.close());

const tell = (event: AuditEvent): Promise<void> => db.transaction().execute(trx => recordEvent(trx, event));

/** Does something in a transaction that is then undone, as an owner of the tables who has put every guard out of the way. */
async function bent<T>(work: (trx: Db) => Promise<unknown>, look: (trx: Db) => Promise<T>): Promise<T> {
  let seen: T | undefined;
  const undo = new Error('undone');
  await db
    .transaction()
    .execute(async trx => {
      await sql`set local role none`.execute(trx);
      await sql`alter table audit disable trigger user`.execute(trx);
      await sql`alter table audit_people drop constraint audit_people_audit_id_fkey`.execute(trx);
      await work(trx);
      seen = await look(trx);
      throw undo;
    })
    .catch(error => {
      if (error !== undo) throw error;
    });
  return seen as T;
}

describe('an event', () => {
  it('stands as it was told, with the hash of the one before it', async () => {
    const rows = await db.selectFrom('audit').selectAll().where('id', '>', before).orderBy('id').execute();
    expect(rows.map(r => [r.id - before, r.actor_kind, r.actor_id, r.action, r.subject, r.door])).toEqual([
      [1, 'operator', null, 'deadline_set', 'months', 'command'],
      [2, 'person', '7', 'submission_approved', 'submission 1', 'page'],
      [3, 'public', null, 'sign_in_refused', 'account 7', 'page'],
      [4, 'person', '7', 'submission_returned', 'submission 2', 'page'],
      [5, 'key', '3', 'key_refused', 'key 3', 'api'],
    ]);
    expect(rows.slice(1).map(r => r.previous)).toEqual(rows.slice(0, -1).map(r => r.hash));
    expect(rows[0]?.hash).toMatch(/^[0-9a-f]{64}$/);
    const { rows: texts } = await sql<{ before: string; after: string }>`select before::text, after::text
      from audit where id = ${before + 4}`.execute(db);
    expect(texts).toEqual([
      {
        before: '{"note":"Kỳ “7”\\u0000\\ud800","rows":53,"status":"accepted"}',
        after: '{"share":0.1,"status":"returned"}',
      },
    ]);
  });

  it('has the mail and network address of who is known beside it, outside the hash', async () => {
    const people = await db.selectFrom('audit_people').selectAll().where('audit_id', '>', before).execute();
    expect(people).toEqual([
      { audit_id: before + 2, mail: 'lan@ha-noi.example', network_address: '203.0.113.9' },
      { audit_id: before + 3, mail: null, network_address: '203.0.113.9' },
      { audit_id: before + 4, mail: 'lan@ha-noi.example', network_address: null },
    ]);
    const { rows } = await sql<{
      said: boolean;
    }>`select bool_or(a::text like '%lan@%' or a::text like '%203.0%')
      as said from audit a`.execute(db);
    expect(rows).toEqual([{ said: false }]);
  });

  it('is undone with the change that it tells of', async () => {
    const failed = db.transaction().execute(async trx => {
      await recordEvent(trx, { visitor: OPERATOR, action: 'deadline_set', subject: 'months' });
      throw new Error('the change failed');
    });
    await expect(failed).rejects.toThrow('the change failed');
    expect((await verifyChain(db)).events).toBe(before + 5);
  });

  it('keeps no value that is named like a secret', async () => {
    const facts = { password: 'x1', totp_secret: 'x2', mail: 'x3', token: 'x4', role: 'admin' };
    const kept = await bent(
      trx =>
        recordEvent(trx, {
          visitor: OPERATOR,
          action: 'account_changed',
          subject: 'account 1',
          after: facts,
        }),
      trx => trx.selectFrom('audit').select('after').orderBy('id', 'desc').limit(1).execute(),
    );
    expect(kept).toEqual([
      { after: { password: '…', totp_secret: '…', mail: '…', token: '…', role: 'admin' } },
    ]);
  });

  it('comes in the order of commits, one after the other, however many come at once', async () => {
    const before = (await verifyChain(db)).events;
    await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        tell({ visitor: OPERATOR, action: 'deadline_set', subject: `m ${i}` }),
      ),
    );
    const { events, faults } = await verifyChain(db);
    expect([events, faults]).toEqual([before + 20, []]);
  });
});

describe('nobody bends it:', () => {
  const STATEMENTS = [
    'update audit set subject = subject',
    'delete from audit',
    'truncate audit cascade',
    'delete from audit_head',
  ];

  it.each(STATEMENTS)('the owner of the tables is refused "%s"', async statement => {
    await expect(asked(null, statement)).rejects.toThrow('only ever added to');
  });

  it.each([...STATEMENTS, 'update audit_head set id = 0', 'update audit_people set mail = null'])(
    'the role of the application may not "%s"',
    async statement => {
      await expect(asked('toan_trinh_app', statement)).rejects.toThrow('permission denied');
    },
  );

  it('the role of the application adds events, but only after the last one', async () => {
    const forged = (
      id: string,
      previous: string,
    ) => `insert into audit (id, at, actor_kind, action, subject, door,
      previous, hash) select ${id}, now(), 'operator', 'x', 'x', 'x', ${previous}, 'x' from audit_head`;
    await expect(asked('toan_trinh_app', forged('id + 2', 'hash'))).rejects.toThrow(
      'must follow the last one',
    );
    await expect(asked('toan_trinh_app', forged('id + 1', "'y'"))).rejects.toThrow(
      'must follow the last one',
    );
    await expect(asked('toan_trinh_app', forged('id', 'hash'))).rejects.toThrow('duplicate key');
    const undone = new Error('undone');
    const added = db.transaction().execute(async trx => {
      await sql`set local role toan_trinh_app`.execute(trx);
      await recordEvent(trx, {
        visitor: LAN,
        action: 'signed_in',
        subject: 'account 7',
        from: '203.0.113.9',
      });
      await trx.deleteFrom('audit_people').execute();
      throw undone;
    });
    await expect(added).rejects.toBe(undone);
  });

  const asked = (role: string | null, statement: string) =>
    db.transaction().execute(async trx => {
      await sql`set local role ${role ? sql.ref(role) : sql`none`}`.execute(trx);
      await sql.raw(statement).execute(trx);
    });
});

describe('verifying', () => {
  const found = (statement: string, noted: string[] = []) =>
    bent(
      trx => sql.raw(statement.replaceAll('$', String(before))).execute(trx),
      async trx =>
        (await verifyChain(trx, noted)).faults.map(f => ('id' in f ? { ...f, id: f.id - before } : f)),
    );

  it('finds nothing in a chain as it was written, and says where it ends', async () => {
    const { events, head, faults } = await verifyChain(db);
    expect([events, faults]).toEqual([before + 25, []]);
    const last = await db.selectFrom('audit').select('hash').where('id', '=', events).execute();
    expect([{ hash: head }]).toEqual(last);
  });

  it.each([
    ["at = at + interval '1 millisecond'"],
    ["actor_kind = 'operator'"],
    ["actor_id = '8'"],
    ["action = 'submission_approved'"],
    ["subject = 'submission 3'"],
    [`before = '{"status":"refused"}'`],
    ["before = (before::text || ' ')::json"],
    ["after = 'null'"],
    ['after = null'],
    ["door = 'api'"],
    ["previous = ''"],
    ["hash = repeat('0', 64)"],
  ])('names the event of which "%s" was set', async change => {
    expect(await found(`update audit set ${change} where id = $ + 4`)).toContainEqual({
      what: 'altered',
      id: 4,
    });
  });

  it('names any one event that is altered, the first and the last too', async () => {
    for (const id of [1, before + 1, before + 3, before + 25]) {
      expect(await found(`update audit set subject = 'x' where id = ${id}`)).toEqual([
        { what: 'altered', id: id - before },
      ]);
    }
  });

  it('names an event that was altered together with its hash', async () => {
    const faults = await bent(
      async trx => {
        for (const id of [before + 3, before + 25]) {
          const [row] = await rowsAfter(trx, id - 1);
          if (!row) throw new Error(`no event ${id}`);
          const { hash: _, ...sealed } = { ...row, subject: 'account 8' };
          await trx
            .updateTable('audit')
            .set({ subject: sealed.subject, hash: sealOf(sealed) })
            .where('id', '=', id)
            .execute();
        }
      },
      async trx => (await verifyChain(trx)).faults,
    );
    expect(faults).toEqual([
      { what: 'altered', id: before + 3 },
      { what: 'altered', id: before + 25 },
    ]);
  });

  it('names events that are missing, at the beginning, between others and at the end', async () => {
    expect(await found('delete from audit where id = 1')).toEqual([
      { what: 'missing', id: 1 - before, until: 1 },
    ]);
    expect(await found('delete from audit where id in ($ + 2, $ + 3)')).toEqual([
      { what: 'missing', id: 2, until: before + 3 },
    ]);
    expect(await found('delete from audit where id > $ + 23')).toEqual([
      { what: 'missing', id: 24, until: before + 25 },
    ]);
  });

  it('names events that changed places', async () => {
    expect(
      await found(`update audit set id = 900000 where id = $ + 2; update audit set id = $ + 2 where id = $ + 3;
        update audit set id = $ + 3 where id = 900000`),
    ).toEqual([
      { what: 'moved', id: 2, own: before + 3 },
      { what: 'moved', id: 3, own: before + 2 },
    ]);
  });

  it('finds a tail that was cut off with the note of its end, by a hash noted down before', async () => {
    const { head } = await verifyChain(db);
    const cut = `delete from audit where id > $ + 5; update audit_head set (id, hash) =
      (select id, hash from audit where id = $ + 5)`;
    expect(await found(cut)).toEqual([]);
    expect(await found(cut, [head])).toEqual([{ what: 'unknown_head', head }]);
    expect(await found('select 1', [head])).toEqual([]);
  });

  it('is not disturbed by personal data being erased', async () => {
    expect(await found('delete from audit_people')).toEqual([]);
  });
});
