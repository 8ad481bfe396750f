import { shallowRef, type ShallowRef } from 'vue';
import { messageSW, Workbox } from 'workbox-window';
import { isAnyCallOpen } from './calls-open';
import { FILL_UP, isTakenOver, TAKE_OVER } from './worker-messages';
import { workerScript } from './worker-script';

/** What becomes of a newer version of the pages. */
export type Update =
  | 'none'
  /** It is here, and is used when the person says so, or once every window is closed. */
  | 'ready'
  /** The person said so; a moment. */
  | 'coming'
  /** The person said so, but a call is open in another window: it is not touched. */
  | 'after-call';

const update = shallowRef<Update>('none');
export const updateState: Readonly<ShallowRef<Update>> = update;

/** ms between two looks for a newer version while the app stays open. The browser looks by itself when a page is loaded. */
const LOOK_EVERY_MS = 3_600_000;
/** ms until it is asked again whether the calls of this browser are over. */
const ASK_AGAIN_MS = 10_000;

let waiting: ServiceWorker | null = null;

/** Looks for a newer version when somebody comes back to the page after a long time. */
function lookNowAndThen(registration: ServiceWorkerRegistration): void {
  let lookedAt = performance.now();
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState !== 'visible' || performance.now() - lookedAt < LOOK_EVERY_MS) return;
    lookedAt = performance.now();
    // Offline: the next look finds it.
    registration.update().catch(() => undefined);
  });
}

async function register(): Promise<void> {
  const workbox = new Workbox(workerScript(), { scope: '/', updateViaCache: 'none' });
  workbox.addEventListener('waiting', ({ sw }) => {
    waiting = sw ?? null;
    if (waiting) update.value = 'ready';
  });
  const registration = await workbox.register({ immediate: true });
  // A browser may take a worker up again whose files were forgotten with the device.
  registration?.active?.postMessage(FILL_UP);
  if (registration) lookNowAndThen(registration);
}

/** Registers the worker, once no call is open in any window of this browser: what it fetches shall be in nobody's way. */
export async function registerWorker(): Promise<void> {
  if (!('serviceWorker' in navigator)) return;
  if (await isAnyCallOpen()) {
    setTimeout(() => void registerWorker(), ASK_AGAIN_MS);
    return;
  }
  // Storage that is blocked, or a server that has no worker: the pages do without.
  await register().catch(() => undefined);
}

/** The person wants the newer version. Pages load anew with it, unless a call is open anywhere. */
export async function useUpdate(): Promise<void> {
  const next = waiting;
  if (!next || update.value === 'coming') return;
  update.value = 'coming';
  next.addEventListener('statechange', () => {
    if (next.state === 'activated') location.reload();
  });
  const answer: unknown = await messageSW(next, TAKE_OVER);
  if (!isTakenOver(answer)) update.value = 'after-call';
}
