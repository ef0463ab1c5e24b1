/** `/admin/audit`: what happened, filtered and page by page, all of it as a file, and the erasing of personal data. */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Request, RequestHandler } from 'express';
import { ACTIONS } from '../../kpi/audit.ts';
import { addDays, type Day, isDay, rfc3339, startOfDay } from '../../kpi/month.ts';
import { inLang } from '../../render/address.ts';
import { csvCell } from '../../render/harmless.ts';
import { auditEnd } from '../../store/audit-chain.ts';
import {
  actorsOf,
  type EventFilter,
  eachEvent,
  erasePeople,
  type ListedEvent,
  listEvents,
} from '../../store/audit-list.ts';
import { type Deps, knownOf, langOf, refuse, show } from '../answer.ts';
import { type Fault, fault, isFault } from '../fault.ts';
import { type Parameters, parameter, readLang, unknownValue } from '../question.ts';
import { actorOf } from '../visitor.ts';

const PER_PAGE = 50;

/** An event as the page and the exports show it. */
export interface EventDocument extends Omit<ListedEvent, 'at' | 'before' | 'after'> {
  /** RFC 3339. */
  at: string;
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
}

/** The page of the audit (`doc` of view `audit`). */
export interface AuditDoc {
  events: (EventDocument & {
    /** As in the filter. */
    actor: string;
    /** What it was done to: the kind of thing, its number or code, and where it is shown. */
    thing: { kind: string; code: string; href: string | null };
    /** What was and what is, by name. */
    changes: { name: string; from: unknown; to: unknown }[];
  })[];
  filter: { action: string; actor: string; subject: string; from: string; to: string };
  filtered: boolean;
  actions: readonly string[];
  actors: { actor: string; mail: string | null }[];
  /** How many events there are in all, and the hash of the last: what `verify-audit --head` asks for. */
  end: { id: number; hash: string };
  /** What `before` is on the next page; null on the last. */
  older: number | null;
  later: boolean;
  /** The account whose events are shown, if it is one's: its personal data can be erased. */
  account: string | null;
  /** How many events lost their personal data just now. */
  erased: string | null;
}

export function auditPage(deps: Deps): RequestHandler {
  return async (req, res) => {
    const asked = readAsked(req.query);
    if (isFault(asked)) return refuse(deps, req, res, asked);
    const { filter, given, before } = asked;
    // One more than is shown tells whether there is a next page.
    const found = await listEvents(deps.db, filter, before, PER_PAGE + 1);
    const shown = found.slice(0, PER_PAGE);
    const erased = parameter(req.query, 'erased');
    const doc: AuditDoc = {
      events: shown.map(event => ({
        ...eventDocument(event),
        actor: [event.actor_kind, event.actor_id].filter(Boolean).join(' '),
        thing: thingOf(event.subject),
        changes: changesOf(eventDocument(event)),
      })),
      filter: given,
      filtered: Object.values(given).some(Boolean),
      actions: ACTIONS,
      actors: await actorsOf(deps.db),
      end: await auditEnd(deps.db),
      older: found.length > PER_PAGE ? (shown.at(-1)?.id ?? null) : null,
      later: before !== null,
      account: /^person (\d+)$/.exec(given.actor)?.[1] ?? null,
      erased: typeof erased === 'string' && /^\d{1,9}$/.test(erased) ? erased : null,
    };
    res.set('Cache-Control', 'no-store');
    show(deps, req, res, 'audit', doc, await knownOf(deps));
  };
}

/** Everything that the filter lets through, as one file that is written while it is read. */
export function auditExport(deps: Deps, format: 'csv' | 'json'): RequestHandler {
  return async (req, res) => {
    const asked = readAsked(req.query);
    if (isFault(asked)) return refuse(deps, req, res, asked);
    res.set('Cache-Control', 'no-store').type(format === 'csv' ? 'text/csv' : 'json');
    res.attachment(`audit.${format}`);
    const events = eachEvent(deps.db, asked.filter);
    await pipeline(Readable.from(format === 'csv' ? csvOf(events) : jsonOf(events)), res);
  };
}

export function personalDataErased(deps: Deps): RequestHandler {
  return async (req, res) => {
    const account = parameter(req.body ?? {}, 'account') ?? '';
    if (isFault(account) || !/^\d{1,15}$/.test(account))
      return refuse(deps, req, res, fault('unknown_account', { value: isFault(account) ? '' : account }));
    const erased = await erasePeople(deps.db, account, actorOf(req));
    const query = new URLSearchParams({ actor: `person ${account}`, erased: String(erased) });
    res.redirect(303, inLang(`/admin/audit?${query}`, langOf(req)));
  };
}

const COLUMNS = [
  ...['id', 'at', 'actor_kind', 'actor_id', 'mail', 'network_address', 'action', 'subject'],
  ...['before', 'after', 'door', 'previous', 'hash'],
] as readonly (keyof EventDocument)[];

async function* csvOf(events: AsyncIterable<ListedEvent>): AsyncGenerator<string> {
  yield `\uFEFF${COLUMNS.join(',')}\r\n`;
  for await (const event of events) {
    const told = eventDocument(event);
    const cells = COLUMNS.map(column => {
      const value = told[column];
      if (value === null) return '';
      return typeof value === 'number'
        ? value
        : csvCell(typeof value === 'string' ? value : JSON.stringify(value));
    });
    yield `${cells.join(',')}\r\n`;
  }
}

async function* jsonOf(events: AsyncIterable<ListedEvent>): AsyncGenerator<string> {
  let open = '{"events":[\n';
  for await (const event of events) {
    yield open + JSON.stringify(eventDocument(event));
    open = ',\n';
  }
  yield `${open.startsWith('{') ? open : ''}\n]}\n`;
}

function eventDocument({ at, before, after, ...event }: ListedEvent): EventDocument {
  return {
    ...event,
    at: rfc3339(at.getTime()),
    before: before as EventDocument['before'],
    after: after as EventDocument['after'],
  };
}

const SHOWN_AT: Readonly<Record<string, (code: string) => string>> = {
  submission: id => `/submissions/${id}`,
  month: month => `/months/${month}`,
  key: () => '/admin/keys',
  objection: id => `/objections/${id}`,
  late_entry: () => '/admin/late-entries',
  deadline: () => '/admin/deadlines',
  account: () => '/admin/accounts',
};

function thingOf(subject: string): AuditDoc['events'][number]['thing'] {
  const [, name = '', code = ''] = /^(\D+?)(?: (\S+))?$/.exec(subject) ?? [];
  const kind = name.replaceAll(' ', '_');
  return { kind, code, href: SHOWN_AT[kind]?.(encodeURIComponent(code)) ?? null };
}

function changesOf({ before, after }: EventDocument): AuditDoc['events'][number]['changes'] {
  const names = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})]);
  return [...names]
    .map(name => ({ name, from: before?.[name] ?? null, to: after?.[name] ?? null }))
    .filter(({ from, to }) => from !== null || to !== null);
}

interface AskedEvents {
  filter: EventFilter;
  given: AuditDoc['filter'];
  before: number | null;
}

function readAsked(query: Request['query']): AskedEvents | Fault {
  const lang = readLang(query);
  if (isFault(lang)) return lang;
  const given = { action: '', actor: '', subject: '', from: '', to: '' };
  for (const name of Object.keys(given) as (keyof typeof given)[]) {
    const text = textIn(query, name);
    if (isFault(text)) return text;
    given[name] = text;
  }
  const before = textIn(query, 'before');
  if (isFault(before)) return before;
  return {
    given,
    before: before === '' ? null : Number(before),
    filter: {
      action: given.action || null,
      actor: given.actor || null,
      subject: given.subject || null,
      since: given.from === '' ? null : startOfDay(given.from as Day),
      until: given.to === '' ? null : startOfDay(addDays(given.to as Day, 1)),
    },
  };
}

/** What each parameter may be, and an example. */
const TAKEN: Readonly<Record<string, [is: (text: string) => boolean, example: string]>> = {
  action: [text => ACTIONS.some(action => action === text), ACTIONS.join(', ')],
  actor: [
    text => /^(public|operator|(person|key) \d{1,15})$/.test(text),
    'person 3, key 1, operator, public',
  ],
  from: [isDay, '2026-11-25'],
  to: [isDay, '2026-11-25'],
  before: [text => /^\d{1,15}$/.test(text), '1, 2, 3 …'],
};

/** One parameter, trimmed; empty when not given. */
function textIn(query: Parameters, name: string): string | Fault {
  const text = parameter(query, name) ?? '';
  if (isFault(text)) return text;
  const [is, example] = TAKEN[name] ?? [() => true, ''];
  const trimmed = text.trim();
  return trimmed === '' || is(trimmed) ? trimmed : unknownValue(name, trimmed, example);
}
