/** The pages as documents: well-formed HTML, and every address they lead to answers. */
import { describe, expect, it } from '@jest/globals';
import { HtmlValidate } from 'html-validate';
import { ADDRESSES, inLang, LANGS, SITE } from './site.ts';

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
  ADDRESSES.map(({ path, status }) => ({ path: inLang(path, lang), status })),
);

describe('the HTML', () => {
  it.each(WALKED)('of $path is valid', async ({ path }) => {
    const report = await validator.validateString(await (await fetch(SITE + path)).text());
    const faults = report.results.flatMap(r => r.messages.map(m => `${m.line}: ${m.ruleId}: ${m.message}`));
    expect(faults.slice(0, 20)).toEqual([]);
  });
});

describe('the addresses', () => {
  it('that pages lead to all answer, and places inside pages exist', async () => {
    const found = new Map<string, string>();
    // A refusal in the other language is a refusal.
    const refusals = new Set(WALKED.filter(w => w.status !== 200).map(w => w.path));
    const broken: string[] = [];
    for (const { path } of WALKED) {
      const html = await (await fetch(SITE + path)).text();
      for (const [, raw = ''] of html.matchAll(/\s(?:href|src)="([^"]*)"/g)) {
        const link = raw.replaceAll('&amp;', '&').replaceAll('&#x3D;', '=');
        if (link.startsWith('#')) {
          if (!html.includes(` id="${link.slice(1)}"`)) broken.push(`${path}: no place ${link}`);
          continue;
        }
        const { origin, pathname, search } = new URL(link, SITE + path);
        if (origin !== SITE) broken.push(`${path}: leads elsewhere, ${link}`);
        else if (!found.has(pathname + search) && !refusals.has(pathname + search))
          found.set(pathname + search, path);
      }
    }
    expect(found.size).toBeGreaterThan(200);
    for (const [link, from] of found) {
      const response = await fetch(SITE + link);
      await response.arrayBuffer();
      if (response.status !== 200) broken.push(`${from}: ${link} answers ${response.status}`);
    }
    expect(broken).toEqual([]);
  }, 600_000);
});
