/** The rules of the house, held over the sources themselves: imports, names, texts, settings, tables. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { SETTINGS } from '../src/config.ts';
import { COUNTS, KEPT_SUMS } from '../src/kpi/figure.ts';
import { FAULTS } from '../src/web/fault-texts.ts';
import { EN } from '../src/words/en.ts';
import { VI } from '../src/words/vi.ts';
import { freshDatabase, type TestDatabase } from './support/database.ts';

const ROOT = join(import.meta.dirname, '..');

/** Paths below a folder of the project, with `/`, sorted. */
const filesIn = (folder: string, ending: string): string[] =>
  existsSync(join(ROOT, folder))
    ? readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
        .filter(name => name.endsWith(ending))
        .map(name => `${folder}/${name}`)
        .sort()
    : [];
const textOf = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

const SOURCES = [...filesIn('src', '.ts'), ...filesIn('jobs', '.ts')];
const ALL = [...SOURCES, ...filesIn('migrations', '.ts'), ...filesIn('test', '.ts')];
const VIEWS = filesIn('views', '.hbs');

describe('imports', () => {
  /** Steps from the outside in; a part imports its own files and parts of later steps. */
  const STEPS = [
    ['main', 'cli', 'demo', 'log', 'prepare', 'progress', 'secret', 'text'],
    ['jobs', 'web', 'sample'],
    ['intake', 'accounts', 'mail', 'publication', 'recount'],
    ['store', 'charts', 'render'],
    ['words'],
    ['kpi'],
  ];
  /** Exceptions within a step: the outermost files are one program, and pages draw charts. */
  const beside = (from: string, to: string): boolean =>
    STEPS[0]?.includes(from) === true || (from === 'render' && to === 'charts');

  const partOf = (file: string): string => {
    const [top = '', second = ''] = file.split('/');
    return top === 'src' ? second.replace(/\.ts$/, '') : top;
  };
  const stepOf = (part: string): number => STEPS.findIndex(parts => parts.includes(part));
  const importsOf = (file: string): string[] =>
    [...textOf(file).matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)].map(([, to = '']) =>
      relative(ROOT, join(ROOT, dirname(file), to)).replaceAll('\\', '/'),
    );
  const imports = SOURCES.flatMap(file => importsOf(file).map(to => ({ file, to })));

  it('lead to files that exist, named with their ending', () => {
    const lost = imports.filter(({ to }) => !/\.(ts|json)$/.test(to) || !existsSync(join(ROOT, to)));
    expect(lost).toEqual([]);
  });

  it('go only inwards: main, cli → jobs, web → intake, mail → store, charts, render → words → kpi', () => {
    const wrong = imports.filter(({ file, to }) => {
      const [from, into] = [partOf(file), partOf(to)];
      // The settings are read outside and handed in as values.
      if (into === 'config') return stepOf(from) !== 0;
      if (from === 'config') return into !== 'config';
      if (into === 'migrations') return from !== 'store';
      if (into === 'data') return from !== 'sample';
      if (stepOf(from) < 0 || stepOf(into) < 0) return true;
      if (from === into) return false;
      return stepOf(into) < stepOf(from) || (stepOf(into) === stepOf(from) && !beside(from, into));
    });
    expect(wrong).toEqual([]);
  });

  it('keep mail away from the store', () => {
    const wrong = imports.filter(({ file, to }) => partOf(file) === 'mail' && partOf(to) === 'store');
    expect(wrong).toEqual([]);
  });

  it('of migrations lead to nothing of the sources, which go on changing', () => {
    expect(filesIn('migrations', '.ts').flatMap(importsOf)).toEqual([]);
  });

  it('of the core are its own files alone, without packages', () => {
    const packages = SOURCES.filter(file => partOf(file) === 'kpi').flatMap(file =>
      [...textOf(file).matchAll(/from '([^.][^']*)'/g)].map(([, name]) => `${file}: ${name}`),
    );
    // Time zones are the one thing that is not worth writing oneself.
    expect(packages.filter(name => !name.endsWith(': luxon'))).toEqual([]);
  });
});

describe('files', () => {
  it('are named for what they hold', () => {
    const banned = /^(util|helper|common|manager|controller|repository|base|service)s?$/;
    const wrong = [...ALL, ...VIEWS].filter(file => {
      const words = basename(file)
        .replace(/\.(test\.)?\w+$/, '')
        .replace(/public-services?/, '')
        .split(/[-_.]/);
      return words.some(word => banned.test(word));
    });
    expect(wrong).toEqual([]);
    expect(ALL.filter(file => basename(file) === 'index.ts')).toEqual([]);
  });

  it('open with a sentence that says what they hold', () => {
    const silent = ALL.filter(file => {
      const text = textOf(file).replace(/^#!.*\n/, '');
      const [, comment = ''] = /^\/\*\*([\s\S]*?)\*\//.exec(text) ?? [];
      return !/^\s*\S[\s\S]{15,}[.:]\s*$/.test(comment.replace(/^\s*\*/gm, ''));
    });
    expect(silent).toEqual([]);
  });

  it('are short, unless they are tables', () => {
    /** Files that may be long, and why. */
    const TABLES: Record<string, string> = {
      'src/cli.ts': 'every command with its options, a few lines each',
      'src/web/app.ts': 'every address with who answers it',
      'src/words/vi.ts': 'every text of the interface',
      'src/words/en.ts': 'the same in English',
      'src/words/problems.ts': 'the text of every problem and its remedy in two languages',
      'src/store/tables.ts': 'every table with its columns',
      'src/kpi/indicators.ts': 'every version of every indicator, declared as data',
      'src/web/documents.ts': 'the shape of every document that pages and programs get',
      'src/web/fault-texts.ts': 'the text of every refusal in two languages',
    };
    const LONGEST = 260;
    const lines = (file: string) => textOf(file).split('\n').length - 1;
    expect(
      SOURCES.filter(file => !TABLES[file] && lines(file) > LONGEST).map(f => `${f}: ${lines(f)}`),
    ).toEqual([]);
    expect(Object.keys(TABLES).filter(file => !SOURCES.includes(file))).toEqual([]);
  });

  it('leave no loose ends', () => {
    // Put together from pieces, so that this file does not find itself.
    const loose = new RegExp(['TO' + 'DO', 'FIX' + 'ME', 'biome' + '-ignore', '@ts' + '-'].join('|'));
    expect([...ALL, ...VIEWS].filter(file => loose.test(textOf(file)))).toEqual([]);
  });

  it('take the time and the settings from outside', () => {
    const clocks = SOURCES.filter(file => /Date\.now|new Date\(\)/.test(textOf(file)));
    expect(clocks.filter(f => !/^(src\/(main|cli)\.ts|jobs\/.*)$/.test(f))).toEqual([]);
    expect(SOURCES.filter(file => /process\.env/.test(textOf(file)))).toEqual(['src/config.ts']);
    expect(SOURCES.filter(file => /Math\.random/.test(textOf(file)))).toEqual([]);
  });
});

describe('texts', () => {
  const places = (text: string): string[] => [...new Set(text.match(/\{\w+\}/g))].sort();
  /** Everything that names texts, but for the dictionaries themselves. */
  const speakers = [...SOURCES.filter(f => !/words\/(vi|en)\.ts$/.test(f)), ...VIEWS].map(textOf).join('\n');

  it('are the same in both languages, with the same places to fill', () => {
    expect(Object.keys(EN).sort()).toEqual(Object.keys(VI).sort());
    const unlike = Object.entries(VI).filter(
      ([key, text]) => places(text).join() !== places((EN as Record<string, string>)[key] ?? '').join(),
    );
    expect(unlike).toEqual([]);
  });

  it('of refusals fill the same places in both languages', () => {
    const unlike = Object.entries(FAULTS).filter(
      ([, { vi, en }]) =>
        places(vi.title).join() !== places(en.title).join() ||
        places(vi.detail).join() !== places(en.detail).join(),
    );
    expect(unlike).toEqual([]);
  });

  it('that views ask for exist', () => {
    const asked = VIEWS.flatMap(file =>
      [...textOf(file).matchAll(/[{(]t '([^']*)'/g)].map(([, key = '']) => ({ file, key })),
    );
    expect(asked.length).toBeGreaterThan(100);
    expect(asked.filter(({ key }) => !Object.hasOwn(VI, key))).toEqual([]);
  });

  it('are all used', () => {
    const groups = new Set(
      [/word '([a-z_]+)'/g, /wordFor\(\s*[\w()]+,\s*'([a-z_]+)'/g, /`([a-z_]+)\.\$\{/g].flatMap(pattern =>
        [...speakers.matchAll(pattern)].map(([, group = '']) => group),
      ),
    );
    const said = (text: string): boolean => speakers.includes(`'${text}'`);
    // A key may be put together from one that stands as it is and an ending that does too (`…_all`).
    const isUsed = (key: string): boolean => {
      const [, stem = '', ending = ''] = /^(.*)(_[a-z]+)$/.exec(key) ?? [];
      return said(key) || groups.has(key.split('.')[0] ?? '') || (said(stem) && said(ending));
    };
    const unused = Object.keys(VI).filter(key => !isUsed(key));
    expect(unused).toEqual([]);
  });

  it('break where a row says so, not by chance', () => {
    const untidy = Object.entries({ ...VI, ...EN }).filter(
      ([, text]) => text !== text.trim() || / {2}/.test(text),
    );
    expect(untidy).toEqual([]);
  });
});

describe('what the README and package.json say', () => {
  it('names every setting, and no other', () => {
    const rows = textOf('README.md').matchAll(/^\| `([A-Z][A-Z_]+)` \|/gm);
    expect([...rows].map(([, name]) => name).sort()).toEqual([...SETTINGS].sort());
  });

  it('leads to scripts and files that exist', () => {
    const { scripts, bin } = JSON.parse(textOf('package.json'));
    const files = [...Object.values<string>(scripts), ...Object.values<string>(bin)]
      .join(' ')
      .match(/\b(src|test|jobs)\/[\w./-]+/g);
    expect(files?.filter(file => !existsSync(join(ROOT, file)))).toEqual([]);
    const named = [...textOf('README.md').matchAll(/npm run ([\w:]+)/g)].map(([, name = '']) => name);
    expect(named.filter(name => !Object.hasOwn(scripts, name))).toEqual([]);
    const linked = [...textOf('README.md').matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, to = '']) => to);
    expect(linked.filter(to => !existsSync(join(ROOT, to)))).toEqual([]);
  });
});

describe('the tables', () => {
  let test: TestDatabase;
  beforeAll(async () => {
    test = await freshDatabase();
  });
  afterAll(() => test.close());

  const columnsOf = async (table: string): Promise<string[]> => {
    const { rows } = await sql<{ name: string }>`select column_name as name from information_schema.columns
      where table_schema = current_schema() and table_name = ${table}`.execute(test.db);
    return rows.map(r => r.name);
  };

  it.each(['figures', 'figures_history'])('%s holds every count', async table => {
    const keys = [
      'period',
      'agency_id',
      'unit_id',
      'service_id',
      'posting_id',
      'source_row',
      'superseded_by',
    ];
    const counts = (await columnsOf(table)).filter(column => !keys.includes(column));
    expect(counts.sort()).toEqual([...COUNTS].sort());
  });

  it('ledger holds every kept sum', async () => {
    const keys = ['period', 'agency_id', 'service_id', 'posting_id'];
    const sums = (await columnsOf('ledger')).filter(column => !keys.includes(column));
    expect(sums.sort()).toEqual(KEPT_SUMS.map(s => s.name).sort());
  });
});
