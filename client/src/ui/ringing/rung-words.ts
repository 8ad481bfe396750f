import type { RingAtHand, Standing } from '@/invites/rung-machine';
import { t } from '@/text';

/** Who calls. */
export const callingWords = ({ words }: RingAtHand): string =>
  words.name === '' ? t('rung.somebody-calls') : t('rung.calls', { name: words.name });

/** Why it cannot be answered any more. */
export const lateWords = (
  why: Extract<Standing, { is: 'late' }>['why'],
): { readonly title: string; readonly detail: string } =>
  why === 'elsewhere'
    ? { title: t('rung.late-elsewhere'), detail: t('rung.late-elsewhere-detail') }
    : { title: t('rung.late-over'), detail: t('rung.late-over-detail') };

/** Why an answer did not help; empty: there is nothing wrong. */
export function troubleWords(standing: Standing | null): string {
  if (standing?.is !== 'ringing' || standing.trouble === 'none') return '';
  return t(standing.trouble === 'unheard' ? 'rung.unheard' : 'rung.unavailable');
}
