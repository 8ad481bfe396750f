import { computed, ref, watch, type ComputedRef } from 'vue';
import type { RingAtHand, Standing } from '@/invites/rung-machine';
import { t } from '@/text';
import { useListener } from '@/ui/kit/listen';

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

function troubleWords(standing: Standing | null): string {
  if (standing?.is !== 'ringing' || standing.trouble === 'none') return '';
  return t(standing.trouble === 'unheard' ? 'rung.unheard' : 'rung.unavailable');
}

/** Why an answer did not help, until the network is back; empty: there is nothing wrong. */
export function useTroubleWords(standing: () => Standing | null): ComputedRef<string> {
  const isBack = ref(false);
  watch(standing, () => (isBack.value = false));
  useListener(window, ['online'], () => (isBack.value = true));
  return computed(() => (isBack.value ? '' : troubleWords(standing())));
}
