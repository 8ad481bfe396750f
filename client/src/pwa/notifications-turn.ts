const NAME = 'o-to-o/notifications';

/**
 * Notifications are shown and listed one after the other, by all windows and the worker of this browser: one that is being
 * shown while somebody lists them may never be listed again, and a tap on it knows nothing (Chromium 156). Where a browser
 * has no locks (Firefox before 96) it is done at once.
 */
export function inTurn(work: () => Promise<void>): Promise<void> {
  return 'locks' in navigator ? navigator.locks.request(NAME, work) : work();
}
