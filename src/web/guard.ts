/** Who may send what: same-origin requests only, and uploads only from the machine itself. */
import type { Request } from 'express';

/** Names under which a machine calls itself. */
const OWN_NAME = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** What proxies add to a request that they pass on. */
const PROXY_HEADERS = [
  'forwarded',
  'via',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-real-ip',
];

/** Methods that change nothing. */
const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Whether uploading is open: the server is bound to a loopback address, and the browser was sent here under
 * a loopback name, and nobody passed it on: a foreign page can let its own name point at 127.0.0.1, and a
 * proxy before the server brings strangers in under this machine's name.
 */
export function mayUpload(loopback: boolean, req: Request): boolean {
  const host = (req.headers.host ?? '').toLowerCase();
  const passedOn = PROXY_HEADERS.some(name => req.headers[name] !== undefined);
  return loopback && !passedOn && OWN_NAME.test(host.replace(/:\d*$/, ''));
}

/**
 * Whether a request that changes something comes from a page of this very server, or from no page at all
 * (a program sends neither header; browsers send them and pages cannot forge them).
 */
export function isSameOrigin(req: Request): boolean {
  if (SAFE_METHODS.has(req.method)) return true;
  const site = req.headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin' || site === 'none';
  const { origin, host } = req.headers;
  if (origin === undefined) return true;
  try {
    return new URL(origin).host === host?.toLowerCase();
  } catch {
    return false;
  }
}
