/** What every data page reads: the question, what may be seen, and one consistent state of the figures. */
import type { Catalogue } from '../kpi/catalogue.ts';
import type { Facts } from '../kpi/facts.ts';
import { type Day, hanoiDay, type Month, periodBefore, rfc3339, yearBefore } from '../kpi/month.ts';
import { type Counting, countingOver } from '../kpi/scorecard.ts';
import type { Db } from '../store/connect.ts';
import { factsFor, type State } from '../store/facts.ts';
import { awaitInstants } from '../store/instant.ts';
import { publishedAt, publishedMonths, reportedMonths } from '../store/months.ts';
import { publicationsAt } from '../store/publications.ts';
import { catalogueAt } from '../store/reference.ts';
import type { Meta } from './documents.ts';
import { type Fault, isFault } from './fault.ts';
import { type Parameters, type Question, readAsOf, readQuestion } from './question.ts';
import { reopenedDocuments } from './shape.ts';

/** A question with the reference data and the months that may be answered from. */
export interface Asked {
  question: Question;
  /** The parameters as they came, for a page that has some of its own. */
  given: Parameters;
  catalogue: Catalogue;
  /** Ascending: the published months; for the operator, those with figures too. */
  months: readonly Month[];
  /** The day of the instant that is asked about; without one, today. */
  today: Day;
  operator: boolean;
}

/** The figures of some months in one state of the data, with how to count them. */
export interface Known {
  facts: Facts & State;
  counting: Counting;
  meta: Meta;
}

/** Reads the parameters of a page or a command. The operator sees months that are not published. */
export async function ask(db: Db, given: Parameters, now: number, operator = false): Promise<Asked | Fault> {
  const asOf = readAsOf(given, now);
  if (isFault(asOf)) return asOf;
  // What is being recorded under an instant already past must be read, not missed.
  if (asOf !== null) await awaitInstants(db);
  const catalogue = await catalogueAt(db, asOf);
  // What may be seen is decided today; what is shown by default is what was published then.
  const [published, then] = [await publishedMonths(db), await publishedMonths(db, asOf)];
  const reported = operator ? await reportedMonths(db, asOf) : [];
  // The operator's default is what everybody sees, as long as anything is published.
  const question = readQuestion(given, {
    catalogue,
    published,
    latest: (then.length ? then : reported).at(-1) ?? null,
    now,
    operator,
  });
  if (isFault(question)) return question;
  const months = [...new Set([...then, ...reported, ...(question.period?.months ?? [])])].sort();
  return { question, given, catalogue, months, today: hanoiDay(asOf ?? now), operator };
}

/** The facts of the wanted months, those left out that may not be seen or that nobody reported for. */
export async function know(db: Db, asked: Asked, wanted: readonly Month[]): Promise<Known> {
  const { catalogue, question } = asked;
  const months = [...new Set(wanted)].filter(m => asked.months.includes(m)).sort();
  const facts = await factsFor(db, months, question.asOf);
  const meta = {
    as_of: rfc3339(facts.asOf),
    data_version: facts.version,
    invented: [...facts.months.values()].some(m => m.invented),
    ...(await reopenedIn(db, asked)),
  };
  return { facts, meta, counting: remembering(catalogue, facts, facts.version) };
}

/** The months of the period that were opened again after they were published. */
async function reopenedIn(db: Db, { question, months }: Asked): Promise<Pick<Meta, 'reopened'>> {
  const shown = (question.period?.months ?? []).filter(m => months.includes(m));
  const reopened = shown.length ? reopenedDocuments(await publicationsAt(db, question.asOf, shown)) : [];
  return reopened.length ? { reopened } : {};
}

/** What was known when the last of some months was published; null when one of them is not. */
export async function knowPublished(
  db: Db,
  { question }: Asked,
  months: readonly Month[],
): Promise<{ at: number; catalogue: Catalogue; facts: Facts } | null> {
  const at = await publishedAt(db, months, question.asOf);
  if (at === null) return null;
  return { at, catalogue: await catalogueAt(db, at), facts: await factsFor(db, months, at) };
}

/** Results kept in memory over all states of the data; the oldest go first. */
const REMEMBERED = 3000;
const memories = new WeakMap<Catalogue, Map<string, unknown>>();

/**
 * Counting with a memory, since all agencies of a kind share their rankings and trends. Everything a result
 * depends on is in its key: state of the data, catalogue, and which earlier periods may be compared.
 */
function remembering(catalogue: Catalogue, facts: Facts, version: string): Counting {
  const fresh = countingOver(catalogue, facts);
  const kept = memories.get(catalogue) ?? new Map<string, unknown>();
  memories.set(catalogue, kept);
  const recall = <T>(key: readonly unknown[], count: () => T): T => {
    const text = JSON.stringify([version, ...key]);
    if (kept.has(text)) return kept.get(text) as T;
    const counted = count();
    if (kept.size >= REMEMBERED) kept.delete(kept.keys().next().value as string);
    kept.set(text, counted);
    return counted;
  };
  return {
    rank: (id, kind, period, frame, selection) => {
      const comparable = [periodBefore(period), yearBefore(period)].map(p =>
        p.months.every(m => facts.months.has(m)),
      );
      return recall(['rank', id, kind, period.id, frame, selection, comparable], () =>
        fresh.rank(id, kind, period, frame, selection),
      );
    },
    tally: (id, period, frame) =>
      recall(['tally', id, period.id, frame], () => fresh.tally(id, period, frame)),
  };
}
