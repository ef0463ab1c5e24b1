/** The mails about accounts: in both languages, since nobody knows yet which one is read. */
import { t } from '../words/words.ts';
import type { Mail } from './send.ts';

/** A mail with a link that lets its holder choose a password. `hours`: how long the link works. */
export function linkMail(
  purpose: 'invitation' | 'reset',
  { to, link, hours, site }: { to: string; link: string; hours: number; site: string },
): Mail {
  const vars = { link, n: hours, site };
  const keys =
    purpose === 'invitation'
      ? (['mail.invitation_subject', 'mail.invitation_text'] as const)
      : (['mail.reset_subject', 'mail.reset_text'] as const);
  const [subject, text] = keys;
  const inBoth = (['vi', 'en'] as const).map(
    lang => `${t(lang, text, vars)}\n\n${link}\n\n${t(lang, 'mail.not_you')}`,
  );
  return {
    to,
    subject: `${t('vi', subject)} / ${t('en', subject)}`,
    text: `${inBoth.join('\n\n–––\n\n')}\n`,
  };
}
