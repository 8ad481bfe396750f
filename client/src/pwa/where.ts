// A word between the worker and every window; the window's part is in the first load, so it is little.

/** To a window: which page do you show? It answers with its path. */
export const WHERE = 'o-to-o/where';

/**
 * Tells the worker, when it asks, which page this window shows: it knows only what a window was opened with, and must not
 * take a call's window for another (Chromium 156, Firefox 153).
 */
export function tellWhere(): void {
  if (!('serviceWorker' in navigator)) return;
  navigator.serviceWorker.addEventListener('message', ({ data, ports }: MessageEvent<unknown>) => {
    if (data === WHERE) ports[0]?.postMessage(location.pathname);
  });
}
