import { recall } from '@/ui/remembered';

export const STORAGE_KEY = 'shortcuts';

/** Whether single keys do anything in this browser. */
export const lettersWork = (): boolean => recall(STORAGE_KEY) !== 'off';

/** Where letters are text. The link of a call is a field, but nobody types into it. */
export const TYPED_INTO = 'input:not([readonly]), select, textarea, [contenteditable]';

/** Where a letter is lost when it does something else: in a list of choices it only jumps. */
export const WRITTEN_INTO = 'input:not([readonly]), textarea, [contenteditable]';

/**
 * The letter that was pressed by itself, small; null: none, or it is meant for `elsewhere`. On a keyboard without Latin
 * letters it is the one that lies where H lies on the others.
 */
export function letterOf(event: Event, elsewhere: string): string | null {
  if (!(event instanceof KeyboardEvent)) return null;
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.isComposing) return null;
  const at = event.target;
  if (at instanceof HTMLElement && at.closest(elsewhere)) return null;
  const key = event.key.toLowerCase();
  if (/^[a-z]$/.test(key)) return key;
  const isNamed = key.charCodeAt(0) < 128; // "enter", "1"
  return isNamed ? null : (/^Key([A-Z])$/.exec(event.code)?.[1]?.toLowerCase() ?? null);
}
