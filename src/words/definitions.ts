/** What pages say of definitions: which version of an indicator is meant, since when, and where it changed. */
import { type Defined, type IndicatorVersion, indicatorOn, isIndicatorId } from '../kpi/indicators.ts';
import { lastDay, type Period } from '../kpi/month.ts';
import { dayText } from './dates.ts';
import { listText } from './numbers.ts';
import { type Lang, t } from './words.ts';

/** The version of an indicator that a page names; null when the reference is unknown. */
export function versionOf(known: Defined, ref: { id: string; version: number }): IndicatorVersion | null {
  return known.indicators.find(i => i.id === ref.id && i.version === ref.version) ?? null;
}

/** The name of an indicator as it stands in force on `day`. */
export function indicatorNameOn(lang: Lang, known: Defined, id: string, day: string): string {
  return isIndicatorId(id) ? indicatorOn(known, id, day).name[lang] : id;
}

/** What an indicator counts: dossiers, ratings, services, returns or tasks. */
export function unitOf(lang: Lang, version: IndicatorVersion | null): string {
  if (!version) return '';
  if (version.id === 'satisfaction') return t(lang, 'unit.ratings');
  if (version.kind === 'dossiers') return t(lang, 'unit.dossiers');
  if (version.kind === 'composite') return t(lang, 'unit.points');
  if (version.kind === 'directives') return t(lang, 'unit.tasks');
  return t(lang, version.kind === 'returns' ? 'unit.returns' : 'unit.services');
}

/** From when to when something holds. */
export function spanText(lang: Lang, from: string | null, to: string | null): string {
  if (from && to) return t(lang, 'span.both', { from: dayText(lang, from), to: dayText(lang, to) });
  if (from) return t(lang, 'span.from', { from: dayText(lang, from) });
  return to ? t(lang, 'span.to', { to: dayText(lang, to) }) : t(lang, 'span.always');
}

/** Which definition a page uses, since when, and on what basis; the basis alone where there is only one. */
export function definitionText(lang: Lang, known: Defined, version: IndicatorVersion): string {
  const basis = t(lang, 'definition.basis', { basis: version.legalBasis });
  if (!hasVersions(known, version.id)) return basis;
  const span = spanText(lang, version.validFrom, version.validTo);
  return `${t(lang, 'definition.in_force', { version: version.version, span })} ${basis}`;
}

/** `cách tính 2` for an indicator whose definition has changed; empty for others. */
export function versionMark(lang: Lang, known: Defined, ref: { id: string; version: number }): string {
  return hasVersions(known, ref.id) ? t(lang, 'trend.version', { version: ref.version }) : '';
}

function hasVersions({ indicators }: Defined, id: string): boolean {
  return indicators.filter(i => i.id === id).length > 1;
}

/** Says by which definition a period is counted that began under another; empty when none did. */
export function spansText(
  lang: Lang,
  known: Defined,
  refs: readonly { id: string; version: number }[],
  period: Period,
): string {
  const first = lastDay(period.first);
  const changed = refs.flatMap(ref =>
    isIndicatorId(ref.id) && indicatorOn(known, ref.id, first).version !== ref.version ? [ref] : [],
  );
  if (changed.length === 0) return '';
  const names = changed.map(ref => versionOf(known, ref)?.name[lang] ?? ref.id);
  return t(lang, 'definition.spans', { names: listText(lang, names) });
}
