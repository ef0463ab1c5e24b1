/** What stands at the root of every template, and what the functions of templates share. */
import Handlebars from 'handlebars';
import type { Dot } from '../charts/dots.ts';
import type { IndicatorVersion } from '../kpi/indicators.ts';
import type { PageContext } from '../render.ts';
import { versionOf } from '../words/definitions.ts';
import type * as phrases from '../words/phrases.ts';
import { type Lang, t } from '../words/words.ts';
import type { Published, trendFigure } from './trend.ts';

/** What stands at the root of every template. Members of `doc` are there on the pages that have them. */
export interface Root {
  lang: Lang;
  doc: {
    period?: string | null;
    agency?: string;
    catalogue?: string;
    view?: string;
    boundaries?: string | null;
    headlines?: Parameters<typeof phrases.overviewSentences>[1];
    coverage?: { returns: number; due: number };
    indicators?: Parameters<typeof phrases.scorecardSentences>[2];
    trend?: Parameters<typeof trendFigure>[2];
    milestones?: readonly Published[];
    given?: { kind?: string };
    ranked?: readonly Dot[];
    national?: { value: number | null };
  };
  page: PageContext;
}

export type Options = Handlebars.HelperOptions;
export type Ref = { id: string; version: number };
export type Rate = { numerator: number | null; denominator: number | null; value: number | null };
export type Maybe<T> = T | null | undefined;

export const root = (o: Options): Root => o.data.root as Root;
export const lang = (o: Options): Lang => root(o).lang;
export const html = (text: string): Handlebars.SafeString => new Handlebars.SafeString(text);
export const isNumber = (v: unknown): v is number => typeof v === 'number';
export const version = (ref: Maybe<Ref>, o: Options): IndicatorVersion | null =>
  ref ? versionOf(root(o).page, ref) : null;

/** A dash that screen readers hear as words. */
export function none(o: Options): Handlebars.SafeString {
  return html(
    `<span class="none" aria-hidden="true">–</span><span class="hidden">${t(lang(o), 'rate.none')}</span>`,
  );
}
