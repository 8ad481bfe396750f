import { onBeforeUnmount, onMounted } from 'vue';

/**
 * ms a page stands still before the rest of the app begins: the worker, updates, installing. Nobody waits for any of it,
 * and nothing shall compete with what somebody waits for.
 */
const QUIET_MS = 4000;

/** For calm pages, on which nobody enters a call. */
export function useBeginLater(): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  onMounted(() => {
    timer = setTimeout(() => {
      // Offline, or the server is gone: the next page tries again.
      import('./begin').then(({ begin }) => begin()).catch(() => undefined);
    }, QUIET_MS);
  });
  onBeforeUnmount(() => clearTimeout(timer));
}
