/** What is refused, in the form that was asked for, and what a site says before anything is published. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AgenciesDocument } from '../../src/web/documents.ts';
import { type Answer, openSite, type Site } from './site.ts';

let site: Site;
beforeAll(async () => {
  site = await openSite({ filled: true });
});
afterAll(() => site.close());

describe('what is wrong with a request', () => {
  const REFUSED: [string, number, string | undefined][] = [
    ['/rankings?period=2025-13', 400, 'period'],
    ['/rankings?period=2025-09', 400, 'period'],
    ['/rankings?period=2025-08', 404, 'period'],
    ['/rankings?kind=province&view=sector', 400, 'view'],
    ['/agencies/ha-noi?view=sector', 400, 'view'],
    ['/rankings?indicator=best', 400, 'indicator'],
    ['/rankings?catalogue=essential-99', 400, 'catalogue'],
    ['/rankings?kind=ministry&kind=ministry', 400, 'kind'],
    ['/rankings?as_of=2025-08-21T00:00:00%2B07:00', 400, 'as_of'],
    ['/rankings?boundaries=2025-06-31', 400, 'boundaries'],
    ['/rankings?lang=fr', 400, 'lang'],
    ['/agencies/nowhere', 404, undefined],
    ['/agencies/__proto__', 404, undefined],
    ['/services/nothing', 404, undefined],
    ['/catalogues/none', 404, undefined],
    ['/no/such/page', 404, undefined],
  ];
  const inForm = (path: string, ending: string): string => path.replace(/(\?|$)/, `${ending}$1`);

  it.each(REFUSED)('%s is told as %i in the asked-for format', async (path, status, parameter) => {
    const json = await site.get(inForm(path, '.json'));
    expect(json.headers.get('content-type')).toContain('application/problem+json');
    expect(json.json).toMatchObject({ status, ...(parameter ? { parameter } : {}) });
    expect([json.status, Object.keys(json.json).sort().slice(0, 2)]).toEqual([
      status,
      ['detail', parameter ? 'parameter' : 'status'],
    ]);
    const csv = await site.get(inForm(path, '.csv'));
    expect([csv.status, csv.headers.get('content-type')]).toEqual([status, 'text/plain; charset=utf-8']);
    const html = await site.get(path);
    expect([html.status, html.headers.get('content-type')]).toEqual([status, 'text/html; charset=utf-8']);
    expect(html.text).toContain('<html');
  });

  it('a method that an address does not know is 405', async () => {
    const answer = await site.send('/rankings', { method: 'DELETE' });
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  });

  it('an address that cannot be decoded is 400, not an error of ours', async () => {
    expect((await site.get('/agencies/%E0%A4%A.json')).status).toBe(400);
  });
});

describe('before anything is published', () => {
  let empty: Site;
  let answers: Record<string, Answer>;
  beforeAll(async () => {
    empty = await openSite({ filled: false });
    const paths = [
      '/',
      '/overview.json',
      '/agencies.json',
      '/agencies',
      '/rankings.json',
      '/rankings',
      '/rankings.csv',
    ];
    const pages = [
      '/agencies/ha-noi.json',
      '/services.json',
      '/services/dk-thuong-tru',
      '/catalogues/essential-25.json',
    ];
    answers = Object.fromEntries(
      await Promise.all([...paths, ...pages].map(async p => [p, await empty.get(p)] as const)),
    );
  });
  afterAll(() => empty.close());

  it('the overview, the agencies and the services answer without a period', () => {
    for (const path of ['/overview.json', '/agencies.json', '/agencies/ha-noi.json', '/services.json']) {
      expect([path, answers[path]?.status, answers[path]?.json.period]).toEqual([path, 200, null]);
    }
    const listed = answers['/agencies.json']?.json as AgenciesDocument | undefined;
    expect(listed?.agencies.length).toBeGreaterThan(60);
    for (const path of ['/', '/agencies', '/services/dk-thuong-tru'])
      expect([path, answers[path]?.status]).toEqual([path, 200]);
    expect(answers['/catalogues/essential-25.json']?.json).toMatchObject({
      period: null,
      places: 25,
      cells: {},
    });
  });

  it('a ranking says that there is nothing yet', () => {
    for (const path of ['/rankings.json', '/rankings', '/rankings.csv'])
      expect(answers[path]?.status).toBe(404);
    expect(answers['/rankings.json']?.json).toMatchObject({ parameter: 'period' });
  });
});
