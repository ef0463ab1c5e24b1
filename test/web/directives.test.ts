/** Directives: 129 tasks ship without progress; progress comes in by file, and a task is late by the day shown. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { LineageDocument, RankingDocument, ScorecardDocument } from '../../src/web/documents.ts';
import { type Cells, sheet } from '../intake/sheets.ts';
import { openSite, type Site } from './site.ts';
import { type HandIn, twoAdmins } from './two-people.ts';

interface Doc {
  day: string;
  as_of: string;
  total: number;
  due_count: number;
  due: { numerator: number | null; denominator: number | null; value: number | null };
  counts: Record<string, number>;
  directives: {
    id: string;
    state: string;
    status: string | null;
    deadline: string | null;
    lead_agency: string;
  }[];
}

let site: Site;
let handIn: HandIn;
beforeAll(async () => {
  site = await openSite({ filled: true });
  // The site's own clock stands still; it must stand after the real instants at which things are recorded.
  site.clock.now = Date.parse('2027-01-05T12:00:00+07:00');
  handIn = await twoAdmins(site.person);
});
afterAll(() => site.close());

const read = async (query = ''): Promise<Doc> =>
  (await site.get(`/directives.json${query}`)).json as unknown as Doc;
const post = (rows: Cells[], more = '') =>
  handIn(`/submissions?kind=directives${more}`, {
    method: 'POST',
    headers: { 'Content-Type': 'text/csv' },
    body: new Uint8Array(sheet(rows)),
  });
const codes = async (rows: Cells[]) =>
  ((await post(rows)).json.problems as { row: number | null; column: string; code: string }[]).map(p => [
    p.row,
    p.column,
    p.code,
  ]);

describe('as shipped', () => {
  it('there are 129 tasks, 34 of them with a deadline, and no progress of any is claimed', async () => {
    const doc = await read();
    expect(doc).toMatchObject({ day: '2027-01-05', total: 129, due_count: 34 });
    expect(doc.due).toEqual({ numerator: null, denominator: null, value: null });
    expect(doc.counts).toEqual({ overdue: 34, not_reported: 95, in_progress: 0, not_started: 0, done: 0 });
    const deadlines = doc.directives.map(d => d.deadline ?? '9999');
    expect(deadlines).toEqual([...deadlines].sort());
  });

  it('is filtered by lead, document and state; what does not exist is refused by name', async () => {
    const { directives } = await read('?agency=bca&document=238/TB-VPCP&status=overdue');
    expect(directives.map(d => d.id)).toEqual(['D238-15', 'D238-16', 'D238-19', 'D238-20']);
    expect(directives.every(d => d.lead_agency === 'bca' && d.state === 'overdue')).toBe(true);
    for (const [name, value] of [
      ['agency', 'khong-co'],
      ['document', '1/X'],
      ['status', 'late'],
    ]) {
      const { status, json } = await site.get(`/directives.json?${name}=${value}`);
      expect([status, json.parameter]).toEqual([400, name]);
    }
  });
});

describe('a file of tasks with progress', () => {
  /** 46 tasks of one ministry due in June 2025, 21 of them done by then; one more is done in July. */
  const tasks = Array.from({ length: 46 }, (_, i): Cells => {
    const done = i < 21 ? { status: 'Đã hoàn thành', done_on: '30/06/2025' } : {};
    const later = i === 21 ? { status: 'done', done_on: '2025-07-01' } : {};
    const open = i > 21 ? { status: i % 2 ? 'Đang thực hiện' : 'not_started', done_on: '' } : {};
    return {
      ...{ id: `T-${i}`, document: '99/TB-VPCP', clause: '', title: `Nhiệm vụ ${i}` },
      ...{ lead_agency: 'Bộ Công an', coordinating_agencies: 'btp|vpcp', deadline: '2025-06-30' },
      ...done,
      ...later,
      ...open,
    };
  });
  const OF = '&document=99/TB-VPCP';

  it('counts 21 of 46 done by the end of June, 45.7 %, and 22 a day later', async () => {
    const { status, json } = await post(tasks);
    expect([status, json.problems]).toEqual([201, []]);
    const june = await read(`?period=2025-06${OF}`);
    expect(june).toMatchObject({ day: '2025-06-30', due: { numerator: 21, denominator: 46 } });
    expect(june.due.value).toBeCloseTo(0.457, 3);
    // The day of the deadline is not over yet: nothing is late.
    expect(june.counts).toMatchObject({ done: 21, overdue: 0 });
    const july = await read(`?period=2025-07${OF}`);
    expect(july).toMatchObject({ due: { numerator: 22 }, counts: { done: 22, overdue: 24 } });
  });

  it('takes progress alone by id, keeps the past, and changes nothing twice', async () => {
    const before = await read(`?period=2025-07${OF}`);
    const rows = [{ id: 'T-30', status: 'Hoàn thành', done_on: '05/07/2025', note: 'xong' }];
    expect((await post(rows)).status).toBe(201);
    expect((await post(rows)).json.status).toBe('unchanged');
    expect((await read(`?period=2025-07${OF}`)).due.numerator).toBe(23);
    const then = `&as_of=${encodeURIComponent(before.as_of)}`;
    expect((await read(`?period=2025-07${OF}${then}`)).due.numerator).toBe(22);
    // The same task again without progress takes none back.
    const { status: _s, done_on: _d, ...task } = tasks[30] as Cells;
    expect((await post([task])).json.status).toBe('unchanged');
  });

  it('is shown on the page in both languages', async () => {
    for (const [lang, words] of [
      ['vi', ['Nhiệm vụ được giao', 'đã hoàn thành', 'Bộ Công an']],
      ['en', ['Directives', 'done', 'Ministry of Public Security']],
    ] as const) {
      const { status, text } = await site.get(`/directives?lang=${lang}${OF}`);
      expect(status).toBe(200);
      for (const word of words) expect(text).toContain(word);
    }
    const csv = (await site.get(`/directives.csv?x=1${OF}`)).text;
    expect(csv.trim().split('\n')).toHaveLength(47);
  });

  it('moves the ranking of tasks done, which opens into each task; as of the instant before it stays', async () => {
    const asked = 'indicator=directives_done&period=2025-06';
    const ranking = async (more = '') =>
      (await site.get(`/rankings.json?kind=ministry&${asked}${more}`)).json as unknown as RankingDocument;
    const before = await ranking();
    // 46 here and nine that ship, due in 2022 and 2023; in all 46 and 34.
    expect(before.ranked.map(r => [r.agency, r.numerator, r.denominator, r.low])).toEqual([
      ['bca', 21, 55, null],
    ]);
    expect(before.national).toMatchObject({ numerator: 21, denominator: 80 });
    expect(before.not_ranked.find(r => r.agency === 'vpcp')?.reason).toBe('no_return');
    expect(before.not_ranked.find(r => r.agency === 'byt')?.reason).toBe('nothing_to_divide');

    // Coverage is of tasks: no return is owed for them. Nine of Bộ Công an's nobody has told of.
    const covered = { returns: 46, due: 55 };
    expect(before.ranked[0]).toMatchObject(covered);
    expect(before.national.coverage).toEqual({ returns: 46, due: 80 });
    const due = [...before.ranked, ...before.not_ranked].reduce((sum, r) => sum + r.due, 0);
    expect(before.coverage).toEqual({ returns: 46, due });
    expect(before.not_ranked.find(r => r.agency === 'vpcp')).toMatchObject({ returns: 0, due: 3 });
    expect(before.not_ranked.find(r => r.agency === 'byt')).toMatchObject({ returns: 0, due: 0 });
    const csv = (await site.get(`/rankings.csv?kind=ministry&${asked}`)).text.split('\r\n');
    const [headings = [], bca = []] = csv.map(line => line.split(','));
    expect([bca[headings.indexOf('returns')], bca[headings.indexOf('due')]]).toEqual(['46', '55']);
    const card = (await site.get('/agencies/bca.json?period=2025-06')).json as unknown as ScorecardDocument;
    const ofCard = card.indicators.find(i => i.indicator.id === 'directives_done');
    expect([ofCard?.coverage, card.coverage.due]).not.toEqual([covered, covered.due]);
    expect(ofCard?.coverage).toEqual(covered);
    expect(card.trend.find(t => t.indicator === 'directives_done')?.points.at(-1)?.coverage).toEqual(covered);

    const opened = (await site.get(`/lineage.json?agency=bca&${asked}`)).json as unknown as LineageDocument;
    expect([opened.part_count, opened.rate.numerator, opened.rate.denominator]).toEqual([55, 21, 55]);
    expect(opened.coverage).toEqual(covered);
    const part = (id: string) => opened.parts.find(p => p.task === id);
    expect(part('T-0')).toMatchObject({
      numerator: 1,
      state: 'done',
      document: '99/TB-VPCP',
      source: { row: 2 },
    });
    expect(part('T-22')).toMatchObject({ numerator: 0, state: 'not_started', deadline: '2025-06-30' });
    expect(part('D238-15')).toMatchObject({ state: 'overdue', source: { file_name: 'directives.csv' } });
    const page = (await site.get(`/lineage?agency=bca&${asked}`)).text;
    for (const words of ['21/55 nhiệm vụ', 'Nhiệm vụ 45', 'D238-15', 'quá hạn'])
      expect(page).toContain(words);

    expect((await post([{ id: 'D238-15', status: 'done' }])).status).toBe(201);
    const after = await ranking();
    expect(after.ranked[0]).toMatchObject({ numerator: 22, denominator: 55 });
    expect(after.data_version).not.toBe(before.data_version);
    expect(await ranking(`&as_of=${encodeURIComponent(before.as_of)}`)).toEqual(before);
    const moved = (await site.get('/agencies/bca/movement.json?indicator=directives_done&period=2025-07'))
      .json;
    expect(moved.reason).toBe('directives');
  });

  it.each([
    [
      'vi',
      'Tiến độ đã báo cáo',
      'Mỗi nhiệm vụ tính cho cơ quan chủ trì',
      'Tính toàn ngành',
      'Báo cáo nhận được',
    ],
    [
      'en',
      'Progress reported',
      'Each task counts for the agency that leads it',
      'whole sector:',
      'Returns in',
    ],
  ])(
    'has a ranking that in %s speaks of tasks, not of dossiers',
    async (lang, title, whose, sector, returns) => {
      const ask = async (indicator: string) =>
        (await site.get(`/rankings?kind=ministry&period=2025-06&indicator=${indicator}&lang=${lang}`)).text;
      const [tasks, dossiers] = [await ask('directives_done'), await ask('on_time')];
      for (const words of [title, whose])
        expect([tasks, dossiers].map(p => p.includes(words))).toEqual([true, false]);
      for (const words of [sector, returns])
        expect([tasks, dossiers].map(p => p.includes(words))).toEqual([false, true]);
    },
  );

  it('is refused whole for what cannot stand', async () => {
    const task = { id: 'X', document: 'A', title: 'B', lead_agency: 'bca', deadline: '' };
    expect(await codes([{ id: 'khong-co', status: 'done' }])).toEqual([[2, 'id', 'missing_value']]);
    expect(await codes([{ id: 'T-1', note: 'x' }])).toEqual([[null, 'status', 'missing_column']]);
    expect(await codes([{ id: 'X', title: 'B', lead_agency: 'bca' }])).toEqual([
      [null, 'document', 'missing_column'],
    ]);
    expect(
      await codes([
        task,
        task,
        { ...task, id: 'Y', lead_agency: 'Bộ Không Có' },
        { ...task, id: 'Z', deadline: '31/02/2025' },
        { ...task, id: 'V', title: '' },
      ]),
    ).toEqual([
      [3, 'id', 'duplicate_row'],
      [4, 'lead_agency', 'unknown_agency'],
      [5, 'deadline', 'bad_period'],
      [6, 'title', 'missing_value'],
    ]);
    expect(
      await codes([
        { id: 'T-1', status: 'xong rồi', done_on: '' },
        { id: 'T-2', status: 'in_progress', done_on: '2025-01-01' },
        { id: 'T-3', status: 'done', done_on: '2030-01-01' },
      ]),
    ).toEqual([
      [2, 'status', 'not_a_whole_number'],
      [3, 'status', 'not_a_whole_number'],
      [4, 'done_on', 'future_period'],
    ]);
  });
});
