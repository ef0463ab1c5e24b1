/** A bundle proves what it holds: whoever changes a number, a rank, a source or the key is found out, and named. */
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { fromBufferPromise } from 'yauzl';
import { canonicalJson } from '../../src/kpi/canonical.ts';
import { type Files, type PublicationDocument, zipOf } from '../../src/publication/bundle.ts';
import { freezeMonths, publish } from '../../src/publication/freeze.ts';
import { fingerprintOf, signBytes } from '../../src/publication/signature.ts';
import { type Verification, verifyBundle } from '../../src/publication/verify.ts';
import { publicationFile } from '../../src/store/publications.ts';
import { openSite, type Site } from '../web/site.ts';
import { twoAdmins } from '../web/two-people.ts';

const SECRET = 'a secret of at least thirty-two characters';
const OTHER = 'another secret of at least thirty-two characters';
let site: Site;
let files: Files;

beforeAll(async () => {
  site = await openSite({ filled: true });
  await freezeMonths(site.db, { secret: SECRET, now: Date.now });
  const bundle = (await publicationFile(site.db, { month: '2025-06', edition: 1 }, 'zip'))?.bytes as Buffer;
  files = await filesIn(bundle);
});
afterAll(() => site.close());

async function filesIn(bundle: Buffer): Promise<Files> {
  const archive = await fromBufferPromise(bundle, { lazyEntries: true });
  const inside: Files = {};
  for await (const entry of archive.eachEntry()) {
    inside[entry.fileName] = await buffer(await archive.openReadStreamPromise(entry));
  }
  return inside;
}

const verify = async (changed: Files, key: string | null = null): Promise<Verification> =>
  verifyBundle(await zipOf(changed, 0), key);
const failing = ({ checks }: Verification): string[] =>
  checks.filter(c => c.differences?.length !== 0).map(c => c.check);
const said = ({ checks }: Verification): string => checks.flatMap(c => c.differences ?? []).join('\n');
const document = (): PublicationDocument => JSON.parse(String(files['publication.json']));

/** The bundle with another document, signed anew by whoever changed it. */
function forged(changed: PublicationDocument, secret: string): Files {
  const bytes = Buffer.from(canonicalJson(changed));
  const { signature, publicKey } = signBytes(secret, bytes);
  return {
    ...files,
    'publication.json': bytes,
    'publication.sig': Buffer.from(signature),
    'public-key.pem': Buffer.from(publicKey),
  };
}

describe('a bundle', () => {
  it('as downloaded is verified, with the key of the publisher too', async () => {
    const key = String(files['public-key.pem']);
    expect(await verify(files, key)).toMatchObject({
      verified: true,
      period: '2025-06',
      fingerprint: fingerprintOf(signBytes(SECRET, Buffer.alloc(0)).publicKey),
    });
    // By hand: June of the small world, 70 of 130 dossiers filed online in Hà Nội is 60 of 100.
    const online = document().rankings.find(
      r => r.indicator === 'online_dossiers' && r.kind === 'province' && r.catalogue === 'essential-25',
    );
    expect(online?.ranked.map(r => [r.rank, r.agency, r.numerator, r.denominator])).toEqual([
      [1, 'ha-noi', 60, 100],
      [2, 'binh-duong', 30, 100],
    ]);
    expect(online?.not_ranked).toContainEqual(
      expect.objectContaining({ agency: 'da-nang', reason: 'below_minimum', numerator: 5, denominator: 10 }),
    );
  });

  it('with one changed number is not, whatever the number is in', async () => {
    const text = String(files['publication.json']);
    const changed = {
      ...files,
      'publication.json': Buffer.from(text.replace('"numerator":60', '"numerator":61')),
    };
    expect(failing(await verify(changed))).toEqual(['signature', 'ranks', 'figures']);
    const sums = String(files['sums.csv']);
    const poorer = { ...files, 'sums.csv': Buffer.from(sums.replace(/^(ha-noi,.*?),100,/m, '$1,101,')) };
    expect(String(poorer['sums.csv'])).not.toBe(sums);
    const verification = await verify(poorer);
    expect(failing(verification)).toEqual(['files', 'figures']);
    expect(said(verification)).toContain('sums.csv was changed');
    expect(said(verification)).toMatch(/rankings\.\d+\.ranked\.\d+\.denominator: 100, worked out again: 101/);
  });

  it('with other ranks, signed anew, is found out by the ranks and by the key', async () => {
    const changed = document();
    const ranking = changed.rankings.find(
      r => r.ranked.length > 1,
    ) as PublicationDocument['rankings'][number];
    for (const row of ranking.ranked) row.rank = 3 - row.rank;
    const verification = await verify(forged(changed, OTHER), String(files['public-key.pem']));
    expect(failing(verification)).toEqual(['signature', 'ranks', 'figures']);
    expect(said(verification)).toContain('another public key');
    expect(said(verification)).toMatch(/is ranked 2, counted again 1/);
    // Signed with a key of its own and no key given: only the numbers tell, and the fingerprint.
    const alone = await verify(forged(changed, OTHER));
    expect([failing(alone), alone.fingerprint === fingerprintOf(String(files['public-key.pem']))]).toEqual([
      ['ranks', 'figures'],
      false,
    ]);
  });

  it('without its signature, with another one, or with a file missing is not', async () => {
    const { 'publication.sig': _, ...unsigned } = files;
    expect(failing(await verify(unsigned))).toEqual(['signature']);
    expect(failing(await verify({ ...files, 'publication.sig': Buffer.alloc(64).fill('A') }))).toEqual([
      'signature',
    ]);
    const { 'reference/agencies.csv': __, ...incomplete } = files;
    expect(failing(await verify(incomplete))).toEqual(['files', 'figures']);
    const spaced = Buffer.from(JSON.stringify(document(), null, 1));
    const { signature } = signBytes(SECRET, spaced);
    const loose = { ...files, 'publication.json': spaced, 'publication.sig': Buffer.from(signature) };
    expect(failing(await verify(loose))).toEqual(['canonical form']);
  });

  it('holds the tasks that were due, and is found out when one of them is changed', async () => {
    const handIn = await twoAdmins(site.person);
    await handIn('/submissions?kind=directives', {
      method: 'POST',
      headers: { 'Content-Type': 'text/csv' },
      body: 'id,status,done_on\nD238-15,done,2023-06-30\n',
    });
    const press = { secret: SECRET, now: Date.now };
    expect(await publish(site.db, '2025-08', 'operator', press)).toBe('published');
    const bundle = (await publicationFile(site.db, { month: '2025-08', edition: 1 }, 'zip'))?.bytes as Buffer;
    expect(await verifyBundle(bundle, null)).toMatchObject({ verified: true });
    const august = await filesIn(bundle);
    const { rankings } = JSON.parse(String(august['publication.json'])) as PublicationDocument;
    const tasks = rankings.find(r => r.indicator === 'directives_done' && r.kind === 'ministry');
    // Nine tasks of the police were due; of the 34 due in all, nobody told of any other.
    expect(tasks?.ranked).toEqual([
      expect.objectContaining({ agency: 'bca', numerator: 1, denominator: 9, rank: 1 }),
    ]);
    const text = String(august['directives.csv']);
    expect(text.trim().split('\n')).toHaveLength(35);
    const undone = { ...august, 'directives.csv': Buffer.from(text.replace(',done,', ',in_progress,')) };
    expect(failing(await verify(undone))).toEqual(['files', 'figures']);
  });

  it('of a form that is not known is not worked out again, and not called verified', async () => {
    const verification = await verify(forged({ ...document(), format: 'toan-trinh-publication-9' }, SECRET));
    expect(verification.checks.at(-1)).toEqual({ check: 'figures', differences: null });
    expect(verification.verified).toBe(false);
  });

  it('that is none is refused: other bytes, an empty archive, nonsense inside', async () => {
    for (const bytes of [Buffer.from('no archive'), Buffer.alloc(0), await zipOf({}, 0)]) {
      expect(failing(await verifyBundle(bytes, null))).toEqual(['archive']);
    }
    for (const nonsense of ['{', 'null', '[]', '{"rankings":{}}', '{"files":null,"rankings":[{}]}']) {
      const verification = await verify({ ...files, 'publication.json': Buffer.from(nonsense) });
      expect([nonsense, verification.verified]).toEqual([nonsense, false]);
    }
  });

  it('holds a signature that other programs verify', async () => {
    const { createPublicKey, verify: check } = await import('node:crypto');
    const key = createPublicKey(files['public-key.pem'] as Buffer);
    const signature = Buffer.from(String(files['publication.sig']), 'base64');
    expect(check(null, files['publication.json'] as Buffer, key, signature)).toBe(true);
  });
});

describe('the canonical form', () => {
  it('orders members by name and writes numbers as ECMAScript does (examples of RFC 8785)', () => {
    expect(canonicalJson({ b: [1, { z: null, a: true }], a: 'é\n' })).toBe(
      '{"a":"é\\n","b":[1,{"a":true,"z":null}]}',
    );
    expect(canonicalJson([1e21, 1e30, 4.5, 2e-3, 1e-27])).toBe('[1e+21,1e+30,4.5,0.002,1e-27]');
    expect(canonicalJson({ '\u20ac': 1, '\r': 2, '1': 3, '\u0080': 4 })).toBe(
      '{"\\r":2,"1":3,"\u0080":4,"€":1}',
    );
    expect(() => canonicalJson({ a: Number.NaN })).toThrow('canonical');
  });
});
