/** The page `/directives`: tasks given to agencies, by deadline, with what was reported of them. */
import { type Catalogue, fold, resolveAgency } from '../../kpi/catalogue.ts';
import { DIRECTIVE_STATES, type Directive, isDone, isDue, stateOn } from '../../kpi/directive.ts';
import { type Day, lastDay } from '../../kpi/month.ts';
import type { Table } from '../../render/csv.ts';
import type { Db } from '../../store/connect.ts';
import { directivesAt } from '../../store/directives.ts';
import type { DataPage } from '../answer.ts';
import type { DirectivesDocument } from '../documents.ts';
import { type Fault, fault, isFault } from '../fault.ts';
import { parameter } from '../question.ts';
import { type Asked, know } from '../reading.ts';
import { agencyName, rate } from '../shape.ts';

export const directivesPage: DataPage<DirectivesDocument> = {
  view: 'directives',
  fileName: doc => `directives-${doc.day}`,
  read: readDirectives,
  table: directivesTable,
};

async function readDirectives(db: Db, asked: Asked): Promise<DirectivesDocument | Fault> {
  const { question, catalogue, today } = asked;
  const { meta } = await know(db, asked, []);
  const all = await directivesAt(db, question.asOf);
  const asOfPeriod = question.periodGiven && question.period ? lastDay(question.period.last) : today;
  const day = asOfPeriod < today ? asOfPeriod : today;
  const filter = readFilter(asked, all, day);
  if (isFault(filter)) return filter;
  const { lang } = question;
  const named = (agency: string) => ({ agency, name: agencyName(catalogue, agency, lang) });
  const shown = all.filter(
    d =>
      (filter.document === null || d.document === filter.document) &&
      (filter.agency === null || d.lead === filter.agency || leads(catalogue, d, day) === filter.agency),
  );
  const listed = shown.filter(d => filter.status === null || stateOn(d, day) === filter.status);
  const due = shown.filter(d => isDue(d, day));
  const reported = due.some(d => d.progress !== null);
  return {
    ...meta,
    day,
    ...filter,
    counts: Object.fromEntries(
      DIRECTIVE_STATES.map(state => [state, shown.filter(d => stateOn(d, day) === state).length]),
    ) as DirectivesDocument['counts'],
    total: shown.length,
    due: rate({
      numerator: reported ? due.filter(d => isDone(d, day)).length : null,
      denominator: reported ? due.length : null,
    }),
    due_count: due.length,
    documents: [...new Set(all.map(d => d.document))],
    agencies: [...new Set(all.map(d => d.lead))].map(named),
    directives: listed.map(d => ({
      id: d.id,
      document: d.document,
      clause: d.clause || null,
      title: d.title,
      lead_agency: d.lead,
      lead_name: named(d.lead).name,
      coordinating_agencies: d.coordinating.map(named),
      deadline: d.deadline,
      recurring: d.recurring || null,
      measurable_target: d.measurableTarget || null,
      state: stateOn(d, day),
      status: d.progress?.status ?? null,
      done_on: d.progress?.doneOn ?? null,
      note: d.progress?.note || null,
    })),
  };
}

/** Who leads a task as agencies stand on `day`. */
function leads(catalogue: Catalogue, { lead }: Directive, day: Day): string {
  return fold(catalogue, lead, day).code;
}

type Filter = Pick<DirectivesDocument, 'agency' | 'document' | 'status'>;

function readFilter({ given, catalogue }: Asked, all: readonly Directive[], day: Day): Filter | Fault {
  const filter: Filter = { agency: null, document: null, status: null };
  for (const name of ['agency', 'document', 'status'] as const) {
    const text = parameter(given, name);
    if (isFault(text)) return text;
    if (text === undefined) continue;
    const unknown = (allowed: string): Fault =>
      fault('unknown_value', { parameter: name, value: text, allowed });
    if (name === 'agency') {
      const { found, notInForce } = resolveAgency(catalogue, text, day);
      const code = (found ?? notInForce[0])?.code;
      if (code === undefined) return unknown('bca, vpcp, all-ministries …');
      filter.agency = code;
    } else if (name === 'status') {
      const state = DIRECTIVE_STATES.find(s => s === text);
      if (!state) return unknown(DIRECTIVE_STATES.join(', '));
      filter.status = state;
    } else {
      const documents = [...new Set(all.map(d => d.document))];
      if (!documents.includes(text)) return unknown(documents.join('; '));
      filter.document = text;
    }
  }
  return filter;
}

function directivesTable(doc: DirectivesDocument): Table {
  const same = { day: doc.day, as_of: doc.as_of, data_version: doc.data_version };
  return {
    columns: [
      ...[
        'id',
        'document',
        'clause',
        'title',
        'lead_agency',
        'lead_name',
        'coordinating_agencies',
        'deadline',
      ],
      ...['recurring', 'measurable_target', 'state', 'status', 'done_on', 'note', ...Object.keys(same)],
    ],
    rows: doc.directives.map(({ coordinating_agencies, ...d }) => ({
      ...d,
      coordinating_agencies: coordinating_agencies.map(a => a.agency).join('|'),
      ...same,
    })),
  };
}
