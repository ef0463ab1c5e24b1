/** What each kind of file does: how its rows are checked, compared with what is current, and posted. */

import { type CheckContext, startMonthlyReturn } from '../kpi/check.ts';
import { checkCatalogue } from '../kpi/check-catalogue.ts';
import { checkDirectives } from '../kpi/check-directives.ts';
import { checkMilestones } from '../kpi/check-milestone.ts';
import { checkServiceStatus } from '../kpi/check-status.ts';
import { rawRowsOf } from '../kpi/coded-rows.ts';
import { compareWithKnown } from '../kpi/compare.ts';
import { differenceOf, type StoredDifference } from '../kpi/difference.ts';
import type { Findings, ProblemCode, RawRow, WarningCode } from '../kpi/finding.ts';
import { type Month, monthOf } from '../kpi/month.ts';
import type { ImportTable } from '../kpi/reference-table.ts';
import type { Db, Fill } from '../store/connect.ts';
import { knownDirectives, postDirectives, stageDirectives } from '../store/directives.ts';
import { stageFigures } from '../store/figures.ts';
import { hold } from '../store/instant.ts';
import { postMilestones, stageMilestones } from '../store/milestones.ts';
import { returnsOf } from '../store/months.ts';
import { ensurePartitions } from '../store/partitions.ts';
import { currentReference, recordImport } from '../store/reference-import.ts';
import { postStatuses, stageStatuses } from '../store/statuses.ts';
import type { Kind } from './headings.ts';
import { noteOddities } from './oddities.ts';
import type { OpenFile } from './read.ts';

/** What reading and checking a file has come to. */
export interface Judged {
  rows: number;
  problems: Findings<ProblemCode>;
  warnings: Findings<WarningCode>;
  separator: string | null;
  months: Month[];
  agencies: string[];
  difference?: StoredDifference;
}

/** What a kind of file does to the database, once judged; all in one transaction. */
export interface Intake {
  judged: Judged;
  /** Rows of closed months without a reason: they block only if they change anything. */
  closed: Findings<ProblemCode>;
  /** Compares with what is current; nothing is written when nothing changed. */
  compare(): Promise<{ changed: number }>;
  post(): Promise<void>;
  /** Writes what carries the instant (ms) itself, once it is taken. */
  settle?(at: number): Promise<void>;
}

/** What an intake works with. */
interface Work {
  trx: Db;
  fill: Fill;
  posting: number;
  file: OpenFile;
  context: CheckContext;
  receivedAt: number;
  /** The reference load (ms) by which the file is judged. */
  loaded: number;
  /** Does a part of what must be done besides; to be called now and then while rows are read. */
  meanwhile(): Promise<void>;
}

/** After so many rows there is time for something else: as many fill a megabyte or more. */
const ROWS_MEANWHILE = 8000;

export const INTAKES: Record<Kind, (work: Work) => Promise<Intake>> = {
  'monthly-return': async ({ trx, fill, posting, file, context, receivedAt, meanwhile }) => {
    const { problems } = file;
    const check = startMonthlyReturn(file.columns, context, problems);
    const staging = await stageFigures(trx, fill, posting);
    let [rows, parts] = [0, 1];
    let staged = Promise.resolve();
    try {
      for await (const batch of file.rows()) {
        rows += batch.count;
        // The next rows are read while these are being put aside.
        await staged;
        const figures = check.take(batch);
        if (problems.count === 0) staged = staging.add(figures);
        staged.catch(() => {});
        if (rows >= ROWS_MEANWHILE * parts && problems.count === 0) {
          await staged;
          staging.alongside(meanwhile);
          parts += 1;
        }
      }
    } finally {
      // Whatever ended the reading: nothing may still be written when the transaction is undone.
      await staged.catch(() => {});
      await staging.rest();
      await staged;
    }
    const held = check.held();
    const keys = [...held.services.keys()];
    const months = [...new Set(keys.map(key => key.slice(0, 7)))];
    if (problems.count === 0) {
      await staging.settle();
      const known = { newUnits: staging.newUnits, returns: await returnsOf(trx, months) };
      await noteOddities(trx, context.catalogue, held, check.warnings);
      compareWithKnown(context.catalogue, held, known, check.warnings);
    }
    const agencies = keys.map(key => key.slice(8));
    return {
      judged: { rows, problems, warnings: check.warnings, separator: check.separator(), months, agencies },
      closed: check.closed,
      compare: () => staging.compare(),
      post: () => staging.post(new Date(receivedAt)),
    };
  },
  'service-status': async ({ trx, posting, file, context }) => {
    const { problems } = file;
    const rows = await allRows(file);
    const { items, warnings, closed } = checkServiceStatus(
      { columns: file.columns, rows },
      context,
      problems,
    );
    const months = items.map(s => monthOf(s.asOf));
    const agencies = items.map(s => s.agency);
    return {
      judged: { rows: rows.length, problems, warnings, separator: null, months, agencies },
      closed,
      compare: async () => {
        await hold(trx, 'structure');
        await ensurePartitions(trx, ['statuses', 'statuses_history'], months);
        return stageStatuses(trx, items);
      },
      post: () => postStatuses(trx, posting),
    };
  },
  milestones: async ({ trx, posting, file, context }) => {
    const { problems } = file;
    const rows = await allRows(file);
    const { items, warnings, closed } = checkMilestones({ columns: file.columns, rows }, context, problems);
    const agencies = items.map(m => m.agency);
    return {
      judged: { rows: rows.length, problems, warnings, separator: null, months: [], agencies },
      closed,
      compare: () => stageMilestones(trx, items),
      post: () => postMilestones(trx, posting),
    };
  },
  directives: async ({ trx, posting, file, context }) => {
    const { problems, columns } = file;
    const rows = await allRows(file);
    const known = await knownDirectives(trx);
    const { items, warnings, closed } = checkDirectives({ columns, rows }, known, context, problems);
    const agencies = items.flatMap(d => d.task?.lead ?? []);
    return {
      judged: { rows: rows.length, problems, warnings, separator: null, months: [], agencies },
      closed,
      compare: () => stageDirectives(trx, items),
      post: () => postDirectives(trx, posting),
    };
  },
  catalogue: async ({ trx, file, context, loaded }) => {
    const { problems, columns } = file;
    const table = file.reading?.table as ImportTable;
    const rows = await allRows(file);
    const { state, used } = await currentReference(trx, loaded);
    const checked = checkCatalogue(table, { columns, rows }, state, used, context, problems);
    const { items, warnings, closed, moved } = checked;
    const changes = items.filter(item => item.fields.length > 0);
    const difference = differenceOf(table, items);
    return {
      judged: {
        rows: rows.length,
        problems,
        warnings,
        separator: null,
        months: moved,
        agencies: [],
        difference,
      },
      closed,
      compare: async () => ({ changed: changes.length }),
      post: async () => {},
      settle: at => recordImport(trx, table, changes, at),
    };
  },
};

async function allRows(file: OpenFile): Promise<RawRow[]> {
  const rows: RawRow[] = [];
  for await (const batch of file.rows()) rows.push(...rawRowsOf(batch));
  return rows;
}
