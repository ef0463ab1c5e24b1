/** The trend of a page: its chart as JSON and, from the same points, the table that stands beneath. */
import { changesOf, type PublishedPoint, trendChart } from '../charts/trend.ts';
import type { Defined } from '../kpi/indicators.ts';
import { lastDay } from '../kpi/month.ts';
import { dayText, periodText } from '../words/dates.ts';
import { indicatorNameOn, versionOf } from '../words/definitions.ts';
import { milestoneFigure } from '../words/phrases.ts';
import { type Lang, t, wordFor } from '../words/words.ts';

interface Point {
  period: string;
  version: number;
  numerator: number | null;
  denominator: number | null;
  value: number | null;
}

export interface Published {
  as_of: string;
  agency: string;
  agency_name: string;
  indicator: string;
  numerator: number | null;
  denominator: number | null;
  value: number | null;
  unit: string;
  document: string;
}

/** The indicators that a trend draws, in this order: more lines than these cannot be told apart. */
const DRAWN = ['end_to_end_completion', 'online_dossiers', 'on_time', 'level_3_4_completion'];

/** Published figures that are shares of essential services, and so fit the axis of the chart. */
const SHARES: ReadonlySet<string> = new Set(['essential_services_integrated', 'services_level_3_4']);

/** Published figures that head the timeline: shares of services that are quoted with both parts. */
export function isMain(m: Published): boolean {
  return SHARES.has(m.indicator) && m.numerator !== null && m.denominator !== null;
}

/** `agency` null draws the country's published figures, otherwise those that the page holds. */
export function trendFigure(
  lang: Lang,
  known: Defined,
  trend: readonly { indicator: string; points: readonly Point[] }[],
  milestones: readonly Published[],
  agency: string | null,
) {
  const lines = DRAWN.flatMap(id => trend.filter(l => l.indicator === id && l.points.length > 0)).map(l => ({
    indicator: l.indicator,
    name: indicatorNameOn(lang, known, l.indicator, lastDay(l.points.at(-1)?.period ?? '')),
    points: l.points,
  }));
  const published = milestones.filter(m => isMain(m) && (agency !== null || m.agency === 'national'));
  const chart = trendChart(
    lines,
    published.map(m => pointOf(lang, m)),
    {
      published: t(lang, 'trend.published'),
      changed: t(lang, 'trend.changed'),
      version: version => t(lang, 'trend.version', { version }),
      month: month =>
        t(lang, 'trend.month', { month: String(Number(month.slice(5))), year: month.slice(0, 4) }),
    },
  );
  if (!chart) return null;
  const periods = [...new Set(lines.flatMap(l => l.points.map(p => p.period)))].sort().reverse();
  const months = periods.map(period => ({ period, rates: lines.map(l => rateOf(lang, l, period)) }));
  const breaks = lines.flatMap(l => changesOf(l).map(p => breakText(lang, known, { ...p, id: l.indicator })));
  // `<` could end the script element that carries the JSON.
  return { chart: JSON.stringify(chart).replaceAll('<', '\\u003c'), lines, months, breaks };
}

function rateOf(lang: Lang, line: { indicator: string; points: readonly Point[] }, period: string) {
  const { indicator, points } = line;
  const at = points.findIndex(p => p.period === period);
  const point = points[at];
  if (!point || point.value === null) return null;
  const several = points.some(p => p.version !== point.version);
  return { ...point, indicator, mark: several ? t(lang, 'trend.version', { version: point.version }) : '' };
}

/** From which month on a line follows another definition, and on what basis. */
function breakText(lang: Lang, known: Defined, at: { id: string; version: number; period: string }): string {
  const version = versionOf(known, at);
  return t(lang, 'definition.break', {
    period: periodText(lang, at.period),
    indicator: version?.name[lang] ?? at.id,
    version: at.version,
    basis: version?.legalBasis ?? '',
  });
}

function pointOf(lang: Lang, m: Published): PublishedPoint {
  const value = (m.numerator ?? 0) / (m.denominator ?? 1);
  const what = wordFor(lang, 'milestone', m.indicator);
  const tag = milestoneFigure(lang, m);
  return {
    day: m.as_of,
    value,
    tag,
    text: `${tag} – ${what}, ${dayText(lang, m.as_of)} (${m.document})`,
  };
}
