/** After the browser tests: ends the server that `open-site.ts` started and removes its folder. */
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import type { Opened } from './open-site.ts';

export default async function closeSite(): Promise<void> {
  const { opened } = globalThis as { opened?: Opened };
  if (!opened) return;
  const { server, folder } = opened;
  if (server.exitCode === null) {
    const ended = once(server, 'exit');
    server.kill('SIGTERM');
    await ended;
  }
  rmSync(folder, { recursive: true, force: true });
}
