import { onBeforeUnmount, ref, watch, type Ref } from 'vue';
import { isAnyCallOpen } from '@/pwa/calls-open';

/** ms from one look to the next: a call in another tab ends without a word to this one. */
const EVERY_MS = 1000;

/** Whether another tab of this browser has a call open. A browser that cannot tell is asked in vain. */
export const isCallElsewhere = (): Promise<boolean> => isAnyCallOpen().catch(() => false);

/** The same, kept true while this tab, which is in no call, is rung; null: not looked yet, or nothing to look for. */
export function useCallElsewhere(rung: Readonly<Ref<boolean>>): Readonly<Ref<boolean | null>> {
  const elsewhere = ref<boolean | null>(null);
  let timer: ReturnType<typeof setInterval> | undefined;
  async function look(): Promise<void> {
    const found = await isCallElsewhere();
    elsewhere.value = rung.value ? found : null;
  }
  watch(
    rung,
    (now) => {
      clearInterval(timer);
      elsewhere.value = null;
      if (!now) return;
      void look();
      timer = setInterval(() => void look(), EVERY_MS);
    },
    { immediate: true },
  );
  onBeforeUnmount(() => clearInterval(timer));
  return elsewhere;
}
