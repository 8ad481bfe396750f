import { onBeforeUnmount, ref, type Ref } from 'vue';
import { useListener } from './listen';

const SIGNS_OF_LIFE = ['pointermove', 'pointerdown', 'keydown', 'wheel', 'focusin'];

/** True once nothing was touched for `afterMs`; `wake` counts as a touch. */
export function useIdle(afterMs: number): { idle: Readonly<Ref<boolean>>; wake: () => void } {
  const idle = ref(false);
  let timer: ReturnType<typeof setTimeout> | undefined;

  function wake(): void {
    idle.value = false;
    clearTimeout(timer);
    timer = setTimeout(() => (idle.value = true), afterMs);
  }

  wake();
  useListener(window, SIGNS_OF_LIFE, wake);
  onBeforeUnmount(() => {
    clearTimeout(timer);
  });
  return { idle, wake };
}
