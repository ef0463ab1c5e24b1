/** The sample: invented returns and statuses for a run of months, the same bytes for the same question. */
import { type Catalogue, deadline } from '../kpi/catalogue.ts';
import { addMonths, type Month } from '../kpi/month.ts';
import { chanceOf } from './chance.ts';
import { withoutLate } from './distort.ts';
import { plantedIn, plantedOddities } from './oddities.ts';
import { profilesOf } from './profile.ts';
import { type AgencyReturn, returnsOf, type SampleWorld } from './returns.ts';
import { cellKey } from './scope.ts';
import { returnSheet, type SampleRow, statusSheet } from './sheet.ts';
import { statusesOf } from './statuses.ts';
import { splitOverUnits, type UnitStocks } from './units.ts';

/** One file of the sample, with the instant (ms) at which it is taken to have been received. */
export interface SampleFile {
  name: string;
  kind: 'monthly-return' | 'service-status';
  bytes: Buffer;
  receivedAt: number;
}

export interface SampleOptions {
  /** How many months, from `from` on. */
  months: number;
  from: Month;
  seed: number | string;
  /** `commune` splits every province over invented communes: one large file per province and month. */
  units: 'none' | 'commune';
}

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
/** Services that a correction sends again. */
const CORRECTED_SERVICES = 5;

/**
 * The files of a sample, month by month, in the order in which they should be imported: statuses, then the
 * returns in time, the late ones, and corrections (without units that is also the order of receipt and of
 * the names). A longer sample begins with the files of a shorter one. Only the last month's stocks are
 * kept, so that a sample of any size can be streamed to disk.
 */
export function* buildSample(catalogue: Catalogue, options: SampleOptions): Generator<SampleFile> {
  const { seed, from } = options;
  const planted = plantedIn(plantedOddities(from));
  const profileOf = profilesOf(catalogue, seed);
  const world: SampleWorld = {
    catalogue,
    seed,
    planted,
    profileOf,
    said: new Map(),
    stocks: new Map(),
    last: new Map(),
  };
  const unitStocks: UnitStocks = new Map();
  for (let i = 0; i < options.months; i++) {
    const month = addMonths(from, i);
    const saidBefore = new Map(world.said);
    const statuses = statusesOf(world, month);
    if (statuses.length > 0) {
      const receivedAt = receivedIn(world, month, -4, 'statuses');
      yield {
        name: `${month}-1-statuses.csv`,
        kind: 'service-status',
        bytes: statusSheet(statuses),
        receivedAt,
      };
    }
    yield* filesOf(
      world,
      month,
      returnsOf(world, month, saidBefore),
      options.units === 'commune' ? unitStocks : null,
    );
  }
}

function* filesOf(
  world: SampleWorld,
  month: Month,
  returns: AgencyReturn[],
  unitStocks: UnitStocks | null,
): Generator<SampleFile> {
  const file = (name: string, rows: SampleRow[], dayAfterDeadline: number, units = false): SampleFile[] =>
    rows.length === 0
      ? []
      : [
          {
            name: `${month}-${name}.csv`,
            kind: 'monthly-return',
            bytes: returnSheet(month, rows, units),
            receivedAt: receivedIn(world, month, dayAfterDeadline, name),
          },
        ];
  const reporting = returns.filter(r => r.fate !== 'missing');
  const isProvince = (r: AgencyReturn) => r.agency.kind === 'province';
  const sent = (r: AgencyReturn) =>
    r.rows.map(row => (r.corrected ? { ...row, counts: withoutLate(row.counts) } : row));
  const inTime = reporting.filter(r => r.fate === 'in_time');
  const late = reporting.filter(r => r.fate === 'late');
  const lateDay = 1 + Math.floor(chanceOf(world.seed, 'late day', month)() * 13);

  yield* file('2-ministries', inTime.filter(r => !isProvince(r)).flatMap(sent), -3);
  if (unitStocks === null) {
    yield* file('3-provinces', inTime.filter(isProvince).flatMap(sent), -2);
    yield* file('4-late', late.flatMap(sent), lateDay);
    for (const r of inTime.filter(r => r.corrected)) yield* file('5-correction', correctionOf(r), 15);
    return;
  }
  yield* file('4-late-ministries', late.filter(r => !isProvince(r)).flatMap(sent), lateDay);
  for (const r of returns.filter(isProvince)) {
    const split = { ...r, rows: splitRows(world, month, r, unitStocks) };
    if (r.fate === 'missing') continue;
    yield* r.fate === 'late'
      ? file(`4-late-${r.agency.code}`, sent(split), lateDay, true)
      : file(`3-${r.agency.code}`, sent(split), -2, true);
    if (r.corrected) yield* file(`5-correction-${r.agency.code}`, correctionOf(split), 15, true);
  }
}

/** The rows, true again, of the first services that had late dossiers to hide. */
function correctionOf({ rows }: AgencyReturn): SampleRow[] {
  const hidden = new Set(rows.filter(row => row.counts.resolved_late !== 0).map(row => row.service.code));
  const services = new Set([...hidden].slice(0, CORRECTED_SERVICES));
  return rows.filter(row => services.has(row.service.code));
}

function splitRows(
  world: SampleWorld,
  month: Month,
  { agency, rows }: AgencyReturn,
  stocks: UnitStocks,
): SampleRow[] {
  const profile = world.profileOf(agency);
  return rows.flatMap(row =>
    splitOverUnits(
      world.seed,
      profile,
      cellKey(agency.code, row.service.code),
      month,
      row.counts,
      stocks,
    ).map(({ unit, counts }) => ({ ...row, unit, counts })),
  );
}

/** Some minute of an office day, counted from the end of the month's deadline (negative: before it). */
function receivedIn({ catalogue, seed }: SampleWorld, month: Month, days: number, name: string): number {
  const minute = Math.floor(chanceOf(seed, 'minute', month, name)() * 9 * 60);
  return deadline(catalogue, month) + days * DAY_MS + 8 * HOUR_MS + minute * 60_000;
}
