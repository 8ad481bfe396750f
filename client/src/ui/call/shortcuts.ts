import { ref, type Ref } from 'vue';
import { useListener } from '@/ui/kit/listen';
import { recall, remember } from '@/ui/remembered';
import type { DeviceKind } from '@/call/call-view';

const STORAGE_KEY = 'shortcuts';

const on = ref(recall(STORAGE_KEY) !== 'off');

/** Single keys can be switched off: who dictates to the computer would press them by speaking (WCAG 2.1.4). */
export const shortcutsOn: Readonly<Ref<boolean>> = on;

export function chooseShortcuts(next: boolean): void {
  on.value = next;
  remember(STORAGE_KEY, next ? 'on' : 'off');
}

/** Where letters are text. The link of a call is a field, but nobody types into it. */
const TYPED_INTO = 'input:not([readonly]), select, textarea, [contenteditable], dialog';

/** Which device a key press switches; null when it means something else. */
export function deviceByKey(event: KeyboardEvent): DeviceKind | null {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.isComposing) return null;
  const at = event.target;
  if (at instanceof HTMLElement && at.closest(TYPED_INTO)) return null;
  switch (event.key.toLowerCase()) {
    case 'm':
      return 'microphone';
    case 'v':
      return 'camera';
    default:
      return null;
  }
}

/** M and V switch the microphone and the camera while the component is on the page. */
export function useShortcuts(toggle: (kind: DeviceKind) => void): void {
  useListener(window, ['keydown'], (event) => {
    const kind = on.value && event instanceof KeyboardEvent ? deviceByKey(event) : null;
    if (kind) toggle(kind);
  });
}
