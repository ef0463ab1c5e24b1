/** What the log must never hold: passwords, keys, tokens, values of rows; and that it still says what failed. */
import { expect, it } from '@jest/globals';
import { createLog } from '../../src/log.ts';

function logged(write: (log: ReturnType<typeof createLog>) => void): string {
  const lines: string[] = [];
  write(createLog('info', { write: line => void lines.push(line) }));
  return lines.join('');
}

it('holds no value of a member that is named like a secret', () => {
  const secrets = {
    password: 'hush',
    token: 'hush',
    authorization: 'Bearer hush',
    cookie: 'toan_trinh=hush',
  };
  const text = logged(log => {
    log.info({ ...secrets, secret: 'hush', key: 'hush' }, 'one');
    log.info({ req: { headers: secrets }, body: secrets }, 'two');
  });
  expect(text).toContain('"two"');
  expect(text).not.toContain('hush');
});

it('says of an error what failed and where, and repeats no row', () => {
  const error = Object.assign(new Error('duplicate key'), {
    code: '23505',
    detail: 'Key (email)=(lan@x.vn)',
  });
  const text = logged(log => log.error({ err: error }, 'request failed'));
  expect(text).toContain('duplicate key');
  expect(text).toContain('23505');
  expect(text).toContain('log.test.ts');
  expect(text).not.toContain('lan@x.vn');
});
