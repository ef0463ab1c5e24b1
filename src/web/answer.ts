/** One way for every data page to answer: as a page, as `.json`, as `.csv`, or as a refusal in the same form. */
import { randomUUID } from 'node:crypto';
import type { Request, RequestHandler, Response } from 'express';
import type { Logger } from 'pino';
import type { OpenId } from '../accounts/openid.ts';
import type { Passwords } from '../accounts/password.ts';
import { type CountedKind, type Era, erasOf } from '../kpi/boundaries.ts';
import type { Catalogue } from '../kpi/catalogue.ts';
import { entry } from '../kpi/entry.ts';
import { type Day, hanoiDay, type Month } from '../kpi/month.ts';
import type { Send } from '../mail/send.ts';
import { type Table, toCsv } from '../render/csv.ts';
import type { PageContext, Render, ViewName } from '../render.ts';
import type { Db } from '../store/connect.ts';
import { publishedMonths } from '../store/months.ts';
import { catalogueAt } from '../store/reference.ts';
import type { Lang } from '../words/words.ts';
import { type Fault, fault, isFault, problemOf } from './fault.ts';
import { type Parameters, parameter, readLang } from './question.ts';
import { type Asked, readFor } from './reading.ts';
import type { Uploads } from './receive.ts';
import { agencyName, localName, publicServiceName } from './shape.ts';
import { visitorOf } from './visitor.ts';

/** What the handlers are given. */
export interface Deps {
  db: Db;
  now: () => number;
  /** Where people reach the server, without a slash at the end. */
  baseUrl: string;
  /** The installation's secret, from which the keys of second factors follow. */
  secret: string;
  /** How passwords are made and compared; Argon2id when left out. */
  passwords?: Passwords;
  send: Send;
  /** Whether published months are shown to who is not signed in; they are when left out. */
  publicPages?: boolean;
  /** Proxies whose word is taken for who is asking: how many, or their addresses. */
  trustProxy?: number | readonly string[];
  /** Where people sign in by OpenID Connect as well. */
  openId?: OpenId;
  log: Logger;
  render: Render;
  /** Where files are put while they come in, and the largest one taken, in bytes. */
  uploads?: Uploads;
}

/** A page over figures: read and computed once, shown in three forms. */
export interface DataPage<D extends object> {
  view: ViewName;
  /** Name of a downloaded file, without its ending. */
  fileName(doc: D): string;
  /** The agency that the page shows alone: its people see drafts there. Left out, the page shows everybody. */
  subject?(given: Parameters, code: string): string | null;
  /** `code` is the part of the address that names an agency, a service or a catalogue. */
  read(db: Db, asked: Asked, code: string): Promise<D | Fault>;
  table(doc: D): Table;
}

export type Format = 'html' | 'json' | 'csv';

/** The form in which an address asks for its answer. */
export function formatOf(path: string): Format {
  return path.endsWith('.json') ? 'json' : path.endsWith('.csv') ? 'csv' : 'html';
}

/** The path of a request, whole wherever the handler is mounted. */
export function pathOf(req: Request): string {
  return req.originalUrl.split('?', 1)[0] as string;
}

/** The handler of a data page in one form. */
export function answer<D extends object>(deps: Deps, page: DataPage<D>, format: Format): RequestHandler {
  return async (req, res) => {
    const code = String(req.params.code ?? '');
    const whose = { visitor: visitorOf(res), subject: page.subject?.(req.query, code) ?? null };
    const read = await readFor(deps.db, req.query, deps.now(), whose, (trx, asked) =>
      page.read(trx, asked, code),
    );
    if (isFault(read)) return refuse(deps, req, res, read);
    const { asked, doc } = read;
    // An answer may change with the next file; the entity tag makes asking again cheap.
    res.set('Cache-Control', visitorOf(res).kind === 'public' ? 'no-cache' : 'private, no-cache');
    if (format === 'json') {
      res.json(asked.draft ? { draft: true, ...doc } : doc);
    } else if (format === 'csv') {
      res.type('text/csv').attachment(`${asked.draft ? 'draft-' : ''}${page.fileName(doc)}.csv`);
      const table = asked.draft ? markedDraft(page.table(doc)) : page.table(doc);
      res.send(toCsv(table, 'invented' in doc && doc.invented === true));
    } else {
      show(deps, req, res, page.view, doc, { ...asked, subject: whose.subject });
    }
  };
}

/** Each row says that it is a draft: a file is passed on without the page that said so. */
function markedDraft({ columns, rows }: Table): Table {
  return { columns: [...columns, 'draft'], rows: rows.map(row => ({ ...row, draft: true })) };
}

/** What the layout needs to know. */
export interface Known {
  catalogue: Catalogue | null;
  months: readonly Month[];
  /** The day that the page speaks of as today; the clock's when left out. */
  today?: Day;
  /** See `Asked`; nothing of the kind on pages without figures. */
  drafts?: readonly Month[];
  draft?: boolean;
  partial?: boolean;
  /** The agency that the page shows alone. */
  subject?: string | null;
}

/** Answers with a page. */
export function show(
  deps: Deps,
  req: Request,
  res: Response,
  view: ViewName,
  doc: object,
  known: Known,
): void {
  res
    .set('Content-Language', langOf(req))
    .type('html')
    .send(pageOf(deps, req, view, doc, known));
}

/** The HTML of a page. */
export function pageOf(deps: Deps, req: Request, view: ViewName, doc: object, known: Known): string {
  const lang = langOf(req);
  const { catalogue } = known;
  const page: PageContext = {
    path: pathOf(req),
    query: textsOf(req.query),
    astray: view === 'fault',
    published: known.months,
    draft: known.draft ?? false,
    draftOf: known.partial ? (known.subject ?? null) : null,
    drafts: known.subject && !known.draft ? (known.drafts ?? []) : [],
    visitor: visitorOf(req.res),
    today: known.today ?? hanoiDay(deps.now()),
    eras: catalogue ? erasIn(catalogue) : { province: [], ministry: [] },
    catalogues: (catalogue?.catalogues ?? []).map(c => ({ value: c.code, name: localName(c, lang) })),
    indicators: catalogue?.indicators ?? [],
    agencyName: code => (catalogue ? agencyName(catalogue, code, lang) : code),
    serviceName: code => (catalogue ? publicServiceName(catalogue, code, lang) : code),
  };
  return deps.render(view, lang, { doc, page });
}

const eras = new WeakMap<Catalogue, Record<CountedKind, Era[]>>();

/** The eras of a catalogue, worked out once. */
function erasIn(catalogue: Catalogue): Record<CountedKind, Era[]> {
  return entry(eras, catalogue, () => ({
    province: erasOf(catalogue, 'province'),
    ministry: erasOf(catalogue, 'ministry'),
  }));
}

/** Refuses in the form that was asked for: a problem document (RFC 9457), plain text, or a page. */
export async function refuse(deps: Deps, req: Request, res: Response, why: Fault): Promise<void> {
  const lang = langOf(req);
  const problem = problemOf(why, lang);
  const format = formatOf(pathOf(req));
  res.status(problem.status).set('Cache-Control', 'no-store').set('Content-Language', lang);
  if (format === 'csv') {
    res.type('text/plain').send(`${problem.status} ${problem.title}\n${problem.detail}\n`);
  } else if (format === 'json' || prefersJson(req)) {
    res.type('application/problem+json').send(JSON.stringify(problem));
  } else {
    const { type: _, ...doc } = problem;
    show(deps, req, res, 'fault', doc, await knownOf(deps));
  }
}

/** Logs an error that nobody foresaw, once, under a number that its page shows and nothing else of it. */
export function unexpected(deps: Deps, req: Request, error: unknown): Fault {
  const reference = randomUUID().slice(0, 8);
  deps.log.error(
    { err: error, reference, method: req.method, path: pathToLog(pathOf(req)) },
    'request failed',
  );
  return fault('unexpected', { reference });
}

/** A path without what lets whoever reads it in. */
function pathToLog(path: string): string {
  return path.replace(/^(\/(?:invitation|reset)\/).+/, '$1…');
}

const FORMS = ['multipart/form-data', 'application/x-www-form-urlencoded'];

/** Whether the sender is a program: it asks for JSON and not for a page, or sends something that no form sends. */
export function prefersJson(req: Request): boolean {
  if (req.method === 'POST' && !req.is(FORMS)) return true;
  return req.accepts(['html', 'json', 'application/problem+json']) !== 'html';
}

export function langOf(req: Request): Lang {
  const lang = readLang(req.query);
  return isFault(lang) ? 'vi' : lang;
}

/** The layout's months and names, as far as the database answers: a refusal must not fail for want of them. */
export async function knownOf(deps: Deps): Promise<Known> {
  try {
    return { catalogue: await catalogueAt(deps.db, null), months: await publishedMonths(deps.db) };
  } catch {
    return { catalogue: null, months: [] };
  }
}

function textsOf(query: Request['query']): Record<string, string> {
  const texts: Record<string, string> = {};
  for (const name of Object.keys(query)) {
    const value = parameter(query, name);
    if (typeof value === 'string') texts[name] = value;
  }
  return texts;
}
