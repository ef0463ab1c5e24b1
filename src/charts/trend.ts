/** The Chart.js configuration of a trend: computed lines by month, and published figures as points apart. */
import { type Month, monthOf, monthsBetween } from '../kpi/month.ts';

/** One computed line; `name` is what the legend says. Values are fractions of 1. */
export interface TrendLine {
  name: string;
  points: readonly { period: string; version: number; value: number | null }[];
}

/** A figure quoted from a document, as a fraction of 1. */
export interface PublishedPoint {
  day: string;
  value: number;
  /** What the tooltip says: figure, day, document. */
  text: string;
  /** What stands beside the point: the figure alone. */
  tag: string;
}

export interface TrendWords {
  published: string;
  /** Said in the tooltip of a line that has several versions. */
  version: (version: number) => string;
  month: (month: Month) => string;
  /** Written where a line breaks because its definition changed. */
  changed: string;
}

/** One series of the chart. Colours are the browser's business: `tone` names one of the style sheet's. */
export interface TrendDataset {
  label: string;
  tone: string;
  data: (number | null)[];
  showLine: boolean;
  pointStyle: string;
  pointRadius: number;
  /** Which definition the series is of, where its line has several. */
  version?: string;
  /** Tooltip texts of published figures, by index; absent on computed lines. */
  notes?: (string | null)[];
  /** What is written beside published figures, by index. */
  tags?: (string | null)[];
}

/** JSON through and through, so that the page can carry it and a server can draw it as well. */
export interface TrendChart {
  type: 'line';
  /** `marks`: upright lines before the month at that index. */
  data: { labels: string[]; datasets: TrendDataset[]; marks: { at: number; text: string }[] };
}

/**
 * A line is cut into one series per indicator version, so that it breaks where the definition changed.
 * Published figures stand at the month of their day and are joined to nothing. Null when there is nothing.
 */
export function trendChart(
  lines: readonly TrendLine[],
  published: readonly PublishedPoint[],
  words: TrendWords,
): TrendChart | null {
  const months = [
    ...lines.flatMap(l => l.points.map(p => p.period)),
    ...published.map(p => monthOf(p.day)),
  ].sort();
  const [first, last] = [months[0], months.at(-1)];
  if (first === undefined || last === undefined) return null;
  const axis = monthsBetween(first, last);
  const datasets = lines.flatMap((line, i) => seriesOf(line, `line-${i + 1}`, axis, words));
  if (published.length > 0) datasets.push(...publishedSeries(published, axis, words.published));
  const changes = new Set(lines.flatMap(l => changesOf(l).map(p => p.period)));
  const marks = [...changes].map(month => ({ at: axis.indexOf(month), text: words.changed }));
  return { type: 'line', data: { labels: axis.map(words.month), datasets, marks } };
}

/** The points of a line that are the first of another definition than the point before. */
export function changesOf<P extends { version: number }>(line: { points: readonly P[] }): P[] {
  return line.points.filter((p, i) => i > 0 && line.points[i - 1]?.version !== p.version);
}

function seriesOf(line: TrendLine, tone: string, axis: readonly Month[], words: TrendWords): TrendDataset[] {
  const versions = [...new Set(line.points.map(p => p.version))].sort((a, b) => a - b);
  return versions.map(version => {
    const values = new Map(line.points.filter(p => p.version === version).map(p => [p.period, p.value]));
    return {
      label: line.name,
      ...(versions.length > 1 ? { version: words.version(version) } : {}),
      tone,
      data: axis.map(m => values.get(m) ?? null),
      showLine: true,
      pointStyle: 'circle',
      pointRadius: 2,
    };
  });
}

/** As many series as the fullest month has figures, under one name: a series has one value a month. */
function publishedSeries(
  points: readonly PublishedPoint[],
  axis: readonly Month[],
  label: string,
): TrendDataset[] {
  const byMonth = axis.map(m => points.filter(p => monthOf(p.day) === m));
  const depth = Math.max(...byMonth.map(p => p.length));
  return Array.from({ length: depth }, (_, i) => ({
    label,
    tone: 'published',
    data: byMonth.map(p => p[i]?.value ?? null),
    showLine: false,
    pointStyle: 'rectRot',
    pointRadius: 6,
    notes: byMonth.map(p => p[i]?.text ?? null),
    tags: byMonth.map(p => p[i]?.tag ?? null),
  }));
}
