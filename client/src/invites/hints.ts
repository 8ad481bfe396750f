import { browserStore } from '@/storage/guarded-storage';

// Whether it is worth looking: most people have no device and nobody to ring, and shall fetch nothing for it. What is
// true stands in the database (invites-db.ts).

/** `links`: this browser can be rung, and its pages listen. */
export type Hint = 'device' | 'links' | 'people';

/** Put and removed at once: the other tabs of this browser hear by it that the device was forgotten. */
export const FORGOTTEN = 'o-to-o/forgotten';

const PREFIX = 'o-to-o/has/';

export const isHinted = (what: Hint): boolean => browserStore.get(PREFIX + what) !== null;

const listeners = new Set<() => void>();

export function hint(what: Hint, there: boolean): void {
  const before = isHinted(what);
  if (there) browserStore.set(PREFIX + what, '1');
  else browserStore.remove(PREFIX + what);
  if (before !== there) for (const changed of listeners) changed();
}

/** Calls back when something became worth looking for, or no longer is, in this tab. Returns how to stop. */
export function onHint(changed: () => void): () => void {
  listeners.add(changed);
  return () => listeners.delete(changed);
}
