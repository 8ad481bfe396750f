import { onBeforeUnmount, onMounted, type Ref } from 'vue';
import { doubleClickGuard, PRESSES } from './double-click-guard';

/** Second clicks within this element press only what the first ones saw; see doubleClickGuard. */
export function useDoubleClickGuard(root: Readonly<Ref<HTMLElement | null>>, shown: () => string): void {
  const guard = doubleClickGuard(shown);
  let listening: HTMLElement | null = null;
  onMounted(() => {
    listening = root.value;
    for (const kind of PRESSES) listening?.addEventListener(kind, guard, { capture: true });
  });
  onBeforeUnmount(() => {
    for (const kind of PRESSES) listening?.removeEventListener(kind, guard, { capture: true });
  });
}
