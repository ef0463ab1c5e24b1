/** `GET /submissions/template.xlsx`: a workbook for one office and month, as far filled in as is known. */
import type { RequestHandler } from 'express';
import { returnTemplate, statusTemplate } from '../../intake/template.ts';
import { templateWorkbook } from '../../intake/template-workbook.ts';
import { may } from '../../kpi/access.ts';
import { type Agency, inForce } from '../../kpi/agency.ts';
import { type Catalogue, standInsFor } from '../../kpi/catalogue.ts';
import { firstDay, hanoiDay, isMonth, lastDay, type Month } from '../../kpi/month.ts';
import { catalogueAt } from '../../store/reference.ts';
import type { Lang } from '../../words/words.ts';
import { type Deps, refuse } from '../answer.ts';
import { type Fault, fault, isFault } from '../fault.ts';
import { type Parameters, parameter, readLang } from '../question.ts';
import { visitorOf } from '../visitor.ts';

const BUILDERS = { 'monthly-return': returnTemplate, 'service-status': statusTemplate } as const;
type TemplateKind = keyof typeof BUILDERS;
const KINDS = Object.keys(BUILDERS) as TemplateKind[];

interface Wanted {
  lang: Lang;
  kind: TemplateKind;
  agency: Agency;
  month: Month;
}

export function templatePage(deps: Deps): RequestHandler {
  return async (req, res) => {
    const catalogue = await catalogueAt(deps.db, null);
    const wanted = readWanted(req.query, catalogue, deps.now());
    if (isFault(wanted)) return refuse(deps, req, res, wanted);
    const { kind, agency, month, lang } = wanted;
    // What is filled in is of the months before, published or not.
    if (!may(visitorOf(res), 'submit', { kind, agency: agency.code }, catalogue))
      return refuse(deps, req, res, fault('not_allowed'));
    const template = await BUILDERS[kind](deps.db, catalogue, agency, month);
    const bytes = await templateWorkbook(template, lang, deps.now());
    res.set('Cache-Control', 'no-store').attachment(`${kind}-${agency.code}-${month}.xlsx`).send(bytes);
  };
}

function readWanted(given: Parameters, catalogue: Catalogue, now: number): Wanted | Fault {
  const lang = readLang(given);
  if (isFault(lang)) return lang;
  const [kindText, period, code] = ['kind', 'period', 'agency'].map(name => parameter(given, name));
  for (const text of [kindText, period, code]) if (isFault(text)) return text;
  const unknown = (name: string, value: unknown, allowed: string): Fault =>
    fault('unknown_value', { parameter: name, value: typeof value === 'string' ? value : '', allowed });
  const kind = KINDS.find(k => k === (kindText ?? 'monthly-return'));
  if (!kind) return unknown('kind', kindText, KINDS.join(', '));
  if (typeof period !== 'string' || !isMonth(period)) return unknown('period', period, '2022-07, 2025-07');
  if (firstDay(period) > hanoiDay(now)) return fault('future_period', { parameter: 'period', value: period });
  const agency = typeof code === 'string' ? catalogue.agencyByCode.get(code) : undefined;
  const day = lastDay(period);
  if (!agency || agency.kind === 'group' || !inForce(agency, day)) {
    const instead = agency ? standInsFor(catalogue, agency.code, day).map(a => a.code) : [];
    return unknown('agency', code, instead.join(', ') || 'ha-noi, da-nang, bca');
  }
  return { lang, kind, agency, month: period };
}
