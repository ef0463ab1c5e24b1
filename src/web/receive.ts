/** Files as they arrive in a request: a form with a file, or the bytes of a file alone; never held whole. */
import { tmpdir } from 'node:os';
import type { Duplex, Readable } from 'node:stream';
import { createGunzip, createInflate } from 'node:zlib';
import type { Request, Response } from 'express';
import multer from 'multer';
import type { FileSource } from '../intake/source.ts';
import { type Spooled, spool, TooManyBytes } from '../intake/spool.ts';
import { type Fault, fault, isFault } from './fault.ts';
import type { Parameters } from './question.ts';

/** Where files are put while they come in, and the largest one taken, in bytes. */
export interface Uploads {
  folder: string;
  limit: number;
}
export const UPLOADS: Uploads = { folder: tmpdir(), limit: 512 * 1024 * 1024 };

export interface ArrivedFile {
  bytes: FileSource;
  fileName: string;
  contentType: string | null;
}

/** What a request brought: its fields, and its file or what is wrong with it. */
export interface Arrived {
  fields: Parameters;
  file: ArrivedFile | Fault;
}

/** Reads a request, hands over what it brought, and takes it away again whatever happens. */
export type Receive = <T>(
  req: Request,
  res: Response,
  use: (arrived: Arrived) => Promise<T>,
) => Promise<T | Fault>;

/** Files that may be in the house at once, coming in or being read; more are sent away. */
const PLACES = 16;
/** What a form may hold besides its file, in bytes. */
const FIELDS = 100_000;

/** Types of a body that is a file alone, and the ending its name gets. */
const FILE_TYPES: Readonly<Record<string, string>> = {
  'text/csv': 'csv',
  'application/json': 'json',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': 'xlsx',
};
const INFLATE: Readonly<Record<string, () => Duplex>> = { gzip: createGunzip, deflate: createInflate };

/** Throws `TooManyBytes`, and what the form parser throws. */
export function receiver({ folder, limit }: Uploads): Receive {
  let places = PLACES;
  return async (req, res, use) => {
    if (places === 0) {
      res.set('Retry-After', '30');
      return fault('busy');
    }
    places -= 1;
    const kept: Promise<Spooled>[] = [];
    const keep = (bytes: Readable): Promise<Spooled> => {
      // What is refused half-way is not cut off: the answer could not be read otherwise.
      const spooled = spool(bytes.iterator({ destroyOnReturn: false }), folder, limit);
      kept.push(spooled);
      return spooled;
    };
    try {
      if (Number(req.headers['content-length'] ?? 0) > limit + FIELDS) throw new TooManyBytes(limit);
      const arrived = req.is('multipart/form-data') ? await formOf(req, res, keep) : await bodyOf(req, keep);
      return await use(arrived);
    } finally {
      for (const spooled of await Promise.allSettled(kept)) {
        if (spooled.status === 'fulfilled') await spooled.value.remove();
      }
      places += 1;
    }
  };
}

type Keep = (bytes: Readable) => Promise<Spooled>;

async function formOf(req: Request, res: Response, keep: Keep): Promise<Arrived> {
  let kept: Spooled | null = null;
  const form = multer({
    storage: {
      _handleFile: (_req, { stream }, done) => {
        keep(stream).then(
          spooled => {
            kept = spooled;
            done(null, {});
          },
          error => done(error),
        );
      },
      _removeFile: (_req, _file, done) => done(null),
    },
    limits: { files: 1, fields: 10, fieldSize: 10_000 },
    // Browsers send names of files in UTF-8; the parser's own default would garble them.
    defParamCharset: 'utf8',
  });
  await new Promise<void>((read, fail) => {
    form.single('file')(req, res, (error: unknown) => (error ? fail(error) : read()));
  });
  const { body, file } = req;
  const { source: bytes, size } = kept ?? ({ source: Buffer.alloc(0), size: 0 } as Spooled);
  return {
    fields: { ...req.query, ...body },
    file:
      file && size > 0
        ? { bytes, fileName: file.originalname, contentType: file.mimetype }
        : fault('missing_file', { parameter: 'file' }),
  };
}

async function bodyOf(req: Request, keep: Keep): Promise<Arrived> {
  const arrived = (file: Arrived['file']): Arrived => ({ fields: req.query, file });
  const contentType = req.headers['content-type'] ?? null;
  const type = req.is(Object.keys(FILE_TYPES));
  const ending = type ? FILE_TYPES[type] : undefined;
  if (!ending) return arrived(fault('unsupported_type', { value: contentType ?? '—' }));
  const body = inflated(req);
  if (isFault(body)) return arrived(body);
  const { source, size } = await keep(body);
  if (size === 0) return arrived(fault('missing_file', { parameter: 'file' }));
  return arrived({ bytes: source, fileName: `submission.${ending}`, contentType });
}

function inflated(req: Request): Readable | Fault {
  const encoding = (req.headers['content-encoding'] ?? 'identity').toLowerCase();
  if (encoding === 'identity') return req;
  const inflate = INFLATE[encoding]?.();
  if (!inflate) return fault('unsupported_type', { value: encoding });
  req.once('error', error => inflate.destroy(error));
  return req.pipe(inflate);
}
