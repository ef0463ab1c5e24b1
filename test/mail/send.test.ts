/** Mails, received by a real server and read as a mail program reads them. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import PostalMime from 'postal-mime';
import { SMTPServer } from 'smtp-server';
import { linkMail } from '../../src/mail/account-mails.ts';
import { sender } from '../../src/mail/send.ts';

const NOW = Date.parse('2025-08-20T12:00:00+07:00');
const FROM = 'Toàn Trình <toan-trinh@vpcp.example>';
const LINK = `http://127.0.0.1:3000/invitation/${'x'.repeat(43)}`;
const MAIL = linkMail('invitation', {
  to: 'lan@hanoi.example',
  link: LINK,
  hours: 96,
  site: 'toantrinh.example',
});

describe('by SMTP', () => {
  const received: { to: string[]; bytes: Buffer }[] = [];
  let server: SMTPServer;
  let smtpUrl: string;
  beforeAll(async () => {
    server = new SMTPServer({
      disabledCommands: ['STARTTLS', 'AUTH'],
      onRcptTo: ({ address }, _, done) =>
        address.endsWith('@nowhere.example') ? done(new Error('no such mailbox')) : done(),
      onData: (stream, session, done) => {
        const parts: Buffer[] = [];
        stream.on('data', part => parts.push(part));
        stream.on('end', () => {
          received.push({ to: session.envelope.rcptTo.map(r => r.address), bytes: Buffer.concat(parts) });
          done();
        });
      },
    });
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    smtpUrl = `smtp://127.0.0.1:${(server.server.address() as AddressInfo).port}`;
  });
  afterAll(() => new Promise<void>(resolve => server.close(resolve)));

  it('a mail comes as it was written, in Vietnamese and English, with its link whole', async () => {
    await sender({ smtpUrl, from: FROM, outbox: '' }, () => NOW)(MAIL);
    const [{ to, bytes } = { to: [], bytes: Buffer.alloc(0) }] = received;
    expect(to).toEqual(['lan@hanoi.example']);
    const mail = await PostalMime.parse(bytes);
    expect(mail.from).toMatchObject({ name: 'Toàn Trình', address: 'toan-trinh@vpcp.example' });
    expect(mail.subject).toBe('Mời sử dụng Toàn Trình / Invitation to Toàn Trình');
    expect(Date.parse(mail.date ?? '')).toBe(NOW);
    expect(mail.text).toContain('Bạn được mời sử dụng Toàn Trình tại toantrinh.example.');
    expect(mail.text).toContain('within 96 hours');
    expect(mail.text?.split(LINK)).toHaveLength(3);
    expect(mail.html).toBeUndefined();
  });

  it('an address is one address, whatever stands in it', async () => {
    received.length = 0;
    const sent = sender({ smtpUrl, from: FROM, outbox: '' }, () => NOW);
    await sent({ ...MAIL, to: 'a@b.example, c@d.example' }).catch(() => {});
    await sent({ ...MAIL, to: 'a@b.example\r\nBcc: c@d.example' }).catch(() => {});
    expect(received.flatMap(r => r.to)).not.toContain('c@d.example');
    for (const { bytes } of received) expect(String(bytes)).not.toMatch(/^Bcc:/im);
  });

  it('a mail that the server does not take is an error', async () => {
    const sent = sender({ smtpUrl, from: FROM, outbox: '' }, () => NOW);
    await expect(sent({ ...MAIL, to: 'ai@nowhere.example' })).rejects.toThrow();
  });
});

it('without a server a mail is a file that its owner alone can read', async () => {
  const outbox = join(mkdtempSync(join(tmpdir(), 'toan-trinh-mail-')), 'outbox');
  const sent = sender({ smtpUrl: null, from: FROM, outbox }, () => NOW);
  await sent(MAIL);
  await sent(MAIL);
  const files = readdirSync(outbox);
  expect(files).toHaveLength(2);
  const [file = ''] = files;
  expect(file).toMatch(/^2025-08-20T05-00-00-000Z-[0-9a-f]{8}\.eml$/);
  expect(statSync(join(outbox, file)).mode & 0o077).toBe(0);
  expect((await PostalMime.parse(readFileSync(join(outbox, file)))).text).toContain(LINK);
  rmSync(outbox, { recursive: true });
});
