/** What every data page reads: the question, what may be seen, and one consistent state of the figures. */
import { type Drafts, draftsOf, may, mayEver, type Visitor } from '../kpi/access.ts';
import type { Catalogue } from '../kpi/catalogue.ts';
import { entry } from '../kpi/entry.ts';
import type { Facts } from '../kpi/facts.ts';
import { type Day, hanoiDay, type Month, periodBefore, rfc3339, yearBefore } from '../kpi/month.ts';
import { type Counting, countingOver } from '../kpi/scorecard.ts';
import type { Db } from '../store/connect.ts';
import { factsFor, type State } from '../store/facts.ts';
import { reading } from '../store/handles.ts';
import { awaitInstants } from '../store/instant.ts';
import { draftMonths, postedDrafts, publishedAt, publishedMonths } from '../store/months.ts';
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
  /** Ascending: the published months, and those with figures whose drafts are seen. */
  months: readonly Month[];
  /** The day of the instant that is asked about; without one, today. */
  today: Day;
  visitor: Visitor;
  /** Months that are not published and hold figures this page may show to the visitor, ascending. */
  drafts: readonly Month[];
  /** Whether a month of the period is not published. */
  draft: boolean;
  /** Whether only an office's own part of the draft is seen: there are no ranks in it, and no country. */
  partial: boolean;
}

/** The figures of some months in one state of the data, with how to count them. */
export interface Known {
  facts: Facts & State;
  counting: Counting;
  meta: Meta;
}

/**
 * Reads a page for a visitor: in one state of everything, and with the drafts that are this visitor's to see.
 * An office sees drafts where the page shows that office alone: `subject` is whom it shows, null for everybody.
 */
export async function readFor<T extends object>(
  db: Db,
  given: Parameters,
  now: number,
  { visitor, subject }: { visitor: Visitor; subject: string | null },
  read: (trx: Db, asked: Asked) => Promise<T | Fault>,
): Promise<{ asked: Asked; doc: T } | Fault> {
  const asOf = readAsOf(given, now);
  if (isFault(asOf)) return asOf;
  // What is being recorded under an instant already past must be read, not missed.
  if (asOf !== null) await awaitInstants(db);
  const drafts = await draftsFor(db, visitor, subject);
  return reading(db, drafts, async trx => {
    const asked = await ask(trx, given, now, visitor, drafts);
    if (isFault(asked)) return asked;
    const doc = await read(trx, asked);
    return isFault(doc) ? doc : { asked, doc };
  });
}

async function draftsFor(db: Db, visitor: Visitor, subject: string | null): Promise<Drafts> {
  if (!mayEver(visitor, 'see_drafts')) return 'none';
  const catalogue = await catalogueAt(db, null);
  const drafts = draftsOf(visitor, catalogue, await postedDrafts(db));
  return drafts === 'all' || may(visitor, 'see_drafts', { agency: subject }, catalogue) ? drafts : 'none';
}

/** Reads the parameters of a page or a command, for who sees these drafts. */
export async function ask(
  db: Db,
  given: Parameters,
  now: number,
  visitor: Visitor,
  drafts: Drafts,
): Promise<Asked | Fault> {
  const asOf = readAsOf(given, now);
  if (isFault(asOf)) return asOf;
  const catalogue = await catalogueAt(db, asOf);
  // What may be seen is decided today; what is shown by default is what was published then.
  const [published, then] = [await publishedMonths(db), await publishedMonths(db, asOf)];
  const reported = drafts === 'none' ? [] : await draftMonths(db, asOf);
  // The default is what everybody sees, as long as anything is published.
  const question = readQuestion(given, {
    catalogue,
    published,
    latest: (then.length ? then : reported).at(-1) ?? null,
    now,
    drafts: drafts !== 'none',
  });
  if (isFault(question)) return question;
  const draft = question.period?.months.some(m => !published.includes(m)) === true;
  const partial = draft && drafts !== 'all';
  // An office's own part of a draft has no place beside ranks of published months.
  const shown = drafts === 'all' || partial ? reported : [];
  const months = [...new Set([...then, ...shown, ...(question.period?.months ?? [])])].sort();
  const today = hanoiDay(asOf ?? now);
  return { question, given, catalogue, months, today, visitor, drafts: reported, draft, partial };
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
  // Drafts are not the same for everybody: what was counted of them is forgotten with the page.
  const counting = facts.drafts
    ? remembering(countingOver(catalogue, facts), facts, new Map())
    : remembering(
        countingOver(catalogue, facts),
        facts,
        entry(memories, catalogue, () => new Map()),
      );
  return { facts, meta, counting };
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
function remembering(fresh: Counting, facts: Facts & State, kept: Map<string, unknown>): Counting {
  const recall = <T>(key: readonly unknown[], count: () => T): T => {
    const text = JSON.stringify([facts.version, ...key]);
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
