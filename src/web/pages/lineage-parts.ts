/** The parts of a lineage as documents print them, each with what it rests on and the file that says so. */
import { stateOn } from '../../kpi/directive.ts';
import { placeOf } from '../../kpi/lineage.ts';
import { lastDay, rfc3339 } from '../../kpi/month.ts';
import type { Part } from '../../kpi/part.ts';
import type { Db } from '../../store/connect.ts';
import { directiveSources, returnSources, type Source, statusSources } from '../../store/lineage.ts';
import type { LineageDocument, SourceDocument } from '../documents.ts';
import { type Reader, senderFor } from '../sender.ts';
import { agencyName, publicServiceName } from '../shape.ts';

/** Parts in their order, with files as known at `asOf` (ms). */
export async function partDocuments(
  db: Db,
  parts: readonly Part[],
  asOf: number,
  reader: Reader,
): Promise<LineageDocument['parts']> {
  const statuses = await statusSources(
    db,
    parts.flatMap(part => part.status ?? []),
    asOf,
  );
  const returns = await returnSources(
    db,
    parts.filter(part => part.receivedAt != null),
    asOf,
  );
  const tasks = await directiveSources(
    db,
    parts.flatMap(part => part.task?.id ?? []),
    asOf,
  );
  const { catalogue, lang } = reader;
  return parts.map(part => {
    const { month, agency, service, numerator, denominator, status, task } = part;
    const own = { period: month, agency, name: agencyName(catalogue, agency, lang), service };
    const named = {
      ...own,
      service_name: task ? '' : publicServiceName(catalogue, service, lang),
      numerator,
      denominator,
    };
    if (task) {
      const source = tasks.get(task.id);
      return {
        ...named,
        ...{ task: task.id, title: task.title, document: task.document, clause: task.clause || null },
        ...{ deadline: task.deadline, state: stateOn(task, lastDay(month)) },
        done_on: task.progress?.doneOn ?? null,
        source: source ? sourceDocument(source, reader) : null,
      };
    }
    if (status !== undefined) {
      const source = status && statuses.get(`${status.asOf}|${status.agency}|${status.service}`);
      return {
        ...named,
        level: status?.level ?? null,
        mode: status?.mode ?? null,
        status_as_of: status?.asOf ?? null,
        inherited_from: status && status.agency !== agency ? status.agency : null,
        ...(part.online !== undefined && { online: part.online }),
        source: source ? sourceDocument(source, reader) : null,
      };
    }
    if (part.late !== undefined) {
      const source = returns.get(placeOf(part));
      return {
        ...named,
        received_at: part.receivedAt == null ? null : rfc3339(part.receivedAt),
        late_from: rfc3339(part.late),
        source: source ? sourceDocument(source, reader) : null,
      };
    }
    return { ...named, rows: part.rows, rows_in: part.rowsIn };
  });
}

/** The file that a number came in, as documents print it. */
export function sourceDocument(source: Source, reader: Reader): SourceDocument {
  const { agency, approvedBy } = source;
  return {
    submission: source.submission,
    file_name: source.fileName,
    sha256: source.sha256,
    sheet: source.sheet,
    row: source.row,
    sender: senderFor(reader, source.sender, agency, 'sent'),
    door: source.door,
    approved_by: approvedBy && senderFor(reader, approvedBy, agency, 'approved'),
    reason: source.reason,
    received_at: rfc3339(source.receivedAt),
    recorded_at: rfc3339(source.recordedAt),
  };
}
