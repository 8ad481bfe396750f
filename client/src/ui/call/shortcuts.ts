import { ref, type Ref } from 'vue';
import { useListener } from '@/ui/kit/listen';
import { remember } from '@/ui/remembered';
import type { DeviceKind } from '@/call/call-view';
import { letterOf, lettersWork, STORAGE_KEY, TYPED_INTO, WRITTEN_INTO } from './letter-of';

const on = ref(lettersWork());

/** Single keys can be switched off: who dictates to the computer would press them by speaking (WCAG 2.1.4). */
export const shortcutsOn: Readonly<Ref<boolean>> = on;

export function chooseShortcuts(next: boolean): void {
  on.value = next;
  remember(STORAGE_KEY, next ? 'on' : 'off');
}

/** Which device a letter switches. */
const DEVICES: Readonly<Record<string, DeviceKind>> = { m: 'microphone', v: 'camera' };

/** M and V switch the microphone and the camera while the component is on the page. */
export function useShortcuts(toggle: (kind: DeviceKind) => void): void {
  useListener(window, ['keydown'], (event) => {
    const kind = DEVICES[(on.value ? letterOf(event, `${TYPED_INTO}, dialog`) : null) ?? ''];
    if (kind) toggle(kind);
  });
}

/** H hides who is at this page, also over an open dialog: nobody in a hurry closes that first. */
export function useHideKey(hide: () => void): void {
  useListener(window, ['keydown'], (event) => {
    if (on.value && letterOf(event, WRITTEN_INTO) === 'h') hide();
  });
}
