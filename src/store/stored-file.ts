/** The bytes of files as they were received. */
import type { Db } from './connect.ts';

/** The bytes of a stored file in order, one part at a time. */
export async function* storedBytes(db: Db, sha256: string): AsyncGenerator<Buffer> {
  for (let part = 0; ; part++) {
    const row = await db
      .selectFrom('submission_file_parts')
      .select('bytes')
      .where('sha256', '=', sha256)
      .where('part', '=', part)
      .executeTakeFirst();
    if (!row) return;
    yield row.bytes;
  }
}
