/** What a return that passed its checks looks like beside what is already known: grounds for a question, no more. */
import type { Agency } from './agency.ts';
import { type Catalogue, isListed, owesReturn } from './catalogue.ts';
import { entry } from './entry.ts';
import type { Figure } from './figure.ts';
import type { Warning } from './finding.ts';
import { lastDay, type Month } from './month.ts';
import { foldName } from './names.ts';

/** What is stored already. */
export interface Known {
  /** Folded names of known units by agency. */
  units: ReadonlyMap<string, ReadonlySet<string>>;
  /** Current returns as `MONTH|AGENCY|SERVICE`. */
  returns: ReadonlySet<string>;
}

/** Warnings about units not seen before and services that are due but absent. */
export function compareWithKnown(catalogue: Catalogue, figures: readonly Figure[], known: Known): Warning[] {
  return [...newUnits(figures, known), ...missingServices(catalogue, figures, known)];
}

function newUnits(figures: readonly Figure[], known: Known): Warning[] {
  const met = new Map<string, Set<string>>();
  const warnings: Warning[] = [];
  for (const { agency, unit, row } of figures) {
    if (unit === null) continue;
    const names = entry(met, agency, () => new Set(known.units.get(agency)));
    const folded = foldName(unit);
    if (names.has(folded)) continue;
    names.add(folded);
    warnings.push({ row, column: 'unit', value: unit, code: 'new_unit', details: { agency } });
  }
  return warnings;
}

/** Services due for an (agency, month) of the file that are neither in it nor current already. */
function missingServices(catalogue: Catalogue, figures: readonly Figure[], known: Known): Warning[] {
  const inFile = new Map<string, Set<string>>();
  for (const f of figures) {
    const key = `${f.month}|${f.agency}`;
    entry(inFile, key, () => new Set<string>()).add(f.service);
  }
  const warnings: Warning[] = [];
  for (const [key, services] of inFile) {
    const [month, code] = key.split('|') as [Month, string];
    const agency = catalogue.agencyByCode.get(code) as Agency;
    for (const service of catalogue.services) {
      if (services.has(service.code) || !isListed(catalogue, service.code, lastDay(month))) continue;
      if (!owesReturn(catalogue, agency, service, lastDay(month))) continue;
      if (known.returns.has(`${key}|${service.code}`)) continue;
      const details = { agency: code, month };
      warnings.push({ row: null, column: 'service', value: service.code, code: 'service_missing', details });
    }
  }
  return warnings;
}
