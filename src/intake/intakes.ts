/** What each kind of file does: how its rows are checked, compared with what is current, and posted. */
import { type CheckContext, startMonthlyReturn } from '../kpi/check.ts';
import { checkMilestones } from '../kpi/check-milestone.ts';
import { checkServiceStatus } from '../kpi/check-status.ts';
import { compareWithKnown } from '../kpi/compare.ts';
import type { Findings, ProblemCode, RawRow, WarningCode } from '../kpi/finding.ts';
import { type Month, monthOf } from '../kpi/month.ts';
import type { Db, Fill } from '../store/connect.ts';
import { stageFigures } from '../store/figures.ts';
import { hold } from '../store/instant.ts';
import { postMilestones, stageMilestones } from '../store/milestones.ts';
import { returnsOf } from '../store/months.ts';
import { ensurePartitions } from '../store/partitions.ts';
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
}

/** What a kind of file does to the database, once judged; all in one transaction. */
export interface Intake {
  judged: Judged;
  /** Rows of closed months without a reason: they block only if they change anything. */
  closed: Findings<ProblemCode>;
  /** Compares with what is current; nothing is written when nothing changed. */
  compare(): Promise<{ changed: number }>;
  post(): Promise<void>;
}

/** What an intake works with. */
interface Work {
  trx: Db;
  fill: Fill;
  posting: number;
  file: OpenFile;
  context: CheckContext;
  receivedAt: number;
}

export const INTAKES: Record<Kind, (work: Work) => Promise<Intake>> = {
  'monthly-return': async ({ trx, fill, posting, file, context, receivedAt }) => {
    const { problems } = file;
    const check = startMonthlyReturn(file.columns, context, problems);
    const staging = await stageFigures(trx, fill, posting);
    let rows = 0;
    let staged = Promise.resolve();
    try {
      for await (const batch of file.rows()) {
        rows += batch.length;
        const figures = check.take(batch);
        // The next rows are read while these are being put aside.
        await staged;
        if (problems.count === 0) staged = staging.add(figures);
        staged.catch(() => {});
      }
    } finally {
      // Whatever ended the reading: nothing may still be written when the transaction is undone.
      await staged;
    }
    const held = check.held();
    const keys = [...held.services.keys()];
    const months = [...new Set(keys.map(key => key.slice(0, 7)))];
    if (problems.count === 0) {
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
};

async function allRows(file: OpenFile): Promise<RawRow[]> {
  const rows: RawRow[] = [];
  for await (const batch of file.rows()) rows.push(...batch);
  return rows;
}
