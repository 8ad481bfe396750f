import type { Router } from 'vue-router';

/**
 * ms a page stands still before the rest of the app begins: the worker, updates, installing. Nobody waits for any of it,
 * and nothing shall compete with what somebody waits for.
 */
const QUIET_MS = 4000;

/** From a call's page, and from that of somebody who rings, everything that is not the call keeps away. */
const isCalm = (path: string): boolean => !/^\/[cr]\//.test(path);

export function beginLater(router: Router): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  router.afterEach((to) => {
    clearTimeout(timer);
    if (!isCalm(to.path)) return;
    timer = setTimeout(() => {
      // Offline, or the server is gone: the next page tries again.
      import('./begin').then(({ begin }) => begin()).catch(() => undefined);
    }, QUIET_MS);
  });
}
