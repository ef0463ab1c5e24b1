/** Two screens never disagree: a number that stands on several pages and exports is the same on all of them. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type {
  AgenciesDocument,
  LineageDocument,
  MovementDocument,
  OverviewDocument,
  RankingDocument,
  Rate,
  ScorecardDocument,
  ServiceDocument,
  ServicesDocument,
} from '../../src/web/documents.ts';
import { records } from './raw.ts';
import { INDICATORS } from './recount.ts';
import { openServed, type Served } from './served.ts';

const RATES = { online: 'online_dossiers', end_to_end: 'end_to_end_completion', on_time: 'on_time' } as const;
/** Offices whose pages are walked in every scope; in the first, all are. */
const OFFICES = ['ha-noi', 'lai-chau', 'binh-duong', 'ho-chi-minh-2025', 'bca', 'btc-2025'];
const SCOPES = [
  'period=2025-06&catalogue=essential-25',
  'period=2025-Q2&catalogue=essential-53',
  'period=2025-06&catalogue=essential-53&boundaries=2025-07-01',
];

let served: Served;
/** Every value met, with the first page that showed it, by what it is. */
const met = new Map<string, { value: string; page: string }>();
const disagreements: string[] = [];
let seen = 0;

/** What one number is: whose, of what, when, and how it is counted. */
interface Said {
  agency: string;
  indicator: string;
  period: string | null;
  catalogue: string;
  /** Of the country there is one view. */
  view: string;
  boundaries: string;
  service?: string;
}

function say(
  page: string,
  of: Said,
  { numerator, denominator }: Pick<Rate, 'numerator' | 'denominator'>,
): void {
  const national = of.agency === 'national';
  const key = [of.agency, of.indicator, of.service ?? '', of.period, of.catalogue].concat(
    national ? [] : [of.view, of.boundaries],
  );
  const value = `${numerator}/${denominator}`;
  const there = met.get(key.join(' '));
  seen += 1;
  if (!there) met.set(key.join(' '), { value, page });
  else if (there.value !== value)
    disagreements.push(`${key.join(' ')}: ${there.page} ${there.value}, ${page} ${value}`);
}

beforeAll(async () => {
  served = await openServed(5);
  for (const scope of SCOPES) await walk(scope);
}, 300_000);

const number = (cell: string | undefined): number | null => (cell ? Number(cell) : null);
/** A rate of a CSV row, in the columns of a prefix. */
const inColumns = (row: Record<string, string>, prefix = ''): Pick<Rate, 'numerator' | 'denominator'> => ({
  numerator: number(row[`${prefix}numerator`]),
  denominator: number(row[`${prefix}denominator`]),
});

afterAll(() => served?.close());

async function walk(scope: string): Promise<void> {
  const catalogue = new URLSearchParams(scope).get('catalogue') as string;
  const read = <D>(path: string): Promise<D> =>
    served.json<D>(`${path}${path.includes('?') ? '&' : '?'}${scope}`);

  const overview = await read<OverviewDocument>('/overview.json');
  const { period } = overview;
  const boundaries = overview.boundaries as string;
  const country = { agency: 'national', period, catalogue, view: '', boundaries };
  for (const h of overview.headlines) say('overview', { ...country, indicator: h.indicator.id }, h.rate);
  for (const { indicator, points } of overview.trend) {
    for (const p of points) say('overview trend', { ...country, indicator, period: p.period }, p);
  }
  for (const r of [...overview.best, ...overview.slowest]) {
    say(
      'overview ends',
      { ...country, view: 'own', agency: r.agency, indicator: 'end_to_end_completion' },
      r,
    );
  }

  for (const kind of ['province', 'ministry']) {
    for (const indicator of INDICATORS) {
      const path = `/rankings.json?kind=${kind}&indicator=${indicator}`;
      const ranking = await read<RankingDocument>(path);
      const own = { ...country, view: ranking.view, indicator };
      say(path, { ...own, agency: 'national' }, ranking.national);
      for (const r of [...ranking.ranked, ...ranking.not_ranked]) say(path, { ...own, agency: r.agency }, r);
      const { text } = await served.get(`/rankings.csv?kind=${kind}&indicator=${indicator}&${scope}`);
      for (const row of records(Buffer.from(text))) {
        say('rankings.csv', { ...own, agency: row.agency ?? '' }, inColumns(row));
      }
    }
  }

  const agencies = await read<AgenciesDocument>('/agencies.json');
  const everybody = agencies.agencies.filter(a => a.due > 0 || a.end_to_end.denominator !== null);
  const offices = scope === SCOPES[0] ? everybody.map(a => a.agency) : OFFICES;
  for (const code of offices) {
    const card = await read<ScorecardDocument>(`/agencies/${code}.json`);
    if (card.boundaries !== boundaries) continue;
    const own = { ...country, agency: code, period: card.period, view: card.view };
    for (const line of card.indicators) {
      say(`/agencies/${code}`, { ...own, indicator: line.indicator.id }, line.rate);
      say(`/agencies/${code}`, { ...own, agency: 'national', indicator: line.indicator.id }, line.national);
    }
    for (const { indicator, points } of card.trend) {
      for (const p of points) say(`/agencies/${code} trend`, { ...own, indicator, period: p.period }, p);
    }
    for (const row of card.services) {
      for (const rate of ['online', 'end_to_end', 'on_time'] as const) {
        say(`/agencies/${code}`, { ...own, service: row.service, indicator: RATES[rate] }, row[rate]);
      }
    }
    for (const row of records(Buffer.from((await served.get(`/agencies/${code}.csv?${scope}`)).text))) {
      const of = { ...own, indicator: row.indicator ?? '', period: row.period ?? null };
      if (row.section === 'indicator') {
        say(`/agencies/${code}.csv`, { ...of, agency: 'national' }, inColumns(row, 'national_'));
      }
      if (row.section === 'indicator' || row.section === 'trend')
        say(`/agencies/${code}.csv`, of, inColumns(row));
      if (row.section !== 'service') continue;
      for (const rate of ['online', 'end_to_end', 'on_time'] as const) {
        const shown = { ...of, service: row.service as string, indicator: RATES[rate] };
        say(`/agencies/${code}.csv`, shown, inColumns(row, `${rate}_`));
      }
    }
    for (const indicator of ['on_time', 'end_to_end_completion']) {
      const doc = await read<MovementDocument>(`/agencies/${code}/movement.json?indicator=${indicator}`);
      if (doc.rate) say(`/agencies/${code}/movement`, { ...own, indicator }, doc.rate.stages.now);
    }
  }

  for (const a of everybody) {
    const view = a.kind === 'ministry' ? 'sector' : 'own';
    say(
      '/agencies',
      { ...country, agency: a.agency, view, indicator: 'end_to_end_completion' },
      a.end_to_end,
    );
  }

  const services = await read<ServicesDocument>('/services.json');
  for (const s of services.services.filter(x => x.named)) {
    for (const rate of ['online', 'end_to_end', 'on_time'] as const) {
      say('/services', { ...country, service: s.service, indicator: RATES[rate] }, s[rate]);
    }
  }
  for (const { service } of services.services.filter(x => x.named)) {
    const doc = await read<ServiceDocument>(`/services/${service}.json`);
    for (const rate of ['online', 'end_to_end', 'on_time'] as const) {
      const of = { ...country, service, indicator: RATES[rate] };
      say(`/services/${service}`, of, doc.national[rate]);
      for (const a of doc.agencies)
        say(`/services/${service}`, { ...of, agency: a.agency, view: 'own' }, a[rate]);
    }
  }

  for (const agency of ['national', ...offices]) {
    for (const indicator of INDICATORS) {
      const doc = await read<LineageDocument>(`/lineage.json?agency=${agency}&indicator=${indicator}`);
      say('/lineage', { ...country, agency, view: doc.view, indicator }, doc.rate);
    }
  }
}

it('every number has one value, wherever it is shown', () => {
  expect(disagreements).toEqual([]);
  // Most numbers were met more than once, or nothing would be compared.
  expect(seen).toBeGreaterThan(1.5 * met.size);
  expect(met.size).toBeGreaterThan(3000);
});
