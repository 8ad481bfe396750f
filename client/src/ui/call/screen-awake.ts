import { onBeforeUnmount, onMounted } from 'vue';
import { useListener } from '@/ui/kit/listen';

/**
 * Keeps the screen from going dark while the component is on the page. A wish: browsers refuse it when the battery is
 * low, and drop it whenever the page is hidden, so it is wished for again each time the page is seen.
 */
export function useScreenAwake(): void {
  let lock: WakeLockSentinel | null = null;
  let gone = false;
  const isGone = () => gone;

  async function wish(): Promise<void> {
    if (isGone() || document.visibilityState !== 'visible' || !('wakeLock' in navigator)) return;
    try {
      const granted = await navigator.wakeLock.request('screen');
      // Granted after the call was left: given back at once.
      if (isGone()) await granted.release();
      else lock = granted;
    } catch {
      // Refused: the screen goes dark as it always does, and the call goes on.
    }
  }

  useListener(document, ['visibilitychange'], () => void wish());
  onMounted(() => void wish());
  onBeforeUnmount(() => {
    gone = true;
    void lock?.release();
  });
}
