/** A rate in pieces: what each reporter's figures for each service bring to it over a period. */
import { type Catalogue, fold } from './catalogue.ts';
import { entry } from './entry.ts';
import { duesIn, type Facts, type Frame } from './facts.ts';
import type { IndicatorId } from './indicators.ts';
import type { Period } from './month.ts';
import type { Part } from './part.ts';
import type { Fraction } from './rate.ts';
import { tallyIndicator } from './tally.ts';

/** The sums of all pieces add up to those of the rate. */
export interface Piece extends Fraction {
  service: string;
  rowsIn: number;
  rows: number;
  returns: number;
  due: number;
}

/**
 * The pieces of the rate of `group` (null: the country), by service and by reporter as it stands on the
 * frame's boundaries. Empty where the tally has no rate either.
 */
export function piecesOf(
  catalogue: Catalogue,
  facts: Facts,
  id: IndicatorId,
  period: Period,
  frame: Frame,
  group: string | null,
): Map<string, Piece> {
  const pieces = new Map<string, Piece>();
  const codes = new Map<string, string>();
  const codeOf = (agency: string): string =>
    entry(codes, agency, () => fold(catalogue, agency, frame.boundaries).code);
  const piece = (agency: string, service: string): Piece =>
    entry(pieces, `${service}|${codeOf(agency)}`, () => ({
      ...{ service, numerator: null, denominator: null, rowsIn: 0, rows: 0, returns: 0, due: 0 },
    }));
  const { national } = tallyIndicator(catalogue, facts, id, period, frame, (part: Part) => {
    if (group === null ? !part.national : part.group !== group) return;
    const to = piece(part.agency, part.service);
    to.rowsIn += part.rowsIn;
    to.rows += part.rows;
    if (part.numerator === null) return;
    to.numerator = (to.numerator ?? 0) + part.numerator;
    to.denominator = (to.denominator ?? 0) + (part.denominator ?? 0);
  });
  if (group === null && national.numerator === null) return new Map();
  for (const month of period.months) {
    for (const { agency, service, lead } of duesIn(catalogue, frame, month)) {
      const owner = frame.view === 'sector' ? lead : agency;
      if (group !== null && (owner === undefined || codeOf(owner) !== group)) continue;
      const to = piece(agency, service);
      to.due += 1;
      if (facts.months.get(month)?.cells.get(agency)?.has(service)) to.returns += 1;
    }
  }
  return pieces;
}
