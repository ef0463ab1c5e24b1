/** What a return that passed its checks looks like beside what is already known: grounds for a question, no more. */
import type { Agency } from './agency.ts';
import { type Catalogue, isListed, owesReturn } from './catalogue.ts';
import type { Held } from './check.ts';
import { type Findings, note, type WarningCode } from './finding.ts';
import { lastDay, type Month } from './month.ts';

/** What is stored already. */
export interface Known {
  /** Folded names of units seen for the first time, by agency. */
  newUnits: ReadonlyMap<string, ReadonlySet<string>>;
  /** Current returns as `MONTH|AGENCY|SERVICE`. */
  returns: ReadonlySet<string>;
}

/** Warnings about units not seen before and services that are due but absent, added to `warnings`. */
export function compareWithKnown(
  catalogue: Catalogue,
  held: Held,
  known: Known,
  warnings: Findings<WarningCode>,
): void {
  for (const [agency, units] of held.units) {
    for (const [folded, { name, row }] of units) {
      if (!known.newUnits.get(agency)?.has(folded)) continue;
      note(warnings, { row, column: 'unit', value: name, code: 'new_unit', details: { agency } });
    }
  }
  for (const [key, services] of held.services) {
    const [month, code] = key.split('|') as [Month, string];
    const agency = catalogue.agencyByCode.get(code) as Agency;
    for (const service of catalogue.services) {
      if (services.has(service.code) || !isListed(catalogue, service.code, lastDay(month))) continue;
      if (!owesReturn(catalogue, agency, service, lastDay(month))) continue;
      if (known.returns.has(`${key}|${service.code}`)) continue;
      const details = { agency: code, month };
      note(warnings, { row: null, column: 'service', value: service.code, code: 'service_missing', details });
    }
  }
}
