/** `/objections`, those of the visitor's office, and `/admin/objections`, those of all. */
import type { RequestHandler } from 'express';
import { agenciesOf, draftsOf, mayEver } from '../../kpi/access.ts';
import { isMonth, rfc3339 } from '../../kpi/month.ts';
import { OBJECTION_STATES, type ObjectionState } from '../../kpi/objection.ts';
import { reading } from '../../store/handles.ts';
import { type Objection, objectionsOf } from '../../store/objections.ts';
import { catalogueAt } from '../../store/reference.ts';
import { type Deps, knownOf, refuse, show } from '../answer.ts';
import { isFault } from '../fault.ts';
import { parameter, unknownValue } from '../question.ts';
import { visitorOf } from '../visitor.ts';

/** An objection in a list. */
export interface ObjectionLine {
  id: string;
  period: string;
  agency: string;
  service: string | null;
  indicator: string | null;
  status: ObjectionState;
  text: string;
  raised_at: string;
  decided_at: string | null;
}

/** The page of objections (`doc` of view `objections`). */
export interface ObjectionsDoc {
  all: boolean;
  /** Whether the visitor's office can raise one. */
  raises: boolean;
  status: ObjectionState | null;
  states: readonly ObjectionState[];
  objections: ObjectionLine[];
}

/** `all`: of every agency; `deps` must then see every draft. Otherwise row security holds to the office's own too. */
export function objectionsPage(deps: Deps, all: boolean): RequestHandler {
  return async (req, res) => {
    const text = parameter(req.query, 'status');
    const month = parameter(req.query, 'period');
    if (isFault(text)) return refuse(deps, req, res, text);
    if (isFault(month)) return refuse(deps, req, res, month);
    const status = OBJECTION_STATES.find(s => s === text);
    if (text !== undefined && !status)
      return refuse(deps, req, res, unknownValue('status', text, OBJECTION_STATES.join(', ')));
    if (month !== undefined && !isMonth(month))
      return refuse(deps, req, res, unknownValue('period', month, '2022-07'));
    const asked = { ...(status && { status }), ...(month && { month }) };
    const visitor = visitorOf(res);
    const catalogue = await catalogueAt(deps.db, null);
    const found = all
      ? await objectionsOf(deps.db, asked)
      : await reading(deps.db, draftsOf(visitor, catalogue, []), trx =>
          objectionsOf(trx, { ...asked, agencies: agenciesOf(visitor, catalogue) }),
        );
    const doc: ObjectionsDoc = {
      all,
      raises: mayEver(visitor, 'object'),
      status: status ?? null,
      states: OBJECTION_STATES,
      objections: found.map(objectionLine),
    };
    res.set('Cache-Control', 'no-store');
    show(deps, req, res, 'objections', doc, await knownOf(deps));
  };
}

export function objectionLine({ month, raisedAt, decidedAt, ...o }: Objection): ObjectionLine {
  return {
    ...{ id: o.id, period: month, agency: o.agency, service: o.service, indicator: o.indicator },
    ...{ status: o.status, text: o.text, raised_at: rfc3339(raisedAt) },
    decided_at: decidedAt === null ? null : rfc3339(decidedAt),
  };
}
