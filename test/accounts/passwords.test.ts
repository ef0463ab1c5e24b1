/** The parts that signing in is made of, each by itself: passwords, codes, seals, networks. */
import { describe, expect, it } from '@jest/globals';
import { checkPassword, PASSWORDS } from '../../src/accounts/password.ts';
import { recoveryHash } from '../../src/accounts/recovery.ts';
import { seal, unseal } from '../../src/accounts/seal.ts';
import { networkOf } from '../../src/accounts/throttle.ts';
import { qrOf, spelled, stepOf } from '../../src/accounts/totp.ts';
import { safePath } from '../../src/web/only-signed-in.ts';

describe('a password', () => {
  const EMAIL = 'nguyen.lan@hanoi.example';

  it.each([
    ['mười hai con giáp', null],
    ['correct battery horse', null],
    ['Tr@ngT1nhMoiNgay', null],
    ['ngắn ngủi 1', 'short'],
    ['a'.repeat(201), 'long'],
    ['aaaaaaaaaaaa', 'common'],
    ['121212121212', 'common'],
    ['19800101190203', 'common'],
    ['0912345678901', 'common'],
    ['qwertyuiopasdf', 'common'],
    ['Password2024!', 'common'],
    ['2024Password2024', 'common'],
    ['passwordpassword', 'common'],
    ['Mật khẩu 2025', 'common'],
    ['anh yêu em 123456', 'common'],
    ['Việt Nam vô địch', 'common'],
    ['chuyển-đổi-số-2025', 'common'],
    ['matkhaumatkhau', 'common'],
    ['nguyen.lan2025', 'own_name'],
    ['Nguyễn Lan 2025', 'own_name'],
    ['Nguyễn Lan thích bún chả', null],
  ])('%j: %s', (password, expected) => {
    expect(checkPassword(password, EMAIL)).toBe(expected);
  });

  it('is kept as Argon2id with 19 MiB and two passes', async () => {
    const hash = await PASSWORDS.hash('bốn con ngựa ô');
    expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(await PASSWORDS.matches(hash, 'bốn con ngựa ô')).toBe(true);
    expect(await PASSWORDS.matches(hash, 'bốn con ngựa o')).toBe(false);
  });

  it('of nobody is no password at all', async () => {
    for (const tried of ['', 'x', 'bốn con ngựa ô']) expect(await PASSWORDS.matches(null, tried)).toBe(false);
  });
});

describe('a code by the clock', () => {
  // RFC 6238, appendix B: the secret `12345678901234567890`; of its eight digits apps show the last six.
  const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';

  it.each([
    [59, '287082', 1],
    [1_111_111_109, '081804', 37_037_036],
    [1_234_567_890, '005924', 41_152_263],
    [2_000_000_000, '279037', 66_666_666],
  ])('at second %i is %s', (second, code, step) => {
    expect(stepOf(SECRET, code, null, second * 1000)).toBe(step);
  });

  it('is good half a minute before and after its own, and no longer', () => {
    const at = (second: number) => stepOf(SECRET, '005924', null, second * 1000);
    // Its step is from second 1,234,567,890 to 1,234,567,919.
    expect([59, 60, 90, 119, 120, 149, 150].map(s => at(1_234_567_800 + s))).toEqual([
      null,
      ...Array(5).fill(41_152_263),
      null,
    ]);
  });

  it('is good for no step that was taken before', () => {
    const codeAfter = (last: number) => stepOf(SECRET, '005924', last, 1_234_567_890_000);
    expect([codeAfter(41_152_262), codeAfter(41_152_263), codeAfter(41_152_264)]).toEqual([
      41_152_263,
      null,
      null,
    ]);
  });

  it.each(['', '5924', '0059240', 'abcdef', '00592４', '-05924'])('is not %j', code => {
    expect(stepOf(SECRET, code, null, 1_234_567_890_000)).toBeNull();
  });

  it('comes from a secret drawn as a square and spelled in groups', async () => {
    expect(spelled(SECRET)).toBe('GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ');
    const svg = await qrOf(SECRET, '"><script>alert(1)</script>@x.example');
    expect(svg).toMatch(/^<svg [^<>]*>(<path [^<>]*\/>)+<\/svg>\s*$/);
    // Nothing that the content security policy would refuse.
    expect(svg).not.toMatch(/style=|<script|href/);
  });
});

it('a recovery code is the same however it is written down', () => {
  const written = ['0a1b-cdef-ghjk-1112', '0A1B CDEF GHJK 1112', 'oalbcdefghjkiIlL2'.replace('iIlL', 'iIl')];
  expect(new Set(written.map(recoveryHash)).size).toBe(1);
});

describe('a seal', () => {
  const SECRET = 'the secret of an installation for tests';
  const sealed = seal(SECRET, 'second factor', '7', 'điều giấu kín');

  it('opens with the same secret, for the same purpose and for whom it was made', () => {
    expect(unseal(SECRET, 'second factor', '7', sealed)).toBe('điều giấu kín');
    expect(unseal(`${SECRET}!`, 'second factor', '7', sealed)).toBeNull();
    expect(unseal(SECRET, 'OpenID Connect', '7', sealed)).toBeNull();
    expect(unseal(SECRET, 'second factor', '8', sealed)).toBeNull();
  });

  it('does not open once any byte was changed, or with a shorter tag', () => {
    const bytes = Buffer.from(sealed, 'base64url');
    for (let i = 0; i < bytes.length; i++) {
      const bent = Buffer.from(bytes);
      bent[i] = (bent[i] ?? 0) ^ 1;
      expect(unseal(SECRET, 'second factor', '7', bent.toString('base64url'))).toBeNull();
    }
    for (const text of ['', 'x', bytes.subarray(0, 20).toString('base64url')])
      expect(unseal(SECRET, 'second factor', '7', text)).toBeNull();
  });

  it('is another one each time', () => {
    expect(seal(SECRET, 'second factor', '7', 'điều giấu kín')).not.toBe(sealed);
  });
});

it.each([
  ['203.0.113.7', '203.0.113.7'],
  ['::ffff:203.0.113.7', '203.0.113.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
  ['2001:0DB8:0001:0002::1', '2001:db8:1:2'],
  ['2001:db8::1', '2001:db8:0:0'],
  ['fe80::1%eth0', 'fe80:0:0:0'],
  ['::1', '0:0:0:0'],
  [undefined, ''],
])('%s counts as the network %s', (address, network) => {
  expect(networkOf(address)).toBe(network);
});

it.each([
  ['/agencies/ha-noi?period=2025-06&lang=en', '/agencies/ha-noi?period=2025-06&lang=en'],
  ['/', '/'],
  ['/a/../b', '/b'],
  ['/agencies?q=Đà', '/agencies?q=%C4%90%C3%A0'],
])('%s is a way back', (given, way) => {
  expect(safePath(given, '/instead')).toBe(way);
});
