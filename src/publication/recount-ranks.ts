/** Counts every rank of a publication again the long way, sharing no code with what ranked the agencies. */
import type { PublicationDocument } from './bundle.ts';

/** Differences in words; a rank is one more than the number of agencies that do strictly better. */
export function recountRanks(document: PublicationDocument): string[] {
  const names = (r: PublicationDocument['rankings'][number]): string =>
    `${r.indicator}, ${r.kind}, ${r.view}, ${r.catalogue}`;
  return document.rankings.flatMap(ranking => {
    const definition = document.definitions.find(d => d.id === ranking.indicator);
    if (!definition || definition.version !== ranking.version) return [`${names(ranking)}: not as defined`];
    const better = (a: Sum, b: Sum): boolean => {
      const [left, right] = [
        whole(a.numerator) * whole(b.denominator),
        whole(b.numerator) * whole(a.denominator),
      ];
      return definition.higherIsBetter ? left > right : left < right;
    };
    const found: string[] = [];
    for (const [i, row] of ranking.ranked.entries()) {
      const rank = 1 + ranking.ranked.filter(other => better(other, row)).length;
      const say = (what: string): number => found.push(`${names(ranking)}: ${row.agency} ${what}`);
      if (rank !== row.rank) say(`is ranked ${row.rank}, counted again ${rank}`);
      if (row.value !== row.numerator / row.denominator)
        say(`has the rate ${row.value}, which is not its fraction`);
      if (row.denominator < definition.minimumDenominator) say('is ranked below the minimum denominator');
      if (row.rank_low !== null && row.rank_high !== null && (row.rank_low > rank || rank > row.rank_high)) {
        say('has a range of ranks without its rank');
      }
      if (ranking.ranked.findIndex(other => other.agency === row.agency) !== i) say('is ranked twice');
    }
    for (const { agency, reason, denominator } of ranking.not_ranked) {
      if (ranking.ranked.some(r => r.agency === agency))
        found.push(`${names(ranking)}: ${agency} is ranked and not`);
      if (reason === 'below_minimum' && (denominator ?? 0) >= definition.minimumDenominator) {
        found.push(`${names(ranking)}: ${agency} is left out, though above the minimum denominator`);
      }
    }
    return found;
  });
}

type Sum = { numerator: number; denominator: number };

/** Counts are whole; points have six decimals. */
const whole = (sum: number): bigint =>
  BigInt(Math.trunc(sum)) * 1_000_000n + BigInt(Math.round((sum % 1) * 1_000_000));
