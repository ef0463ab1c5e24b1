/** Turns at something of which only a few may run at the same time. */

/** Waits for a turn; gives back what ends it. Throws the signal's reason when that is raised first. */
export type Turn = (signal?: AbortSignal) => Promise<() => void>;

/** Lets `atOnce` run; further ones wait in the order in which they came. */
export function turns(atOnce: number): Turn {
  let running = 0;
  const waiting: (() => void)[] = [];
  const end = (): void => {
    const next = waiting.shift();
    if (next) next();
    else running -= 1;
  };
  return async signal => {
    signal?.throwIfAborted();
    if (running < atOnce) {
      running += 1;
      return end;
    }
    await new Promise<void>((go, leave) => {
      const left = (): void => {
        waiting.splice(waiting.indexOf(mine), 1);
        leave(signal?.reason);
      };
      const mine = (): void => {
        signal?.removeEventListener('abort', left);
        go();
      };
      waiting.push(mine);
      signal?.addEventListener('abort', left, { once: true });
    });
    return end;
  };
}
