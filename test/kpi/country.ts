/** The real catalogue for look-ups, and facts that are built cell by cell for worked examples. */
import { join } from 'node:path';
import { buildCatalogue, type Catalogue, type PublicService } from '../../src/kpi/catalogue.ts';
import type { Directive } from '../../src/kpi/directive.ts';
import type { Cell, Facts, Frame } from '../../src/kpi/facts.ts';
import { COUNTS, type Counts, KEPT_SUMS, type Sums } from '../../src/kpi/figure.ts';
import type { Month } from '../../src/kpi/month.ts';
import { buildStatusBook, type Status } from '../../src/kpi/status.ts';
import { referenceFromRows, referenceTables } from '../../src/store/reference-rows.ts';

/** What ships in `data/`. */
export const REAL: Catalogue = buildCatalogue(
  referenceFromRows(await referenceTables(join(import.meta.dirname, '../../data'))),
);

/** The real catalogue with some of its rows changed. */
export function realBut(change: (reference: Catalogue) => Partial<Catalogue>): Catalogue {
  return buildCatalogue({ ...REAL, ...change(REAL) });
}

export function publicService(code: string, catalogue: Catalogue = REAL): PublicService {
  const found = catalogue.serviceByCode.get(code);
  if (!found) throw new Error(`no service ${code}`);
  return found;
}

/** A row of counts: what is not named is 0; null is a blank. */
export function counts(named: Partial<Counts>): Counts {
  return { ...(Object.fromEntries(COUNTS.map(c => [c, 0])) as Counts), ...named };
}

/** The kept sums of rows, added here row by row: a blank keeps a row out of the sums that need it. */
export function cellOf(rows: readonly Counts[], receivedAt = 0): Cell {
  const sums = Object.fromEntries(KEPT_SUMS.map(s => [s.name, 0])) as Sums;
  for (const row of rows) {
    for (const { name, add, reported } of KEPT_SUMS) {
      if (reported.some(c => row[c] === null)) continue;
      sums[name] += add === null ? 1 : add.reduce((total, c) => total + (row[c] ?? 0), 0);
    }
  }
  return { sums, receivedAt };
}

export type Cells = Readonly<Record<string, Readonly<Record<string, Cell>>>>;

/** Facts from cells by month, agency and service. */
export function factsOf(
  months: Readonly<Record<Month, Cells>>,
  statuses: readonly Status[] = [],
  directives: readonly Directive[] = [],
): Facts {
  const byMonth = Object.entries(months).map(([month, agencies]) => {
    const cells = Object.entries(agencies).map(
      ([code, byService]) => [code, new Map(Object.entries(byService))] as const,
    );
    return [month, { month, cells: new Map(cells), invented: false }] as const;
  });
  return { months: new Map(byMonth), statuses: buildStatusBook(statuses), directives };
}

export function frameOn(boundaries: string, change: Partial<Frame> = {}): Frame {
  return { catalogue: 'essential-25', view: 'own', boundaries, withoutVertical: false, ...change };
}

/** A status by mode, or by level when `how` is a number. */
export function status(agency: string, service: string, asOf: string, how: Status['mode'] | number): Status {
  const level = typeof how === 'number' ? how : null;
  return { agency, service, asOf, level, mode: typeof how === 'number' ? null : how };
}
