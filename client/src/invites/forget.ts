import { browserStore, tabStore, type TextStore } from '@/storage/guarded-storage';
import { ownDevice } from './device';
import { FORGOTTEN, hint } from './hints';
import * as api from './invites-api';
import { deleteInvites } from './invites-db';
import { unsubscribe } from './notifications';
import { oneAtATime } from './one-at-a-time';

/** How the names begin of what this product, and the router in it (its places on pages), write into a browser's storage. */
const OURS = ['o-to-o', 'vue-router'];

function empty(store: TextStore): void {
  for (const key of store.keys()) if (OURS.some((name) => key.startsWith(name))) store.remove(key);
}

/** What one browser lacks, or refuses, must not keep the rest from being forgotten. */
async function attempt(work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch {
    // It is not there, or no page may touch it.
  }
}

async function dropWorkers(): Promise<void> {
  const workers = await navigator.serviceWorker.getRegistrations();
  await Promise.all(workers.map((worker) => worker.unregister()));
}

async function dropCaches(): Promise<void> {
  await Promise.all((await caches.keys()).map((name) => caches.delete(name)));
}

/**
 * *Forget this device*: the server first, as without its rows this browser could not ask for it any more; then everything
 * here. A problem: the server could not be told, and nothing was forgotten. The page is to be left afterwards.
 */
export const forgetThisDevice = (): Promise<true | api.InvitesProblem> =>
  // Nothing may be made anew meanwhile: pages that listen hear from the server that it knows this device no more.
  oneAtATime('links', () => oneAtATime('device', forgetAll));

async function forgetAll(): Promise<true | api.InvitesProblem> {
  const device = await ownDevice();
  if (device) {
    const told = await api.forgetDevice(device);
    if (!told.ok && told.problem !== 'unknown-device') return told.problem;
  }
  await attempt(unsubscribe);
  await attempt(dropWorkers);
  await attempt(dropCaches);
  await deleteInvites();
  hint('device', false);
  hint('people', false);
  empty(browserStore);
  empty(tabStore);
  browserStore.set(FORGOTTEN, '1');
  browserStore.remove(FORGOTTEN);
  return true;
}

/**
 * Leaves a page of a device that was forgotten, by a whole load: what it still has in its head goes with it, and the worker,
 * which Chromium keeps as long as a page of its is open and would otherwise take up again, without its files.
 */
export function leaveForgotten(): void {
  empty(tabStore);
  // The router writes its places on pages, with their addresses, as a page goes.
  const gone = (): void => empty(tabStore);
  addEventListener('pagehide', gone);
  document.addEventListener('visibilitychange', gone);
  location.replace('/');
}
