/** Objections as stored: raised, answered or taken back once, and the reasons for publishing over them. */
import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { senderOf } from '../kpi/access.ts';
import type { Actor, AuditAction } from '../kpi/audit.ts';
import { firstDay, type Month, monthOf } from '../kpi/month.ts';
import type { Disputed, ObjectionState, Overruling, Verdict } from '../kpi/objection.ts';
import { recordEvent } from './audit.ts';
import type { Db } from './connect.ts';
import { holdMonths } from './instant.ts';

export interface Objection extends Disputed {
  id: string;
  text: string;
  status: ObjectionState;
  /** Who raised it, by `senderOf`, and the mail address of the account; null when there is none any more. */
  raisedBy: string;
  raisedByName: string | null;
  raisedAt: number;
  answer: string | null;
  decidedByName: string | null;
  decidedAt: number | null;
  file: { name: string; sha256: string } | null;
}

export interface NewObjection extends Disputed {
  text: string;
  file: { name: string; bytes: Buffer } | null;
}

/** Whoever does something here is known by name to the audit. */
const byOf = ({ visitor }: Actor): string => senderOf(visitor) ?? visitor.name;

/** Stores an objection and returns its number; null when the month is closed. */
export async function raiseObjection(
  db: Db,
  { month, agency, service, indicator, text, file }: NewObjection,
  actor: Actor,
  at: number,
): Promise<string | null> {
  const period = firstDay(month);
  return db.transaction().execute(async trx => {
    await holdMonths(trx, [month]);
    const closed = await trx
      .selectFrom('publications')
      .select('period')
      .where('period', '=', period)
      .where('reopened_at', 'is', null)
      .executeTakeFirst();
    if (closed) return null;
    const what = { period, agency_code: agency, service_code: service, indicator };
    const { id } = await trx
      .insertInto('objections')
      .values({ ...what, text, raised_by: byOf(actor), raised_at: new Date(at) })
      .returning('id')
      .executeTakeFirstOrThrow();
    const sha256 = file && sha256Of(file.bytes);
    if (file && sha256) {
      const { name, bytes } = file;
      await trx.insertInto('objection_files').values({ objection_id: id, name, sha256, bytes }).execute();
    }
    const after = { month, agency, service, indicator, text_sha256: sha256Of(text), file_sha256: sha256 };
    await recordEvent(trx, { ...actor, action: 'objection_raised', subject: `objection ${id}`, after });
    return String(id);
  });
}

const sha256Of = (content: Buffer | string): string => createHash('sha256').update(content).digest('hex');

/** Answers an open objection; false when it is not open any more. */
export function answerObjection(
  db: Db,
  id: string,
  { verdict, answer }: { verdict: Verdict; answer: string },
  actor: Actor,
  at: number,
): Promise<boolean> {
  return decide(db, id, { status: verdict, answer }, 'objection_answered', actor, at);
}

/** Takes an open objection back; false when it is not open any more. */
export function withdrawObjection(db: Db, id: string, actor: Actor, at: number): Promise<boolean> {
  return decide(db, id, { status: 'withdrawn', answer: null }, 'objection_withdrawn', actor, at);
}

async function decide(
  db: Db,
  id: string,
  decided: { status: ObjectionState; answer: string | null },
  action: AuditAction,
  actor: Actor,
  at: number,
): Promise<boolean> {
  return db.transaction().execute(async trx => {
    const { numUpdatedRows } = await trx
      .updateTable('objections')
      .set({ ...decided, decided_by: byOf(actor), decided_at: new Date(at) })
      .where('id', '=', Number(id))
      .where('status', '=', 'open')
      .executeTakeFirst();
    if (numUpdatedRows === 0n) return false;
    const [before, after] = [{ status: 'open' }, decided];
    await recordEvent(trx, { ...actor, action, subject: `objection ${id}`, before, after });
    return true;
  });
}

/** Objections, the newest first: of some agencies, of a month, in a state; all that is left out is not asked about. */
export async function objectionsOf(
  db: Db,
  of: { agencies?: Iterable<string>; month?: Month; status?: ObjectionState; id?: string },
): Promise<Objection[]> {
  if (of.id !== undefined && !/^\d{1,15}$/.test(of.id)) return [];
  const rows = await db
    .selectFrom('objections as o')
    .leftJoin('objection_files as f', 'f.objection_id', 'o.id')
    .leftJoin('accounts as r', j => j.on(sql`'person ' || r.id`, '=', sql.ref('o.raised_by')))
    .leftJoin('accounts as d', j => j.on(sql`'person ' || d.id`, '=', sql.ref('o.decided_by')))
    .selectAll('o')
    .select(['f.name', 'f.sha256', 'r.email as raised_by_name', 'd.email as decided_by_name'])
    .$if(of.agencies !== undefined, q => q.where('o.agency_code', 'in', [...(of.agencies ?? [])]))
    .$if(of.month !== undefined, q => q.where('o.period', '=', firstDay(of.month as Month)))
    .$if(of.status !== undefined, q => q.where('o.status', '=', of.status as ObjectionState))
    .$if(of.id !== undefined, q => q.where('o.id', '=', Number(of.id)))
    .orderBy('o.id', 'desc')
    .execute();
  return rows.map(row => ({
    id: String(row.id),
    month: monthOf(row.period),
    agency: row.agency_code,
    service: row.service_code,
    indicator: row.indicator,
    text: row.text,
    status: row.status,
    raisedBy: row.raised_by,
    raisedByName: row.raised_by_name,
    raisedAt: row.raised_at.getTime(),
    answer: row.answer,
    decidedByName: row.decided_by_name,
    decidedAt: row.decided_at && row.decided_at.getTime(),
    file: row.name !== null && row.sha256 !== null ? { name: row.name, sha256: row.sha256 } : null,
  }));
}

export async function objectionById(db: Db, id: string): Promise<Objection | null> {
  return (await objectionsOf(db, { id }))[0] ?? null;
}

/** The file that came with an objection; null without one. */
export async function objectionFile(db: Db, id: string): Promise<{ name: string; bytes: Buffer } | null> {
  const found = await db
    .selectFrom('objection_files')
    .select(['name', 'bytes'])
    .where('objection_id', '=', Number(id))
    .executeTakeFirst();
  return found ?? null;
}

/** How many objections are open, by month. */
export async function openByMonth(db: Db): Promise<Map<Month, number>> {
  const rows = await db
    .selectFrom('objections')
    .select(e => ['period', e.fn.countAll<number>().as('n')])
    .where('status', '=', 'open')
    .groupBy('period')
    .execute();
  return new Map(rows.map(r => [monthOf(r.period), r.n]));
}

/** The open objections of a month, by number. */
export async function openObjections(trx: Db, month: Month): Promise<{ id: string; raisedBy: string }[]> {
  const rows = await trx
    .selectFrom('objections')
    .select(['id', 'raised_by'])
    .where('period', '=', firstDay(month))
    .where('status', '=', 'open')
    .orderBy('id')
    .execute();
  return rows.map(r => ({ id: String(r.id), raisedBy: r.raised_by }));
}

/** The last reason written for publishing a month over objections. */
export async function overrulingOf(trx: Db, month: Month): Promise<Overruling | null> {
  const row = await trx
    .selectFrom('overrulings')
    .select(['objections', 'reason', 'written_by'])
    .where('period', '=', firstDay(month))
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row
    ? { objections: row.objections.map(String), reason: row.reason, writtenBy: row.written_by }
    : null;
}

/** Writes down why a month may be published over its open objections; false when others are open than those meant. */
export async function overruleObjections(
  db: Db,
  month: Month,
  meant: { objections: readonly string[]; reason: string },
  actor: Actor,
  at: number,
): Promise<boolean> {
  return db.transaction().execute(async trx => {
    await holdMonths(trx, [month]);
    const open = (await openObjections(trx, month)).map(o => o.id);
    if (open.length === 0 || open.join() !== meant.objections.join()) return false;
    const { reason } = meant;
    await trx
      .insertInto('overrulings')
      .values({
        period: firstDay(month),
        objections: open.map(Number),
        reason,
        written_by: byOf(actor),
        written_at: new Date(at),
      })
      .execute();
    const after = { objections: open, reason };
    await recordEvent(trx, { ...actor, action: 'objections_overruled', subject: `month ${month}`, after });
    return true;
  });
}
