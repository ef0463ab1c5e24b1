/** `/submissions/ID/problems.xlsx` and `.csv`: a file's own rows with what is wrong beside them, to mend and send back. */
import { PassThrough, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { RequestHandler } from 'express';
import { problemCsv, problemWorkbook } from '../../intake/problem-file.ts';
import { problemLines } from '../../intake/problem-lines.ts';
import { spool } from '../../intake/spool.ts';
import { storedBytes } from '../../store/stored-file.ts';
import { type Deps, refuse } from '../answer.ts';
import { fault } from '../fault.ts';
import { UPLOADS } from '../receive.ts';
import { seenSubmission } from '../seen-submission.ts';

/** What was found in a file of which no rows can be shown. */
const UNREAD = new Set(['unreadable_file', 'unsupported_type', 'too_big', 'empty_file']);

export function problemsPage(deps: Deps, format: 'xlsx' | 'csv'): RequestHandler {
  return async (req, res) => {
    const seen = await seenSubmission(deps, req, res);
    if (!seen) return;
    const { lang, id, submission } = seen;
    const { readAs, problems, problemCount, warningCount, sha256 } = submission;
    if (!readAs || problems.some(p => UNREAD.has(p.code)))
      return refuse(deps, req, res, fault('unread_submission', { value: id }));
    if (problemCount + warningCount === 0)
      return refuse(deps, req, res, fault('nothing_found', { value: id }));
    const file = await spool(storedBytes(deps.db, sha256), (deps.uploads ?? UPLOADS).folder);
    try {
      const lines = await problemLines(deps.db, submission, file.source, lang);
      if (!lines) return refuse(deps, req, res, fault('unread_submission', { value: id }));
      res.set('Cache-Control', 'no-store').attachment(`problems-${id}.${format}`);
      if (format === 'csv') {
        await pipeline(Readable.from(problemCsv(lines, readAs.delimiter ?? ',', lang)), res);
      } else {
        const out = new PassThrough();
        const written = problemWorkbook(lines, readAs.heading_row ?? 1, out, lang);
        written.catch((error: Error) => out.destroy(error));
        await Promise.all([written, pipeline(out, res)]);
      }
    } finally {
      await file.remove();
    }
  };
}
