/** How far a command is, on standard error: one line that is written over on a terminal, every tenth elsewhere. */

/** Told what share (0 to 1) is done of what. */
export type Report = (done: number, text: string) => void;

/** Reports of one piece of work; `what` names it where lines follow each other. */
export function progressOn(stream: NodeJS.WriteStream, what: string): Report {
  let told = -1;
  return (done, text) => {
    const percent = Math.floor(done * 100);
    if (stream.isTTY) {
      const bar = '█'.repeat(Math.round(done * 30)).padEnd(30, '░');
      const end = done === 1 ? '\n' : '';
      stream.write(`\r${bar} ${String(percent).padStart(3)} % ${text.padEnd(40).slice(0, 40)}${end}`);
    } else if (Math.floor(percent / 10) > told) {
      told = Math.floor(percent / 10);
      stream.write(`${what}: ${percent} %\n`);
    }
  };
}
