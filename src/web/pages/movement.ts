/** The page `/agencies/CODE/movement`: why a rate and a rank moved. CODE `national` is the country. */
import { type Catalogue, fold } from '../../kpi/catalogue.ts';
import { periodBefore, rfc3339, yearBefore } from '../../kpi/month.ts';
import { buildMovement, type Movement, type RankMovement, type RateMovement } from '../../kpi/movement.ts';
import { type Rational, roundTogether, toNumber } from '../../kpi/rational.ts';
import type { Table } from '../../render/csv.ts';
import type { Db } from '../../store/connect.ts';
import { correctionsOf } from '../../store/corrections.ts';
import type { Lang } from '../../words/words.ts';
import type { DataPage } from '../answer.ts';
import type { MovementDocument, RankPart, RatePart, ServicePart } from '../documents.ts';
import { type Fault, fault, isFault } from '../fault.ts';
import { frameOf, viewOf } from '../question.ts';
import { type Asked, know, knowPublished } from '../reading.ts';
import { agencyName, correctionDocuments, indicatorRef, publicServiceName, rate } from '../shape.ts';

export const movementPage: DataPage<MovementDocument> = {
  view: 'movement',
  fileName: doc => `movement-${doc.agency}-${doc.indicator.id}-${doc.period}-${doc.against}`,
  read: readMovement,
  table: movementTable,
};

const COUNTRY = 'national';

async function readMovement(db: Db, asked: Asked, code: string): Promise<MovementDocument | Fault> {
  const { question, catalogue } = asked;
  const { period, indicator: id, against, lang } = question;
  const known = catalogue.agencyByCode.get(code);
  if ((!known || known.kind === 'group') && code !== COUNTRY) return fault('unknown_agency', { value: code });
  const view = viewOf(question, known?.kind ?? 'other');
  if (isFault(view)) return view;
  if (!period) return fault('nothing_published', { parameter: 'period' });
  const before = against === 'year' ? yearBefore(period) : periodBefore(period);
  const { facts, meta } = await know(db, asked, [...before.months, ...period.months]);
  const published = await knowPublished(db, asked, before.months);
  const frame = frameOf(question, period, view);
  const agency = known ? code : null;
  const movement = buildMovement({ catalogue, facts }, published, { id, agency, now: period, before, frame });
  const corrections = (await correctionsOf(db, before.months, question.asOf)).filter(
    c =>
      agency === null ||
      view === 'sector' ||
      c.agency === null ||
      fold(catalogue, c.agency, frame.boundaries).code === agency,
  );
  const { continues } = movement;
  return {
    agency: code,
    name: agencyName(catalogue, code, lang),
    kind: known?.kind ?? null,
    indicator: indicatorRef(movement.indicator),
    period: period.id,
    against,
    compared_with: before.id,
    catalogue: frame.catalogue,
    view,
    boundaries: frame.boundaries,
    without_vertical: frame.withoutVertical,
    ...meta,
    published_at: published && rfc3339(published.at),
    continues:
      continues === null || continues === code
        ? null
        : { agency: continues, name: agencyName(catalogue, continues, lang) },
    reason: movement.reason,
    ...movedOf(movement, catalogue, lang, view === 'own' && agency !== null),
    corrections: correctionDocuments(corrections, catalogue, lang),
  };
}

function movedOf(
  { rate: moved, rank }: Movement,
  catalogue: Catalogue,
  lang: Lang,
  alone: boolean,
): Pick<MovementDocument, 'rate' | 'rank'> {
  return {
    rate: moved && rateDocument(moved, catalogue, lang, alone),
    rank: rank && rankDocument(rank, catalogue, lang),
  };
}

/** Hundredths of a percentage point are what a page shows of a fraction of 1. */
const SHOWN = 10_000;

/** `alone`: one agency reports, so that there is no mix of agencies. */
function rateDocument(
  moved: RateMovement,
  catalogue: Catalogue,
  lang: Lang,
  alone: boolean,
): NonNullable<MovementDocument['rate']> {
  const { stages, services } = moved;
  const exact = [
    ['corrections', moved.corrections],
    ['reorganisation', moved.reorganisation],
    ['own_rate', moved.ownRate],
    ['service_mix', moved.serviceMix],
    ...(alone ? [] : [['agency_mix', moved.agencyMix] as const]),
    ['coverage', moved.coverage],
  ] as const satisfies readonly (readonly [RatePart, Rational | null])[];
  const there = exact.flatMap(([part, value]) => (value ? [{ part, value }] : []));
  const points = roundTogether(
    there.map(p => p.value),
    SHOWN,
  );
  const parts = there.map(({ part, value }, i) => ({
    part,
    value: toNumber(value),
    points: (points[i] as number) / 100,
  }));
  const rows = [...services];
  const column = (part: ServicePart, of: 'ownRate' | 'serviceMix' | 'agencyMix' | 'coverage'): number[] =>
    roundTogether(
      rows.map(([, s]) => s[of]),
      SHOWN,
      Math.round((parts.find(p => p.part === part)?.points ?? 0) * 100),
    );
  const columns = {
    own_rate: column('own_rate', 'ownRate'),
    service_mix: column('service_mix', 'serviceMix'),
    agency_mix: column('agency_mix', 'agencyMix'),
    coverage: column('coverage', 'coverage'),
  };
  return {
    stages: {
      published: stages.published && rate(stages.published),
      corrected: stages.corrected && rate(stages.corrected),
      before: rate(stages.before),
      now: rate(stages.now),
    },
    change: toNumber(moved.change),
    points: points.reduce((total, p) => total + p, 0) / 100,
    parts,
    services: rows.map(([service, s], i) => {
      const of = (part: ServicePart): number => columns[part][i] ?? 0;
      const all = of('own_rate') + of('service_mix') + of('agency_mix') + of('coverage');
      return {
        service,
        name: publicServiceName(catalogue, service, lang),
        before: rate(s.before),
        now: rate(s.now),
        own_rate: of('own_rate') / 100,
        service_mix: of('service_mix') / 100,
        agency_mix: of('agency_mix') / 100,
        coverage: of('coverage') / 100,
        points: all / 100,
      };
    }),
  };
}

function rankDocument(
  { stages, corrections, reorganisation, own, others, field, change, entered, left }: RankMovement,
  catalogue: Catalogue,
  lang: Lang,
): NonNullable<MovementDocument['rank']> {
  const named = (codes: readonly string[]) =>
    codes.map(agency => ({ agency, name: agencyName(catalogue, agency, lang) }));
  const parts: [RankPart, Rational | null][] = [
    ['corrections', corrections],
    ['reorganisation', reorganisation],
    ['own', own],
    ['others', others],
    ['field', field],
  ];
  return {
    stages,
    change: toNumber(change),
    parts: parts.flatMap(([part, value]) => (value ? [{ part, value: toNumber(value) }] : [])),
    entered: named(entered),
    left: named(left),
  };
}

/** One long table: `of` says what a row belongs to, `part` which stage, part or service it is. */
function movementTable(doc: MovementDocument): Table {
  const { agency, period, compared_with, catalogue, view, boundaries, as_of, data_version } = doc;
  const same = {
    ...{ agency, indicator: doc.indicator.id, version: doc.indicator.version, period, compared_with },
    ...{ catalogue, view, boundaries, reason: doc.reason, as_of, data_version },
  };
  const stages = ['published', 'corrected', 'before', 'now'] as const;
  const rows: Table['rows'] = [
    ...(doc.rate
      ? [
          ...stages.map(part => ({ of: 'rate', part, ...doc.rate?.stages[part] })),
          ...doc.rate.parts.map(({ part, value, points }) => ({ of: 'rate', part, change: value, points })),
          ...doc.rate.services.map(({ before, now, name, service, ...parts }) => ({
            of: 'service',
            part: service,
            name,
            ...now,
            numerator_before: before.numerator,
            denominator_before: before.denominator,
            value_before: before.value,
            ...parts,
          })),
        ]
      : []),
    ...(doc.rank
      ? [
          ...stages.map(part => ({
            of: 'rank',
            part,
            rank: doc.rank?.stages[part]?.rank,
            ranked_of: doc.rank?.stages[part]?.of,
          })),
          ...doc.rank.parts.map(({ part, value }) => ({ of: 'rank', part, change: value })),
        ]
      : []),
  ];
  return {
    columns: [
      ...['of', 'part', 'name', 'numerator', 'denominator', 'value', 'rank', 'ranked_of', 'change', 'points'],
      ...['own_rate', 'service_mix', 'agency_mix', 'coverage'],
      ...['numerator_before', 'denominator_before', 'value_before'],
      ...Object.keys(same),
    ],
    rows: (rows.length > 0 ? rows : [{}]).map(row => ({ ...row, ...same })),
  };
}
