/** `POST /submissions` takes a file from the form or a program; `/submissions/ID` shows its receipt. */
import express, { type Request, type RequestHandler, type Response } from 'express';
import multer from 'multer';
import { accept } from '../../intake/accept.ts';
import { KINDS, type Kind } from '../../intake/headings.ts';
import { type Receipt, receiptOf } from '../../intake/receipt.ts';
import { publishedMonths } from '../../store/months.ts';
import { catalogueAt } from '../../store/reference.ts';
import type { Lang } from '../../words/words.ts';
import { type Deps, langOf, prefersJson, refuse, show } from '../answer.ts';
import { type Fault, fault, isFault, problemOf } from '../fault.ts';
import { mayUpload } from '../guard.ts';
import { type Parameters, parameter, readLang } from '../question.ts';
import { showUploadForm, UPLOAD_LIMIT } from './upload.ts';

/** What the form or the address says about a file; month and agency as typed, for the intake to judge. */
interface Stated {
  lang: Lang;
  kind: Kind;
  period: string | null;
  agency: string | null;
  reason: string | null;
}

/** A file as it arrived. */
interface Arrived {
  bytes: Buffer;
  fileName: string;
  contentType: string | null;
}

/** Until there are accounts, whoever sits at the machine is its operator. */
const SENDER = 'operator';

/** Keeps everybody out who is not at this machine; stands before anything of the body is read. */
export function onlyOnThisMachine(deps: Deps): RequestHandler {
  return async (req, res, next) => {
    if (mayUpload(deps.loopback, req)) next();
    else await refuse(deps, req, res, fault('only_on_this_machine'));
  };
}

/** Types of a body that is a file alone, and the ending its name gets. */
const FILE_TYPES: Readonly<Record<string, string>> = {
  'text/csv': 'csv',
  'application/json': 'json',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': 'xlsx',
};

/** Reads the body: a form with a file, or the bytes of a file alone. */
export function readBody(): RequestHandler[] {
  const form = multer({
    storage: multer.memoryStorage(),
    limits: { fileSize: UPLOAD_LIMIT, files: 1, fields: 10, fieldSize: 10_000 },
    // Browsers send names of files in UTF-8; the parser's own default would garble them.
    defParamCharset: 'utf8',
  });
  return [form.single('file'), express.raw({ type: Object.keys(FILE_TYPES), limit: UPLOAD_LIMIT })];
}

export function submissionsPage(deps: Deps): RequestHandler {
  return async (req, res) => {
    const fields: Parameters = { ...req.query, ...(isRecord(req.body) ? req.body : {}) };
    const stated = readStated(fields);
    if (isFault(stated)) return complain(deps, req, res, stated, fields);
    const arrived = arrivedFile(req);
    if (isFault(arrived)) return complain(deps, req, res, arrived, fields);
    const upload = {
      ...arrived,
      ...stated,
      sender: SENDER,
      door: prefersJson(req) ? ('api' as const) : ('page' as const),
    };
    const receipt = await accept(deps.db, upload, deps.now);
    if (prefersJson(req)) {
      res.status(statusOf(receipt)).json(receipt);
      return;
    }
    const query = new URLSearchParams();
    if (receipt.status === 'unchanged') query.set('unchanged', '1');
    if (stated.lang === 'en') query.set('lang', 'en');
    res.redirect(303, `/submissions/${receipt.id}${query.size ? `?${query}` : ''}`);
  };
}

export function submissionPage(deps: Deps, format: 'html' | 'json'): RequestHandler {
  return async (req, res) => {
    const lang = readLang(req.query);
    if (isFault(lang)) return refuse(deps, req, res, lang);
    const id = String(req.params.id);
    const receipt = await receiptOf(deps.db, id, lang);
    if (!receipt) return refuse(deps, req, res, fault('unknown_submission', { value: id }));
    res.set('Cache-Control', 'no-store');
    if (format === 'json' || prefersJson(req)) {
      res.json(receipt);
      return;
    }
    const known = { catalogue: await catalogueAt(deps.db, null), months: await publishedMonths(deps.db) };
    // Whoever sent the same figures again sees the first receipt, and that nothing changed by it.
    const again = req.query.unchanged === '1' && receipt.status === 'approved';
    const doc = again ? { ...receipt, status: 'unchanged' } : receipt;
    show(deps, req, res, 'submission', doc, known);
  };
}

function statusOf({ status }: Receipt): number {
  return status === 'refused' ? 422 : status === 'unchanged' ? 200 : 201;
}

function readStated(given: Parameters): Stated | Fault {
  const lang = readLang(given);
  if (isFault(lang)) return lang;
  const texts: Record<string, string | null> = {};
  for (const name of ['kind', 'period', 'agency', 'reason']) {
    const text = parameter(given, name);
    if (isFault(text)) return text;
    texts[name] = text?.trim() || null;
  }
  const kind = KINDS.find(k => k === (texts.kind ?? 'monthly-return'));
  if (!kind)
    return fault('unknown_value', { parameter: 'kind', value: texts.kind ?? '', allowed: KINDS.join(', ') });
  const { period, agency, reason } = texts;
  return { lang, kind, period: period ?? null, agency: agency ?? null, reason: reason ?? null };
}

function arrivedFile(req: Request): Arrived | Fault {
  if (req.file) {
    if (req.file.size === 0) return fault('missing_file', { parameter: 'file' });
    return { bytes: req.file.buffer, fileName: req.file.originalname, contentType: req.file.mimetype };
  }
  if (req.is('multipart/form-data')) return fault('missing_file', { parameter: 'file' });
  const contentType = req.headers['content-type'];
  const type = req.is(Object.keys(FILE_TYPES));
  const ending = type ? FILE_TYPES[type] : undefined;
  if (!ending) return fault('unsupported_type', { value: contentType ?? '—' });
  if (!Buffer.isBuffer(req.body) || req.body.length === 0)
    return fault('missing_file', { parameter: 'file' });
  return { bytes: req.body, fileName: `submission.${ending}`, contentType: contentType ?? null };
}

/** A wrong field: a program gets a problem document, a person the form again. */
async function complain(
  deps: Deps,
  req: Request,
  res: Response,
  why: Fault,
  fields: Parameters,
): Promise<void> {
  if (prefersJson(req)) return refuse(deps, req, res, why);
  const problem = problemOf(why, langOf(req));
  const given: Record<string, string> = {};
  for (const name of ['kind', 'period', 'agency'] as const) {
    const text = parameter(fields, name);
    if (typeof text === 'string') given[name] = text;
  }
  res.status(problem.status);
  await showUploadForm(deps, req, res, problem.detail, given);
}

function isRecord(body: unknown): body is Record<string, unknown> {
  return typeof body === 'object' && body !== null && !Buffer.isBuffer(body);
}
