/** Rates that corrections moved since publication: what was published, beside what is current. */
import type { Frame } from '../kpi/facts.ts';
import type { IndicatorId } from '../kpi/indicators.ts';
import { type Period, rfc3339 } from '../kpi/month.ts';
import { type Counting, countingOver } from '../kpi/scorecard.ts';
import { emptyTally, type Tallies, type Tally } from '../kpi/tally.ts';
import type { Db } from '../store/connect.ts';
import type { Correction } from '../store/corrections.ts';
import type { CorrectedDocument } from './documents.ts';
import { type Asked, knowPublished } from './reading.ts';
import { agencyName, indicatorRef, rate } from './shape.ts';

/** Whose rates are compared, by which indicators; `national` is the country. */
export interface Compared {
  period: Period;
  frame: Frame;
  indicators: readonly IndicatorId[];
  agencies: readonly string[];
}

const tallyOf = ({ groups, national }: Tallies, agency: string): Tally =>
  agency === 'national' ? national : (groups.get(agency) ?? emptyTally());

/** The rates among those that differ from what was published; none where nothing was corrected. */
export async function correctedRates(
  db: Db,
  asked: Asked,
  counting: Counting,
  corrections: readonly Correction[],
  { period, frame, indicators, agencies }: Compared,
): Promise<CorrectedDocument[]> {
  const published = corrections.length ? await knowPublished(db, asked, period.months) : null;
  if (!published) return [];
  const { catalogue, question } = asked;
  const then = countingOver(published.catalogue, published.facts);
  const known = new Set(published.catalogue.indicators.map(i => i.id));
  return indicators
    .filter(id => known.has(id))
    .flatMap(id => {
      const [before, now] = [then.tally(id, period, frame), counting.tally(id, period, frame)];
      return agencies
        .map(agency => ({ agency, was: tallyOf(before, agency), is: tallyOf(now, agency) }))
        .filter(({ was, is }) => was.numerator !== is.numerator || was.denominator !== is.denominator)
        .map(({ agency, was, is }) => ({
          agency,
          agency_name: agencyName(catalogue, agency, question.lang),
          indicator: indicatorRef(now.indicator),
          published_at: rfc3339(published.at),
          published: rate(was),
          now: rate(is),
        }));
    });
}
