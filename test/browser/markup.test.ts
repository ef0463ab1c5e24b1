/** The pages as documents: well-formed HTML, and every address they lead to answers. */
import { describe, expect, it } from '@jest/globals';
import { HtmlValidate } from 'html-validate';
import { ADDRESSES, headersOf, inLang, LANGS, SITE, type Who } from './site.ts';

const validator = new HtmlValidate({
  root: true,
  extends: ['html-validate:recommended'],
  rules: {
    // Matters of taste, or of templates that leave blank lines behind.
    'no-trailing-whitespace': 'off',
    'long-title': 'off',
    'doctype-style': 'off',
    // `role="region"` with a name makes a scrolling table reachable; a <section> would add an outline entry.
    'prefer-native-element': ['error', { exclude: ['region', 'note'] }],
  },
});

const WALKED = LANGS.flatMap(lang =>
  ADDRESSES.map(({ path, ...address }) => ({ path: inLang(path, lang), ...address })),
);

const asked = (path: string, who?: Who): Promise<Response> => fetch(SITE + path, { headers: headersOf(who) });

describe('the HTML', () => {
  it.each(WALKED)('of $path is valid for $who', async ({ path, who }) => {
    const report = await validator.validateString(await (await asked(path, who)).text());
    const faults = report.results.flatMap(r => r.messages.map(m => `${m.line}: ${m.ruleId}: ${m.message}`));
    expect(faults.slice(0, 20)).toEqual([]);
  });
});

describe('the addresses', () => {
  it('that pages lead to all answer those who see them, and places inside pages exist', async () => {
    const found = new Map<string, { link: string; who: Who | undefined; from: string }>();
    // A refusal in the other language is a refusal.
    const refusals = new Set(WALKED.filter(w => w.status !== 200).map(w => w.path));
    const broken: string[] = [];
    for (const { path, who } of WALKED) {
      const html = await (await asked(path, who)).text();
      for (const [, raw = ''] of html.matchAll(/\s(?:href|src)="([^"]*)"/g)) {
        const href = raw.replaceAll('&amp;', '&').replaceAll('&#x3D;', '=');
        if (href.startsWith('#')) {
          if (!html.includes(` id="${href.slice(1)}"`)) broken.push(`${path}: no place ${href}`);
          continue;
        }
        const { origin, pathname, search } = new URL(href, SITE + path);
        const link = pathname + search;
        if (origin !== SITE) {
          broken.push(`${path}: leads elsewhere, ${href}`);
          continue;
        }
        // Everybody who is signed in has places of their own; there one question per page is enough.
        const place = who ? `${who} ${pathname}` : link;
        if (!found.has(link) && !found.has(place) && !refusals.has(link))
          found.set(place, { link, who, from: path });
      }
    }
    expect(found.size).toBeGreaterThan(300);
    for (const { link, who, from } of found.values()) {
      const response = await asked(link, who);
      await response.arrayBuffer();
      if (response.status !== 200) broken.push(`${from}: ${link} answers ${response.status}`);
    }
    expect(broken).toEqual([]);
  }, 600_000);
});
