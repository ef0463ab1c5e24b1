/** With whom an agency is compared: its region, or agencies with about as many dossiers. */
import { nearestDay } from './agency.ts';
import { breakDown } from './breakdown.ts';
import { type Catalogue, fold, leadOf, regionOf } from './catalogue.ts';
import type { Facts, Frame } from './facts.ts';
import type { Day, Period } from './month.ts';

export const PEERS = ['large', 'medium', 'small'] as const;
export type Peers = (typeof PEERS)[number];

/** The agencies of a kind that are ranked among themselves; null leaves out nobody. */
export interface Selection {
  region: string | null;
  peers: Peers | null;
}

export const EVERYBODY: Selection = { region: null, peers: null };

/** The region of each province on the boundary day, or on the day of its own nearest to that. */
export function regionsOf(
  catalogue: Catalogue,
  codes: readonly string[],
  boundaries: Day,
): Map<string, string> {
  const regions = new Map<string, string>();
  for (const code of codes) {
    const agency = catalogue.agencyByCode.get(code);
    const region = agency && regionOf(catalogue, code, nearestDay(agency, boundaries));
    if (region) regions.set(code, region);
  }
  return regions;
}

/**
 * Thirds by dossiers received in the period: large when fewer than a third received more, medium when
 * fewer than two thirds did, else small. Equal numbers fall into one group; who reported nothing, into none.
 */
export function peersOf(
  catalogue: Catalogue,
  facts: Facts,
  codes: readonly string[],
  period: Period,
  frame: Frame,
): Map<string, Peers> {
  const rows = breakDown(catalogue, facts, period, frame, (agency, service, day) => {
    const owner = frame.view === 'sector' ? leadOf(catalogue, service, day)?.agency : agency;
    return owner === undefined ? null : fold(catalogue, owner, frame.boundaries).code;
  });
  const sizes = codes.flatMap(code => {
    const received = rows.get(code)?.received ?? null;
    return received === null ? [] : [{ code, received }];
  });
  return new Map(
    sizes.map(({ code, received }) => {
      const larger = sizes.filter(s => s.received > received).length;
      return [code, PEERS[Math.floor((3 * larger) / sizes.length)] ?? 'small'];
    }),
  );
}

/** The chosen of `codes`; null when everybody is. */
export function chosen(
  catalogue: Catalogue,
  facts: Facts,
  codes: readonly string[],
  period: Period,
  frame: Frame,
  { region, peers }: Selection,
): ReadonlySet<string> | null {
  if (region === null && peers === null) return null;
  const regions = region === null ? null : regionsOf(catalogue, codes, frame.boundaries);
  const sizes = peers === null ? null : peersOf(catalogue, facts, codes, period, frame);
  return new Set(
    codes.filter(c => (!regions || regions.get(c) === region) && (!sizes || sizes.get(c) === peers)),
  );
}
