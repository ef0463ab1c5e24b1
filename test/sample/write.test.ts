/** The sample on disk: the very files, and the list that says when each came in. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { writeSample } from '../../src/sample/write.ts';
import { realCatalogue, sampleOf } from './sheets.ts';

it('writes every file and lists them with kind and instant in the order of import', async () => {
  const catalogue = await realCatalogue();
  const parent = await mkdtemp(join(tmpdir(), 'sample-'));
  try {
    const folder = join(parent, 'new', 'folder');
    const written = await writeSample(folder, catalogue, {
      months: 2,
      from: '2023-01',
      seed: 7,
      units: 'none',
    });
    const files = sampleOf(catalogue, { months: 2 });
    expect(written).toEqual({
      files: files.length,
      bytes: files.reduce((sum, f) => sum + f.bytes.length, 0),
    });
    expect((await readdir(folder)).sort()).toEqual([...files.map(f => f.name), 'received.csv'].sort());
    for (const file of files) expect((await readFile(join(folder, file.name))).equals(file.bytes)).toBe(true);
    const [heading, ...lines] = (await readFile(join(folder, 'received.csv'), 'utf8')).trim().split('\n');
    expect(heading).toBe('file,kind,received_at');
    expect(lines.map(l => l.split(',')[0])).toEqual(files.map(f => f.name));
    expect(lines.map(l => Date.parse(l.split(',')[2] ?? ''))).toEqual(files.map(f => f.receivedAt));
    expect(lines[0]).toMatch(/,service-status,2023-02-0[1-5]T\d\d:\d\d:00\.000\+07:00$/);
  } finally {
    await rm(parent, { recursive: true });
  }
});
