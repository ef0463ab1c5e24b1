/** A browser as the server sees it: it holds cookies, and nothing else. */

export interface Page {
  status: number;
  headers: Headers;
  text: string;
  /** Where a redirect leads. */
  to: string | null;
}

export interface Browser {
  /** Cookies by name, as a jar holds them. */
  jar: Map<string, string>;
  get(path: string, headers?: Record<string, string>): Promise<Page>;
  post(path: string, form?: Record<string, string>, headers?: Record<string, string>): Promise<Page>;
}

export function browserAt(origin: string): Browser {
  const jar = new Map<string, string>();
  const ask = async (path: string, init: RequestInit, more: Record<string, string>): Promise<Page> => {
    const headers = { Accept: 'text/html', ...more };
    const cookie = [...jar].map(pair => pair.join('=')).join('; ');
    const held: Record<string, string> = cookie ? { Cookie: cookie } : {};
    const response = await fetch(origin + path, {
      redirect: 'manual',
      ...init,
      headers: { ...held, ...headers },
    });
    for (const set of response.headers.getSetCookie()) {
      const [pair = ''] = set.split(';');
      const [name = '', value = ''] = pair.split(/=(.*)/s);
      if (value) jar.set(name, value);
      else jar.delete(name);
    }
    const { status, headers: got } = response;
    return { status, headers: got, text: await response.text(), to: got.get('location') };
  };
  return {
    jar,
    get: (path, headers = {}) => ask(path, {}, headers),
    post: (path, form = {}, headers = {}) =>
      ask(path, { method: 'POST', body: new URLSearchParams(form) }, headers),
  };
}
