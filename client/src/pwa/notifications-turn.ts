const NAME = 'o-to-o/notifications';

/**
 * Whose turn does not come for so long (ms) goes on without: a page that was put to sleep may hold it, and a push must be
 * shown. Longer than a push is read for (sw/rung-device.ts).
 */
const PATIENCE_MS = 6000;

/**
 * Notifications are shown and listed one after the other, by all windows and the worker of this browser: one that is being
 * shown while somebody lists them may never be listed again, and a tap on it knows nothing (Chromium 156). Where a browser
 * has no locks (Firefox before 96) it is done at once.
 */
export async function inTurn(work: () => Promise<void>): Promise<void> {
  if (!('locks' in navigator)) return work();
  const waiting = new AbortController();
  const timer = setTimeout(() => {
    waiting.abort();
  }, PATIENCE_MS);
  try {
    await navigator.locks.request(NAME, { signal: waiting.signal }, () => {
      clearTimeout(timer);
      return work();
    });
  } catch (problem) {
    if (!waiting.signal.aborted) throw problem;
    await work();
  }
}
