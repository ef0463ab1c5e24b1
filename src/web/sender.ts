/** Whose name stands at a file: the office for everybody, the person only for who may see the file itself. */
import { may, type Visitor } from '../kpi/access.ts';
import type { Catalogue } from '../kpi/catalogue.ts';
import { type Lang, t } from '../words/words.ts';
import { agencyName } from './shape.ts';

/** For whom names are written. */
export interface Reader {
  visitor: Visitor;
  catalogue: Catalogue;
  lang: Lang;
}

/** Mail addresses, and keys that an office holds; every other name stands for no person. */
const OF_SOMEBODY = /@|^key \d+$/;

/** The name of who sent or approved a file of an agency (null: of several, which only admins send). */
export function senderFor(
  { visitor, catalogue, lang }: Reader,
  name: string,
  agency: string | null,
  did: 'sent' | 'approved',
): string {
  if (!OF_SOMEBODY.test(name) || may(visitor, 'see_submission', { agency }, catalogue)) return name;
  if (agency === null) return t(lang, 'sender.admin');
  const office = agencyName(catalogue, agency, lang);
  return t(lang, did === 'sent' ? 'sender.reporter' : 'sender.approver', { office });
}
