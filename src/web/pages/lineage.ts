/** The page `/lineage`: a rate opened into its sums, and these into files, rows and what was corrected. */
import { within } from '../../kpi/agency.ts';
import { countedRate, type IndexScore, scoreIndex } from '../../kpi/index-766.ts';
import {
  type Formula,
  formulaOf,
  fractionOf,
  type Lineage,
  NATIONAL,
  placeOf,
  traceRate,
} from '../../kpi/lineage.ts';
import { lastDay, type Period, rfc3339 } from '../../kpi/month.ts';
import type { Fraction } from '../../kpi/rate.ts';
import { emptyTally, type Tallies, type Tally } from '../../kpi/tally.ts';
import type { Db } from '../../store/connect.ts';
import { type FigureVersion, figuresOf } from '../../store/lineage.ts';
import type { DataPage } from '../answer.ts';
import type { FigureDocument, LineageDocument } from '../documents.ts';
import { type Fault, fault, isFault } from '../fault.ts';
import { frameOf, parameter, unknownValue, viewOf } from '../question.ts';
import { type Asked, know } from '../reading.ts';
import type { Reader } from '../sender.ts';
import { agencyName, indexDocument, indicatorRef, rate, returnsOf } from '../shape.ts';
import { partDocuments, sourceDocument } from './lineage-parts.ts';
import { lineageTable } from './lineage-table.ts';

/** Parts, or rows of a cell, on one page. */
const PAGE = 100;

export const lineagePage: DataPage<LineageDocument> = {
  view: 'lineage',
  subject: given => {
    const agency = parameter(given, 'agency');
    return typeof agency === 'string' ? agency : null;
  },
  fileName: doc => `lineage-${doc.agency}-${doc.indicator.id}-${doc.period}`,
  read: readLineage,
  table: lineageTable,
};

async function readLineage(db: Db, asked: Asked): Promise<LineageDocument | Fault> {
  const { question, catalogue } = asked;
  const { period, indicator: id, lang } = question;
  if (!period) return fault('nothing_published', { parameter: 'period' });
  const choice = readChoice(asked, period);
  if (isFault(choice)) return choice;
  const { agency, after, ...narrowed } = choice;
  const view = viewOf(question, catalogue.agencyByCode.get(agency)?.kind ?? 'other');
  if (isFault(view)) return view;
  const frame = { ...frameOf(question, period, view), catalogue: scopeFor(asked, narrowed.service, period) };
  const { facts, meta, counting } = await know(db, asked, period.months);
  const trace = (of: typeof id): Lineage => traceRate(catalogue, facts, of, period, frame, agency, narrowed);
  const lineage = trace(id);
  const whose = ({ national, groups }: Tallies): Tally | undefined =>
    agency === NATIONAL ? national : groups.get(agency);
  const index =
    lineage.indicator.kind === 'composite'
      ? scoreIndex(catalogue.indexComponents, catalogue.agencyByCode.get(agency)?.kind ?? 'province', part =>
          countedRate(counting.tally(part, period, frame), whose),
        )
      : null;
  const due = trace('reporting_completeness');
  const [only, ...others] = lineage.parts;
  const formula = formulaOf(lineage.indicator, only?.month === period.last);
  const isCell = only !== undefined && others.length === 0 && formula !== null;
  const start = isCell || after === null ? 0 : lineage.parts.findIndex(part => placeOf(part) > after);
  const shown = start < 0 ? [] : lineage.parts.slice(start, start + PAGE);
  const last = start >= 0 && start + PAGE < lineage.parts.length ? shown.at(-1) : undefined;
  const cell = isCell ? await figuresOf(db, only, facts.asOf, unitAfter(after), PAGE) : null;
  const { indicator } = lineage;
  const reader = { visitor: asked.visitor, catalogue, lang };
  return {
    period: period.id,
    agency,
    name: agencyName(catalogue, agency, lang),
    ...narrowed,
    indicator: indicatorRef(indicator),
    definition: {
      name: indicator.name,
      numerator: indicator.numeratorText,
      denominator: indicator.denominatorText,
      legal_basis: indicator.legalBasis,
      counts: indicator.kind,
      target: indicator.target,
    },
    catalogue: frame.catalogue,
    view,
    boundaries: frame.boundaries,
    without_vertical: frame.withoutVertical,
    ...meta,
    rate: rate(index ? pointsOf(index) : lineage),
    index_766: index && indexDocument(index),
    coverage:
      indicator.kind === 'directives'
        ? returnsOf(whose(counting.tally(id, period, frame)) ?? emptyTally(), indicator)
        : {
            returns: due.numerator ?? 0,
            due: due.denominator ?? 0,
            ...(formula && { rows_in: lineage.rowsIn, rows: lineage.rows }),
          },
    part_count: lineage.parts.length,
    parts: await partDocuments(db, shown, facts.asOf, reader),
    cell:
      cell && formula
        ? {
            formula,
            figures: cell.figures.map(({ unit, versions }) => ({
              unit,
              ...figureDocuments(versions, formula, reader),
            })),
          }
        : null,
    next: cell ? (cell.next === null ? null : String(cell.next)) : last ? placeOf(last) : null,
  };
}

function pointsOf({ points, max }: IndexScore): Fraction {
  return max === 0 ? { numerator: null, denominator: null } : { numerator: points, denominator: max };
}

interface Choice {
  agency: string;
  service: string | null;
  month: string | null;
  reporter: string | null;
  after: string | null;
}

/** The parameters that only this page has. */
function readChoice({ given, catalogue }: Asked, period: Period): Choice | Fault {
  const [agency, service, month, reporter, after] = ['agency', 'service', 'month', 'reporter', 'after'].map(
    name => parameter(given, name),
  );
  for (const value of [agency, service, month, reporter, after]) if (isFault(value)) return value;
  const texts = { agency, service, month, reporter, after } as Record<string, string | undefined>;
  const isAgency = (code: string): boolean => catalogue.agencyByCode.has(code);
  for (const [name, isKnown, allowed] of [
    ['agency', code => code === NATIONAL || isAgency(code), `${NATIONAL}, ha-noi, bca …`],
    ['service', code => catalogue.serviceByCode.has(code), 'dk-khai-sinh, dk-thuong-tru …'],
    ['month', code => period.months.includes(code), period.months.join(', ')],
    ['reporter', isAgency, 'ha-noi, bca …'],
  ] as [string, (code: string) => boolean, string][]) {
    const value = texts[name];
    if (value !== undefined && !isKnown(value)) return unknownValue(name, value, allowed);
  }
  return {
    agency: texts.agency ?? NATIONAL,
    service: texts.service ?? null,
    month: texts.month ?? null,
    reporter: texts.reporter ?? null,
    after: texts.after ?? null,
  };
}

/** A service that is asked for without a catalogue counts wherever it is listed, as on its own page. */
function scopeFor({ question, given, catalogue }: Asked, service: string | null, period: Period): string {
  if (service === null || given.catalogue) return question.catalogue;
  const day = lastDay(period.last);
  const item = catalogue.items.find(i => i.service === service && within(day, i.validFrom, i.validTo));
  return item?.catalogue ?? question.catalogue;
}

/** Rows of a cell follow the numbers of units, from 0, the agency itself. */
function unitAfter(after: string | null): number {
  return after !== null && /^\d{1,9}$/.test(after) ? Number(after) : -1;
}

function figureDocuments(
  versions: readonly FigureVersion[],
  formula: Formula,
  reader: Reader,
): Omit<NonNullable<LineageDocument['cell']>['figures'][number], 'unit'> {
  const figure = ({ counts, source }: FigureVersion): FigureDocument => ({
    ...fractionOf(counts, formula),
    counts,
    source: sourceDocument(source, reader),
  });
  const current = versions.find(v => v.replaced === null);
  return {
    current: current ? figure(current) : null,
    history: versions.flatMap(version => {
      const { replaced } = version;
      if (!replaced) return [];
      const { at, submission, reason } = replaced;
      return {
        ...figure(version),
        replaced_at: rfc3339(at),
        replaced_by: submission,
        reason_replaced: reason,
      };
    }),
  };
}
