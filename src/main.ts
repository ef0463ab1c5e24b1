/** The server, put together: settings → database → web; closed in reverse. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Kysely } from 'kysely';
import pino from 'pino';
import { openIdOf } from './accounts/openid.ts';
import { type Config, mailOf } from './config.ts';
import { type DemoAccount, fillWithDemo, openDemoAccounts, wantsDemo } from './demo.ts';
import { openIncoming } from './intake/incoming.ts';
import { createLog } from './log.ts';
import { sender } from './mail/send.ts';
import { prepare } from './prepare.ts';
import { freezeMonths } from './publication/freeze.ts';
import { render } from './render.ts';
import { secretOf } from './secret.ts';
import { connect } from './store/connect.ts';
import { factsFor } from './store/facts.ts';
import { publishedMonths } from './store/months.ts';
import type { Tables } from './store/tables.ts';
import { createApp } from './web/app.ts';

export interface Server {
  address: string;
  /** The accounts of the demo with their passwords, at the start that made them. */
  demo: readonly DemoAccount[];
  close(): Promise<void>;
}

/**
 * Opens the database, brings it up to date, fills an empty embedded one with the sample unless `sample` is
 * false, and serves. Throws `FolderInUse` when another process holds the embedded folder.
 */
export async function serve(
  config: Config,
  options: { sample: boolean; progress: (done: number, text: string) => void },
): Promise<Server> {
  const now = Date.now;
  const log = createLog(config.logLevel, pino.destination(2));
  // A port in use should be said before a minute of loading, not after it.
  await new Promise<void>((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(config.port, config.host, () => probe.close(() => resolve()));
  });
  const connection = await connect(config);
  try {
    const { db, embedded } = connection;
    await prepare(db, now);
    const wanted = embedded && options.sample && (await wantsDemo(db, config.dataDir));
    if (wanted) await fillWithDemo(db, config.dataDir, now, options.progress);
    const demo = wanted ? await openDemoAccounts(db, now) : [];
    await freezeMonths(db, { secret: secretOf(config), now });
    const incoming = await openIncoming(config.dataDir);
    const uploads = { folder: incoming.folder, limit: config.uploadLimit };
    const { baseUrl, publicPages, trustProxy, openId } = config;
    const app = createApp({
      ...{ db, now, baseUrl, publicPages, trustProxy, log, render, uploads },
      secret: secretOf(config),
      send: sender(mailOf(config), now),
      ...(openId ? { openId: openIdOf(openId, baseUrl) } : {}),
    });
    const server = createServer(app);
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(config.port, config.host, resolve);
    });
    // The first visitor should not wait for all months to be read.
    warmUp(db).catch(error => log.warn({ err: error }, 'could not read ahead'));
    const { port } = server.address() as AddressInfo;
    return {
      demo,
      address: config.port === 0 ? `http://${config.host}:${port}` : config.baseUrl,
      close: async () => {
        const closed = new Promise(resolve => server.close(resolve));
        server.closeIdleConnections();
        await closed;
        incoming.close();
        await connection.close();
      },
    };
  } catch (error) {
    await connection.close();
    throw error;
  }
}

async function warmUp(db: Kysely<Tables>): Promise<void> {
  await factsFor(db, await publishedMonths(db), null);
}
