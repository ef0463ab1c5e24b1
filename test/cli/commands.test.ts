/** The commands as processes: what they print, what they store, and how they exit. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { sql } from 'kysely';
import type { Receipt } from '../../src/intake/receipt.ts';
import { OPERATOR } from '../../src/kpi/access.ts';
import { raiseObjection } from '../../src/store/objections.ts';
import type { RankingDocument, ScorecardDocument } from '../../src/web/documents.ts';
import { goodRow, sheet } from '../intake/sheets.ts';
import {
  end,
  endAll,
  folderPlace,
  json,
  ON_SERVER,
  type Place,
  run,
  serve,
  serverPlace,
  somePlace,
} from './process.ts';

let place: Place;
/** A data folder just after `migrate`, for places that begin empty. */
let fresh: Place;
/** What that `migrate` printed. */
let first: { applied: string[] } = { applied: [] };

const july = (change: Record<string, number | null> = {}) =>
  sheet(
    ['ha-noi', 'da-nang', 'can-tho'].flatMap((agency, i) =>
      ['dk-khai-sinh', 'dk-khai-tu'].map(service =>
        goodRow({ agency, service, resolved_end_to_end: 40 + i * 10, ...change }),
      ),
    ),
    ';',
  );

function file(name: string, bytes: Buffer | string): string {
  const path = join(place.dataDir, name);
  writeFileSync(path, bytes);
  return path;
}

/** Wrong usage is told before the database is opened, so that several processes may ask at once. */
async function expectWrong(commands: string[][]): Promise<void> {
  const told = await Promise.all(commands.map(args => run(place, args)));
  expect(told.map(({ code, out }, i) => [commands[i], code, out])).toEqual(
    commands.map(args => [args, 2, '']),
  );
  for (const { err } of told) expect(err.length).toBeGreaterThan(10);
}

beforeAll(async () => {
  fresh = await folderPlace();
  if (!ON_SERVER) first = await json(fresh, ['migrate']);
  place = ON_SERVER ? await somePlace() : await folderPlace(fresh);
});
afterAll(async () => {
  await endAll();
  await Promise.all([place.remove(), fresh.remove()]);
});

describe('migrate', () => {
  it('says what it applied, and the second time that nothing is left to do', async () => {
    // The test server's databases are copied from one that is migrated.
    expect(first.applied.length > 0).toBe(!ON_SERVER);
    expect(await run(place, ['migrate'])).toMatchObject({ code: 0, out: 'up to date\n' });
  });

  (ON_SERVER ? it : it.skip)(
    'from several machines at once brings an empty server up to date once',
    async () => {
      const empty = await serverPlace(true);
      try {
        const done = await Promise.all([1, 2, 3].map(() => run(empty, ['migrate', '--json'])));
        expect(done.map(({ code, err }) => [code, err])).toEqual(done.map(() => [0, '']));
        const applied = done.flatMap(({ out }) => (JSON.parse(out) as { applied: string[] }).applied);
        expect(new Set(applied).size).toBe(applied.length);
        expect(await run(empty, ['migrate'])).toMatchObject({ code: 0, out: 'up to date\n' });
        const connection = await empty.open();
        const { rows } = await sql<{ n: number }>`select count(*)::int as n from milestones
        where superseded_by is null and indicator = 'services_level_3_4' and agency_code = 'bca'`.execute(
          connection.db,
        );
        await connection.close();
        expect(rows).toEqual([{ n: 1 }]);
      } finally {
        await empty.remove();
      }
    },
  );
});

describe('import', () => {
  it('prints the receipt and nothing else, and exits 0', async () => {
    const receipt = await json<Receipt>(place, ['import', file('july.csv', july())]);
    expect(receipt).toMatchObject({
      status: 'approved',
      kind: 'monthly-return',
      period: '2022-07',
      agency: null,
      rows: 6,
      file_name: 'july.csv',
      approved_by: 'operator',
      problems: [],
    });
    const again = await run(place, ['import', join(place.dataDir, 'july.csv'), '--json']);
    expect([again.code, (JSON.parse(again.out) as Receipt).status]).toEqual([0, 'unchanged']);
    expect((JSON.parse(again.out) as Receipt).id).toBe(receipt.id);
  });

  it('prints one list of receipts for several files, tells their kinds, and exits 1 when one is refused', async () => {
    const statuses = file(
      'statuses.csv',
      'Tính đến ngày,Cơ quan,Dịch vụ công,Mức độ\n09/08/2022,BCA,ho-chieu,4\n',
    );
    const milestones = file(
      'milestones.csv',
      'as_of,agency,indicator,numerator,denominator,unit,document\n2022-08-10,bca,x,1,2,services,Notice\n',
    );
    const bad = file('bad.csv', july({ received_online: -1 }));
    const { code, out, err } = await run(place, [
      'import',
      statuses,
      bad,
      milestones,
      '--json',
      '--lang',
      'en',
    ]);
    expect(code).toBe(1);
    const receipts = JSON.parse(out) as Receipt[];
    expect(receipts.map(r => [r.kind, r.status])).toEqual([
      ['service-status', 'approved'],
      ['monthly-return', 'refused'],
      ['milestones', 'approved'],
    ]);
    expect(receipts[1]?.problems[0]).toMatchObject({
      row: 2,
      column: 'received_online',
      value: '-1',
      code: 'negative',
      message: 'A count below zero.',
    });
    expect(err).not.toContain('    at ');
  });

  it('prints text for people, with row, column, value and remedy', async () => {
    const bad = file('bad.csv', july({ received_online: -1 }));
    // English is in the receipts above.
    const { code, out } = await run(place, ['import', bad]);
    expect(code).toBe(1);
    expect(out).toMatch(/dòng 2, .*"-1"/);
    expect(out).toContain('số âm');
  });

  it('takes month, agency, kind and receipt day beside the file', async () => {
    const { period: _, agency: __, ...row } = goodRow({ service: 'dk-ket-hon' });
    const beside = file('beside.csv', sheet([row]));
    const receipt = await json<Receipt>(place, [
      ...['import', beside, '--kind', 'monthly-return', '--agency', 'TP. Hồ Chí Minh', '--period', '07/2022'],
      ...['--received', '2022-08-04T10:00:00+07:00'],
    ]);
    expect(receipt).toMatchObject({
      agency: 'ho-chi-minh',
      period: '2022-07',
      received_at: '2022-08-04T10:00:00.000+07:00',
    });
  });

  it('stores nothing in a dry run', async () => {
    const other = file('dry.csv', july({ ratings: 30 }));
    const receipt = await json<Receipt>(place, ['import', other, '--dry-run']);
    expect(receipt).toMatchObject({ id: null, status: 'accepted' });
    const connection = await place.open();
    const stored = await connection.db
      .selectFrom('submissions')
      .select('id')
      .where('file_name', '=', 'dry.csv')
      .execute();
    await connection.close();
    expect(stored).toEqual([]);
  });

  it('exits 1 for a file that is not there, 2 for wrong usage', async () => {
    const missing = await run(place, ['import', join(place.dataDir, 'nothing.csv')]);
    expect([missing.code, missing.out]).toEqual([1, '']);
    expect(missing.err).toContain('nothing.csv');
    expect(missing.err).not.toContain('    at ');
    await expectWrong([
      ['import'],
      ['import', 'x.csv', '--kind', 'poems'],
      ['import', 'x.csv', '--received', '2999-01-01'],
    ]);
  });
});

describe('ranking, scorecard and publish', () => {
  const questions: [string[], string][] = [
    [['ranking', '--indicator', 'on_time', '--lang', 'en'], '/rankings.json?indicator=on_time&lang=en'],
    [
      [
        ...['ranking', '--kind', 'ministry', '--view', 'sector', '--catalogue', 'essential-53'],
        ...['--boundaries', '2025-07-01', '--vertical', 'out', '--period', '2022-07'],
      ],
      '/rankings.json?kind=ministry&view=sector&catalogue=essential-53&boundaries=2025-07-01&vertical=out&period=2022-07',
    ],
    [['scorecard', 'can-tho'], '/agencies/can-tho.json'],
  ];
  const printed = new Map<string, unknown>();

  it('show the operator months that are not published, as JSON, CSV and text', async () => {
    const doc = await json<RankingDocument>(place, ['ranking', '--period', '2022-07']);
    expect(doc.ranked.map(r => [r.rank, r.agency, r.numerator, r.denominator])).toEqual([
      [1, 'can-tho', 120, 180],
      [2, 'da-nang', 100, 180],
      [3, 'ha-noi', 80, 180],
      [3, 'ho-chi-minh', 40, 90],
    ]);
    const csv = await run(place, ['ranking', '--period', '2022-07', '--csv']);
    const rows: Record<string, string>[] = parse(csv.out, { bom: true, columns: true });
    expect(rows.slice(0, 4).map(r => [r.agency, Number(r.value)])).toEqual(
      doc.ranked.map(r => [r.agency, r.value]),
    );
    const text = await run(place, ['ranking', '--period', '2022-07']);
    expect(text.out).toContain('66,7');
    expect(text.out).toContain('Cần Thơ');
  });

  it('a month without data is an empty ranking and exit 0', async () => {
    const doc = await json<RankingDocument>(place, ['ranking', '--period', '2022-03']);
    expect(doc.ranked).toEqual([]);
    expect(doc.national.value).toBeNull();
  });

  it('exit 1 for a question that has no answer, with a problem document when JSON is asked for', async () => {
    const { code, out, err } = await run(place, ['scorecard', 'nowhere', '--json']);
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({ status: 404 });
    expect(err).not.toContain('    at ');
  });

  it('publish makes a month visible and closes it, over an open objection with a reason alone', async () => {
    const objection = { month: '2022-07', agency: 'can-tho', service: null, indicator: null, file: null };
    const visitor = { ...OPERATOR, kind: 'person', id: '1', role: 'reporter', agency: 'can-tho' } as const;
    const { db, close } = await place.open();
    await raiseObjection(db, { ...objection, text: 'Thiếu một quận.' }, { visitor }, Date.now()).finally(
      close,
    );
    const hindered = await run(place, ['publish', '2022-07']);
    expect([hindered.code, hindered.out, hindered.err]).toEqual([1, '', expect.stringContaining('--reason')]);
    expect((await run(place, ['publish', '2022-07', '--reason', '  '])).code).toBe(1);
    expect(await json(place, ['publish', '2022-07', '--reason', 'Đã trả lời bằng văn bản'])).toMatchObject({
      period: '2022-07',
      published: true,
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    const changed = file('changed.csv', july({ ratings: 30, satisfied: 2 }));
    const refused = await run(place, ['import', changed, '--json']);
    expect([refused.code, (JSON.parse(refused.out) as Receipt).problems[0]?.code]).toEqual([
      1,
      'closed_period',
    ]);
    const taken = await json<Receipt>(place, ['import', changed, '--reason', 'nhập nhầm']);
    expect(taken).toMatchObject({ status: 'approved', reason: 'nhập nhầm' });
    expect((await run(place, ['publish', '2022-05'])).code).toBe(1);
    await expectWrong([['publish', '2022-7']]);
  });

  it('print what the pages of the server print', async () => {
    for (const [args] of questions) printed.set(args.join(' '), await json(place, args));
    const { address, child } = await serve(place);
    try {
      expect(await (await fetch(`${address}/healthz`)).text()).toBe('ok');
      for (const [args, path] of questions) {
        const answer = await fetch(address + path);
        expect([path, answer.status]).toEqual([path, 200]);
        expect(await answer.json()).toEqual(printed.get(args.join(' ')));
      }
      const scorecard = printed.get('scorecard can-tho') as ScorecardDocument;
      expect(scorecard.indicators.find(i => i.indicator.id === 'end_to_end_completion')?.rate.numerator).toBe(
        120,
      );
    } finally {
      expect(await end(child, 'SIGTERM')).toBe(0);
    }
  });
});

describe('sample', () => {
  it('writes the same files for the same options, each marked as invented, and they can be imported', async () => {
    const options = ['--months', '1', '--from', '2023-02'];
    const folders = ['one', 'two'].map(name => join(place.dataDir, name));
    for (const folder of folders) {
      const written = await json<{ folder: string; files: number }>(place, [
        ...['sample', ...options, '--seed', 'a seed', '--out', folder],
      ]);
      expect(written).toMatchObject({ folder, files: readdirSync(folder).length - 1 });
    }
    const [one = '', two = ''] = folders;
    const names = readdirSync(one).sort();
    expect(readdirSync(two).sort()).toEqual(names);
    for (const name of names)
      expect(readFileSync(join(two, name)).equals(readFileSync(join(one, name)))).toBe(true);

    const files = names.filter(n => n !== 'received.csv');
    for (const name of files)
      expect(readFileSync(join(one, name), 'utf8').split('\n')[0]).toContain('INVENTED SAMPLE DATA');
    const receipts = await json<Receipt[]>(place, ['import', ...files.map(n => join(one, n))]);
    expect(receipts.map(r => [r.status, r.invented])).toEqual(files.map(() => ['approved', true]));
    const csv = await run(place, ['ranking', '--period', '2023-02', '--csv']);
    expect(csv.out).toContain('INVENTED SAMPLE DATA');
  });

  it('refuses options that make no sample with exit 2', async () => {
    await expectWrong([
      ['sample', '--months', '0', '--from', '2023-01', '--seed', '1'],
      ['sample', '--months', '1', '--from', '2023-01'],
    ]);
  });
});

describe('usage and settings', () => {
  it('an unknown command, option or argument is exit 2, help is exit 0', async () => {
    await expectWrong([['frobnicate'], ['ranking', '--frobnicate'], ['scorecard'], []]);
    const help = await run(place, ['--help']);
    expect(help.code).toBe(0);
    for (const command of [
      'migrate',
      'import',
      'ranking',
      'scorecard',
      'publish',
      'sample',
      'serve',
      'backup',
      'restore',
    ]) {
      expect(help.out).toContain(command);
    }
  });

  it('a bad setting stops the start with exit 2 and is named', async () => {
    const settings: [string, string][] = [
      ['DATABASE_URL', 'mysql://user:secret@host/db'],
      ['PORT', '65536'],
      ['BASE_URL', 'ftp://x'],
      ['LOG_LEVEL', 'loud'],
    ];
    const told = await Promise.all(
      settings.map(([name, value]) => run(place, ['serve', '--no-sample'], { [name]: value })),
    );
    for (const [i, { code, out, err }] of told.entries()) {
      expect([settings[i], code, out]).toEqual([settings[i], 2, '']);
      expect(err).toContain(settings[i]?.[0] as string);
      expect(err).not.toContain('secret');
      expect(err).not.toContain('    at ');
    }
  });

  it('a port that is taken, or a server that is not there, is exit 1 without a trace', async () => {
    const { address, child } = await serve(place);
    const busy = new URL(address).port;
    // Another database, since an embedded one is held by the server.
    const other = ON_SERVER ? place : await folderPlace(fresh);
    try {
      const second = await run(other, ['serve', '--no-sample'], { PORT: busy });
      expect(second.code).toBe(1);
      expect(second.err).toContain(busy);
      expect(second.err).not.toContain('    at ');
    } finally {
      await end(child, 'SIGTERM');
      if (other !== place) await other.remove();
    }
    const nowhere = await run(place, ['ranking'], { DATABASE_URL: 'postgres://u:secret@127.0.0.1:1/none' });
    expect(nowhere.code).toBe(1);
    expect(nowhere.err).toMatch(/127\.0\.0\.1:1|ECONNREFUSED/);
    expect(nowhere.err).not.toMatch(/secret| {4}at /);
  });
});

describe('serve', () => {
  it('prints its address, answers, and closes when asked', async () => {
    const { address, child, printed } = await serve(place, { HOST: '127.0.0.1' });
    expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect((await fetch(`${address}/readyz`)).status).toBe(200);
    expect(printed()).toContain(ON_SERVER ? 'PostgreSQL' : place.dataDir);
    expect((await fetch(`${address}/sign-in`)).status).toBe(200);
    expect(await end(child, 'SIGINT')).toBe(0);
    expect(child.signalCode).toBeNull();
  });
});

describe('backup and restore', () => {
  it.each(['backup', 'restore'])('%s on a server is left to its own tools', async command => {
    const { code, err } = await run(place, [command, file('kept', '')], {
      DATABASE_URL: place.env.DATABASE_URL ?? 'postgres://127.0.0.1:1/none',
    });
    expect([command, code]).toEqual([command, 1]);
    if (ON_SERVER || command === 'restore') expect(err).toMatch(/pg_dump|pg_restore/);
    expect(err).not.toContain('    at ');
  });

  (ON_SERVER ? it.skip : it)('bring every figure, submission and instant to another folder', async () => {
    const before = await json<RankingDocument>(place, ['ranking', '--period', '2022-07']);
    const backup = join(place.dataDir, 'backup.tar.gz');
    expect(await run(place, ['backup', backup])).toMatchObject({ code: 0 });
    expect(existsSync(`${backup}.part`)).toBe(false);
    const other = await folderPlace();
    try {
      expect(await run(other, ['restore', backup])).toMatchObject({ code: 0 });
      expect(await json(other, ['ranking', '--period', '2022-07'])).toEqual(before);
      const over = await run(other, ['restore', backup]);
      expect(over.code).toBe(1);
      expect(over.err).toContain(other.dataDir);
    } finally {
      await other.remove();
    }
    const broken = await folderPlace();
    writeFileSync(join(broken.dataDir, 'half'), readFileSync(backup).subarray(0, 20_000));
    const half = await run(broken, ['restore', join(broken.dataDir, 'half')]);
    expect(half.code).toBe(1);
    // What could not be restored must not stand in the way of the next try.
    expect(await run(broken, ['restore', backup])).toMatchObject({ code: 0 });
    expect(half.err).not.toContain('    at ');
    await broken.remove();
  });

  (ON_SERVER ? it.skip : it)('are refused while a server holds the folder', async () => {
    const { child } = await serve(place);
    const { code, err } = await run(place, ['backup', join(place.dataDir, 'other.tar.gz')]);
    await end(child, 'SIGTERM');
    expect(code).toBe(1);
    expect(err).toContain(place.dataDir);
    expect(existsSync(join(place.dataDir, 'other.tar.gz'))).toBe(false);
  });
});
