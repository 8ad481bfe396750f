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
const TYPED_INTO = 'input:not([readonly]), select, textarea, [contenteditable]';

/** Where a letter is lost when it does something else: in a list of choices it only jumps. */
const WRITTEN_INTO = 'input:not([readonly]), textarea, [contenteditable]';

/**
 * The letter that was pressed by itself, small; null: none, or it is meant for `elsewhere`. On a keyboard without Latin
 * letters it is the one that lies where H lies on the others.
 */
function letterOf(event: Event, elsewhere: string): string | null {
  if (!on.value || !(event instanceof KeyboardEvent)) return null;
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.isComposing) return null;
  const at = event.target;
  if (at instanceof HTMLElement && at.closest(elsewhere)) return null;
  const key = event.key.toLowerCase();
  if (/^[a-z]$/.test(key)) return key;
  const isNamed = key.charCodeAt(0) < 128; // "enter", "1"
  return isNamed ? null : (/^Key([A-Z])$/.exec(event.code)?.[1]?.toLowerCase() ?? null);
}

/** Which device a letter switches. */
const DEVICES: Readonly<Record<string, DeviceKind>> = { m: 'microphone', v: 'camera' };

/** M and V switch the microphone and the camera while the component is on the page. */
export function useShortcuts(toggle: (kind: DeviceKind) => void): void {
  useListener(window, ['keydown'], (event) => {
    const kind = DEVICES[letterOf(event, `${TYPED_INTO}, dialog`) ?? ''];
    if (kind) toggle(kind);
  });
}

/** H hides who is at this page, also over an open dialog: nobody in a hurry closes that first. */
export function useHideKey(hide: () => void): void {
  useListener(window, ['keydown'], (event) => {
    if (letterOf(event, WRITTEN_INTO) === 'h') hide();
  });
}
