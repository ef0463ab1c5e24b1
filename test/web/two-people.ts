/** A file handed in by one person and approved by another, answered as programs are. */
import type { Person, PersonAnswer, SignIn } from './people.ts';

const MACHINE = { Accept: 'application/json' };

/** Approves what waits, as its receipt shows it. */
export function approved(by: Person, receipt: Record<string, unknown>): Promise<PersonAnswer> {
  const body = new URLSearchParams({ shown: String(receipt.confirmation) });
  return by.send(`/submissions/${receipt.id}/approve`, { method: 'POST', headers: MACHINE, body });
}

/** Sends a file; when nothing blocks it, it is approved too, and the receipt of that is the answer. */
export type HandIn = (path: string, init: RequestInit) => Promise<PersonAnswer>;

export async function twoAdmins(person: SignIn): Promise<HandIn> {
  const [sender, second] = [await person('admin'), await person('admin')];
  return async (path, init) => {
    const sent = await sender.send(path, { ...init, headers: { ...MACHINE, ...init.headers } });
    if (sent.json.status !== 'accepted' || sent.json.id === null) return sent;
    const { status, ...answer } = await approved(second, sent.json);
    return { ...answer, status: status === 200 ? sent.status : status };
  };
}
