/** Months that are published, opened again and published anew, and the objections that stand in the way. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Kysely } from 'kysely';
import { accept } from '../../src/intake/accept.ts';
import { OPERATOR, type Visitor } from '../../src/kpi/access.ts';
import { freezeMonths } from '../../src/publication/freeze.ts';
import { verifyBundle } from '../../src/publication/verify.ts';
import { correctionsOf } from '../../src/store/corrections.ts';
import { reading, rootOf } from '../../src/store/handles.ts';
import {
  closedMonths,
  publishedAt,
  publishedMonths,
  publishMonth,
  reopenMonth,
} from '../../src/store/months.ts';
import {
  answerObjection,
  objectionById,
  objectionsOf,
  openByMonth,
  overruleObjections,
  raiseObjection,
  withdrawObjection,
} from '../../src/store/objections.ts';
import { publicationFile, publicationsAt } from '../../src/store/publications.ts';
import type { Tables } from '../../src/store/tables.ts';
import { freshDatabase, type TestDatabase } from '../support/database.ts';
import { returnOf } from '../web/site.ts';

const MONTH = '2025-07';
const AT = Date.parse('2025-08-20T12:00:00+07:00');
const person = (id: string, role: Visitor['role'], agency: string | null): Visitor => ({
  ...{ kind: 'person', id, name: `person${id}@example.vn`, role, agency, kinds: null },
});
const LAN = person('1', 'reporter', 'ha-noi');
const MINH = person('2', 'leader', null);
const THU = person('3', 'admin', null);
const PRESS = { secret: 'a secret of at least thirty-two characters', now: () => AT };

let test: TestDatabase;
let db: Kysely<Tables>;

const send = async (online: number): Promise<void> => {
  const bytes = returnOf([`ha-noi ${MONTH} dk-thuong-tru ${online} 30 20 60 5 50 10 5`]);
  const receipt = await accept(
    db,
    {
      ...{ bytes, fileName: 'return.csv', contentType: 'text/csv', kind: 'monthly-return', period: null },
      ...{ agency: null, sender: 'operator', door: 'command', reason: null, lang: 'en' },
    },
    () => AT,
  );
  if (receipt.status !== 'approved') throw new Error(JSON.stringify(receipt.problems));
};
const raise = (month = MONTH, agency = 'ha-noi'): Promise<string | null> =>
  raiseObjection(
    db,
    {
      ...{ month, agency, service: 'dk-thuong-tru', indicator: 'on_time' },
      text: 'Số hồ sơ trực tuyến ghi thiếu.',
      file: { name: 'bằng chứng.pdf', bytes: Buffer.from('%PDF') },
    },
    { visitor: LAN },
    AT,
  );
const events = async (subject: string): Promise<string[]> =>
  (await db.selectFrom('audit').select('action').where('subject', '=', subject).orderBy('id').execute()).map(
    r => r.action,
  );
const bytesOf = async (edition: number, name: string): Promise<Buffer> => {
  const file = await publicationFile(db, { month: MONTH, edition }, name);
  if (!file) throw new Error(`no ${name} of edition ${edition}`);
  return file.bytes;
};

beforeAll(async () => {
  test = await freshDatabase();
  db = test.db;
  await send(70);
});
afterAll(() => test.close());

describe('objections', () => {
  it('are raised, answered once or taken back, and every step is told of', async () => {
    const [first, second] = [(await raise()) as string, (await raise()) as string];
    expect(await objectionById(db, first)).toMatchObject({
      ...{ month: MONTH, agency: 'ha-noi', service: 'dk-thuong-tru', indicator: 'on_time', status: 'open' },
      ...{ raisedBy: 'person 1', raisedByName: null, answer: null, file: { name: 'bằng chứng.pdf' } },
    });
    expect(await openByMonth(db)).toEqual(new Map([[MONTH, 2]]));

    const answer = { verdict: 'rejected', answer: 'Số liệu đúng như biểu đã nộp.' } as const;
    const answered = await Promise.all([
      answerObjection(db, first, answer, { visitor: THU }, AT),
      answerObjection(db, first, { ...answer, verdict: 'accepted' }, { visitor: MINH }, AT),
    ]);
    expect(answered.filter(Boolean)).toHaveLength(1);
    expect(await withdrawObjection(db, first, { visitor: LAN }, AT)).toBe(false);
    expect(await withdrawObjection(db, second, { visitor: LAN }, AT)).toBe(true);
    expect((await objectionsOf(db, { status: 'open' })).length).toBe(0);
    expect(await events(`objection ${first}`)).toEqual(['objection_raised', 'objection_answered']);
    expect(await events(`objection ${second}`)).toEqual(['objection_raised', 'objection_withdrawn']);
  });

  it('are hidden by row security from whoever may not see the drafts of the agency', async () => {
    const id = (await raise()) as string;
    const root = rootOf(db);
    const seenBy = (agencies: string[]): Promise<number> =>
      reading(root, { agencies, sector: [] }, async trx => (await objectionsOf(trx, { id })).length);
    expect(await seenBy(['ha-noi'])).toBe(1);
    expect(await seenBy(['da-nang'])).toBe(0);
    expect(await objectionsOf(root, {})).toEqual([]);
    expect(await root.selectFrom('objection_files').selectAll().execute()).toEqual([]);
    await withdrawObjection(db, id, { visitor: LAN }, AT);
  });
});

describe('publishing', () => {
  it('over open objections takes a reason that somebody else wrote of these very objections', async () => {
    const first = (await raise()) as string;
    const publish = (visitor: Visitor, reason: string | null = null) =>
      publishMonth(rootOf(db), MONTH, 'x', { visitor }, reason);
    expect(await publish(THU)).toBe('open_objections');
    expect(await publish(OPERATOR)).toBe('open_objections');

    const why = 'Chờ đối chiếu sẽ lỡ hạn công bố.';
    const overrule = (objections: string[], visitor = THU) =>
      overruleObjections(db, MONTH, { objections, reason: why }, { visitor }, AT);
    expect(await overrule([])).toBe(false);
    expect(await overrule([first])).toBe(true);
    expect(await publish(THU)).toBe('open_objections');
    const second = (await raise()) as string;
    expect(await overrule([first])).toBe(false);
    expect(await publish(MINH)).toBe('open_objections');
    expect(await overrule([first, second])).toBe(true);

    const both = await Promise.all([publish(MINH), publish(MINH)]);
    expect(both.sort()).toEqual(['published', 'unchanged']);
    expect(await publicationsAt(db, null)).toEqual([
      expect.objectContaining({ edition: 1, over: { objections: 2, reason: why }, reopened: null }),
    ]);
    expect(await events(`month ${MONTH}`)).toEqual([
      ...['objections_overruled', 'objections_overruled', 'month_published'],
    ]);
    expect(await raise()).toBe(null);
  });

  it('again after an opening freezes another edition; the first stays byte for byte', async () => {
    await freezeMonths(db, PRESS);
    const names = ['vi.html', 'en.html', 'json', 'csv', 'zip'];
    const before = await Promise.all(names.map(name => bytesOf(1, name)));
    const [first] = await publicationsAt(db, null);
    const reason = 'Bộ Công an gửi lại số liệu.';
    const reopen = (edition: number) =>
      reopenMonth(db, MONTH, { edition, reason, by: 'person 2' }, { visitor: MINH });
    expect(await reopen(2)).toBe(false);
    expect((await Promise.all([reopen(1), reopen(1)])).sort()).toEqual([false, true]);
    expect(await closedMonths(db)).toEqual([]);
    expect(await closedMonths(db, first?.publishedAt)).toEqual([MONTH]);
    expect(await publishedMonths(db)).toEqual([MONTH]);

    // Open again, it takes what a closed month refuses without a reason; the reason is that of the opening.
    await send(71);
    expect(await correctionsOf(db, [MONTH], null)).toEqual([expect.objectContaining({ reason })]);
    for (const { id } of await objectionsOf(db, { status: 'open' })) {
      await answerObjection(db, id, { verdict: 'accepted', answer: 'Đã sửa.' }, { visitor: THU }, AT);
    }
    expect(await publishMonth(db, MONTH, 'person 3', { visitor: THU })).toBe('published');
    await freezeMonths(db, PRESS);

    const [second, again] = await publicationsAt(db, null);
    expect(second).toMatchObject({ edition: 2, over: null, reopened: null });
    expect(again).toMatchObject({ edition: 1, frozen: first?.frozen, reopened: { reason } });
    expect(await publishedAt(db, [MONTH], null)).toBe(second?.publishedAt);
    expect(await publishedAt(db, [MONTH], first?.publishedAt as number)).toBe(first?.publishedAt);
    expect(await correctionsOf(db, [MONTH], null)).toEqual([]);
    for (const [i, name] of names.entries()) {
      const same = Buffer.compare(await bytesOf(1, name), before[i] as Buffer);
      expect([name, same]).toEqual([name, 0]);
    }
    const { edition, replaces, format } = JSON.parse(String(await bytesOf(2, 'json')));
    expect({ edition, replaces, format }).toEqual({
      edition: 2,
      replaces: expect.objectContaining({ edition: 1, sha256: first?.frozen?.sha256, reason }),
      format: 'toan-trinh-publication-1',
    });
    expect((await verifyBundle(await bytesOf(2, 'zip'), null)).verified).toBe(true);
    expect((await verifyBundle(await bytesOf(1, 'zip'), null)).verified).toBe(true);
    // The page and the bundle of the second say other numbers than those of the first.
    expect(Buffer.compare(await bytesOf(2, 'csv'), before[3] as Buffer)).not.toBe(0);
  });

  it('leaves nothing that the role of the application could change of what was frozen', async () => {
    await expect(db.deleteFrom('publication_files').execute()).rejects.toThrow(/permission denied/);
    await expect(db.updateTable('overrulings').set({ reason: 'x' }).execute()).rejects.toThrow(
      /permission denied/,
    );
  });
});
