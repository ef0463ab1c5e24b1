/** Writes a sample to a folder, file by file, with `received.csv` saying when each is taken to have come in. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Catalogue } from '../kpi/catalogue.ts';
import { rfc3339 } from '../kpi/month.ts';
import { buildSample, type SampleOptions } from './generate.ts';

/**
 * Writes the files of `buildSample` into `folder` (made when missing), then `received.csv` with the columns
 * `file,kind,received_at` (RFC 3339) in the order in which the files should be imported.
 */
export async function writeSample(
  folder: string,
  catalogue: Catalogue,
  options: SampleOptions,
): Promise<{ files: number; bytes: number }> {
  await mkdir(folder, { recursive: true });
  const received = ['file,kind,received_at'];
  let bytes = 0;
  for (const file of buildSample(catalogue, options)) {
    await writeFile(join(folder, file.name), file.bytes);
    received.push(`${file.name},${file.kind},${rfc3339(file.receivedAt)}`);
    bytes += file.bytes.length;
  }
  await writeFile(join(folder, 'received.csv'), `${received.join('\n')}\n`);
  return { files: received.length - 1, bytes };
}
