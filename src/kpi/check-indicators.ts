/** Checks of indicator definitions before they are recorded: what cannot be counted cannot be defined. */
import { type CountName, KEPT_SUMS, type KeptSum } from './figure.ts';
import { DELIVERED, INDICATOR_IDS, INDICATOR_KINDS, type IndicatorVersion } from './indicators.ts';
import { addDays } from './month.ts';

export const DEFINITION_CODES = [
  'unknown_indicator',
  'wrong_kind',
  'bad_version',
  'duplicate_version',
  'unknown_sum',
  'blanks_differ',
  'unknown_delivery',
  'bad_minimum',
  'bad_target',
  'missing_text',
  'days_overlap',
  'days_missing',
] as const;
export type DefinitionCode = (typeof DEFINITION_CODES)[number];

/** What is wrong with a definition; `value` is the cell or the day that it is about. */
export interface DefinitionProblem {
  id: string;
  version: number;
  code: DefinitionCode;
  value: string;
}

/**
 * Everything wrong with a set of definitions, which is to hold every version of every indicator: each
 * indicator has exactly one version on any day, of the kind that pages expect, made of sums that are kept.
 */
export function checkIndicators(versions: readonly IndicatorVersion[]): DefinitionProblem[] {
  const problems = versions.flatMap(v => {
    const found: [DefinitionCode, string][] = [];
    const kind = Object.hasOwn(INDICATOR_KINDS, v.id) ? INDICATOR_KINDS[v.id] : null;
    if (!kind) found.push(['unknown_indicator', v.id]);
    else if (v.kind !== kind) found.push(['wrong_kind', v.kind]);
    if (!Number.isInteger(v.version) || v.version < 1) found.push(['bad_version', String(v.version)]);
    if (versions.filter(o => o.id === v.id && o.version === v.version).length > 1) {
      found.push(['duplicate_version', String(v.version)]);
    }
    if (v.kind === 'dossiers') found.push(...wrongSums(v));
    if ((v.kind === 'services' || v.kind === 'used') && !DELIVERED.includes(v.delivered)) {
      found.push(['unknown_delivery', v.delivered]);
    }
    const { minimumDenominator: minimum, target } = v;
    if (!Number.isInteger(minimum) || minimum < 1) found.push(['bad_minimum', String(minimum)]);
    if (target !== null && !(target > 0 && target <= 1)) found.push(['bad_target', String(target)]);
    const { vi, en } = v.name;
    const texts = [
      vi,
      en,
      v.numeratorText.vi,
      v.numeratorText.en,
      v.denominatorText.vi,
      v.denominatorText.en,
    ];
    if (texts.some(text => !text.trim())) found.push(['missing_text', v.name.vi]);
    return found.map(([code, value]) => ({ id: v.id, version: v.version, code, value }));
  });
  return [
    ...problems,
    ...INDICATOR_IDS.flatMap(id =>
      wrongDays(
        id,
        versions.filter(v => v.id === id),
      ),
    ),
  ];
}

/** A sum that is not kept, or one that other blanks keep rows out of than the version's count of rows. */
function wrongSums(version: IndicatorVersion & { kind: 'dossiers' }): [DefinitionCode, string][] {
  const sumOf = (name: string): KeptSum | undefined => KEPT_SUMS.find(s => s.name === name);
  const names = [version.rows, ...version.numerator, ...version.denominator];
  if (!version.numerator.length || !version.denominator.length) return [['unknown_sum', '']];
  const unknown = names.filter(name => !sumOf(name));
  if (unknown.length > 0) return unknown.map(name => ['unknown_sum', name]);
  const needed = (name: string): readonly CountName[] => sumOf(name)?.reported ?? [];
  const rows = [...needed(version.rows)].sort().join();
  const differing = names.filter(name => [...needed(name)].sort().join() !== rows);
  if (sumOf(version.rows)?.add !== null) return [['blanks_differ', version.rows]];
  return differing.map(name => ['blanks_differ', name]);
}

function wrongDays(id: string, versions: readonly IndicatorVersion[]): DefinitionProblem[] {
  const ordered = [...versions].sort((a, b) => ((a.validFrom ?? '') < (b.validFrom ?? '') ? -1 : 1));
  const [first, last] = [ordered[0], ordered.at(-1)];
  if (!first || !last) return [{ id, version: 1, code: 'days_missing', value: '' }];
  const problems: DefinitionProblem[] = [];
  const note = (version: number, code: DefinitionCode, value: string | null): void =>
    void problems.push({ id, version, code, value: value ?? '' });
  if (first.validFrom !== null) note(first.version, 'days_missing', addDays(first.validFrom, -1));
  for (const [i, next] of ordered.entries()) {
    const before = ordered[i - 1];
    if (!before) continue;
    const day = before.validTo === null ? null : addDays(before.validTo, 1);
    if (day === null || next.validFrom === null || next.validFrom < day) {
      note(next.version, 'days_overlap', next.validFrom);
    } else if (next.validFrom > day) {
      note(next.version, 'days_missing', day);
    }
  }
  if (last.validTo !== null) note(last.version, 'days_missing', addDays(last.validTo, 1));
  return problems;
}
