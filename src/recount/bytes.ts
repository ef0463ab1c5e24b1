/** The original bytes of a submission, part by part, with their hash. */
import { createHash } from 'node:crypto';
import type { Db } from '../store/connect.ts';

/**
 * Reads a file's bytes once, in order. `digest` answers, after the last of them, with the hash of what was
 * really read. Only one part is held at a time.
 */
export function openBytes(
  db: Db,
  sha256: string,
): { parts: AsyncGenerator<Buffer>; digest: () => Promise<string> } {
  const hash = createHash('sha256');
  async function* read(): AsyncGenerator<Buffer> {
    for (let part = 0; ; part++) {
      const row = await db
        .selectFrom('submission_file_parts')
        .select('bytes')
        .where('sha256', '=', sha256)
        .where('part', '=', part)
        .executeTakeFirst();
      if (!row) return;
      hash.update(row.bytes);
      yield row.bytes;
    }
  }
  const parts = read();
  return {
    parts,
    digest: async () => {
      // What a reader left behind (a file it could not go on with) belongs to the hash all the same.
      for await (const _ of parts);
      return hash.digest('hex');
    },
  };
}
