/** `/submissions/ID/file`: a file as it was received, byte for byte, for whoever may see its submission. */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { RequestHandler } from 'express';
import { storedBytes } from '../../store/stored-file.ts';
import type { Deps } from '../answer.ts';
import { seenSubmission } from '../seen-submission.ts';

export function receivedFilePage(deps: Deps): RequestHandler {
  return async (req, res) => {
    const seen = await seenSubmission(deps, req, res);
    if (!seen) return;
    const { fileName, sha256 } = seen.submission;
    // To be kept, never to be shown by the browser as anything.
    res.attachment(fileName).type('application/octet-stream');
    res.set('Cache-Control', 'no-store').set('Content-Security-Policy', "default-src 'none'; sandbox");
    if (req.method === 'HEAD') return void res.end();
    await pipeline(Readable.from(storedBytes(deps.db, sha256)), res);
  };
}
