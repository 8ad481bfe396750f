/// <reference types="vite/client" />
import { cacheNames } from 'workbox-core';
import {
  cleanupOutdatedCaches,
  createHandlerBoundToURL,
  getCacheKeyForURL,
  precacheAndRoute,
} from 'workbox-precaching';
import { registerRoute } from 'workbox-routing';
import { devices, THIS_DEVICE } from '../invites/invites-db';
import { bringSubscription } from '../invites/push-subscription';
import { isAnyCallOpen } from '../pwa/calls-open';
import { asksToFillUp, asksToTakeOver, readAnsweredQuestion } from '../pwa/worker-messages';
import { pushed, tapped, whatCameOf } from './ringing';
import { shellFor, SHELLS, type Shell } from './shell';
import { letThrough } from './static-routes';

declare const self: ServiceWorkerGlobalScope & {
  /** What is kept, put here by the build. */
  readonly __WB_MANIFEST: { url: string; revision: string | null }[];
};

// The service worker: a program of its own, which opens the pages without a network and is woken when somebody rings.
// What it does not answer goes to the network as if it were not there: the API, its socket, and everything not kept.

const kept = self.__WB_MANIFEST;
precacheAndRoute(kept, {
  // An address is what it is: nothing is left out of it or added.
  directoryIndex: '',
  cleanURLs: false,
  ignoreURLParametersMatching: [],
});
cleanupOutdatedCaches();

const pages = new Map<Shell, ReturnType<typeof createHandlerBoundToURL>>(
  SHELLS.map((shell) => [shell, createHandlerBoundToURL(shell)]),
);

registerRoute(
  ({ request, url }) => request.mode === 'navigate' && shellFor(url.pathname),
  (options) => {
    const shell = shellFor(options.url.pathname) ?? '/';
    const page = pages.get(shell);
    if (!page) throw new Error('Every shell has its page.');
    return page(options);
  },
);

self.addEventListener('install', (event) => letThrough(event));
// The page that brought the worker is its first: what it needs later is kept now, whatever becomes of the server.
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));

/** A newer version waits until the person wants it, and never takes its files from under a call that goes on. */
async function takeOver(answer: MessagePort | undefined): Promise<void> {
  const free = !(await isAnyCallOpen());
  answer?.postMessage(free);
  if (free) await self.skipWaiting();
}

/** Fetches what is kept, if all of it is gone. Fetched so, each comes under the name workbox looks it up by. */
async function fillUp(): Promise<void> {
  if (await caches.has(cacheNames.precache)) return;
  const cache = await caches.open(cacheNames.precache);
  try {
    await cache.addAll(
      kept.map(({ url }: { readonly url: string }): string => getCacheKeyForURL(url) ?? url),
    );
  } catch {
    // No network: it is asked for again at the next start of a page.
    await caches.delete(cacheNames.precache);
  }
}

async function reply(ringId: string, answer: MessagePort | undefined): Promise<void> {
  answer?.postMessage(await whatCameOf(ringId));
}

self.addEventListener('message', (event) => {
  const ringId = readAnsweredQuestion(event.data);
  if (asksToTakeOver(event.data)) event.waitUntil(takeOver(event.ports[0]));
  else if (asksToFillUp(event.data)) event.waitUntil(fillUp());
  else if (ringId !== null) event.waitUntil(reply(ringId, event.ports[0]));
});

self.addEventListener('push', (event) => event.waitUntil(pushed(event.data?.text() ?? '')));
self.addEventListener('notificationclick', (event) => event.waitUntil(tapped(event)));

/** The push service has a new address for this browser: without telling the server, nobody could ring it any more. */
async function subscribeAnew(): Promise<void> {
  const device = await devices.get(THIS_DEVICE);
  // What fails now is mended at the next start of a page.
  if (device) await bringSubscription(self.registration, device);
}

self.addEventListener('pushsubscriptionchange', (event) => {
  if (event instanceof ExtendableEvent) event.waitUntil(subscribeAnew());
});
