/** `lost`: the network that was used is gone. `changed`: there may be another one, or the page was asleep. */
export type NetworkEvent = 'lost' | 'changed';

/**
 * Calls back at the moments when a page should look after its connections at once: the network went, came back or
 * changed, the page was shown again or taken out of the browser's cache. Returns how to stop.
 */
export function watchNetwork(happened: (what: NetworkEvent) => void): () => void {
  const lost = () => {
    happened('lost');
  };
  const changed = () => {
    happened('changed');
  };
  const shown = () => {
    if (document.visibilityState === 'visible') changed();
  };
  // Chromium only; the one event that tells of Wi-Fi → mobile without an interruption.
  const network: unknown = Reflect.get(navigator, 'connection');
  const connection = network instanceof EventTarget ? network : null;
  // Chromium on Linux says so within 10 ms of the change, and "online" only 0.8 to 1 s later (measured).
  window.addEventListener('offline', lost);
  window.addEventListener('online', changed);
  window.addEventListener('pageshow', changed);
  document.addEventListener('visibilitychange', shown);
  connection?.addEventListener('change', changed);
  return () => {
    window.removeEventListener('offline', lost);
    window.removeEventListener('online', changed);
    window.removeEventListener('pageshow', changed);
    document.removeEventListener('visibilitychange', shown);
    connection?.removeEventListener('change', changed);
  };
}
