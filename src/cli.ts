#!/usr/bin/env node
/** The commands. One JSON document or a text goes to stdout, progress and logs to stderr; exit 0, 1 or 2. */
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { issueKey, KEY_DAYS, revokeKey } from './accounts/keys.ts';
import { LASTS_H } from './accounts/links.ts';
import { type BadAccount, checkAccount, disable, type Invited, invite, restart } from './accounts/manage.ts';
import { BadSetting, mailOf, readConfig } from './config.ts';
import { accept } from './intake/accept.ts';
import { agencyMeant } from './intake/given.ts';
import { KINDS, type Kind } from './intake/headings.ts';
import { guessKind } from './intake/read.ts';
import type { Receipt } from './intake/receipt.ts';
import type { Progress } from './intake/watch.ts';
import { OFFICE_KINDS, OPERATOR, ROLES } from './kpi/access.ts';
import { INDICATOR_IDS } from './kpi/indicators.ts';
import { firstDay, hanoiDay, isDay, isMonth, parseInstant, startOfDay } from './kpi/month.ts';
import { linkMail } from './mail/account-mails.ts';
import { sender } from './mail/send.ts';
import { serve } from './main.ts';
import { prepare } from './prepare.ts';
import { progressOn } from './progress.ts';
import { publish } from './publication/freeze.ts';
import { verifyBundle } from './publication/verify.ts';
import type { Difference } from './recount/compare.ts';
import { recount } from './recount/recount.ts';
import { toCsv } from './render/csv.ts';
import { writeSample } from './sample/write.ts';
import { secretOf } from './secret.ts';
import { type Account, accountByEmail } from './store/accounts.ts';
import { verifyChain } from './store/audit-chain.ts';
import { type Connection, connect } from './store/connect.ts';
import { seeingAllDrafts } from './store/handles.ts';
import { FolderInUse } from './store/lock.ts';
import { reportedMonths } from './store/months.ts';
import { publicationsAt } from './store/publications.ts';
import { catalogueAt } from './store/reference.ts';
import {
  chainText,
  demoText,
  differenceText,
  rankingText,
  receiptText,
  scorecardText,
  verificationText,
} from './text.ts';
import type { DataPage } from './web/answer.ts';
import { isFault, problemOf } from './web/fault.ts';
import { agencyPage } from './web/pages/agency.ts';
import { rankingsPage } from './web/pages/rankings.ts';
import { readFor } from './web/reading.ts';

/** The data or the state does not allow it: exit 1. */
class Refused extends Error {}
/** A parameter means nothing: exit 2. */
class WrongUsage extends Error {}
/** What the system says when an address is taken or a database is out of reach; no fault of the program. */
const SYSTEM_ERRORS = [
  'EADDRINUSE',
  'EADDRNOTAVAIL',
  'EACCES',
  'ECONNREFUSED',
  'ENOTFOUND',
  'ENOENT',
  'ENOTDIR',
  'ENOSPC',
  'EPERM',
  'EROFS',
];

const now = Date.now;
const out = (text: string): void => void process.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
const say = (text: string): void => void process.stderr.write(`${text}\n`);
const json = (document: unknown): void => out(JSON.stringify(document, null, 2));

/** Runs a command on the database; an embedded one is brought up to date first. */
async function withDatabase<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
  const connection = await connect(readConfig());
  try {
    if (connection.embedded) await prepare(connection.db, now);
    return await work({ ...connection, db: seeingAllDrafts(connection.db) });
  } finally {
    await connection.close();
  }
}

const program = new Command('toan-trinh')
  .description("Monitor of Vietnam's public-service digitisation / Giám sát số hóa dịch vụ công")
  .exitOverride()
  .configureOutput({ writeOut: out, writeErr: text => void process.stderr.write(text) });

const asJson = () => new Option('--json', 'print one JSON document and nothing else');
const month = (text: string): string => {
  if (!isMonth(text)) throw new InvalidArgumentError('a month is written YYYY-MM');
  return text;
};

program
  .command('serve')
  .description('run the server (npm start)')
  .option('--no-sample', 'leave an empty embedded database empty')
  .action(async ({ sample }: { sample: boolean }) => {
    const config = readConfig();
    const progress = progressOn(process.stderr, 'Nạp số liệu mẫu (bịa) / loading the invented sample');
    const server = await serve(config, { sample, progress });
    out(`Toàn Trình: ${server.address}`);
    if (server.demo.length) out(demoText(server.demo));
    out(
      config.databaseUrl
        ? 'Cơ sở dữ liệu / database: PostgreSQL'
        : `Cơ sở dữ liệu nhúng / embedded database: ${config.dataDir} (để dùng thử hoặc một đơn vị nhỏ; khi vận hành hãy dùng PostgreSQL / ` +
            'for trying and one small office; run on PostgreSQL, see README)',
    );
    const stop = async () => {
      await server.close();
      process.exit(0);
    };
    process.once('SIGINT', stop).once('SIGTERM', stop);
    if (config.underNpm) stopWithParent(stop);
  });

program
  .command('migrate')
  .description('bring the database up to date')
  .addOption(asJson())
  .action(async options => {
    const connection = await connect(readConfig());
    try {
      const { applied } = await prepare(connection.db, now);
      if (options.json) json({ applied });
      else out(applied.length ? applied.map(name => `applied ${name}`).join('\n') : 'up to date');
    } finally {
      await connection.close();
    }
  });

program
  .command('import')
  .description('take files as an upload would; approved in the name of the operator')
  .argument('<file...>')
  .addOption(new Option('--kind <kind>', 'kind of file; told from its headings when absent').choices(KINDS))
  .option('--agency <agency>', 'for files that leave the agency out: code, name or identifier')
  .option('--period <period>', 'for files that leave the month out')
  .option('--reason <text>', 'why a published month is corrected; published too')
  .option('--received <instant>', 'receipt day: RFC 3339 instant, or a day', instant)
  .option('--dry-run', 'everything but the storing')
  .addOption(new Option('--lang <lang>', 'language of messages').choices(['vi', 'en']).default('vi'))
  .addOption(asJson())
  .action(async (files: string[], options) => {
    for (const file of files) {
      const found = await stat(file).catch((error: Error) => {
        throw new Refused(error.message);
      });
      if (!found.isFile()) throw new Refused(`${file} is not a file`);
    }
    const cancel = new AbortController();
    process.once('SIGINT', () => cancel.abort());
    const receipts: Receipt[] = [];
    let cancelled: string | null = null;
    await withDatabase(async ({ db }) => {
      for (const file of files) {
        const source = { path: file };
        const kind: Kind = options.kind ?? (await guessKind(source));
        const sent = {
          bytes: source,
          kind,
          fileName: basename(file),
          contentType: null,
          sender: 'operator',
          lang: options.lang,
        };
        const given = {
          period: options.period ?? null,
          agency: options.agency ?? null,
          reason: options.reason ?? null,
        };
        const when = options.received === undefined ? {} : { receivedAt: options.received };
        const dry = { dryRun: options.dryRun === true };
        const upload = { ...sent, ...given, ...when, ...dry, door: 'command' as const };
        const watch = { signal: cancel.signal, progress: fileProgress(basename(file)) };
        const receipt = await accept(db, upload, now, watch).catch((error: unknown) => {
          if (!cancel.signal.aborted) throw error;
          cancelled = file;
        });
        if (!receipt) break;
        if (!options.json) out(receiptText(receipt, options.lang));
        receipts.push(receipt);
      }
    });
    if (options.json && receipts.length) json(receipts.length === 1 ? receipts[0] : receipts);
    if (cancelled)
      throw new Refused(`\n${cancelled}: đã hủy, không có gì được lưu / cancelled, nothing was stored`);
    if (receipts.some(r => r.status === 'refused')) process.exitCode = 1;
  });

/** Reports of a file that takes longer than a few seconds; its bytes pass three times, but for the reading quickly. */
function fileProgress(name: string): (progress: Progress) => void {
  const report = progressOn(process.stderr, name);
  const since = now();
  let last = 0;
  return ({ phase, bytes, total, rows }) => {
    if (now() - since < QUIET_MS) return;
    const share =
      phase === 'reading'
        ? (bytes / total) * 0.8
        : phase === 'opening'
          ? 0
          : phase === 'comparing'
            ? 0.8
            : 0.9;
    last = Math.max(last, share);
    report(last, `${phase}, ${rows} rows`);
  };
}
const QUIET_MS = 3000;

const questions = (command: Command): Command =>
  command
    .option('--period <period>', '2022-07, 2023-Q2, 2023-H1, 2023-YTD-05; default the latest')
    .option('--catalogue <code>', 'essential-25, essential-53, qd06-2022 …')
    .option('--view <view>', 'own or sector')
    .option('--boundaries <day>', 'agencies as they stood on this day')
    .option('--as-of <instant>', 'what was known at this instant')
    .option('--vertical <in|out>', 'with or without the services of vertical branches')
    .option('--lang <lang>', 'vi or en')
    .addOption(asJson())
    .option('--csv', 'print CSV');

/** Answers with the object of a page; the operator sees unpublished months too. */
async function answer<D extends object>(
  page: DataPage<D>,
  code: string,
  options: Record<string, string | boolean>,
  text: (document: D, lang: 'vi' | 'en') => string,
): Promise<void> {
  const { json: printJson, csv, asOf, ...rest } = options;
  const parameters = asOf === undefined ? rest : { ...rest, as_of: asOf };
  const document = await withDatabase(async ({ db }) => {
    const read = await readFor(db, parameters, now(), { visitor: OPERATOR, subject: null }, (trx, asked) =>
      page.read(trx, asked, code),
    );
    return isFault(read) ? read : read.doc;
  });
  const lang = options.lang === 'en' ? 'en' : 'vi';
  if (isFault(document)) {
    const problem = problemOf(document, lang);
    if (printJson) json(problem);
    const text = `${problem.title}: ${problem.detail}`;
    // A value that means nothing is wrong usage; a state without an answer is a refusal.
    throw document.fault === 'unknown_value' ? new WrongUsage(text) : new Refused(text);
  }
  if (printJson) json(document);
  else if (csv) out(toCsv(page.table(document), 'invented' in document && document.invented === true));
  else out(text(document, lang));
}

questions(program.command('ranking').description('rank agencies by an indicator'))
  .option('--kind <kind>', 'province or ministry')
  .option('--indicator <id>', INDICATOR_IDS.join(', '))
  .option('--region <name>', 'provinces of one region only, ranked among themselves')
  .option('--peers <size>', 'large, medium or small: a third of the agencies by dossiers received')
  .action(options => answer(rankingsPage, '', options, rankingText));

questions(program.command('scorecard').description('the scorecard of an agency').argument('<agency>')).action(
  (agency: string, options) => answer(agencyPage, agency, options, scorecardText),
);

program
  .command('publish')
  .description('make a month visible to everybody and close it')
  .argument('<period>', 'YYYY-MM', month)
  .option('--reason <text>', 'why it is published over open objections; published too')
  .addOption(asJson())
  .action(async (period: string, options) => {
    const result = await withDatabase(async ({ db }) => {
      if (firstDay(period) > hanoiDay(now())) throw new Refused(`${period} has not begun yet`);
      if (!(await reportedMonths(db)).includes(period)) throw new Refused(`${period} holds no figures`);
      const press = { secret: secretOf(readConfig()), now };
      const actor = { visitor: OPERATOR };
      const done = await publish(db, period, 'operator', press, actor, options.reason?.trim() || null);
      if (done === 'open_objections') {
        throw new Refused(
          `${period} has open objections: answer them, or say why it is published with --reason`,
        );
      }
      const frozen = (await publicationsAt(db, null)).find(p => p.month === period)?.frozen;
      return { published: done === 'published', sha256: frozen?.sha256 ?? null };
    });
    if (options.json) json({ period, ...result });
    else
      out(`${period}: ${result.published ? 'published' : 'was published before'}, SHA-256 ${result.sha256}`);
  });

program
  .command('verify')
  .description('verify a downloaded publication offline: signature, hashes, every rank and every figure')
  .argument('<bundle>', 'the ZIP file of a publication')
  .option('--key <file>', 'public key (PEM) that must have signed it')
  .addOption(asJson())
  .action(async (bundle: string, options) => {
    const read = (file: string): Promise<Buffer> =>
      readFile(file).catch((error: Error) => {
        throw new Refused(error.message);
      });
    const key = options.key === undefined ? null : String(await read(options.key));
    const verification = await verifyBundle(await read(bundle), key);
    if (options.json) json(verification);
    else out(verificationText(verification));
    if (!verification.verified) process.exitCode = 1;
  });

program
  .command('recount')
  .description('work out every stored sum again from the files as they were sent, and name what differs')
  .option('--period <period>', 'one month, YYYY-MM', month)
  .addOption(asJson())
  .action(async options => {
    const differences: Difference[] = [];
    const report = (difference: Difference): void => {
      if (options.json) differences.push(difference);
      else out(differenceText(difference));
    };
    const done = await withDatabase(({ db }) => recount(db, options.period ?? null, report));
    const { months, ...counts } = done;
    if (options.json) json({ months, ...counts, difference_count: done.differences, differences });
    else
      say(
        Object.entries(counts)
          .map(([name, n]) => `${name}: ${n}`)
          .join(', '),
      );
    if (done.differences > 0) process.exitCode = 1;
  });

const user = program.command('user').description('accounts: who may sign in, in which role');
const email = (command: Command): Command => command.requiredOption('--email <address>').addOption(asJson());

email(user.command('add').description('invite somebody; prints and mails the link that works once'))
  .addOption(new Option('--role <role>').choices(ROLES).makeOptionMandatory())
  .option('--agency <code>', 'of reporters and approvers')
  .action(async ({ json: asked, ...wanted }) => {
    const invited = await withDatabase(async ({ db }) => {
      const given = { ...wanted, agency: wanted.agency ?? null };
      const account = checkAccount(given, await catalogueAt(db, null), hanoiDay(now()));
      if (typeof account === 'string') throw new WrongUsage(ACCOUNT_PROBLEMS[account]);
      const made = await invite(db, account, { visitor: OPERATOR }, now());
      if (made === 'taken') throw new Refused(ACCOUNT_PROBLEMS.taken);
      return made;
    });
    await handOut(invited, asked);
  });

email(user.command('reset').description('begin an account anew: password and second factor are gone')).action(
  async options => {
    const again = await withDatabase(async ({ db }) =>
      restart(db, await accountOf(db, options.email), { visitor: OPERATOR }, now()),
    );
    await handOut(again, options.json);
  },
);

email(user.command('disable').description('close an account and end its sessions')).action(async options => {
  const account = await withDatabase(async ({ db }) => {
    const found = await accountOf(db, options.email);
    await disable(db, found, { visitor: OPERATOR }, now());
    return found;
  });
  if (options.json) json({ email: account.email, disabled: true });
  else out(`${account.email}: disabled`);
});

const ACCOUNT_PROBLEMS: Readonly<Record<BadAccount, string>> = {
  bad_email: 'this is no mail address',
  bad_role: `a role is one of ${ROLES.join(', ')}`,
  agency_missing: 'reporters and approvers belong to an agency: --agency CODE',
  agency_unknown: 'no agency in force today has this code',
  agency_unwanted: 'leaders and admins belong to no agency',
  taken: 'this address has an account; begin it anew with user reset',
};

async function accountOf(db: Connection['db'], address: string): Promise<Account> {
  const account = await accountByEmail(db, address);
  if (!account) throw new Refused(`${address} has no account`);
  return account;
}

/** Prints the link of an invitation and mails it; a mail server that does not answer is no reason to fail. */
async function handOut({ account, token }: Invited, asJson: boolean): Promise<void> {
  const config = readConfig();
  const link = `${config.baseUrl}/invitation/${token}`;
  const { email: to, role, agency } = account;
  const [hours, site] = [LASTS_H.invitation, new URL(config.baseUrl).host];
  await sender(
    mailOf(config),
    now,
  )(linkMail('invitation', { to, link, hours, site })).catch((error: Error) =>
    say(`the mail could not be sent: ${error.message}`),
  );
  if (asJson) json({ email: to, role, agency, link });
  else out(`${to}: ${link}`);
}

program
  .command('verify-audit')
  .description('verify the chain of the audit: name every event that was altered, moved or taken out')
  .option(
    '--head <hash…>',
    'a hash printed earlier, which must still be in the chain',
    (hash: string, all: string[]) => [...all, hash.toLowerCase()],
    [],
  )
  .addOption(asJson())
  .action(async options => {
    const report = await withDatabase(({ db }) => verifyChain(db, options.head));
    if (options.json) json({ verified: report.faults.length === 0, ...report });
    else out(chainText(report));
    if (report.faults.length > 0) process.exitCode = 1;
  });

const key = program.command('key').description('API keys, by which programs send files for an agency');
key
  .command('add')
  .description('issue a key; it is printed this once and never again')
  .requiredOption('--agency <agency>', 'whose files it may send: code, name or identifier')
  .option('--kinds <kinds>', `of ${OFFICE_KINDS.join(', ')}; all of them when left out`, officeKinds)
  .option('--days <n>', `how long it lasts, up to ${KEY_DAYS.longest} days`, keyDays, KEY_DAYS.usual)
  .addOption(asJson())
  .action(async ({ agency: text, kinds = null, days }) => {
    const issued = await withDatabase(async ({ db }) => {
      const agency = agencyMeant(await catalogueAt(db, null), text, hanoiDay(now()));
      if (!agency) throw new Refused(`there is no agency "${text}"`);
      return issueKey(db, { agency, kinds, days }, { visitor: OPERATOR }, now());
    });
    json({ id: issued.id, key: issued.key });
  });
key
  .command('revoke')
  .description('end a key at once')
  .argument('<id>')
  .addOption(asJson())
  .action(async (id: string, options) => {
    const revoked = await withDatabase(({ db }) => revokeKey(db, id, { visitor: OPERATOR }, now()));
    if (!revoked) throw new Refused(`there is no key ${id} that could still be revoked`);
    if (options.json) json({ id, revoked });
    else out(`key ${id}: revoked`);
  });

function officeKinds(text: string): string[] {
  const kinds = [...new Set(text.split(',').map(kind => kind.trim()))];
  if (kinds.every(kind => OFFICE_KINDS.includes(kind))) return kinds;
  throw new InvalidArgumentError(`of ${OFFICE_KINDS.join(', ')}, separated by commas`);
}

function keyDays(text: string): number {
  const days = Number(text);
  if (/^\d{1,3}$/.test(text) && days >= 1 && days <= KEY_DAYS.longest) return days;
  throw new InvalidArgumentError(`a whole number from 1 to ${KEY_DAYS.longest}`);
}

program
  .command('sample')
  .description('write invented returns, the same for the same options')
  .requiredOption('--months <n>', 'how many months', (text: string) => {
    if (!/^[1-9]\d{0,2}$/.test(text)) throw new InvalidArgumentError('a whole number from 1 to 999');
    return Number(text);
  })
  .requiredOption('--from <month>', 'first month, YYYY-MM', month)
  .requiredOption('--seed <seed>')
  .addOption(
    new Option('--units <units>', 'split provinces over units').choices(['none', 'commune']).default('none'),
  )
  .option('--out <folder>', 'where to write', './sample')
  .addOption(asJson())
  .action(async options => {
    const catalogue = await withDatabase(({ db }) => catalogueAt(db, null));
    const { months, from, seed, units } = options;
    const written = await writeSample(options.out, catalogue, { months, from, seed, units });
    if (options.json) json({ folder: resolve(options.out), ...written });
    else
      out(`${written.files} files in ${options.out}; received.csv says when each is taken to have come in`);
  });

program
  .command('backup')
  .description('write the whole embedded database to one file')
  .argument('<file>')
  .action(async (file: string) => {
    const dump = await withDatabase(({ embedded, dump }) => {
      if (!embedded) throw new Refused('a PostgreSQL server is backed up with pg_dump');
      return dump();
    });
    // Written beside and renamed, so that a full disk never leaves half a backup under the name asked for.
    await writeFile(`${file}.part`, dump, { flush: true });
    await rename(`${file}.part`, file);
    say(`${file}: ${dump.length} bytes`);
  });

program
  .command('restore')
  .description('make the embedded database from a backup; the data folder must hold none')
  .argument('<file>')
  .action(async (file: string) => {
    const config = readConfig();
    if (config.databaseUrl) throw new Refused('a PostgreSQL server is restored with pg_restore');
    if (existsSync(join(config.dataDir, 'database'))) {
      throw new Refused(
        `${config.dataDir} already holds a database; move it away or set DATA_DIR to another folder`,
      );
    }
    const dump = await readFile(file).catch((error: Error) => {
      throw new Refused(error.message);
    });
    // Beside, and renamed when it is whole: a damaged backup must leave nothing behind.
    const beside = `${config.dataDir}.restoring`;
    await rm(beside, { recursive: true, force: true });
    try {
      // Read through once before: the database would choke on a torn file where nobody can catch it.
      await promisify(gunzip)(dump);
      const connection = await connect({ ...config, dataDir: beside }, dump);
      await prepare(connection.db, now).finally(connection.close);
    } catch {
      await rm(beside, { recursive: true, force: true });
      throw new Refused(`${file} is not a readable backup`);
    }
    await mkdir(config.dataDir, { recursive: true });
    await rename(join(beside, 'database'), join(config.dataDir, 'database'));
    await rm(beside, { recursive: true, force: true });
    say(`restored into ${config.dataDir}`);
  });

/** Ends the server when npm was ended: left alone, it would go on holding the data folder and the port. */
function stopWithParent(stop: () => Promise<void>): void {
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    void stop();
  }, 300);
}

/** An instant, or the beginning of a day in Hanoi, in milliseconds. */
function instant(text: string): number {
  const at = parseInstant(text) ?? (isDay(text) ? startOfDay(text) : null);
  if (at === null || at > now())
    throw new InvalidArgumentError('an RFC 3339 instant or a day, not in the future');
  return at;
}

function isSystemError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && SYSTEM_ERRORS.includes(String(error.code));
}

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
  else if (error instanceof BadSetting || error instanceof WrongUsage) {
    say(error.message);
    process.exitCode = 2;
  } else if (error instanceof Refused || error instanceof FolderInUse || isSystemError(error)) {
    say((error as Error).message);
    process.exitCode = 1;
  } else {
    say(error instanceof Error ? (error.stack ?? error.message) : String(error));
    process.exitCode = 1;
  }
}
