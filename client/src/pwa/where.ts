/** To a window: which page do you show? It answers with its path. */
export const WHERE = 'o-to-o/where';

let telling = false;

/**
 * Tells the worker, when it asks, which page this window shows: it knows only what a window was opened with, and must not
 * take a call's window for another (Chromium 156, Firefox 153).
 */
export function tellWhere(): void {
  if (telling || !('serviceWorker' in navigator)) return;
  telling = true;
  navigator.serviceWorker.addEventListener('message', ({ data, ports }: MessageEvent<unknown>) => {
    if (data === WHERE) ports[0]?.postMessage(location.pathname);
  });
}
