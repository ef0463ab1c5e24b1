/** Sends mails by SMTP; without a server they are put into a folder as `.eml` files, for trying and for tests. */
import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createTransport } from 'nodemailer';

export interface Mail {
  to: string;
  subject: string;
  text: string;
}

/** Resolves when the server has taken the mail; throws when it has not. */
export type Send = (mail: Mail) => Promise<void>;

export interface MailSettings {
  /** `smtp://` or `smtps://`; null for the folder. */
  smtpUrl: string | null;
  from: string;
  outbox: string;
}

/** Whoever does not answer is given up: a page may be waiting. */
const PATIENCE_MS = 20_000;

export function sender({ smtpUrl, from, outbox }: MailSettings, now: () => number): Send {
  const patience = {
    connectionTimeout: PATIENCE_MS,
    greetingTimeout: PATIENCE_MS,
    socketTimeout: PATIENCE_MS,
  };
  const server = smtpUrl === null ? null : createTransport({ url: smtpUrl, ...patience });
  const paper = createTransport({ streamTransport: true, buffer: true, newline: 'windows' });
  return async ({ to, subject, text }) => {
    // As an object, an address is one address whatever stands in it.
    const message = { from, to: { name: '', address: to }, subject, text, date: new Date(now()) };
    if (server) return void (await server.sendMail(message));
    const { message: bytes } = await paper.sendMail(message);
    // Mails hold links that let in: nobody else on the machine may read them.
    await mkdir(outbox, { recursive: true, mode: 0o700 });
    const name = `${new Date(now()).toISOString().replace(/[:.]/g, '-')}-${randomBytes(4).toString('hex')}.eml`;
    await writeFile(join(outbox, name), bytes as Buffer, { mode: 0o600, flag: 'wx' });
  };
}
