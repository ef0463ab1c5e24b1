/** The page of a publication, made once and stored: it shows the frozen numbers and leads only to what stays. */
import type { IndicatorVersion } from '../kpi/indicators.ts';
import { hanoiDay } from '../kpi/month.ts';
import type { FrozenRanking } from '../kpi/publication.ts';
import { render } from '../render.ts';
import type { Lang } from '../words/words.ts';
import type { PublicationDocument } from './bundle.ts';

/** What the page says of the hash and signature. */
export interface Proof {
  sha256: string;
  signature: string;
  fingerprint: string;
}

/** The scope whose rankings the page shows; the downloads hold the others too. */
const SHOWN = 'essential-25';

/** What the view shows: per indicator its definition, the country, and the rankings of the default views. */
export interface PublicationPage
  extends Proof,
    Pick<PublicationDocument, 'replaces' | 'open_objections' | 'objections_reason'> {
  period: string;
  edition: number;
  as_of: string;
  data_version: string;
  invented: boolean;
  catalogue: string;
  sections: {
    definition: IndicatorVersion;
    national: { numerator: number | null; denominator: number | null; value: number | null };
    rankings: FrozenRanking[];
  }[];
}

export function publicationPage(document: PublicationDocument, proof: Proof): PublicationPage {
  const { period, as_of, data_version, invented, definitions } = document;
  const { edition = 1, replaces, open_objections = 0, objections_reason = '' } = document;
  const shown = document.rankings.filter(
    r => r.catalogue === SHOWN && r.view === (r.kind === 'ministry' ? 'sector' : 'own'),
  );
  const sections = definitions.map(definition => {
    const rankings = shown.filter(r => r.indicator === definition.id);
    const [numerator, denominator] = rankings[0]?.national ?? [null, null];
    const value = numerator === null || !denominator ? null : numerator / denominator;
    return { definition, national: { numerator, denominator, value }, rankings };
  });
  const more = { edition, open_objections, objections_reason, ...(replaces && { replaces }) };
  return { ...proof, ...more, period, as_of, data_version, invented, catalogue: SHOWN, sections };
}

/** The whole page in a language. */
export function publicationHtml(document: PublicationDocument, proof: Proof, lang: Lang): string {
  const names = new Map(
    document.boundaries.agencies.map(a => [a.code, lang === 'en' ? a.name_en : a.name_vi]),
  );
  return render('publication', lang, {
    doc: publicationPage(document, proof),
    page: {
      path: `/publications/${document.period}`,
      query: {},
      published: [document.period],
      today: hanoiDay(Date.parse(document.published_at)),
      eras: { province: [], ministry: [] },
      catalogues: [],
      indicators: document.definitions,
      agencyName: code => names.get(code) ?? code,
      serviceName: code => code,
    },
  });
}
